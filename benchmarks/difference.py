"""How long the difference of a list takes, and what it holds in memory: `python benchmarks/difference.py [ROWS …]`."""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

from measure import NOW, each_size, forget_peak, held_mb, list_in_ledger, number, peak_mb_since, timed
from people import SENDABLE, STANDING, Shop

from consentric.engine import audiences, lists
from consentric.engine.calm import set_aside
from consentric.engine.connection import Connection
from consentric.engine.standing import fold, standing
from consentric.ledger import FileRecord, Ledger, ListRecord
from consentric.model.lifespan import Lifespan
from consentric.model.lists import BatchState, Operation, Shape
from consentric.model.project import Platform
from consentric.planning.capabilities import CAPABILITIES
from consentric.planning.rows import Allowed
from consentric.workflows.disclosures import history
from consentric.workflows.memory import recollect

GOOGLE = CAPABILITIES[Platform.GOOGLE]
SIZES = ["1e5", "1e6", "1e7"]
CHANGES = 10_000
REQUESTS_A_MINUTE = 300
"""Google's quota, which nobody can lift: no upload is faster than this."""


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        measure(number(arguments[1]))
        return
    print(
        "      rows  diff s  cpu s  wanted MB  diff MB  sent rows  outbox s  commit s  upload s  share  status s  fold s"
        "   cpu s  base MB  past MB"
    )
    sys.stdout.flush()
    each_size(__file__, arguments or SIZES)


def measure(rows: int) -> None:
    shop = Shop(rows, min(CHANGES, rows // 10))
    con = Connection(ZoneInfo("UTC"))
    with list_in_ledger(shop) as (ledger, record, run):
        _evaluate(con, shop)
        before = held_mb()
        forget_peak()
        stretches, wall, cpu = timed(lambda: _difference(con, ledger, record))
        more = peak_mb_since() - before
        outbox, writing, _ = timed(lambda: ledger.write_outbox(record.id, run, lists.rows(con, "ordered_outbox")))
        requests, commit, _ = timed(lambda: _commit(ledger, record, outbox, stretches))
        _, status, _ = timed(lambda: standing(GOOGLE, Lifespan.of(540), recollect(ledger, record), NOW))
        con.close()
        _, folding, fold_cpu = timed(lambda: _fold(ledger, record, run))
        base, *past = ledger.files(record.id)
        upload = requests * 60 / REQUESTS_A_MINUTE
        print(
            f"{rows:10,}  {wall:6.1f}  {cpu:5.1f}  {before:9,}  {more:7,}  {outbox.rows:9,}  {writing:8.3f}  {commit:8.3f}"
            f"  {upload:8.1f}  {commit / upload:5.1%}  {status:8.1f}  {folding:6.1f}  {fold_cpu:6.1f}"
            f"  {base.bytes / 1e6:7,.0f}  {sum(each.bytes for each in past) / 1e6:7,.1f}",
            flush=True,
        )


def _evaluate(con: Connection, shop: Shop) -> None:
    """What evaluation leaves behind; it is measured apart."""
    for name, schema, batches in (
        ("sendable_bench", SENDABLE, shop.wanted()),
        ("standing_bench", STANDING, shop.standing()),
    ):
        con.stream("arrow_bench", schema, batches)
        con.run(f"CREATE TEMP TABLE {name} AS SELECT * FROM arrow_bench")
        con.unregister("arrow_bench")
    con.run('CREATE TEMP TABLE "left:bench" AS SELECT person FROM sendable_bench')
    con.run("CREATE TEMP TABLE suppressed_names AS SELECT id, rank FROM standing_bench LIMIT 0")
    con.run("CREATE TEMP TABLE known AS SELECT id AS key, person FROM sendable_bench")
    con.run("CREATE TEMP VIEW people AS SELECT person, id FROM sendable_bench")
    con.run("CREATE TEMP TABLE exempt_bench AS SELECT 0::TINYINT AS kind, ''::BLOB AS value LIMIT 0")


def _difference(con: Connection, ledger: Ledger, record: ListRecord) -> list[dict[str, int]]:
    """As DuckEngine.compare and prepare do it, the checksum of the base included."""
    audiences.desire(con, "bench", "bench")
    set_aside(con, recollect(ledger, record), GOOGLE, record.lifespan, NOW)
    lists.compare(con, GOOGLE, record.lifespan, NOW)
    audiences.funnel(con, "bench", "standing_bench")
    wanted, _ = audiences.coverage(con)
    lists.counts(con, wanted)
    lists.removed_because(con)
    return lists.prepare(con, GOOGLE, Allowed())


def _commit(ledger: Ledger, record: ListRecord, outbox: FileRecord, stretches: list[dict[str, int]]) -> int:
    """An intent and an outcome for every request; how many those are."""
    requests = 0
    for stretch in stretches:
        if stretch["operation"] == Operation.OWED:
            continue
        for first in range(stretch["first"], stretch["first"] + stretch["rows"], GOOGLE.rows_per_request):
            count = min(GOOGLE.rows_per_request, stretch["first"] + stretch["rows"] - first)
            what, shape = Operation(stretch["operation"]), Shape(stretch["shape"])
            batch = ledger.intend(record.id, outbox.id, what, shape, first=first, rows=count, people=count, at=NOW)
            ledger.outcome(batch.id, BatchState.ACCEPTED, NOW, handle=f"bench-{batch.id}")
            requests += 1
    return requests


def _fold(ledger: Ledger, record: ListRecord, run: str) -> None:
    """Once all of it is confirmed."""
    for batch in ledger.batches(record.id):
        ledger.outcome(batch.id, BatchState.CONFIRMED, NOW)
    whole = history(ledger, record)
    tables = fold(whole, whole.sent, NOW)
    if tables is not None:
        ledger.fold(record.id, run, tables)


if __name__ == "__main__":
    main(sys.argv[1:])
