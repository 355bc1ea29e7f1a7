"""The register as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pupils.models import Pupil
from pupils.reference import need_name
from sendco.core.dates import long_date
from sendco.core.spreadsheets import workbook

HEADINGS = (
    "Surname", "First name", "UPN", "Date of birth", "Year", "Class", "Support", "Support since", "Main need",
    "Other needs", "Key adult", "Tags", "Plan review",
)  # fmt: skip


def register_row(pupil: Pupil) -> tuple[Any, ...]:
    """One line, from a pupil read by `for_register` and `for_sheet`. No query."""
    needs = [need_name(need.code) for need in pupil.current_needs]
    return (
        pupil.preferred_surname or pupil.surname,
        pupil.first_name,
        pupil.upn,
        pupil.born,
        pupil.year_label,
        pupil.school_class.name if pupil.school_class else "",
        pupil.get_sen_status_display(),
        pupil.periods_now[0].starts if pupil.periods_now else None,
        needs[0] if needs else "",
        "; ".join(needs[1:]),
        pupil.key_adult.get_full_name() if pupil.key_adult else "",
        "; ".join(tag.name for tag in pupil.tags.all()),
        pupil.plan_review_on,
    )


def register_workbook(pupils: Sequence[Pupil], *, school: str, by: str, on: date) -> bytes:
    """Two sheets: the register, and what it is. by: the name of who made it."""
    about = [
        ("School", school),
        ("Made by", by),
        ("Made on", long_date(on)),
        ("Pupils", len(pupils)),
        ("Note", "Contains personal data. Delete it when you no longer need it."),
    ]
    return workbook([("SEND register", HEADINGS, map(register_row, pupils)), ("About", ("What", "Value"), about)])
