"""Makes the judge and the helper of this folder importable, however pytest was started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from tiny_shop import Judge, tiny_shop  # noqa: E402 - found through the line above


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """A judge over a shop in a folder of its own."""
    return tiny_shop(tmp_path)
