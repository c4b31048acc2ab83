"""Sentences about odd data: right in number, masked where many may read them, and one for every code that is raised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from consentric import workflows
from consentric.model.plan import Notice
from consentric.reporting.look import Look
from consentric.reporting.notices import SENTENCES, noticed
from consentric.reporting.plan_screen import plan_screen

from .plans import a_plan, loyal

CELLS = Notice("W312", 12, "customers.email", of=1943, parts={"too_long": 2, "not_an_email": 9, "empty": 1})


@pytest.mark.parametrize(
    ("notice", "shown", "masked"),
    [
        (
            CELLS,
            "12 of 1 943 cannot be used: not an email 9, too long 2, empty 1",
            "12 of 1 943 cannot be used: not an email <10, too long <10, empty <10",
        ),
        (
            Notice("W313", 1, "keys"),
            "1 value is held by more than 20 people; it joins nobody",
            "<10 values are held by more than 20 people each; they join nobody",
        ),
        (
            Notice("W313", 1, "customers.mobile", parts={"people": 312, "alone": 0}),
            "1 contact is shared by 312 people; it is not sent",
            "<10 contacts are shared by more than 20 people each, 312 in all; they are not sent",
        ),
        (
            Notice("W313", 12, "customers.email", parts={"people": 500, "alone": 1}),
            "12 contacts are shared by more than 20 people each, 500 in all; they are not sent; 1 of them has nothing else",
            "12 contacts are shared by more than 20 people each, 500 in all; they are not sent; <10 of them have nothing else",
        ),
        (Notice("W315", 0, "web"), "this source has no rows", "this source has no rows"),
        (
            Notice("W316", 1, "orders"),
            "1 row has too many or too few cells and is left out",
            "<10 rows have too many or too few cells and are left out",
        ),
        (
            Notice("W317", 2, "orders"),
            "2 rows lie in the future and do not count yet",
            "<10 rows lie in the future and do not count yet",
        ),
        (
            Notice("W310", 3, "a.email, b.email, b.phone", parts={"email": 2, "phone": 1}),
            *["identifiers are not declared: email and phone were recognised by the name of the column; "
              "name, postcode and country are sent only when they are named"] * 2,
        ),
        (
            Notice("W310", 0, "identifiers"),
            *["identifiers are not declared, and no column is called email or phone: nobody can be matched"] * 2,
        ),
    ],
)  # fmt: skip
def test_a_notice_is_a_sentence(notice: Notice, shown: str, masked: str) -> None:
    """In the right number, and with no small count in a pipe."""
    assert noticed(notice, Look()) == shown
    assert noticed(notice, Look(mask_below=10)) == masked


def test_every_code_that_is_raised_has_a_sentence() -> None:
    """And no sentence is left over."""
    texts = "".join(path.read_text("utf-8") for path in Path(workflows.__file__).parent.glob("*.py"))
    assert set(re.findall(r'Notice\(\s*"(W\d{3})"', texts)) == set(SENTENCES)


@pytest.mark.parametrize("width", [80, 100])
def test_what_a_notice_is_about_stands_on_its_first_line(width: int) -> None:
    """However long the sentence is."""
    long = Notice(
        "W312", 99, "customers.mobile_phone", of=1943, parts={f"a_rather_long_reason_{n}": n for n in range(9)}
    )
    page = plan_screen(a_plan(loyal(), notices=(long,)), Look(width=width)).plain
    (line,) = (line for line in page.splitlines() if "mobile_phone" in line)
    assert line.startswith("    W312  99 of 1 943")
    assert len(line) <= width


def test_a_place_that_is_too_long_for_its_line_comes_first() -> None:
    """Several columns, for instance."""
    where = ", ".join(f"a_source_{n}.email" for n in range(5))
    page = plan_screen(a_plan(loyal(), notices=(Notice("W310", 5, where, parts={"email": 5}),)), Look(width=80)).plain
    assert "    W310  a_source_0.email, a_source_1.email" in page
