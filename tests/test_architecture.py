"""The architecture as failing tests: who may import whom, and how large a thing may grow."""

from __future__ import annotations

import ast
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import consentric

PACKAGE = Path(consentric.__file__).parent
PROJECT = PACKAGE.parents[1]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

BREACHES = {
    "Imports point one way": ("selection/sql.py", "import consentric.engine.connection"),
    "Pure rooms do no I/O": ("planning/gate.py", "import duckdb"),
    "Wire formats know no transport": ("destinations/meta/wire.py", "import requests"),
    "The sandbox can disagree with us: it imports nothing of ours": ("sandbox/faults.py", "import consentric.errors"),
    "The demo shop imports nothing of ours": ("demo/shop.py", "import consentric.model.people"),
    "Only the command line knows the demo shop and the sandbox": ("workflows/plan.py", "import consentric.demo.shop"),
    "Only one place can change a platform": ("workflows/confirm.py", "import consentric.destinations.senders"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--config", "pyproject.toml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def broken_contracts(output: str) -> set[str]:
    return set(re.findall(r"(?m)^(.+?) BROKEN", output))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its contracts, to be broken."""
    shutil.copytree(PACKAGE, tmp_path / "src" / "consentric", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def contracts() -> set[str]:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    return {each["name"] for each in settings["tool"]["importlinter"]["contracts"]}


def test_the_contracts_hold(copy: Path) -> None:
    """All of them, on the package as it is."""
    found = lint(copy)
    assert found.returncode == 0, found.stdout
    assert contracts() == set(BREACHES), "every contract has a breach below"


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_named(copy: Path, contract: str) -> None:
    """One forbidden import, and the check fails and says which rule it broke."""
    module, statement = BREACHES[contract]
    path = copy / "src" / "consentric" / module
    path.write_text(f"{path.read_text('utf-8')}\n{statement}\n", "utf-8")
    found = lint(copy)
    assert found.returncode != 0
    assert contract in broken_contracts(found.stdout), found.stdout


def test_a_new_room_must_be_placed(copy: Path) -> None:
    """A folder that no layer names fails the check until somebody decides where it belongs."""
    (copy / "src" / "consentric" / "attic").mkdir()
    (copy / "src" / "consentric" / "attic" / "__init__.py").write_text("")
    found = lint(copy)
    assert found.returncode != 0
    assert "attic" in found.stdout + found.stderr


def modules(root: Path) -> list[Path]:
    return [path for path in root.rglob("*.py") if "__pycache__" not in path.parts]


def test_no_drawer_for_odds_and_ends() -> None:
    """No room and no module is called utils, helpers or common."""
    odd = re.compile(r"(utils?|helpers?|common|misc)(\.py)?")
    for root in (PACKAGE, PROJECT / "tests"):
        assert [part for path in modules(root) for part in path.relative_to(root).parts if odd.fullmatch(part)] == []


def test_modules_are_short() -> None:
    """None above 300 lines, half of them below 150."""
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in modules(PACKAGE)}
    assert [path for path, count in lines.items() if count > 300] == []
    assert statistics.median(lines.values()) < 150


def test_functions_are_short() -> None:
    """None above 60 lines, but for the two rooms that imitate a shop and two platforms."""
    long = []
    for path in modules(PACKAGE):
        if {"demo", "sandbox"} & set(path.relative_to(PACKAGE).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60:
                long.append(f"{path.name}: {node.name}")
    assert long == []


def test_nothing_is_patched() -> None:
    """Clock, transport and state are arguments, so tests need no mock."""
    patched = []
    for path in modules(PROJECT / "tests"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = ast.unparse(node) if isinstance(node, ast.Import | ast.ImportFrom | ast.Attribute) else ""
            if "mock" in named.lower().split(".") or "unittest.mock" in named or named == "monkeypatch.setattr":
                patched.append(f"{path.relative_to(PROJECT)}: {named}")
    assert patched == []


def test_every_module_says_what_it_is() -> None:
    """A docstring first."""
    silent = [path for path in modules(PACKAGE) if ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None]
    assert silent == []
