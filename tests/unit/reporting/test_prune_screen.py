"""What people read of lists that left the file."""

from __future__ import annotations

from datetime import UTC, datetime

from consentric.model.lists import ListRef
from consentric.model.results import Doomed, Ending, Failure, Pruned, PruneResult
from consentric.reporting.look import Look
from consentric.reporting.prune_screen import prune_json, prune_question, prune_screen

AT = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
PLAIN = Doomed(ListRef("vip", "google"), "google", "1234567890", "DK | VIP", "987")
USED = Doomed(ListRef("vip", "meta"), "meta", "act_1", "DK | VIP", "12021", uses=("ad 77",))
UNTOLD = Doomed(ListRef("old", "google"), "google", "1234567890", "Old\x1b[31m", "988", uses=None)
GONE = Doomed(ListRef("gone", "meta"), "meta", "act_1", "Gone", "12022", there=False)
KEPT = Failure("A641", "the list is kept, since ads use it: ad 77", "consentric prune --even-in-use 1", 4)


def test_the_question_names_lists_and_ads() -> None:
    """Each list with its name, its place, and what uses it; nothing that a terminal would obey."""
    page = prune_question((PLAIN, USED, UNTOLD, GONE), Look()).plain
    for words in (
        "vip → google",
        "no ad uses it",
        "ads use it: ad 77",
        "cannot be told",
        "deleted on the platform already",
    ):
        assert words in page
    assert "\x1b" not in page


def test_the_page_says_what_became_of_each() -> None:
    """Deleted, kept with its way out, and what is out of reach."""
    lists = (Pruned(PLAIN, Ending.DELETED), Pruned(USED, Ending.KEPT, KEPT), Pruned(GONE, Ending.GONE))
    result = PruneResult(AT, 4, lists, ("vip → old (meta account act_9)",))
    page = " ".join(prune_screen(result, Look()).plain.split())
    for words in ("deleted, with everybody on it", "[A641]", "--even-in-use 1", "struck off the record", "act_9"):
        assert words in page
    document = prune_json(result)
    assert document["format"] == "prune/1"
    assert [each["state"] for each in document["lists"]] == ["deleted", "kept", "gone"]  # type: ignore[union-attr,index,call-overload]


def test_nothing_to_do_and_a_no() -> None:
    """Both are said."""
    assert "None: every list has its audience" in prune_screen(PruneResult(AT, 0, ()), Look()).plain
    assert "Nothing was deleted" in prune_screen(PruneResult(AT, 0, (), declined=True), Look()).plain
