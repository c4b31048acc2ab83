"""`explain`: the long text of a code, and what stands beside a code that does not exist."""

from __future__ import annotations

import re

import click
import pytest

from consentric.cli.options import global_options
from consentric.cli.program import ALIASES, program
from consentric.destinations.codes import MEANINGS
from consentric.errors import UsageError
from consentric.workflows import explain


def test_a_family_is_listed() -> None:
    """One line for each code, a whole sentence long."""
    lines = explain.run("w3").splitlines()
    assert lines[0].startswith("W301  ")
    assert len(lines) >= 6
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize(
    ("code", "hint"), [("A599", "codes that begin with A5: A501, A502"), ("zz", "codes look like")]
)
def test_an_unknown_code_names_its_neighbours(code: str, hint: str) -> None:
    """So that a typo is mended at once."""
    with pytest.raises(UsageError) as caught:
        explain.run(code)
    assert caught.value.code == "A910"
    assert hint in caught.value.hint


@pytest.mark.parametrize("meaning", MEANINGS.values(), ids=[code.value for code in MEANINGS])
def test_every_failure_of_a_platform_has_advice(meaning: object) -> None:
    """Two or three sentences, what to do."""
    sentences = re.findall(r"[.?!](?:\s|$)", meaning.advice)  # type: ignore[attr-defined]
    assert 2 <= len(sentences) <= 4


def test_no_text_names_a_command_that_does_not_exist() -> None:
    """In any explanation; options of ours are known too."""
    commands = {*program.commands, *ALIASES}
    options = {word for each in global_options(hidden=False) for word in each.opts}
    groups = [each for each in program.commands.values() if isinstance(each, click.Group)]
    every = [*program.commands.values(), *(command for group in groups for command in group.commands.values())]
    options |= {word for command in every for each in command.params for word in each.opts}
    for code, text in explain.every_code().items():
        assert set(re.findall(r"`consentric ([a-z]+)", text)) <= commands, code
        assert set(re.findall(r"(--[a-z][a-z-]+)", text)) <= options, code
