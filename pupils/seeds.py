"""Rows that ship with the product. Called by migrations, so they use the models they are given."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from .reference import rows_of_files

DATA = Path(__file__).parent / "data"


def load_codes(reference_code: Any) -> None:
    """Write every code row; a code that stands is brought up to date."""
    reference_code.objects.bulk_create(
        [reference_code(**row) for row in rows_of_files()],
        update_conflicts=True,
        unique_fields=["code_set", "code"],
        update_fields=["label", "short", "group", "order", "is_current", "valid_from", "valid_to", "aliases"],
    )


def load_instruments(instrument: Any) -> None:
    with (DATA / "instruments.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {
                **row,
                "higher_is_better": row["higher_is_better"] == "true",
                "sd": row["sd"] or None,
                "reliability": row["reliability"] or None,
            }
            for row in csv.DictReader(file)
        ]
    instrument.objects.bulk_create([instrument(**row) for row in rows])
