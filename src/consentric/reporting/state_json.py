"""The documents `state-check/1`, `state-backup/1`, `state-restore/1`, `state-clock/1`, `state-events/1`."""

from __future__ import annotations

from typing import assert_never

from consentric.model.upkeep import Finding, StateAnswer, StateBackup, StateCheck, StateClock, StateEvents, StateRestore
from consentric.reporting.plan_json import Json, chain_json, head


def state_json(found: StateAnswer) -> dict[str, Json]:
    match found:
        case StateCheck():
            return _check_json(found)
        case StateBackup():
            return _backup_json(found)
        case StateRestore():
            return _restore_json(found)
        case StateClock():
            return _clock_json(found)
        case StateEvents():
            return _events_json(found)
        case _:
            assert_never(found)


def _check_json(found: StateCheck) -> dict[str, Json]:
    return {
        **head("state-check/1", found.at),
        "state": str(found.state),
        "sound": found.sound,
        "ledger_version": found.ledger_version,
        "install_id": found.install_id,
        "key_id": found.key_id,
        "lists": found.lists,
        "files": found.files,
        "rows": found.rows,
        "bytes": found.bytes,
        **chain_json(found.head),
        "findings": [_finding(each) for each in found.findings],
    }


def _backup_json(made: StateBackup) -> dict[str, Json]:
    return {
        **head("state-backup/1", made.at),
        "path": str(made.path),
        "install_id": made.install_id,
        "key_id": made.key_id,
        "ledger_version": made.ledger_version,
        "lists": made.lists,
        "files": made.files,
        "bytes": made.bytes,
    }


def _restore_json(restored: StateRestore) -> dict[str, Json]:
    return {
        **head("state-restore/1", restored.at),
        "state": str(restored.state),
        "backup_at": restored.backup_at.isoformat(),
        "present": restored.present.value,
        "lists": restored.lists,
        "files": restored.files,
        "kept": {"lists": restored.kept_lists, "suppressions": restored.kept_suppressions},
    }


def _clock_json(found: StateClock) -> dict[str, Json]:
    return {
        **head("state-clock/1", found.at),
        "state": str(found.state),
        "newest": None if found.newest is None else found.newest.isoformat(),
        "behind": found.behind,
        "changed": found.changed,
    }


def _events_json(found: StateEvents) -> dict[str, Json]:
    return {
        **head("state-events/1", found.at),
        **chain_json(found.head),
        "events": [
            {
                "number": each.head.number,
                "at": each.at.isoformat(),
                "kind": each.kind,
                **each.facts,
                "sha256": each.head.hex,
            }
            for each in found.events
        ],
    }


def _finding(each: Finding) -> dict[str, Json]:
    return {"code": each.code, "message": each.message, "hint": each.hint}
