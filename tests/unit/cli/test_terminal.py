"""What is written where, in which characters, for whom."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.text import Text

from consentric.cli import github, terminal
from consentric.cli.invocation import Invocation
from consentric.cli.program import program
from consentric.errors import ConsentricError, UsageError
from consentric.reporting.plan_screen import plan_screen

from .nights import ordinary_night


class Page(io.TextIOWrapper):
    """A stream in memory, with an encoding and perhaps a person in front of it."""

    def __init__(self, encoding: str, *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def told(self) -> str:
        self.flush()
        value = self.buffer.getvalue()  # type: ignore[attr-defined]
        return str(value.decode(self.encoding))


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
def test_a_plan_can_be_printed_in_any_encoding(encoding: str) -> None:
    """Without an exception, and without a question mark where a neighbour exists."""
    page = Page(encoding)
    terminal.show(plan_screen(ordinary_night(), terminal.look(stream=page)), colour=True, stream=page)
    assert "DK | Loyal customers" in page.told()
    assert "?" not in page.told()


def test_a_pipe_gets_no_styles_and_no_small_counts() -> None:
    """CI logs are widely readable."""
    page = Page("utf-8")
    assert terminal.look(stream=page).mask_below == 10
    assert terminal.look(stream=page, mask_below=0).mask_below == 0
    terminal.show(Text("bold", style="bold"), colour=True, stream=page)
    assert page.told() == "bold\n"


def test_a_person_at_a_terminal_gets_styles_unless_not_wanted() -> None:
    """NO_COLOR and --no-color."""
    page, plain, wished = (Page("utf-8", terminal=True) for _ in range(3))
    with environment(TERM="xterm-256color"):
        os.environ.pop("NO_COLOR", None)
        terminal.show(Text("bold", style="bold red"), colour=True, stream=page)
        terminal.show(Text("bold", style="bold red"), colour=False, stream=plain)
        with environment(NO_COLOR="1"):
            terminal.show(Text("bold", style="bold red"), colour=True, stream=wished)
    assert "\x1b[" in page.told()
    assert plain.told() == wished.told() == "bold\n"
    assert terminal.look(stream=page).mask_below == 0


@pytest.mark.parametrize(("columns", "width"), [("200", 100), ("100", 100), ("90", 90), ("40", 80)])
def test_the_width_is_the_terminals_between_80_and_100(columns: str, width: int) -> None:
    """Wider lines are hard to read, narrower ones cannot hold the numbers."""
    with environment(COLUMNS=columns):
        assert terminal.look(stream=Page("utf-8", terminal=True)).width == width
        assert terminal.look(stream=Page("utf-8")).width == 100


def test_a_reader_who_leaves_ends_nothing() -> None:
    """A sync goes on when nobody reads its lines any more."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as out:
        terminal.write("into the void\n", out)
        terminal.write("and again\n", out)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_an_answer_that_cannot_be_written_is_an_error() -> None:
    """And not a silent success."""
    with Path("/dev/full").open("w") as full, pytest.raises(ConsentricError, match="could not be written"):
        terminal.write("answer\n", full)


def test_a_document_is_json_in_ascii_too(capsys: pytest.CaptureFixture[str]) -> None:
    """One document, nothing else."""
    terminal.show_json({"name": "Købere"})
    assert json.loads(capsys.readouterr().out) == {"name": "Købere"}


def test_the_summary_page_of_github_gets_the_plan_masked(tmp_path: Path) -> None:
    """Appended, since other steps write there too; and never a reason to fail."""
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    with environment(GITHUB_STEP_SUMMARY=str(page)):
        github.summarise_plan(ordinary_night(), "consentric")
    with environment(GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "where.md")):
        github.summarise_plan(ordinary_night(), "consentric")
    assert page.read_text().startswith("before\n### Plan 7f3a")


def test_global_options_are_kept_wherever_they_stand() -> None:
    """Behind the command they win."""
    invocation = Invocation()
    words = ["-f", "a.yaml", "-q", "explain", "A203", "-f", "b.yaml", "--no-color", "--log-format", "json"]
    program.main(words, standalone_mode=False, obj=invocation)
    assert invocation.file == Path("b.yaml")
    assert (invocation.verbosity, invocation.colour, invocation.log_format) == (-1, False, "json")


def test_commands_on_a_screen_name_what_the_reader_named() -> None:
    """The file, the record and the variables; quoted where a shell wants it."""
    words = ["-f", "my shop/a.yaml", "--state", "record", "--env-file", "x.env", "explain", "A203"]
    invocation = Invocation()
    program.main(words, standalone_mode=False, obj=invocation)
    assert invocation.command == "consentric -f 'my shop/a.yaml' --state record --env-file x.env"
    assert invocation.look().command == invocation.command
    assert Invocation().command == "consentric"


def test_the_state_folder_is_beside_the_file_unless_said_otherwise(tmp_path: Path) -> None:
    """Option before variable before default."""
    file = tmp_path / "audiences.yaml"
    with environment(CONSENTRIC_STATE=""), Invocation(file=file).opened() as (shell, _):
        assert shell.state == tmp_path / ".consentric"
    with environment(CONSENTRIC_STATE="/srv/state"):
        with Invocation(file=file).opened() as (shell, _):
            assert shell.state == Path("/srv/state")
        with Invocation(file=file, state=Path("mine")).opened() as (shell, _):
            assert shell.state == Path("mine")


def test_an_env_file_is_below_the_process_and_must_be_there(tmp_path: Path) -> None:
    """As everywhere."""
    file = tmp_path / "extra.env"
    file.write_text("DEMO_A=from file\nDEMO_B='quoted' # comment\nnonsense\n")
    with environment(DEMO_A="from process"), Invocation(env_file=file).opened() as (shell, _):
        assert (shell.env["DEMO_A"], shell.env["DEMO_B"]) == ("from process", "quoted")
    with pytest.raises(UsageError), Invocation(env_file=tmp_path / "nowhere").opened():
        pass
