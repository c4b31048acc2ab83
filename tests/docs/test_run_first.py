"""The pages that a newcomer reads first: what they tell to type is typed, and the twelve lines are put to work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.blocks import ROOT, Block, blocks
from docs.project import FIRST, open_project, run_page


@pytest.mark.parametrize("page", FIRST, ids=lambda page: page.name)
def test_what_a_first_page_tells_to_type_works(page: Path, tmp_path: Path) -> None:
    """Blocks run one after the other in one folder; screens are shown as they are: the second plan has nothing to send."""
    run_page(page, tmp_path)


def test_the_twelve_lines_are_the_example() -> None:
    """The README prints the file, and the rehearsal differs by where the account is."""
    whole = [each.text for each in blocks(ROOT / "README.md", "yaml")]
    example = (ROOT / "examples/minimal/audiences.yaml").read_text(encoding="utf-8")
    rehearsal = (ROOT / "examples/minimal/rehearsal.yaml").read_text(encoding="utf-8").splitlines()
    assert whole == [example]
    differing = [pair for pair in zip(example.splitlines(), rehearsal, strict=True) if pair[0] != pair[1]]
    assert [real.split(":")[0] for real, _ in differing] == ["  meta"]


def test_the_twelve_lines_work_as_printed(tmp_path: Path) -> None:
    """Validated and planned without a rehearsal: a real account is named, nothing is sent, nothing is contacted."""
    with open_project(tmp_path) as project:
        del project.environment["CONSENTRIC_CLOCK"]
        here = Block(ROOT / "README.md", 1, "sh", "", {})
        project.shell("python examples/minimal/make_data.py my-shop", here)
        project.at = project.folder / "my-shop"
        planned = json.loads(project.shell("consentric validate >&2; consentric plan --json", here))
        assert 300 < planned["totals"]["add"] < 600
        assert planned["audiences"]["loyal_customers"]["lists"]["meta"]["account"] == "act_1001"
