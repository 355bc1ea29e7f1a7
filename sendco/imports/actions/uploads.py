"""Taking an upload, reading it, and learning what its columns hold."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction

from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.exceptions import Refused
from sendco.schools.models import School

from .. import tasks
from ..columns import ColumnsNeeded, read_for, signature
from ..models import BatchState, ColumnMapping, ImportBatch
from ..readers import UnreadableFile
from ..readers.detect import AUTO
from .staging import drop_file, stage

BIG_FILE = 250_000
"""Bytes above which a file is read by the worker, so that nobody waits before a page that does not come."""


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
    with transaction.atomic():
        # Somebody may have discarded it while it was read.
        if ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.READING).exists():
            stage(batch=batch, reading=reading, by=batch.uploaded_by, on=on)
    return batch


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
