"""The hidden truth: what removals take, in which order requests run, what the graph says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Google, Meta, Running, google_at, member, sha


@pytest.mark.parametrize(("takes", "left"), [("account", []), ("identifier", ["anna"])])
def test_what_a_removal_takes(sandbox: Running, google: Google, takes: str, left: list[str]) -> None:
    """Removing one of two keys of an account takes the account, or only that key's hold on it."""
    sandbox.switch(removal_takes=takes)
    sandbox.graph("google", work=["anna"], home=["anna"])
    audience = google.create(f"takes {takes}")
    google.ingest(audience, ["work", "home"])
    sandbox.advance("2h")
    google.remove(audience, ["work"])
    sandbox.advance("2h")
    assert sandbox.accounts(audience) == left
    google.remove(audience, ["home"])
    sandbox.advance("2h")
    assert sandbox.accounts(audience) == []


@pytest.mark.parametrize(("means", "left"), [("any", ["other"]), ("all", ["b", "other"]), ("best", ["b", "other"])])
def test_which_accounts_a_row_means(sandbox: Running, google: Google, means: str, left: list[str]) -> None:
    """A removal row with two keys means what any, what every, or what the best key reaches."""
    sandbox.switch(multi_key_removal=means)
    sandbox.graph("google", first=["a"], second=["a", "b"], other=["other"])
    audience = google.create(f"means {means}")
    google.ingest(audience, ["first", "second"], ["other"])
    sandbox.advance("2h")
    google.remove(audience, ["first", "second"])
    sandbox.advance("2h")
    assert sandbox.accounts(audience) == left


@pytest.mark.parametrize(("order", "left"), [("kept", ["anna"]), ("removals_last", []), ("removals_first", ["anna"])])
def test_open_requests_run_in_the_order_of_the_switch(
    sandbox: Running, google: Google, order: str, left: list[str]
) -> None:
    """A removal and a later add that are open together run in the order that the switch says."""
    sandbox.switch(order=order)
    sandbox.graph("google", anna=["anna"])
    audience = google.create(f"order {order}")
    google.remove(audience, ["anna"])
    google.ingest(audience, ["anna"])
    sandbox.advance("3h")
    assert sandbox.accounts(audience) == left


@pytest.mark.parametrize("order", ["kept", "shuffled", "removals_last", "removals_first", "twice"])
def test_who_waits_keeps_the_order(sandbox: Running, google: Google, order: str) -> None:
    """No order reaches over the instant at which a request was processed."""
    sandbox.switch(order=order)
    sandbox.graph("google", anna=["anna"], bert=["bert"])
    audience = google.create(f"waits {order}")
    for _ in range(3):
        google.remove(audience, ["anna"])
        sandbox.advance("2h")
        google.ingest(audience, ["anna"], ["bert"])
        sandbox.advance("2h")
        google.remove(audience, ["bert"])
        sandbox.advance("2h")
    assert sandbox.accounts(audience) == ["anna"]


def test_looking_does_not_change_the_outcome(start: Callable[..., Any], tmp_path: Any) -> None:
    """The same calls give the same lists, however often somebody looks in between."""

    def outcome(pause: bool) -> Any:
        accounts = []
        with start("--clock", "2026-11-23T05:30:00Z") as one:
            (tmp_path / "ready.json").unlink()
            google = google_at(one.google)
            for order in ("shuffled", "twice"):
                one.switch(order=order)
                audience = google.create(order)
                for number in range(12):
                    people = [[f"p{number}"], [f"p{number + 1}"]]
                    (google.remove if number % 3 == 2 else google.ingest)(audience, *people)
                    one.advance("20m")
                    if pause:
                        one.control("state")
                one.advance("1d")
                accounts.append(one.accounts(audience))
        return accounts

    assert outcome(pause=False) == outcome(pause=True)


def test_removals_at_meta_land_later_than_adds(sandbox: Running, meta: Meta) -> None:
    """An add that follows a removal is undone by it, unless one waits for the removal."""
    sandbox.graph("meta", anna=["anna"])
    audience = meta.create("late")
    meta.users("POST", audience, "anna")
    sandbox.advance("1h")
    assert sandbox.accounts(audience) == ["anna"]
    meta.users("DELETE", audience, "anna")
    sandbox.advance("2h")
    meta.users("POST", audience, "anna")
    sandbox.advance("17h")
    assert sandbox.accounts(audience) == ["anna"]
    sandbox.advance("2h")
    assert sandbox.accounts(audience) == []


def test_the_default_graph_is_a_rule(sandbox: Running) -> None:
    """About 30 % of keys reach nobody, 65 % one account, 5 % two; always the same ones."""
    keys = [f"email:{sha(str(number))}" for number in range(4000)]
    asked: dict[str, Any] = {"platform": "google", "keys": keys}
    told = sandbox.control("accounts", asked)
    counts = [sum(len(found) == size for found in told.values()) / 40 for size in (0, 1, 2)]
    assert counts == pytest.approx([30, 65, 5], abs=2.5)
    again = sandbox.control("accounts", {**asked, "keys": keys[::-1]})
    assert again == told
    sandbox.switch(match_rate="100")
    assert all(sandbox.control("accounts", asked).values())


def test_sizes_are_late_and_rounded(sandbox: Running, google: Google, meta: Meta) -> None:
    """Hours pass before a size is shown, and it is never exact."""
    sandbox.switch(match_rate="100")
    people = [[f"s{number}"] for number in range(1234)]
    listed, audience = google.create("sizes"), meta.create("sizes")
    google.ingest(listed, audience_members=[member(*one) for one in people])
    meta.users("POST", audience, *(one[0] for one in people))
    sandbox.advance("4h")
    shown = google.lists.get_user_list(name=path(listed), timeout=5).size_info
    assert shown.display_network_members_count == 0
    sandbox.advance("12h")
    exact = len(sandbox.accounts(listed))
    shown = google.lists.get_user_list(name=path(listed), timeout=5).size_info
    assert 0 <= exact - shown.display_network_members_count < 100
    bounds = meta.call("GET", f"{audience}?fields=approximate_count_lower_bound,approximate_count_upper_bound").json()
    lower, upper = (bounds[f"approximate_count_{end}_bound"] for end in ("lower", "upper"))
    assert lower <= len(sandbox.accounts(audience)) <= upper
    assert lower % 100 == upper % 100 == 0


def path(list_id: str) -> str:
    """The resource name of a list."""
    return f"accountTypes/GOOGLE_ADS/accounts/1234567890/userLists/{list_id}"
