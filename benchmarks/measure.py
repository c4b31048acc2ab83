"""Stopwatch, memory and a state folder for the benchmarks; each size runs in a process of its own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from people import Shop

from consentric.ledger import Ledger, ListRecord, open_ledger
from consentric.model.lists import ListRef, ListSpec
from consentric.model.project import Platform

NOW = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
Result = TypeVar("Result")


class Watch:
    """Wall and CPU seconds since it was started."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def timed(work: Callable[[], Result]) -> tuple[Result, float, float]:
    watch = Watch()
    return work(), *watch.read()


def peak_mb() -> int:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def held_mb() -> int:
    """What it holds now, after Arrow has given back what it can; 0 where the system does not say."""
    pa.default_memory_pool().release_unused()
    sizes = Path("/proc/self/statm")
    return int(sizes.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20 if sizes.exists() else 0


def forget_peak() -> None:
    """From here on `peak_mb_since` counts anew, where the system can (Linux)."""
    marks = Path("/proc/self/clear_refs")
    if marks.exists():
        marks.write_text("5")


def peak_mb_since() -> int:
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    found = [int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")]
    return found[0] if found else peak_mb()


@contextmanager
def list_in_ledger(shop: Shop) -> Iterator[tuple[Ledger, ListRecord, str]]:
    """A state folder with one Google list, folded; it is deleted afterwards."""
    with lists_in_ledger(shop, 1) as (ledger, records, run):
        yield ledger, records[0], run


@contextmanager
def lists_in_ledger(shop: Shop, count: int) -> Iterator[tuple[Ledger, list[ListRecord], str]]:
    """The same with several lists, all of them with everybody."""
    with (
        tempfile.TemporaryDirectory(prefix="consentric-bench-") as folder,
        open_ledger(Path(folder) / "state") as ledger,
    ):
        run = ledger.begin_run(NOW, "")
        records = list[ListRecord]()
        for name in (f"bench{number}" for number in range(count)):
            spec = ListSpec(ListRef(name, "google"), Platform.GOOGLE, "1", name, "", name, 540)
            records.append(ledger.ensure_list(spec, NOW))
            ledger.fold(records[-1].id, run, shop.base())
        yield ledger, records, run


def each_size(script: str, sizes: list[str], *more: str) -> None:
    """Runs the script once for every size, so that each has its own peak of memory."""
    for size in sizes:
        subprocess.run([sys.executable, script, "--one", size, *more], check=True)


def number(text: str) -> int:
    return int(float(text.replace("_", "")))
