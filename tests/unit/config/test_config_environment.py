"""Variables and secrets: where they come from, when they may be missing, and that nobody sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from consentric.config import load, render_github, render_text, to_json
from consentric.errors import ConfigError, Severity
from consentric.model.project import MetaAccount

from .conftest import CORRECT, Complain, Read, Write, bent, place

REAL = bent(', endpoint: "http://localhost:9001"', "") + (
    "privacy: {controller: Shop, contact: a@shop.example, notice: https://shop.example}\n"
)


def test_variables_are_filled_in(read: Read) -> None:
    """A variable, and a default for one that is not set or empty."""
    text = bent("file: newsletter.csv", 'file: "${FOLDER}/${NAME:-newsletter}.csv"')
    assert read(text, {"FOLDER": "exports", "NAME": ""}).project.sources["newsletter"].file == "exports/newsletter.csv"


def test_unset_outside_destinations(complain: Complain) -> None:
    """Without the variable the file cannot be understood."""
    found = complain(bent("file: newsletter.csv", 'file: "${FOLDER}/n.csv"'))
    assert [place(each) for each in found] == [("A010", 5, 22)]


def test_unset_in_destinations(read: Read, complain: Complain) -> None:
    """A warning for commands that contact nobody, an error for the others."""
    loaded = read(REAL)
    assert [each.code for each in loaded.warnings] == ["W010"]
    account = loaded.project.destinations["meta"]
    assert isinstance(account, MetaAccount)
    assert account.token is None
    assert [each.code for each in complain(REAL, contact=True)] == ["A010"]


def test_unset_account_keeps_its_placeholder(read: Read) -> None:
    """A plan can be made, and names the variable where the account would stand."""
    account = read(REAL.replace("act_1", '"${META_AD_ACCOUNT}"')).project.destinations["meta"]
    assert account.account == "${META_AD_ACCOUNT}"


def test_unset_token_in_a_rehearsal(read: Read) -> None:
    """On this machine no token is needed, and nothing is said."""
    loaded = read(CORRECT, contact=True)
    account = loaded.project.destinations["meta"]
    assert isinstance(account, MetaAccount)
    assert (loaded.warnings, account.token) == ((), None)


def test_unset_platform_is_an_error(complain: Complain) -> None:
    """Without its platform a destination cannot even be planned for."""
    assert [each.code for each in complain(bent("platform: meta", 'platform: "${P}"'))] == ["A010"]


def test_half_a_variable(complain: Complain) -> None:
    """A brace that is not closed is no variable."""
    assert [each.code for each in complain(bent("file: newsletter.csv", 'file: "${FOLDER/n.csv"'))] == ["A104"]


def test_env_file(tmp_path: Path, write: Write) -> None:
    """The `.env` beside the file is read; the real environment wins; other lines are left out with a warning."""
    path = write(REAL.replace("act_1", '"${ACCOUNT}"'))
    (tmp_path / ".env").write_text(
        "# local\nexport META_TOKEN='EAAB-cuckoo'\nACCOUNT=act_2 # mine\nsecret stuff\n", "utf-8"
    )
    loaded = load(path, {"ACCOUNT": "act_3"}, contact=True)
    account = loaded.project.destinations["meta"]
    assert isinstance(account, MetaAccount)
    assert account.account == "act_3"
    assert account.token is not None
    assert account.token.reveal() == "EAAB-cuckoo"
    assert [(each.code, each.line, each.severity) for each in loaded.warnings] == [("W010", 4, Severity.WARNING)]
    assert "stuff" not in render_text(loaded.warnings)


LITERALS = [
    ('token: "${META_TOKEN}"', "token: cuckoo-1-Secret"),
    ('token: "${META_TOKEN}"', 'tokn: "cuckoo-1-Secret"'),
    ('token: "${META_TOKEN}"', 'token: "${META_TOKEN:-cuckoo-1-Secret}"'),
    ('token: "${META_TOKEN}"', "token: EAABcuckoo1"),
    ('token: "${META_TOKEN}"', "app_secret: cuckoo-1-Secret, acces: x"),
    ('token: "${META_TOKEN}"', "token: [cuckoo-1-Secret]"),
    ('token: "${META_TOKEN}"', "token: {a: cuckoo-1-Secret}"),
    ('token: "${META_TOKEN}"', "token: cuckoo-1-Secret: x"),
    ("customers.csv", "https://me:cuckoo-1-Secret@a.example/x.csv"),
    ("timezone: Europe/Copenhagen", "timezone: EAABcuckoo1"),
]


@pytest.mark.parametrize(("old", "new"), LITERALS)
def test_literal_secrets_are_masked(write: Write, old: str, new: str) -> None:
    """Wherever a secret stands in the file, no form of the message repeats it."""
    with pytest.raises(ConfigError) as caught:
        load(write(bent(old, new)), {}, contact=True)
    found = caught.value.diagnostics
    shown = render_text(found) + render_github(found) + repr(to_json(found)) + repr(found) + str(caught.value)
    assert "uckoo" not in shown


def test_variables_are_not_shown(write: Write) -> None:
    """A message about a value from the environment shows the variable, not its value."""
    with pytest.raises(ConfigError) as caught:
        load(write(bent("act_1", '"${META_TOKEN}"')), {"META_TOKEN": "cuckoo-1-Secret"}, contact=True)
    assert "cuckoo" not in render_text(caught.value.diagnostics)
