"""Member rows at Meta: payloads, sessions, replaces, removals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from .conftest import Meta, Running, sha


def codes(answer: Any) -> tuple[int, int | None]:
    """Code and subcode of a refusal, after checking its envelope."""
    error = answer.json()["error"]
    assert {"message", "type", "code", "is_transient", "fbtrace_id"} <= set(error)
    assert answer.status_code >= 400
    return error["code"], error.get("error_subcode")


def test_rows_arrive_when_they_land(sandbox: Running, meta: Meta) -> None:
    """An add answers with the session's count and lands an hour later."""
    sandbox.graph("meta", anna=["a"], bert=["b"])
    audience = meta.create()
    answer = meta.users("POST", audience, "anna", "bert").json()
    assert answer["audience_id"] == audience
    assert isinstance(answer["session_id"], str)
    assert (answer["num_received"], answer["num_invalid_entries"]) == (2, 0)
    assert answer["invalid_entry_samples"] == {}
    assert sandbox.accounts(audience) == []
    sandbox.advance("1h")
    assert sandbox.accounts(audience) == ["a", "b"]
    entry = sandbox.log("users_add")[-1]
    assert (entry["ok"], entry["applied"], entry["token_in_url"]) == (True, True, False)
    assert entry["rows"] == [[f"email:{sha('anna')}"], [f"email:{sha('bert')}"]]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"schema": "EMAIL_SHA256", "data": [sha("x")]}, 2650),
        ({"schema": ["EMAIL"], "data": [sha("x")]}, 100),
        ({"schema": ["EMAIL", "PHONE"], "data": [[sha("x")]]}, 100),
        ({"schema": ["EMAIL", "EMAIL"], "data": [[sha("x"), ""]]}, 100),
        ({"schema": ["EMIAL"], "data": [[sha("x")]]}, 100),
        ({"schema": ["EMAIL"], "data": []}, 100),
        ({"schema": ["EMAIL"], "data": [[None]]}, 100),
        ({"schema": ["EMAIL"], "data": [[7]]}, 100),
        ({"schema": ["EMAIL"], "data": [[""]] * 10_001}, 100),
        ({"schema": ["EMAIL", "LOOKALIKE_VALUE"], "data": [[sha("x"), 3]]}, 100),
        (None, 100),
    ],
)
def test_payloads_that_are_refused(sandbox: Running, meta: Meta, payload: Any, code: int) -> None:
    """Another form, a wrong width, an unknown key, no rows, too many rows: nothing is taken."""
    audience = meta.create()
    given = {"payload": payload, "session": meta.batch()}
    assert codes(meta.call("POST", f"{audience}/users", given))[0] == code
    assert sandbox.truth(audience)["pending"] == 0


def test_wrong_hashes_are_counted_and_forgotten(sandbox: Running, meta: Meta) -> None:
    """A clear or upper-case cell makes its row an invalid entry; it is kept nowhere."""
    audience = meta.create()
    rows = [["anna@example.com", ""], [sha("x").upper(), ""], ["", sha("p")], [sha("y"), "0171"]]
    payload = {"schema": ["EMAIL", "PHONE"], "data": rows}
    answer = meta.call("POST", f"{audience}/users", {"payload": payload, "session": meta.batch()})
    assert answer.json()["num_invalid_entries"] == 3
    entry = sandbox.log("users_add")[-1]
    assert entry["rows"] == [[], [], [f"phone:{sha('p')}"], []]
    assert "anna@" not in json.dumps([entry, sandbox.truth(audience)])


def test_riders_are_never_keys(sandbox: Running, meta: Meta) -> None:
    """Names and places ride along; e-mail, phone, mobile and external ids are keys."""
    audience = meta.create()
    madid = "38400000-8cf0-11bd-b23e-10b96e40000d"
    payload = {
        "schema": ["EXTERN_ID", "EMAIL", "MADID", "FN", "COUNTRY"],
        "data": [["c1", sha("e"), madid, sha("anna"), sha("de")]],
    }
    meta.call("POST", f"{audience}/users", {"payload": payload, "session": meta.batch()})
    entry = sandbox.log("users_add")[-1]
    assert entry["rows"] == [["extern:c1", f"email:{sha('e')}", f"madid:{madid}"]]
    assert entry["riders"] == [[f"FN:{sha('anna')}", f"COUNTRY:{sha('de')}"]]


@pytest.mark.parametrize(("resolves", "left"), [("learned", []), ("never", ["a"])])
def test_external_ids_reach_what_their_rows_reached(
    sandbox: Running, meta: Meta, resolves: str, left: list[str]
) -> None:
    """Removing by external id finds the accounts of the rows that carried it, or nobody."""
    sandbox.switch(extern_resolves=resolves)
    sandbox.graph("meta", anna=["a"])
    audience = meta.create()
    row = {"schema": ["EXTERN_ID", "EMAIL"], "data": [["c1", sha("anna")]]}
    meta.call("POST", f"{audience}/users", {"payload": row, "session": meta.batch()})
    sandbox.advance("1h")
    removal = {"schema": ["EXTERN_ID"], "data": [["c1"]]}
    meta.call("DELETE", f"{audience}/users", {"payload": removal, "session": meta.batch()})
    sandbox.advance("20h")
    assert sandbox.accounts(audience) == left


def test_external_ids_put_nobody_back(sandbox: Running, meta: Meta) -> None:
    """Who changes e-mail keeps the external id, but not the account of the old e-mail."""
    sandbox.graph("meta", old=["a"], new=["b"])
    audience = meta.create()
    for email in ("old", "new"):
        row = {"schema": ["EXTERN_ID", "EMAIL"], "data": [["c1", sha(email)]]}
        meta.call("POST", f"{audience}/users", {"payload": row, "session": meta.batch()})
        sandbox.advance("1h")
        if email == "old":
            meta.users("DELETE", audience, "old")
            sandbox.advance("20h")
    assert sandbox.accounts(audience) == ["b"]


def test_sessions_are_sequences(meta: Meta) -> None:
    """Numbers from 1 in order, one schema, unique in the ad account, over after the last."""
    audience = meta.create()
    number = next(meta.ids)

    def send(seq: int, last: bool = False, to: str = audience, **changes: Any) -> Any:
        payload = {"schema": ["EMAIL"], "data": [[sha(str(seq))]], **changes}
        batch = meta.batch(seq, last, number)
        return meta.call("POST", f"{to}/users", {"payload": payload, "session": batch})

    assert codes(send(2)) == (2650, 1870147)
    assert send(1).json()["num_received"] == 1
    assert codes(send(1))[0] == 100
    assert codes(send(3))[0] == 100
    assert codes(send(2, schema=["PHONE"]))[0] == 2650
    assert codes(send(2, to=meta.create()))[0] == 100
    assert send(2).json()["num_received"] == 2
    assert send(3, last=True).json()["num_received"] == 3
    assert codes(send(4)) == (2650, 1870159)
    (shown,) = meta.call("GET", f"{audience}/sessions").json()["data"]
    assert (shown["num_received"], shown["stage"]) == ("3", "processing")


def test_sessions_time_out(sandbox: Running, meta: Meta) -> None:
    """Ninety minutes after its first batch a session takes nothing more."""
    audience = meta.create()
    number = next(meta.ids)
    meta.users("POST", audience, "a", session=meta.batch(1, False, number))
    sandbox.advance("91m")
    late = meta.users("POST", audience, "b", session=meta.batch(2, True, number))
    assert codes(late) == (2650, 1870158)


@pytest.mark.parametrize(
    "session",
    [
        None,
        {"session_id": 0, "batch_seq": 1, "last_batch_flag": True},
        {"session_id": 2**63, "batch_seq": 1, "last_batch_flag": True},
        {"session_id": "x", "batch_seq": 1, "last_batch_flag": True},
        {"session_id": 5, "batch_seq": 0, "last_batch_flag": True},
        {"session_id": 5, "batch_seq": 1},
    ],
)
def test_a_session_is_required(meta: Meta, session: Any) -> None:
    """Without a whole session parameter the rows are refused."""
    payload = {"schema": ["EMAIL"], "data": [[sha("a")]]}
    answer = meta.call("POST", f"{meta.create()}/users", {"payload": payload, "session": session})
    assert codes(answer)[0] == 100


def test_removals_come_in_both_documented_forms(sandbox: Running, meta: Meta) -> None:
    """DELETE with a JSON body and POST with method=DELETE are the same operation."""
    sandbox.graph("meta", anna=["a"], bert=["b"], carl=["c"])
    audience = meta.create()
    meta.users("POST", audience, "anna", "bert", "carl")
    sandbox.advance("1h")
    meta.users("DELETE", audience, "anna")
    payload = {"schema": ["EMAIL"], "data": [[sha("bert")]]}
    given = {"method": "delete", "payload": payload, "session": meta.batch()}
    assert meta.call("POST", f"{audience}/users", given).status_code == 200
    sandbox.advance("19h")
    assert sandbox.accounts(audience) == ["a", "b", "c"]
    sandbox.advance("1h")
    assert sandbox.accounts(audience) == ["c"]
    assert [entry["ok"] for entry in sandbox.log("users_remove")[-2:]] == [True, True]


def test_a_replace_takes_over_when_it_is_whole(sandbox: Running, meta: Meta) -> None:
    """Status 414 and no other updates meanwhile; then the audience is what was uploaded."""
    sandbox.graph("meta", old=["old"], one=["one"], two=["two"])
    audience = meta.create()
    meta.users("POST", audience, "old")
    sandbox.advance("1h")
    number = next(meta.ids)
    for seq, person, last in ((1, "one", False), (2, "two", False), (2, "two", False), (9, "two", True)):
        batch = meta.batch(seq, last, number)
        answer = meta.users("POST", audience, person, edge="usersreplace", session=batch)
        assert answer.status_code == 200
    assert answer.json()["num_received"] == 3
    status = meta.call("GET", f"{audience}?fields=operation_status").json()["operation_status"]
    assert status["code"] == 414
    assert codes(meta.users("POST", audience, "old")) == (2650, 1870145)
    assert sandbox.accounts(audience) == ["old"]
    sandbox.advance("1h")
    assert sandbox.accounts(audience) == ["one", "two"]
    assert sandbox.truth(audience)["keys"] == sorted([f"email:{sha('one')}", f"email:{sha('two')}"])


@pytest.mark.parametrize("order", ["kept", "removals_first", "twice", "shuffled"])
def test_an_abandoned_replace_shrinks_the_audience(sandbox: Running, meta: Meta, order: str) -> None:
    """Without a last batch the audience becomes what was uploaded, and nothing earlier."""
    sandbox.switch(order=order)
    sandbox.graph("meta", old=["old"], one=["one"])
    audience = meta.create()
    meta.users("POST", audience, "old")
    batch = meta.batch(1, False)
    meta.users("POST", audience, "one", edge="usersreplace", session=batch)
    sandbox.advance("2h")
    assert sandbox.accounts(audience) == ["old"]
    sandbox.advance("31m")
    assert sandbox.accounts(audience) == ["one"]


def test_an_empty_replace_is_a_switch(sandbox: Running, meta: Meta) -> None:
    """Refused, or it empties the audience."""
    sandbox.graph("meta", old=["old"])
    audience = meta.create()
    meta.users("POST", audience, "old")
    sandbox.advance("1h")
    assert codes(meta.users("POST", audience, edge="usersreplace"))[0] == 100
    sandbox.switch(empty_replace="allowed")
    assert meta.users("POST", audience, edge="usersreplace").status_code == 200
    sandbox.advance("1h")
    assert sandbox.accounts(audience) == []


def test_removal_from_every_audience(sandbox: Running, meta: Meta) -> None:
    """usersofanyaudience takes people out of all customer-file audiences of the ad account."""
    sandbox.graph("meta", anna=["a"], bert=["b"])
    audiences = [meta.create(f"any {number}") for number in range(3)]
    for audience in audiences:
        meta.users("POST", audience, "anna", "bert")
    sandbox.advance("1h")
    payload = {"schema": ["EMAIL"], "data": [[sha("anna")]]}
    answer = meta.call("DELETE", "act_1001/usersofanyaudience", {"payload": payload})
    assert answer.json()["num_received"] == 1
    sandbox.advance("20h")
    assert [sandbox.accounts(audience) for audience in audiences] == [["b"]] * 3


def test_small_audiences_may_refuse_removals(sandbox: Running, meta: Meta) -> None:
    """With the switch on, a removal that leaves fewer than 100 accounts is 200/1870047."""
    sandbox.switch(low_size_refusals="on")
    audience = meta.create()
    meta.users("POST", audience, "anna")
    sandbox.advance("1h")
    assert codes(meta.users("DELETE", audience, "anna")) == (200, 1870047)


@pytest.mark.parametrize(("renewed", "left"), [("on", ["a"]), ("off", [])])
def test_retention(sandbox: Running, meta: Meta, renewed: str, left: list[str]) -> None:
    """Whether adding again restarts retention_days is a switch."""
    sandbox.switch(retention_renewed=renewed)
    sandbox.graph("meta", anna=["a"])
    audience = meta.create(retention_days=10)
    meta.users("POST", audience, "anna")
    sandbox.advance("6d")
    meta.users("POST", audience, "anna")
    sandbox.advance("5d")
    assert sandbox.accounts(audience) == left


@pytest.fixture
def sdk(sandbox: Running) -> FacebookAdsApi:
    """The official SDK pointed here, its token where it puts it: in the URL."""
    session = FacebookSession(app_id="1", app_secret="s", access_token="t", timeout=(3, 10))
    session.GRAPH = sandbox.meta
    session.requests.trust_env = False
    return FacebookAdsApi(session, api_version="v26.0")


def test_the_official_sdk_works(sandbox: Running, sdk: FacebookAdsApi) -> None:
    """Objects, form-encoded rows and errors through facebook-business."""
    account = AdAccount("act_2002", api=sdk)
    made = account.create_custom_audience(params={"name": "sdk", "subtype": "CUSTOM"})
    audience = CustomAudience(made["id"], api=sdk)
    payload = {"schema": ["EMAIL"], "data": [[sha("anna")]]}
    session = {"session_id": 1, "batch_seq": 1, "last_batch_flag": True}
    answer = audience.create_user(params={"payload": payload, "session": session})
    assert answer["num_received"] == 1
    assert sandbox.log("users_add")[-1]["token_in_url"] is True
    session = {**session, "session_id": 2}
    audience.delete_users(params={"payload": payload, "session": session})
    assert sandbox.log("users_remove")[-1]["payload_in_url"] is True
    with pytest.raises(FacebookRequestError) as caught:
        audience.create_user(params={"payload": payload, "session": session})
    assert caught.value.api_error_code() == 100


def test_the_official_sdk_pages(sdk: FacebookAdsApi) -> None:
    """A cursor of facebook-business reaches every audience once."""
    account = AdAccount("act_3003", api=sdk)
    names = [f"n{number}" for number in range(7)]
    for name in names:
        account.create_custom_audience(params={"name": name, "subtype": "CUSTOM"})
    found = account.get_custom_audiences(fields=["name"], params={"limit": 3})
    assert [one["name"] for one in found] == names
