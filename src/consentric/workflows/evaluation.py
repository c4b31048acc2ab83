"""Evaluates a project on its data: sources into the engine, people, consent, audiences; and what is odd about the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consentric.engine.base import AudienceTally, Engine, PeopleTally, SourceTally
from consentric.engine.duckdb import DuckEngine
from consentric.errors import SourceError, Stopped
from consentric.ledger import Keys
from consentric.model.figures import counted, grouped
from consentric.model.plan import Notice
from consentric.model.project import Identifiers, Source
from consentric.planning.guards import Trouble, rejected, shrunk, stale
from consentric.selection.uses import sources_of
from consentric.sources.rows import Reading
from consentric.workflows.opening import Opened, Shell, age_of


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`everywhere` stops every list, `by_source` the lists whose rule reads that source."""

    engine: Engine
    sources: Mapping[str, SourceTally]
    people: PeopleTally
    audiences: Mapping[str, AudienceTally]
    everywhere: tuple[Trouble, ...]
    by_source: Mapping[str, tuple[Trouble, ...]]
    notices: tuple[Notice, ...]

    def troubles_of(self, opened: Opened, audience: str) -> tuple[Trouble, ...]:
        """What stops the lists of one audience, whatever their numbers say."""
        named = [audience, *opened.project.audiences[audience].exclude]
        read = {source for key in named for source in sources_of(opened.project.audiences[key].who)}
        own = [trouble for source in sorted(read) for trouble in self.by_source.get(source, ())]
        return (*self.everywhere, *own)


def evaluate(
    shell: Shell, opened: Opened, keys: Keys, suppressed: frozenset[bytes], before: Mapping[str, int]
) -> Evaluation:
    """`before`: rows of each source at the last run that went well. Raises SourceError or Stopped; sends nothing."""
    engine: Engine = DuckEngine(opened.project, opened.catalog, keys.identity)
    tallies: dict[str, SourceTally] = {}
    notices = list(_identifier_notices(opened.project.identifiers))
    for name, use in opened.uses.items():
        shell.progress.stage(f"reading {name}")
        reading = Reading(opened.scans[name], use.columns)
        tallies[name] = engine.load(use, reading.batches())
        _check_rows(opened, use.source, tallies[name], reading, before.get(name))
        notices += _row_notices(tallies[name], reading)
    shell.checkpoint("after_read")
    shell.progress.stage("working out who is who, and who consented")
    used = list(opened.uses.values())
    people = engine.identify(used, suppressed)
    crowded = engine.weigh(used, list(opened.project.destinations.values()))
    audiences = engine.select(opened.project.audiences)
    shell.checkpoint("after_evaluate")
    notices += _crowd_notices(people.crowded, crowded)
    everywhere, by_source = _troubles(opened, tallies, before)
    return Evaluation(engine, tallies, people, audiences, everywhere, by_source, tuple(notices))


def _check_rows(opened: Opened, source: Source, tally: SourceTally, reading: Reading, before: int | None) -> None:
    if reading.ragged * 100 > 10 * (reading.rows + reading.ragged):
        raise SourceError(
            "A311",
            f"`{source.name}`: {grouped(reading.ragged)} of {counted(reading.rows + reading.ragged, 'row')} "
            "have too many or too few cells",
            hint="the file is damaged, or its `delimiter:` or `quote:` is another one",
        )
    needed = source.name == opened.project.consent.source or (source.people and source.at is None)
    if tally.rows == 0 and (needed or before):
        raise Stopped(
            "A303",
            f"`{source.name}` has no rows",
            hint="an export probably failed; nothing was sent and nobody was removed. Run again when it is complete",
        )
    for each in tally.rejects:
        hashed = each.reasons.get("looks_hashed", 0)
        if hashed * 100 > each.filled:
            raise SourceError(
                "A330",
                f"{grouped(hashed)} of {counted(each.filled, 'cell')} of {source.name}.{each.column} are hashed already",
                hint="consentric must see the values to normalise them: name a column that holds them as they are",
            )


def _identifier_notices(identifiers: Identifiers) -> Iterator[Notice]:
    """Columns that nobody named are about to leave this machine: that is worth a look."""
    if identifiers.declared:
        return
    kinds = {"email": identifiers.email, "phone": identifiers.phone}
    columns = [f"{each.source}.{each.column}" for refs in kinds.values() for each in refs]
    parts = {kind: len(refs) for kind, refs in kinds.items() if refs}
    yield Notice("W310", len(columns), ", ".join(columns) or "identifiers", parts=parts)


def _row_notices(tally: SourceTally, reading: Reading) -> Iterator[Notice]:
    if tally.rows == 0:
        yield Notice("W315", 0, tally.name)
    if reading.ragged:
        yield Notice("W316", reading.ragged, tally.name, of=reading.rows + reading.ragged)
    if tally.future:
        yield Notice("W317", tally.future, tally.name, of=tally.rows)
    for each in tally.rejects:
        if bad := sum(each.reasons.values()):
            yield Notice("W312", bad, f"{each.source}.{each.column}", of=each.filled, parts=dict(each.reasons))


def _crowd_notices(joining: int, contacts: int) -> Iterator[Notice]:
    """Values that too many people hold: of keys, which would join them, and of contacts, which would be sent."""
    for where, crowded in (("keys", joining), ("identifiers", contacts)):
        if crowded:
            yield Notice("W313", crowded, where)


def _troubles(
    opened: Opened, tallies: Mapping[str, SourceTally], before: Mapping[str, int]
) -> tuple[tuple[Trouble, ...], dict[str, tuple[Trouble, ...]]]:
    guards, consent = opened.project.guards, opened.project.consent
    everywhere: list[Trouble] = []
    by_source: dict[str, tuple[Trouble, ...]] = {}
    for name, tally in tallies.items():
        lost = shrunk(name, tally.rows, before.get(name), guards)
        old = _stale(opened, name)
        bad = [rejected(name, each.column, sum(each.reasons.values()), each.filled, guards) for each in tally.rejects]
        everywhere += [each for each in bad if each is not None]
        own = tuple(each for each in (old, lost) if each is not None)
        if name == consent.source:
            everywhere += own
        elif own:
            by_source[name] = own
    return tuple(everywhere), by_source


def _stale(opened: Opened, name: str) -> Trouble | None:
    consent = opened.project.consent
    is_consent = name == consent.source
    limit = opened.project.sources[name].fresh_within or (consent.fresh_within if is_consent else None)
    if limit is None:
        return None
    now = opened.catalog.now
    age = age_of(opened.scans[name], now)
    if limit.after(now) - now >= age:
        return None
    return stale(name, int(age.total_seconds() // 3600), str(limit), consent=is_consent)
