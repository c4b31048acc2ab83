"""`forget --status`: goes on with the erasures under way, and tells which list was asked and which confirmed."""

from __future__ import annotations

from consentric.destinations.retrying import Budget
from consentric.errors import ConsentricError, Interrupted, LockHeld
from consentric.ledger import hold_lock
from consentric.model.people import Verb
from consentric.model.requests import Erasures, Request
from consentric.workflows.confirm import confirm
from consentric.workflows.leaving import take_off
from consentric.workflows.opening import Shell, begin, ledger, read_file, reader


def run(shell: Shell, *, patience: float = 0) -> Erasures:
    """Goes on with what is under way, where nobody else is at work, and tells how far it is, what it ended included.

    Raises ConfigError, StateError.
    """
    loaded = read_file(shell, contact=False)
    notes: tuple[str, ...] = ()
    before = _erasures(shell)
    if any(each.under_way for each in before):
        try:
            notes = _go_on(shell, patience)
        except LockHeld as error:
            notes = (f"{error.message}; it goes on with these removals",)
        except Interrupted:
            raise
        except ConsentricError as error:
            notes = (f"could not go on [{error.code}]: {error.message}",)
    shown = frozenset(each.id for each in before if each.under_way)
    found = tuple(each for each in _erasures(shell) if each.under_way or each.id in shown)
    return Erasures(shell.clock.now().astimezone(loaded.project.timezone), loaded.project.config_sha256, found, notes)


def _erasures(shell: Shell) -> tuple[Request, ...]:
    record = reader(shell)
    if record is None:
        return ()
    with record:
        return record.requests(Verb.ERASED)


def _go_on(shell: Shell, patience: float) -> tuple[str, ...]:
    loaded = read_file(shell, contact=True)
    with hold_lock(shell.state, "forget", patience), ledger(shell) as record:
        run_id = begin(record, shell, loaded.project, "forget")
        shell.progress.started(run_id)
        record.abandon_intents(shell.clock.now())
        budget = Budget()
        asked = confirm(shell, loaded.project, record, run_id, budget)
        left = take_off(shell, loaded.project, record, run_id, budget)
        record.end_run(run_id, left.exit_code, shell.clock.now(), {}, {})
    failed = [*asked.failures, *(each.failure for each in left.removals.values() if each.failure is not None)]
    return tuple(f"[{each.code}] {each.message}" for each in dict.fromkeys(failed))
