"""Lists of values in files beside the audiences file: read as written, from nowhere else, and never of people."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consentric.config import load
from consentric.model.conditions import Field
from consentric.model.row_tests import Is, IsNot

from .conftest import Complain, Read, with_who

NAMED = "{field: customers.postcode, is: {file: lists/aarhus.csv}}"


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "lists"
    folder.mkdir()
    return folder


def test_a_list_is_read_line_by_line(read: Read, lists: Path) -> None:
    """Trimmed, blank lines left out, each value once, with or without a byte order mark."""
    (lists / "aarhus.csv").write_bytes("\ufeff8000\r\n 8200 \n\n8000\n0800\n".encode())
    for word, test in (("is", Is), ("is_not", IsNot)):
        who = read(with_who(NAMED.replace("is:", f"{word}:"))).project.audiences["buyers"].who
        assert who == Field("customers", "postcode", test(("8000", "8200", "0800"), "lists/aarhus.csv"))


def test_another_list_is_another_file(read: Read, lists: Path) -> None:
    """What was approved for one list does not hold for another."""
    seen = []
    for text in ("8000\n", "8000\n8200\n"):
        (lists / "aarhus.csv").write_text(text)
        seen.append(read(with_who(NAMED)).project.config_sha256)
    assert seen[0] != seen[1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lists/none.csv", "there is no file"),
        ("lists", "is not a file"),
        ("../secrets.csv", "outside"),
        ("/etc/passwd", "outside"),
        ("lists/away.csv", "outside"),
        ("lists/../../x.csv", "outside"),
        ("lists/pipe", "is not a file"),
        ("lists/empty.csv", "is empty"),
        ("lists/latin.csv", "not in UTF-8 (line 2)"),
        ("lists/large.csv", "larger than 1 MiB"),
        ("lists/nul.csv", "no text file"),
        ("lists/" + "a" * 300, "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_had(complain: Complain, lists: Path, name: str, said: str) -> None:
    """One error at the name of the file, whatever lies there."""
    (lists.parent.parent / "x.csv").write_text("8000\n")
    (lists / "away.csv").symlink_to("/etc/hostname")
    os.mkfifo(lists / "pipe")
    (lists / "empty.csv").write_text(" \n\n")
    (lists / "latin.csv").write_bytes("8000\nÅrhus\n".encode("latin-1"))
    (lists / "large.csv").write_bytes(b"8000\n" * 300_000)
    (lists / "nul.csv").write_bytes(b"80\0 00\n")
    (found,) = complain(with_who(f'{{field: customers.postcode, is: {{file: "{name}"}}}}'))
    assert found.code == "A240"
    assert said in found.message


@pytest.mark.parametrize("line", ["anna@x.example", "Anna <anna@x.example>", "+45 20 30 40 50", "004520304050"])
def test_a_list_holds_no_people(complain: Complain, lists: Path, line: str) -> None:
    """The line is named, its text is not shown."""
    (lists / "aarhus.csv").write_text(f"8000\n{line}\n")
    (found,) = complain(with_who(NAMED))
    assert found.code == "A241"
    assert "line 2" in found.message
    assert line not in f"{found.message} {found.hint} {found.excerpt}"


@pytest.mark.parametrize("written", ["{file: }", "{file: [a]}", "{file: 5}", "{file: a, key: b}"])
def test_a_list_is_named_by_its_path(complain: Complain, written: str) -> None:
    (found,) = complain(with_who(f"{{field: customers.postcode, is: {written}}}"))
    assert found.code in {"A100", "A102"}


def test_a_link_inside_the_folder_is_followed(lists: Path) -> None:
    (lists / "real.csv").write_text("8000\n")
    (lists / "aarhus.csv").symlink_to("real.csv")
    path = lists.parent / "audiences.yaml"
    path.write_text(with_who(NAMED))
    assert load(path, {}, contact=False).project.audiences["buyers"].who == Field(
        "customers", "postcode", Is(("8000",), "lists/aarhus.csv")
    )
