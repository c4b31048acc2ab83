"""What the data itself says: errors that end the run, troubles that stop lists, and what is worth a look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from consentric.engine.base import Crowd, SourceTally
from consentric.errors import SourceError, Stopped
from consentric.model.figures import counted, grouped
from consentric.model.plan import Notice
from consentric.model.project import Identifiers, Source
from consentric.planning.guards import Trouble, rejected, shrunk, stale
from consentric.selection.uses import sources_of
from consentric.sources.rows import Reading
from consentric.workflows.opening import Opened, age_of


def check_rows(opened: Opened, source: Source, tally: SourceTally, reading: Reading, before: int | None) -> None:
    """Raises SourceError for a file that cannot be what it says, Stopped for one that is empty and must not be."""
    if reading.ragged * 100 > 10 * (reading.rows + reading.ragged):
        raise SourceError(
            "A311",
            f"`{source.name}`: {grouped(reading.ragged)} of {counted(reading.rows + reading.ragged, 'row')} "
            "have too many or too few cells",
            hint="the file is damaged, or its `delimiter:` or `quote:` is another one",
        )
    if tally.rows == 0 and (is_needed(opened, source) or before):
        raise Stopped(
            "A303",
            f"`{source.name}` has no rows",
            hint="an export probably failed; nothing was sent and nobody was removed. Run again when it is complete",
        )
    _check_cells(source, tally)


def is_needed(opened: Opened, source: Source) -> bool:
    """Whether the source says who people are, or what they consented to."""
    return source.name == opened.project.consent.source or (source.people and source.at is None)


def _check_cells(source: Source, tally: SourceTally) -> None:
    for each in tally.unreadable:
        if each.bad * 100 > each.filled:
            raise SourceError(
                "A320",
                f"{grouped(each.bad)} of {counted(each.filled, 'cell')} of {source.name}.{each.column} cannot be read "
                f"as a {each.kind}",
                hint=f"write {_READABLE[each.kind]}; up to one in a hundred counts as empty",
            )
    for rejects in tally.rejects:
        hashed = rejects.reasons.get("looks_hashed", 0)
        if hashed * 100 > rejects.filled:
            raise SourceError(
                "A330",
                f"{grouped(hashed)} of {counted(rejects.filled, 'cell')} of {source.name}.{rejects.column} "
                "are hashed already",
                hint="consentric must see the values to normalise them: name a column that holds them as they are, or say "
                f"`{{column: {source.name}.{rejects.column}, prehashed: sha256}}`",
            )


_READABLE = {"number": "numbers with a dot, such as 12.50", "date": "dates as 2026-01-31, or with a time and an offset"}


def troubles_of(
    opened: Opened, tallies: Mapping[str, SourceTally], before: Mapping[str, int], audience: str
) -> tuple[Trouble, ...]:
    """What stops the lists of one audience whatever their numbers say, by that audience's own guards."""
    guards = opened.project.audiences[audience].guards
    named = [audience, *opened.project.audiences[audience].exclude]
    read = {source for key in named for source in sources_of(opened.project, key)}
    found: list[Trouble | None] = []
    for name, tally in tallies.items():
        found += [
            rejected(name, each.column, sum(each.reasons.values()), each.filled, guards) for each in tally.rejects
        ]
        if name in read or name == opened.project.consent.source:
            found += [_stale(opened, name), shrunk(name, tally.rows, before.get(name), guards)]
    return tuple(each for each in found if each is not None)


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


def identifier_notices(identifiers: Identifiers) -> Iterator[Notice]:
    """Columns that nobody named are about to leave this machine: that is worth a look."""
    if identifiers.declared:
        return
    kinds = {"email": identifiers.email, "phone": identifiers.phone}
    columns = [f"{each.source}.{each.column}" for refs in kinds.values() for each in refs]
    parts = {kind: len(refs) for kind, refs in kinds.items() if refs}
    yield Notice("W310", len(columns), ", ".join(columns) or "identifiers", parts=parts)


def row_notices(tally: SourceTally, reading: Reading) -> Iterator[Notice]:
    if tally.rows == 0:
        yield Notice("W315", 0, tally.name)
    if reading.ragged:
        yield Notice("W316", reading.ragged, tally.name, of=reading.rows + reading.ragged)
    if tally.future:
        yield Notice("W317", tally.future, tally.name, of=tally.rows)
    for each in tally.rejects:
        if bad := sum(each.reasons.values()):
            yield Notice("W312", bad, f"{each.source}.{each.column}", of=each.filled, parts=dict(each.reasons))


def crowd_notices(joining: int, crowds: Iterable[Crowd], identifiers: Identifiers) -> Iterator[Notice]:
    """Values that too many people hold: of keys, which would join them, and of identifiers, which would be sent."""
    if joining:
        yield Notice("W313", joining, "keys")
    for each in crowds:
        word = each.kind.name.lower()
        columns = [f"{ref.source}.{ref.column}" for ref in getattr(identifiers, word, ())]
        parts = {"people": each.people, "alone": each.alone}
        yield Notice("W313", each.values, ", ".join(columns) or word, parts=parts)
