"""Numbers, masks and characters."""

from __future__ import annotations

import pytest

from consentric.reporting.funnel import _bar
from consentric.reporting.look import Look, printable, rows, typed


@pytest.mark.parametrize(("count", "told"), [(0, "0"), (1, "<10"), (9, "<10"), (10, "10"), (1278, "1 278")])
def test_small_counts_of_people_are_masked_and_nothing_is_not(count: int, told: str) -> None:
    """Nobody is not a small number of people."""
    assert Look(mask_below=10).people(count) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("only 7 people are left; the limit is 100", "only <10 people are left; the limit is 100"),
        ("would remove 2 914 of 3 124 people (93%)", "would remove 2 914 of 3 124 people (93%)"),
        ("1 person of 3 members", "<10 people of <10 members"),
        ("only 1 person can be sent", "only <10 people can be sent"),
        ("in 3 files", "in 3 files"),
    ],
)
def test_small_counts_in_sentences_of_others_are_masked_too(text: str, told: str) -> None:
    """And the tail of a grouped number is no small count."""
    assert Look(mask_below=10).sentence(text) == told
    assert Look().sentence(text) == text


def test_nothing_from_the_file_reaches_the_terminal_as_a_command() -> None:
    """A name may hold an escape sequence."""
    assert printable("red \x1b[31m\n name") == "red  [31m  name"


@pytest.mark.parametrize("text", ["− · → ≈ … ✗ ⚠ █▉▏", "Købere på Østerbro", "naïve café", "日本"])
def test_every_character_has_an_ascii_neighbour_of_the_same_width(text: str) -> None:
    """So that columns stay columns."""
    spelled = Look(unicode=False).spell(text)
    assert spelled.isascii()
    assert len(spelled) == len(text)


def test_numbers_are_grouped_and_millions_are_short() -> None:
    """As the screens write them."""
    assert (rows(48212), rows(999_999), rows(1_210_000)) == ("48 212", "999 999", "1.2 M")


@pytest.mark.parametrize(("count", "told"), [(0, "0 people"), (1, "<10 people"), (9, "<10 people"), (10, "10 people")])
def test_a_masked_count_is_not_told_by_its_grammar(count: int, told: str) -> None:
    """One person is one person only where the count is shown."""
    assert Look(mask_below=10).counted(count, "person", "people") == told
    assert Look().counted(1, "person", "people") == "1 person"


@pytest.mark.parametrize(
    ("hint", "shown"),
    [
        ("see first: consentric plan", "see first: consentric -f x.yaml plan"),
        ("if right: consentric sync a --yes", "if right: consentric -f x.yaml sync a --yes"),
        ("start `consentric sandbox`, run again", "start `consentric sandbox`, run again"),
        ("Update consentric.", "Update consentric."),
    ],
)  # fmt: skip
def test_a_command_is_written_as_the_reader_has_to_type_it(hint: str, shown: str) -> None:
    """With the file that they named, where the command reads one."""
    assert typed(hint, "consentric -f x.yaml") == shown
    assert Look(command="consentric -f x.yaml").sentence(hint) == shown


@pytest.mark.parametrize(("count", "of", "bar"), [(0, 10, ""), (10, 10, "█" * 24), (5, 10, "█" * 12), (0, 0, "")])
def test_a_bar_is_as_long_as_its_share(count: int, of: int, bar: str) -> None:
    """And nothing divides by nobody."""
    assert _bar(count, of) == bar
