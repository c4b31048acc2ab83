"""Which columns of a batch hold contacts, and what is asked of the kernel: the parts that its modules share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from consentric.errors import SourceError
from consentric.identifiers import compiled
from consentric.model.project import Platform

Form = Callable[[pa.StringArray], pa.StringArray]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Which columns of a batch hold what. `assume_country` is that of rows that name none; nobody is born after `today`.

    `prehashed` are those of `emails` and `phones` that hold SHA-256 already; `beside_hashed`: other columns do, so that an
    address or number must be known by its hash as well.
    """

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    first_name: str | None = None
    last_name: str | None = None
    postcode: str | None = None
    country: str | None = None
    assume_country: str | None = None
    city: str | None = None
    state: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    mobile_ids: tuple[str, ...] = ()
    today: date = date.max
    prehashed: frozenset[str] = frozenset()
    beside_hashed: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which columns are worked out."""

    identity_key: bytes | None
    platforms: frozenset[Platform]

    def identity(self, name: str, kind: str, form: pa.Array) -> Mapping[str, pa.Array]:
        if self.identity_key is None:
            return {}
        return {f"{name}.identity": compiled.keyed_digest(form, self.identity_key, f"{kind}\n".encode())}

    def hashed(self, cells: pa.StringArray, forms: Mapping[str, Form]) -> dict[str, pa.Array]:
        """The hashes of those forms whose name ends with a platform that is asked for."""
        asked = {name: form for name, form in forms.items() if name.rpartition(".")[2] in self.platforms}
        return dict(zip(asked, hashed(cells, *asked.values()), strict=True)) if asked else {}


def hashed(cells: pa.StringArray, *forms: Form) -> list[pa.Array]:
    """The hashes of each form of the cells; equal cells are hashed once."""
    encoded = cells.dictionary_encode()
    return [compiled.sha256_column(form(encoded.dictionary)).take(encoded.indices) for form in forms]


def column(batch: pa.RecordBatch, name: str) -> pa.StringArray:
    if batch.schema.names.count(name) != 1:
        raise SourceError("A322", f"there is no single column {name}")
    return readable(name, lambda: compiled.as_text(batch.column(name)))


def readable(name: str, read: Callable[[], pa.StringArray]) -> pa.StringArray:
    try:
        return read()
    except compiled.UnreadableColumnError as error:
        raise SourceError("A321", f"column {name}: {error}", hint="use a column of texts or numbers") from None
