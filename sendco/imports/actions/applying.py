"""From the preview to the pupils: the whole import in one transaction, or nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db import transaction

from pupils.models import Pupil
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.exceptions import Refused
from sendco.core.ui import plural_words

from .. import progress, tasks
from ..existing import existing_pupils
from ..models import BatchState, ImportBatch, ImportRow, RowAction
from ..plan import TO_WRITE, PlannedRow
from ..readers import default_codebook
from ..wire import change_to_json
from ..write import Writer, chunks
from .choosing import plan_stored, recount, staged_on
from .staging import PART, audit_details, drop_file, fill, set_counts

MANY_ROWS = 500
"""Rows above which the worker imports and undoes."""


class RowsChanged(Refused):
    """Pupils were changed since the preview was made: it is brought up to date, and nothing is imported."""

    status = 409


def start(*, batch: ImportBatch, by: User, now: datetime) -> ImportBatch:
    """Import what was previewed: at once, or by the worker when there are many rows; then it comes back APPLYING.

    Raises as `apply_import`.
    """
    if batch.rows.count() <= MANY_ROWS:
        return apply_import(batch=batch, by=by, now=now)
    allow(by, batch.school_id, Permission.IMPORT_RUN)
    with transaction.atomic():
        batch = _locked(batch, BatchState.STAGED)
        batch.state, batch.problem = BatchState.APPLYING, ""
        batch.save(update_fields=["state", "problem", "updated_at"])
        transaction.on_commit(lambda: tasks.apply.delay(batch.pk, by.pk))
    return batch


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in states:
        raise Refused(f"This import is not waiting to be checked. It is: {locked.get_state_display().lower()}.")
    return locked


def apply_import(*, batch: ImportBatch, by: User | None, now: datetime) -> ImportBatch:
    """Write every chosen row that is new or changed, and delete the upload. One transaction.

    All is compared anew first, with the pupils locked. Raises RowsChanged when a chosen row would now do something else
    than the preview said; its rows are brought up to date then and nothing is imported. Raises NotAllowed, and Refused
    when there is nothing to import. Writes `import.applied` and an event for each change.
    """
    allow(by, batch.school_id, Permission.IMPORT_RUN)
    with transaction.atomic():
        batch = _locked(batch, BatchState.STAGED, BatchState.APPLYING)
        plan = _plan_anew(batch)
        stale = [row.pk for row, planned in _pairs(plan) if not _is_as_shown(row, planned)]
        if stale:
            _bring_up_to_date(batch, {pk: plan[pk] for pk in stale})
        else:
            _write(batch, plan, by=by, now=now)
    if stale:
        raise RowsChanged(
            f"{plural_words(len(stale), 'row')} of this import changed since you looked, because somebody changed "
            "the records. Nothing was imported. Check the preview again, then import."
        )
    return batch


def _plan_anew(batch: ImportBatch) -> dict[int, PlannedRow]:
    """{row id: plan as things are now} of the rows to write, in their order. Locks the pupils of the school."""
    list(Pupil.objects.select_for_update().filter(school_id=batch.school_id).order_by("pk").values_list("pk"))
    on = staged_on(batch)
    planned = plan_stored(batch.rows.all(), existing_pupils(batch.school_id, on=on), on=on)
    wanted = batch.rows.filter(is_chosen=True, action__in=TO_WRITE).values_list("pk", flat=True)
    return {pk: planned[pk] for pk in wanted}


def _pairs(plan: Mapping[int, PlannedRow]) -> Iterator[tuple[ImportRow, PlannedRow]]:
    """Each row with its plan, read in parts."""
    for part in chunks(list(plan), PART):
        rows = ImportRow.objects.in_bulk(part)
        yield from ((rows[pk], plan[pk]) for pk in part)


def _is_as_shown(row: ImportRow, planned: PlannedRow) -> bool:
    codebook = default_codebook()
    pupil_id = planned.existing.id if planned.existing else None
    return (row.action, row.pupil_id) == (planned.action, pupil_id) and row.changes == [
        change_to_json(change, codebook) for change in planned.changes
    ]


def _bring_up_to_date(batch: ImportBatch, stale: Mapping[int, PlannedRow]) -> None:
    for row, planned in _pairs(stale):
        fill(row, planned)
        if planned.action is RowAction.CHOOSE:
            row.is_decided = False
        row.save()
    batch.state = BatchState.STAGED
    recount(batch)


def _write(batch: ImportBatch, plan: dict[int, PlannedRow], *, by: User | None, now: datetime) -> None:
    if not plan and by is not None:
        raise Refused("There is nothing to import: no row is chosen that is new or changed.")
    writer = Writer(batch, by=by, on=staged_on(batch))
    writer.prepare(list(plan.values()))
    set_counts(batch, _counts(plan.values()))
    total = len(plan)
    for part in chunks(list(plan), PART):
        rows = ImportRow.objects.in_bulk(part)
        writer.write([(rows[pk], plan.pop(pk)) for pk in part])
        progress.tell(batch.pk, total - len(plan), total)
    drop_file(batch)
    batch.state, batch.applied_at, batch.applied_by, batch.problem = BatchState.APPLIED, now, by, ""
    batch.save()
    audit.record("import.applied", by=by, target=batch, label=f"Import {batch.pk}", details=audit_details(batch))


def _counts(planned: Iterable[PlannedRow]) -> dict[str, int]:
    """What is really written; rows that were left out count nowhere."""
    found = Counter(row.action is RowAction.NEW for row in planned)
    return {"created": found[True], "updated": found[False]}


@transaction.atomic
def discard(*, batch: ImportBatch, by: User | None) -> ImportBatch:
    """Give an import up before anything was written: the upload and its rows are deleted, the fact and the hash stay.

    Raises NotAllowed or Refused. Writes `import.discarded`.
    """
    allow(by, batch.school_id, Permission.IMPORT_RUN)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not batch.may_discard:
        raise Refused(f"This import cannot be discarded. It is: {batch.get_state_display().lower()}.")
    batch.rows.all().delete()
    drop_file(batch)
    batch.state, batch.notices = BatchState.DISCARDED, []
    batch.save()
    audit.record("import.discarded", by=by, target=batch, label=f"Import {batch.pk}", details={"sha256": batch.sha256})
    return batch
