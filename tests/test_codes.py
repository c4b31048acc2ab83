"""Every code that a user can meet is explained, and no explanation is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import consentric
from consentric.workflows.explain import every_code

ROOM = Path(consentric.__file__).parent
TABLES = {"codes.py", "explanations.py"}
MADE_OF_PARTS = {f"{letter}{number}" for letter in "AW" for number in ("220", "221")}


def _codes(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if re.fullmatch("[AW][0-9]{3}", text)}


def test_every_code_is_explained() -> None:
    """Codes raised anywhere outside the sandbox are the codes of `consentric explain`."""
    modules = (path for path in ROOM.rglob("*.py") if path.name not in TABLES and "sandbox" not in path.parts)
    raised = set().union(*(_codes(path) for path in modules)) | _codes(ROOM / "destinations" / "codes.py")
    assert raised | MADE_OF_PARTS == set(every_code())
