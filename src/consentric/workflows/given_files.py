"""Documents that a command is given: a plan that somebody approved, counts that a night left. Each is ours, or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from consentric.errors import UsageError
from consentric.model.approvals import Approved, SavedPlan
from consentric.model.lists import ListRef
from consentric.reporting.saved_plan_json import FORMAT

MOST_BYTES: Final = 16 * 1024 * 1024
SYNC: Final = "sync/1"
STATUS: Final = "status/1"


@dataclass(frozen=True, slots=True)
class Summary:
    """How many people may be on each list, and the rows of each source where the night said so."""

    at: datetime
    sizes: Mapping[ListRef, int]
    source_rows: Mapping[str, int]


def read_saved_plan(path: Path) -> SavedPlan:
    """What `plan --out` wrote. Raises UsageError for anything else."""
    tree = _Tree(path, "a saved plan", "make it anew: consentric plan --out FILE")
    tree.expect(FORMAT)
    only = tree.block(tree.top, "only")
    return SavedPlan(
        at=tree.instant(),
        config_sha256=tree.text(tree.top, "config_sha256"),
        id=tree.text(tree.top, "plan"),
        install_id=None if tree.top.get("install_id") is None else tree.text(tree.top, "install_id"),
        audiences=tree.names(only, "audiences"),
        destinations=tree.names(only, "destinations"),
        lists={
            ref: Approved(additions=tree.count(one, "add"), removals=tree.count(one, "remove"))
            for ref, one in tree.lists()
        },
    )


def read_summary(path: Path) -> Summary:
    """What `sync --json` or `status --json` left. Raises UsageError for anything else."""
    tree = _Tree(path, "what a night left", "let the nightly job keep it: consentric status --json >last.json")
    if tree.expect(SYNC, STATUS) == STATUS:
        sizes = {ref: tree.count(one, "members") + tree.count(one, "maybe") for ref, one in tree.lists()}
        return Summary(tree.instant(), sizes, {})
    rows = {name: tree.count(tree.as_block(one), "rows") for name, one in tree.block(tree.top, "sources").items()}
    return Summary(tree.instant(), {ref: _left(tree, one) for ref, one in tree.lists()}, rows)


def _left(tree: _Tree, one: Mapping[str, Any]) -> int:
    """Who was there, with whom that night sent and without whom it took out."""
    was = tree.count(one, "was")
    if "sent" not in one:
        return was
    sent = tree.block(one, "sent")
    return max(0, was + tree.count(sent, "added") - tree.count(sent, "removed") - tree.count(sent, "rekeyed"))


class _Tree:
    """A document that may hold anything; every question ends with a value of the right kind or with one error."""

    def __init__(self, path: Path, what: str, hint: str) -> None:
        self._path, self._what, self._hint = path, what, hint
        self.top: Mapping[str, Any] = self._read()

    def expect(self, *formats: str) -> str:
        found = self.top.get("format")
        if found not in formats:
            raise self._wrong(f"it is not {' or '.join(formats)}")
        return str(found)

    def instant(self) -> datetime:
        try:
            at = datetime.fromisoformat(self.text(self.top, "at"))
        except ValueError:
            raise self._wrong("`at` is no instant") from None
        if at.tzinfo is None:
            raise self._wrong("`at` has no offset")
        return at

    def lists(self) -> Iterator[tuple[ListRef, Mapping[str, Any]]]:
        for key, audience in self.block(self.top, "audiences").items():
            for name, one in self.block(self.as_block(audience), "lists").items():
                yield ListRef(key, name), self.as_block(one)

    def block(self, tree: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        return self.as_block(tree.get(key))

    def as_block(self, value: object) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong("a part of it is missing")
        return value

    def text(self, tree: Mapping[str, Any], key: str) -> str:
        if not isinstance(tree.get(key), str):
            raise self._wrong(f"`{key}` is missing")
        return str(tree[key])

    def names(self, tree: Mapping[str, Any], key: str) -> tuple[str, ...]:
        found = tree.get(key)
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise self._wrong(f"`{key}` is missing")
        return tuple(found)

    def count(self, tree: Mapping[str, Any], key: str) -> int:
        found = tree.get(key)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self._wrong(f"`{key}` is no count")
        return found

    def _read(self) -> Mapping[str, Any]:
        try:
            with self._path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise self._wrong(f"it cannot be read: {error.strerror}") from None
        if len(content) > MOST_BYTES:
            raise self._wrong("it is far too large")
        try:
            tree = json.loads(content)
        except (ValueError, RecursionError):
            raise self._wrong("it is no JSON document, or cut off") from None
        if not isinstance(tree, dict):
            raise self._wrong("it is no JSON document of this kind")
        return tree

    def _wrong(self, why: str) -> UsageError:
        return UsageError("A940", f"`{self._path}` is not {self._what}: {why}", hint=self._hint)
