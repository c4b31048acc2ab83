"""The blocks of the file as pydantic models: which keys there are, which must be there, what each may hold.

Every field reads its value with a function of this room, so that a model only ever complains in our words. Conditions
(`who`, `only`) pass through untouched: they are read from the positioned tree. A field that is missing or wrong keeps a
stand-in, so that the checks can go on; nothing is built from a file with errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from consentric.config import amounts, names, parts, spans
from consentric.config.parts import KeyColumn, OneColumn
from consentric.model.project import Approval, Proof, TermsAccepted
from consentric.model.time import Duration

T = TypeVar("T")

Text = Annotated[str, PlainValidator(names.text)]
Column = Annotated[str, PlainValidator(names.column)]
Names = Annotated[tuple[str, ...], PlainValidator(names.names)]
Truth = Annotated[bool, PlainValidator(amounts.truth)]
Span = Annotated[Duration, PlainValidator(spans.lifetime)]
Zone = Annotated[ZoneInfo, PlainValidator(spans.zone)]
Columns = Annotated[tuple[OneColumn, ...], PlainValidator(parts.columns)]
Words = Annotated[frozenset[str], PlainValidator(parts.words)]
Character = Annotated[str, PlainValidator(names.one_character)]
Share = Annotated[float | Literal["off"], PlainValidator(parts.or_off(amounts.limited_share))]
Growth = Annotated[float | Literal["off"], PlainValidator(parts.or_off(amounts.share))]


class Shape(BaseModel):
    """`required` must be there, unless what `instead` names is; `later` is known and refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    required: ClassVar[tuple[str, ...]] = ()
    instead: ClassVar[Mapping[str, str]] = {}
    later: ClassVar[tuple[str, ...]] = ()


class SourceShape(Shape):
    required = ("file", "key")
    instead = {"file": "from"}
    later = ("from", "table", "needs", "for_ads", "sensitive", "updated_at", "date_format", "sha256", "max_rejected")

    file: Annotated[str, PlainValidator(names.filename)] = ""
    key: Annotated[tuple[KeyColumn, ...], PlainValidator(parts.keys)] = ()
    at: Column | None = None
    event: Column | None = None
    people: Truth = True
    only: object = None
    fresh_within: Span | None = None
    timezone: Zone | None = None
    delimiter: Character = ","
    encoding: Annotated[str, PlainValidator(names.encoding)] = "utf-8"
    quote: Character = '"'


class IdentifiersShape(Shape):
    later = ("street", "external_id", "user_id")

    email: Columns = ()
    phone: Columns = ()
    first_name: Columns = ()
    last_name: Columns = ()
    city: Columns = ()
    state: Columns = ()
    postcode: Columns = ()
    country: Columns = ()
    birth_date: Columns = ()
    gender: Columns = ()
    mobile_id: Columns = ()
    assume_country: Annotated[str, PlainValidator(names.country)] | None = None


class PurposeShape(Shape):
    column: Column
    granted: Words | None = None
    refused: Words | None = None


class ConsentShape(Shape):
    required = ("from", "given_at")
    later = ("confirmed_at", "require_confirmed")

    source: Text = Field(default="", alias="from")
    granted: Column | None = None
    purposes: dict[str, PurposeShape] = {}
    given_at: Column = ""
    withdrawn_at: Column | None = None
    valid_for: Annotated[Duration | Literal["never"], PlainValidator(spans.validity)] | None = None
    proof: Annotated[Proof, PlainValidator(parts.proof)] | None = None
    needed: dict[str, Names] = {}
    fresh_within: Span | None = None


class DestinationShape(Shape):
    """What the destinations of every platform have."""

    platform: Text = ""
    endpoint: str | None = None


class GoogleShape(DestinationShape):
    required = ("customer_id",)
    later = ("backend", "customer_type", "recipient", "agreement", "transfers")

    customer_id: Annotated[str, PlainValidator(names.google_id)] = ""
    login_customer_id: Annotated[str, PlainValidator(names.google_id)] | None = None
    terms_accepted: Annotated[TermsAccepted, PlainValidator(parts.terms)] | None = None
    endpoint: Annotated[str, PlainValidator(names.google_endpoint)] | None = None
    ads_endpoint: Annotated[str, PlainValidator(names.google_endpoint)] | None = None


class MetaShape(DestinationShape):
    required = ("ad_account",)
    later = (
        "mode", "customer_file_source", "limited_data_use", "share_with", "on_refused_removal", "recipient", "agreement",
        "transfers",
    )  # fmt: skip

    ad_account: Annotated[str, PlainValidator(names.meta_account)] = ""
    token: Annotated[str, PlainValidator(parts.secret)] | None = None
    app_secret: Annotated[str, PlainValidator(parts.secret)] | None = None
    endpoint: Annotated[str, PlainValidator(names.meta_endpoint)] | None = None


class PrivacyShape(Shape):
    required = ("controller", "contact", "notice")
    later = ("role",)

    controller: Text = ""
    contact: Text = ""
    notice: Text = ""


class GuardsShape(Shape):
    """What is not set here keeps the value of the file's guards, or the default."""

    min_size: Annotated[int | Literal["off"], PlainValidator(parts.or_off(amounts.whole_number))] | None = None
    max_removals: Share | None = None
    max_additions: Growth | None = None
    max_vanished: Share | None = None
    max_source_shrink: Share | None = None
    max_rejected: Share | None = None


class LedgerShape(Shape):
    keep_for: Span | None = None


class DefaultsShape(Shape):
    owner: Text | None = None
    keep_for: Span | None = None
    send_to: Names | None = None


class AudienceShape(Shape):
    required = ("who",)
    instead = {"who": "website"}
    later = (
        "website", "used_for", "holdout", "split", "value", "consent_elsewhere",
    )  # fmt: skip

    name: Text | None = None
    description: Text | None = None
    tags: Names = ()
    owner: Text | None = None
    who: object = None
    exclude: Names = ()
    send_to: Names | None = None
    keep_for: Span | None = None
    guards: GuardsShape | None = None
    paused: Truth = False
    approve: Annotated[Approval, PlainValidator(parts.approval)] | None = None
    renamed_from: Text | None = None


class TopShape(Shape):
    """The single values of the top level; its blocks are read one by one."""

    version: Annotated[int, PlainValidator(parts.version)] = 1
    timezone: Zone = ZoneInfo("UTC")
    currency: Annotated[str, PlainValidator(names.currency)] | None = None
    environment: Annotated[str, PlainValidator(names.environment)] | None = None


TOP_BLOCKS = (
    "sources", "identifiers", "consent", "destinations", "privacy", "ledger", "guards", "defaults", "audiences",
)  # fmt: skip
TOP_REQUIRED = ("version", "sources", "consent", "destinations", "audiences")
TOP_LATER = (
    "schedule", "name_template", "include", "holdout_salt", "engine", "spill", "connections",
    "people", "lookalikes",
)  # fmt: skip
