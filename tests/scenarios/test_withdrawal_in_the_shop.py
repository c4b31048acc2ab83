"""Somebody of the demo shop withdraws: gone from every list they were on."""

from __future__ import annotations

from consentric.demo import WITHDRAWS, apply_change
from scenarios.harness import Stage


def test_a_withdrawal_leaves_every_list(shop: Stage) -> None:
    """Whatever lists the customer was on, on both platforms: after one sync and its processing on none, and plan said so."""
    run = shop.sync()
    assert run.exit == 0, run
    before = shop.judgement()
    shop.sandbox.advance("24h")
    customer = apply_change(shop.folder, WITHDRAWS, now=shop.sandbox.now)
    person = before.person(f"customer_id={customer}")
    was_on = {
        (key, name)
        for key, audience in before.audiences.items()
        for name, judged in audience.lists.items()
        if person in judged.members
    }
    assert was_on
    run = shop.sync()
    assert run.exit == 0, run
    for key, name in was_on:
        assert run.document["audiences"][key]["lists"][name]["removed_because"]["withdrew"] == 1
    shop.sandbox.advance("24h")
    keys = {key for keys in before.keys.values() for key in keys[person]}
    assert not [each["name"] for each in shop.sandbox.lists() if keys & set(each["keys"])]
