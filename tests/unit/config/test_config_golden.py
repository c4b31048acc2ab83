"""What people see for typical mistakes, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from consentric.config import load, render_text
from consentric.errors import ConfigError

from .conftest import FIXTURES

PLATFORM_VARIABLES = {
    "GOOGLE_ADS_CUSTOMER_ID": "123-456-7890",
    "META_AD_ACCOUNT": "act_1",
    "META_ACCESS_TOKEN": "EAAB42",
}


@pytest.mark.parametrize("name", ["mistakes1", "mistakes2", "mistakes3", "mistakes4"])
def test_mistakes_are_shown_as_agreed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem of the file is shown in one pass, with its line, caret and cure."""
    monkeypatch.chdir(FIXTURES)
    with pytest.raises(ConfigError) as caught:
        load(Path(f"{name}.yaml"), {}, contact=False)
    assert render_text(caught.value.diagnostics) == Path(f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", ["audiences", "marketer"])
def test_rich_examples_lack_only_what_is_not_there_yet(name: str) -> None:
    """The language's own examples are refused only for words that this version does not do."""
    with pytest.raises(ConfigError) as caught:
        load(FIXTURES / f"{name}.yaml", PLATFORM_VARIABLES, contact=True)
    assert {each.code for each in caught.value.diagnostics} == {"A190"}


def test_minimal_example_is_understood() -> None:
    """The shortest file of the documentation loads, with a warning for the missing privacy block."""
    loaded = load(FIXTURES / "minimal.yaml", PLATFORM_VARIABLES, contact=False)
    assert [each.code for each in loaded.warnings] == ["W220"]
    assert list(loaded.project.audiences) == ["loyal_customers"]
