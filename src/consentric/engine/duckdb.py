"""The embedded engine: DuckDB in memory, on one machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyarrow as pa

from consentric.engine import audiences as rules
from consentric.engine import lists
from consentric.engine.base import AudienceTally, Crowd, Difference, PeopleTally, Rejects, Sent, SourceTally, Unreadable
from consentric.engine.calm import set_aside, take_all
from consentric.engine.connection import Connection
from consentric.engine.consenting import attach_consent, decide, judge
from consentric.engine.loading import load
from consentric.engine.match_keys import crowds, gather, weigh
from consentric.engine.people import assign, identify
from consentric.engine.suppressed import relatives, suppress
from consentric.engine.unusable import gather_unusable, unusable_of
from consentric.model.lifespan import Lifespan
from consentric.model.lists import ListRef
from consentric.model.people import Reason, Suppression
from consentric.model.plan import Rebuilding
from consentric.model.project import Audience, Destination, Project
from consentric.planning.capabilities import CAPABILITIES, Capabilities
from consentric.planning.gate import Barred
from consentric.planning.rows import Allowed, Stretch
from consentric.selection.catalog import AT, PERSON, ROW, Catalog, left_of, rows_of
from consentric.selection.consent import GRANTED_RANK
from consentric.selection.readings import can_be_unreadable, readings, unreadable
from consentric.selection.sql import quoted, render
from consentric.selection.uses import SourceUse


class DuckEngine:
    """Holds one run's people. `identity_key` makes digests that hold for the life of a state folder."""

    def __init__(self, project: Project, catalog: Catalog, identity_key: bytes) -> None:
        self._project = project
        self._catalog = catalog
        self._key = identity_key
        self._con = Connection(catalog.timezone)
        self._readings = readings(project)
        self._judged: dict[tuple[str, ...], str] = {}
        self._weighed: dict[str, str] = {}
        self._unusable: dict[str, list[pa.Table]] = {}
        self._outboxes: dict[ListRef, str] = {}

    def load(self, use: SourceUse, batches: Iterable[pa.RecordBatch]) -> SourceTally:
        found = load(
            self._con,
            use,
            batches,
            self._catalog,
            identifiers=self._project.identifiers,
            identity_key=self._key,
            primary=self._primary,
            platforms={each.platform for each in self._project.destinations.values()},
        )
        self._unusable[use.source.name] = found.unusable
        future = 0
        if use.source.at is not None:
            query = f"SELECT count(*) FROM {quoted(rows_of(use.source.name))} WHERE {quoted(AT)} > $now"
            future = self._con.number(query, {"now": self._catalog.now})
        rejects = tuple(
            Rejects(use.source.name, name, found.filled[name], _reasons(found.rejects, name)) for name in use.counted
        )
        return SourceTally(use.source.name, found.rows, future, rejects, self._unreadable(use))

    def _unreadable(self, use: SourceUse) -> tuple[Unreadable, ...]:
        table = self._catalog.tables[use.source.name]
        wanted = [each for each in sorted(self._readings[use.source.name]) if can_be_unreadable(each[0], table)]
        if not wanted:
            return ()
        counts = []
        for name, kind in wanted:
            filled, value = (render(each) for each in unreadable(name, kind, table))
            counts += [f"count(*) FILTER ({filled})", f"count(*) FILTER ({filled} AND ({value}) IS NULL)"]
        row = self._con.row(f"SELECT {', '.join(counts)} FROM {quoted(rows_of(use.source.name))}")
        return tuple(
            Unreadable(name, kind.value, int(row[2 * place + 1]), int(row[2 * place]))
            for place, (name, kind) in enumerate(wanted)
        )

    def identify(self, used: Sequence[SourceUse], suppressed: frozenset[Suppression]) -> PeopleTally:
        identify(self._con, used, self._primary)
        suppress(self._con, suppressed, self._catalog.now)
        consent = next(use for use in used if use.source.name == self._project.consent.source)
        attach_consent(self._con, consent, self._primary)
        decide(self._con, self._project.consent, self._catalog)
        gather_unusable(self._con, self._unusable)
        self._unusable.clear()
        return PeopleTally(
            self._con.number("SELECT count(*) FROM people"), self._con.number("SELECT count(*) FROM crowds")
        )

    def weigh(self, used: Sequence[SourceUse], destinations: Sequence[Destination]) -> tuple[Crowd, ...]:
        """One judgement for each set of purposes, one weighing for each platform and judgement."""
        rules_of_consent = self._project.consent
        platforms = tuple(dict.fromkeys(each.platform for each in destinations))
        for platform in platforms:
            gather(self._con, self._project.identifiers, used, platform)
        for destination in destinations:
            needed = rules_of_consent.needed[destination.name]
            if needed not in self._judged:
                self._judged[needed] = f"judged_{len(self._judged)}"
                judge(self._con, rules_of_consent, needed, self._judged[needed], self._catalog.timezone.key)
            name = f"{destination.platform}_{self._judged[needed]}"
            if name not in self._weighed.values():
                weigh(self._con, destination.platform, CAPABILITIES[destination.platform], self._judged[needed], name)
            self._weighed[destination.name] = name
        found = [each for platform in platforms for each in crowds(self._con, platform)]
        most = {each.kind: each for each in sorted(found, key=lambda each: each.people)}
        return tuple(most[kind] for kind in sorted(most))

    def select(self, audiences: Mapping[str, Audience]) -> Mapping[str, AudienceTally]:
        rules.select(self._con, audiences, self._catalog)
        return {
            key: AudienceTally(
                *rules.rule_size(self._con, audience),
                unusable_of(self._con, key),
                tuple(rules.reaches(self._con, audience, self._catalog)),
            )
            for key, audience in audiences.items()
        }

    def rows_inside(self, audience: str, source: str) -> frozenset[int]:
        query = f"SELECT {ROW} FROM {quoted(rows_of(source))} WHERE {PERSON} IN (SELECT person FROM {quoted(left_of(audience))})"
        return frozenset(self._con.table(query).column(ROW).to_pylist())

    def compare(
        self,
        ref: ListRef,
        capabilities: Capabilities,
        lifespan: Lifespan,
        sent: Sent,
        *,
        wanted: bool,
        rebuild: Rebuilding | None = None,
    ) -> Difference:
        name = self._weighed[ref.destination]
        rules.desire(self._con, ref.audience if wanted else None, name)
        if rebuild is None:
            set_aside(self._con, sent, capabilities, lifespan, self._catalog.now)
        else:
            take_all(self._con, sent)
        rebuild = lists.compare(self._con, capabilities, lifespan, self._catalog.now, rebuild)
        consent, unmatchable = (
            rules.funnel(self._con, ref.audience, f"standing_{name}") if wanted else (dict.fromkeys(Reason, 0), 0)
        )
        people, coverage = rules.coverage(self._con)
        return Difference(
            consent=consent,
            unmatchable=unmatchable,
            coverage=coverage,
            counts=lists.counts(self._con, people),
            removed_because=lists.removed_because(self._con),
            rebuild=rebuild,
            runs_out_at=lists.runs_out_at(self._con, capabilities, lifespan),
        )

    def prepare(
        self, ref: ListRef, capabilities: Capabilities, allowed: Allowed, rebuild: Rebuilding | None = None
    ) -> tuple[Stretch, ...]:
        found = lists.prepare(self._con, capabilities, allowed, rebuild)
        name = self._outboxes.setdefault(ref, f"outbox_{len(self._outboxes)}")
        self._con.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM ordered_outbox")
        return tuple(Stretch(**each) for each in found)

    def rows(self, ref: ListRef) -> Iterator[pa.Table]:
        return lists.rows(self._con, self._outboxes[ref])

    def holders(self, digests: frozenset[bytes]) -> Barred:
        if not digests:
            return Barred()
        self._con.register("arrow_digests", pa.table({"key": pa.array(sorted(digests), pa.binary())}))
        self._con.run(
            """CREATE OR REPLACE TEMP TABLE ended AS
               SELECT DISTINCT person FROM identities WHERE digest IN (SELECT key FROM arrow_digests)"""
        )
        self._con.unregister("arrow_digests")
        return self._barred()

    def relatives(self) -> frozenset[tuple[bytes, bytes]]:
        return relatives(self._con, self._judged.values())

    def recheck(self, use: SourceUse, batches: Iterable[pa.RecordBatch]) -> Barred:
        self._con.run(f"DROP TABLE {quoted(rows_of(use.source.name))}")
        self.load(use, batches)
        assign(self._con, use)
        attach_consent(self._con, use, self._primary)
        decide(self._con, self._project.consent, self._catalog)
        barred = Barred()
        for needed, table in self._judged.items():
            judge(self._con, self._project.consent, needed, "judged_again", self._catalog.timezone.key)
            self._con.run(
                f"""CREATE OR REPLACE TEMP TABLE ended AS
                    SELECT o.person FROM {table} o LEFT JOIN judged_again n USING (person)
                    WHERE o.rank = {GRANTED_RANK} AND coalesce(n.rank, 0) <> {GRANTED_RANK}"""
            )
            barred |= self._barred()
        return barred

    def _barred(self) -> Barred:
        """The people of `ended`, and what any platform would find them by."""
        ids = self._con.table("SELECT id FROM people WHERE person IN (SELECT person FROM ended)")
        keys: set[bytes] = set()
        for platform in {each.platform for each in self._project.destinations.values()}:
            query = f"SELECT DISTINCT value FROM keys_{platform} WHERE person IN (SELECT person FROM ended)"
            keys.update(self._con.table(query).column("value").to_pylist())
        return Barred(frozenset(ids.column("id").to_pylist()), frozenset(keys))

    @property
    def _primary(self) -> str | None:
        key = self._project.primary_key
        return None if key is None else key.name


def _reasons(rejects: Mapping[tuple[str, str], int], name: str) -> dict[str, int]:
    return {reason: count for (column, reason), count in rejects.items() if column == name}
