"""`state rebuild`: lists of which nobody knows for sure who is on them are marked, and the next syncs fill them anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from consentric.destinations.registry import open_inspector
from consentric.destinations.retrying import Budget
from consentric.errors import UsageError
from consentric.ledger import Ledger, ListRecord, hold_lock
from consentric.model.lists import RebuildReason
from consentric.model.project import Destination, Project
from consentric.model.results import Marked
from consentric.workflows.choice import Choice, spec_of
from consentric.workflows.opening import Shell, ledger, read_file


def run(
    shell: Shell,
    *,
    audiences: tuple[str, ...] = (),
    destinations: tuple[str, ...] = (),
    list_id: str | None = None,
    patience: float = 0,
) -> tuple[Marked, ...]:
    """Marks the lists of the chosen audiences; with `list_id` takes over that list of the platform for the one chosen.

    A list that is not on its platform any more is made again by the next sync. Raises ConfigError, UsageError,
    LockHeld, StateError, PlatformError; then nothing was marked.
    """
    loaded = read_file(shell, contact=True)
    choice = Choice(audiences, destinations)
    choice.check(loaded.project)
    with hold_lock(shell.state, "state rebuild", patience), ledger(shell) as record:
        if list_id is not None:
            return (_adopt(shell, loaded.project, record, choice, list_id),)
        found = tuple(_judged(shell, loaded.project, record, choice))
        if not found:
            raise UsageError(
                "A930",
                "none of these lists was ever filled from this state folder",
                hint="`consentric status` shows them",
            )
        for each, marked in found:
            record.mark_rebuild(each.id, marked.reason, shell.clock.now())
        return tuple(marked for _, marked in found)


def _judged(shell: Shell, project: Project, record: Ledger, choice: Choice) -> Iterator[tuple[ListRecord, Marked]]:
    """The chosen lists that are on a platform, or were."""
    for each in record.lists():
        destination = _destination(project, each, choice)
        if destination is None or each.platform_id is None:
            continue
        inspector = open_inspector(destination, shell.clock, Budget())
        exists = inspector.facts(each.platform_id).exists
        yield each, Marked(each.ref, RebuildReason.ASKED if exists else RebuildReason.DELETED)


def _destination(project: Project, each: ListRecord, choice: Choice) -> Destination | None:
    found = (
        (audience, destination) for audience, destination in choice.refs(project) if audience.key == each.ref.audience
    )
    wanted = (destination for _, destination in found)
    return next((one for one in wanted if (one.platform, one.account) == (each.platform, each.account)), None)


def _adopt(shell: Shell, project: Project, record: Ledger, choice: Choice, list_id: str) -> Marked:
    chosen = list(choice.refs(project))
    if len(chosen) != 1:
        raise UsageError(
            "A931",
            f"--list-id names one list of a platform, and {len(chosen)} of ours are chosen",
            hint="name one audience, and its destination with --to",
        )
    audience, destination = chosen[0]
    facts = open_inspector(destination, shell.clock, Budget()).facts(list_id)
    if not facts.exists or not facts.writable:
        raise UsageError(
            "A932",
            f"the list that --list-id names cannot be taken over: {facts.trouble}",
            hint="read its id on the platform; it must be a customer list of this account",
        )
    now = shell.clock.now()
    spec = spec_of(audience, destination, record.install_id)
    known = record.ensure_list(replace(spec, name=facts.name or spec.name), now)
    record.record_platform_id(known.id, list_id, now)
    record.mark_rebuild(known.id, RebuildReason.ADOPTED, now)
    return Marked(known.ref, RebuildReason.ADOPTED)
