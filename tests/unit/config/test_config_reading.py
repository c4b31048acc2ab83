"""Files that are hardly YAML: each stops with one clear sentence, soon, and at the right place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consentric.config import load
from consentric.errors import ConfigError, Diagnostic

from .conftest import CORRECT, Complain, Read, bent, place


def first(path: Path) -> Diagnostic:
    with pytest.raises(ConfigError) as caught:
        load(path, {}, contact=False)
    assert caught.value.exit_code == 3
    return caught.value.diagnostics[0]


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"", "A008", 1, 1),
        (b"# only a comment\n", "A008", 1, 1),
        (b"- a\n- b\n", "A008", 1, 1),
        (b"version:1\nsources:\n  a: b\n", "A001", 1, 1),
        (b"version:1", "A008", 1, 1),
        (b"sources:\n\ta: b\n", "A001", 2, 1),
        (b"sources: {a: {file: x, key: e\naudiences: 1\n", "A001", 1, 14),
        (b'version: "1\nsources: x\n', "A001", 1, 10),
        (b"destinations: {m: {token: ${X}}}\n", "A001", 1, 27),
        (b"who: {did: orders at_least: 2}\n", "A001", 1, 27),
        (b"name: a: b\n", "A001", 1, 8),
        (b"name: @x\n", "A001", 1, 7),
        (b"a:\n    b: 1\n  c: 2\n", "A001", 3, 3),
        (b"version: 1\0\n", "A002", 1, 11),
        (b"version: 1\n\x1b[31m: x\n", "A002", 2, 1),
        ("version: 1\nname: S\u00f8ren\n".encode("latin-1"), "A002", 2, 8),
        (b"[" * 100_000, "A004", 1, 21),
        (b"- " * 100_000, "A004", 1, 41),
        (b"? " * 100_000, "A004", 1, 41),
        (b"{a: " * 100_000, "A004", 1, 78),
    ],
)
def test_unreadable_text(tmp_path: Path, content: bytes, code: str, line: int, column: int) -> None:
    """The first problem has its own code and stands where the slip is."""
    path = tmp_path / "audiences.yaml"
    path.write_bytes(content)
    assert place(first(path)) == (code, line, column)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(tmp_path: Path, encoding: str) -> None:
    """A file in UTF-16 is told to be saved as UTF-8."""
    path = tmp_path / "audiences.yaml"
    path.write_bytes("version: 1\n".encode(encoding))
    assert first(path).message == "this file is in UTF-16"


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("version: &a 1\n", "A006", 1, 10),
        ("version: 1\ncurrency: *a\n", "A006", 2, 11),
        ("version: 1\n<<: {a: b}\n", "A006", 2, 1),
        ('version: !!python/object/apply:os.system ["x"]\n', "A006", 1, 10),
        ("version: 1\n---\nversion: 1\n", "A006", 2, 1),
        ("%YAML 1.1\n---\nversion: 1\n", "A006", 1, 1),
        ("? [a]\n: b\n", "A006", 1, 3),
        ("version: 1\nversion: 1\n", "A007", 2, 1),
        ("version: 1\n2: a\n", "A008", 2, 1),
        ("version: 1\nguards: {min_size: .nan}\n", "A108", 2, 20),
        ("version: 1\nguards: {min_size: -.inf}\n", "A108", 2, 20),
        ("version: 1\nguards: {min_size: 2,5}\n", "A108", 2, 22),
    ],
)
def test_yaml_that_audiences_do_without(complain: Complain, text: str, code: str, line: int, column: int) -> None:
    """Features of YAML that hide what a list is are refused, beside all other problems."""
    assert (code, line, column) in [place(each) for each in complain(text)]


def test_duplicate_key_names_the_first_line(complain: Complain) -> None:
    """Of two equal keys the second is refused, and the first is named."""
    found = complain(bent("    send_to: meta\n", "    send_to: meta\n    who: {did: web}\n"))
    assert [(each.code, each.line) for each in found] == [("A007", 17)]
    assert "line 15" in found[0].message


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_line_ends_count_the_same(complain: Complain, newline: str) -> None:
    """Windows and old Mac line ends give the same line numbers."""
    text = bent("send_to: meta", "send_to: metta").replace("\n", newline)
    assert place(complain(text)[0]) == ("A203", 16, 14)


def test_byte_order_mark_is_fine(read: Read) -> None:
    """A UTF-8 byte order mark, which Windows editors write, changes nothing."""
    assert read("\ufeff" + CORRECT).project.audiences


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there ends with 3 and says how to get one."""
    found = first(tmp_path / "audiences.yaml")
    assert (found.code, found.line) == ("A003", None)
    assert "consentric demo --keep" in found.hint
    assert "consentric init" not in found.hint


def test_not_a_file(tmp_path: Path) -> None:
    """A folder and a pipe are refused without being opened."""
    assert first(tmp_path).code == "A003"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert first(pipe).code == "A003"


def test_too_large(tmp_path: Path) -> None:
    """Ten megabytes are not read."""
    path = tmp_path / "audiences.yaml"
    path.write_bytes(b"#" * 10_000_000)
    assert first(path).code == "A004"


def test_too_many_values(tmp_path: Path) -> None:
    """More values than any real file has are refused."""
    path = tmp_path / "audiences.yaml"
    path.write_text("tags: [" + "a," * 70_000 + "]\n")
    assert first(path).code == "A004"
