"""What the screens of an import show, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from pupils.models import Pupil
from sendco.core.dates import long_date

from .compare import LABELS
from .forms import RowsForm
from .models import BatchState, ImportBatch, ImportRow, RowAction
from .plan import NEW_PUPIL, TO_WRITE
from .readers.mapping import BY_NAME

ABSENT = "absent"
_FIRST_FACTS = ("dob", "year_group", "class_name", "sen_periods", "needs", "upn")
TABS = (
    (RowAction.NEW, "New"),
    (RowAction.CHANGED, "Changed"),
    (RowAction.LEAVER, "Leavers"),
    (RowAction.CHOOSE, "To match"),
    (RowAction.REFUSED, "To put right"),
    (RowAction.UNCHANGED, "Unchanged"),
    (ABSENT, "Not in the file"),
)
_OPEN_FIRST = (RowAction.CHOOSE, RowAction.REFUSED, RowAction.CHANGED, RowAction.NEW, RowAction.LEAVER)
LEADS = {
    RowAction.NEW: "These pupils are not in SENDCo yet. They will be added.",
    RowAction.CHANGED: "What will change, field by field. What the file does not mention stays as it is.",
    RowAction.LEAVER: "The file gives these pupils a date of leaving. Their records stay.",
    RowAction.CHOOSE: "The file does not say for certain who these pupils are. Choose for each; those left open are left out.",
    RowAction.REFUSED: "These rows cannot be imported. Put them right in your school's system, export again and upload the new "
    "file. The other rows can be imported now.",
    RowAction.UNCHANGED: "SENDCo has all of this already.",
    ABSENT: "These pupils are on roll and the file does not mention them. Nothing happens to them.",
}
LEADS_PAST = {
    RowAction.NEW: "Pupils the import adds, as the file has them.",
    RowAction.CHANGED: "What the import changes, field by field.",
    RowAction.LEAVER: "The file gives these pupils a date of leaving. Their records stay.",
    RowAction.CHOOSE: "Nobody chose who these pupils are, so they were left out.",
    RowAction.REFUSED: "These rows were not imported. Put them right in your school's system and upload a new file.",
    RowAction.UNCHANGED: "SENDCo had all of this already.",
}
STATE_STATUS = {
    BatchState.APPLIED: "ok",
    BatchState.STAGED: "warn",
    BatchState.MAPPING: "warn",
    BatchState.FAILED: "danger",
    BatchState.READING: "wait",
    BatchState.APPLYING: "wait",
    BatchState.UNDOING: "wait",
}
WARNING_NOTICES = frozenset({"wrong_school", "same_file", "no_pupils", "classes_ended"})


def state_status(state: str) -> str:
    return STATE_STATUS.get(BatchState(state), "none")


@dataclass
class ShownRow:
    """A row with the fields of `RowsForm` that belong to it, as BoundFields or None."""

    row: ImportRow
    first: list[dict[str, str]] = field(default_factory=list)
    more: list[dict[str, str]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    tick: Any = None
    match: Any = None


def absent_pupils(batch: ImportBatch, *, on: Any) -> QuerySet[Pupil]:
    """Pupils on roll whom no row of the file is, or may be, about. The ids of open choices are read first: one query."""
    maybe = {
        pk
        for found in batch.rows.filter(pupil=None).exclude(candidates=[]).values_list("candidates", flat=True)
        for pk in found
    }
    mentioned = batch.rows.filter(pupil__isnull=False).values("pupil_id")
    pupils = Pupil.objects.filter(school_id=batch.school_id).on_roll(on)
    return pupils.exclude(pk__in=mentioned).exclude(pk__in=sorted(maybe)[:500]).select_related("school_class")


def counts(batch: ImportBatch) -> dict[str, int]:
    """{action: rows, "chosen": rows to be imported}. One query."""
    found: dict[str, int] = {"chosen": 0}
    for row in batch.rows.order_by().values("action", "is_chosen").annotate(count=Count("pk")):
        found[row["action"]] = found.get(row["action"], 0) + row["count"]
        if row["is_chosen"] and row["action"] in TO_WRITE:
            found["chosen"] += row["count"]
    return found


def tabs(counted: Mapping[str, int], current: str) -> list[dict[str, Any]]:
    """The tabs that hold something, and the current one."""
    return [
        {"text": text, "url": f"?show={key}", "count": counted.get(key, 0), "current": key == current}
        for key, text in TABS
        if counted.get(key) or key == current
    ]


def tab_to_open(counted: Mapping[str, int], wanted: str) -> str:
    """The tab asked for, else the first that needs a person, else unchanged."""
    if wanted in {key for key, _ in TABS}:
        return wanted
    return next((key for key in _OPEN_FIRST if counted.get(key)), RowAction.UNCHANGED)


def candidates_of(rows: Sequence[ImportRow], school_id: int) -> dict[int, list[tuple[int, str]]]:
    """{row id: [(pupil id, words to tell the pupil by)]} for rows a person may match. At most one query."""
    open_rows = [row for row in rows if row.candidates and row.action != RowAction.REFUSED]
    ids = {pk for row in open_rows for pk in row.candidates}
    if not ids:
        return {}
    pupils = Pupil.objects.filter(school_id=school_id).select_related("school_class").in_bulk(sorted(ids))
    return {row.pk: [(pk, _tell(pupils[pk])) for pk in row.candidates if pk in pupils] for row in open_rows}


def _tell(pupil: Pupil) -> str:
    parts = [f"{pupil.surname}, {pupil.forename}", f"born {long_date(pupil.born)}", pupil.year_label]
    if pupil.upn:
        parts.append(f"UPN {pupil.upn}")
    if pupil.left_on:
        parts.append(f"left {long_date(pupil.left_on)}")
    return ", ".join(part for part in parts if part)


def initial_of(rows: Sequence[ImportRow]) -> dict[str, Any]:
    """What `RowsForm` shows before anybody chooses anything on the page."""
    found: dict[str, Any] = {}
    for row in rows:
        found[f"row-{row.pk}"] = row.is_chosen
        if row.is_decided:
            found[f"match-{row.pk}"] = row.pupil_id or NEW_PUPIL
    return found


def shown_rows(rows: Sequence[ImportRow], form: RowsForm | None) -> list[ShownRow]:
    """Rows with what to show of them: for a new pupil a few facts first, for a changed one every change."""
    shown = []
    for row in rows:
        first, more = row.changes, []
        if row.action == RowAction.NEW:
            first = [change for change in row.changes if change["field"] in _FIRST_FACTS]
            more = [change for change in row.changes if change["field"] not in _FIRST_FACTS]
        names = form.fields if form is not None else {}
        shown.append(
            ShownRow(
                row=row,
                first=first,
                more=more,
                warnings=_problems(row, "warning"),
                errors=_problems(row, "error"),
                tick=form[f"row-{row.pk}"] if form is not None and f"row-{row.pk}" in names else None,
                match=form[f"match-{row.pk}"] if form is not None and f"match-{row.pk}" in names else None,
            )
        )
    return shown


def _problems(row: ImportRow, severity: str) -> list[dict[str, Any]]:
    """Problems of one severity, with the field in words."""
    return [
        {**problem, "label": field_label(problem["field"])}
        for problem in row.problems
        if problem["severity"] == severity
    ]


def field_label(name: str) -> str:
    """The words for a field of a file."""
    if name in LABELS:
        return LABELS[name]
    return BY_NAME[name].label if name in BY_NAME else name.replace("_", " ").capitalize()
