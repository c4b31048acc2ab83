"""Writes what the documentation shows of the program: generated tables, and the screens of console blocks.

python tests/docs/rewrite.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs.blocks import PAGES, Block, blocks
from docs.project import open_project
from docs.reference import up_to_date


def rewrite() -> None:
    """All pages, in place."""
    for page in PAGES:
        page.write_text(up_to_date(page), encoding="utf-8")
        runnable = [each for each in blocks(page, "sh", "console") if each.is_run]
        if not any(each.language == "console" for each in runnable):
            continue
        lines = page.read_text(encoding="utf-8").splitlines()
        shown: list[tuple[Block, list[str]]] = []
        with tempfile.TemporaryDirectory() as folder, open_project(Path(folder)) as here:
            for block in runnable:
                if block.language == "console":
                    shown.append((block, here.shown(block).splitlines()))
                else:
                    here.run(block)
        for block, new in reversed(shown):
            lines[block.line - 1 : block.line - 1 + len(block.text.splitlines())] = new
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    rewrite()
