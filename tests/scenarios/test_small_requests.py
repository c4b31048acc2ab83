"""`CONSENTRIC_ROWS`: requests of few rows, so that a small shop has as many of them as a large one; in rehearsals only."""

from __future__ import annotations

import pytest

from judge.accounts import ADDS
from scenarios.conftest import OpenFamily
from scenarios.harness.family import crowd

ROWS = 7


def test_requests_are_as_small_as_a_rehearsal_wants(open_family: OpenFamily) -> None:
    """As many as the plan says, none larger, and the lists are the judge's."""
    _, stage = open_family(*crowd(1, 40))
    plan = stage.run("plan", "--json", CONSENTRIC_ROWS=str(ROWS)).document
    run = stage.sync(CONSENTRIC_ROWS=str(ROWS))
    assert run.exit == 0, run
    sizes = [len(entry["rows"]) for entry in stage.sandbox.log() if entry["op"] in ADDS]
    assert len(sizes) == sum(one["requests"] for one in plan["audiences"]["friends"]["lists"].values())
    assert max(sizes) == ROWS
    stage.converge()
    stage.assert_right()


@pytest.mark.parametrize("value", ["0", "few", "9" * 5000])
def test_anything_else_is_a_usage_error(open_family: OpenFamily, value: str) -> None:
    """64, before anything is sent."""
    _, stage = open_family(*crowd(1, 2))
    run = stage.sync(CONSENTRIC_ROWS=value)
    assert run.exit == 64, run
    assert "A905" in run.stderr
    assert not stage.sandbox.log()


def test_a_real_platform_gets_requests_of_its_own_size(open_family: OpenFamily) -> None:
    """64 with the variable's name, as for `CONSENTRIC_CLOCK`."""
    family, stage = open_family(*crowd(1, 2))
    document = (family.folder / "audiences.yaml").read_text(encoding="utf-8")
    real = document.replace(', endpoint: "${CONSENTRIC_META_ENDPOINT}"', "")
    assert real != document
    (family.folder / "audiences.yaml").write_text(
        real + "privacy: {controller: A, contact: a@a.example, notice: https://a.example}\n", encoding="utf-8"
    )
    run = stage.cli("plan", variables={"CONSENTRIC_ROWS": "5", "META_ACCESS_TOKEN": "x" * 20})
    assert run.exit == 64, run
    assert "A908" in run.stderr
    assert "CONSENTRIC_ROWS" in run.stderr
