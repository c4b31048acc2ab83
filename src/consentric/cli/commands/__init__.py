"""One file per command. Each turns options into the call of one workflow, and its value into a screen or a document."""

from __future__ import annotations

from typing import Final

import click

from consentric.cli.commands.confirm import confirm
from consentric.cli.commands.demo import demo
from consentric.cli.commands.explain import explain
from consentric.cli.commands.identify import identify
from consentric.cli.commands.plan import plan
from consentric.cli.commands.prune import prune
from consentric.cli.commands.sandbox import sandbox
from consentric.cli.commands.state import state
from consentric.cli.commands.status import status
from consentric.cli.commands.sync import sync
from consentric.cli.commands.test import test
from consentric.cli.commands.validate import validate
from consentric.cli.commands.withdraw import forget, object_, restrict, unsuppress, withdraw

COMMANDS: Final[tuple[click.Command, ...]] = (
    demo,
    validate,
    test,
    plan,
    sync,
    confirm,
    status,
    withdraw,
    object_,
    restrict,
    forget,
    unsuppress,
    prune,
    state,
    identify,
    explain,
    sandbox,
)
