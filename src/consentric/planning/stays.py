"""When people were on a list, from the first add to the confirmed removal, as SQL: one row for each stay.

Reads the tables of planning/held.py (`adds` and `removals` of everything that was ever sent, `base_numbered`, `sent_rows`),
`past_rows` (planning/past.PAST: rows of these people that are not over), `key_digests(kind, value, digest)`, and
`endings(since, seq, moment, decided_at)`: everybody left at `seq` who was last added at or before `since`; null `decided_at`: not
confirmed yet.

A stay begins with the first add that did not fail. It ends with a removal of somebody who was not to stay: who was, has a
debt with keys in the same outbox, for their keys changed, and so their stay goes on with the next add. It is confirmed when
no key of theirs may be on the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from consentric.identifiers.recipes import Recipe
from consentric.model.lists import KeyType, Operation
from consentric.planning.past import End

_BEFORE_ALL: Final = "-9223372036854775807"
_AFTER_BASE: Final = "0"
"""Requests count from one, rows of the base below nought."""

_ARRIVED: Final = "state IN ('accepted', 'confirmed', 'partial')"


def stays(recipe: Recipe) -> tuple[str, ...]:
    """Statements that make `stays`: the columns of planning/past.PAST, and `newest`, whether it is the person's last one."""
    return (_sendings(recipe), _KEYS, _LATER, _LEAVINGS, _PLACED, _CLOSED, _STAYS)


KEYS_SENT: Final = f"""
    SELECT DISTINCT key.kind AS kind, key.value AS value FROM (
      SELECT unnest(keys) AS key FROM base_rows
      UNION ALL SELECT unnest(keys) FROM sent_rows WHERE op = {int(Operation.ADD)})"""
"""Of which digests are wanted."""


def _sendings(recipe: Recipe) -> str:
    """Every add that did not fail, as a row of an outbox, the base or the past tells of it."""
    return f"""
    CREATE OR REPLACE TEMP TABLE sendings AS
    SELECT person, seq, coalesce(accepted_at, sent_at) AS first_at, true AS known, coalesce(accepted_at, sent_at) AS last_at,
           {_ARRIVED} AS sure, keys, {fields(recipe)} AS fields, {_EVIDENCE} AS evidence, []::BLOB[] AS digests
    FROM sent_rows WHERE op = {int(Operation.ADD)} AND seq IS NOT NULL AND state <> 'failed'
    UNION ALL
    SELECT person, seq, coalesce(first_sent, added_at), first_sent IS NOT NULL, added_at, fp IS NOT NULL, keys,
           {fields(recipe)}, {_EVIDENCE}, []
    FROM base_numbered WHERE len(keys) > 0
    UNION ALL
    SELECT person, {_BEFORE_ALL}, first_sent, known, last_sent, sure, [], fields, evidence, digests FROM past_rows"""


_EVIDENCE: Final = "CASE WHEN evidence IS NULL THEN [] ELSE [evidence] END"


def fields(recipe: Recipe) -> str:
    """The words of what leaves with a row, from its `keys` and `riders`."""
    return f"list_concat({', '.join([*_of_keys(recipe), *_of_riders(recipe)])})"


def _of_keys(recipe: Recipe) -> Iterator[str]:
    for key in recipe.match_keys:
        words = ", ".join(f"'{part.field}'" for part in key.parts)
        kind = int(KeyType[key.name.upper()])
        yield f"CASE WHEN len(list_filter(keys, lambda k: k.kind = {kind})) > 0 THEN [{words}] ELSE []::VARCHAR[] END"


def _of_riders(recipe: Recipe) -> Iterator[str]:
    for place, rider in enumerate(recipe.riders, start=1):
        yield f"CASE WHEN octet_length(riders[{place}]) > 0 THEN ['{rider.field}'] ELSE []::VARCHAR[] END"


_KEYS: Final = """
    CREATE OR REPLACE TEMP TABLE sending_keys AS
    SELECT person, seq, key.kind AS kind, key.value AS value FROM (SELECT person, seq, unnest(keys) AS key FROM sendings)"""

_LATER: Final = f"""
    CREATE OR REPLACE TEMP TABLE hits AS
    WITH wanted AS (SELECT DISTINCT person, file FROM sent_rows WHERE op = {int(Operation.OWED)} AND len(keys) > 0),
    later AS (
      SELECT k.person, k.kind, k.value, k.seq AS added, r.seq, r.file, r.moment, r.decided_at,
             min(r.seq) FILTER (r.state = 'confirmed' AND r.clean) OVER (PARTITION BY k.person, k.kind, k.value, k.seq) AS closed
      FROM sending_keys k JOIN removals r ON r.kind = k.kind AND r.value = k.value AND r.seq > k.seq)
    SELECT l.*, w.person IS NOT NULL AS wanted FROM later l LEFT JOIN wanted w ON w.person = l.person AND w.file = l.file
    WHERE l.seq <= coalesce(l.closed, l.seq)"""
"""Removals that say something of a key that somebody was sent with: none after the one that took it off for sure."""

_LEAVINGS: Final = f"""
    CREATE OR REPLACE TEMP TABLE leavings AS
    SELECT person, seq, min(moment) AS moment FROM hits WHERE NOT wanted GROUP BY person, seq
    UNION ALL
    SELECT k.person, e.seq, any_value(e.moment) FROM endings e JOIN (
      SELECT k.person, k.seq, h.closed FROM sending_keys k LEFT JOIN hits h
      ON h.person = k.person AND h.kind = k.kind AND h.value = k.value AND h.added = k.seq) k ON k.seq < e.seq
    GROUP BY k.person, e.seq HAVING max(k.seq) <= any_value(e.since) AND bool_or(coalesce(k.closed > e.seq, true))
    UNION ALL
    SELECT person, {_AFTER_BASE}, asked FROM past_rows WHERE ended = '{End.GOES_ON}' AND asked IS NOT NULL"""

_PLACED: Final = """
    CREATE OR REPLACE TEMP TABLE placed AS
    WITH marked AS (
      SELECT person, seq, true AS is_add, NULL::TIMESTAMPTZ AS moment FROM sendings
      UNION ALL SELECT person, seq, false, moment FROM leavings),
    counted AS (
      SELECT *, count(*) FILTER (NOT is_add) OVER (PARTITION BY person ORDER BY seq) AS before FROM marked)
    SELECT DISTINCT person, seq, is_add, moment,
           max(before) FILTER (is_add) OVER (PARTITION BY person ORDER BY seq) AS stay FROM counted"""
"""`stay` is a number that grows with each stay of the person."""

_CLOSED: Final = """
    CREATE OR REPLACE TEMP TABLE closed_stays AS
    WITH bounds AS (
      SELECT person, stay, min(seq) AS first, max(seq) AS last,
             lead(min(seq)) OVER (PARTITION BY person ORDER BY stay) AS next
      FROM placed WHERE is_add GROUP BY person, stay),
    keys AS (
      SELECT k.person, k.kind, k.value, k.seq, min(c.seq) AS closed, arg_min(c.decided_at, c.seq) AS decided_at
      FROM (SELECT DISTINCT person, kind, value, seq FROM sending_keys) k LEFT JOIN (
        SELECT person, kind, value, added, seq, coalesce(decided_at, moment) AS decided_at FROM hits WHERE seq = closed
        UNION ALL
        SELECT k.person, k.kind, k.value, k.seq, e.seq, e.decided_at
        FROM sending_keys k JOIN endings e ON k.seq <= e.since WHERE e.decided_at IS NOT NULL) c
      ON c.person = k.person AND c.kind = k.kind AND c.value = k.value AND c.added = k.seq
      GROUP BY k.person, k.kind, k.value, k.seq)
    SELECT b.person, b.stay, b.last, b.next IS NULL AS newest,
           coalesce(bool_and(coalesce(k.closed < coalesce(b.next, k.closed + 1), false)), false) AS closed,
           max(k.decided_at) AS decided_at
    FROM bounds b LEFT JOIN keys k ON k.person = b.person AND (b.next IS NULL OR k.seq < b.next)
    GROUP BY b.person, b.stay, b.last, b.next"""
"""Whether every key that the person had by then was off the list before the next stay began, and since when."""

_STAYS: Final = f"""
    CREATE OR REPLACE TEMP TABLE stays AS
    WITH sent AS (SELECT s.*, p.stay FROM sendings s JOIN (SELECT * FROM placed WHERE is_add) p USING (person, seq)),
    told AS (
      SELECT person, stay, min(first_at) AS first_sent, bool_and(known) AS known, max(last_at) AS last_sent,
             bool_or(sure) AS sure FROM sent GROUP BY person, stay),
    words AS (
      SELECT person, stay, list(field ORDER BY field) AS fields FROM (
        SELECT DISTINCT person, stay, unnest(fields) AS field FROM sent) GROUP BY person, stay),
    proofs AS (
      SELECT person, stay, list(proof ORDER BY place) AS evidence FROM (
        SELECT person, stay, proof, max({{'seq': seq, 'place': place}}) AS place FROM (
          SELECT person, stay, seq, unnest(evidence) AS proof, generate_subscripts(evidence, 1) AS place FROM sent)
        GROUP BY person, stay, proof) GROUP BY person, stay),
    keyed AS (
      SELECT person, stay, list(digest ORDER BY digest) AS digests FROM (
        SELECT s.person, s.stay, d.digest FROM (SELECT DISTINCT person, seq, stay FROM sent) s
        JOIN sending_keys k USING (person, seq) JOIN key_digests d ON d.kind = k.kind AND d.value = k.value
        UNION SELECT person, stay, unnest(digests) FROM sent) GROUP BY person, stay),
    asked AS (SELECT person, stay, min(moment) AS asked, true AS has_left FROM placed WHERE NOT is_add GROUP BY person, stay),
    rekeyed AS (
      SELECT h.person, max(h.moment) AS moment FROM hits h JOIN closed_stays c ON c.person = h.person AND c.newest
      WHERE h.wanted AND h.seq > c.last GROUP BY h.person),
    ended AS (
      SELECT t.*, c.newest, c.closed, coalesce(w.fields, []) AS fields, coalesce(p.evidence, []) AS evidence,
             coalesce(k.digests, []) AS digests, coalesce(a.has_left, false) AS has_left,
             CASE WHEN a.has_left THEN a.asked WHEN c.closed THEN r.moment END AS asked,
             CASE WHEN c.closed THEN c.decided_at END AS confirmed
      FROM told t JOIN closed_stays c USING (person, stay) LEFT JOIN words w USING (person, stay)
      LEFT JOIN proofs p USING (person, stay) LEFT JOIN keyed k USING (person, stay) LEFT JOIN asked a USING (person, stay)
      LEFT JOIN rekeyed r ON r.person = t.person)
    SELECT person, first_sent, known, last_sent, sure, asked, confirmed,
           CASE WHEN NOT newest THEN '{End.OVER}' WHEN NOT closed THEN '{End.GOES_ON}' WHEN has_left THEN '{End.OVER}'
                ELSE '{End.REKEYED}' END AS ended,
           CASE WHEN newest AND NOT closed THEN NULL ELSE coalesce(confirmed, asked, last_sent) END AS over_at,
           fields, evidence, digests, newest
    FROM ended"""

FIRST: Final = f"""
    SELECT b.* REPLACE (CASE WHEN s.known THEN s.first_sent END AS first_sent)
    FROM arrow_folded b LEFT JOIN stays s ON s.person = b.person AND s.ended = '{End.GOES_ON}' ORDER BY b.person"""
"""The rows of the new base with the day on which each stay began."""


def new_past(recipe: Recipe) -> str:
    """Of these people the rows of the new past file: stays that are over, and what `arrow_folded` does not tell of others."""
    columns = "person, first_sent, known, last_sent, sure, asked, confirmed, ended, over_at, fields, evidence, digests"
    return f"""
    WITH keyed AS (
      SELECT b.person, list(d.digest) AS digests
      FROM (SELECT person, unnest(keys) AS key FROM arrow_folded) b
      JOIN key_digests d ON d.kind = b.key.kind AND d.value = b.key.value GROUP BY b.person),
    told AS (
      SELECT b.person, b.added_at, b.fp IS NOT NULL AS sure, {fields(recipe)} AS fields, {_EVIDENCE} AS evidence,
             coalesce(k.digests, []) AS digests
      FROM arrow_folded b LEFT JOIN keyed k USING (person) WHERE len(b.keys) > 0)
    SELECT {", ".join(f"s.{name.strip()}" for name in columns.split(","))}
    FROM stays s LEFT JOIN told b USING (person)
    WHERE s.ended <> '{End.GOES_ON}' OR b.person IS NULL OR s.last_sent <> b.added_at OR s.sure <> b.sure OR s.asked IS NOT NULL
       OR (NOT s.known AND s.first_sent <> b.added_at) OR s.evidence <> b.evidence
       OR len(list_filter(s.fields, lambda f: NOT list_contains(b.fields, f))) > 0
       OR len(list_filter(s.digests, lambda d: NOT list_contains(b.digests, d))) > 0
    ORDER BY s.person, s.first_sent"""
