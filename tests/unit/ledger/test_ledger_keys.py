"""The install key: made once, kept apart if wished, and never another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from consentric.errors import StateError
from consentric.ledger import Keys, open_ledger, open_reader, passing_keys

SECRET = "5e" * 32


def keys_of(state: Path, key_file: Path | None = None) -> Keys:
    reader = open_reader(state, key_file=key_file)
    assert reader is not None
    with reader:
        return reader.keys()


def test_one_key_for_ever_and_one_sub_key_a_use(state: Path) -> None:
    """Every opening gives the same three sub-keys; none is another, and none is the install key."""
    with open_ledger(state) as ledger:
        keys = ledger.keys()
    assert keys_of(state) == keys
    install_key = bytes.fromhex((state / "key").read_text())
    assert len({keys.identity, keys.suppression, keys.person, install_key}) == 4
    assert {len(keys.identity), len(keys.suppression), len(keys.person)} == {32}


def test_keys_do_not_show_themselves(state: Path) -> None:
    """Neither a repr nor the ledger holds a key."""
    keys = keys_of(state)
    assert repr(keys) == "Keys()"
    assert bytes.fromhex((state / "key").read_text()) not in (state / "ledger.db").read_bytes()
    assert keys.person not in (state / "ledger.db").read_bytes()


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "A705"), ("11" * 32, "A706"), ("", "A706"), ("11" * 31, "A706"), ("zz" * 32, "A706"), ("é" * 64, "A706")],
)
def test_a_missing_or_other_key(state: Path, content: str | None, code: str) -> None:
    """Without its own key nothing is sent and nothing is derived; the sentence says what to put back, not what it is."""
    key = state / "key"
    key.unlink()
    if content is not None:
        key.touch(0o600)
        key.write_text(content)
    for opened in (open_ledger, keys_of):
        with pytest.raises(StateError) as refused:
            opened(state)
        assert refused.value.code == code
        assert "key" in refused.value.hint
        assert not content or content not in str(refused.value)
    assert key.exists() == (content is not None)


def test_a_key_that_is_kept_elsewhere(tmp_path: Path) -> None:
    """A named key file is used and never made; the folder then holds no key."""
    state, key_file = tmp_path / "state", tmp_path / "elsewhere"
    with pytest.raises(StateError, match="is missing") as refused:
        open_ledger(state, key_file=key_file)
    assert "openssl rand" in refused.value.hint
    assert not key_file.exists()
    key_file.touch(0o600)
    key_file.write_text(f"{SECRET}\n")
    open_ledger(state, key_file=key_file).close()
    assert not (state / "key").exists()
    with open_ledger(state, key_file=key_file) as ledger:
        assert ledger.keys() == keys_of(state, key_file)
    with pytest.raises(StateError, match="is missing"):
        open_ledger(state)


def test_a_first_plan_has_keys_of_its_own() -> None:
    """Keys that leave no trace differ each time."""
    assert passing_keys() != passing_keys()
