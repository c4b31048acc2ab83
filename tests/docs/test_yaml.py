"""Every piece of an audiences.yaml in the documentation is one that consentric takes, or refuses as the page says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from consentric import config
from consentric.errors import ConfigError, Severity
from docs.blocks import PAGES, Block, blocks, prose
from docs.fragments import whole_file, write

PIECES: Final = [block for page in PAGES for block in blocks(page, "yaml")]
VARIABLES: Final = {
    "META_AD_ACCOUNT": "act_1001",
    "META_ACCESS_TOKEN": "token",
    "META_APP_SECRET": "secret",
    "GOOGLE_ADS_CUSTOMER_ID": "123-456-7890",
}
SENTENCES: Final = [
    line.split("`")[1]
    for page in PAGES
    for line in prose(page).splitlines()
    if line.startswith("| ") and "| `{" in line
]


@pytest.mark.parametrize("block", PIECES, ids=lambda block: block.place)
def test_a_piece_is_taken_or_refused_as_the_page_says(block: Block, tmp_path: Path) -> None:
    """By the reader itself, put into the demo shop's file where it is only a piece."""
    codes = _codes(write(block, tmp_path))
    assert codes == ([block.remarks["wrong"]] if "wrong" in block.remarks else []), whole_file(block)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_condition_in_a_table_is_one(sentence: str, tmp_path: Path) -> None:
    """Somebody will copy it from there."""
    assert _codes(write(Block(PAGES[0], 1, "yaml", f"{sentence}\n", {}), tmp_path)) == []


def _codes(path: Path) -> list[str]:
    """The codes of its errors."""
    try:
        config.load(path, VARIABLES, contact=False)
    except ConfigError as error:
        return [each.code for each in error.diagnostics if each.severity is Severity.ERROR]
    return []
