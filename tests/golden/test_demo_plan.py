"""The plan of the demo shop, letter by letter: what a newcomer sees first, with numbers that a judge computes too."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from consentric.demo import write_shop

GOLDEN = Path(__file__).with_name("demo_plan.txt")
AT = "2026-11-23T04:30:00Z"


def test_the_plan_of_the_demo_shop(tmp_path: Path) -> None:
    """The same shop, file and instant give the same screen; CONSENTRIC_WRITE_GOLDEN=1 writes it anew."""
    write_shop(tmp_path)
    text = files("consentric.demo").joinpath("audiences.yaml").read_text("utf-8")
    (tmp_path / "audiences.yaml").write_text(text, "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONSENTRIC_")}
    run = subprocess.run(
        [sys.executable, "-m", "consentric", "plan", "--mask-small", "0"],
        cwd=tmp_path,
        env={**environment, "CONSENTRIC_CLOCK": AT, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    if os.environ.get("CONSENTRIC_WRITE_GOLDEN"):
        GOLDEN.write_text(run.stdout, "utf-8")
    assert run.stdout == GOLDEN.read_text("utf-8")
