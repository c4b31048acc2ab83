"""Folders to work on: the demo shop in small, the Complete Journey, and a family shop of a few rows."""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Final

from consentric.demo import write_shop

ROOT: Final = Path(__file__).parents[3]
JOURNEY: Final = ROOT / "examples" / "complete_journey"
_MIN_SIZE: Final = "  min_size: 100\n"
_GUARDS_OFF: Final = "  min_size: off\n"


def demo_shop(folder: Path, customers: int) -> Path:
    """The demo shop with its own audiences.yaml, but for the smallest size of a list, which a small shop does not reach."""
    folder.mkdir(parents=True)
    write_shop(folder, customers=customers)
    document = (ROOT / "audiences.yaml").read_text(encoding="utf-8")
    assert document.count(_MIN_SIZE) == 1, "audiences.yaml says min_size in another way now"
    (folder / "audiences.yaml").write_text(document.replace(_MIN_SIZE, _GUARDS_OFF), encoding="utf-8")
    return folder


def keep_audiences(file: Path, names: Collection[str]) -> None:
    """Leaves only these in a document, and those that are sent nowhere."""
    head, _, audiences = file.read_text(encoding="utf-8").partition("\naudiences:\n")
    kept = [
        each
        for each in re.split(r"^(?=  \w+:)", audiences, flags=re.MULTILINE)
        if each.strip().partition(":")[0] in names or "send_to: []" in each
    ]
    file.write_text(f"{head}\naudiences:\n{''.join(kept)}", encoding="utf-8")


def complete_journey(folder: Path) -> Path:
    """The example over real purchases, as its README says."""
    folder.mkdir(parents=True)
    prepare = runpy.run_path(str(JOURNEY / "prepare.py"))["prepare"]
    prepare(folder)
    shutil.copy(JOURNEY / "audiences.yaml", folder)
    return folder
