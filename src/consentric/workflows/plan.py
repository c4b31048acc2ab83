"""`plan`: evaluates everything, calls no platform unless it is asked to look, needs no credential, changes nothing."""

from __future__ import annotations

from contextlib import ExitStack

from consentric.ledger import passing_keys
from consentric.model.plan import Plan
from consentric.workflows.drafting import Choice, draft
from consentric.workflows.evaluation import evaluate
from consentric.workflows.looking import look_at_lists
from consentric.workflows.opening import Shell, open_project, read_file, reader


def run(
    shell: Shell, *, audiences: tuple[str, ...] = (), destinations: tuple[str, ...] = (), check: bool = False
) -> Plan:
    """What a sync would do now; `check` looks at the lists on their platforms first.

    Raises ConfigError, SourceError, Stopped, StateError.
    """
    loaded = read_file(shell, contact=check)
    choice = Choice(audiences, destinations)
    choice.check(loaded.project)
    opened = open_project(shell, loaded)
    with ExitStack() as stack:
        ledger = reader(shell)
        if ledger is not None:
            stack.enter_context(ledger)
        keys = passing_keys() if ledger is None else ledger.keys()
        suppressed = frozenset[bytes]() if ledger is None else ledger.suppressions()
        before = {} if ledger is None else ledger.source_rows()
        evaluation = evaluate(shell, opened, keys, suppressed, before)
        seen = look_at_lists(shell, opened.project, ledger) if check and ledger is not None else {}
        return draft(opened, evaluation, ledger, choice, seen)
