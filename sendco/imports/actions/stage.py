"""From an upload to a preview: nothing but the import's own rows is written."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction

from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused
from sendco.schools.models import School, SchoolClass, academic_year_of

from .. import tasks
from ..columns import ColumnsNeeded, Reading, read_for, signature
from ..compare import ExistingPupil
from ..existing import existing_pupils
from ..models import BatchState, ColumnMapping, ImportBatch, ImportRow, RowAction
from ..plan import NEW_PUPIL, PLAN_CODES, PlannedRow, counts_of, make_plan
from ..readers import UnreadableFile, default_codebook
from ..readers.detect import AUTO
from ..readers.types import ReadResult, Source
from ..wire import change_to_json, problem_from_json, problem_to_json, record_from_json, record_to_json

BIG_FILE = 250_000
"""Bytes above which a file is read by the worker, so that nobody waits before a page that does not come."""
LABEL_LENGTH = 180


def receive(*, school: School, data: bytes, name: str, by: User | None, on: date, format: str = AUTO) -> ImportBatch:
    """Take an upload. A small file is read at once, a large one by the worker.

    The batch comes back STAGED, MAPPING when the columns have to be matched, or READING. Raises NotAllowed, and
    UnreadableFile for a small file that cannot be read; then nothing is kept.
    """
    allow(by, school.pk, Permission.IMPORT_RUN)
    batch = ImportBatch(
        school=school,
        uploaded_by=by,
        file_name=name[-120:],
        sha256=hashlib.sha256(data).hexdigest(),
        format=format,
        staged_on=on,
        state=BatchState.READING,
    )
    if len(data) > BIG_FILE:
        _keep(batch, data)
        transaction.on_commit(lambda: tasks.read.delay(batch.pk))
        return batch
    try:
        reading = read_for(school.pk, data, name=name, format=format, on=on)
    except ColumnsNeeded as error:
        _ask_for_columns(batch, error)
        _keep(batch, data)
        return batch
    with transaction.atomic():
        stage(batch=batch, reading=reading, by=by, on=on)
        _keep(batch, data)
    return batch


def _keep(batch: ImportBatch, data: bytes) -> None:
    """Store the upload under a name that says nothing, and save the batch."""
    batch.file.save(f"{uuid.uuid4().hex}.upload", ContentFile(data), save=True)


def _ask_for_columns(batch: ImportBatch, error: ColumnsNeeded) -> None:
    batch.state, batch.columns, batch.problem, batch.format = (
        BatchState.MAPPING, error.columns.as_json(), error.message[:400], "csv",
    )  # fmt: skip


def read_batch(*, batch: ImportBatch, on: date) -> ImportBatch:
    """Read the stored upload of a batch that is READING, with the columns as saved by now. Safe to run twice.

    What is wrong with the file is left on the batch as `problem`, never raised.
    """
    if batch.state != BatchState.READING:
        return batch
    with batch.file.open("rb") as opened:
        data = opened.read()
    try:
        reading = read_for(batch.school_id, data, name=batch.file_name, format=batch.format, on=on)
    except ColumnsNeeded as error:
        _ask_for_columns(batch, error)
        batch.save()
        return batch
    except UnreadableFile as error:
        drop_file(batch)
        batch.state, batch.problem = BatchState.FAILED, error.message[:400]
        batch.save()
        return batch
    stage(batch=batch, reading=reading, by=batch.uploaded_by, on=on)
    return batch


@transaction.atomic
def stage(*, batch: ImportBatch, reading: Reading, by: User | None, on: date) -> list[PlannedRow]:
    """Compare what was read with the pupils we have, and keep the outcome as the batch's rows in place of older ones.

    Writes `import.staged`. About ten queries, and one for each 200 rows.
    """
    result = reading.result
    planned = make_plan(result.records, existing_pupils(batch.school_id, on=on), problems=result.problems, on=on)
    batch.format, batch.source = str(result.format), _source_words(result.source)
    batch.columns = reading.columns.as_json() if reading.columns else {}
    batch.mapping, batch.staged_on, batch.problem, batch.state = reading.mapping, on, "", BatchState.STAGED
    batch.notices = notices_for(batch, result, planned, on=on)
    set_counts(batch, counts_of(planned))
    batch.save()
    batch.rows.all().delete()
    ImportRow.objects.bulk_create((row_of(batch, row) for row in planned), batch_size=200)
    audit.record("import.staged", by=by, target=batch, label=f"Import {batch.pk}", details=audit_details(batch))
    return planned


def audit_details(batch: ImportBatch) -> dict:
    """What the trail says of an import: the file by its hash, since its name may be a child's."""
    return {
        "sha256": batch.sha256,
        "format": batch.format,
        "created": batch.created_count,
        "updated": batch.updated_count,
        "unchanged": batch.unchanged_count,
        "refused": batch.refused_count,
    }


def set_counts(batch: ImportBatch, counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        setattr(batch, f"{name}_count", count)


def row_of(batch: ImportBatch, planned: PlannedRow) -> ImportRow:
    """An unsaved row of the preview."""
    row = ImportRow(batch=batch, line=planned.record.line, record=record_to_json(planned.record))
    fill(row, planned)
    return row


def fill(row: ImportRow, planned: PlannedRow) -> None:
    """Bring a row to what is planned for it."""
    codebook = default_codebook()
    row.action = planned.action
    row.pupil_id = planned.existing.id if planned.existing else None
    row.candidates = list(planned.candidates) or row.candidates
    row.label = label_of(planned)
    row.changes = [change_to_json(change, codebook) for change in planned.changes]
    row.problems = [problem_to_json(problem) for problem in planned.problems]


def label_of(planned: PlannedRow) -> str:
    """Surname and forename, from the file or, where it has none, from the pupil; else the line."""
    for who in (planned.record, planned.existing):
        if who is not None and (who.legal_surname or who.legal_forename):
            return ", ".join(part for part in (who.legal_surname, who.legal_forename) if part)[:LABEL_LENGTH]
    return f"Line {planned.record.line}"


def _source_words(source: Source) -> str:
    """`School, system, version`: what the file says of where it comes from."""
    version = f"version {source.version}" if source.version else ""
    return ", ".join(part for part in (source.school_name, source.system, version) if part)[:160]


def notices_for(batch: ImportBatch, result: ReadResult, planned: Sequence[PlannedRow], *, on: date) -> list[dict]:
    """What the preview says above the rows: [{"code", "message", "line"}]. Two queries."""
    found = [{"code": n.code, "message": n.message, "line": n.line} for n in result.notices]
    found += [{"code": p.code, "message": p.message, "line": p.line} for p in result.problems if p.record is None]
    if other := wrong_school(result.source, batch.school):
        found.insert(0, {"code": "wrong_school", "message": other, "line": None})
    if names := new_classes(batch.school_id, planned, on=on):
        words = f"Classes that will be added: {', '.join(names[:30])}" + (" and others." if len(names) > 30 else ".")
        found.append({"code": "classes_new", "message": words, "line": None})
    earlier = ImportBatch.objects.filter(
        school_id=batch.school_id, sha256=batch.sha256, state=BatchState.APPLIED
    ).exclude(pk=batch.pk)
    if last := earlier.first():
        day = long_date(last.applied_at.date()) if last.applied_at else "an earlier day"
        message = f"The very same file was imported on {day} already."
        found.append({"code": "same_file", "message": message, "line": None})
    return found


def wrong_school(source: Source, school: School) -> str:
    """A sentence when the file names schools and none of them is this one; else empty."""
    named = [(la, estab) for la, estab in ((source.la, source.estab), (source.dest_la, source.dest_estab)) if estab]
    if not named or (school.la_code, school.establishment_number) in named:
        return ""
    words = " and ".join(f"{la}/{estab}" for la, estab in dict.fromkeys(named))
    return (
        f"This file is about school {words}, and {school.name} is "
        f"{school.la_code}/{school.establishment_number}. Check that you chose the right file and the right school."
    )


def new_classes(school_id: int, planned: Iterable[PlannedRow], *, on: date) -> list[str]:
    """Names of classes that the school does not have this year. One query."""
    names = {str(change.new) for row in planned for change in row.changes if change.field == "class_name"}
    here = SchoolClass.objects.filter(school_id=school_id, academic_year=academic_year_of(on))
    return sorted(names - set(here.values_list("name", flat=True)))


def drop_file(batch: ImportBatch) -> None:
    """Delete the upload, with the sample of it; the hash stays. The caller saves the batch."""
    if batch.file:
        batch.file.delete(save=False)
    batch.columns = {}


def match_columns(
    *, batch: ImportBatch, columns: Mapping[str, str], name: str, by: User | None, on: date
) -> ImportBatch:
    """Save which heading holds which field for this school, and read the file again with that.

    columns: {heading: field}, an empty field leaves a column out. Raises NotAllowed, Refused once the upload is gone,
    and UnreadableFile when the file still cannot be read; the mapping is not saved then.
    """
    allow(by, batch.school_id, Permission.IMPORT_RUN)
    if batch.state not in (BatchState.MAPPING, BatchState.STAGED) or not batch.file:
        raise Refused("The columns of this import can no longer be changed. Upload the file again.")
    is_big = batch.file.size > BIG_FILE
    with transaction.atomic():
        saved, _ = ColumnMapping.objects.update_or_create(
            school_id=batch.school_id,
            signature=signature(list(columns)),
            defaults={"name": name[:60], "columns": dict(columns)},
        )
        audit.record(
            "import.columns_saved", by=by, target=saved, details={"fields": sorted(filter(None, columns.values()))}
        )
        if is_big:
            batch.state = BatchState.READING
            batch.save()
            transaction.on_commit(lambda: tasks.read.delay(batch.pk))
            return batch
        with batch.file.open("rb") as opened:
            data = opened.read()
        reading = read_for(batch.school_id, data, name=batch.file_name, format="csv", on=on)
        stage(batch=batch, reading=reading, by=by, on=on)
    return batch


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
