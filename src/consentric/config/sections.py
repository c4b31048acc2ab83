"""All blocks of one file, read: shapes and conditions side by side, as far as they could be understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from consentric.config.amounts import share
from consentric.config.blocks import read_block, read_content, refuse_later, report_missing, unknown_key
from consentric.config.conditions import read_who
from consentric.config.document import Document
from consentric.config.names import as_key, is_key, is_name
from consentric.config.problems import Problems, WrongValueError, did_you_mean, listed, quoted
from consentric.config.reading import Reading
from consentric.config.rows import RowReader
from consentric.config.shapes import (
    TOP_BLOCKS,
    TOP_LATER,
    TOP_REQUIRED,
    AudienceShape,
    ConsentShape,
    DefaultsShape,
    GoogleShape,
    GuardsShape,
    IdentifiersShape,
    LedgerShape,
    MetaShape,
    PrivacyShape,
    Shape,
    SourceShape,
    TopShape,
)
from consentric.config.tree import Entry, MappingNode, Node, Path, ScalarNode, plain
from consentric.model.conditions import Condition
from consentric.model.project import Platform
from consentric.model.row_tests import RowCondition

PlatformShape = GoogleShape | MetaShape

S = TypeVar("S", bound=Shape)

_PLATFORMS: Mapping[str, type[PlatformShape]] = {Platform.GOOGLE: GoogleShape, Platform.META: MetaShape}


@dataclass(frozen=True, slots=True)
class Sections:
    """Blocks that are not in the file are None, or their defaults where the language has some."""

    top: TopShape
    sources: Mapping[str, SourceShape]
    only: Mapping[str, RowCondition]
    identifiers: IdentifiersShape | None
    consent: ConsentShape | None
    destinations: Mapping[str, PlatformShape]
    privacy: PrivacyShape | None
    ledger: LedgerShape
    guards: GuardsShape
    defaults: DefaultsShape
    audiences: Mapping[str, AudienceShape]
    who: Mapping[str, Condition]


def read_sections(document: Document, problems: Problems) -> tuple[Sections, Reading]:
    """Every block, and the reading with the columns that conditions name."""
    reader = _SectionReader(document, problems)
    top = reader.top()
    sources = reader.blocks(SourceShape, "sources", is_name)
    reading = Reading(document, problems, sources)
    audiences = reader.blocks(AudienceShape, "audiences", is_key)
    sections = Sections(
        top=top,
        sources=sources,
        only=_read_only(reading),
        identifiers=reader.optional(IdentifiersShape, "identifiers"),
        consent=reader.optional(ConsentShape, "consent"),
        destinations=reader.destinations(),
        privacy=reader.optional(PrivacyShape, "privacy"),
        ledger=reader.optional(LedgerShape, "ledger") or LedgerShape(),
        guards=reader.optional(GuardsShape, "guards") or GuardsShape(),
        defaults=reader.optional(DefaultsShape, "defaults") or DefaultsShape(),
        audiences=audiences,
        who=_read_conditions(reading, audiences),
    )
    reader.later_values(audiences)
    return sections, reading


def _read_only(reading: Reading) -> dict[str, RowCondition]:
    found: dict[str, RowCondition] = {}
    for name in reading.sources:
        path = ("sources", name, "only")
        node = reading.document.node(path)
        condition = None if node is None else RowReader(name).read(reading, node, path)
        if condition is not None:
            found[name] = condition
    return found


def _read_conditions(reading: Reading, audiences: Mapping[str, AudienceShape]) -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    for key in audiences:
        path = ("audiences", key, "who")
        node = reading.document.node(path)
        condition = None if node is None else read_who(reading, node, path)
        if condition is not None:
            found[key] = condition
    return found


class _SectionReader:
    def __init__(self, document: Document, problems: Problems) -> None:
        self._document = document
        self._problems = problems

    def top(self) -> TopShape:
        """The single values of the top level; its keys are checked here."""
        root = self._document.root
        keys = root.keys if isinstance(root, MappingNode) else ()
        refuse_later(TOP_LATER, keys, (), self._problems)
        values = tuple(TopShape.model_fields)
        for key in keys:
            if key not in (*TOP_BLOCKS, *TOP_LATER, *values):
                unknown_key(key, (*values, *TOP_BLOCKS), (), self._problems, later=TOP_LATER)
        missing = [key for key in TOP_REQUIRED if key not in keys]
        if missing:
            report_missing(missing, (), self._problems)
        content = {entry.key: plain(entry.value) for entry in _entries(root) if entry.key in values}
        return read_content(TopShape, content, (), self._problems)

    def blocks(self, shape: type[S], block: str, is_good: Callable[[str], bool]) -> dict[str, S]:
        """The named blocks inside a block."""
        names = self._names(block, is_good)
        return {name: read_block(shape, self._document, (block, name), self._problems) for name in names}

    def optional(self, shape: type[S], block: str) -> S | None:
        if self._document.node((block,)) is None:
            return None
        return read_block(shape, self._document, (block,), self._problems)

    def destinations(self) -> dict[str, PlatformShape]:
        """Each by the shape of its platform; one whose platform is not known is left out."""
        found: dict[str, PlatformShape] = {}
        for name in self._names("destinations", is_name):
            path: Path = ("destinations", name)
            shape = self._platform_shape(path)
            if shape is not None:
                found[name] = read_block(shape, self._document, path, self._problems)
        return found

    def _platform_shape(self, path: Path) -> type[PlatformShape] | None:
        node = self._document.node(path)
        if not isinstance(node, MappingNode):
            self._problems.error("A100", path, f"`{path[-1]}` must be a block of keys", "write e.g. `platform: meta`")
            return None
        platform = node.get("platform")
        if platform is None:
            report_missing(["platform"], path, self._problems)
            return None
        name = platform.text if isinstance(platform, ScalarNode) else ""
        if name not in _PLATFORMS:
            hint = did_you_mean(name, _PLATFORMS, f"write {listed(_PLATFORMS)}")
            self._problems.wrong(
                (*path, "platform"), WrongValueError("A104", "there is no platform called `{raw}`", hint)
            )
            return None
        return _PLATFORMS[name]

    def _names(self, block: str, is_good: Callable[[str], bool]) -> tuple[str, ...]:
        node = self._document.node((block,))
        if node is None:
            return ()
        if not isinstance(node, MappingNode) or not node.entries:
            what = "is empty" if isinstance(node, MappingNode) else "must be a block of names"
            self._problems.error("A100", (block,), f"`{block}` {what}", "write `name: {…}` lines below it")
            return ()
        for key in node.keys:
            if not is_good(key):
                rule = "lower case, digits and underscores" if is_good is is_key else "letters, digits, `_` and `-`"
                hint = f"write `{as_key(key)}`: {rule}, a letter first"
                self._problems.error_on_key("A107", (block, key), f"`{quoted(key)}` cannot be a name here", hint)
        return node.keys

    def later_values(self, audiences: Mapping[str, AudienceShape]) -> None:
        """A key that is not available yet and is written wrongly besides: say both."""
        for key in audiences:
            path = ("audiences", key, "holdout")
            node = self._document.node(path)
            if isinstance(node, ScalarNode):
                try:
                    share(node.value)
                except WrongValueError as wrong:
                    self._problems.wrong(path, wrong)


def _entries(root: Node) -> tuple[Entry, ...]:
    return tuple(root.entries.values()) if isinstance(root, MappingNode) else ()
