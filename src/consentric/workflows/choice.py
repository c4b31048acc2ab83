"""What of the file a run is about, and which lists that means: those the file wants, and those it wants no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consentric.errors import UsageError
from consentric.ledger import LedgerReader
from consentric.model.approvals import SavedPlan
from consentric.model.lists import ListRef, ListSpec
from consentric.model.project import Audience, Destination, Project
from consentric.planning.guards import Allowance
from consentric.workflows.belongings import records, renames, unwanted
from consentric.workflows.opening import Opened

NO_ALLOWANCE = Allowance()


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the file a run is about, and what somebody allowed for it; empty tuples mean everything.

    `saved`: a plan that somebody looked at; nothing goes beyond its numbers, whatever else is allowed.
    """

    audiences: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    allowance: Allowance = NO_ALLOWANCE
    saved: SavedPlan | None = None

    def check(self, project: Project) -> None:
        """Raises UsageError for a name that the file does not have."""
        for kind, names, known in (
            ("audience", self.audiences, project.audiences),
            ("destination", self.destinations, project.destinations),
        ):
            for name in names:
                if name not in known:
                    raise UsageError("A909", f"the file has no {kind} `{name}`", hint=f"it has: {', '.join(known)}")

    def refs(self, project: Project) -> Iterator[tuple[Audience, Destination]]:
        for key, audience in project.audiences.items():
            if self.audiences and key not in self.audiences:
                continue
            for name in audience.send_to:
                if not self.destinations or name in self.destinations:
                    yield audience, project.destinations[name]


def renames_of(opened: Opened, ledger: LedgerReader | None) -> Mapping[str, str]:
    """New key to old, of audiences whose lists are on record under the old one."""
    return {} if ledger is None else renames(ledger.lists(), opened.project)


def specs(opened: Opened, ledger: LedgerReader | None, choice: Choice) -> Iterator[ListSpec]:
    """The lists that the file wants, as far as they are chosen."""
    install_id = "" if ledger is None else ledger.install_id
    for audience, destination in choice.refs(opened.project):
        yield spec_of(audience, destination, install_id)


def leftovers(opened: Opened, ledger: LedgerReader | None, choice: Choice) -> Iterator[ListSpec]:
    """Lists that were ours and that the file does not want any more; whoever withdraws must leave them too."""
    if ledger is None or choice.audiences:
        return
    for record, destination in unwanted(records(ledger, opened.project), opened.project):
        if choice.destinations and destination.name not in choice.destinations:
            continue
        yield ListSpec(
            ref=ListRef(record.ref.audience, destination.name),
            platform=record.platform,
            account=record.account,
            name=record.name,
            description="",
            tag=record.tag,
            keep_for_days=record.keep_for_days,
        )


def spec_of(audience: Audience, destination: Destination, install_id: str) -> ListSpec:
    """What the file wants the list to be."""
    return ListSpec(
        ref=ListRef(audience.key, destination.name),
        platform=destination.platform,
        account=destination.account,
        name=audience.name,
        description=audience.description,
        tag=f"consentric:{install_id}:{audience.key}",
        keep_for_days=audience.keep_for.days_at_least,
    )
