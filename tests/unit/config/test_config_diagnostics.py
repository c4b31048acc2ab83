"""How problems look: for eyes, for GitHub, for editors; and that every code explains itself."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import consentric.config
from consentric.config import render_github, render_text, to_json
from consentric.config.codes import CODES
from consentric.errors import Diagnostic, Severity

PROBLEM = Diagnostic(
    "A102",
    Severity.ERROR,
    "unknown key `tegs`",
    "a,b.yaml",
    12,
    5,
    4,
    "audiences.x.tegs",
    "did you mean `tags`?",
    "    tegs: [a]",
)


def test_text() -> None:
    """The layout has place, line, caret and hint."""
    assert render_text([PROBLEM]) == (
        "error[A102]: unknown key `tegs`\n"
        "  --> a,b.yaml:12:5  (audiences.x.tegs)\n"
        "   |\n"
        "12 |     tegs: [a]\n"
        "   |     ^^^^ did you mean `tags`?\n"
        "\n"
        "1 problem in a,b.yaml\n"
    )
    assert render_text([]) == ""


def test_colour_changes_only_the_colour() -> None:
    """Without its escapes a coloured text is the plain one."""
    coloured = render_text([PROBLEM], colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_text([PROBLEM])


@pytest.mark.parametrize(
    ("excerpt", "column", "width", "line", "caret"),
    [
        ("\tsend_to: meta", 1, 1, "→ send_to: meta", "^"),
        ("a: 日本 x", 7, 1, "a: 日本 x", "        ^"),
        ("a: 日本 x", 4, 2, "a: 日本 x", "   ^^^^"),
        ("a: \x1b[31m", 4, 5, "a: �[31m", "   ^^^^^"),
    ],
)
def test_carets_below_unusual_characters(excerpt: str, column: int, width: int, line: str, caret: str) -> None:
    """Tabs, wide characters and control characters keep the caret in its place."""
    problem = Diagnostic("A001", Severity.ERROR, "m", "f", 1, column, width, excerpt=excerpt)
    shown = render_text([problem]).splitlines()
    assert shown[3:5] == [f"1 | {line}", f"  | {caret}"]


def test_long_lines_are_cut() -> None:
    """Of a long line only the surroundings of the problem are shown."""
    problem = Diagnostic("A001", Severity.ERROR, "m", "f", 1, 501, 3, excerpt="x" * 500 + "abc" + "y" * 500)
    shown = render_text([problem]).splitlines()
    assert len(shown[3]) < 130
    assert shown[3][shown[4].index("^") :].startswith("abc")


def test_github() -> None:
    """Properties and message are escaped for GitHub."""
    assert render_github([PROBLEM]) == (
        "::error file=a%2Cb.yaml,title=A102,line=12,col=5,endColumn=9::unknown key `tegs`: did you mean `tags`?\n"
    )


def test_json() -> None:
    """Editors count from 0."""
    assert to_json([PROBLEM])[0]["range"] == {
        "start": {"line": 11, "character": 4},
        "end": {"line": 11, "character": 8},
    }


def _codes_in_use() -> set[str]:
    found: set[str] = set()
    for path in Path(consentric.config.__file__).parent.glob("*.py"):
        if path.name != "codes.py":
            texts = (
                node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
            )
            found |= {text for text in texts if isinstance(text, str) and re.fullmatch("[AW][0-9]{3}", text)}
    return found


def test_every_code_is_explained() -> None:
    """No code is used without a long text, and no text is left over."""
    made_of_parts = {f"{letter}{number}" for letter in "AW" for number in ("220", "221")}
    assert _codes_in_use() | made_of_parts == set(CODES)


def test_warnings_alone_are_called_so() -> None:
    """As `validate` counts them below."""
    warning = replace(PROBLEM, severity=Severity.WARNING)
    assert render_text([warning, warning]).endswith("2 warnings in a,b.yaml\n")
    assert render_text([warning, PROBLEM]).endswith("2 problems in a,b.yaml\n")
