"""What was read becomes a preview: nothing but the import's own rows is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction

from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.dates import long_date
from sendco.schools.models import School, SchoolClass, academic_year_of

from ..columns import Reading
from ..existing import existing_pupils
from ..models import BatchState, ImportBatch, ImportRow
from ..plan import PlannedRow, counts_of, make_plan
from ..readers import default_codebook
from ..readers.types import ReadResult, Source
from ..wire import change_to_json, problem_to_json, record_to_json
from ..write import chunks

LABEL_LENGTH = 180
PART = 250
"""Rows that are made, read or written at once, so that memory does not follow the size of the file twice."""


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
    for part in chunks(planned, PART):
        ImportRow.objects.bulk_create(row_of(batch, row) for row in part)
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
