"""Where commands of the documentation are run: a temporary folder, a sandbox with its own clock, a shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from consentric.demo import write_shop
from docs.blocks import ROOT, Block, blocks, commands, excerpt
from scenarios.harness.sandbox import Sandbox

NOW: Final = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
SHOP_CUSTOMERS: Final = 2_000
FIRST: Final = (ROOT / "README.md", ROOT / "docs/start.md")
_KEPT: Final = ("LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
_PATIENCE: Final = 60
_RUN_ID: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_HEAD: Final = re.compile(r"head [0-9a-f]{12}")


@dataclass(slots=True)
class Project:
    """A folder in which blocks are run one after the other, as a reader would; `cd` lasts from block to block."""

    folder: Path
    environment: dict[str, str]
    at: Path = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.folder

    def run(self, block: Block) -> None:
        """Runs a block; a console block must also show what is really answered."""
        if block.language == "console":
            assert self.shown(block) == block.text, f"{block.place}: python tests/docs/rewrite.py brings it up to date"
        else:
            self.shell(block.text, block)

    def shown(self, block: Block) -> str:
        """The block as it would be if it were written now."""
        parts = []
        for number, command in enumerate(commands(block)):
            answer = self.shell(command, block)
            parts.append(f"$ {command}\n{excerpt(answer, block.shown) if number == 0 else answer}")
        return _HEAD.sub("head 5f0c3b9e2a71", _RUN_ID.sub("20261123T043000Z-454c62", "\n".join(parts)))

    def shell(self, script: str, block: Block) -> str:
        """What a script says on stdout. It must end as the block says."""
        done = subprocess.run(
            ["bash", "-e", "-c", f"{script}\npwd > {self.folder}/.here"],
            cwd=self.at,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=False,
        )
        told = f"{block.place}: {script}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        assert done.returncode == int(block.remarks.get("exit", "0")), told
        here = self.folder / ".here"
        self.at = Path(here.read_text(encoding="utf-8").strip()) if here.exists() else self.at
        return done.stdout


@contextmanager
def open_project(around: Path) -> Iterator[Project]:
    """The demo shop in small, as `consentric demo --keep` leaves it before its first sync, and the examples beside it."""
    folder = around / "project"
    write_shop(folder, customers=SHOP_CUSTOMERS, now=NOW)
    shutil.copyfile(ROOT / "audiences.yaml", folder / "audiences.yaml")
    shutil.copytree(ROOT / "examples" / "minimal", folder / "examples" / "minimal")
    with Sandbox(around, NOW) as sandbox:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        own = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(around),
            "TMPDIR": str(around),
            "CONSENTRIC_CLOCK": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
            "CONSENTRIC_GOOGLE_ENDPOINT": sandbox.google,
            "CONSENTRIC_META_ENDPOINT": sandbox.meta,
            "META_AD_ACCOUNT": "act_1001",
            "PYTHONUTF8": "1",
        }
        yield Project(folder, {**kept, **own})


def runnable(page: Path) -> list[Block]:
    """The blocks that could be run."""
    return blocks(page, "sh", "console", "json")


def is_run(page: Path) -> bool:
    """Whether anything on the page is run."""
    return any(block.is_run for block in runnable(page))


def run_page(page: Path, around: Path) -> None:
    """Runs a page from its top to its end."""
    with open_project(around) as project:
        for block in runnable(page):
            if block.language == "json":
                real = json.loads(project.shell(block.remarks["keys of"], block))
                assert _shape(json.loads(block.text)) == _shape(real), block.place
            elif block.is_run:
                project.run(block)


def _shape(document: Any) -> Any:
    """The keys of a document, all the way down; counts by name and lists are data."""
    if not isinstance(document, dict):
        return None
    named = {"sources", "excluded_by", "removed_because", "coverage", "unusable"}
    return {key: None if key in named else _shape(value) for key, value in document.items()}
