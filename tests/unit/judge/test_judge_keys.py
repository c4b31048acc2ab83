"""By what somebody can be found, and what of it may be sent."""

from __future__ import annotations

import pytest
from tiny_shop import Judge, names

from judge import Reason, contacts

YES = "{},,yes,yes,2026-01-01,"


@pytest.mark.parametrize(
    ("written", "meta", "google"),
    [
        (" Foo.Bar+x@GMAIL.com ", "foo.bar+x@gmail.com", "foobar@gmail.com"),
        ("a.b+c@post.example", "a.b+c@post.example", "a.b+c@post.example"),
        ("a.b@googlemail.com", "a.b@googlemail.com", "ab@googlemail.com"),
        ("\u200bs\u00f8ren@post.example\u00a0", "s\u00f8ren@post.example", "s\u00f8ren@post.example"),
        ("s@bogense-\u00e6.dk", "s@xn--bogense--q0a.dk", "s@xn--bogense--q0a.dk"),
        ("+x@gmail.com", "+x@gmail.com", None),
    ]
    + [
        (unusable, None, None)
        for unusable in (
            "a@b",
            "a@@b.dk",
            "a b@x.dk",
            "@x.dk",
            "mailto:a@x.dk",
            "Foo <a@x.dk>",
            "a\uff20x.dk",
            "test@test.dk",
            "noemail@post.example",
            "-",
            "N/A",
        )
    ],
)
def test_emails(written: str, meta: str | None, google: str | None) -> None:
    """Google folds Gmail's dots and tags, Meta does not; what is no address is none for both."""
    assert contacts.email(written) == meta
    assert contacts.google_email(written) == google


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("20 30 40 50", "DK", "+4520304050"),
        ("004520304050", "DK", "+4520304050"),
        ("+45 (0)20304050", "DK", "+4520304050"),
        ("20304050.0", "DK", "+4520304050"),
        ("070-123 45 67", "SE", "+46701234567"),
        ("(+84) 091-2345678", None, "+84912345678"),
        ("\u0662\u0660\u0663\u0660\u0664\u0660\u0665\u0660", "DK", "+4520304050"),
        ("20304050", None, None),
        ("12345678", "DK", None),
        ("4.52E+09", "DK", None),
        ("ring 20304050 efter kl. 16", "DK", None),
    ],
)
def test_phones(written: str, region: str | None, number: str | None) -> None:
    """A number is what phonenumbers finds valid in the country of its row."""
    assert contacts.phone(written, region) == number


def test_published_hashes() -> None:
    """The platforms' own examples, hashed."""
    assert contacts.sha256("alexz@example.com").startswith("509e933019bb285a")
    assert contacts.sha256("+18005550100").startswith("fb4f73a6ec5fdb70")
    assert contacts.sha256("mary@example.com").startswith("f1904cf1")
    assert contacts.sha256("val\u00e9ry").startswith("08e1996b")


@pytest.mark.parametrize(
    ("read", "written", "name"),
    [
        (contacts.given_name, " Mrs. Anne-Marie ", "anne-marie"),
        (contacts.given_name, "DR.  Karen  Margrethe", "karen margrethe"),
        (contacts.given_name, "Mr.", None),
        (contacts.family_name, "O'Connor, Jr.", "o'connor"),
        (contacts.family_name, "Holm Nielsen, Jr., PhD", "holm nielsen"),
        (contacts.family_name, "\u00d8stergaard", "\u00f8stergaard"),
        (contacts.family_name, "-", None),
    ],
)
def test_names(read: object, written: str, name: str | None) -> None:
    """Titles and suffixes go, hyphens and apostrophes stay."""
    assert callable(read)
    assert read(written) == name


def test_google_gets_an_address_and_phones_with_a_plus_meta_neither(judge: Judge) -> None:
    """The same person, two sets of keys."""
    judged = judge(customers="1,a@post.example,20304050,Anna,Holm,8000,", consents=YES.format(1))
    lists = judged.audiences["some"].lists
    (google,), (meta,) = lists["google"].members.values(), lists["meta"].members.values()
    email = f"email:{contacts.sha256('a@post.example')}"
    assert meta == {email, f"phone:{contacts.sha256('4520304050')}"}
    names_hashed = f"{contacts.sha256('anna')}|{contacts.sha256('holm')}"
    assert google == {email, f"phone:{contacts.sha256('+4520304050')}", f"address:{names_hashed}|DK|8000"}


def test_a_row_in_no_known_country_has_no_national_phone_and_no_address(judge: Judge) -> None:
    """A blank country is the assumed one; a name that is no code is not."""
    customers = "1,,20304050,Anna,Holm,8000,Danmark\n2,,20304051,Bo,Holm,8000,"
    judged = judge(customers=customers, consents=YES.format(1) + "\n" + YES.format(2)).audiences["some"].lists
    assert names(judged["google"].members) == names(judged["meta"].members) == {"2"}
    assert names(judged["google"].unmatchable) == {"1"}


def test_a_shared_phone_is_sent_only_if_both_consent(judge: Judge) -> None:
    """The couple: both yes, the phone is sent for both; one no, for neither, and who has nothing else is out."""
    customers = "1,a@post.example,20304050,,,,\n2,,20304050,,,,\n3,c@post.example,,,,,"
    both = judge(customers=customers, consents=YES.format(1) + "\n" + YES.format(2)).audiences["some"].lists["meta"]
    assert {person.name: len(keys) for person, keys in both.members.items()} == {"customer_id=1": 2, "customer_id=2": 1}
    one = judge(customers=customers, consents=YES.format(2)).audiences["some"].lists["meta"]
    assert {person.name: reason for person, reason in one.reasons.items()} == {
        "customer_id=1": Reason.NO_RECORD,
        "customer_id=2": Reason.SHARED_KEY,
        "customer_id=3": Reason.NO_RECORD,
    }
    assert not one.members


def test_a_key_of_a_crowd_is_sent_for_nobody(judge: Judge) -> None:
    """Twenty people may share a phone, twenty-one may not."""
    for size, sent in ((20, 20), (21, 0)):
        customers = "\n".join(f"{number},,20304050,,,," for number in range(1, size + 1))
        consents = "\n".join(YES.format(number) for number in range(1, size + 1))
        judged = judge(customers=customers, consents=consents).audiences["some"].lists["google"]
        assert len(judged.members) == sent
        assert judged.count(Reason.SHARED_KEY) == size - sent


def test_google_takes_ten_keys_in_turn(judge: Judge) -> None:
    """Addresses first, then e-mail and phone in turn, by trust; Meta takes all."""
    rows = [f"1,mail{number}@post.example,{20304050 + number},Anna,Holm,{8000 + number}," for number in range(8)]
    judged = judge(customers="\n".join(rows), consents=YES.format(1)).audiences["some"].lists
    (google,), (meta,) = judged["google"].members.values(), judged["meta"].members.values()
    kinds = [key.partition(":")[0] for key in google]
    assert (kinds.count("address"), kinds.count("email"), kinds.count("phone")) == (8, 1, 1)
    assert f"email:{contacts.sha256('mail0@post.example')}" in google
    assert len(meta) == 16
