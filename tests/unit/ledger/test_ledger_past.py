"""The file that tells who was on a list before: written, replaced, saved and put back like every membership file."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from consentric.errors import StateError
from consentric.ledger import FileKind, Ledger, back_up, inspect, open_ledger, open_reader, put_back
from consentric.ledger.opening import no_checkpoint
from consentric.planning.past import PAST, Folded

from .nights import AT, FIRST_NIGHT, SECOND_NIGHT, base_rows, begin, on_the_disk, person


class CrashError(Exception):
    """The process is gone, as far as the test is concerned."""


def past_rows(numbers: Iterable[int]) -> pa.Table:
    rows = [
        {
            "person": person(number),
            "first_sent": AT,
            "known": True,
            "last_sent": AT,
            "sure": True,
            "asked": AT,
            "confirmed": AT + timedelta(days=number),
            "ended": "over",
            "over_at": AT + timedelta(days=number),
            "fields": ["email"],
            "evidence": ["form-7"],
            "digests": [person(number)[::-1]],
        }
        for number in numbers
    ]
    return pa.Table.from_pylist(rows, PAST)


def told(ledger: Ledger) -> list[bytes]:
    past = ledger.past(1)
    return [] if past is None else ledger.read(past).column("person").to_pylist()


def with_past(state: Path, numbers: Iterable[int]) -> None:
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        ledger.replace_past(members.id, run, [past_rows(numbers)])
        ledger.end_run(run, 0, AT, {}, {})


def test_a_past_is_replaced_as_a_whole(state: Path) -> None:
    """The new one is there, for its owner only, the old one is gone to the last byte, and it knows its oldest end."""
    with_past(state, range(3, 9))
    with open_ledger(state) as ledger:
        old = ledger.past(1)
        assert old is not None
        assert (old.kind, old.rows, old.oldest) == (FileKind.PAST, 6, AT + timedelta(days=3))
        assert stat.S_IMODE((state / "lists" / old.name).stat().st_mode) == 0o600
        assert [each.kind for each in ledger.files(1)] == [FileKind.BASE, FileKind.PAST]
        run, members = begin(ledger)
        ledger.replace_past(members.id, run, [past_rows([]), past_rows([7])])
        assert told(ledger) == [person(7)]
        assert not (state / "lists" / old.name).exists()
        ledger.replace_past(members.id, run, [])
        assert ledger.past(1) is None
    assert len(list((state / "lists").iterdir())) == 1
    assert inspect(state, None).findings == []


@pytest.mark.parametrize("where", ["fold_written", "fold_registered", "past_written", "past_registered"])
def test_stopped_at_any_step(state: Path, where: str) -> None:
    """The base and the past are those of before, or both those of after; nothing else is left."""
    with_past(state, range(60, 70))

    def crash(name: str) -> None:
        if name == where:
            raise CrashError

    with open_ledger(state, checkpoint=crash) as ledger:
        run, members = begin(ledger)
        parts = [Folded(base_rows(SECOND_NIGHT), past_rows(range(40)))]
        with pytest.raises(CrashError):
            if where.startswith("fold"):
                ledger.fold(members.id, run, parts)
            else:
                ledger.replace_past(members.id, run, [past_rows(range(40))])
    with open_ledger(state) as ledger:
        is_after = where.endswith("registered")
        assert told(ledger) == [person(number) for number in (range(40) if is_after else range(60, 70))]
        base = SECOND_NIGHT if where == "fold_registered" else FIRST_NIGHT
        assert ledger.files(1)[0].rows == len(base)
        assert {file.name for file in ledger.files(1)} == {each.name for each in (state / "lists").iterdir()}


def test_a_fold_of_the_base_alone_keeps_the_past(state: Path) -> None:
    with_past(state, range(60, 70))
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        ledger.fold(members.id, run, [base_rows(SECOND_NIGHT)])
        assert len(told(ledger)) == 10
        ledger.fold(members.id, run, [Folded(base_rows(FIRST_NIGHT), past_rows([]))])
        assert ledger.past(1) is None
    assert not on_the_disk(state, person(65))


def test_a_list_that_is_gone_keeps_its_past(state: Path) -> None:
    """Deleted by us, or made again since somebody else deleted it."""
    with open_ledger(state) as ledger:
        run, members = begin(ledger)
        ledger.renew_list(members.id, run, [past_rows(range(5))])
        assert [each.kind for each in ledger.files(1)] == [FileKind.PAST]
        ledger.record_deleted(members.id, run, AT, [past_rows(range(6))])
        assert len(told(ledger)) == 6
    assert len(list((state / "lists").iterdir())) == 1


def test_a_backup_holds_it(state: Path, tmp_path: Path) -> None:
    """And a restore puts it back."""
    with_past(state, range(8))
    saved = back_up(state, tmp_path / "backup", AT, no_checkpoint)
    assert saved.files == 2
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(state / "key", other / "key")
    put_back(other, tmp_path / "backup", AT, over_newer=False, key_file=None, checkpoint=no_checkpoint)
    with open_ledger(other) as ledger:
        assert len(told(ledger)) == 8
    assert inspect(other, None).files == 2


def test_a_damaged_past_is_refused_by_name(state: Path) -> None:
    """By whoever reads it, by `state check`, and when it is gone by whoever opens the folder to write."""
    with_past(state, range(8))
    with open_ledger(state) as ledger:
        past = ledger.past(1)
    assert past is not None
    path = state / "lists" / past.name
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        reader = open_reader(state)
        assert reader is not None
        with reader, pytest.raises(StateError) as refused:
            list(reader.stream(past).batches(["person"]))
        assert refused.value.code == "A709"
        assert past.name in refused.value.message
    assert [each.code for each in inspect(state, None).findings] == ["A709"]
    path.unlink()
    with pytest.raises(StateError) as refused:
        open_ledger(state)
    assert refused.value.code == "A709"
