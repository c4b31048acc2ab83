"""Pieces of an audiences.yaml, as the documentation shows them, put into the demo shop's file to be validated.

A whole file has a `version`. A piece is one or more blocks of the top level (`audiences:` adds audiences, `sources:`
sources and so on; other blocks replace the shop's), or conditions, which become the `who` of an audience of their own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from consentric.config.shapes import TOP_BLOCKS, TopShape
from docs.blocks import ROOT, Block

ADDED_TO: Final = frozenset({"sources", "destinations", "audiences"})
_TOP: Final = frozenset({*TOP_BLOCKS, *TopShape.model_fields})
_KEY: Final = re.compile(r"([A-Za-z_]\w*):")

Lines = list[str]


def whole_file(block: Block) -> str:
    """The text of a file that holds what the block says."""
    if block.text.startswith("version:"):
        return block.text
    base = _split((ROOT / "audiences.yaml").read_text(encoding="utf-8").splitlines(), indent=0)
    piece = _split(block.text.splitlines(), indent=0)
    if not piece.keys() <= _TOP:
        piece = {"audiences": ["audiences:", "  an_example:", "    who:", *(f"      {line}" for line in _lines(block))]}
    for key, lines in piece.items():
        base[key] = _added(base[key], lines) if key in ADDED_TO and key in base else lines
    return "\n".join(line for lines in base.values() for line in lines) + "\n"


def _lines(block: Block) -> Lines:
    return block.text.splitlines()


def _added(before: Lines, after: Lines) -> Lines:
    """The entries of both, those of the second where both have one."""
    entries = _split(before[1:], indent=2) | _split(after[1:], indent=2)
    return [before[0], *(line for lines in entries.values() for line in lines)]


def _split(lines: Lines, *, indent: int) -> dict[str, Lines]:
    """Lines by the key that they belong to; comments above a key belong to the one before."""
    parts: dict[str, Lines] = {}
    current: Lines = []
    for line in lines:
        found = _KEY.match(line, indent) if line[:indent].isspace() or indent == 0 else None
        if found:
            current = parts.setdefault(found[1], [])
            current.clear()
        if line.strip():
            current.append(line)
    return parts


def write(block: Block, folder: Path) -> Path:
    """The file on disk."""
    path = folder / "audiences.yaml"
    path.write_text(whole_file(block), encoding="utf-8")
    return path
