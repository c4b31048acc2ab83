"""The kernel's columns of names, places and traits: Google's whole address, and what Meta takes along with a key."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine.contacts import Contacts, Wanted, column, hashed
from consentric.identifiers import compiled


def place_columns(
    batch: pa.RecordBatch, contacts: Contacts, country: pa.StringArray, wanted: Wanted
) -> Mapping[str, pa.Array]:
    columns: dict[str, pa.Array] = {}
    codes: pa.StringArray | None = None
    if contacts.first_name:
        forms = {
            "fn.google": compiled.google_first_names,
            "fn.meta": compiled.meta_names,
            "fi.meta": compiled.meta_initials,
        }
        columns |= wanted.hashed(column(batch, contacts.first_name), forms)
    if contacts.last_name:
        forms = {"ln.google": compiled.google_last_names, "ln.meta": compiled.meta_names}
        columns |= wanted.hashed(column(batch, contacts.last_name), forms)
    if contacts.postcode:
        found = compiled.postcodes(column(batch, contacts.postcode), country)
        codes = found.google
        columns |= wanted.hashed(found.meta, {"zip.meta": _unchanged})
    if contacts.country:
        columns |= wanted.hashed(country, {"country.meta": pc.utf8_lower})
    first, last = columns.pop("fn.google", None), columns.pop("ln.google", None)
    whole = first is not None and last is not None and codes is not None
    if whole and (contacts.country or contacts.assume_country):
        columns["address.google"] = _addresses(first, last, country, codes)
    return columns


def more_riders(batch: pa.RecordBatch, contacts: Contacts, country: pa.StringArray) -> Mapping[str, pa.Array]:
    """What only Meta takes."""
    columns: dict[str, pa.Array] = {}
    if contacts.city:
        (columns["ct.meta"],) = hashed(column(batch, contacts.city), compiled.cities)
    if contacts.state:
        (columns["st.meta"],) = hashed(compiled.states(column(batch, contacts.state), country), _unchanged)
    if contacts.birth_date:
        born = compiled.birth_dates(column(batch, contacts.birth_date), contacts.today)
        for name, part in (("doby", born.meta_year), ("dobm", born.meta_month), ("dobd", born.meta_day)):
            (columns[f"{name}.meta"],) = hashed(part, _unchanged)
    if contacts.gender:
        (columns["gen.meta"],) = hashed(compiled.meta_genders(column(batch, contacts.gender)), _unchanged)
    return columns


def _addresses(first: pa.Array, last: pa.Array, region: pa.Array, postcode: pa.Array) -> pa.BinaryArray:
    parts = [each.cast(pa.binary()) for each in (first, last, region, postcode)]
    return pc.binary_join_element_wise(*parts, b"", null_handling="emit_null")


def _unchanged(values: pa.StringArray) -> pa.StringArray:
    return values
