"""What a platform was sent of one person, and when: one value for each stay on one list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from consentric.model.lists import ListRef
from consentric.model.project import Platform


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`person` is the keyed digest under which the person was sent.

    `first_sent` is exact where `first_is_known`, else the first time was then or earlier. `certain` False: no request with
    the person in it was ever answered, so they may have been sent. `removal_asked` None while the person is to be there, or
    where the whole list was deleted by somebody else; `removal_confirmed` None while they may still be there. `hashed` and
    `in_clear` are words of `identifiers:`, `evidence` is what stood behind each sending, the newest last.
    """

    person: bytes = field(repr=False)
    ref: ListRef
    platform: Platform
    account: str
    list_id: str | None
    list_name: str
    first_sent: datetime
    first_is_known: bool
    last_sent: datetime
    removal_asked: datetime | None
    removal_confirmed: datetime | None
    certain: bool
    hashed: tuple[str, ...]
    in_clear: tuple[str, ...]
    evidence: tuple[str, ...]
