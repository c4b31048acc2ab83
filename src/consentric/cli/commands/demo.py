"""`consentric demo`: the main job from end to end, on this machine, without an account."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from consentric.cli import terminal
from consentric.cli.clock import VARIABLE
from consentric.cli.invocation import Invocation
from consentric.cli.options import Command
from consentric.errors import UsageError

_ENDING: Final = """
Done in {seconds} s. Everything stayed on this machine: the shop is invented, and "Google" and "Meta" were a simulator
that was written from their documentation. A real platform may differ; try a small list there first.
{kept}
Next: consentric plan --help   (what a plan can show)
      write your own audiences.yaml and check it with: consentric validate
"""

_KEPT: Final = """
The shop, its audiences.yaml and the record are kept. Change the file and look again, in the shop's own time:
      cd {folder} && {variable}={night} consentric plan
"""


@click.command(cls=Command)
@click.option(
    "--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep the shop, the file and the record in DIR."
)
@click.option(
    "--customers",
    type=click.IntRange(2_000, 1_000_000),
    default=20_000,
    show_default=True,
    metavar="N",
    help="How many customers to invent.",
)
@click.pass_obj
def demo(invocation: Invocation, *, keep: Path | None, customers: int) -> int:
    """See it work: an invented shop, both platforms, no account.

    Writes a shop and its audiences.yaml, plays Google and Meta on this machine, and runs the real commands: plan, sync,
    a sync that sends nothing, and one after a customer withdrew consent. Takes less than a minute; nothing leaves this
    machine.
    """
    from consentric.cli.demonstration.story import tell

    start = time.monotonic()
    with _folder(keep) as folder:
        last_night = tell(folder, customers=customers, colour=invocation.colour)
    kept = (
        "" if keep is None else _KEPT.format(folder=keep, variable=VARIABLE, night=f"{last_night:%Y-%m-%dT%H:%M:%SZ}")
    )
    terminal.write(_ENDING.format(seconds=round(time.monotonic() - start), kept=kept))
    return 0


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """An empty folder: the one to keep, or one that is gone afterwards."""
    if keep is None:
        made = Path(tempfile.mkdtemp(prefix="consentric-demo-"))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError("A924", f"`{keep}` is not an empty folder", hint="name one that does not exist yet")
    keep.mkdir(parents=True, exist_ok=True)
    yield keep.resolve()
