"""What an e-mail address is, and what is none."""

from __future__ import annotations

import unicodedata

import pytest

from consentric.identifiers import rules
from consentric.identifiers.reasons import Unusable

from . import samples

pytestmark = pytest.mark.timeout(samples.PATIENCE)

SOREN = "søren@xn--bogense--q0a.dk"


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        (" Foo@Example.DK ", "foo@example.dk"),
        ("\u200bfoo@x.dk\xa0", "foo@x.dk"),
        ("søren@bogense-æ.dk", SOREN),
        ("SØREN@BOGENSE-Æ.DK", SOREN),
        ("søren@xn--bogense--q0a.dk", SOREN),
        ("İbrahim@x.com", "ibrahim@x.com"),
        ("ΝΙΚΟΣ@x.gr", "νικοσ@x.gr"),
        ("o'brien@x.ie", "o'brien@x.ie"),
        ("docomo..@x.jp", "docomo..@x.jp"),
        ("a@strasse-ß.de", "a@xn--strasse--xya.de"),
    ],
)
def test_identity_form(text: str, identity: str) -> None:
    """Trimmed, composed, lower case, the domain in ASCII."""
    assert rules.email(text) == identity


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Unusable.EMPTY),
        (" \u200b\xa0\t", Unusable.EMPTY),
        ("a@b", Unusable.NOT_AN_EMAIL),
        ("a@@b.dk", Unusable.NOT_AN_EMAIL),
        ("a b@x.dk", Unusable.NOT_AN_EMAIL),
        ("@x.dk", Unusable.NOT_AN_EMAIL),
        ("a@", Unusable.NOT_AN_EMAIL),
        ("mailto:a@x.dk", Unusable.NOT_AN_EMAIL),
        ("Foo <a@x.dk>", Unusable.NOT_AN_EMAIL),
        ('"a b"@x.dk', Unusable.NOT_AN_EMAIL),
        ("foo＠x.dk", Unusable.NOT_AN_EMAIL),
        ("ｆoo@x.dk", Unusable.NOT_AN_EMAIL),
        ("fo\u200co@x.dk", Unusable.NOT_AN_EMAIL),
        (".a@x.dk", Unusable.NOT_AN_EMAIL),
        ("a@x..dk", Unusable.NOT_AN_EMAIL),
        ("a@x.dk.", Unusable.NOT_AN_EMAIL),
        ("a@-x.dk", Unusable.NOT_AN_EMAIL),
        ("a@127.0.0.1", Unusable.NOT_AN_EMAIL),
        ("a@[127.0.0.1]", Unusable.NOT_AN_EMAIL),
        ("a@xn--x.dk", Unusable.NOT_AN_EMAIL),
        ("a@x.dk;b@x.dk", Unusable.SEVERAL_VALUES),
        ("a@x.dk, b@x.dk", Unusable.SEVERAL_VALUES),
        ("fo\0o@x.dk", Unusable.CONTROL_CHARACTER),
        ("foo@x.dk\0", Unusable.CONTROL_CHARACTER),
        ("a" * 64, Unusable.LOOKS_HASHED),
        ("D41D8CD98F00B204E9800998ECF8427E", Unusable.LOOKS_HASHED),
        ("a" * 65 + "@x.dk", Unusable.TOO_LONG),
        ("a@" + "x" * 3_000_000 + ".dk", Unusable.TOO_LONG),
        ("a@" + ".".join(["x" * 60] * 5) + ".dk", Unusable.TOO_LONG),
        ("test@test.dk", Unusable.PLACEHOLDER),
        ("noemail@", Unusable.PLACEHOLDER),
        ("No-Reply@shop.dk", Unusable.PLACEHOLDER),
        ("-", Unusable.PLACEHOLDER),
        ("N/A", Unusable.PLACEHOLDER),
        ("x@mail.invalid", Unusable.PLACEHOLDER),
    ],
)
def test_unusable(text: str, reason: Unusable) -> None:
    """A reason for each kind of no address."""
    assert rules.email(text) is reason


def test_the_identity_form_is_its_own_form() -> None:
    """What the rule returns it returns again, and so does Google's rule."""
    for text in filter(None, samples.many(samples.email)):
        identity = rules.email(text)
        if not isinstance(identity, Unusable):
            assert rules.email(identity) == identity
            google = rules.google_email(identity)
            assert isinstance(google, Unusable) or rules.google_email(google) == google


def test_composition_and_space_around_make_no_difference() -> None:
    """NFC, NFD and any White_Space or zero-width character around give the same form."""
    for text in filter(None, samples.many(samples.email)):
        form = rules.email(unicodedata.normalize("NFC", text))
        assert rules.email(unicodedata.normalize("NFD", text)) == form
        assert rules.email("\ufeff\u2003" + text + "\r\n\u200b") == form


def test_case_makes_no_difference() -> None:
    """Upper case gives the form of lower case, for letters with one upper and one lower form."""
    for text in filter(None, samples.many(samples.email)):
        plain = "".join(each for each in text if len(each.upper()) == 1 and each.upper().lower() == each.lower())
        assert rules.email(plain.upper()) == rules.email(plain)


def test_a_gmail_address_of_nothing_but_a_tag_is_unusable_at_google() -> None:
    """There is nothing left of the mailbox; at Meta it stays as it is."""
    assert rules.google_email("+x@gmail.com") is Unusable.NOT_AN_EMAIL
    assert rules.meta_email("+x@gmail.com") == "+x@gmail.com"


def test_dots_and_tags_of_other_domains_stay() -> None:
    """Gmail's rule is for Gmail, not for domains that end like it."""
    for identity in ("a.b+c@notgmail.com", "a.b@gmail.com.dk", "a.b@mail.gmail.com"):
        assert rules.google_email(identity) == identity


def test_the_form_of_a_written_domain() -> None:
    """A condition that names a domain finds the addresses, whichever way it is written."""
    assert rules.domain("Bogense-Æ.dk") == "xn--bogense--q0a.dk" == rules.domain("xn--bogense--q0a.dk")
