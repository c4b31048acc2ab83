"""`plan`: evaluates everything, calls no platform, needs no credential, changes nothing."""

from __future__ import annotations

from contextlib import ExitStack

from consentric.ledger import passing_keys
from consentric.model.people import Suppression
from consentric.model.plan import Plan
from consentric.workflows.drafting import Choice, draft
from consentric.workflows.evaluation import evaluate
from consentric.workflows.opening import Shell, open_project, read_file, reader


def run(shell: Shell, *, audiences: tuple[str, ...] = (), destinations: tuple[str, ...] = ()) -> Plan:
    """What a sync would do now. Raises ConfigError, SourceError, Stopped, StateError."""
    loaded = read_file(shell, contact=False)
    choice = Choice(audiences, destinations)
    choice.check(loaded.project)
    opened = open_project(shell, loaded)
    with ExitStack() as stack:
        ledger = reader(shell)
        if ledger is not None:
            stack.enter_context(ledger)
        keys = passing_keys() if ledger is None else ledger.keys()
        suppressed = frozenset[Suppression]() if ledger is None else ledger.suppressions()
        before = {} if ledger is None else ledger.source_rows()
        evaluation = evaluate(shell, opened, keys, suppressed, before)
        return draft(opened, evaluation, ledger, choice)
