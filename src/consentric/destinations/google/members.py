"""Match keys as the bytes of Data Manager members, whole columns at a time: ten times as many as by adding to messages. No I/O.

A field in the bytes of a message is its tag, then the length of its content, then the content
(protobuf.dev/programming-guides/encoding); numbers of fields are read from the client's own descriptors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from google.ads import datamanager_v1 as api

from consentric.destinations.rows import ADDRESS, EMAIL, HASH_BYTES, HASH_DIGITS, PHONE, Keys, hex_cells, in_a_row

REFERENCE: Final = "list"
"""Whether members without a reference go to all destinations or to none is not documented: name it."""

_WITH_CONTENT: Final = 2
_REGION_LETTERS: Final = 2
_IN_CLEAR: Final = 2 * HASH_BYTES
_TO_THE_END: Final = 2**31 - 1
_MOST_IN_A_BYTE: Final = 0x7F


def _number(size: int) -> bytes:
    """A number as seven bits a byte, the lowest first; all bytes but the last are marked."""
    digits = bytearray()
    while size > _MOST_IN_A_BYTE:
        digits.append(size & _MOST_IN_A_BYTE | _MOST_IN_A_BYTE + 1)
        size >>= 7
    return bytes([*digits, size])


def _tag(message: Any, field: str) -> bytes:
    return _number(message.pb().DESCRIPTOR.fields_by_name[field].number << 3 | _WITH_CONTENT)


_MEMBER: Final = _tag(api.IngestAudienceMembersRequest, "audience_members")
_COMPOSITE: Final = _tag(api.AudienceMember, "composite_data")
_USER_DATA: Final = _tag(api.CompositeData, "user_data")
_IDENTIFIER: Final = _tag(api.UserData, "user_identifiers")
_IN_LOCATION: Final = _tag(api.UserIdentifier, "address")
_GIVEN_NAME, _FAMILY_NAME, _REGION, _POSTCODE = (
    _tag(api.AddressInfo, each) for each in ("given_name", "family_name", "region_code", "postal_code")
)
_TO_THE_LIST: Final = _tag(api.AudienceMember, "destination_references") + _number(len(REFERENCE)) + REFERENCE.encode()


def _hashed(tag: bytes) -> bytes:
    """What stands before a digest in hex."""
    return tag + _number(HASH_DIGITS)


_EMAIL, _PHONE = (
    _IDENTIFIER + _number(len(before) + HASH_DIGITS) + before
    for before in (_hashed(_tag(api.UserIdentifier, each)) for each in ("email_address", "phone_number"))
)


def together(found: Keys) -> memoryview:
    """One member for each row, with all its keys in their order."""
    offsets = pa.array(np.append(found.firsts, len(found.rows)).astype(np.int32))
    return _members(pc.binary_join(pa.ListArray.from_arrays(offsets, _identifiers(found)), b""))


def apart(found: Keys) -> memoryview:
    """One member for each key."""
    return _members(_identifiers(found))


def _members(identifiers: pa.BinaryArray) -> memoryview:
    return in_a_row(_joined(_by_size(pc.binary_length(identifiers), _before_identifiers), identifiers))


def _before_identifiers(size: int) -> bytes:
    user_data = _USER_DATA + _number(size)
    composite = _COMPOSITE + _number(len(user_data) + size) + user_data
    return _MEMBER + _number(len(_TO_THE_LIST) + len(composite) + size) + _TO_THE_LIST + composite


def _identifiers(found: Keys) -> pa.BinaryArray:
    """Each key as one entry of `user_identifiers`."""
    if not np.isin(found.kinds, (EMAIL, PHONE, ADDRESS)).all():
        raise ValueError("a match key of a kind that Google lists do not take")
    places = [np.flatnonzero(found.kinds == kind) for kind in (EMAIL, PHONE, ADDRESS)]
    emails, phones, addresses = (found.values.take(pa.array(each)) for each in places)
    cells = pa.concat_arrays([_joined(_EMAIL, _hex(emails)), _joined(_PHONE, _hex(phones)), _addresses(addresses)])
    order = np.empty(len(cells), np.int64)
    order[np.concatenate(places)] = np.arange(len(cells))
    return cells.take(pa.array(order))


def _addresses(values: pa.BinaryArray) -> pa.BinaryArray:
    """Names hashed, region and postcode in clear, as Google wants them (devguides/concepts/formatting)."""
    given, family = (_hex(pc.binary_slice(values, first, first + HASH_BYTES)) for first in (0, HASH_BYTES))
    region = pc.binary_slice(values, _IN_CLEAR, _IN_CLEAR + _REGION_LETTERS)
    postcode = pc.binary_slice(values, _IN_CLEAR + _REGION_LETTERS, _TO_THE_END)
    sizes = pc.binary_length(postcode)
    return _joined(
        _by_size(sizes, _before_address),
        _hashed(_GIVEN_NAME),
        given,
        _hashed(_FAMILY_NAME),
        family,
        _REGION + _number(_REGION_LETTERS),
        region,
        _by_size(sizes, _before_postcode),
        postcode,
    )


def _before_address(postcode: int) -> bytes:
    names = sum(len(_hashed(each)) + HASH_DIGITS for each in (_GIVEN_NAME, _FAMILY_NAME))
    place = len(_REGION + _number(_REGION_LETTERS)) + _REGION_LETTERS + len(_before_postcode(postcode)) + postcode
    address = _IN_LOCATION + _number(names + place)
    return _IDENTIFIER + _number(len(address) + names + place) + address


def _before_postcode(size: int) -> bytes:
    return _POSTCODE + _number(size)


def _hex(digests: pa.BinaryArray) -> pa.BinaryArray:
    return hex_cells(digests).cast(pa.binary())


def _by_size(sizes: pa.Int32Array, written: Callable[[int], bytes]) -> pa.BinaryArray:
    """What is written before contents of these sizes, worked out once for each size."""
    encoded = sizes.dictionary_encode()
    return pa.array([written(size) for size in encoded.dictionary.to_pylist()], pa.binary()).take(encoded.indices)


def _joined(*parts: pa.BinaryArray | bytes) -> pa.BinaryArray:
    return pc.binary_join_element_wise(*parts, b"")
