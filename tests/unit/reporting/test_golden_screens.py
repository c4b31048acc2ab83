"""Whole screens against files: what a reader sees, to the last blank. CONSENTRIC_WRITE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consentric.reporting.confirm_screen import confirm_screen
from consentric.reporting.look import Look
from consentric.reporting.markdown import plan_markdown, sync_markdown
from consentric.reporting.plan_screen import plan_screen
from consentric.reporting.status_screen import status_screen
from consentric.reporting.sync_screen import sync_screen

from .plans import first_run, ordinary_night, quiet_night
from .results import confirmed, failed_sync, ordinary_sync, quiet_sync, status

GOLDEN = Path(__file__).parents[2] / "golden"

WIDE = Look()
NARROW = Look(width=80)
PIPED = Look(width=100, mask_below=10)
ASCII = Look(width=80, unicode=False, mask_below=10)

SCREENS = {
    "plan_ordinary_100.txt": lambda: plan_screen(ordinary_night(), WIDE).plain,
    "plan_ordinary_80.txt": lambda: plan_screen(ordinary_night(), NARROW).plain,
    "plan_ordinary_ascii.txt": lambda: plan_screen(ordinary_night(), ASCII).plain,
    "plan_ordinary_piped.txt": lambda: plan_screen(ordinary_night(), PIPED).plain,
    "plan_first_run_100.txt": lambda: plan_screen(first_run(), WIDE).plain,
    "plan_quiet_100.txt": lambda: plan_screen(quiet_night(), WIDE).plain,
    "plan_ordinary.md": lambda: plan_markdown(ordinary_night(), PIPED),
    "sync_ordinary_100.txt": lambda: sync_screen(ordinary_sync(), WIDE).plain,
    "sync_failed_80.txt": lambda: sync_screen(failed_sync(), NARROW).plain,
    "sync_quiet_100.txt": lambda: sync_screen(quiet_sync(), WIDE).plain,
    "sync_failed.md": lambda: sync_markdown(failed_sync(), PIPED),
    "status_100.txt": lambda: status_screen(status(), WIDE).plain,
    "confirm_100.txt": lambda: confirm_screen(confirmed(), WIDE).plain,
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_exactly_its_golden_file(name: str) -> None:
    """The same value is always the same page."""
    page = SCREENS[name]().rstrip("\n") + "\n"
    path = GOLDEN / name
    if os.environ.get("CONSENTRIC_WRITE_GOLDEN"):
        path.write_text(page, encoding="utf-8")
    assert page == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in SCREENS if name.endswith(".txt")])
def test_no_line_is_wider_than_the_screen_or_ends_in_blanks(name: str) -> None:
    """80 columns are 80 columns."""
    width = 80 if "_80" in name or "_ascii" in name else 100
    for line in SCREENS[name]().splitlines():
        assert len(line) <= width, line
        assert line == line.rstrip()


def test_the_ascii_screen_is_ascii_and_as_aligned_as_the_other() -> None:
    """Every character is replaced by one character."""
    look = Look(width=80, mask_below=10)
    page, other = SCREENS["plan_ordinary_ascii.txt"](), plan_screen(ordinary_night(), look).plain
    assert page.isascii()
    assert [len(line) for line in page.splitlines()] == [len(line) for line in other.splitlines()]
