"""The story: a shop, what would be sent, sending it, sending nothing, and somebody who changes their mind."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from consentric import demo as shop
from consentric.cli.demonstration.sandbox_process import SandboxProcess
from consentric.cli.demonstration.stage import Stage
from consentric.model.figures import grouped

_FIRST_NIGHT: Final = shop.NOW
_SHOWN: Final = {"google": "Google", "meta": "Meta"}
_AUDIENCES: Final = "audiences.yaml"


def tell(folder: Path, *, customers: int, colour: bool) -> datetime:
    """The whole story, in a folder that may be thrown away afterwards; gives the instant at which it ends."""
    with SandboxProcess(folder, _FIRST_NIGHT) as sandbox:
        stage = Stage(folder, sandbox, _FIRST_NIGHT, colour)
        _the_shop(stage, customers)
        _the_plan(stage)
        _the_first_sync(stage)
        _nothing_more(stage)
        _somebody_withdraws(stage)
        _what_is_where(stage)
        return stage.now


def _the_shop(stage: Stage, customers: int) -> None:
    stage.heading(1, "A shop with invented customers, and a Google and a Meta on this machine")
    shutil.copyfile(audiences_file(), stage.folder / _AUDIENCES)
    files = shop.write_shop(stage.folder, customers=customers, now=_FIRST_NIGHT)
    stage.say(*(f"  data/{name:<22} {grouped(count):>9} rows" for name, count in files.rows.items()))
    stage.say(f"  {_AUDIENCES}                says who belongs in which audience, and who agreed to what")
    stage.say(f"  Google listens on {stage.sandbox.google}, Meta on {stage.sandbox.meta}: both are a sandbox")


def _the_plan(stage: Stage) -> None:
    stage.heading(2, "Who would be sent, and why not more? Nothing is uploaded")
    stage.types("plan", hidden=("--mask-small", "0"))


def _the_first_sync(stage: Stage) -> None:
    stage.heading(3, "Send it: hashed, and only people who consented")
    stage.types("sync", "--yes")


def _nothing_more(stage: Stage) -> None:
    stage.passes(0.5)
    stage.heading(4, "Half an hour later: the lists are as the file says, so nothing is sent")
    stage.types("sync", "--yes")


def _somebody_withdraws(stage: Stage) -> None:
    stage.passes(24)
    customer = shop.apply_change(stage.folder, shop.WITHDRAWS, now=stage.now)
    stage.heading(5, "The next night: time has moved on, and one customer has withdrawn consent")
    stage.say(f"  Invented customer {customer} said no in data/consents.csv.")
    stage.types("confirm")
    stage.types("plan", hidden=("--mask-small", "0"), only="withdrew consent")
    stage.types("sync", "--yes")


def _what_is_where(stage: Stage) -> None:
    stage.passes(24)
    stage.heading(6, "A day later: what do the platforms say, and what do they really hold?")
    stage.types("confirm")
    stage.say("", "  The sandbox knows what no real platform tells: which accounts are on each list.", "")
    stage.say(f"  {'list':<40}{'platform':<10}{'accounts':>10}{'open requests':>16}")
    for one in stage.sandbox.lists():
        name, platform = str(one["name"])[:38], _SHOWN.get(one["platform"], one["platform"])
        stage.say(f"  {name:<40}{platform:<10}{len(one['accounts']):>10}{one['pending']:>16}")
    stage.say(
        "", "  Somebody may have no account there, or several: a platform's size is never the number of people sent."
    )


def audiences_file() -> Path:
    """The shop's own audiences.yaml, beside its generator."""
    return Path(shop.__file__).with_name(_AUDIENCES)
