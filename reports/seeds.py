"""National figures that ship with the product. Called by migrations, so they use the model they are given."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

FIGURES = Path(__file__).parent / "data" / "national-send-statistics.csv"


def load_national_figures(figure: Any) -> None:
    """205 rows; `status` says whether a figure was published, is secondary, derived or provisional."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        figure.objects.bulk_create([figure(**row) for row in csv.DictReader(file)])
