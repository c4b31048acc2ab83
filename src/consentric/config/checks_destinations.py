"""What destinations must say before anything may be sent: secrets from the environment, terms, who answers for it."""

from __future__ import annotations

from collections.abc import Iterable

from consentric.config.document import Document
from consentric.config.env import Unset, is_only_a_placeholder
from consentric.config.masking import SECRET_KEYS
from consentric.config.problems import Problems, listed
from consentric.config.sections import Sections
from consentric.config.shapes import GoogleShape, MetaShape
from consentric.config.tree import MappingNode, Path, ScalarNode

_VARIABLES = {"token": "META_ACCESS_TOKEN", "app_secret": "META_APP_SECRET"}


def check_destinations(sections: Sections, document: Document, problems: Problems, *, contact: bool) -> None:
    """`contact` True: a platform will be contacted, so what it needs must be there."""
    _check_secrets(document, problems)
    _check_accounts(sections, problems)
    real = [name for name in sections.destinations if not on_loopback(document, name)]
    for name in real:
        _check_real(name, sections, problems, contact=contact)
    if real and sections.privacy is None:
        path: Path = ("destinations", real[0])
        message = "`privacy` is missing: who answers for what is sent to real platforms"
        hint = "add a block `privacy: {controller: …, contact: …, notice: …}`"
        _report(problems, "220", path, message, hint, contact=contact)
    if real and sections.consent is not None:
        _check_evidence(problems)


def check_environment(unset: Iterable[Unset], document: Document, problems: Problems, *, contact: bool) -> None:
    """Variables without a value: an error, but inside destinations only where they are about to be used."""
    for each in unset:
        path = each.path
        in_destination = path[:1] == ("destinations",) and len(path) > 2
        if any(path[: length + 1] in problems.refused for length in range(len(path))):
            continue
        if in_destination and path[2] in SECRET_KEYS and on_loopback(document, str(path[1])):
            continue
        message = f"the environment variable `{each.variable}` is not set"
        hint = f"set it, or write it into a file `.env` beside this one: `{each.variable}=…`"
        if in_destination and path[2] != "platform" and not contact:
            problems.warning("W010", path, message, hint)
        else:
            problems.error("A010", path, message, hint)


def on_loopback(document: Document, name: str) -> bool:
    """Whether the destination is a rehearsal on this machine; an endpoint that is elsewhere is an error anyway."""
    return document.node(("destinations", name, "endpoint")) is not None


def _check_accounts(sections: Sections, problems: Problems) -> None:
    """A list belongs to one account; two destinations for it would each remove what the other adds."""
    first: dict[tuple[type, str], str] = {}
    for name, shape in sections.destinations.items():
        key, account = (
            ("customer_id", shape.customer_id) if isinstance(shape, GoogleShape) else ("ad_account", shape.ad_account)
        )
        if not account or is_only_a_placeholder(account):
            continue
        earlier = first.setdefault((type(shape), account), name)
        if earlier != name:
            message = f"`{name}` is the same account as `{earlier}`"
            problems.error("A216", ("destinations", name, key), message, "remove one, and send audiences to the other")


def _check_secrets(document: Document, problems: Problems) -> None:
    destinations = document.node(("destinations",))
    if not isinstance(destinations, MappingNode):
        return
    for name in destinations.keys:
        for key in sorted(SECRET_KEYS):
            path = ("destinations", name, key)
            node = document.node(path)
            if isinstance(node, ScalarNode) and node.raw.strip() and not is_only_a_placeholder(node.raw):
                hint = f'move it to the environment: `{key}: "${{{_VARIABLES[key]}}}"`'
                problems.error("A011", path, "a secret is written into this file", hint)


def _check_real(name: str, sections: Sections, problems: Problems, *, contact: bool) -> None:
    shape, path = sections.destinations[name], ("destinations", name)
    if isinstance(shape, MetaShape) and not problems.is_there((*path, "token")):
        message = f"`token` is missing: Meta will not let `{name}` in without one"
        _report(problems, "221", path, message, 'add `token: "${META_ACCESS_TOKEN}"`', contact=contact)
    if isinstance(shape, GoogleShape) and shape.terms_accepted is not None and shape.terms_accepted.by is None:
        message = "for a real account `terms_accepted` must say who accepted the terms, and when"
        hint = "write `{by: your name, on: 2026-01-31}`"
        problems.error("A215", (*path, "terms_accepted"), message, hint)


def _check_evidence(problems: Problems) -> None:
    missing = [key for key in ("valid_for", "proof") if not problems.is_there(("consent", key))]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        hint = "add e.g. `valid_for: 24 months` and `proof: form_version`, the column that says how people were asked"
        message = f"{listed(missing, 'and')} {are} missing, and real platforms want both"
        problems.error_on_key("A101", ("consent",), message, hint)


def _report(problems: Problems, number: str, path: Path, message: str, hint: str, *, contact: bool) -> None:
    if contact:
        problems.error_on_key(f"A{number}", path, message, hint)
    else:
        problems.warning_on_key(f"W{number}", path, message, hint)
