"""What a page of the documentation holds: fenced blocks with the remarks above them, tables, links.

A remark is an HTML comment on the line above a fence, and readers of the page do not see it:

    <!-- not run: REASON -->       the block needs what a test cannot have
    <!-- exit: 4 -->              what the last command of the block ends with
    <!-- shows: 1 3 -1 -->        a console block shows these paragraphs of the real answer, not all of it
    <!-- keys of: COMMAND -->     a json block has the keys of what the command answers
    <!-- wrong: A102 -->          a yaml block that is refused with this code
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE: Final = re.compile(r"```(\w*)")
_REMARK: Final = re.compile(r"<!-- ([a-z ]+): (.*?) -->")
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"#{1,6} (.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block. `line` is that of its first line of text, counted from 1."""

    page: Path
    line: int
    language: str
    text: str
    remarks: dict[str, str]

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def is_run(self) -> bool:
        return "not run" not in self.remarks

    @property
    def shown(self) -> list[int]:
        """The paragraphs of the answer that a console block shows, counted from 1, or from the end below zero."""
        return [int(number) for number in self.remarks.get("shows", "").split()]


def blocks(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page in these languages, in order."""
    return [each for each in _blocks(page) if each.language in languages]


def _blocks(page: Path) -> Iterator[Block]:
    lines = page.read_text(encoding="utf-8").splitlines()
    number, remarks = 0, dict[str, str]()
    while number < len(lines):
        line = lines[number]
        number += 1
        fence = _FENCE.fullmatch(line)
        if fence is None:
            remark = _REMARK.fullmatch(line)
            if remark is not None:
                remarks[remark[1]] = remark[2]
            elif line:
                remarks = {}
            continue
        end = lines.index("```", number)
        yield Block(page, number + 1, fence[1], "\n".join(lines[number:end]) + "\n", remarks)
        number, remarks = end + 1, {}


def commands(block: Block) -> list[str]:
    """The commands of a console block."""
    return [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]


def excerpt(answer: str, shown: list[int]) -> str:
    """These paragraphs of an answer, or all of it; what is left out is marked."""
    if not shown:
        return answer
    paragraphs = answer.strip("\n").split("\n\n")
    places = [number % len(paragraphs) if number < 0 else number - 1 for number in shown]
    parts: list[str] = []
    for before, place in zip([-1, *places], places, strict=False):
        if place != before + 1:
            parts.append("  [...]")
        parts.append(paragraphs[place])
    return "\n\n".join(parts) + "\n"


def links(page: Path) -> list[str]:
    """The targets of all links outside code."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings."""
    found = (_HEADING.fullmatch(line) for line in prose(page).splitlines())
    return {re.sub(r"[^\w\- ]", "", each[1].lower()).replace(" ", "-") for each in found if each}


def prose(page: Path) -> str:
    """The page without its blocks."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
