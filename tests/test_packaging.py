"""What the wheel carries."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

TOP = Path(__file__).parents[1]


def test_the_demo_ships_the_file_at_the_top() -> None:
    """The audiences file that a newcomer reads first is the one that the demo runs."""
    shipped = files("consentric.demo").joinpath("audiences.yaml").read_text("utf-8")
    assert shipped == (TOP / "audiences.yaml").read_text("utf-8")


def test_types_are_published() -> None:
    """Whoever imports us may check types."""
    assert files("consentric").joinpath("py.typed").is_file()


def test_locks_name_no_host() -> None:
    """Lock files hold names, versions and hashes, nothing of where they were fetched."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (TOP / name).read_text("utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text
