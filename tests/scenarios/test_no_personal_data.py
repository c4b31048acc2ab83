"""No e-mail, phone, name or street of the shop leaves it in clear: not printed, not kept, not in a URL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from consentric.demo import CHANGES_PHONE, WITHDRAWS, apply_change, canaries
from scenarios.conftest import OpenShop
from scenarios.harness import Stage


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, Parquet also as text: its pages are compressed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
            if path.suffix == ".parquet":
                yield f"{path.name} as text", str(parquet.read_table(path).to_pydict()).encode()


def leaks(stage: Stage) -> list[str]:
    """Where a personal value of the shop was found; the value itself is not told."""
    around = stage.sandbox.request_log.parent
    searched = [
        *((f"stdout of {' '.join(run.arguments)}", run.stdout.encode()) for run in stage.cli.runs),
        *((f"stderr of {' '.join(run.arguments)}", run.stderr.encode()) for run in stage.cli.runs),
        *written(stage.state),
        *written(around),
    ]
    values = [value.encode() for value in canaries(stage.folder)]
    assert len(values) > 1000, "the shop has too few canaries to prove anything"
    return [where for where, content in searched if any(value in content for value in values)]


def left_in_the_folder(stage: Stage) -> set[str]:
    """What lies beside the file and its data."""
    return {path.name for path in stage.folder.iterdir()} - {"audiences.yaml", "data", ".consentric"}


def test_nothing_printed_or_kept_holds_a_contact(open_few: OpenShop) -> None:
    """Every command, as loud as it gets, over a first fill, a day with changes, and a platform that fails."""
    shop = open_few()
    for command in ("plan", "plan --json", "sync --yes -vv --log-format json"):
        shop.run(*command.split())
    shop.sandbox.advance("24h")
    for change in (WITHDRAWS, CHANGES_PHONE):
        apply_change(shop.folder, change, now=shop.sandbox.now)
    shop.sandbox.break_with({"platform": "meta", "op": "users_remove", "kind": "expired_token"})
    for command in ("sync --yes -v", "confirm -vv", "status", "status --json", "sync --yes"):
        shop.run(*command.split())
    assert leaks(shop) == []
    assert left_in_the_folder(shop) == set()
    assert not any(entry.get("token_in_url") for entry in shop.sandbox.log())


@pytest.mark.parametrize("point", ["after_read", "outbox_written", "sent"])
def test_a_killed_sync_leaves_no_contact_behind(open_few: OpenShop, point: str) -> None:
    """What a run that was killed in the middle has left on disk holds hashes only."""
    shop = open_few()
    run = shop.sync(CONSENTRIC_KILL=f"{point}:1")
    assert run.exit == -9, run
    assert leaks(shop) == []
    assert left_in_the_folder(shop) == set()


def test_the_state_is_private(open_few: OpenShop) -> None:
    """The state folder and everything in it can be read by its owner alone."""
    shop = open_few()
    shop.sync()
    for path in (shop.state, *shop.state.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path.relative_to(shop.folder)
