"""What a list that is not as it was left means for a run: what may still be sent to it, and the way out.

A list that takes nobody in still lets people out. To one that is gone, locked or somebody else's nothing is sent at all,
withdrawals neither: they are counted as held back, and the run ends with 4 until somebody has looked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final, assert_never

from consentric.model.lists import Drift
from consentric.model.project import Guards
from consentric.planning.guards import ADDS_ONLY, LEFT_THE_FILE, Trouble
from consentric.planning.rows import Allowed

NO_GUARDS: Final = Guards(None, None, None, None, None, None)
"""For a list that is emptied: its audience left the file thirty days ago, and every plan since has said what will happen."""
EMPTIED_AFTER: Final = timedelta(days=30)
SILENT: Final = Allowed(adds=False, removals=False, refreshes=False, withdrawals=False)
_NOBODY_IN: Final = Allowed(adds=False, refreshes=False)

GONE_TOO: Final = Trouble(
    "A622",
    "this audience is no longer in the file, and its list is no longer on the platform: nothing is sent to it",
    "`consentric prune` strikes it off the record",
    SILENT,
)
ENDED: Final = frozenset({LEFT_THE_FILE.code, GONE_TOO.code})
"""Codes of lists whose audience left the file: they are as they should be."""


def drifted(drift: Drift | None, audience: str) -> Trouble | None:
    """Why nothing, or nothing more, goes to a list that the file wants."""
    match drift:
        case None | Drift.FADING:
            return None
        case Drift.MISSING:
            return Trouble(
                "A522",
                "the list is no longer on the platform, or these credentials may not see it: nothing is sent to it",
                f"if somebody deleted it by mistake: consentric state rebuild {audience}; if it is to stay away, take the "
                "audience out of the file; if the account in the file is another one than before, put it right",
                SILENT,
                always=True,
            )
        case Drift.LOCKED:
            return Trouble(
                "A524",
                "the platform has locked the list: nobody can be added, and whoever withdraws cannot be removed either",
                "look at the list on the platform, which says why; where people have withdrawn, delete the list there",
                SILENT,
                always=True,
            )
        case Drift.OTHER_TYPE:
            return Trouble(
                "A630",
                "the list on the platform is of another type, and takes no e-mails and phones: nothing is sent to it",
                "give the audience another key, so that a list of its own is made",
                SILENT,
                always=True,
            )
        case Drift.FOREIGN:
            return Trouble(
                "A631",
                "the list belongs to another account, or these credentials may not change it: nothing is sent to it",
                "give the credentials the right to change the list, or put the account in the file right",
                SILENT,
                always=True,
            )
        case Drift.CLOSED:
            return Trouble(
                "A632",
                "the list is closed for new members: nobody is added, and whoever has to leave is removed",
                "open the list on the platform",
                _NOBODY_IN,
            )
        case _:
            assert_never(drift)


def left_the_file(since: date | None, today: date, drift: Drift | None, audience: str) -> Trouble:
    """Withdrawals leave at once; after thirty days everybody else does, by ordinary removals that no guard holds back."""
    if drift is Drift.MISSING:
        return GONE_TOO
    trouble = drifted(drift, audience)
    if trouble is not None and drift is not Drift.CLOSED:
        return replace(trouble, always=False)
    begins = (since or today) + EMPTIED_AFTER
    if today >= begins:
        return replace(
            LEFT_THE_FILE,
            message=f"this audience is no longer in the file since {since}: its list is being emptied",
            allowed=ADDS_ONLY,
        )
    return replace(LEFT_THE_FILE, message=f"{LEFT_THE_FILE.message}; the list is emptied from {begins} on")


def is_emptied(since: date | None, today: date) -> bool:
    """Whether the guards of the audience no longer apply to its list."""
    return since is not None and today >= since + EMPTIED_AFTER
