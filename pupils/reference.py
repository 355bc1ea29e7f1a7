"""Loading the code lists, and looking codes up without a query each time."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

CODES_FOLDER = Path(__file__).parent / "data" / "codes"


def rows_of_files(folder: Path = CODES_FOLDER) -> list[dict]:
    """The rows of every code file, ready for `ReferenceCode(**row)`."""
    rows = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                rows.append(
                    {
                        "code_set": line["set"],
                        "code": line["code"],
                        "label": line["label"],
                        "short": line["short"],
                        "group": line["group"],
                        "order": int(line["sort"] or 0),
                        "is_current": line["current"] == "true",
                        "valid_from": date.fromisoformat(line["valid_from"]) if line["valid_from"] else None,
                        "valid_to": date.fromisoformat(line["valid_to"]) if line["valid_to"] else None,
                        "aliases": line["aliases"],
                    }
                )
    return rows


@cache
def labels(code_set: str) -> dict[str, str]:
    """{code: label} of a list, read from the files once a process: code lists ship with the product. No query."""
    return {row["code"]: row["label"] for row in rows_of_files() if row["code_set"] == code_set}


@cache
def need_codes() -> dict[str, tuple[str, str, str]]:
    """{code: (label, short label, area)} of the types of need. No query."""
    return {
        row["code"]: (row["label"], row["short"] or row["label"], row["group"])
        for row in rows_of_files()
        if row["code_set"] == "sen_type"
    }


def need_name(code: str) -> str:
    """A need as staff say it: the census name, but autism for what the census calls a disorder. No query."""
    return "Autism" if code == "ASD" else need_codes().get(code, (code,))[0]


@cache
def need_code_rows() -> tuple[dict, ...]:
    """The types of need in the order of the list, with the days on which each may be used. No query."""
    return tuple(row for row in rows_of_files() if row["code_set"] == "sen_type")
