"""Record batch in, record batch out: contacts in clear become keyed digests and the platforms' hashes, row by row.

Any engine can call it, an executor of a cluster too. It keeps nothing between calls, and what it returns holds no contact
in clear but the domain of an e-mail, the country and postcode that Google wants in clear inside an address key, and the
mobile advertising ids that Meta wants in clear.

Columns of the result, for rows in the order of the batch (C is the name of an input column):

=================  ======================  ==========================================================================
C.identity         fixed_size_binary[16]   keyed digest of `email\\n` or `phone\\n` and the identity form; null if unusable
C.domain           utf8                    e-mails only: `@` and the domain in lower case and ASCII; null if unusable
C.reason           utf8                    an `Unusable` code; null if usable
C.google, C.meta   fixed_size_binary[32]   SHA-256 of the platform's form; null if unusable (there)
M.meta             binary                  a mobile advertising id in ASCII; it has M.identity and M.reason besides
address.google     binary                  bytes 0–31 SHA-256 of the first name, 32–63 of the last name, 64–65 the region in
                                           ASCII, from 66 the postcode in UTF-8; null unless all four are known
fn.meta, ln.meta,  fixed_size_binary[32]   SHA-256 of Meta's riders, each only if its column is declared;
zip.meta, country.meta, fi.meta, ct.meta,  null where unusable. `fi` is the initial; `doby`, `dobm` and `dobd` are the
st.meta, doby.meta, dobm.meta, dobd.meta,  parts of the birth date
gen.meta
=================  ======================  ==========================================================================

Where a column holds SHA-256 already, its digests go to both platforms as they are, and C.identity is the keyed digest of
`email sha256\n` or `phone sha256\n` and the 32 bytes. With `beside_hashed` the other columns have that digest of each
platform's hash too, as C.google.identity and C.meta.identity.

A keyed digest is HMAC-SHA256 under the identity key, cut to 16 bytes. Each column costs a hash of every cell, so only those of
the platforms that are asked for are there, and without a key no digest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from consentric.engine.contacts import Contacts, Wanted, column, readable
from consentric.engine.places import more_riders, place_columns
from consentric.identifiers import compiled
from consentric.identifiers.compiled.cells import key_text
from consentric.model.project import Platform

ROWS_AT_ONCE: Final = 131_072
"""Bounds the memory of a call, whatever the batch holds."""

_HASH: Final = 32
_REGION: Final = 2


class AddressParts(NamedTuple):
    """A Google address key taken apart for the wire."""

    first_name: bytes
    last_name: bytes
    region: str
    postcode: str

    def __repr__(self) -> str:
        return "AddressParts(…)"


def normalise(
    batch: pa.RecordBatch,
    contacts: Contacts,
    *,
    identity_key: bytes | None,
    platforms: Collection[Platform] = frozenset(Platform),
) -> pa.RecordBatch:
    """The columns described above, for as many rows as the batch has."""
    wanted = Wanted(identity_key, frozenset(platforms))
    parts = [
        _normalise(batch.slice(start, ROWS_AT_ONCE), contacts, wanted)
        for start in range(0, max(batch.num_rows, 1), ROWS_AT_ONCE)
    ]
    return parts[0] if len(parts) == 1 else pa.concat_batches(parts)


def text_key(cells: pa.Array, name: str, identity_key: bytes) -> pa.FixedSizeBinaryArray:
    """Keyed digests of `text\\n`, the key's name, a line feed and the trimmed text; null where blank.

    12, 12.0 and "12" are one key, "012" is another.
    """
    text = readable(name, lambda: key_text(cells))
    return compiled.keyed_digest(text, identity_key, f"text\n{name}\n".encode())


def address_parts(value: bytes) -> AddressParts:
    """The four parts of an address key."""
    region = 2 * _HASH + _REGION
    return AddressParts(
        value[:_HASH], value[_HASH : 2 * _HASH], value[2 * _HASH : region].decode(), value[region:].decode()
    )


def _normalise(batch: pa.RecordBatch, contacts: Contacts, wanted: Wanted) -> pa.RecordBatch:
    country = _country(batch, contacts)
    columns: dict[str, pa.Array] = {}
    for name in contacts.emails:
        cells = column(batch, name)
        columns |= (
            _ready_columns(name, cells, wanted, "email") | {f"{name}.domain": pa.nulls(len(cells), pa.string())}
            if name in contacts.prehashed
            else _known_by_hash(_email_columns(name, cells, wanted), contacts, wanted, "email")
        )
    for name in contacts.phones:
        cells = column(batch, name)
        columns |= (
            _ready_columns(name, cells, wanted, "phone")
            if name in contacts.prehashed
            else _known_by_hash(_phone_columns(name, cells, country, wanted), contacts, wanted, "phone")
        )
    for name in contacts.mobile_ids:
        columns |= _mobile_columns(name, column(batch, name), wanted)
    columns |= place_columns(batch, contacts, country, wanted)
    if Platform.META in wanted.platforms:
        columns |= more_riders(batch, contacts, country)
    if not columns:
        return batch.select([])
    return pa.RecordBatch.from_pydict(columns)


def _email_columns(name: str, cells: pa.StringArray, wanted: Wanted) -> Mapping[str, pa.Array]:
    forms = compiled.emails(cells)
    hashes: dict[str, pa.Array] = {}
    if wanted.platforms == {Platform.GOOGLE}:
        hashes[f"{name}.google"] = compiled.sha256_column(forms.google)
    elif wanted.platforms:
        hashes[f"{name}.meta"] = compiled.sha256_column(forms.meta)
    if wanted.platforms == {Platform.GOOGLE, Platform.META}:
        hashes[f"{name}.google"] = _where_it_differs(hashes[f"{name}.meta"], forms.meta, forms.google)
    reading = {f"{name}.domain": forms.domain, f"{name}.reason": forms.reason}
    return {**wanted.identity(name, "email", forms.identity), **reading, **hashes}


def _phone_columns(name: str, cells: pa.StringArray, country: pa.StringArray, wanted: Wanted) -> Mapping[str, pa.Array]:
    forms = compiled.phones(cells, country)
    hashes: dict[str, pa.Array] = {}
    if Platform.GOOGLE in wanted.platforms:
        hashes[f"{name}.google"] = compiled.sha256_column(forms.google)
    if Platform.META in wanted.platforms:
        hashes[f"{name}.meta"] = compiled.sha256_column(forms.meta)
    return {**wanted.identity(name, "phone", forms.identity), f"{name}.reason": forms.reason, **hashes}


def _ready_columns(name: str, cells: pa.StringArray, wanted: Wanted, kind: str) -> dict[str, pa.Array]:
    """Hashes that somebody else made."""
    found = compiled.sha256_hexes(cells)
    hashes = {f"{name}.{platform}": found.digest for platform in wanted.platforms}
    return {**wanted.identity(name, f"{kind} sha256", found.digest), f"{name}.reason": found.reason, **hashes}


def _known_by_hash(
    columns: Mapping[str, pa.Array], contacts: Contacts, wanted: Wanted, kind: str
) -> Mapping[str, pa.Array]:
    """And, where other columns hold hashes, under what these would be known."""
    if not contacts.beside_hashed:
        return columns
    hashes = {name: cells for name, cells in columns.items() if name.endswith((".google", ".meta"))}
    known = [wanted.identity(name, f"{kind} sha256", cells) for name, cells in hashes.items()]
    return {**columns, **{name: cells for each in known for name, cells in each.items()}}


def _mobile_columns(name: str, cells: pa.StringArray, wanted: Wanted) -> Mapping[str, pa.Array]:
    """Only Meta takes them into a list with e-mails and phones, and in clear."""
    found = compiled.mobile_ids(cells)
    sent = {f"{name}.meta": found.form.cast(pa.binary())} if Platform.META in wanted.platforms else {}
    return {**wanted.identity(name, "mobile_id", found.form), f"{name}.reason": found.reason, **sent}


def _where_it_differs(digests: pa.Array, form: pa.StringArray, other: pa.StringArray) -> pa.Array:
    """The hashes of the other form, of which only the different ones are computed."""
    differs = pc.fill_null(
        pc.or_kleene(pc.not_equal(form, other), pc.and_(pc.is_valid(form), pc.is_null(other))), False
    )
    if not pc.any(differs).as_py():
        return digests
    return pc.replace_with_mask(digests, differs, compiled.sha256_column(other.filter(differs)))


def _country(batch: pa.RecordBatch, contacts: Contacts) -> pa.StringArray:
    if contacts.country:
        return compiled.countries(column(batch, contacts.country), contacts.assume_country)
    return pa.repeat(pa.scalar(contacts.assume_country, pa.string()), batch.num_rows)
