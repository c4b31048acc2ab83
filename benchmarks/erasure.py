"""How long an erasure takes until its requests can be sent: `python benchmarks/erasure.py [ROWS …]`.

Of a hundred people half are known by their names, as sources and earlier runs know them, and half only by what was sent for
their e-mails. Everybody is on ten lists, which are seen to one after the other, their checksums included.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import islice
from typing import Any

import pyarrow as pa
from measure import NOW, each_size, forget_peak, held_mb, lists_in_ledger, number, peak_mb_since, timed
from people import Shop

from consentric.engine.leaving import leave, seek, what_was_sent
from consentric.ledger import Ledger, ListRecord
from consentric.model.lists import KeyType
from consentric.model.project import Platform
from consentric.model.requests import SentKey
from consentric.planning.capabilities import CAPABILITIES
from consentric.workflows.memory import recollect

SIZES = ["1e5", "1e6", "1e7"]
ERASED = 100
LISTS = 10
MOST_HASHED = 1_000_000
GOOGLE = CAPABILITIES[Platform.GOOGLE]


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        measure(number(arguments[1]))
        return
    print("      rows  erased  by e-mail  lists  sent rows       s  cpu s  peak MB  hashed s  cpu s")
    sys.stdout.flush()
    each_size(__file__, arguments or SIZES)


def measure(rows: int) -> None:
    shop = Shop(rows, min(10_000, rows // 10))
    every = max(rows // ERASED, 1)
    erased = list(islice((row for table in shop.base() for row in _nth(table, every)), ERASED))
    names = {row["person"] for row in erased[::2]}
    emails = [key["value"] for row in erased[1::2] for key in row["keys"] if key["kind"] == KeyType.EMAIL]
    with lists_in_ledger(shop, LISTS) as (ledger, records, run):
        secret = ledger.keys().suppression
        known = what_was_sent(KeyType.EMAIL, pa.array(emails, pa.binary()), secret)
        before = held_mb()
        forget_peak()

        def take_off(record: ListRecord) -> tuple[frozenset[bytes], int]:
            found = _seek(ledger, record, known, known)
            leaving = leave(GOOGLE, record.lifespan, recollect(ledger, record), NOW, names | found)
            return leaving.people, ledger.write_outbox(record.id, run, leaving.rows).rows

        gone, wall, cpu = timed(lambda: [take_off(record) for record in records])
        peak, sent = peak_mb_since() - before, sum(count for _, count in gone)
        hashed, hashing = "", ""
        if rows <= MOST_HASHED:
            found, slow, busy = timed(lambda: _seek(ledger, records[0], known, {}))
            hashed, hashing = f"{slow:.1f}", f"{busy:.1f}"
            assert all(people == found | names for people, _ in gone)
        print(
            f"{rows:10,}  {len(erased):6,}  {len(emails):9,}  {len(records):5,}  {sent:9,}  {wall:6.1f}  {cpu:5.1f}"
            f"  {peak:7,}  {hashed:>8}  {hashing:>5}",
            flush=True,
        )


def _nth(table: pa.Table, every: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.take(pa.array(range(0, table.num_rows, every), pa.int64())).to_pylist()
    return found


def _seek(
    ledger: Ledger, record: ListRecord, sought: Mapping[bytes, SentKey], known: Mapping[bytes, SentKey]
) -> frozenset[bytes]:
    """Who is on the list by what was sent; with nothing `known`, as after a command that died."""
    sent, key = recollect(ledger, record), ledger.keys().suppression
    found = seek(GOOGLE, record.lifespan, sent, NOW, frozenset(sought), key, known)
    return frozenset[bytes]().union(*found.there.values())


if __name__ == "__main__":
    main(sys.argv[1:])
