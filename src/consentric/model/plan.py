"""The plan: what `plan` prints and `sync` executes, the same value. It holds counts and ranges, never people.

For each list: rule − excluded = all consent reasons + holdout + unmatchable + members; members = unchanged + add + later;
was = unchanged + remove + rekey. In a stopped list add, rekey and later are 0 and `stopped.held` has what waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from consentric.model.lists import ListRef, ListSpec, RebuildReason, Shape
from consentric.model.people import Reason
from consentric.model.project import Platform


@dataclass(frozen=True, slots=True)
class Span:
    """Rows `first` to `first + rows` of the list's outbox, all of one shape."""

    first: int
    rows: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class EnsureAudience:
    """The list must exist before anything is sent to it."""

    ref: ListRef
    spec: ListSpec


@dataclass(frozen=True, slots=True)
class Rename:
    """The list gets the name and description that the file has now. `list_id` is the ledger's, `platform_id` the platform's."""

    ref: ListRef
    spec: ListSpec
    list_id: int
    platform_id: str


@dataclass(frozen=True, slots=True)
class SetKeepFor:
    """The platform forgets members of the list after as many days as the file says; `before`: after how many until now.

    What `shortens` their time is set after everybody was sent again who would be dropped at once, all else before.
    """

    ref: ListRef
    list_id: int
    platform_id: str
    days: int
    before: int
    shortens: bool


@dataclass(frozen=True, slots=True)
class RemoveNow:
    """Removals that no guard ever holds back: withdrawn, refused, expired, suppressed; first assertions and second ones."""

    ref: ListRef
    spans: tuple[Span, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Rekey:
    """Stale keys of people who stay; they are added again once this is processed."""

    ref: ListRef
    spans: tuple[Span, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Add:
    ref: ListRef
    spans: tuple[Span, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """Members who are sent again: before keep_for runs out, after a collateral removal, or with more keys than before."""

    ref: ListRef
    spans: tuple[Span, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Remove:
    """People who no longer fit."""

    ref: ListRef
    spans: tuple[Span, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Everybody who should be on the list, sent anew, whatever is known of them."""

    ref: ListRef
    spans: tuple[Span, ...]
    people: int
    reason: RebuildReason


@dataclass(frozen=True, slots=True)
class RemoveRest:
    """The end of a rebuild: whoever was last added before it began leaves. One row stands for all of them."""

    ref: ListRef
    span: Span
    reason: RebuildReason


Step = EnsureAudience | Rename | SetKeepFor | RemoveNow | Rekey | Add | Refresh | Rebuild | Remove | RemoveRest


class RebuildStage(StrEnum):
    """How far a rebuild is. Nobody but withdrawers leaves before ENDING; ENDED: the platform has to process the end."""

    WAITING = "waiting"
    FILLING = "filling"
    ENDING = "ending"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """`since`: the number of the newest request before the rebuild began, None while it has not begun."""

    reason: RebuildReason
    stage: RebuildStage
    since: int | None = None
    open_adds: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """People that a stopped list does not move."""

    add: int = 0
    remove: int = 0
    rekey: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """A guard's no: `message` says the numbers and the limit, `hint` the way out."""

    code: str
    message: str
    held: Held
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NoRecord:
    """The plan was made without the record of what was sent: what would be added and removed is not known.

    `sizes` are counts that a night left, of the lists that it knew; `at` is when.
    """

    at: datetime | None = None
    sizes: Mapping[ListRef, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListPlan:
    """One list of one audience; every number counts people.

    `removed_because` splits `remove` by reason (`no_longer_fits`, or a Reason). `deferred` is the part of `remove`
    that waits until an earlier add is processed. `coverage` counts members by kind of key. `hashed` and `in_clear`
    name the fields that leave this machine. `guarded` people of `remove` and `rekey` go only because no guard held them.
    """

    ref: ListRef
    platform: Platform
    account: str
    name: str
    consent: Mapping[Reason, int]
    unmatchable: int
    members: int
    was: int
    add: int
    remove: int
    unchanged: int
    rekey: int
    later: int
    refresh: int
    reassert: int
    deferred: int
    removed_because: Mapping[str, int]
    coverage: Mapping[str, int]
    hashed: tuple[str, ...]
    in_clear: tuple[str, ...]
    requests: int
    first_fill: bool
    holdout: int = 0
    stopped: Stop | None = None
    rebuild: Rebuilding | None = None
    guarded: int = 0


@dataclass(frozen=True, slots=True)
class CutOff:
    """Where a `top` or `bottom` begins or ends, as a sentence, and how many it takes in."""

    sentence: str
    people: int


@dataclass(frozen=True, slots=True)
class AudiencePlan:
    """`excluded_by` counts per excluded audience; somebody in two of them is counted in both.

    `renamed_from` is the key under which its lists are still on record; the next sync moves them. `unusable` counts the
    cells of identifiers, by field and reason, that cannot be used: of people who fit and are not excluded.
    """

    key: str
    name: str
    owner: str | None
    sentence: str
    rule: int
    excluded: int
    excluded_by: Mapping[str, int]
    lists: Mapping[str, ListPlan]
    cut_offs: tuple[CutOff, ...] = ()
    paused: bool = False
    renamed_from: str | None = None
    unusable: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a look: a stable code, how many, and where; never a value.

    `of` is how many there are in all, `parts` splits the count; the sentence is made where it is read.
    """

    code: str
    count: int
    where: str
    of: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceCount:
    """`last_rows` None: not known from an earlier run."""

    name: str
    rows: int
    last_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`audience_names` and `destinations` are what it was asked to be about; empty means everything.

    `install_id` names the record that it was made with; None: there was none yet.
    """

    id: str
    at: datetime
    file: str
    config_sha256: str
    first_run: bool
    sources: tuple[SourceCount, ...]
    audiences: Mapping[str, AudiencePlan]
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...]
    audience_names: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    install_id: str | None = None
    no_record: NoRecord | None = None

    @property
    def lists(self) -> tuple[ListPlan, ...]:
        return tuple(each for audience in self.audiences.values() for each in audience.lists.values())

    @property
    def owes(self) -> bool:
        """Whether anything is to be done, now or later, for any list."""
        if any(isinstance(step, Rename | SetKeepFor) for step in self.steps):
            return True
        return any(each.add or each.remove or each.later or each.refresh or each.reassert for each in self.lists)
