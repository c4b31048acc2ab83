"""The columns that settings name, and those that say who somebody is: no audience may be a question about one person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from consentric.config.problems import Problems, did_you_mean
from consentric.config.references import Reference, Use
from consentric.config.sections import Sections
from consentric.config.shapes import ConsentShape, IdentifiersShape, SourceShape

BY_NAME = frozenset({"email", "phone", "first_name", "last_name", "street"})
IDENTIFYING = ("email", "phone", "first_name", "last_name", "mobile_id")
COLUMN_FIELDS = (*IDENTIFYING, "city", "state", "postcode", "country", "birth_date", "gender")

_HINT = 'it may be tested by `exists: true` or by domain, `ends_with: "@example.com"`'


def check_sources(sections: Sections, problems: Problems) -> None:
    """Sources for themselves, and identifiers against them."""
    for name, source in sections.sources.items():
        if source.event is not None and source.at is None:
            message = "`event` needs `at`: the column that says when it happened"
            problems.error_on_key("A106", ("sources", name, "event"), message, "add `at: …`")
    if sections.identifiers is None:
        return
    for kind in COLUMN_FIELDS:
        for index, column in enumerate(getattr(sections.identifiers, kind)):
            if column.source not in sections.sources:
                hint = did_you_mean(column.source, sections.sources)
                message = f"there is no source called `{column.source}`"
                problems.error("A203", ("identifiers", kind, index), message, hint)


def check_hashed(sections: Sections, problems: Problems) -> None:
    """Ready-made hashes are taken of e-mails, and of phones where all destinations want the same form of a number."""
    if sections.identifiers is None:
        return
    platforms = {each.platform for each in sections.destinations.values()}
    for kind in COLUMN_FIELDS:
        for index, column in enumerate(getattr(sections.identifiers, kind)):
            if not column.prehashed or kind == "email":
                continue
            if kind != "phone":
                message = "only columns of `email` and `phone` can be hashed already"
                problems.error("A106", ("identifiers", kind, index), message, "name a column of values")
            elif len(platforms) > 1:
                message = "Google hashes a number with its plus and Meta without, so one hash fits only one of them"
                problems.error("A106", ("identifiers", kind, index), message, "name a column of numbers")


def contact_columns(
    sources: Mapping[str, SourceShape], identifiers: IdentifiersShape | None
) -> frozenset[tuple[str, str]]:
    """Source and column of keys and of what `identifiers` names; places, birth dates and genders are ordinary columns."""
    keys = {(name, key.column) for name, source in sources.items() for key in source.key}
    if identifiers is None:
        return frozenset(keys)
    named = {(each.source, each.column) for kind in IDENTIFYING for each in getattr(identifiers, kind)}
    return frozenset(keys | named)


def check_contact(references: Iterable[Reference], contact: frozenset[tuple[str, str]], problems: Problems) -> None:
    """Reports every use of a contact or key column that could pick out one person."""
    for reference in references:
        known = reference.column.casefold() in BY_NAME or (reference.source, reference.column) in contact
        if known and reference.is_about_one_person:
            message = f"`{reference.column}` says who somebody is, so no audience may be built on its values"
            problems.error("A209", reference.path, message, _HINT)


def setting_references(sections: Sections) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for name, source in sections.sources.items():
        found.extend(_of_source(name, source))
    if sections.identifiers is not None:
        found.extend(_of_identifiers(sections.identifiers))
    if sections.consent is not None:
        found.extend(_of_consent(sections.consent))
    return tuple(found)


def _of_source(name: str, shape: SourceShape) -> Iterator[Reference]:
    path = ("sources", name)
    for key in shape.key:
        yield Reference(name, key.column, (*path, "key", *key.at), Use.KEY)
    for setting in ("at", "event"):
        column = getattr(shape, setting)
        if column is not None:
            yield Reference(name, column, (*path, setting), Use.SETTING)


def _of_identifiers(shape: IdentifiersShape) -> Iterator[Reference]:
    for kind in COLUMN_FIELDS:
        for index, each in enumerate(getattr(shape, kind)):
            yield Reference(each.source, each.column, ("identifiers", kind, index), Use.SETTING)


def _of_consent(shape: ConsentShape) -> Iterator[Reference]:
    for setting in ("granted", "given_at", "withdrawn_at"):
        column = getattr(shape, setting)
        if column:
            yield Reference(shape.source, column, ("consent", setting), Use.SETTING)
    if shape.proof is not None and shape.proof.column is not None:
        yield Reference(shape.source, shape.proof.column, ("consent", "proof"), Use.SETTING)
    for name, purpose in shape.purposes.items():
        yield Reference(shape.source, purpose.column, ("consent", "purposes", name, "column"), Use.SETTING)
