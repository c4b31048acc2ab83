"""Evaluates a project on its data: sources into the engine, then people, consent and audiences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consentric.engine.base import AudienceTally, Engine, PeopleTally, SourceTally
from consentric.engine.duckdb import DuckEngine
from consentric.errors import SourceError, Stopped
from consentric.ledger import Keys
from consentric.model.people import Suppression
from consentric.model.plan import Notice
from consentric.planning.guards import Trouble
from consentric.selection.uses import SourceUse
from consentric.sources.rows import Reading
from consentric.workflows.opening import DAMAGED, Opened, Shell
from consentric.workflows.soundness import (
    check_rows,
    crowd_notices,
    identifier_notices,
    is_needed,
    row_notices,
    troubles_of,
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`before`: rows of each source at the last run that went well; `suppressed`: who had said no when it was worked out."""

    engine: Engine
    sources: Mapping[str, SourceTally]
    before: Mapping[str, int]
    people: PeopleTally
    audiences: Mapping[str, AudienceTally]
    notices: tuple[Notice, ...]
    suppressed: frozenset[Suppression]

    def troubles_of(self, opened: Opened, audience: str) -> tuple[Trouble, ...]:
        """What stops the lists of one audience, whatever their numbers say."""
        return troubles_of(opened, self.sources, self.before, audience)


def evaluate(
    shell: Shell, opened: Opened, keys: Keys, suppressed: frozenset[Suppression], before: Mapping[str, int]
) -> Evaluation:
    """Raises SourceError or Stopped; sends nothing."""
    engine: Engine = DuckEngine(opened.project, opened.catalog, keys.identity)
    tallies: dict[str, SourceTally] = {}
    notices = list(identifier_notices(opened.project.identifiers))
    for name, use in opened.uses.items():
        shell.progress.stage(f"reading {name}")
        reading = Reading(opened.scans[name], use.columns)
        tallies[name] = _load(engine, opened, use, reading)
        check_rows(opened, use.source, tallies[name], reading, before.get(name))
        notices += row_notices(tallies[name], reading)
    shell.checkpoint("after_read")
    shell.progress.stage("working out who is who, and who consented")
    used = list(opened.uses.values())
    people = engine.identify(used, suppressed)
    crowds = engine.weigh(used, list(opened.project.destinations.values()))
    audiences = engine.select(opened.project.audiences)
    shell.checkpoint("after_evaluate")
    notices += crowd_notices(people.crowded, crowds, opened.project.identifiers)
    return Evaluation(engine, tallies, before, people, audiences, tuple(notices), suppressed)


def _load(engine: Engine, opened: Opened, use: SourceUse, reading: Reading) -> SourceTally:
    """A damaged file of people or of consent is a matter for its owner (4), not for the author of the YAML (3)."""
    try:
        return engine.load(use, reading.batches())
    except SourceError as error:
        if error.code in DAMAGED and is_needed(opened, use.source):
            raise Stopped(error.code, error.message, hint=error.hint) from None
        raise
