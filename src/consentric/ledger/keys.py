"""The install key and what is derived from it: without it no digest of this folder can be made or checked.

One sub-key per use, so that a digest of one use says nothing about another. The ledger knows the key's id and a check
value, never the key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from consentric.errors import StateError
from consentric.ledger.folder import refuse_readable_by_others, sync_folder
from consentric.ledger.troubles import told

KEY_BYTES: Final = 32
HOW_TO_MAKE: Final = "make one with `(umask 077; openssl rand -hex 32 > FILE)` and keep a copy apart from the backups"
PUT_BACK: Final = (
    "put back the key that this state folder was made with (`key` in the folder, or the file that CONSENTRIC_KEY_FILE "
    "names); without it, suppressed people could be sent again, so nothing is sent"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """32 bytes for each use: identifiers in set work, suppressions, people in membership files. They show nowhere."""

    identity: bytes = field(repr=False)
    suppression: bytes = field(repr=False)
    person: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyMark:
    """How the ledger knows its key again: a short name for people, and a value that only this key gives."""

    key_id: str
    check: bytes


def derive_keys(install_key: bytes) -> Keys:
    """The sub-keys of an install key."""
    return Keys(
        identity=_derive(install_key, "identity"),
        suppression=_derive(install_key, "suppression"),
        person=_derive(install_key, "person"),
    )


def passing_keys() -> Keys:
    """Keys for a first plan, which has nothing on record and leaves nothing behind."""
    return derive_keys(secrets.token_bytes(KEY_BYTES))


def mark(install_key: bytes) -> KeyMark:
    """What the ledger keeps of a key."""
    return KeyMark(key_id=_derive(install_key, "id")[:4].hex(), check=_derive(install_key, "check"))


def load_key(file: Path, expected: KeyMark) -> bytes:
    """The install key, if it is the one of this ledger."""
    with told(file):
        if not file.exists():
            raise StateError("A705", f"the install key {file} is missing", hint=PUT_BACK)
    key = _read_key(file)
    found = mark(key)
    if not hmac.compare_digest(found.check, expected.check):
        raise StateError(
            "A706", f"{file} is another key ({found.key_id}) than this ledger's ({expected.key_id})", hint=PUT_BACK
        )
    return key


def first_key(file: Path, *, ours: bool) -> bytes:
    """The key of a ledger that is about to be made. Only a key of the state folder (`ours`) is made here."""
    with told(file):
        if not file.exists():
            if not ours:
                raise StateError("A705", f"the install key {file} is missing", hint=HOW_TO_MAKE)
            _make_key(file)
    return _read_key(file)


def _derive(install_key: bytes, use: str) -> bytes:
    return hmac.new(install_key, f"consentric/{use}".encode(), hashlib.sha256).digest()


def _read_key(file: Path) -> bytes:
    with told(file):
        refuse_readable_by_others(file)
        text = file.read_bytes().strip()
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StateError("A706", f"{file} is not an install key (64 hexadecimal digits)", hint=PUT_BACK)
    return key


def _make_key(file: Path) -> None:
    """Durable before the ledger remembers it, and never half written."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(KEY_BYTES) + "\n")
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)
    sync_folder(file.parent)
