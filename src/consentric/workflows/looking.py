"""`plan --check`: looks at every list on its platform and changes nothing, the record neither."""

from __future__ import annotations

from collections.abc import Mapping

from consentric.destinations.registry import open_inspector
from consentric.destinations.retrying import Budget
from consentric.errors import PlatformError
from consentric.ledger import LedgerReader
from consentric.model.lists import ListFacts
from consentric.model.project import Project
from consentric.ports import Inspector
from consentric.workflows.opening import Shell


def look_at_lists(shell: Shell, project: Project, ledger: LedgerReader) -> Mapping[int, ListFacts]:
    """What the platforms say, by the ledger's id of the list. A platform that does not answer is noted and left out."""
    places = {(each.platform, each.account): each for each in project.destinations.values()}
    budget, found, silent = Budget(), dict[int, ListFacts](), set[str]()
    inspectors: dict[str, Inspector] = {}
    for each in ledger.lists():
        destination = places.get((each.platform, each.account))
        if destination is None or each.platform_id is None or destination.name in silent:
            continue
        shell.progress.stage(f"looking at {each.ref}")
        try:
            if destination.name not in inspectors:
                inspectors[destination.name] = open_inspector(destination, shell.clock, budget)
            found[each.id] = inspectors[destination.name].facts(each.platform_id)
        except PlatformError as error:
            silent.add(destination.name)
            shell.progress.note(f"{destination.name}: {error.message}")
    return found
