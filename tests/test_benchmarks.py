"""The benchmarks work, in a short form; what they measure is nobody's promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("name", ["difference", "erasure"])
def test_a_short_form_prints_one_line_for_each_size(name: str) -> None:
    found = subprocess.run(
        [sys.executable, str(BENCHMARKS / f"{name}.py"), "1e3", "1e4"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    titles, *lines = found.stdout.splitlines()
    assert titles.split()[0] == "rows"
    assert [line.split()[0] for line in lines] == ["1,000", "10,000"]
