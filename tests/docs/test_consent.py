"""The table of docs/consent.md: each of its rows is a person, and is decided as it says."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any, Final

from docs.blocks import ROOT, Block, prose
from docs.project import open_project

PAGE: Final = ROOT / "docs" / "consent.md"
HEAD: Final = "| answer | given_at | withdrawn_at | counted as | sent? |"
_FILE: Final = """\
version: 1
sources:
  customers: {file: customers.csv, key: email}
consent:
  from: customers
  purposes: {ads: {column: answer, granted: ["yes"]}}
  given_at: given_at
  withdrawn_at: withdrawn_at
  valid_for: 24 months
destinations:
  meta: {platform: meta, ad_account: act_1001, endpoint: "${CONSENTRIC_META_ENDPOINT}"}
audiences:
"""


def _rows() -> list[list[str]]:
    lines = prose(PAGE).splitlines()
    table = lines[lines.index(HEAD) + 2 :]
    end = table.index("")
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[:end]]


def test_every_row_is_decided_as_the_table_says(tmp_path: Path) -> None:
    """By the program, on 23 November 2026."""
    rows = _rows()
    with open_project(tmp_path) as project:
        folder = project.at = project.folder / "consent"
        folder.mkdir()
        with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["email", "number", "answer", "given_at", "withdrawn_at"])
            writer.writerows([f"guest{n}@post.example", n, row[0].strip('"'), *row[1:3]] for n, row in enumerate(rows))
        audiences = (
            f'  row_{n}: {{who: {{field: customers.number, is: "{n}"}}, send_to: meta}}\n' for n in range(len(rows))
        )
        (folder / "audiences.yaml").write_text(_FILE + "".join(audiences), encoding="utf-8")
        plan = json.loads(project.shell("consentric plan --json", Block(PAGE, 1, "sh", "", {})))
    decided = [_decision(plan["audiences"][f"row_{n}"]["lists"]["meta"]) for n in range(len(rows))]
    assert decided == [(re.split(r":", row[3])[0], row[4] == "**yes**") for row in rows]


def _decision(one: dict[str, Any]) -> tuple[str, bool]:
    """The word of the table for what a plan says of a list of one person, and whether they would be sent."""
    against = [reason.replace("_", " ") for reason, count in one["consent"].items() if count]
    return (against or ["granted"])[0], one["members"] == 1
