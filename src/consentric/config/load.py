"""From a path to a project: read, check, build; every problem of the file in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from consentric.config.build import build
from consentric.config.checks_audiences import check_audiences
from consentric.config.checks_consent import check_consent
from consentric.config.checks_destinations import check_destinations, check_environment
from consentric.config.columns import check_contact, check_hashed, check_sources, contact_columns, setting_references
from consentric.config.document import Document
from consentric.config.env import Filled, fill
from consentric.config.files import Page, UnreadableFileError, read_env, read_page
from consentric.config.masking import secrets_of_env, secrets_of_lines, secrets_of_tree, worth_masking
from consentric.config.problems import Problems, Remark
from consentric.config.sections import Sections, read_sections
from consentric.config.tree import START, MappingNode, Node, ScalarNode
from consentric.config.yaml_reader import read_yaml
from consentric.errors import ConfigError, Diagnostic, Severity
from consentric.model.project import Project


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file without errors. `document` knows where everything stands, for problems that only the data shows."""

    project: Project
    warnings: tuple[Diagnostic, ...]
    document: Document


def load(path: Path, env: Mapping[str, str], *, contact: bool) -> Loaded:
    """`contact` True: for a command that will contact a platform. Raises ConfigError with every problem of the file."""
    page = read_or_refuse(path)
    written, env_remarks = read_env(path.parent / ".env")
    variables = {**written, **{name: value for name, value in env.items() if value}}
    document, filled, problems = _document(path, page, variables)
    sections, document = _checked(document, filled, problems, contact=contact)
    notes = _env_warnings(path.parent / ".env", env_remarks)
    found = (*notes, *problems.sorted())
    if problems.failed:
        raise ConfigError(found)
    project = build(path, _fingerprint(page, document), sections, document)
    return Loaded(project, found, document)


def _fingerprint(page: Page, document: Document) -> str:
    """The SHA-256 of the file, and of the lists of values that it names: another list is another rule."""
    whole = sha256(page.content)
    for name, digest in document.lists:
        whole.update(name.encode() + b"\0" + digest)
    return whole.hexdigest()


def read_or_refuse(path: Path) -> Page:
    """The text of a file of ours; raises ConfigError where it cannot be had."""
    try:
        return read_page(path)
    except UnreadableFileError as failure:
        secrets = worth_masking(secrets_of_lines(failure.lines))
        document = Document(str(path), failure.lines, secrets=secrets)
        if failure.lines:
            raise _config_error(document, [failure.remark]) from None
        remark = failure.remark
        lonely = Diagnostic(remark.code, Severity.ERROR, remark.message, str(path), hint=remark.hint)
        raise ConfigError([lonely]) from None


def _document(path: Path, page: Page, variables: Mapping[str, str]) -> tuple[Document, Filled, Problems]:
    """The document with the environment filled in; raises where there is no tree to go on with."""
    secrets = worth_masking(secrets_of_lines(page.lines))
    document = Document(str(path), page.lines, secrets=secrets)
    root, remarks = read_yaml(page.text, page.lines)
    if not isinstance(root, MappingNode):
        raise _config_error(document, remarks or [_no_block(root)])
    filled = fill(root, variables)
    secrets |= worth_masking((*secrets_of_tree(root), *secrets_of_env(root, variables)))
    unset = frozenset(each.path for each in filled.unset)
    document = replace(document, root=filled.root, secrets=secrets, unset=unset)
    problems = Problems(document)
    for remark in remarks:
        problems.remark(remark)
    return document, filled, problems


def _checked(document: Document, filled: Filled, problems: Problems, *, contact: bool) -> tuple[Sections, Document]:
    for path in filled.malformed:
        problems.error("A104", path, "`${` does not name a variable", 'write `"${NAME}"`, or `"${NAME:-default}"`')
    sections, reading = read_sections(document, problems)
    check_environment(filled.unset, document, problems, contact=contact)
    check_sources(sections, problems)
    check_hashed(sections, problems)
    check_consent(sections, problems)
    check_destinations(sections, document, problems, contact=contact)
    check_audiences(sections, problems.names_in("destinations"), reading.named, problems)
    check_contact(reading.references, contact_columns(sections.sources, sections.identifiers), problems)
    references = (*setting_references(sections), *reading.references)
    lists = tuple(sorted((each.name, each.digest) for each in reading.lists.values()))
    return sections, replace(document, references=references, lists=lists)


def _no_block(root: Node | None) -> Remark:
    """What to say of a file whose top level is not a block of keys."""
    hint = "start with `version: 1`; the README shows a whole file in twelve lines"
    if root is None or (isinstance(root, ScalarNode) and root.value is None):
        return Remark("A008", START, "this file is empty", hint)
    if isinstance(root, ScalarNode):
        if ":" in root.raw:
            hint = f"put a space after the colon: `{root.raw.split()[0].replace(':', ': ', 1)}`"
        return Remark("A008", root.span, "this file must be a block of keys, and it is a text", hint)
    return Remark("A008", root.span, "this file must be a block of keys, and it is a list", hint)


def _config_error(document: Document, remarks: Iterable[Remark]) -> ConfigError:
    problems = Problems(document)
    for remark in remarks:
        problems.remark(remark)
    return ConfigError(problems.sorted())


def _env_warnings(path: Path, remarks: Iterable[Remark]) -> tuple[Diagnostic, ...]:
    """Lines of the `.env` file that were left out; they are not shown, since they may hold secrets."""
    return tuple(
        Diagnostic(r.code, Severity.WARNING, r.message, str(path), r.span.line, r.span.column, hint=r.hint)
        for r in remarks
    )
