"""What a screen must say in each kind of night, apart from how it looks."""

from __future__ import annotations

import pytest

from consentric.model.lists import ListRef
from consentric.model.plan import AudiencePlan, Held, Stop
from consentric.reporting.look import Look
from consentric.reporting.markdown import escaped, plan_markdown
from consentric.reporting.plan_screen import plan_screen, sent_to

from .plans import a_list, a_plan, first_run, loyal, ordinary_night, quiet_night


def page(plan: object, **look: int) -> str:
    return plan_screen(plan, Look(**look)).plain  # type: ignore[arg-type]


def test_a_first_run_says_that_everything_is_an_add() -> None:
    """A marketer must not take 473 adds for a mistake."""
    assert "no record yet: everything is an add" in page(first_run())
    assert "no record yet" not in page(ordinary_night())


def test_it_says_that_nothing_is_uploaded() -> None:
    """At the top."""
    assert "nothing is uploaded by plan" in "\n".join(page(quiet_night()).splitlines()[:2])


def test_each_reason_is_split_where_the_lists_differ_and_only_there() -> None:
    """`214/207`, but one number where both say the same."""
    told = page(ordinary_night())
    assert "no record 214/207" in told
    assert "withdrew consent 3\n" in told


def test_the_columns_add_up() -> None:
    """rule, after exclusions, after consent, after holdout, in the list."""
    told = page(ordinary_night())
    for number in ("1 690", "1 684", "1 354    1 365", "1 286    1 297", "1 278    1 289"):
        assert number in told


def test_a_stopped_list_names_code_numbers_and_what_is_held() -> None:
    """With the way out below it."""
    told = page(ordinary_night())
    assert "✗ STOPPED [A602]  google: would remove 2 914 of 3 124 people" in told
    assert "Held back: 2 914 to remove" in told
    assert "consentric sync newsletter_non_buyers --allow-removals 2914" in told


def test_what_would_be_sent_is_counted_from_the_steps_that_sync_executes() -> None:
    """Stopped people are not in it."""
    assert sent_to(ordinary_night()) == {"google": 65, "meta": 57}


@pytest.mark.parametrize(
    ("plan", "command"), [(ordinary_night(), "consentric sync"), (quiet_night(), "consentric status")]
)
def test_the_last_line_names_the_next_command(plan: object, command: str) -> None:
    """Always one that works now."""
    assert command in page(plan).splitlines()[-1]


def test_small_counts_do_not_reach_a_pipe() -> None:
    """Six in staff, four with an unclear consent, three who withdrew."""
    told = page(ordinary_night(), mask_below=10)
    assert "<10 in staff" in told
    assert "unclear <10" in told
    assert "withdrew consent <10" in told


@pytest.mark.parametrize(
    ("below", "line"),
    [
        (0, "cannot be used · email: not an email 31, placeholder 6, too long 4 · phone: no country 3"),
        (5, "cannot be used · email: not an email 31, placeholder 6, other <5 · phone <5 · country: not a country 9"),
        (10, "cannot be used · email: not an email 31, other 10 · phone <10 · country <10"),
    ],
)
def test_contacts_that_cannot_be_used_are_told_by_field_and_reason(below: int, line: str) -> None:
    """Rare reasons are one where small counts are masked, so that no line is a row of masks."""
    unusable = {
        "email": {"not_an_email": 31, "placeholder": 6, "too_long": 4},
        "phone": {"no_country": 3},
        "country": {"not_a_country": 9},
    }
    page = plan_screen(a_plan(loyal(unusable=unusable)), Look(mask_below=below)).plain
    assert line in " ".join(page.split())
    assert "cannot be used" not in plan_screen(a_plan(loyal()), Look()).plain


def test_bars_are_for_wide_screens() -> None:
    """At 80 columns the numbers have the room."""
    assert "█" in page(ordinary_night())
    assert "█" not in page(ordinary_night(), width=80)


def test_many_destinations_are_shown_a_few_columns_at_a_time() -> None:
    """Three accounts of one platform and another platform at 80 columns."""
    names = ("google_dk", "google_se", "google_no", "meta")
    lists = {name: a_list(ListRef("loyal_customers", name), members=1684, was=1684, unchanged=1684) for name in names}
    told = page(a_plan(loyal(lists=lists)), width=80)
    assert all(name in told for name in names)
    assert max(len(line) for line in told.splitlines()) <= 80


def test_lists_that_are_stopped_by_the_same_thing_are_told_once() -> None:
    """And where they hold back different numbers, each says its own."""
    audience = two_stopped(Held(add=22), Held(add=22))
    told = page(a_plan(audience))
    assert told.count("STOPPED") == 1
    assert "✗ STOPPED [A601]  google, meta: only 22 people can be sent; the limit is at least 100" in told
    assert "Held back: 22 to add, on each of 2 lists" in told
    differing = page(a_plan(two_stopped(Held(add=22), Held(add=20, remove=1))))
    assert "Held back: google 22 to add · meta 20 to add, 1 to remove" in differing


def test_other_numbers_are_another_line_of_the_same_block() -> None:
    """The way out is said once, and nothing is said of a list that is not so."""
    told = page(a_plan(two_stopped(Held(add=22), Held(add=21), message="only 21 people can be sent")))
    assert "google: only 22 people" in told
    assert "meta: only 21 people" in told
    assert told.count("widen the rule") == 1


def two_stopped(first: Held, second: Held, *, message: str = "") -> AudiencePlan:
    same = "only 22 people can be sent; the limit is at least 100"
    stops = {
        "google": Stop("A601", same, first, "widen the rule"),
        "meta": Stop("A601", message or same, second, "widen the rule"),
    }
    lists = {name: a_list(ListRef("loyal_customers", name), members=22, stopped=stop) for name, stop in stops.items()}
    return loyal(lists=lists)


def test_every_command_on_the_page_names_the_file_and_the_record() -> None:
    """Whoever copies it from there asks about the same lists."""
    command = "consentric -f shop.yaml --state record"
    for plan in (ordinary_night(), quiet_night()):
        told = plan_screen(plan, Look(command=command)).plain
        assert told.count("consentric ") == told.count(command) > 0


def test_names_are_text_and_never_markup() -> None:
    """Neither of the terminal nor of Markdown."""
    plan = a_plan(loyal(name="[bold]DK[/bold] | \x1b[31mred <b>"))
    assert "[bold]DK[/bold]" in page(plan)
    assert "\x1b" not in page(plan)
    assert "<b>" not in plan_markdown(plan, Look())
    assert escaped("a|b") == "a\\|b"
