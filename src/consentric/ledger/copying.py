"""Copies of single files, private and on the disk when they are told of, with the checksum of what was really read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from consentric.ledger.durable import HashedFile
from consentric.ledger.troubles import told

PIECE: Final = 1 << 20


def copy_durably(source: Path, target: Path) -> tuple[int, str]:
    """The number of bytes that were copied and their SHA-256. FileNotFoundError where the source is gone."""
    descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        with told(target):
            out = HashedFile(target)
        with out:
            while piece := _read(descriptor, source):
                with told(target):
                    out.write(piece)
            with told(target):
                out.sync()
    finally:
        os.close(descriptor)
    return out.tell(), out.sha256


def _read(descriptor: int, source: Path) -> bytes:
    with told(source):
        return os.read(descriptor, PIECE)
