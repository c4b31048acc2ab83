"""Is it safe: limits that stop a list before the first byte, each with its numbers and the way out.

A share is breached only when it is also more than 20 people, since small lists trip a percentage alone. Whoever withdrew,
refused, ran out or is suppressed is in none of these numbers: no guard ever holds their removal back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from consentric.model.figures import counted, grouped, people
from consentric.model.plan import Held, Stop
from consentric.model.project import Guards
from consentric.planning.rows import Allowed

FEW: Final = 20
SHRUNK: Final = "A605"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something outside the list that stops it: a stale or shrunken source, missing terms. `always`: a quiet list too."""

    code: str
    message: str
    hint: str
    allowed: Allowed
    always: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the guards of one list let through, and why not more."""

    allowed: Allowed
    stop: Stop | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What somebody allowed for this run, on the command line or in the file: at most so many people on each list."""

    removals: int = 0
    additions: int = 0


ADDS_ONLY: Final = Allowed(adds=False)
NOTHING: Final = Allowed(adds=False, removals=False)


def check(
    audience: str,
    guards: Guards,
    counts: Mapping[str, int],
    troubles: Sequence[Trouble],
    allowance: Allowance,
    today: date | None = None,
    *,
    whole: bool = False,
) -> Verdict:
    """`counts` are those of planning/difference.COUNTS. The first breach is told; all of them count.

    `whole`: the list is being filled anew, which happens as a whole or not at all.
    """
    found = [*_left(troubles, counts, allowance), *_breaches(audience, guards, counts, allowance, today)]
    if not found or not (_would_move(counts) or any(each.always for each in found)):
        return Verdict(Allowed(), None)
    allowed = Allowed(
        adds=all(each.allowed.adds for each in found),
        removals=all(each.allowed.removals for each in found),
        vanished=all(each.allowed.vanished for each in found),
        refreshes=all(each.allowed.refreshes for each in found),
        withdrawals=all(each.allowed.withdrawals for each in found),
    )
    if whole:
        allowed = replace(allowed, adds=False, removals=False, refreshes=False)
    first = found[0]
    return Verdict(allowed, Stop(first.code, first.message, held(counts, allowed), first.hint))


def _left(troubles: Sequence[Trouble], counts: Mapping[str, int], allowance: Allowance) -> list[Trouble]:
    """Who allows the number of removals that a shrunken source leads to has seen that it shrank."""
    approved = bool(allowance.removals) and counts["guarded"] <= allowance.removals
    return [each for each in troubles if not (approved and each.code == SHRUNK)]


def held(counts: Mapping[str, int], allowed: Allowed) -> Held:
    """The people that a stopped list does not move."""
    return Held(
        add=counts["add"] + counts["later"],
        remove=counts["remove"] - removed(counts, allowed),
        rekey=counts["rekey"],
    )


def removed(counts: Mapping[str, int], allowed: Allowed, of: str = "remove") -> int:
    """How many `of` these are removed under these limits: remove, deferred or reassert."""
    if not allowed.withdrawals:
        return 0
    if not allowed.removals:
        return counts[f"{of}_exempt"]
    return counts[of] - (0 if allowed.vanished else counts[f"{of}_vanished"])


def running_out(stop: Stop, counts: Mapping[str, int], on: date | None) -> Stop:
    """The stop, with the day when the platform itself empties what is held; None: it keeps people for ever.

    Who is in both the old and the new list is sent again all the time, so that only the others run out.
    """
    if on is None or not (stop.held.remove or stop.held.rekey):
        return stop
    who = "those held back run out" if counts["unchanged"] else "the list runs empty"
    return replace(stop, message=f"{stop.message}; if it stays stopped, {who} by {on}")


def _would_move(counts: Mapping[str, int]) -> bool:
    return any(counts[name] for name in ("add", "remove", "rekey", "later", "refresh", "guarded"))


def _breaches(
    audience: str, guards: Guards, counts: Mapping[str, int], allowance: Allowance, today: date | None
) -> Iterator[Trouble]:
    was = counts["was"]
    if _beyond(counts["vanished"], was, guards.max_vanished):
        yield Trouble(
            "A604",
            f"{grouped(counts['vanished'])} of {people(was)} on the list have no consent record any more, or one with an "
            f"unknown word; the limit is {_percent(guards.max_vanished)}",
            "check the export of the consent log: rows may be missing, or its words may have changed",
            Allowed(adds=False, vanished=False),
        )
    if _beyond(counts["guarded"], was, guards.max_removals) and counts["guarded"] > allowance.removals:
        yield Trouble(
            "A602",
            f"would remove {grouped(counts['guarded'])} of {people(was)} ({_share(counts['guarded'], was)}); "
            f"the limit is {_percent(guards.max_removals)}",
            f"if this is right: consentric sync {audience} --allow-removals {counts['guarded']}"
            f"{_in_the_file('removals', counts['guarded'], today)}",
            NOTHING,
        )
    added = counts["add"] + counts["later"]
    if was and _beyond(added, was, guards.max_additions) and added > allowance.additions:
        yield Trouble(
            "A603",
            f"would add {people(added)} to the {people(was)} on the list ({_share(added, was)}); "
            f"the limit is {_percent(guards.max_additions)}",
            f"if this is right: consentric sync {audience} --allow-additions {added}"
            f"{_in_the_file('additions', added, today)}",
            NOTHING,
        )
    if guards.min_size is not None and 0 < counts["members"] < guards.min_size and added:
        yield Trouble(
            "A601",
            f"only {people(counts['members'])} can be sent; the limit is at least {grouped(guards.min_size)}",
            "widen the rule, or set `guards: {min_size: …}` for this audience: very small lists cannot be targeted anyway",
            ADDS_ONLY,
        )


def _in_the_file(what: str, count: int, today: date | None) -> str:
    """The same without a terminal."""
    return "" if today is None else f"; or, in the file, for today only: approve: {{{what}: {count}, on: {today}}}"


def _beyond(count: int, whole: int, limit: float | None) -> bool:
    return limit is not None and count > FEW and count > limit * whole


def _share(count: int, whole: int) -> str:
    return f"{count / whole:.0%}" if whole else "all"


def _percent(limit: float | None) -> str:
    return "off" if limit is None else f"{limit:.0%}" if limit * 100 == round(limit * 100) else f"{limit:.1%}"


def shrunk(source: str, rows: int, before: int | None, guards: Guards) -> Trouble | None:
    """A source that lost more rows than allowed since the last run: a broken export is likelier than lost customers."""
    limit = guards.max_source_shrink
    if limit is None or before is None or before - rows <= max(FEW, limit * before):
        return None
    return Trouble(
        SHRUNK,
        f"source `{source}` has {counted(rows, 'row')}, {grouped(before)} last run; the limit is {_percent(limit)} fewer",
        "the export is probably incomplete; run again when it is whole, or raise `guards: {max_source_shrink: …}`",
        NOTHING,
    )


def rejected(source: str, column: str, bad: int, filled: int, guards: Guards) -> Trouble | None:
    """A contact column with too many unusable cells: most likely its format changed."""
    if not _beyond(bad, filled, guards.max_rejected):
        return None
    return Trouble(
        "A607",
        f"{grouped(bad)} of {grouped(filled)} cells of {source}.{column} cannot be used ({_share(bad, filled)}); "
        f"the limit is {_percent(guards.max_rejected)}",
        "look at what changed in this column; `plan` says how many of each kind, `guards: {max_rejected: …}` sets the limit",
        NOTHING,
    )


def stale(source: str, age_hours: int, limit: str, *, consent: bool) -> Trouble:
    """Data that is older than it may be."""
    return Trouble(
        "A608" if consent else "A606",
        f"source `{source}` is {_age(age_hours)} old; `fresh_within` is {limit}",
        "check whether its export still runs; whoever withdrew is removed all the same",
        ADDS_ONLY if consent else NOTHING,
    )


def _age(hours: int) -> str:
    parts = [counted(count, unit) for count, unit in ((hours // 24, "day"), (hours % 24, "hour")) if count]
    return " and ".join(parts) or "less than an hour"


LEFT_THE_FILE: Final = Trouble(
    "A620",
    "this audience is no longer in the file: nobody is added, and whoever withdraws is still removed",
    "put it back into the file (`send_to: []` keeps the rule), or delete the list now: consentric prune",
    NOTHING,
)


PAUSED: Final = Trouble(
    "A650",
    "this audience is paused: nobody is added; whoever no longer fits, or withdraws, leaves",
    "remove `paused: true` when it is to go on",
    ADDS_ONLY,
)

AS_THE_FILE_SAYS: Final = frozenset({LEFT_THE_FILE.code, PAUSED.code})
"""Lists that stand still because somebody wants it: nothing went wrong."""


def no_terms(destination: str) -> Trouble:
    """Google wants the Customer Match terms accepted, and only the user can say that they are."""
    return Trouble(
        "A610",
        f"destination `{destination}` does not say that the Customer Match terms are accepted: nothing is added",
        "accept them in Google Ads, then write `terms_accepted: {by: NAME, on: DATE}` on the destination",
        ADDS_ONLY,
    )
