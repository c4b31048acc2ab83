"""Invents the two files that audiences.yaml beside this script reads: customers.csv and orders.csv.

    python examples/minimal/make_data.py FOLDER

Copies audiences.yaml and rehearsal.yaml into the folder as well. Nobody in the data exists. The last day is today, or the
day of `CONSENTRIC_CLOCK`; the same day gives the same files.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

CUSTOMERS: Final = 2_000
_HERE: Final = Path(__file__).parent
_SEED: Final = 12
_FIRST: Final = (
    "anna bo carl dorte emil freja grete hans ida jens karen lars mette niels olga per rikke søren tove ulla"
)
_LAST: Final = (
    "andersen berg christensen dahl eriksen friis holm iversen jensen krogh lund møller nielsen olsen poulsen"
)
_ANSWERS: Final = ("yes", "no", "", "maybe")
_HOW_OFTEN: Final = (74, 12, 10, 4)
_WITHDRAWS: Final = 0.07
_DAYS_OF_CONSENT: Final = 800
_DAYS_OF_ORDERS: Final = 200

Row = Sequence[str]


def make_data(folder: Path, now: datetime, customers: int = CUSTOMERS) -> None:
    """Writes both files; `now` is the latest instant in them."""
    dice = random.Random(_SEED)
    people = list(_people(dice, now, customers))
    folder.mkdir(parents=True, exist_ok=True)
    header = ("email", "ads_consent", "ads_consent_at", "ads_withdrawn_at", "signup_form")
    _write(folder / "customers.csv", header, people)
    _write(folder / "orders.csv", ("email", "ordered_at", "amount"), _orders(dice, now, [row[0] for row in people]))


def _people(dice: random.Random, now: datetime, customers: int) -> Iterator[Row]:
    """Most said yes to being shown ads; some said no, nothing, or something unclear, and some changed their minds."""
    first, last = _FIRST.split(), _LAST.split()
    for number in range(1, customers + 1):
        email = f"{dice.choice(first)}.{dice.choice(last)}{number}@example.com"
        answer = dice.choices(_ANSWERS, _HOW_OFTEN)[0]
        days = dice.randrange(1, _DAYS_OF_CONSENT)
        given = "" if answer == "" else _instant(now - timedelta(days=days))
        withdraws = answer == "yes" and dice.random() < _WITHDRAWS
        withdrawn = _instant(now - timedelta(days=dice.randrange(days))) if withdraws else ""
        yield email, answer, given, withdrawn, "" if answer == "" else f"signup-{1 + days % 3}"


def _orders(dice: random.Random, now: datetime, emails: Iterable[str]) -> Iterator[Row]:
    for email in emails:
        for _ in range(dice.choices(range(6), (2, 2, 3, 3, 2, 1))[0]):
            at = now - timedelta(days=dice.randrange(_DAYS_OF_ORDERS), minutes=dice.randrange(1, 600))
            yield email, _instant(at), str(dice.randrange(80, 900))


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(path: Path, header: Row, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__)
        return 64
    folder = Path(arguments[0])
    clock = os.environ.get("CONSENTRIC_CLOCK")
    make_data(folder, datetime.fromisoformat(clock).astimezone(UTC) if clock else datetime.now(UTC))
    for name in ("audiences.yaml", "rehearsal.yaml"):
        if folder.resolve() != _HERE:
            shutil.copyfile(_HERE / name, folder / name)
    print(f"{folder}: audiences.yaml, rehearsal.yaml, customers.csv, orders.csv")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
