"""Blocks without errors to the values of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from consentric.config.checks_audiences import lifetime, list_name, targets
from consentric.config.checks_consent import GRANTED, REFUSED, needed, purposes
from consentric.config.document import Document
from consentric.config.parts import OneColumn
from consentric.config.sections import PlatformShape, Sections
from consentric.config.shapes import ConsentShape, GoogleShape, GuardsShape, IdentifiersShape, SourceShape
from consentric.config.tree import ScalarNode
from consentric.model.project import (
    Audience,
    ColumnRef,
    ConsentRules,
    CsvDialect,
    Destination,
    GoogleAccount,
    Guards,
    Identifiers,
    Key,
    KeyKind,
    MetaAccount,
    Privacy,
    Project,
    Proof,
    Purpose,
    Source,
)
from consentric.model.secrets import Secret
from consentric.model.time import Duration, Unit

CONSENT_FRESH_WITHIN = Duration(2, Unit.DAY)
RECORD_KEPT_FOR = Duration(3, Unit.YEAR)


def build(path: Path, sha256: str, sections: Sections, document: Document) -> Project:
    """Only for a file without errors: stand-ins of wrong values would become real here."""
    identifiers = _identifiers(sections.identifiers)
    guards = _guards(sections.guards, Guards())
    assert sections.consent is not None, "a file without consent has an error"
    return Project(
        path=path,
        root=path.parent,
        config_sha256=sha256,
        timezone=sections.top.timezone,
        currency=sections.top.currency,
        sources={name: _source(name, sections, identifiers) for name in sections.sources},
        identifiers=identifiers,
        consent=_consent(sections.consent, sections.destinations),
        destinations={name: _destination(name, each, document) for name, each in sections.destinations.items()},
        privacy=_privacy(sections),
        guards=guards,
        record_kept_for=sections.ledger.keep_for or RECORD_KEPT_FOR,
        audiences={key: _audience(key, sections, guards) for key in sections.audiences},
        environment=sections.top.environment or "",
    )


def kind_of(name: str, column: ColumnRef, identifiers: Identifiers) -> KeyKind:
    """How a key is compared: by its own name, else by what `identifiers` says of its column."""
    for kind in (KeyKind.EMAIL, KeyKind.PHONE):
        if name == kind.value:
            return kind
    if column in identifiers.email:
        return KeyKind.EMAIL
    return KeyKind.PHONE if column in identifiers.phone else KeyKind.TEXT


def _source(name: str, sections: Sections, identifiers: Identifiers) -> Source:
    shape = sections.sources[name]
    return Source(
        name=name,
        file=shape.file,
        keys=_keys(name, shape, identifiers),
        dialect=CsvDialect(shape.delimiter, shape.encoding, shape.quote),
        at=shape.at,
        event=shape.event,
        people=shape.people,
        only=sections.only.get(name),
        fresh_within=shape.fresh_within,
        timezone=shape.timezone,
    )


def _keys(source: str, shape: SourceShape, identifiers: Identifiers) -> tuple[Key, ...]:
    return tuple(
        Key(key.name, key.column, kind_of(key.name, ColumnRef(source, key.column), identifiers)) for key in shape.key
    )


def _identifiers(shape: IdentifiersShape | None) -> Identifiers:
    if shape is None:
        return Identifiers(declared=False)
    return Identifiers(
        email=_refs(shape.email),
        phone=_refs(shape.phone),
        first_name=_refs(shape.first_name),
        last_name=_refs(shape.last_name),
        city=_refs(shape.city),
        state=_refs(shape.state),
        postcode=_refs(shape.postcode),
        country=_refs(shape.country),
        birth_date=_refs(shape.birth_date),
        gender=_refs(shape.gender),
        mobile_id=_refs(shape.mobile_id),
        assume_country=shape.assume_country,
        prehashed=frozenset(_refs(tuple(each for each in (*shape.email, *shape.phone) if each.prehashed))),
    )


def _refs(columns: tuple[OneColumn, ...]) -> tuple[ColumnRef, ...]:
    return tuple(ColumnRef(each.source, each.column) for each in columns)


def _consent(shape: ConsentShape, destinations: Mapping[str, PlatformShape]) -> ConsentRules:
    return ConsentRules(
        source=shape.source,
        purposes=tuple(_purpose(shape, name) for name in purposes(shape)),
        given_at=shape.given_at,
        withdrawn_at=shape.withdrawn_at,
        valid_for=None if shape.valid_for == "never" else shape.valid_for,
        proof=shape.proof or Proof(),
        needed={name: needed(shape, name, each) for name, each in destinations.items()},
        fresh_within=shape.fresh_within or CONSENT_FRESH_WITHIN,
    )


def _purpose(shape: ConsentShape, name: str) -> Purpose:
    if shape.granted is not None:
        return Purpose(name, shape.granted, GRANTED, REFUSED)
    purpose = shape.purposes[name]
    granted = GRANTED if purpose.granted is None else purpose.granted
    return Purpose(name, purpose.column, granted, REFUSED if purpose.refused is None else purpose.refused)


def _destination(name: str, shape: PlatformShape, document: Document) -> Destination:
    def known(key: str, value: str) -> str:
        """The value, or the placeholder as it is written while its variable is not set."""
        node = document.node(("destinations", name, key))
        return node.raw if ("destinations", name, key) in document.unset and isinstance(node, ScalarNode) else value

    def secret(key: str, value: str | None) -> Secret | None:
        unset = ("destinations", name, key) in document.unset
        return None if value is None or unset else Secret(value)

    if isinstance(shape, GoogleShape):
        return GoogleAccount(
            name=name,
            customer_id=known("customer_id", shape.customer_id),
            login_customer_id=shape.login_customer_id,
            terms_accepted=shape.terms_accepted,
            endpoint=shape.endpoint,
            ads_endpoint=shape.ads_endpoint,
        )
    return MetaAccount(
        name=name,
        ad_account=known("ad_account", shape.ad_account),
        token=secret("token", shape.token),
        app_secret=secret("app_secret", shape.app_secret),
        endpoint=shape.endpoint,
    )


def _privacy(sections: Sections) -> Privacy | None:
    shape = sections.privacy
    return None if shape is None else Privacy(shape.controller, shape.contact, shape.notice)


def _guards(shape: GuardsShape | None, outer: Guards) -> Guards:
    """The outer guards, with what the shape says in their place."""
    if shape is None:
        return outer
    limits = {field.name: getattr(outer, field.name) for field in fields(Guards)}
    for name in limits:
        limit = getattr(shape, name)
        if limit is not None:
            limits[name] = None if limit == "off" else limit
    return Guards(**limits)


def _audience(key: str, sections: Sections, guards: Guards) -> Audience:
    shape = sections.audiences[key]
    return Audience(
        key=key,
        name=list_name(key, shape),
        who=sections.who[key],
        description=shape.description or "",
        tags=shape.tags,
        owner=shape.owner or sections.defaults.owner,
        exclude=shape.exclude,
        send_to=targets(sections, shape),
        keep_for=lifetime(sections, shape),
        guards=_guards(shape.guards, guards),
        paused=shape.paused,
        approval=shape.approve,
        renamed_from=shape.renamed_from,
    )
