"""The commands that the documentation tells to type: each is typed. The first pages have a file of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from docs.blocks import PAGES
from docs.project import FIRST, is_run, run_page, runnable

REASONS: Final = (
    "they install and take minutes",
    "the record of this page is not lost",
    "it installs",
    "it runs until it is stopped; the tests have one running",
    "it needs a real account",
    "it needs your exports",
    "it needs your backup",
    "a change so large needs a night to pass",
    "it rewrites this very page",
)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if is_run(page) and page not in FIRST], ids=lambda page: page.name
)
def test_what_a_page_tells_to_type_works(page: Path, tmp_path: Path) -> None:
    """Blocks run one after the other in one folder; screens are shown as they are, documents have the keys that are shown."""
    run_page(page, tmp_path)


def test_only_few_blocks_are_not_run() -> None:
    """For reasons that are known, and none of them is convenience."""
    left_out = [each for page in PAGES for each in runnable(page) if not each.is_run]
    assert {each.remarks["not run"] for each in left_out} == set(REASONS)
    assert len(left_out) <= 12
