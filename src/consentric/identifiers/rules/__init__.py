"""The rules, one value at a time: the readable reference that the compiled ones must agree with.

Every rule takes one text and returns its form, or the reason why it has none. Where a platform's pages, samples and
libraries contradict each other, the docstring of the rule says what was decided, why, and on which public page.
"""

from __future__ import annotations

from consentric.identifiers.rules.emails import domain, email, google_email, meta_email
from consentric.identifiers.rules.ids import external_id, mobile_id, sha256_hex
from consentric.identifiers.rules.names import google_first_name, google_last_name, meta_initial, meta_name
from consentric.identifiers.rules.phones import google_phone, meta_phone, phone
from consentric.identifiers.rules.places import (
    country,
    google_postcode,
    meta_city,
    meta_country,
    meta_postcode,
    meta_state,
)
from consentric.identifiers.rules.traits import (
    birth_date,
    meta_birth_day,
    meta_birth_month,
    meta_birth_year,
    meta_gender,
)

__all__ = [
    "birth_date",
    "country",
    "domain",
    "email",
    "external_id",
    "google_email",
    "google_first_name",
    "google_last_name",
    "google_phone",
    "google_postcode",
    "meta_birth_day",
    "meta_birth_month",
    "meta_birth_year",
    "meta_city",
    "meta_country",
    "meta_email",
    "meta_gender",
    "meta_initial",
    "meta_name",
    "meta_phone",
    "meta_postcode",
    "meta_state",
    "mobile_id",
    "phone",
    "sha256_hex",
]
