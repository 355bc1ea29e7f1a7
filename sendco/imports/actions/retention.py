"""What the night takes away: an import holds children's data twice over, and only as long as somebody may still need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.core.files.storage import Storage
from django.db import transaction

from sendco.audit import audit

from ..models import BatchState, ImportBatch
from .applying import discard

OPEN = (BatchState.READING, BatchState.MAPPING, BatchState.STAGED, BatchState.FAILED)
OVER = (BatchState.APPLIED, BatchState.UNDONE)
STRAY_AFTER = timedelta(days=1)
"""Age of an upload that belongs to no import: what was being received when the machine stopped."""


@dataclass(frozen=True)
class Tidied:
    """discarded: imports given up. emptied: imports whose rows were removed. strays: uploads without an import."""

    discarded: int = 0
    emptied: int = 0
    strays: int = 0


def tidy(*, now: datetime, open_days: int, undo_days: int) -> Tidied:
    """Discard what nobody confirmed for `open_days`, and remove the rows of what was imported `undo_days` ago.

    Counts, states, who and when, the hash of the file and the audit trail stay. An import without its rows cannot be undone.
    Safe to run twice; a transaction for each import.
    """
    given_up = ImportBatch.objects.filter(state__in=OPEN, updated_at__lt=now - timedelta(days=open_days))
    discarded = sum(_give_up(pk, open_days) for pk in given_up.values_list("pk", flat=True))
    over = ImportBatch.objects.filter(
        state__in=OVER, applied_at__lt=now - timedelta(days=undo_days), rows_removed_at__isnull=True
    )
    emptied = sum(_empty(pk, now) for pk in over.values_list("pk", flat=True))
    return Tidied(discarded, emptied, _remove_strays(now))


def _give_up(pk: int, open_days: int) -> bool:
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=pk, state__in=OPEN).first()
        if batch is None:
            return False
        discard(batch=batch, by=None)
        ImportBatch.objects.filter(pk=pk).update(problem=f"Nobody confirmed it within {open_days} days.")
    return True


def _empty(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=pk, state__in=OVER).first()
        if batch is None:
            return False
        rows, _ = batch.rows.all().delete()
        batch.rows_removed_at, batch.made, batch.notices, batch.columns = now, {}, [], {}
        batch.save(update_fields=["rows_removed_at", "made", "notices", "columns", "updated_at"])
        audit.record(
            "import.rows_removed", by=None, target=batch, label=f"Import {batch.pk}",
            details={"sha256": batch.sha256, "rows": rows},
        )  # fmt: skip
    return True


def _remove_strays(now: datetime) -> int:
    """Delete uploads on the disk that no import knows. One query for each folder of a month."""
    field = ImportBatch._meta.get_field("file")
    storage: Storage = field.storage
    count = 0
    for folder in _folders(storage, "imports", depth=2):
        _, names = storage.listdir(folder)
        paths = {str(PurePosixPath(folder) / name) for name in names}
        known = set(ImportBatch.objects.filter(file__in=paths).values_list("file", flat=True))
        for path in paths - known:
            if storage.get_modified_time(path) < now - STRAY_AFTER:
                storage.delete(path)
                count += 1
    return count


def _folders(storage: Storage, top: str, *, depth: int) -> list[str]:
    """`imports/2026/11` and the like."""
    found = [top] if storage.exists(top) else []
    for _ in range(depth):
        found = [f"{folder}/{name}" for folder in found for name in storage.listdir(folder)[0]]
    return found
