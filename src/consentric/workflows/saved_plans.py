"""Whether a sync may go by a saved plan: the same file, the same record, and a look that was not long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from consentric.errors import Stopped
from consentric.ledger import LedgerReader
from consentric.model.approvals import SavedPlan
from consentric.model.figures import counted
from consentric.model.project import Project

HOLDS: Final = timedelta(days=7)
"""From the pull request to the merge. An approval that held for ever would end up in a script."""

_CLOCKS_DIFFER: Final = timedelta(hours=1)
_ANEW: Final = "look at a new plan: consentric plan --out FILE"


def refuse_other_file(saved: SavedPlan, project: Project, now: datetime) -> None:
    """Raises Stopped before anything is read: what was approved is not what the file says now."""
    if saved.config_sha256 != project.config_sha256:
        raise Stopped(
            "A661",
            f"{project.path.name} is not the file that was approved: it is {project.config_sha256[:7]}, "
            f"and the saved plan is of {saved.config_sha256[:7]}",
            hint=_ANEW,
        )
    age = now - saved.at
    if age > HOLDS or -age > _CLOCKS_DIFFER:
        told = f"{counted(age.days, 'day')} old" if age > HOLDS else "from the future"
        raise Stopped("A663", f"the saved plan is {told}; it holds for {HOLDS.days} days", hint=_ANEW)


def refuse_other_record(saved: SavedPlan, record: LedgerReader) -> None:
    """Raises Stopped: its adds and removals were counted against other lists. Before the first run there are none."""
    same = not record.lists() if saved.install_id is None else saved.install_id == record.install_id
    if not same:
        raise Stopped(
            "A662",
            "the saved plan was made with another record of what is on the platforms than this state folder",
            hint=f"{_ANEW}, with the state folder that sync uses",
        )
