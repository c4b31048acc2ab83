"""The control API under ``/_sandbox/``: the truth, the log, the clock, switches, graph, faults.

For tests and judges; a client under test never calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import orjson

from consentric.sandbox import by_hand
from consentric.sandbox.clock import iso, parse_duration, parse_instant
from consentric.sandbox.faults import KINDS, read_fault
from consentric.sandbox.world import World

Action: TypeAlias = Callable[[Mapping[str, list[str]], Any], Any]


class ControlError(ValueError):
    """The control API was called wrongly."""


class Control:
    """What tests may do to a sandbox and ask of it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._actions: dict[tuple[str, str], Action] = {
            ("GET", "state"): self._state,
            ("GET", "log"): self._log,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._set_clock,
            ("GET", "switches"): self._switches,
            ("POST", "switches"): self._set_switches,
            ("POST", "graph"): self._set_graph,
            ("POST", "accounts"): self._accounts,
            ("POST", "lists"): self._by_hand,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._set_faults,
            ("DELETE", "faults"): self._clear_faults,
        }

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Any]:
        """HTTP status and JSON of one call."""
        url = urlsplit(target)
        name = url.path.removeprefix("/_sandbox/").rstrip("/")
        action = self._actions.get((method, name))
        if action is None:
            known = sorted({f"{verb} {what}" for verb, what in self._actions})
            return 404, {"error": f"no such call; known are {', '.join(known)}"}
        try:
            given = orjson.loads(body) if body else None
            with self._world.lock:
                return 200, action(parse_qs(url.query), given)
        except (ValueError, TypeError, OverflowError) as error:
            return 400, {"error": str(error)}

    def _state(self, query: Mapping[str, list[str]], _: Any) -> Any:
        now = self._world.settle_all()
        wanted = query.get("list")
        return {
            "clock": iso(now),
            "lists": [
                {
                    "platform": audience.platform,
                    "account": audience.account,
                    "id": audience.id,
                    "name": audience.name,
                    "description": audience.settings.get("description", ""),
                    "tag": audience.settings.get("integration_code", ""),
                    "deleted": audience.deleted,
                    "keep_for_days": audience.lifetime.duration.days if audience.lifetime else None,
                    "accounts": [] if audience.deleted else audience.accounts(now),
                    "keys": sorted(audience.keys),
                    "pending": len(audience.open),
                    "next_due": iso(min(one.due_at for one in audience.open)) if audience.open else None,
                    "size": self._world.reported_size(audience),
                }
                for audience in self._world.lists.values()
                if wanted is None or audience.id in wanted
            ],
        }

    def _log(self, query: Mapping[str, list[str]], _: Any) -> Any:
        self._world.settle_all()
        return self._world.log.since(int(query.get("since", ["0"])[0]))

    def _clock(self, _: Mapping[str, list[str]], __: Any) -> Any:
        return {"clock": iso(self._world.clock.now())}

    def _set_clock(self, _: Mapping[str, list[str]], given: Any) -> Any:
        match given:
            case {"advance": str(text), **rest} if not rest:
                moment = self._world.clock.advance(parse_duration(text))
            case {"set": str(text), **rest} if not rest:
                moment = self._world.clock.jump_to(parse_instant(text))
            case _:
                raise ControlError('give {"advance": "36h"} or {"set": "2026-11-23T05:30:00Z"}')
        return {"clock": iso(moment)}

    def _switches(self, _: Mapping[str, list[str]], __: Any) -> Any:
        return self._world.switches.describe()

    def _set_switches(self, _: Mapping[str, list[str]], given: Any) -> Any:
        if not isinstance(given, dict):
            raise ControlError('give {"order": "shuffled", …}')
        # What was due before the switch moved was executed under the old position.
        self._world.settle_all()
        self._world.switches.set({name: str(value) for name, value in given.items()})
        return self._world.switches.describe()

    def _set_graph(self, _: Mapping[str, list[str]], given: Any) -> Any:
        match given:
            case {"platform": "google" | "meta" as platform, "accounts": dict(accounts)}:
                pass
            case _:
                raise ControlError('give {"platform": "google", "accounts": {"email:…": ["a"]}}')
        for key, reached in accounts.items():
            names = isinstance(reached, list) and all(isinstance(name, str) for name in reached)
            if not names or ":" not in key:
                raise ControlError("accounts maps key strings to lists of account names")
        self._world.settle_all()
        self._world.graph.tell(platform, accounts)
        return {"set": len(accounts)}

    def _accounts(self, _: Mapping[str, list[str]], given: Any) -> Any:
        match given:
            case {"platform": "google" | "meta" as platform, "keys": list(keys)}:
                pass
            case _:
                raise ControlError('give {"platform": "meta", "keys": ["email:…"]}')
        rate = self._world.switches.percent("match_rate")
        return {str(key): self._world.graph.accounts(platform, str(key), rate) for key in keys}

    def _by_hand(self, _: Mapping[str, list[str]], given: Any) -> Any:
        """A list that somebody makes or changes in the platform's own screens."""
        self._world.settle_all()
        match given:
            case {"make": dict(wanted), **rest} if not rest:
                return {"id": by_hand.make(self._world, wanted)}
            case {"id": str(list_id), **changes} if changes:
                by_hand.change(self._world, list_id, {str(name): value for name, value in changes.items()})
                return {"id": list_id}
            case _:
                raise ControlError('give {"make": {…}} or {"id": "8000000001", "deleted": true}')

    def _faults(self, _: Mapping[str, list[str]], __: Any) -> Any:
        return {"armed": self._world.faults.as_json(), "kinds": KINDS}

    def _set_faults(self, _: Mapping[str, list[str]], given: Any) -> Any:
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise ControlError('give [{"platform": "meta", "op": "users_add", "kind": "reset"}]')
        self._world.faults.arm([read_fault(one) for one in given])
        return {"armed": self._world.faults.as_json()}

    def _clear_faults(self, _: Mapping[str, list[str]], __: Any) -> Any:
        self._world.faults.clear()
        return {"armed": []}
