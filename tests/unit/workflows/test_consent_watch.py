"""Consent that ends while a run is at work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from consentric.engine.base import Sent
from consentric.errors import Stopped
from consentric.ledger import open_ledger
from consentric.ledger.writer import Ledger
from consentric.model.lifespan import Lifespan
from consentric.model.lists import ListRef
from consentric.model.people import Verb
from consentric.model.project import Platform
from consentric.model.requests import Subject
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.gate import Barred, gate
from consentric.planning.rows import Allowed
from consentric.workflows.consent_watch import ConsentWatch
from consentric.workflows.evaluation import Evaluation, evaluate
from consentric.workflows.opening import Opened, Shell, open_project, read_file
from fakes import HandClock, Quiet

REF = ListRef("everybody", "meta")
START = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
FILE = """\
version: 1
sources:
  customers: {file: customers.csv, key: [customer_id, email]}
  consents: {file: consents.csv, key: [customer_id, email], people: false}
consent: {from: consents, granted: ads, given_at: given_at, withdrawn_at: withdrawn_at, valid_for: 24 months, proof: form}
destinations: {meta: {platform: meta, ad_account: act_1, endpoint: "http://127.0.0.1:9"}}
guards: {min_size: off}
audiences: {everybody: {who: {field: customers.tier, is: gold}, send_to: meta}}
"""


class Night:
    """A run that has read its data and not sent anything yet."""

    def __init__(self, folder: Path) -> None:
        (folder / "audiences.yaml").write_text(FILE, "utf-8")
        phones = {1: "+4520304050", 2: "+4520304050"}
        rows = "".join(
            f"{number},person{number}@mail.example,{phones.get(number, '')},gold\n" for number in range(1, 6)
        )
        (folder / "customers.csv").write_text("customer_id,email,phone,tier\n" + rows, "utf-8")
        self.consents = folder / "consents.csv"
        grants = "".join(f"{number},,yes,2026-05-01,,f1\n" for number in range(1, 6))
        self.consents.write_text("customer_id,email,ads,given_at,withdrawn_at,form\n" + grants, "utf-8")
        self.clock = HandClock(START)
        shell = Shell(folder / "audiences.yaml", folder / "state", {}, self.clock, Quiet(), lambda name: None)
        self.ledger: Ledger = open_ledger(shell.state)
        self.opened: Opened = open_project(shell, read_file(shell, contact=False))
        self.evaluation: Evaluation = evaluate(
            shell, self.opened, self.ledger.keys(), self.ledger.suppressions(), self.ledger.source_rows()
        )
        self.shell = shell
        self.watch = ConsentWatch(shell, self.opened, self.evaluation.engine, self.ledger, self.evaluation.suppressed)

    def members(self) -> int:
        """How many should be on the list."""
        return self._compare()["members"]

    def outbox(self) -> pa.Table:
        """What would be sent to it."""
        self._compare()
        self.evaluation.engine.prepare(REF, CAPABILITIES[Platform.META], Allowed())
        return pa.concat_tables(self.evaluation.engine.rows(REF))

    def _compare(self) -> Mapping[str, int]:
        return self.evaluation.engine.compare(
            REF, CAPABILITIES[Platform.META], Lifespan.of(180), Sent(), wanted=True
        ).counts


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(tmp_path)


def test_nothing_happened(night: Night) -> None:
    """While nothing changes nobody is barred."""
    assert night.members() == 5
    night.clock.sleep(3600)
    assert night.watch.barred() == Barred()


def test_a_withdrawal_in_the_consent_source_is_seen(night: Night) -> None:
    """Five minutes after the last look the consent source is read again; a withdrawal by e-mail alone is found."""
    with night.consents.open("a", encoding="utf-8") as file:
        file.write(",person3@mail.example,,,2026-11-23T05:29:00Z,f1\n")
    assert night.watch.barred() == Barred()
    night.clock.sleep(301)
    assert len(night.watch.barred().people) == 1


def test_a_shared_key_of_a_withdrawer_is_not_sent_for_somebody_else(night: Night) -> None:
    """Customers 1 and 2 have one phone; once 1 withdrew, the row of 2 that carries it is kept back as well."""
    rows = night.outbox()
    assert rows.num_rows == 5
    with night.consents.open("a", encoding="utf-8") as file:
        file.write("1,,,,2026-11-23T05:29:00Z,f1\n")
    night.clock.sleep(301)
    barred = night.watch.barred()
    assert (len(barred.people), len(gate(rows, barred))) == (1, 2)


def test_a_new_grant_adds_nobody(night: Night) -> None:
    """What is read again can only take away."""
    with night.consents.open("a", encoding="utf-8") as file:
        file.write("3,,no,2026-11-22,,f1\n4,,yes,2026-11-22,,f1\n")
    night.clock.sleep(301)
    assert len(night.watch.barred().people) == 1


def test_a_suppression_counts_at_once(night: Night) -> None:
    """A suppression that is written during the run is seen at the next look, without reading any source."""
    engine = night.evaluation.engine
    known = next(iter(_digests(engine)))
    night.ledger.suppress(Verb.OBJECTED, [Subject(frozenset({known}))], "letter", START)
    assert len(night.watch.barred().people) == 1


def test_a_suppression_between_plan_and_first_request_counts(night: Night) -> None:
    """Also one that was there before the watch began, and that the plan did not know."""
    known = next(iter(_digests(night.evaluation.engine)))
    night.ledger.suppress(Verb.WITHDREW, [Subject(frozenset({known}))], "", START)
    engine, before = night.evaluation.engine, night.evaluation.suppressed
    assert len(ConsentWatch(night.shell, night.opened, engine, night.ledger, before).barred().people) == 1


def test_a_second_withdrawal_counts_like_the_first(night: Night) -> None:
    """Although the plan knew the first one, which a later yes had lifted."""
    (known,) = _digests(night.evaluation.engine)
    withdrawal = Subject(frozenset({known}))
    night.ledger.suppress(Verb.WITHDREW, [withdrawal], "", START - timedelta(days=300))
    before, engine = night.ledger.suppressions(), night.evaluation.engine
    watch = ConsentWatch(night.shell, night.opened, engine, night.ledger, before)
    assert watch.barred() == Barred()
    night.ledger.suppress(Verb.WITHDREW, [withdrawal], "", START)
    assert len(watch.barred().people) == 1


def test_an_unreadable_source_stops_adds(night: Night) -> None:
    """If consent cannot be looked up again, nothing more may be added."""
    night.consents.write_text("", "utf-8")
    night.clock.sleep(301)
    with pytest.raises(Stopped) as caught:
        night.watch.barred()
    assert caught.value.code == "A420"


def _digests(engine: object) -> list[bytes]:
    connection = engine._con  # type: ignore[attr-defined]
    return list(connection.table("SELECT key FROM known ORDER BY key LIMIT 1").column("key").to_pylist())
