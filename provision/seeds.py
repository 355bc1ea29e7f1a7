"""The national catalogue of interventions and the layers of support. Called by migrations, so they use the models given."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.utils.text import slugify

CATALOGUE = Path(__file__).parent / "data" / "interventions.csv"
TIERS = (("universal", "Universal", 1), ("targeted", "Targeted", 2), ("specialist", "Specialist", 3))

# A measure of the catalogue and the instrument that records it; others are free text.
_INSTRUMENTS = (
    ("LanguageScreen", "languagescreen"),
    ("BPVS3", "bpvs3"),
    ("YARC", "yarc-comprehension"),
    ("NGRT", "ngrt"),
    ("Phonics screening", "phonics-check"),
    ("SDQ", "sdq-teacher"),
    ("Emotional literacy checklist or SDQ", "sdq-teacher"),
    ("Boxall", "boxall-strands"),
    ("Words correct per minute", "words-per-minute"),
    ("Sandwell KS2-3", "number-age"),
    ("Sandwell (SENT-R) number age", "number-age"),
    ("Sandwell", "sent-r"),
    ("Reading and spelling age", "reading-age"),
    ("Spelling and reading age", "reading-age"),
    ("Reading age", "reading-age"),
    ("Salford", "reading-age"),
    ("Single Word Spelling", "standard-score"),
    ("Hodder", "standard-score"),
    ("school rating scale", "rating-scale"),
)


def instrument_slug(measure: str) -> str | None:
    """The instrument of a measure, by its first words; None when the measure is free text."""
    return next((slug for start, slug in _INSTRUMENTS if measure.startswith(start)), None)


def load_tiers(tier: Any) -> None:
    tier.objects.bulk_create([tier(code=code, label=label, order=order) for code, label, order in TIERS])


def load_catalogue(intervention: Any, tier: Any, instrument: Any) -> None:
    """55 rows. Where the catalogue names a range of grades the first is taken; every default can be changed by a federation."""
    tiers = {row.code: row for row in tier.objects.all()}
    instruments = {row.slug: row for row in instrument.objects.all()}
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    intervention.objects.bulk_create(
        [
            intervention(
                code=row["code"],
                slug=slugify(row["name"])[:80],
                name=row["name"],
                area=row["area_of_need"],
                strand=row["strand"][:80],
                tier=tiers[row["tier"]],
                years=row["year_groups"],
                group_min=max(1, int(row["group_size_min"] or 1)),
                group_max=max(1, int(row["group_size_max"] or 1)),
                times_per_week=max(
                    1, int(row["group_sessions_per_week"] or 0) or int(row["ind_sessions_per_week"] or 1)
                ),
                minutes=max(5, int(row["group_minutes"] or 0) or int(row["ind_minutes"] or 5)),
                weeks=max(1, int(row["weeks"] or 1)),
                grade="teacher" if row["staff_type"] == "Teacher" else "hlta" if row["staff_type"] == "ELSA" else "ta2",
                training=row["training"][:120],
                instrument=instruments.get(instrument_slug(row["entry_measure"])),
                entry_measure=row["entry_measure"][:120],
                evidence_level=row["evidence_level"],
                evidence_text=row["effect_text"],
                evidence_checked=row["effect_confirmed"] == "yes",
                source_title="" if row["source_title"].startswith("Unconfirmed") else row["source_title"][:200],
                source_url=row["source_url"][:300],
            )
            for row in rows
        ]
    )
