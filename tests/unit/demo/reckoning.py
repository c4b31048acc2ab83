"""Who belongs in the demo's audiences, reckoned once more in plain Python: slow, literal, shares nothing with the tool.

Covers the conditions that the demo's file uses. Stops after consent: what can be matched is not reckoned here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import yaml

from consentric.demo.tables import read_csv

Cells = dict[str, Any]
SHARED_BY_TOO_MANY = 20


@dataclass
class Person:
    """Rows by source, and the customer numbers that were joined into one person."""

    customer_ids: set[str] = field(default_factory=set)
    email: str = ""
    rows: dict[str, list[Cells]] = field(default_factory=lambda: defaultdict(list))
    live: bool = False


@dataclass(frozen=True)
class Sizes:
    rule: int
    after_excludes: int
    after_consent: int


def normal_email(written: object) -> str:
    email = str(written or "").strip().strip("\u200b").lower()
    local, _, domain = email.partition("@")
    usable = local and "." in domain and "@" not in domain and not set(email) & set(" <>:")
    return email if usable and not local.startswith(("test", "noemail")) else ""


class Reckoning:
    """The people of one folder, judged by one audiences file at one instant."""

    def __init__(self, folder: Path, config: Path, now: datetime) -> None:
        self.config = yaml.load(config.read_text(encoding="utf-8"), yaml.BaseLoader)
        self.zone = ZoneInfo(self.config["timezone"])
        self.now = now.astimezone(self.zone)
        self.people: list[Person] = []
        self._by_id: dict[str, Person] = {}
        self._by_email: dict[str, Person] = {}
        rows = {name: _read(folder / source["file"]) for name, source in self.config["sources"].items()}
        self._join_customers(rows["customers"])
        for name in ("newsletter", "loyalty", "orders", "order_lines", "web", "tickets", "survey"):
            self._attach(name, rows[name])
        self._judge_consent(rows["consents"])

    def sizes(self) -> dict[str, Sizes]:
        audiences = self.config["audiences"]
        members = {
            key: {i for i, p in enumerate(self.people) if self._holds(p, a["who"])} for key, a in audiences.items()
        }
        found = {}
        for key, audience in audiences.items():
            excluded = audience.get("exclude", [])
            names = [excluded] if isinstance(excluded, str) else excluded
            left = members[key].difference(*(members[name] for name in names))
            found[key] = Sizes(len(members[key]), len(left), sum(self.people[i].live for i in left))
        return found

    def _join_customers(self, rows: list[Cells]) -> None:
        holders = Counter(normal_email(row["email"]) for row in rows)
        for row in rows:
            email = normal_email(row["email"])
            person = self._by_email.get(email) if email and holders[email] <= SHARED_BY_TOO_MANY else None
            if person is None:
                person = Person(email=email)
                self.people.append(person)
                if email and holders[email] <= SHARED_BY_TOO_MANY:
                    self._by_email[email] = person
            person.customer_ids.add(row["customer_id"])
            person.rows["customers"].append(row)
            self._by_id[row["customer_id"]] = person

    def _attach(self, name: str, rows: list[Cells]) -> None:
        source = self.config["sources"][name]
        key = source["key"]
        by_email = key != "customer_id"
        column = "requester_email" if name == "tickets" else key
        index = self._by_email if by_email else self._by_id
        makes_people = source.get("people") != "false"
        for row in rows:
            value = normal_email(row[column]) if by_email else str(row[column])
            person = index.get(value)
            if person is None and makes_people and value:
                person = index[value] = Person(email=value if by_email else "")
                self.people.append(person)
            if person is None or ("only" in source and not self._row_passes(row, source["only"])):
                continue
            if "at" in source:
                row["at"] = self._instant(row[source["at"]])
            person.rows[name].append(row)

    def _holds(self, person: Person, who: Any) -> bool:
        match who:
            case list():
                return all(self._holds(person, one) for one in who)
            case {"all": several}:
                return self._holds(person, several)
            case {"any": several}:
                return any(self._holds(person, one) for one in several)
            case {"not": one}:
                return not self._holds(person, one)
            case {"field": name}:
                source, column = name.split(".")
                return any(_passes(row[column], who) for row in person.rows[source])
            case {"did_not": _}:
                return not self._counted(person, who["did_not"], who)
            case {"did": activity}:
                counted = self._counted(person, activity, who)
                return bool(counted) and _number_fits(_measured(counted, who), who)
            case _:
                raise AssertionError(who)

    def _counted(self, person: Person, activity: str, condition: Cells) -> list[Cells]:
        source, _, event = activity.partition(".")
        start, end = self._window(condition)
        where = condition.get("where")
        return [
            row
            for row in person.rows[source]
            if start <= row["at"] <= end
            and (not event or row["event_name"] == event)
            and (where is None or self._row_passes(row, where))
        ]

    def _row_passes(self, row: Cells, test: Any) -> bool:
        match test:
            case list():
                return all(self._row_passes(row, one) for one in test)
            case {"all": several}:
                return self._row_passes(row, several)
            case {"any": several}:
                return any(self._row_passes(row, one) for one in several)
            case {"field": column}:
                return _passes(row[column], test)
            case _:
                raise AssertionError(test)

    def _window(self, condition: Cells) -> tuple[datetime, datetime]:
        start = datetime.min.replace(tzinfo=UTC)
        end = self.now
        if span := condition.get("in_the_last") or condition.get("since"):
            start = datetime.combine(self._day(span), time.min, self.zone)
        if span := condition.get("until"):
            end = datetime.combine(self._day(span), time.max, self.zone)
        return start, min(end, self.now)

    def _day(self, span: str) -> date:
        today = self.now.date()
        match span.split():
            case [amount, "day" | "days", *_]:
                return today - timedelta(days=int(amount))
            case [amount, "month" | "months", *_]:
                months = today.year * 12 + today.month - 1 - int(amount)
                return today.replace(year=months // 12, month=months % 12 + 1)  # the 23rd: nothing to clamp
            case _:
                raise AssertionError(span)

    def _instant(self, value: Any) -> datetime:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return instant if instant.tzinfo else instant.replace(tzinfo=self.zone)

    def _judge_consent(self, rows: list[Cells]) -> None:
        owners: dict[str, set[str]] = defaultdict(set)
        for person in self.people:
            for row in person.rows["customers"]:
                if email := normal_email(row["email"]):
                    owners[email].add(row["customer_id"])
        log: dict[str, list[Cells]] = defaultdict(list)
        for row in rows:
            if row["customer_id"]:
                log[row["customer_id"]].append(row)
            else:
                for key in owners.get(row["email"]) or {row["email"]}:
                    log[key].append(row)
        for person in self.people:
            keys: Iterable[str] = person.customer_ids or ({person.email} if person.email else ())
            person.live = bool(keys) and all(
                self._granted(log[key], column)
                for key in keys
                for column in ("share_with_ad_platforms", "personal_ads")
            )

    def _granted(self, rows: list[Cells], column: str) -> bool:
        newest, verdict = datetime.min.replace(tzinfo=UTC), False
        limit = datetime.combine(self._day("24 months"), self.now.time(), self.zone)
        for row in rows:
            word = row[column].strip().lower()
            given = self._instant(row["given_at"]) if row["given_at"] else None
            withdrawn = self._instant(row["withdrawn_at"]) if row["withdrawn_at"] else None
            if withdrawn and withdrawn >= newest:
                newest, verdict = withdrawn, False
            if given is None:
                if word in {"yes", "ja"} or not word:
                    continue  # an undated yes is no yes; a silent row says nothing
                return False
            if given > newest and not (word in {"yes", "ja"} and given > self.now):
                newest, verdict = given, word in {"yes", "ja"} and given > limit
        return verdict


def _read(path: Path) -> list[Cells]:
    if path.suffix == ".csv":
        return [dict(row) for row in read_csv(path)]
    rows: list[Cells] = pq.read_table(path).to_pylist()
    return rows


def _passes(value: Any, test: Cells) -> bool:
    text = "" if value is None else str(value).strip().lower()
    match test:
        case {"is": list(words)}:
            return text in {word.lower() for word in words}
        case {"is": word}:
            return text == str(word).lower()
        case {"ends_with": end}:
            return text.endswith(end.lower())
        case {"at_least": number}:
            return text != "" and Decimal(text) >= Decimal(number)
        case _:
            raise AssertionError(test)


_MEASURES: dict[str, Callable[[list[Any]], Any]] = {
    "sum": sum,
    "max": max,
    "min": min,
    "average": lambda values: sum(values) / len(values),
    "distinct": lambda values: len(set(values)),
}


def _measured(rows: list[Cells], condition: Cells) -> Any:
    for name, measure in _MEASURES.items():
        if column := condition.get(name):
            return measure([row[column] for row in rows])
    return len(rows)


def _number_fits(value: Any, condition: Cells) -> bool:
    match condition:
        case {"at_least": number}:
            return bool(value >= Decimal(number))
        case {"less_than": number}:
            return bool(value < Decimal(number))
        case {"exactly": number}:
            return bool(value == Decimal(number))
        case _:
            return bool(value >= 1)
