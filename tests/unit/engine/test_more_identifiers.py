"""What beside names goes along to Meta, and columns that are hashed already: from the cells to what may be sent."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest

from consentric.engine.connection import Connection
from consentric.engine.contacts import Contacts
from consentric.engine.kernel import normalise
from consentric.ledger.keys import derive_keys
from consentric.model.people import Reason
from consentric.model.project import ColumnRef, Identifiers, Key, KeyKind, Source
from consentric.selection.consent import RANK
from consentric.workflows.subjects import Reading, lines_of, subjects_of

from .room import CUSTOMER, SECRET, Row, Setting, consent_rules, evaluated, project, ranks, sent, write_csv

CONSENTS = ("customer_id", "first", "second", "given_at", "withdrawn_at")
PROOFS = Source("consents", "consents.csv", (CUSTOMER,), people=False)
CUSTOMERS = Source("customers", "customers.csv", (CUSTOMER,))
MORE = ("city", "state", "birth_date", "gender")


def hashed(text: str) -> bytes:
    return sha256(text.encode()).digest()


def ref(name: str) -> tuple[ColumnRef, ...]:
    return (ColumnRef("customers", name),)


def weighed(
    rows: Sequence[Row], known: Identifiers, suppressed: frozenset[bytes] = frozenset(), source: Source = CUSTOMERS
) -> Connection:
    said = {"first": "yes", "second": "yes", "given_at": "2026-01-01", "withdrawn_at": ""}
    with tempfile.TemporaryDirectory() as folder:
        names = list(dict.fromkeys(name for row in rows for name in row))
        write_csv(Path(folder) / "customers.csv", rows, names)
        write_csv(
            Path(folder) / "consents.csv", [{"customer_id": row["customer_id"], **said} for row in rows], CONSENTS
        )
        setting = Setting((source, PROOFS), consent_rules(), known, suppressed=suppressed)
        return evaluated(setting, Path(folder))


def riders(con: Connection, platform: str) -> list[list[bytes]]:
    return [each["riders"] for each in con.table(f"SELECT riders FROM riders_{platform} ORDER BY person").to_pylist()]


def test_everything_that_meta_takes_goes_along() -> None:
    """In the order of the schema; what cannot be used is blank, and a state is read in its row's country."""
    rows: list[Row] = [
        {
            "customer_id": "1", "email": "a@x.dk", "first_name": "Åse", "country": "US", "city": "San José",
            "state": "California", "birth_date": "1997-02-16", "gender": "F",
        },
        {
            "customer_id": "2", "email": "b@x.dk", "first_name": "정", "country": "DK", "city": "北京", "state": "Fyn",
            "birth_date": "16/02/1997", "gender": "x",
        },
    ]  # fmt: skip
    named = {name: ref(name) for name in ("email", "first_name", "country", *MORE)}
    con = weighed(rows, Identifiers(**named))  # type: ignore[arg-type]
    forms = [
        ["åse", "", "", "us", "a", "sanjose", "ca", "1997", "02", "16", "f"],
        ["정", "", "", "dk", "", "", "fyn", "", "", "", ""],
    ]
    wanted = [[hashed(each) if each else b"" for each in row] for row in forms]
    assert sorted(riders(con, "meta")) == sorted(wanted)
    assert riders(con, "google") == []


def test_no_more_goes_along_than_somebody_declares() -> None:
    """The list ends with the last of them, and never before the fourth: ten million people have one each."""
    rows: list[Row] = [{"customer_id": "1", "email": "a@x.dk", "city": "Aarhus C"}]
    assert riders(weighed(rows, Identifiers(email=ref("email"), city=ref("city"))), "meta") == [
        [b"", b"", b"", b"", b"", hashed("aarhusc")]
    ]
    assert [len(each) for each in riders(weighed(rows, Identifiers(email=ref("email"))), "meta")] in ([4], [])


def test_nobody_is_born_after_today() -> None:
    """Today is the day of the run, and hashes nothing that lies behind it."""
    rows: list[Row] = [
        {"customer_id": "1", "email": "a@x.dk", "birth_date": "2026-11-23"},
        {"customer_id": "2", "email": "b@x.dk", "birth_date": "2026-11-24"},
    ]
    found = riders(weighed(rows, Identifiers(email=ref("email"), birth_date=ref("birth_date"))), "meta")
    assert sorted(row[7:10] for row in found) == [[b"", b"", b""], [hashed("2026"), hashed("11"), hashed("23")]]


HASH = sha256(b"anna.berg@gmail.com").hexdigest()
READY = Identifiers(email=ref("mail_hash"), prehashed=frozenset(ref("mail_hash")))


@pytest.mark.parametrize("cell", [HASH, HASH.upper(), f" {HASH}\u200b"])
def test_a_ready_hash_goes_out_as_it_is(cell: str) -> None:
    """To both platforms, in lower case; a second hash of it would match nobody."""
    con = weighed([{"customer_id": "1", "mail_hash": cell}], READY)
    for platform, judged in (("google", "judged_0"), ("meta", "judged_1")):
        assert list(sent(con, platform, judged).values()) == [{bytes.fromhex(HASH)}]


@pytest.mark.parametrize(
    "cell", ["anna@x.dk", HASH[:-1], "d41d8cd98f00b204e9800998ecf8427e", sha256(b"").hexdigest(), ""]
)
def test_what_is_no_hash_in_such_a_column_is_not_sent(cell: str) -> None:
    """Nor hashed: who wrote an address there meant another column."""
    con = weighed([{"customer_id": "1", "mail_hash": cell}], READY)
    assert sent(con, "meta", "judged_1") == {}


@pytest.mark.parametrize("line", ["anna.berg@gmail.com", "ANNA.Berg@gmail.com"])
@pytest.mark.parametrize("form", ["anna.berg@gmail.com", "annaberg@gmail.com"])
def test_who_said_no_by_address_is_known_by_its_hash(line: str, form: str) -> None:
    """Whichever platform's form was hashed: the suppression holds for a column in which nobody can read addresses."""
    known = project(Setting((CUSTOMERS, PROOFS), consent_rules(), READY), Path("/"))
    keys = derive_keys(b"k" * 32)
    (subject,) = subjects_of(lines_of(line.encode()), known, keys, Reading.EITHER)
    batch = pa.RecordBatch.from_pydict({"e": pa.array([sha256(form.encode()).hexdigest()])})
    contacts = Contacts(emails=("e",), prehashed=frozenset({"e"}))
    made = normalise(batch, contacts, identity_key=keys.identity)
    assert made.column("e.identity")[0].as_py() in subject.digests


def test_a_suppressed_hash_is_not_sent() -> None:
    """The engine knows the person by the digest of the hash."""
    batch = pa.RecordBatch.from_pydict({"e": pa.array(["anna.berg@gmail.com"])})
    made = normalise(batch, Contacts(emails=("e",), beside_hashed=True), identity_key=SECRET)
    said = frozenset({made.column("e.meta.identity")[0].as_py()})
    con = weighed([{"customer_id": "1", "mail_hash": HASH}], READY, said)
    assert list(ranks(con, "standing_meta_judged_1").values()) == [RANK[Reason.SUPPRESSED]]
    assert sent(con, "meta", "judged_1") == {}


def test_a_hash_and_its_address_are_one_match_key() -> None:
    """Two people who hold it share it, whichever of the two their rows have."""
    rows: list[Row] = [
        {"customer_id": "1", "mail_hash": sha256(b"a@x.dk").hexdigest(), "mail": ""},
        {"customer_id": "2", "mail_hash": "", "mail": "a@x.dk"},
    ]
    known = Identifiers(email=(*ref("mail_hash"), *ref("mail")), prehashed=frozenset(ref("mail_hash")))
    con = weighed(rows, known)
    assert set().union(*sent(con, "meta", "judged_1").values()) == {hashed("a@x.dk")}
    assert con.number("SELECT count(*) FROM keys_meta") == 2
    identities = con.table("SELECT digest FROM identities").column("digest").to_pylist()
    assert len(identities) - len(set(identities)) == 1


def test_rows_are_joined_by_a_hash_that_is_a_key() -> None:
    """Two rows with the same hash under a key called email are one person."""
    source = Source("customers", "customers.csv", (CUSTOMER, Key("email", "mail_hash", KeyKind.EMAIL)))
    rows: list[Row] = [{"customer_id": "1", "mail_hash": HASH}, {"customer_id": "2", "mail_hash": HASH.upper()}]
    con = weighed(rows, READY, source=source)
    assert con.number("SELECT count(*) FROM people") == 1
