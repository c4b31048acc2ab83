"""The parts of the documentation that follow from the code: keys of the file, codes, commands, exit codes.

They stand between `<!-- generated: NAME -->` and `<!-- end -->`. `python tests/docs/rewrite.py` writes them; a test
compares. What a key or a code is for stands here, and a new one without a sentence fails at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click
from pydantic.fields import FieldInfo

from consentric.cli.commands.plan import CHANGES
from consentric.cli.interruption import CTRL_C, TERMINATED
from consentric.cli.main import USAGE
from consentric.cli.program import program
from consentric.config import shapes
from consentric.config.build import CONSENT_FRESH_WITHIN, RECORD_KEPT_FOR
from consentric.config.words import ALLOWED, HEADS, HEADS_LATER, MEASURES, NUMBERS, WINDOWS
from consentric.errors import AccessDenied, ConfigError, LockHeld, QuotaExhausted, Stopped, Unavailable
from consentric.identifiers.columns import ALSO_CALLED
from consentric.identifiers.reasons import Unusable
from consentric.identifiers.recipes import RECIPES, Field
from consentric.model.conditions import All
from consentric.model.people import Reason
from consentric.model.project import Audience, Guards, Platform
from consentric.planning.capabilities import CAPABILITIES
from consentric.reporting.words import REASONS
from consentric.workflows import explain
from docs.blocks import ROOT
from docs.sentences import CONDITIONS, EXIT_CODES, KEYS, UNUSABLE, WHY_NOT

SHAPES: Final[Mapping[str, type[shapes.Shape]]] = {
    "sources": shapes.SourceShape,
    "identifiers": shapes.IdentifiersShape,
    "consent": shapes.ConsentShape,
    "purposes": shapes.PurposeShape,
    "google": shapes.GoogleShape,
    "meta": shapes.MetaShape,
    "privacy": shapes.PrivacyShape,
    "ledger": shapes.LedgerShape,
    "guards": shapes.GuardsShape,
    "defaults": shapes.DefaultsShape,
    "audiences": shapes.AudienceShape,
}
FAMILIES: Final[Mapping[str, str]] = {
    "A0": "A0: the file cannot be read",
    "A1": "A1: a key or a value is not of the language",
    "A2": "A2: the file contradicts itself, or its data",
    "A3": "A3: the data",
    "A4": "A4: clock and consent",
    "A5": "A5: the platforms",
    "A6": "A6: guards",
    "A7": "A7: the state folder",
    "A9": "A9: the command line, and the demo",
    "W": "W: warnings",
}
_PART: Final = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)
_CODE: Final = re.compile(r'"([AW]\d{3})"')
_NOTHING: Final[tuple[object, ...]] = (None, (), "", {})
_DEFAULTS: Final[Mapping[str, str]] = {
    "audiences.keep_for": str(Audience("key", "name", All(())).keep_for),
    "audiences.name": "the key",
    "audiences.send_to": "that of `defaults`, else nowhere",
    "audiences.guards": "the file's",
    "audiences.owner": "that of `defaults`",
    "consent.fresh_within": str(CONSENT_FRESH_WITHIN),
    "consent.needed": "all purposes",
    "ledger.keep_for": str(RECORD_KEPT_FOR),
    "sources.timezone": "the file's",
    "purposes.granted": "true, 1, yes, ja, granted",
    "purposes.refused": "false, 0, no, nej, denied, refused, withdrawn",
}


def parts() -> Mapping[str, Callable[[], str]]:
    """Every generated part by its name."""
    keys = {f"keys_{name}": lambda name=name: _keys(name) for name in SHAPES}
    return {
        **keys,
        "keys_top": _top,
        "conditions": _conditions,
        "later": _later,
        "codes": _codes,
        "commands": _commands,
        "exit_codes": _exit_codes,
        "reasons": _reasons,
        "unusable": _unusable,
        "column_names": _column_names,
        "leaves_google": lambda: _leaves(Platform.GOOGLE),
        "leaves_meta": lambda: _leaves(Platform.META),
    }


def up_to_date(page: Path) -> str:
    """The page with its generated parts as they should be."""
    made = parts()
    text = page.read_text(encoding="utf-8")
    return _PART.sub(lambda found: f"{found[1]}\n{made[found[2]]()}\n{found[3]}", text)


def exit_codes() -> frozenset[int]:
    """Every code that the program can end with."""
    errors = {each.exit_code for each in (ConfigError, Stopped, Unavailable, QuotaExhausted, AccessDenied, LockHeld)}
    return frozenset({0, CHANGES, USAGE, CTRL_C, TERMINATED, *errors})


def codes_in_the_code() -> frozenset[str]:
    """Every code that stands in the program."""
    source = (path.read_text(encoding="utf-8") for path in (ROOT / "src" / "consentric").rglob("*.py"))
    return frozenset(code for text in source for code in _CODE.findall(text))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _keys(name: str) -> str:
    shape = SHAPES[name]
    return _table(("key", "what it is", "default"), _rows(name, shape.model_fields, shape.required))


def _rows(name: str, fields: Mapping[str, FieldInfo], required: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    must = {*required, *(("platform",) if name in ("google", "meta") else ())}
    for field, info in fields.items():
        key = info.alias or field
        needed = key in must or info.is_required()
        yield f"`{key}`", KEYS[f"{name}.{key}"], "**must be there**" if needed else _default(f"{name}.{key}", info)


def _default(path: str, info: FieldInfo) -> str:
    if path.startswith("guards."):
        value = getattr(Guards(), path.removeprefix("guards."))
        return f"`{value:.0%}`" if isinstance(value, float) else f"`{value}`"
    if path in _DEFAULTS:
        return _DEFAULTS[path]
    if info.default in _NOTHING:
        return ""
    value = info.default
    word = value.key if isinstance(value, ZoneInfo) else str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{word}`"


def _top() -> str:
    single = _rows("top", shapes.TopShape.model_fields, shapes.TOP_REQUIRED)
    blocks = (
        (f"`{key}`", KEYS[f"top.{key}"], "**must be there**" if key in shapes.TOP_REQUIRED else "")
        for key in shapes.TOP_BLOCKS
    )
    return _table(("key", "what it is", "default"), (*single, *blocks))


def _conditions() -> str:
    beside = (word for head in HEADS for word in ALLOWED[head])
    words = dict.fromkeys((*HEADS, "where", *MEASURES, *NUMBERS, *ALLOWED["field"], *WINDOWS, *beside))
    heads = {word: [head for head in HEADS if word in ALLOWED[head]] for word in words}
    rows = ((f"`{word}`", CONDITIONS[word], ", ".join(f"`{head}`" for head in heads[word])) for word in words)
    return _table(("word", "what it means", "stands beside"), rows)


def _later() -> str:
    keys = [("top level", shapes.TOP_LATER), *((name, shape.later) for name, shape in SHAPES.items() if shape.later)]
    rows = [*keys, ("conditions", HEADS_LATER)]
    return _table(("block", "not yet"), ((name, ", ".join(f"`{key}`" for key in found)) for name, found in rows))


def _codes() -> str:
    """Every code as `explain` tells it, by families."""
    told = explain.every_code()
    lines = []
    for family, title in FAMILIES.items():
        lines.append(f"## {title}\n")
        lines += [f"### {code}\n\n{told[code].strip()}\n" for code in sorted(told) if code.startswith(family)]
    return "\n".join(lines)


def _commands() -> str:
    context = click.Context(program)
    lines = []
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        assert command is not None
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        for words, each in [(f"{name} {one}", each) for one, each in inner] or [(name, command)]:
            lines.append((f"`consentric {words}`", each.get_short_help_str(200), _options(each)))
    return _table(("command", "what it does", "its options"), lines)


def _options(command: click.Command) -> str:
    shown = (each for each in command.params if isinstance(each, click.Option) and not each.hidden)
    return " ".join(f"`{each.opts[-1]}`" for each in shown)


def _exit_codes() -> str:
    return _table(
        ("code", "meaning", "what a scheduled job should do"),
        ((str(code), *EXIT_CODES[code]) for code in sorted(exit_codes())),
    )


def _reasons() -> str:
    return _table(("word in the plan", "what it means"), ((f"{REASONS[each]}", WHY_NOT[each]) for each in Reason))


def _unusable() -> str:
    return _table(("word", "what it means"), ((each.replace("_", " "), UNUSABLE[each]) for each in Unusable))


def _column_names() -> str:
    names = ((f"`{each}`", ", ".join(f"`{name}`" for name in ALSO_CALLED.get(each.value, ()))) for each in Field)
    return _table(("field, and name of a column", "also called"), names)


def _leaves(platform: Platform) -> str:
    recipe, capabilities = RECIPES[platform], CAPABILITIES[platform]
    enough = {kind.name.lower() for kind in capabilities.enough}
    keys = {part.field: key for key in recipe.match_keys for part in key.parts if key.name in enough}
    rows = (
        (
            f"`{each.field}`",
            f"**{each.leaves}**",
            f"`{each.sent_as}`",
            _finds(len(keys[each.field].parts) if each.field in keys else 0),
        )
        for each in recipe.ingredients
    )
    return _table(("identifier", "leaves this machine", "as", "finds people"), rows)


def _finds(parts: int) -> str:
    """How a field of a match key of so many parts finds people; 0: it is part of none."""
    return "only beside another" if parts == 0 else "by itself" if parts == 1 else f"with the other {parts - 1}"
