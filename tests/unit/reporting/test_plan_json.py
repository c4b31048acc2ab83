"""The documents for machines: their keys are a contract."""

from __future__ import annotations

import json

from consentric.reporting.plan_json import plan_json
from consentric.reporting.status_json import confirm_json, status_json
from consentric.reporting.sync_json import sync_json

from .plans import SHA, first_run, ordinary_night
from .results import confirmed, failed_sync, ordinary_sync, status

PROMISED = {
    "consent", "holdout", "unmatchable", "members", "was", "add", "remove", "unchanged", "rekey", "later", "refresh",
    "reassert", "stopped", "in_clear",
}  # fmt: skip


def test_a_document_begins_with_format_instant_and_the_file() -> None:
    """The first three keys, in this order."""
    assert list(plan_json(ordinary_night()))[:3] == ["format", "at", "config_sha256"]
    assert plan_json(ordinary_night())["at"] == "2026-11-23T05:30:00+01:00"
    assert plan_json(ordinary_night())["config_sha256"] == SHA
    assert list(sync_json(ordinary_sync()))[:4] == ["format", "at", "config_sha256", "run_id"]


def test_the_plan_document_has_the_promised_numbers() -> None:
    """The figures of the example in the reference."""
    document = json.loads(json.dumps(plan_json(ordinary_night())))
    loyal = document["audiences"]["loyal_customers"]
    google = loyal["lists"]["google"]
    assert document["format"] == "plan/1"
    assert (loyal["rule"], loyal["excluded"]) == (1690, 6)
    assert set(google) >= PROMISED
    assert google["consent"] == {
        "suppressed": 0, "withdrew": 11, "refused": 70, "expired": 31, "unclear": 4, "no_record": 214, "too_young": 0,
        "shared_key": 0,
    }  # fmt: skip
    assert google["removed_because"] == {"no_longer_fits": 9, "withdrew": 3}
    assert google["in_clear"] == ["country", "postcode"]
    assert document["totals"] == {"add": 80, "remove": 26, "later": 16, "stopped": 1}
    assert document["warnings"][1] == {
        "code": "W312", "where": "customers.mobile", "count": 52, "of": 1943,
        "parts": {"not_a_number": 28, "several_values": 9, "placeholder": 8, "too_long": 4, "precision_lost": 3},
        "text": "52 of 1 943 cannot be used: not a number 28, several values 9, placeholder 8, too long 4, precision lost 3",
    }  # fmt: skip


def test_cells_that_cannot_be_used_are_counted_for_each_audience() -> None:
    """By field and reason; nothing for an audience whose contacts are all right."""
    audiences = json.loads(json.dumps(plan_json(ordinary_night())))["audiences"]
    assert audiences["loyal_customers"]["unusable"] == {
        "email": {"not_an_email": 11, "too_long": 2},
        "phone": {"not_a_number": 28, "placeholder": 8},
    }
    assert audiences["newsletter_non_buyers"]["unusable"] == {}


def test_a_stopped_list_says_what_it_holds_back() -> None:
    """`stopped` is null or code, message and held."""
    lists = json.loads(json.dumps(plan_json(ordinary_night())))["audiences"]["newsletter_non_buyers"]["lists"]
    assert lists["google"]["stopped"]["code"] == "A602"
    assert lists["google"]["stopped"]["held"] == {"add": 0, "remove": 2914, "rekey": 0}


def test_a_building_block_has_no_lists() -> None:
    """It is in the document all the same."""
    assert json.loads(json.dumps(plan_json(ordinary_night())))["audiences"]["staff"]["lists"] == {}


def test_nothing_is_masked_for_machines() -> None:
    """Six people are six people."""
    assert '"excluded": 6' in json.dumps(plan_json(ordinary_night()))


def test_a_first_run_is_named() -> None:
    """So that nobody takes the adds for a surprise."""
    assert plan_json(first_run())["first_run"] is True


def test_sync_tells_what_was_sent_and_what_failed_where() -> None:
    """`error` stands at the top and in the list that failed, and nowhere else."""
    document = json.loads(json.dumps(sync_json(failed_sync())))
    lists = document["audiences"]["loyal_customers"]["lists"]
    assert document["exit"] == 5
    assert document["error"]["code"] == "A503"
    assert lists["meta"]["state"] == "partial"
    assert lists["meta"]["error"]["message"] == "the quota of today is used up."
    assert "error" not in lists["google"]
    assert lists["google"]["sent"] == {"added": 41, "refreshed": 0, "removed": 12, "rekeyed": 8, "rejected": 0}
    assert lists["google"]["later"] == 8


def test_status_has_every_promised_key() -> None:
    """Read by monitoring."""
    document = json.loads(json.dumps(status_json(status())))
    google = document["audiences"]["loyal_customers"]["lists"]["google"]
    assert google["pending"] == {"adds": 41, "removals": 12}
    assert google["match_rate"] == [50, 60]
    assert set(google) >= {"platform_id", "members", "maybe", "blocked_removals", "last_sync", "eligible", "stopped"}
    assert document["age_of_last_success_s"] == 10_800


def test_confirm_counts_batches_in_all_and_per_list() -> None:
    """By what this call learned."""
    document = json.loads(json.dumps(confirm_json(confirmed())))
    assert document["batches"] == {"confirmed": 3, "partial": 0, "failed": 1, "waiting": 1, "unknown": 0}
    assert document["audiences"]["loyal_customers"]["lists"]["meta"]["batches"]["failed"] == 1
    assert document["error"]["code"] == "A503"
