"""From Parquet to hashed Parquet, beside a plain Python loop and other libraries: `python benchmarks/hashing.py [ROWS …]`.

Five identifiers (e-mail, phone, first and last name, postcode) of the customers who consented and bought. Everybody works on
the same file, one after the other and in turns, each time in a process of its own; its start and imports do not count.
`--alone` leaves other libraries out, `--once` takes one round instead of three.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Final

import customers
import duckdb
import pyarrow.parquet as pq
from measure import number, timed

from consentric.engine.contacts import Contacts
from consentric.engine.kernel import normalise
from consentric.model.project import Platform

HERE: Final = Path(__file__).parent
SIZES: Final = ["1e5", "1e6", "1e7"]
ROUNDS: Final = 3
SLOW_ROWS: Final = 200_000
"""Loops cost the same for every row; more of them would only take longer."""
CONTACTS: Final = Contacts(("email",), ("phone",), "first_name", "last_name", "postcode", "country")
HASHES: Final = {
    Platform.META: ["email.meta", "phone.meta", "fn.meta", "ln.meta", "zip.meta"],
    Platform.GOOGLE: ["email.google", "phone.google", "address.google"],
}
KEY: Final = bytes(32)
OURS: Final[Mapping[str, tuple[bytes | None, list[Platform]]]] = {
    "consentric": (None, [Platform.META]),
    "consentric, nightly": (KEY, [Platform.GOOGLE, Platform.META]),
}
"""With an identity key and both platforms it is what a nightly run makes of each row: up to twelve hashes instead of five."""
QUERY: Final = """SELECT email, phone, first_name, last_name, postcode, country FROM read_parquet(?)
WHERE consent = 'yes' AND orders > 0"""
PEERS: Final = {
    "google": "google-ads-datamanager-util: no phone is parsed",
    "meta": "facebook-business, audiences: no phone is parsed, letters like é are lost",
    "conversions": "facebook-business, conversions: no phone is parsed, those that begin with 0 are refused",
}
NOT_HERE: Final = """\
not measured: capi-param-builder-python 1.3.2 (hashes no contacts)
not measured: condor-retl-google-ads-data-manager (has nothing for Python 3.11)"""


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        one(arguments[1], Path(arguments[2]))
        return
    alone, rounds = "--alone" in arguments, 1 if "--once" in arguments else ROUNDS
    sizes = [each for each in arguments if not each.startswith("--")] or SIZES
    print("      rows  who                       cpu s  rows a cpu s  times the loop  peak MB")
    sys.stdout.flush()
    with (
        tempfile.TemporaryDirectory(prefix="consentric-bench-") as folder,
        peers(Path(folder), wanted=not alone) as python,
    ):
        for size in sizes:
            race(Path(folder), number(size), python, rounds)
    if not alone:
        print("\n".join([*(f"{name}: {what}" for name, what in PEERS.items()), NOT_HERE]))


@contextmanager
def peers(folder: Path, *, wanted: bool) -> Iterator[Path | None]:
    """The Python of an environment that has the other libraries; None where they cannot be installed."""
    python = folder / "peers" / "bin" / "python"
    if not wanted:
        yield None
        return
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "peers")], check=True, capture_output=True)
        install = [str(python), "-m", "pip", "install", "-q", "-r", str(HERE / "peers.txt")]
        subprocess.run(install, check=True, capture_output=True, timeout=600)
    except (subprocess.SubprocessError, OSError):
        print("the other libraries could not be installed (no network?): going on without them")
        yield None
        return
    yield python


def race(folder: Path, rows: int, python: Path | None, rounds: int) -> None:
    """All of them in turns; the least of what each spent."""
    source = folder / f"{rows}.parquet"
    customers.write(source, rows)
    slow = min(rows, SLOW_ROWS)
    runs = {name: [sys.executable, __file__, "--one", name, str(source)] for name in OURS}
    loops = {"plain loop": ("plain", Path(sys.executable))} | (
        {name: (name, python) for name in PEERS} if python else {}
    )
    runs |= {
        name: [str(run_by), str(HERE / "loops.py"), loop, str(source), str(slow)]
        for name, (loop, run_by) in loops.items()
    }
    found: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, command in runs.items():
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found[name].append(json.loads(answer))
    speed = {name: (rows if name in OURS else slow) / min(each["cpu"] for each in runs) for name, runs in found.items()}
    for name, each in found.items():
        cpu, peak = min(run["cpu"] for run in each), max(run["peak"] for run in each)
        print(
            f"{rows if name in OURS else slow:10,}  {name:20}  {cpu:9.2f}  {speed[name]:12,.0f}"
            f"  {speed[name] / speed['plain loop']:14.1f}  {peak:7,.0f}",
            flush=True,
        )
    source.unlink()


def one(name: str, source: Path) -> None:
    key, platforms = OURS[name]
    with tempfile.TemporaryDirectory(prefix="consentric-bench-") as folder:
        _, _, cpu = timed(lambda: hash_file(source, Path(folder) / "hashed.parquet", key, platforms))
    print(json.dumps({"cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def hash_file(source: Path, target: Path, key: bytes | None, platforms: list[Platform]) -> None:
    """Whatever engine hands over record batches could stand here; consent and condition are its work."""
    names = [name for each in platforms for name in HASHES[each]]
    names += ["email.identity", "phone.identity"] if key else []
    repeated = [name for name in names if name.startswith(("fn", "ln", "zip"))]
    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false")
    batches = con.sql(QUERY, params=[str(source)]).to_arrow_reader(131_072)
    hashed = (normalise(each, CONTACTS, identity_key=key, platforms=platforms).select(names) for each in batches)
    first = next(hashed)
    with pq.ParquetWriter(target, first.schema, use_dictionary=repeated) as file:
        for batch in chain((first,), hashed):
            file.write_batch(batch)


if __name__ == "__main__":
    main(sys.argv[1:])
