"""What came of looking at the state folder, of backing it up, of putting it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import assert_never

from rich.text import Text

from consentric.model.figures import grouped
from consentric.model.upkeep import Present, StateAnswer, StateBackup, StateCheck, StateClock, StateEvents, StateRestore
from consentric.reporting.look import Look, printable
from consentric.reporting.sheet import Sheet
from consentric.reporting.words import chain, moment

_SIZES = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))


def state_screen(found: StateAnswer, look: Look) -> Text:
    match found:
        case StateCheck():
            return _check_screen(found, look)
        case StateBackup():
            return _backup_screen(found, look)
        case StateRestore():
            return _restore_screen(found, look)
        case StateClock():
            return _clock_screen(found, look)
        case StateEvents():
            return _events_screen(found, look)
        case _:
            assert_never(found)


def _check_screen(found: StateCheck, look: Look) -> Text:
    """One line for each finding, and one for all of it."""
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(found.at)} · {_shown(found.state)}", "bold"))
    for each in found.findings:
        sign, style = ("✗", "red") if each.is_error else ("⚠", "yellow")
        sheet.prose(f"{sign} {each.code}  {look.sentence(each.message)}", indent=2, hanging=2, style=style)
        if each.hint:
            sheet.prose(f"→ {look.sentence(each.hint)}", indent=4, hanging=2)
    good = f"{_number(found.lists, 'list')}, {_number(found.files, 'membership file')} with {look.counted(found.rows, 'row')}"
    errors = sum(each.is_error for each in found.findings)
    if errors:
        what = "1 thing is wrong" if errors == 1 else f"{errors} things are wrong"
        sheet.line("  ", (f"✗ {what}", "bold red"), f" · as they should be: {good}")
    else:
        sheet.line("  ", ("✓ Sound", "bold"), f": {good}")
    if found.key_id is not None:
        sheet.blank()
        sheet.line(
            f"  Ledger version {found.ledger_version} · install {found.install_id} · key {found.key_id} · "
            f"{_size(found.bytes)}"
        )
    if found.head is not None and found.head.number:
        sheet.line(f"  {chain(found.head)}")
    return sheet.text()


def _backup_screen(made: StateBackup, look: Look) -> Text:
    """Where it is, and what is not in it."""
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(made.at)} · backed up to {_shown(made.path)}", "bold"))
    sheet.line(
        f"  {_number(made.lists, 'list')}, {_number(made.files, 'membership file')} ({_size(made.bytes)}), checked"
    )
    sheet.prose(
        f"The install key {made.key_id} is not in it: keep the key apart from the backups, and do not lose it. A backup "
        "holds personal data like the state folder itself.",
        indent=2,
    )
    return sheet.text()


def _restore_screen(restored: StateRestore, look: Look) -> Text:
    """What is the record now, what was kept, and what must be done next."""
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(restored.at)} · {_shown(restored.state)} put back", "bold"))
    sheet.line(
        f"  From a backup of {moment(restored.backup_at)}: {_number(restored.lists, 'list')}, "
        f"{_number(restored.files, 'membership file')}"
    )
    if restored.kept_suppressions or restored.kept_lists:
        sheet.line(
            f"  Kept from the record before: {look.counted(restored.kept_suppressions, 'suppression')} and "
            f"{_number(restored.kept_lists, 'list')} that the backup did not know"
        )
    if restored.present is not Present.SOUND:
        sheet.prose(
            "⚠ The record before could not be read: repeat every erasure and withdrawal that was entered here since the "
            "backup was made.",
            indent=2,
            hanging=2,
            style="yellow",
        )
    sheet.prose(
        "The backup does not know who was sent since. Nobody is added to these lists until they were filled anew; whoever "
        "withdraws still leaves.",
        indent=2,
    )
    sheet.line("  Next:  ", (f"{look.command} status", "bold"), "  (which lists wait for it)")
    return sheet.text()


def _clock_screen(found: StateClock, look: Look) -> Text:
    """Both instants, and what follows."""
    sheet = Sheet(look)
    sheet.line("  ", (f"{moment(found.at)} · the clock of this machine", "bold"))
    newest = "nothing yet" if found.newest is None else f"last written at {moment(found.newest)}"
    sheet.line(f"  The record: {newest}")
    if found.changed is not None:
        sheet.line(f"  Brought down to now: {_number(found.changed, 'instant')}")
    if found.behind:
        sheet.prose(
            "✗ A411  The clock is behind the record: nobody is added or sent again, and whoever said no still leaves.",
            indent=2,
            hanging=2,
            style="red",
        )
        sheet.prose(
            f"→ Set the clock. If it is right, and was ahead before: {look.command} state clock --is-right",
            indent=4,
            hanging=2,
        )
    return sheet.text()


def _events_screen(found: StateEvents, look: Look) -> Text:
    """One line for each."""
    sheet = Sheet(look)
    if not found.events:
        sheet.line("  No event.")
    for each in found.events:
        facts = " ".join(f"{name}={_fact(value)}" for name, value in sorted(each.facts.items()))
        sheet.prose(f"{each.head.number:>6}  {moment(each.at)}  {each.kind}  {printable(facts)}", indent=2, hanging=8)
    if found.head is not None:
        sheet.line(f"  {chain(found.head)}")
    return sheet.text()


def _fact(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _shown(path: Path) -> str:
    return printable(str(path))


def _number(count: int, one: str) -> str:
    return f"{grouped(count)} {one}{'' if count == 1 else 's'}"


def _size(count: int) -> str:
    for unit, size in _SIZES:
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
