"""`consentric identify` as users start it: what it shows, what it leaves behind, and that it never shows a value."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest

from .running import COMMAND, clean_environment, consentric

CANARIES: Final = ("canary.person", "20304050", "Kanarie", "Fuglesen")
FILE: Final = """customer_id,email,mobil,fornavn,efternavn,postnr,land
1,canary.person@example.org,20304050,Kanarie,Fuglesen,8000,DK
2,canary.person@,2030405099,Kanarie@,Fuglesen@,"8000 Kanarie, by",Fuglesen
3,n/a,4.51E+09,,-,8000,
"""
GOOGLE: Final = ("--platform", "google", "--country", "DK")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def identify(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return consentric("identify", *words, cwd=cwd)


def is_silent(text: str) -> bool:
    """Whether nobody is named, by a contact or by a hash of one."""
    hashes = [sha256(form.encode()).hexdigest() for form in ("canary.person@example.org", "+4520304050", "kanarie")]
    return not any(each in text for each in (*CANARIES, *hashes))


def large(tmp_path: Path, rows: int = 100_000) -> Path:
    path = tmp_path / "large.csv"
    thousand = "".join(f"canary.person{number}@example.org\n" for number in range(1_000))
    path.write_text("email\n" + thousand * (rows // 1_000))
    return path


def test_the_screen_counts_and_shows_no_value(file: Path) -> None:
    """Each column with what is wrong in it, in words, and an invented example."""
    run = identify("file.csv", *GOOGLE, "--out", "out.parquet", "--keep", "customer_id", cwd=file.parent)
    assert run.returncode == 0, run.stderr
    assert is_silent(run.stdout + run.stderr)
    for words in ("3 rows", "not an email", "right would be anna@example.com", "precision lost", "out.parquet"):
        assert words in run.stdout
    assert "contacts in clear" not in run.stdout
    table = pq.read_table(file.parent / "out.parquet")
    assert table.column("customer_id").to_pylist() == ["1", "2", "3"]
    assert table.column("email_value")[0].as_py() == sha256(b"canary.person@example.org").hexdigest()
    assert (file.parent / "out.parquet").stat().st_mode & 0o777 == 0o600


def test_small_counts_are_masked_where_many_may_read(file: Path) -> None:
    """As on every screen; the document has them."""
    run = identify("file.csv", *GOOGLE, cwd=file.parent)
    assert "can be used                   <10   of 3\n" in run.stdout
    assert "--out OUT.parquet" in run.stdout


def test_normal_forms_are_in_the_file_and_the_screen_says_so(file: Path) -> None:
    """In the file only."""
    run = identify("file.csv", *GOOGLE, "--out", "out.parquet", "--show-normalised", cwd=file.parent)
    assert is_silent(run.stdout + run.stderr)
    assert "It holds contacts in clear: email_normalised · mobil_normalised" in " ".join(run.stdout.split())
    table = pq.read_table(file.parent / "out.parquet")
    assert table.column("mobil_normalised").to_pylist() == ["+4520304050", None, None]


def test_the_document_has_every_count(file: Path) -> None:
    """One on stdout and nothing else there."""
    run = identify("file.csv", *GOOGLE, "--json", cwd=file.parent)
    assert is_silent(run.stdout + run.stderr)
    document = json.loads(run.stdout)
    assert list(document)[:2] == ["format", "at"]
    assert document["format"] == "identify/1"
    assert (document["rows"], document["left_out"], document["out"]) == (3, 0, None)
    email = document["columns"][0]
    assert (email["column"], email["field"], email["sent_as"], email["leaves"]) == (
        "email", "email", "email_address", "hashed",
    )  # fmt: skip
    assert email["usable"] == 1
    assert {each["reason"]: each["count"] for each in email["unusable"]} == {"placeholder": 1, "not_an_email": 1}
    assert all(each["meaning"] for each in email["unusable"])


def test_an_error_is_a_document_too(file: Path) -> None:
    """With its exit code."""
    run = identify("file.csv", *GOOGLE, "--column", "phone=Mobil", "--json", cwd=file.parent)
    document = json.loads(run.stdout)
    assert (run.returncode, document["exit"], document["error"]["code"]) == (3, 3, "A340")
    assert document["format"] == "identify/1"


def test_a_file_without_a_header_shows_nobody(tmp_path: Path) -> None:
    """Its first row looks like names of columns to a program."""
    for first in ("canary.person@example.org,Kanarie,20304050", "Kanarie,Fuglesen,8000"):
        (tmp_path / "file.csv").write_text(f"{first}\n{first}\n")
        run = identify("file.csv", *GOOGLE, cwd=tmp_path)
        assert run.returncode == 3
        assert is_silent(run.stdout + run.stderr), first


def test_wrong_command_lines_are_64(file: Path) -> None:
    """Never 2, and what was typed is the only thing that is shown."""
    for words in (
        ("file.csv",),
        ("file.csv", *GOOGLE, "--column", "phone"),
        ("file.csv", *GOOGLE, "--delimiter", ";;"),
        ("file.csv", *GOOGLE, "--out", "-"),
    ):
        run = identify(*words, cwd=file.parent)
        assert run.returncode == 64, words
        assert run.stdout == ""
        assert is_silent(run.stderr)


@pytest.mark.parametrize("name", ["identified", "before_its_name"])
def test_a_kill_leaves_no_answer_and_the_next_run_clears_what_is_left(tmp_path: Path, name: str) -> None:
    """Half an answer would be compared as if it were whole; and hashes must not lie about."""
    large(tmp_path, 1_000)
    words = ("identify", "large.csv", *GOOGLE, "--out", "out.parquet")
    run = consentric(*words, cwd=tmp_path, CONSENTRIC_KILL=f"{name}:1")
    assert run.returncode == -signal.SIGKILL
    assert not (tmp_path / "out.parquet").exists()
    (left,) = tmp_path.glob(".out.parquet.*")
    assert left.stat().st_mode & 0o777 == 0o600
    assert consentric(*words, cwd=tmp_path).returncode == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["large.csv", "out.parquet"]
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 1_000


def test_a_run_at_work_keeps_its_unfinished_file(tmp_path: Path) -> None:
    """Two runs that write the same answer do not disturb each other; the last one's stays."""
    large(tmp_path)
    words = ("identify", "large.csv", *GOOGLE, "--out", "out.parquet", "--force")
    with subprocess.Popen(
        [*COMMAND, *words], cwd=tmp_path, env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as first:
        while not list(tmp_path.glob(".out.parquet.*")) and first.poll() is None:
            time.sleep(0.01)
        first.send_signal(signal.SIGSTOP)
        assert consentric(*words, cwd=tmp_path).returncode == 0
        first.send_signal(signal.SIGCONT)
        assert first.wait(60) == 0
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 100_000
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_nothing(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """At once, since nothing is sent."""
    large(tmp_path, 1_000_000)
    words = ("identify", "large.csv", *GOOGLE, "--out", "out.parquet")
    with subprocess.Popen(
        [*COMMAND, *words], cwd=tmp_path, env=clean_environment(), stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None
        while not list(tmp_path.glob(".out.parquet.*")) and run.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2)
        run.send_signal(number)
        told = run.stderr.read()
        assert run.wait(60) == code
    assert "Traceback" not in told
    assert is_silent(told)
    assert [each.name for each in tmp_path.iterdir()] == ["large.csv"]


@pytest.mark.parametrize("most", [0, 4, 60_000])
def test_a_full_disk_is_one_clear_error(tmp_path: Path, most: int) -> None:
    """Whether the first byte does not fit or the last; and nothing stays."""
    addresses = "".join(f"canary.person{number}@example.org\n" for number in range(5_000))
    (tmp_path / "large.csv").write_text(f"email\n{addresses}")
    run = subprocess.run(
        [*COMMAND, "identify", "large.csv", *GOOGLE, "--out", "out.parquet"],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert run.returncode == 1, run.stderr
    assert run.stderr.count("error[") == 1
    assert "error[A902]: `out.parquet` could not be written: File too large" in run.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["large.csv"]


def test_a_folder_that_is_not_there_or_not_ours_is_one_clear_error(file: Path) -> None:
    """Before the file is read."""
    run = identify("file.csv", *GOOGLE, "--out", "nowhere/out.parquet", cwd=file.parent)
    assert (run.returncode, run.stderr.count("error[A902]")) == (1, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Ten times the rows, nearly the same memory."""
    peaks = []
    for rows in (100_000, 1_000_000):
        large(tmp_path, rows)
        with subprocess.Popen(
            [*COMMAND, "identify", "large.csv", *GOOGLE, "--out", "out.parquet", "--force"],
            cwd=tmp_path,
            env=clean_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as run:
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        assert run.returncode == 0
        peaks.append(usage.ru_maxrss)
    assert peaks[1] < peaks[0] * 1.6, peaks
