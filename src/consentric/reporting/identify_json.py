"""The document `identify/1`: the counts of the screen, never masked; no value of the file."""

from __future__ import annotations

from consentric.model.identified import Identified, IdentifiedColumn
from consentric.reporting.plan_json import Json, head
from consentric.reporting.unusable import meaning, right


def identify_json(found: Identified) -> dict[str, Json]:
    """What was made of the file, column by column."""
    return {
        **head("identify/1", found.at),
        "file": found.file,
        "platform": found.platform.value,
        "country": found.country,
        "rows": found.rows,
        "left_out": found.left_out,
        "columns": [_column(each) for each in found.columns],
        "whole": [{"key": each.name, "fields": list(each.fields), "rows": each.rows} for each in found.whole],
        "not_sent": list(found.not_sent),
        "out": found.out,
        "kept": list(found.kept),
        "in_clear": list(found.in_clear),
        "shows_contacts": found.shows_contacts,
    }


def _column(column: IdentifiedColumn) -> dict[str, Json]:
    reasons: list[Json] = [
        {"reason": reason, "count": count, "meaning": meaning(reason)} for reason, count in column.unusable.items()
    ]
    return {
        "column": column.column,
        "written_as": column.written_as,
        "field": column.field,
        "sent_as": column.sent_as,
        "leaves": "hashed" if column.hashed else "in clear",
        "usable": column.usable,
        "unusable": reasons,
        "right": right(column.field),
    }
