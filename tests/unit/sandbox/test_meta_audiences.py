"""Custom audiences and ad accounts as Graph objects."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from .conftest import Meta, Running
from .test_meta_users import codes


def test_create_read_update_delete(meta: Meta) -> None:
    """An audience is what it was created as, can be renamed, and is gone when deleted."""
    audience = meta.create("first", description="d", customer_file_source="USER_PROVIDED_ONLY")
    assert meta.call("GET", audience).json() == {"id": audience}
    fields = "name,subtype,description,customer_file_source,operation_status,delivery_status"
    shown = meta.call("GET", f"{audience}?fields={fields}").json()
    assert (shown["name"], shown["subtype"]) == ("first", "CUSTOM")
    assert (shown["operation_status"]["code"], shown["delivery_status"]["code"]) == (200, 300)
    assert meta.call("POST", audience, {"name": "second"}).json() == {"success": True}
    assert meta.call("GET", f"{audience}?fields=name").json()["name"] == "second"
    assert meta.call("DELETE", audience).json() == {"success": True}
    assert codes(meta.call("GET", audience)) == (100, 33)


@pytest.mark.parametrize(
    "given",
    [
        {"subtype": "CUSTOM"},
        {"name": "x", "subtype": "NONSENSE"},
        {"name": "x", "subtype": "CUSTOM", "retention_days": 181},
        {"name": "x", "subtype": "CUSTOM", "retention_days": 0},
        {"name": "x", "subtype": "CUSTOM", "customer_file_source": "SOMEWHERE"},
        {"name": "x", "subtype": "LOOKALIKE", "origin_audience_id": "1"},
        {"name": 7, "subtype": "CUSTOM"},
    ],
)
def test_what_cannot_be_created(meta: Meta, given: dict[str, Any]) -> None:
    """Wrong parameters are code 100."""
    assert codes(meta.call("POST", "act_1001/customaudiences", given))[0] == 100


def test_unknown_things(meta: Meta) -> None:
    """Fields, objects, edges and versions that do not exist have their own codes."""
    audience = meta.create()
    assert codes(meta.call("GET", f"{audience}?fields=nonsense"))[0] == 100
    assert codes(meta.call("GET", "99"))[0] == 100
    assert codes(meta.call("GET", f"{audience}/nonsense"))[0] == 100
    old = meta.session.get(f"{meta.base}/v20.0/{audience}", timeout=5)
    assert codes(old)[0] == 2635
    assert codes(requests.get(f"{meta.base}/v26.0/{audience}", timeout=5))[0] == 2500


def test_the_account_shows_its_terms(meta: Meta) -> None:
    """tos_accepted is what a preflight looks at."""
    shown = meta.call("GET", "act_1001?fields=name,tos_accepted").json()
    assert shown["tos_accepted"]["custom_audience_tos"] == 1


def test_a_new_audience_may_not_be_visible_yet(sandbox: Running, meta: Meta) -> None:
    """With the switch on, the first two calls answer 803."""
    sandbox.switch(answer_803_after_create="on")
    audience = meta.create()
    assert [codes(meta.users("POST", audience, "a"))[0] for _ in range(2)] == [803, 803]
    assert meta.users("POST", audience, "a").status_code == 200


def test_lookalikes_hold_their_seed(sandbox: Running, meta: Meta) -> None:
    """A duplicate is 2654/1713007, and a seed with lookalikes cannot be deleted (2656)."""
    sandbox.switch(match_rate="100")
    seed = meta.create("seed")
    spec = {"country": "DE", "ratio": 0.01}
    given = {
        "name": "like",
        "subtype": "LOOKALIKE",
        "origin_audience_id": seed,
        "lookalike_spec": spec,
    }
    assert codes(meta.call("POST", "act_1001/customaudiences", given))[0] == 2654
    meta.users("POST", seed, *(f"l{number}" for number in range(120)))
    sandbox.advance("1h")
    like = meta.call("POST", "act_1001/customaudiences", given).json()["id"]
    assert codes(meta.call("POST", "act_1001/customaudiences", given)) == (2654, 1713007)
    wrong = {**given, "lookalike_spec": {"country": "DE", "ratio": "0.02"}}
    assert codes(meta.call("POST", "act_1001/customaudiences", wrong))[0] == 100
    assert codes(meta.call("DELETE", seed))[0] == 2656
    assert meta.call("DELETE", like).status_code == 200
    assert meta.call("DELETE", seed).status_code == 200


def test_usage_comes_with_every_answer(meta: Meta) -> None:
    """X-Business-Use-Case-Usage names the share of calls that is used."""
    header = meta.call("GET", "act_1001").headers["X-Business-Use-Case-Usage"]
    ((share,),) = json.loads(header).values()
    assert share["type"] == "custom_audience"
    assert share["estimated_time_to_regain_access"] == 0
