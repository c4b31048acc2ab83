"""What others do, row by row; run by their own Python, since it imports nothing of ours: `python loops.py NAME FILE ROWS`.

Each takes the customers who consented and bought, normalises and hashes five identifiers of theirs as its library does it,
and writes the hashes to Parquet. All of them read whole columns into Python at once, so that none pays for dictionaries.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = tuple[str | None, ...]
Hash = Callable[[Row], list[bytes | str | None]]
COLUMNS = ["email", "phone", "first_name", "last_name", "postcode", "country", "consent", "orders"]
AT_ONCE = 65_536


def plain() -> Hash:
    """hashlib and phonenumbers, as anybody would write it."""
    phonenumbers = importlib.import_module("phonenumbers")

    def phone(text: str, country: str) -> str:
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_valid_number(number):
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]

    def digest(text: str) -> bytes | None:
        return sha256(text.encode()).digest() if text else None

    def hashes(row: Row) -> list[bytes | None]:
        email, number, first, last, postcode, country = (each or "" for each in row)
        email = email.strip().lower()
        return [
            digest(email if "@" in email else ""),
            digest(phone(number, country)),
            digest(first.strip().lower()),
            digest(last.strip().lower()),
            digest(postcode.strip().lower().replace(" ", "")),
        ]

    return hashes


def google() -> Hash:
    """Formatter of google-ads-datamanager-util; no phone is parsed, `20304050` becomes +20304050."""
    util = importlib.import_module("google.ads.datamanager_util")
    encoding = importlib.import_module("google.ads.datamanager_util.format").Encoding.HEX
    formatter = util.Formatter()
    ways = (
        formatter.process_email_address,
        formatter.process_phone_number,
        formatter.process_given_name,
        formatter.process_family_name,
    )

    def hashes(row: Row) -> list[str | None]:
        found = [_or_none(way, each, encoding) for way, each in zip(ways, row, strict=False)]
        return [*found, _or_none(formatter.process_postal_code, row[4])]

    return hashes


def meta() -> Hash:
    """CustomAudience.format_params of facebook-business, as add_users hashes; no phone is parsed, letters like é are lost."""
    audience = importlib.import_module("facebook_business.adobjects.customaudience").CustomAudience
    schema = ["EMAIL", "PHONE", "FN", "LN", "ZIP"]

    def hashes(row: Row) -> list[str | None]:
        cells = [[each or "" for each in row[:5]]]
        return list(audience.format_params(schema, cells, is_raw=True)["payload"]["data"][0])

    return hashes


def conversions() -> Hash:
    """Normalize of facebook-business, for the Conversions API; a phone of the country is refused or taken for a foreign one."""
    normalize = importlib.import_module("facebook_business.adobjects.serverside.normalize").Normalize.normalize_field
    fields = ("em", "ph", "fn", "ln", "zp")
    return lambda row: [_or_none(normalize, *each) for each in zip(fields, row, strict=False)]


def _or_none(way: Callable[..., Any], *cells: Any) -> Any:
    try:
        return way(*cells)
    except (ValueError, TypeError):
        return None


LOOPS: dict[str, Callable[[], Hash]] = {"plain": plain, "google": google, "meta": meta, "conversions": conversions}


def run(hashes: Hash, source: Path, target: Path, rows: int) -> None:
    """At most so many rows of the file."""
    kind = None
    writer = None
    for batch in islice(pq.ParquetFile(source).iter_batches(AT_ONCE, columns=COLUMNS), -(-rows // AT_ONCE)):
        found = [hashes(row[:6]) for row in _chosen(batch.slice(0, rows))]
        columns = list(zip(*found, strict=True))
        kind = kind or (pa.binary() if any(isinstance(each, bytes) for each in columns[0]) else pa.string())
        table = pa.table({name: pa.array(each, kind) for name, each in zip(COLUMNS, columns, strict=False)})
        writer = writer or pq.ParquetWriter(target, table.schema)
        writer.write_table(table)
        rows -= batch.num_rows
    if writer is not None:
        writer.close()


def _chosen(batch: pa.RecordBatch) -> Iterable[Any]:
    columns = (column.to_pylist() for column in batch.columns)
    return (row for row in zip(*columns, strict=True) if row[6] == "yes" and row[7] > 0)


def main(name: str, source: str, rows: str) -> None:
    hashes = LOOPS[name]()
    begun = time.process_time()
    with tempfile.TemporaryDirectory(prefix="consentric-bench-") as folder:
        run(hashes, Path(source), Path(folder) / "hashed.parquet", int(rows))
    spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"cpu": spent, "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
