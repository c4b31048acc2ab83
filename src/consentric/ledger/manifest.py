"""What a backup says of itself: which files it is made of, byte for byte, and which ledger they were.

The manifest vouches for itself too: it must be, to the byte, what its own content would be written as.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from consentric.errors import StateError

NAME: Final = "manifest.json"
FORMAT: Final = "backup/1"
LEDGER: Final = "ledger.db"
LEAST_KNOWN: Final = "look for another backup; `sha256sum` of a sound one gives the sums in its manifest.json"
_PLAIN: Final = re.compile(r"ledger\.db|lists/[A-Za-z0-9][A-Za-z0-9._-]*\.parquet")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup; `path` is relative to it."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`at` is the moment that the ledger shows, `files` every file but the manifest, the ledger first."""

    at: datetime
    made_by: str
    install_id: str
    key_id: str
    ledger_version: int
    files: tuple[Entry, ...]

    def render(self) -> bytes:
        """The bytes of manifest.json."""
        document = self._document()
        return _text({**document, "sha256": hashlib.sha256(_text(document)).hexdigest()})

    def _document(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "at": self.at.isoformat(),
            "made_by": self.made_by,
            "install_id": self.install_id,
            "key_id": self.key_id,
            "ledger_version": self.ledger_version,
            "files": [{"path": each.path, "bytes": each.bytes, "sha256": each.sha256} for each in self.files],
        }


def parse(written: bytes, path: Path) -> Manifest:
    """The manifest that was written; StateError naming `path` where a single bit differs."""
    try:
        document = json.loads(written)
        manifest = Manifest(
            at=datetime.fromisoformat(document["at"]),
            made_by=str(document["made_by"]),
            install_id=str(document["install_id"]),
            key_id=str(document["key_id"]),
            ledger_version=int(document["ledger_version"]),
            files=tuple(
                Entry(str(each["path"]), int(each["bytes"]), str(each["sha256"])) for each in document["files"]
            ),
        )
        sound = manifest.render() == written
    except (ValueError, KeyError, TypeError, RecursionError):
        sound, manifest = False, None
    if manifest is None or not sound:
        raise damaged(path, "is not what consentric wrote")
    names = [each.path for each in manifest.files]
    if names[:1] != [LEDGER] or len(set(names)) < len(names) or not all(map(_PLAIN.fullmatch, names)):
        raise damaged(path, "names files that a backup cannot have")
    return manifest


def damaged(path: Path, what: str) -> StateError:
    """A backup, or a file of it, that nothing may be restored from."""
    return StateError("A730", f"the backup cannot be used: {path} {what}", hint=LEAST_KNOWN)


def _text(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1).encode("ascii") + b"\n"
