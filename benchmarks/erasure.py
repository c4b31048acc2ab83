"""How long it takes to find a hundred people on a list, with everybody connected: `python benchmarks/erasure.py [ROWS …]`.

One list is measured; ten take ten times as long, and no more memory, since they are seen to one after the other.
"""

from __future__ import annotations

import sys
from itertools import islice
from zoneinfo import ZoneInfo

from measure import NOW, each_size, forget_peak, held_mb, list_in_ledger, number, peak_mb_since, timed
from people import Shop

from consentric.engine import lists
from consentric.engine.connection import Connection
from consentric.engine.reach import reach_of
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES
from consentric.workflows.memory import recollect

SIZES = ["1e5", "1e6", "1e7"]
ERASED = 100


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        measure(number(arguments[1]))
        return
    print("      rows  erased  reached  one list s  cpu s  ten lists s  peak MB", flush=True)
    each_size(__file__, arguments or SIZES)


def measure(rows: int) -> None:
    shop = Shop(rows, min(10_000, rows // 10))
    people = (person for table in shop.base() for person in table.column("person")[:: max(rows // ERASED, 1)])
    erased = {person.as_py() for person in islice(people, ERASED)}
    con = Connection(ZoneInfo("UTC"))
    with list_in_ledger(shop) as (ledger, record, _):
        before = held_mb()
        forget_peak()

        def find() -> frozenset[bytes]:
            reached = reach_of(con, recollect(ledger, record), erased, set())
            lists.remember(con, CAPABILITIES[Platform.GOOGLE], record.lifespan, NOW)
            return reached

        reached, wall, cpu = timed(find)
        print(
            f"{rows:10,}  {len(erased):6,}  {len(reached):7,}  {wall:10.1f}  {cpu:5.1f}  {10 * wall:11.1f}"
            f"  {peak_mb_since() - before:7,}",
            flush=True,
        )
    con.close()


if __name__ == "__main__":
    main(sys.argv[1:])
