"""What the documentation says of the program is what the program says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click
import pytest

from consentric.cli.program import program
from consentric.workflows import explain
from docs.blocks import PAGES, ROOT, anchors, blocks, links
from docs.reference import codes_in_the_code, exit_codes, up_to_date

EVERY_PAGE: Final = (*PAGES, ROOT / "CHANGELOG.md")
TEXT: Final = {page: page.read_text(encoding="utf-8") for page in EVERY_PAGE}
_ROW: Final = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def _ids(page: Path) -> str:
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_generated_parts_are_up_to_date(page: Path) -> None:
    """Tables of keys, codes, commands and exit codes follow from the code."""
    assert up_to_date(page) == TEXT[page], "python tests/docs/rewrite.py brings it up to date"


def test_every_code_is_explained() -> None:
    """A code that the program can say has a place on the page of errors, and a text for `explain`."""
    assert codes_in_the_code() <= explain.every_code().keys()
    told = set(re.findall(r"^### (\w+)$", TEXT[ROOT / "docs/errors.md"], re.MULTILINE))
    assert told == explain.every_code().keys()


def test_the_table_of_exit_codes_is_whole() -> None:
    """Exactly the codes that a run can end with."""
    assert {int(code) for code in _ROW.findall(TEXT[ROOT / "docs/operate.md"])} == exit_codes()


def test_every_command_and_option_is_mentioned() -> None:
    """In the README or in docs/."""
    everything = "\n".join(TEXT.values())
    options = [option for option in program.params if isinstance(option, click.Option)]
    for name, command in program.commands.items():
        assert f"consentric {name}" in everything, name
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        options += [each for one in (command, *inner) for each in one.params if isinstance(each, click.Option)]
    for option in options:
        assert any(f"`{word}" in everything or f" {word}" in everything for word in option.opts), option.opts


@pytest.mark.parametrize("page", EVERY_PAGE, ids=_ids)
def test_links_lead_somewhere(page: Path) -> None:
    """Files are there, and so are headings."""
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", EVERY_PAGE, ids=_ids)
def test_a_page_has_no_odd_block(page: Path) -> None:
    """Every fence is of a kind that some test looks at, or of another program's configuration."""
    lines = TEXT[page].splitlines()
    opened = [line for line in lines if line.startswith("```") and line != "```"]
    assert {line.removeprefix("```") for line in opened} <= {"sh", "console", "yaml", "json", "cron", "ini"}
    known = blocks(page, "sh", "console", "yaml", "json", "cron", "ini")
    assert len(opened) == len(known)
    assert all(each.remarks["not run"] for each in known if not each.is_run)
