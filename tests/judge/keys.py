"""By what a platform can find somebody: match keys in its normal form, and which of them may be sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Final

from judge import contacts
from judge.cells import text_of
from judge.document import Column, Document
from judge.people import CROWD, Person, region_of
from judge.tables import Row

GOOGLE_MOST: Final = 10


class KeyReader:
    """Everybody's match keys at one platform, in order of trust."""

    def __init__(self, document: Document, platform: str) -> None:
        self._identifiers = document.identifiers
        self._assumed = document.assume_country
        self._google = platform == "google"

    def ordered(self, person: Person) -> list[str]:
        """Addresses first, then e-mails and phones in turn; each once."""
        read_email = contacts.google_email if self._google else contacts.email
        emails = self._keys("email", person, lambda row, text: read_email(text), "email")
        phones = self._keys("phone", person, self._phone, "phone")
        addresses = self._addresses(person) if self._google else ()
        turns = chain.from_iterable(zip_longest(emails, phones))
        return list(dict.fromkeys(key for key in chain(addresses, turns) if key is not None))

    def _keys(self, identifier: str, person: Person, read: Callable[[Row, str], str | None], prefix: str) -> list[str]:
        found = []
        for column in self._identifiers[identifier]:
            for row in person.rows.get(column.source, ()):
                text = text_of(row.cell_if_any(column.column))
                normal = read(row, text) if text is not None else None
                if normal is not None:
                    found.append(f"{prefix}:{contacts.sha256(normal)}")
        return list(dict.fromkeys(found))

    def _phone(self, row: Row, text: str) -> str | None:
        number = contacts.phone(text, region_of(row, self._identifiers["country"], self._assumed))
        return number.removeprefix("+") if number and not self._google else number

    def _addresses(self, person: Person) -> Iterator[str]:
        sources = {column.source for column in self._identifiers["last_name"]}
        for row in chain.from_iterable(rows for source, rows in person.rows.items() if source in sources):
            first, last, postcode = (
                _first_text(row, self._identifiers[part]) for part in ("first_name", "last_name", "postcode")
            )
            region = region_of(row, self._identifiers["country"], self._assumed)
            key = contacts.address_key(first, last, region, postcode)
            if key is not None:
                yield key


def sendable(
    keys: Mapping[Person, Sequence[str]], granted: Iterable[Person], platform: str
) -> dict[Person, frozenset[str]]:
    """What may be sent for each person who consents: no key of somebody who does not, none that a crowd holds."""
    consenting = set(granted)
    holders: defaultdict[str, set[Person]] = defaultdict(set)
    for person, each in keys.items():
        for key in each:
            holders[key].add(person)
    withheld = {key for key, of in holders.items() if len(of) > 1 and (len(of) > CROWD or not of <= consenting)}
    most = GOOGLE_MOST if platform == "google" else None
    return {
        person: frozenset([key for key in each if key not in withheld][:most])
        for person, each in keys.items()
        if person in consenting
    }


def _first_text(row: Row, columns: Iterable[Column]) -> str | None:
    own = (text_of(row.cell_if_any(each.column)) for each in columns if each.source == row.source.name)
    return next((text for text in own if text is not None), None)
