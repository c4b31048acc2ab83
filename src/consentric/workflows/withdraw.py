"""`withdraw`, `object`, `restrict`, `forget`: suppressed at once, then off every list without a full run.

The order is the promise: the suppression is on the disk before anything else is tried, also while a sync runs, whose gate
sees it at its next request. What comes afterwards may fail, and the next sync does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from consentric.destinations.retrying import Budget
from consentric.errors import ConsentricError, Interrupted, LockHeld
from consentric.ledger import Ledger, hold_lock
from consentric.model.figures import counted
from consentric.model.people import Verb
from consentric.model.requests import ListRemoval, Request, RequestResult, SentKey
from consentric.workflows.confirm import confirm
from consentric.workflows.leaving import Left, take_off, with_outcome
from consentric.workflows.opening import Shell, begin, ledger, read_file, register
from consentric.workflows.subjects import Reading, ambiguous, checked_reason, lines_of, subjects_of

COMMANDS = {Verb.WITHDREW: "withdraw", Verb.OBJECTED: "object", Verb.RESTRICTED: "restrict", Verb.ERASED: "forget"}


def run(
    shell: Shell,
    verb: Verb,
    content: bytes,
    *,
    reason: str = "",
    reading: Reading = Reading.EITHER,
    patience: float = 0,
) -> RequestResult:
    """`content`: one key a line. Raises ConfigError, UsageError: nothing is done; LockHeld and all later ones: suppressed."""
    request, known = suppress(shell, verb, content, reason=reason, reading=reading)
    loaded = read_file(shell, contact=True)
    try:
        with hold_lock(shell.state, COMMANDS[verb], patience), ledger(shell) as record:
            run_id = begin(record, shell, loaded.project, COMMANDS[verb])
            shell.progress.started(run_id)
            try:
                record.abandon_intents(shell.clock.now())
                budget = Budget()
                shell.progress.stage("asking what became of earlier requests")
                confirm(shell, loaded.project, record, run_id, budget)
                left = take_off(shell, loaded.project, record, run_id, budget, known)
                found = _told(record, verb, request, left)
                record.end_run(run_id, left.exit_code, shell.clock.now(), {}, {})
            except ConsentricError as error:
                code = error.signal_code if isinstance(error, Interrupted) else error.exit_code
                record.end_run(run_id, code, shell.clock.now(), {}, {})
                raise
    except LockHeld as error:
        raise LockHeld(
            "A721",
            f"they are suppressed from now on, and not off the lists yet: {error.message}",
            hint="the run at work adds them no more, and the next sync removes them before anything else",
        ) from None
    now = shell.clock.now().astimezone(loaded.project.timezone)
    return RequestResult(now, loaded.project.config_sha256, run_id, left.exit_code, found, left.failure)


def suppress(
    shell: Shell, verb: Verb, content: bytes, *, reason: str, reading: Reading
) -> tuple[int, Mapping[bytes, SentKey]]:
    """Writes the suppressions, without waiting for anybody. The number of the request, and what was sent of these keys."""
    lines = lines_of(content)
    why = checked_reason(reason, lines)
    project = read_file(shell, contact=False).project
    with register(shell) as record:
        subjects = subjects_of(lines, project, record.keys(), reading)
        request = record.suppress(verb, subjects, why, shell.clock.now())
    shell.progress.note(f"{counted(len(subjects), 'key')} suppressed from now on")
    if both := ambiguous(lines, project, reading):
        kinds = (
            "may be a phone number or a primary key, and counts as both; say --as phone or --as key where that is wrong"
        )
        shell.progress.note(f"{counted(both, 'line')} {kinds}")
    shell.checkpoint("suppressed")
    return request, {digest: key for each in subjects for digest, key in each.known.items()}


def _told(record: Ledger, verb: Verb, number: int, left: Left) -> Request:
    """The request as it stands now, with what failed in this run."""
    request = next(each for each in record.requests(verb) if each.id == number)
    lists: tuple[ListRemoval, ...] = tuple(with_outcome(request.lists, left))
    return replace(request, lists=lists)
