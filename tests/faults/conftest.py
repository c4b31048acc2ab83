"""A finished night to copy, processes to kill, and the sum of what the campaigns counted."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.forking import ForkServer
from scenarios.conftest import open_family, opened
from unit.ledger.conftest import dying, finished, state

__all__ = ["dying", "finished", "fork_server", "open_family", "opened", "state"]


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    """One a worker."""
    with ForkServer() as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Kills by place, judgements, replays and time, by destination."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    most: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for report in terminalreporter.getreports("passed"):
        for platform, tally, highest, kills, seconds in (
            value for name, value in report.user_properties if name == "tally"
        ):
            sums[platform] += Counter({**tally, "kills": kills, "seconds": round(seconds)})
            most[platform] |= Counter(highest)
        for rounds, together, seconds in (value for name, value in report.user_properties if name == "slowest"):
            terminalreporter.section("several runs started at once")
            terminalreporter.write_line(
                f"{rounds} rounds of {together}; the slowest to be refused took {seconds:.2f} s"
            )
    for platform, tally in sorted(sums.items()):
        terminalreporter.section(f"kills: {platform}")
        for name, number in sorted(tally.items()):
            terminalreporter.write_line(f"{number:7} {name}")
        for name, number in sorted(most[platform].items()):
            terminalreporter.write_line(f"{number:7} {name}, at most")
        terminalreporter.write_line(
            f"{tally['seconds'] / max(1, tally['kills']):7.2f} seconds a kill, judgements included"
        )
