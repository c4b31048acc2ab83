"""The benchmarks work, in a short form; what they measure is nobody's promise."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
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


def run(*arguments: str) -> list[str]:
    """The lines that a benchmark prints."""
    command = [sys.executable, *arguments]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=BENCHMARKS)
    assert found.returncode == 0, found.stderr
    return found.stdout.splitlines()


def test_hashing_is_measured_beside_a_plain_loop() -> None:
    """Without other libraries, which would have to be fetched."""
    titles, *lines = run("hashing.py", "1e3", "--alone", "--once")
    assert titles.split()[0] == "rows"
    assert [re.split("  +", line.strip())[1] for line in lines] == ["consentric", "consentric, nightly", "plain loop"]


def test_what_is_compared_does_the_same_work(tmp_path: Path) -> None:
    """On invented customers nearly all e-mails and phones have the hash that the plain loop gives them."""
    script = (
        "import sys, customers, hashing, loops; from pathlib import Path; folder = Path(sys.argv[1]);"
        "source = folder / 'c.parquet'; customers.write(source, 3000);"
        "hashing.hash_file(source, folder / 'ours.parquet', *hashing.OURS['consentric']);"
        "loops.run(loops.plain(), source, folder / 'theirs.parquet', 3000)"
    )
    run("-c", script, str(tmp_path))
    ours, theirs = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("ours", "theirs"))
    for name in ("email", "phone"):
        hashes = [set(ours[f"{name}.meta"].to_pylist()), set(theirs[name].to_pylist())]
        assert len(hashes[0] & hashes[1]) > 0.97 * len(hashes[1])
    assert ours.num_rows == theirs.num_rows > 2000


def test_requests_are_measured_for_both_platforms() -> None:
    """Beside what is usually done."""
    found = [re.split("  +", line)[1:3] for line in run("payloads.py", "2e3")[1:-2]]
    assert [platform for platform, _ in found] == ["google"] * 3 + ["meta"] * 3
    assert [way for _, way in found][::3] == ["consentric"] * 2


def test_the_file_that_pins_other_libraries_names_no_host() -> None:
    """They come from wherever pip is told to look, each in one version."""
    lines = [line for line in (BENCHMARKS / "peers.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line) for line in lines)
