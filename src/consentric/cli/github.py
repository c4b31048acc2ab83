"""The summary page of a GitHub job: what was planned and sent, as Markdown, with small counts masked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from consentric.cli.terminal import SMALL

if TYPE_CHECKING:
    from consentric.model.plan import Plan
    from consentric.model.results import SyncResult

VARIABLE: Final = "GITHUB_STEP_SUMMARY"


def summarise_plan(planned: Plan, command: str) -> None:
    def written() -> str:
        from consentric.reporting.look import Look
        from consentric.reporting.markdown import plan_markdown

        return plan_markdown(planned, Look(mask_below=SMALL, command=command))

    _append(written)


def summarise_sync(result: SyncResult, command: str) -> None:
    def written() -> str:
        from consentric.reporting.look import Look
        from consentric.reporting.markdown import sync_markdown

        return sync_markdown(result, Look(mask_below=SMALL, command=command))

    _append(written)


def _append(written: Callable[[], str]) -> None:
    """A summary that cannot be written is no reason to fail: the work is done by now."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as page:
            page.write(written())
    except OSError:
        return
