"""The rules over whole columns. Each module may only agree with `consentric.identifiers.rules`.

A fast path accepts the values whose form a few vector operations give for certain; every other value, once each, goes
through the rule itself. What a fast path does not accept is therefore slow, never wrong.
"""

from __future__ import annotations

from consentric.identifiers.compiled.cells import UnreadableColumnError, as_text
from consentric.identifiers.compiled.cities import cities, states
from consentric.identifiers.compiled.digests import keyed_digest, sha256_column
from consentric.identifiers.compiled.emails import Emails, emails
from consentric.identifiers.compiled.ids import Hashes, external_ids, mobile_ids, sha256_hexes
from consentric.identifiers.compiled.names import google_first_names, google_last_names, meta_initials, meta_names
from consentric.identifiers.compiled.phones import Phones, phones
from consentric.identifiers.compiled.places import Places, countries, postcodes
from consentric.identifiers.compiled.traits import BirthDates, birth_dates, meta_genders

__all__ = [
    "BirthDates",
    "Emails",
    "Hashes",
    "Phones",
    "Places",
    "UnreadableColumnError",
    "as_text",
    "birth_dates",
    "cities",
    "countries",
    "emails",
    "external_ids",
    "google_first_names",
    "google_last_names",
    "keyed_digest",
    "meta_genders",
    "meta_initials",
    "meta_names",
    "mobile_ids",
    "phones",
    "postcodes",
    "sha256_column",
    "sha256_hexes",
    "states",
]
