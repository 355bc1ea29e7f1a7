"""A person decides which rows are imported and whom unclear ones are about; plans of stored rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core.exceptions import Refused

from ..compare import ExistingPupil
from ..existing import existing_pupils
from ..models import BatchState, ImportBatch, ImportRow, RowAction
from ..plan import NEW_PUPIL, PLAN_CODES, PlannedRow, make_plan
from ..readers.types import Problem, PupilRecord
from ..wire import problem_from_json, record_from_json
from .staging import PART, fill, set_counts


@transaction.atomic
def choose_rows(
    *, batch: ImportBatch, shown: Sequence[int], chosen: Sequence[int], matches: Mapping[int, int], by: User | None
) -> None:
    """Which of the rows `shown` are to be imported, and whom rows to match are about.

    matches: row id -> id of one of its candidates, or NEW_PUPIL. Raises NotAllowed, or Refused when the import is over.
    Three queries, and five more for each matched row.
    """
    allow(by, batch.school_id, Permission.IMPORT_RUN)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != BatchState.STAGED:
        raise Refused("This import is not waiting to be checked any more.")
    rows = batch.rows.filter(pk__in=shown)
    rows.filter(pk__in=chosen).update(is_chosen=True)
    rows.exclude(pk__in=chosen).update(is_chosen=False)
    for row in batch.rows.filter(pk__in=matches):
        choice = matches[row.pk]
        if choice != NEW_PUPIL and choice not in row.candidates:
            raise Refused("Choose one of the pupils offered, or a new pupil.")
        fill(row, _plan_again(batch, row, choice))
        row.is_decided, row.is_chosen = True, True
        row.save()
    if matches:
        recount(batch)


def _plan_again(batch: ImportBatch, row: ImportRow, choice: int) -> PlannedRow:
    on = staged_on(batch)
    existing = existing_pupils(batch.school_id, on=on, ids=row.candidates)
    return plan_rows([row], existing, choices={row.line: choice}, on=on)[0]


def staged_on(batch: ImportBatch) -> date:
    return batch.staged_on or batch.created_at.date()


def plan_rows(
    rows: Sequence[ImportRow], existing: Sequence[ExistingPupil], *, choices: Mapping[int, int], on: date
) -> list[PlannedRow]:
    """The plan for stored rows as things are now, in their order. No query."""
    return make_plan(
        [record_from_json(row.record) for row in rows],
        existing,
        problems=[
            problem_from_json(problem, record=row.line)
            for row in rows
            for problem in row.problems
            if problem["code"] not in PLAN_CODES
        ],
        choices=choices,
        on=on,
    )


def plan_stored(rows: QuerySet[ImportRow], existing: Sequence[ExistingPupil], *, on: date) -> dict[int, PlannedRow]:
    """{row id: its plan as things are now}, in the order of the rows. They are read in parts: only plans stay. One query."""
    ids: list[int] = []
    records: list[PupilRecord] = []
    problems: list[Problem] = []
    choices: dict[int, int] = {}
    fields = ("pk", "line", "record", "problems", "is_decided", "pupil_id")
    for pk, line, record, found, is_decided, pupil_id in rows.values_list(*fields).iterator(chunk_size=PART):
        ids.append(pk)
        records.append(record_from_json(record))
        problems += [problem_from_json(each, record=line) for each in found if each["code"] not in PLAN_CODES]
        if is_decided:
            choices[line] = pupil_id or NEW_PUPIL
    planned = make_plan(records, existing, problems=problems, choices=choices, on=on)
    return dict(zip(ids, planned, strict=True))


def recount(batch: ImportBatch) -> None:
    """Bring the counts of a batch into line with its rows. Two queries."""
    actions = list(batch.rows.values_list("action", flat=True))
    set_counts(
        batch,
        {
            "created": actions.count(RowAction.NEW),
            "updated": actions.count(RowAction.CHANGED) + actions.count(RowAction.LEAVER),
            "unchanged": actions.count(RowAction.UNCHANGED),
            "refused": actions.count(RowAction.REFUSED),
        },
    )
    batch.save()
