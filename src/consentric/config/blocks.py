"""A block of the tree through its pydantic model: every complaint translated into our words, the rest kept usable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from consentric.config.problems import Problems, WrongValueError, did_you_mean, listed
from consentric.config.tree import MappingNode, Node, Path, ScalarNode, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from consentric.config.document import Document
    from consentric.config.shapes import Shape

S = TypeVar("S", bound="Shape")


def read_block(shape: type[S], document: Document, path: Path, problems: Problems) -> S:
    """The block at the path. What is wrong is reported and left out of the answer."""
    node = document.node(path)
    if not isinstance(node, MappingNode):
        problems.error("A100", path, f"`{_name(path)}` must be a block of keys", _block_hint(node, shape))
        return shape()
    content = {key: plain(entry.value) for key, entry in node.entries.items()}
    refuse_later(shape.later, content, path, problems)
    _require(shape, content, path, problems)
    return read_content(shape, content, path, problems)


def read_content(shape: type[S], content: Mapping[str, object], path: Path, problems: Problems) -> S:
    """The shape of plain content, as far as it is right."""
    conditions = {name for name, field in shape.model_fields.items() if field.annotation is object}
    empty = [each for key, value in content.items() if key not in conditions for each in _empty(value, (*path, key))]
    for place in empty:
        problems.wrong(
            place, WrongValueError("A100", "`{key}` is empty", "write a value after the colon, or remove the key")
        )
    without = {place[len(path)] for place in empty}
    kept = {key: value for key, value in content.items() if key not in shape.later and key not in without}
    try:
        return shape.model_validate(kept)
    except ValidationError as error:
        complaints = error.errors(include_url=False, include_input=False)
    for complaint in complaints:
        _translate(shape, complaint, path, problems)
    wrong = {complaint["loc"][0] for complaint in complaints}
    return shape.model_validate({key: value for key, value in kept.items() if key not in wrong})


def refuse_later(later: Iterable[str], content: Iterable[str], path: Path, problems: Problems) -> None:
    """Keys that the language has and this version does not do yet: refused by name, never ignored."""
    for key in content:
        if key in later:
            problems.error_on_key("A190", (*path, key), f"`{key}` is not available yet", "remove it for now")


def unknown_key(key: str, known: Iterable[str], path: Path, problems: Problems, *, later: Iterable[str] = ()) -> None:
    """`later` are words that may be meant, but are not worth listing."""
    if problems.full:
        return
    known = tuple(known)
    hint = did_you_mean(key, (*known, *later), f"known here: {', '.join(known)}")
    if ":" in key:
        hint = f"put a space after the colon: `{key.replace(':', ': ', 1)}`"
    problems.error_on_key("A102", (*path, key), f"unknown key `{key}`", hint)


def _empty(value: object, path: Path) -> Iterator[Path]:
    """Where a key has nothing behind it: it says nothing, and whoever wrote it meant something."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _empty(inner, (*path, key))
    elif value is None:
        yield path


def _require(shape: type[Shape], content: dict[str, object], path: Path, problems: Problems) -> None:
    missing = [key for key in shape.required if key not in content and shape.instead.get(key) not in content]
    if missing:
        report_missing(missing, path, problems)


def report_missing(missing: list[str], path: Path, problems: Problems) -> None:
    are = "is" if len(missing) == 1 else "are"
    hint = f"add {listed([f'{key}: …' for key in missing], 'and')} here"
    problems.error_on_key("A101", path, f"{listed(missing, 'and')} {are} missing", hint)


def _translate(shape: type[Shape], complaint: ErrorDetails, path: Path, problems: Problems) -> None:
    place: Path = (*path, *complaint["loc"])
    cause = complaint.get("ctx", {}).get("error")
    if isinstance(cause, WrongValueError):
        problems.wrong(place, cause)
    elif complaint["type"] == "extra_forbidden":
        inner = _model_at(shape, complaint["loc"][:-1])
        later = getattr(inner, "later", ())
        unknown_key(str(place[-1]), _keys(inner), place[:-1], problems, later=later)
    elif complaint["type"] == "missing":
        report_missing([str(place[-1])], place[:-1], problems)
    else:
        problems.wrong(
            place, WrongValueError("A100", "`{key}` must be a block of keys", "write `key: value` lines below it")
        )


def _model_at(shape: type[BaseModel], steps: tuple[str | int, ...]) -> type[BaseModel]:
    """The model that the steps of a complaint lead to."""
    if not steps:
        return shape
    field = next(f for name, f in shape.model_fields.items() if (f.alias or name) == steps[0])
    inner = next(_models(field.annotation), shape)
    return _model_at(inner, ()) if inner is not shape else shape


def _models(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _keys(shape: type[BaseModel]) -> list[str]:
    later = getattr(shape, "later", ())
    names = [field.alias or name for name, field in shape.model_fields.items()]
    return [name for name in names if name not in later]


def _name(path: Path) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")


def _block_hint(node: Node | None, shape: type[Shape]) -> str:
    example = next(iter(shape.required), "")
    if isinstance(node, ScalarNode) and node.plain and ":" in node.raw and not node.raw.startswith("http"):
        return "put a space after each colon"
    return f"write e.g. `{example}: …` below it" if example else "write `key: value` lines below it"
