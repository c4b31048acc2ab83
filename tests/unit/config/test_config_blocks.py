"""Blocks: sources, consent, destinations, guards, audiences, and what they must say of each other."""

from __future__ import annotations

from datetime import date

import pytest

from consentric.model.project import (
    Approval,
    ColumnRef,
    CsvDialect,
    GoogleAccount,
    Guards,
    Key,
    KeyKind,
    MetaAccount,
    Proof,
    TermsAccepted,
)
from consentric.model.row_tests import Is, RowTest
from consentric.model.secrets import Secret
from consentric.model.time import Duration, Unit

from .conftest import CORRECT, Complain, Read, bent, place

REAL_META = 'token: "${META_TOKEN}", endpoint: "http://localhost:9001"'
PRIVACY = "privacy: {controller: Shop, contact: a@shop.example, notice: https://shop.example}\n"


def test_sources(read: Read) -> None:
    """Keys, their kinds, what counts as something people did, and which rows count."""
    sources = read(CORRECT).project.sources
    assert sources["customers"].keys == (
        Key("customer_id", "customer_id", KeyKind.TEXT),
        Key("email", "mail", KeyKind.EMAIL),
    )
    assert sources["orders"].at == "ordered_at"
    assert sources["orders"].only == RowTest("status", Is(("paid",)))
    assert (sources["web"].event, sources["web"].people) == ("kind", False)


def test_key_takes_its_kind_from_identifiers(read: Read) -> None:
    """A key of any name is a phone when its column is one."""
    text = bent("[customer_id, {email: mail}]", "[{mobile_number: mobile}, {address: mail}]")
    kinds = [key.kind for key in read(text).project.sources["customers"].keys]
    assert kinds == [KeyKind.PHONE, KeyKind.EMAIL]


def test_csv_dialect(read: Read) -> None:
    """Semicolons and Latin-1, as Danish spreadsheets write them."""
    text = bent(
        "newsletter.csv, key: email", "newsletter.csv, key: email, delimiter: ';', encoding: latin-1, quote: \"'\""
    )
    assert read(text).project.sources["newsletter"].dialect == CsvDialect(";", "latin-1", "'")


def test_identifiers(read: Read) -> None:
    """One column or a list of columns in order of trust."""
    identifiers = read(CORRECT).project.identifiers
    assert identifiers.email == (ColumnRef("customers", "mail"),)
    assert identifiers.phone == (ColumnRef("customers", "mobile"),)
    assert (identifiers.assume_country, identifiers.declared) == ("DK", True)


def test_short_consent(read: Read) -> None:
    """The short form feeds both purposes from one column; everything is needed everywhere."""
    consent = read(CORRECT).project.consent
    assert [(each.name, each.column) for each in consent.purposes] == [
        ("ad_user_data", "ads"),
        ("ad_personalization", "ads"),
    ]
    assert consent.purposes[0].granted == {"true", "1", "yes", "ja", "granted"}
    assert consent.purposes[0].refused == {"false", "0", "no", "nej", "denied", "refused", "withdrawn"}
    assert consent.needed == dict.fromkeys(("google", "meta"), ("ad_user_data", "ad_personalization"))
    assert (consent.proof, consent.valid_for) == (Proof(column="form"), Duration(24, Unit.MONTH))
    assert consent.fresh_within == Duration(2, Unit.DAY)


def test_long_consent(read: Read) -> None:
    """Purposes by name, words folded, needs by platform and by destination, the destination's own winning."""
    text = bent(
        "granted: ads,",
        "purposes: {ad_user_data: {column: a, granted: [' JA ', true, 1]}, ad_personalization: {column: p}, mail: {column: m}}, "
        "needed: {meta: mail, google: [ad_user_data, ad_personalization]},",
    ).replace(
        "valid_for: 24 months, proof: form", "valid_for: never, proof: {form: f7, channel: web}, fresh_within: 1 day"
    )
    consent = read(text).project.consent
    assert consent.purposes[0].granted == {"ja", "true", "1"}
    assert consent.needed == {"google": ("ad_user_data", "ad_personalization"), "meta": ("mail",)}
    assert (consent.proof, consent.valid_for) == (Proof(text="form: f7; channel: web"), None)


def test_destinations(read: Read) -> None:
    """Accounts in the form that the platforms want; a secret that does not show itself."""
    project = read(CORRECT, {"META_TOKEN": "EAAB-canary-1"}).project
    assert project.destinations == {
        "google": GoogleAccount(
            "google", "1234567890", terms_accepted=TermsAccepted(None, None), endpoint="127.0.0.1:9000"
        ),
        "meta": MetaAccount("meta", "act_1", token=Secret("EAAB-canary-1"), endpoint="http://localhost:9001"),
    }
    assert project.rehearsal
    assert "canary" not in repr(project)


def test_terms_of_a_real_account(read: Read, complain: Complain) -> None:
    """A real account names who accepted the terms; `true` is for rehearsals."""
    real = (
        bent('endpoint: "127.0.0.1:9000", terms_accepted: true', "terms_accepted: {by: Maria Holm, on: 2026-10-01}")
        + PRIVACY
    )
    account = read(real).project.destinations["google"]
    assert isinstance(account, GoogleAccount)
    assert account.terms_accepted == TermsAccepted("Maria Holm", date(2026, 10, 1))
    lazy = bent('endpoint: "127.0.0.1:9000", ', "") + PRIVACY
    assert [each.code for each in complain(lazy)] == ["A215"]


def test_guards(read: Read) -> None:
    """The audience's guards over the file's, the file's over the defaults; off is off."""
    text = bent("    send_to: meta\n", "    send_to: meta\n    guards: {min_size: 5, max_rejected: off}\n")
    project = read(text + "guards: {min_size: off, max_removals: 60%, max_additions: 150%}\n").project
    assert project.guards == Guards(min_size=None, max_removals=0.6, max_additions=1.5)
    assert project.audiences["buyers"].guards == Guards(5, 0.6, 1.5, max_rejected=None)


def test_how_long_the_record_is_kept(read: Read, complain: Complain) -> None:
    """Three years, unless the file says another time; `never` is none."""
    assert read(CORRECT).project.record_kept_for == Duration(3, Unit.YEAR)
    assert read(CORRECT + "ledger: {keep_for: 18 months}\n").project.record_kept_for == Duration(18, Unit.MONTH)
    for wrong, code in (("keep_for: never", "A104"), ("keep_for: 0 days", "A104"), ("keep: 3 years", "A102")):
        assert [each.code for each in complain(CORRECT + f"ledger: {{{wrong}}}\n")] == [code]


def test_defaults(read: Read) -> None:
    """Owner, lifetime and destinations come from the defaults unless the audience says so."""
    text = bent("    send_to: meta\n", "    tags: one\n  staff: {who: {did: web}, send_to: []}\n")
    project = read(text + "defaults: {owner: a@b.example, keep_for: 30 days, send_to: [google, meta]}\n").project
    buyers, staff = project.audiences["buyers"], project.audiences["staff"]
    assert (buyers.name, buyers.owner, buyers.keep_for) == ("buyers", "a@b.example", Duration(30, Unit.DAY))
    assert (buyers.send_to, buyers.tags, staff.send_to) == (("google", "meta"), ("one",), ())


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("version: 1", "version: 2", "A005", "needs consentric 2"),
        ("version: 1", 'version: "1"', "A100", "must be 1"),
        ("version: 1\n", "", "A101", "`version` is missing"),
        ("Europe/Copenhagen", "Copenhagen", "A104", "did you mean"),
        ("Europe/Copenhagen", "../../etc/passwd", "A104", "no time zone"),
        ("timezone:", "timezon:", "A102", "did you mean `timezone`?"),
        ("file: newsletter.csv, ", "", "A101", "`file` is missing"),
        ("newsletter.csv", "https://a.example/n.csv", "A104", "on this machine"),
        ("file: newsletter.csv", "file: ~", "A100", "is empty"),
        ("newsletter.csv, key: email", "newsletter.csv, key: []", "A100", "is empty"),
        ("newsletter.csv, key: email", "newsletter.csv, key: [email, email]", "A106", "twice"),
        ("newsletter.csv, key: email", "newsletter.csv, key: email, event: kind", "A106", "needs `at`"),
        (
            "newsletter.csv, key: email",
            "newsletter.csv, key: email, encoding: latn-1",
            "A104",
            "did you mean `latin-1`?",
        ),
        ("newsletter.csv, key: email", "newsletter.csv, key: email, delimiter: ;;", "A104", "one character"),
        ("people: false", "people: nej", "A100", "write `false`"),
        ("customers.mobile]", "customer.mobile]", "A203", "did you mean `customers`?"),
        ("customers.mobile]", "mobile]", "A104", "customers.email"),
        ("assume_country: DK", "assume_country: dk", "A104", "`DK`"),
        ("from: customers", "from: custmers", "A203", "did you mean `customers`?"),
        ("granted: ads, ", "", "A101", "which column says yes"),
        ("granted: ads", "granted: ads, purposes: {a: {column: b}}", "A106", "twice"),
        ("granted: ads", "purposes: {ad_user_data: {column: b}}", "A210", "ad_personalization"),
        ("granted: ads", "granted: ads, needed: {google: ad_user_data}", "A210", "ad_personalization"),
        ("granted: ads", "granted: ads, needed: {gogle: ad_user_data}", "A203", "did you mean `google`?"),
        ("granted: ads", "granted: ads, needed: {meta: ad_data}", "A203", "no purpose"),
        ("granted: ads", "granted: ads, needed: {meta: []}", "A212", "no consent"),
        ("given_at: given_at, ", "", "A101", "`given_at` is missing"),
        ("24 months", "forever", "A104", "never"),
        ("proof: form}", "proof: {forn: f7}}", "A102", "did you mean `form`?"),
        ("platform: meta", "platform: mata", "A104", "did you mean `meta`?"),
        ("platform: meta, ", "", "A101", "`platform` is missing"),
        ("act_1", "1", "A104", "`act_1`"),
        ("123-456-7890", "my account", "A104", "customer id"),
        ("127.0.0.1:9000", "ads.example:443", "A213", "on this machine"),
        ('"${META_TOKEN}"', "EAAB0123456789", "A011", "${META_ACCESS_TOKEN}"),
        ('"${META_TOKEN}"', '"${META_TOKEN:-EAAB0123456789}"', "A011", "${META_ACCESS_TOKEN}"),
        ("terms_accepted: true", "terms_accepted: {by: Maria}", "A101", "`on` is missing"),
        ("terms_accepted: true", "terms_accepted: {by: Maria, on: 1-10-2026}", "A108", "2026-10-01"),
        ("send_to: meta", "send_to: metta", "A203", "did you mean `meta`?"),
        ("send_to: meta", "send_to: {a: b}", "A100", "a list of names"),
        ("send_to: meta", "send_to: [~]", "A100", "`[]` means none"),
        ("send_to: meta", "send_to:", "A100", "is empty"),
        ("proof: form", "proof: ~", "A100", "is empty"),
        ("send_to: meta", "send_to: meta\n    guards:", "A100", "is empty"),
        ("granted: ads", "purposes: {ad_user_data: , ad_personalization: {column: b}}", "A100", "is empty"),
        ("send_to: meta", "send_to: meta\n    exclude: byers", "A203", "did you mean `buyers`?"),
        ("send_to: meta", "send_to: meta\n    exclude: buyers", "A206", "excludes itself"),
        ("send_to: meta", "send_to: google\n    keep_for: 18 months", "A214", "540 days"),
        ("send_to: meta", "send_to: meta\n    guards: {max_removals: 20}", "A104", "`20%`"),
        ("send_to: meta", "send_to: meta\n    guards: {max_removals: false}", "A104", "`off`"),
        ("send_to: meta", "send_to: meta\n    guards: {max_removal: 20%}", "A102", "did you mean `max_removals`?"),
        ("  buyers:", "  Buyers:", "A107", "`buyers`"),
        ("    who: {did: orders}\n", "", "A101", "`who` is missing"),
        ("send_to: meta", "send_to: meta\n    holdout: 5%", "A190", "`holdout`"),
        ("send_to: meta", "send_to: meta\n    paused: yes", "A100", "write `true`"),
        ("send_to: meta", "send_to: meta\n    approve: 2993", "A100", "on which day"),
        ("send_to: meta", "send_to: meta\n    approve: {removals: 2993}", "A101", "on that day only"),
        ("send_to: meta", "send_to: meta\n    approve: {on: 2026-11-23}", "A101", "`removals` or `additions`"),
        ("send_to: meta", "send_to: meta\n    approve: {removal: 5, on: 2026-11-23}", "A102", "`removals`?"),
        ("send_to: meta", "send_to: meta\n    approve: {removals: 20%, on: 2026-11-23}", "A100", "write `20`"),
        ("send_to: meta", "send_to: meta\n    approve: {additions: 5, on: 23-11-2026}", "A108", "2026-11-23"),
        ("version: 1", "version: 1\nenvironment: [a, b]", "A100", "must be a text"),
        ("version: 1", "version: 1\nenvironment: our own test", "A104", "one word"),
        ("version: 1", "version: 1\nname_template: '{name}'", "A190", "`name_template`"),
        ("version: 1", "version: 1\ndefaults: {guards: {min_size: 5}}", "A102", "`guards`"),
        ("version: 1", "version: 1\nlookalikes: {}", "A190", "`lookalikes`"),
        ("customers.mobile]", "{column: customers.mobile, prehashed: md5}]", "A104", "write `sha256`"),
        ("customers.mobile]", "{column: customers.mobile, hashed: sha256}]", "A102", "`prehashed`?"),
        ("customers.mobile]", "{column: customers.mobile, prehashed: sha256}]", "A106", "with its plus"),
    ],
)
def test_slips(complain: Complain, old: str, new: str, code: str, said: str) -> None:
    """Each slip has its code and its cure, and nothing else is said."""
    found = complain(bent(old, new))
    assert [each.code for each in found] == [code]
    assert said in f"{found[0].message} {found[0].hint}"


def test_meta_keeps_people_as_long_as_we_say(read: Read) -> None:
    """Meta has no longest time."""
    assert (
        read(bent("send_to: meta", "send_to: meta\n    keep_for: 3 years")).project.audiences["buyers"].keep_for.count
        == 3
    )


def test_approvals_and_pauses(read: Read) -> None:
    """A number for one day; a pause; and which environment the file speaks of."""
    text = bent("send_to: meta", "send_to: meta\n    approve: {removals: 2993, on: 2026-11-23}\n    paused: true")
    project = read(text.replace("version: 1", "version: 1\nenvironment: test")).project
    buyers = project.audiences["buyers"]
    assert (buyers.approval, buyers.paused) == (Approval(date(2026, 11, 23), removals=2993), True)
    assert project.environment == "test"
    assert (read(CORRECT).project.environment, read(CORRECT).project.audiences["buyers"].paused) == ("", False)


def test_circles_of_exclusions(complain: Complain) -> None:
    """A circle is reported once, where it closes."""
    text = bent("    send_to: meta\n", "    exclude: second\n  second: {who: {did: web}, exclude: third}\n")
    found = complain(text + "  third: {who: {did: web}, exclude: [buyers]}\n")
    assert [place(each) for each in found] == [("A206", 18, 38)]


def test_a_shared_exclusion_is_no_circle(read: Read) -> None:
    """Two audiences may exclude the same third one, and one of them the other."""
    text = bent("    send_to: meta\n", "    exclude: [second, third]\n  second: {who: {did: web}, exclude: third}\n")
    assert read(text + "  third: {who: {did: web}}\n").project.audiences["buyers"].exclude == ("second", "third")


def test_twins(complain: Complain) -> None:
    """Two lists of one name on one destination are refused, naming both lines."""
    text = bent("send_to: meta", "send_to: [google, meta]\n    name: Our  Buyers")
    found = complain(text + "  others: {name: our buyers, who: {did: web}, send_to: meta}\n")
    assert [each.code for each in found] == ["A208"]
    assert "line 14" in found[0].message
    assert "line 18" in found[0].message


def test_same_name_elsewhere_is_fine(read: Read) -> None:
    """The same name on two destinations is nobody's confusion."""
    assert len(read(CORRECT + "  others: {name: buyers, who: {did: web}, send_to: google}\n").project.audiences) == 2


@pytest.mark.parametrize(("contact", "codes"), [(False, ["W220", "W221"]), (True, ["A220", "A221"])])
def test_what_a_real_platform_wants(read: Read, complain: Complain, contact: bool, codes: list[str]) -> None:
    """Privacy and token are missing: a warning while nothing is sent, an error before anything is."""
    text = bent(f", {REAL_META}", "")
    found = complain(text, contact=True) if contact else read(text).warnings
    assert [each.code for each in found] == codes


def test_evidence_is_wanted_for_real_platforms(complain: Complain, read: Read) -> None:
    """A rehearsal does without `valid_for` and `proof`, a real account does not."""
    text = bent(", valid_for: 24 months, proof: form", "")
    assert read(text).project.consent.valid_for is None
    found = complain(text.replace(', endpoint: "http://localhost:9001"', "") + PRIVACY)
    assert [each.code for each in found if each.code != "W010"] == ["A101"]


def test_one_account_is_one_destination(complain: Complain) -> None:
    """Two destinations for one account would each remove what the other adds."""
    text = bent(
        "destinations:\n",
        'destinations:\n  twin: {platform: meta, ad_account: act_1, endpoint: "http://127.0.0.1:9001"}\n',
    )
    assert "A216" in [each.code for each in complain(text)]


def test_what_is_not_available_yet_is_the_one_problem_of_its_key(complain: Complain) -> None:
    """Whatever is wrong with its value, and wherever that is found first."""
    for value in ("5", "[]", "{share: five}", '"${NOT_SET}"'):
        problems = complain(bent("    who: {did: orders}\n", f"    holdout: {value}\n    who: {{did: orders}}\n"))
        assert [each.code for each in problems] == ["A190"], value
