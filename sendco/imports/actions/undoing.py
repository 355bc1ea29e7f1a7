"""Taking an import back, as long as nothing depends on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F

from pupils.models import Contact, Need, Pupil, SenPeriod
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import Refused
from sendco.core.ui import plural_words
from sendco.schools.models import SchoolClass

from .. import progress, tasks
from ..models import BatchState, ImportBatch, ImportRow
from ..write import NEED_COLUMNS, PERIOD_COLUMNS, as_json, chunks, rows_by_pupil, write_ranks
from .applying import MANY_ROWS
from .staging import PART

_NOT_VALUES = ("id", "school", "version", "changed_by_name", "created_at", "updated_at")
_DAYS = ("starts", "ends", "parents_told_on")


def start_undo(*, batch: ImportBatch, by: User, now: datetime) -> ImportBatch:
    """Undo at once, or by the worker when there are many rows; then it comes back UNDOING. Raises as `undo_import`."""
    if batch.created_count + batch.updated_count <= MANY_ROWS:
        return undo_import(batch=batch, by=by, now=now)
    allow(by, batch.school_id, Permission.IMPORT_RUN)
    with transaction.atomic():
        batch = _locked(batch, BatchState.APPLIED)
        batch.state, batch.problem = BatchState.UNDOING, ""
        batch.save(update_fields=["state", "problem", "updated_at"])
        transaction.on_commit(lambda: tasks.undo.delay(batch.pk, by.pk))
    return batch


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in states:
        raise Refused(f"This import cannot be undone. It is: {locked.get_state_display().lower()}.")
    if locked.rows_removed_at is not None:
        raise Refused(
            "This import cannot be undone any more: it is too long ago, and what the records were before is no longer kept. "
            "Correct the records one by one instead."
        )
    return locked


@transaction.atomic
def undo_import(*, batch: ImportBatch, by: User | None, now: datetime) -> ImportBatch:
    """Remove the pupils the import added and put back what it changed. All of it or nothing.

    Raises NotAllowed, and Refused with counts of what depends on it: rows of any kind about an added pupil, or a value
    that was changed again since. Writes `import.undone` and an event for each pupil.
    """
    allow(by, batch.school_id, Permission.IMPORT_RUN)
    batch = _locked(batch, BatchState.APPLIED, BatchState.UNDOING)
    rows = list(batch.rows.exclude(before={}).values_list("pk", flat=True))
    survey = _survey(rows)
    if depends := survey.depends(batch.school_id):
        raise Refused(
            f"This import cannot be undone, because work depends on it: {_and(depends)}. "
            "Correct the records one by one instead."
        )
    _remove_and_put_back(batch, rows, survey, by=by)
    _remove_classes(batch.made.get("classes", []))
    batch.rows.filter(pupil__isnull=True).update(before={})
    batch.state, batch.undone_at, batch.problem = BatchState.UNDONE, now, ""
    batch.save()
    audit.record(
        "import.undone", by=by, target=batch, label=f"Import {batch.pk}",
        details={"sha256": batch.sha256, "removed": len(survey.created), "put_back": len(survey.changed)},
    )  # fmt: skip
    return batch


Parts = dict[type[models.Model], dict[int, list[Any]]]


@dataclass
class _Part:
    """Some rows with their pupils, locked, and what stands below these."""

    rows: list[ImportRow]
    pupils: dict[int, Pupil]
    below: Parts

    @classmethod
    def read(cls, ids: Sequence[int]) -> _Part:
        """Five queries."""
        fields = ("batch_id", "line", "pupil_id", "before")
        rows = list(ImportRow.objects.filter(pk__in=ids).only(*fields).order_by("line", "pk"))
        pupil_ids = [row.pupil_id for row in rows if row.pupil_id]
        pupils = Pupil.objects.select_for_update().filter(pk__in=pupil_ids).order_by("pk")
        below = {model: rows_by_pupil(model, pupil_ids) for model in (SenPeriod, Need, Contact)}
        return cls(rows, {pupil.pk: pupil for pupil in pupils}, below)

    @property
    def created(self) -> list[ImportRow]:
        return [row for row in self.rows if "created" in row.before]

    @property
    def changed(self) -> list[ImportRow]:
        return [row for row in self.rows if "created" not in row.before]


@dataclass
class _Survey:
    """All rows, looked at part by part. created, changed: ids of pupils. found: what was changed since, by kind."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    upns: dict[int, str] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)

    def depends(self, school_id: int) -> list[str]:
        """What stands against undoing, in words; empty when nothing does."""
        ids = {*self.created, *self.changed}
        return [
            *_added_since(self.created),
            *(plural_words(count, word, PLURALS.get(word)) for word, count in self.found.items() if count),
            *_taken_upns([upn for upn in self.upns.values() if upn], school_id, ids),
        ]


def _survey(rows: Sequence[int]) -> _Survey:
    survey = _Survey()
    for ids in chunks(rows, PART):
        part = _Part.read(ids)
        survey.created += [row.pupil_id for row in part.created if row.pupil_id]
        survey.changed += [row.pupil_id for row in part.changed if row.pupil_id]
        survey.upns |= {
            row.pupil_id: row.before["fields"]["upn"]
            for row in part.changed
            if row.pupil_id and "upn" in row.before["fields"]
        }
        survey.found.update(_changed_since(part))
    return survey


def _remove_and_put_back(batch: ImportBatch, rows: Sequence[int], survey: _Survey, *, by: User | None) -> None:
    """Added pupils go first, and every UPN that moves is set free: it may go back to somebody of another part."""
    total, done = 2 * len(rows), 0
    for ids in chunks(rows, PART):
        part = _Part.read(ids)
        audit.record_many([_event("pupil.removed", row, part.pupils, batch, by) for row in part.created])
        Pupil.objects.filter(pk__in=[row.pupil_id for row in part.created]).delete()
        done += len(ids)
        progress.tell(batch.pk, done // 2, total // 2)
    for ids in chunks(list(survey.upns)):
        Pupil.objects.filter(pk__in=ids).update(upn="")
    for ids in chunks(rows, PART):
        part = _Part.read(ids)
        # Rows of removed pupils have none any more.
        changed = [row for row in part.changed if row.pupil_id]
        audit.record_many([_event("pupil.changed", row, part.pupils, batch, by) for row in changed])
        _put_back(changed, part.below, by=by)
        done += len(ids)
        progress.tell(batch.pk, done // 2, total // 2)


def _and(words: Sequence[str]) -> str:
    """`2 plans, 1 note and 1 tag`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _event(kind: str, row: ImportRow, pupils: dict[int, Pupil], batch: ImportBatch, by: User | None) -> Any:
    pupil = pupils[row.pupil_id or 0]
    details = {"undone_import": batch.pk, "also": sorted(row.before.get("fields", {}))}
    return audit.build(kind, by=by, target=pupil, label=pupil.initials, details=details)


def _added_since(ids: Sequence[int]) -> list[str]:
    """`2 plans`, `1 note`: rows of other kinds about pupils the import added. A query for each kind and 5,000 pupils."""
    words = []
    for relation in Pupil._meta.related_objects:
        model = relation.related_model
        if model in (SenPeriod, Need, Contact) or model._meta.app_label == "imports":
            continue
        name = relation.field.name
        manager = model._default_manager
        count = sum(manager.filter(**{f"{name}__in": part}).count() for part in chunks(ids))
        if count:
            words.append(_counted(count, model))
    for relation in Pupil._meta.many_to_many:
        through = relation.remote_field.through
        count = sum(through.objects.filter(pupil_id__in=part).count() for part in chunks(ids))
        if count:
            words.append(_counted(count, relation.related_model))
    return words


def _counted(count: int, model: type[models.Model]) -> str:
    meta = model._meta
    return plural_words(count, str(meta.verbose_name), str(meta.verbose_name_plural))


PLURALS = {
    "changed history of support": "changed histories of support",
    "changed list of needs": "changed lists of needs",
}


def _changed_since(part: _Part) -> Counter[str]:
    """Records, support, needs and contacts that are not as the import left them: {kind: how many}."""
    found: Counter[str] = Counter()
    blank = as_json(Pupil(), [each.attname for each in Pupil._meta.concrete_fields if each.name not in _NOT_VALUES])
    for row in part.rows:
        pupil = part.pupils.get(row.pupil_id or 0)
        if pupil is None:
            found["removed pupil"] += 1
            continue
        is_created = "created" in row.before
        set_ = row.before["set"]
        if is_created:
            set_ = {**blank, **set_}
        found["changed record"] += as_json(pupil, list(set_)) != set_
        for model, key, columns, word in (
            (SenPeriod, "periods", PERIOD_COLUMNS, "changed history of support"),
            (Need, "needs", NEED_COLUMNS, "changed list of needs"),
        ):
            if key in row.before or is_created:
                now = [as_json(each, columns) for each in part.below[model].get(pupil.pk, [])]
                found[word] += now != row.before.get(key, {}).get("after", [])
        added = set(row.before.get("contacts", []))
        ours = [each for each in part.below[Contact].get(pupil.pk, []) if each.pk in added or is_created]
        found["changed contact"] += {each.pk for each in ours} != added or any(each.version > 1 for each in ours)
    return found


def _taken_upns(upns: Sequence[str], school_id: int, ids: set[int]) -> list[str]:
    """UPNs that would be put back and that another pupil of the school has by now."""
    count = 0
    for part in chunks(upns):
        owners = Pupil.objects.filter(school_id=school_id, upn__in=part).values_list("pk", flat=True)
        count += len(set(owners) - ids)
    words = ("unique pupil number that another pupil has now", "unique pupil numbers that other pupils have now")
    return [plural_words(count, *words)] if count else []


def _put_back(changed: Sequence[ImportRow], below: Parts, *, by: User | None) -> None:
    changed_by = by.get_full_name() if by is not None else ""
    now = clock.now()
    for row in changed:
        values = {name: _value(Pupil, name, value) for name, value in row.before["fields"].items()}
        Pupil.objects.filter(pk=row.pupil_id).update(
            **values, version=F("version") + 1, changed_by_name=changed_by, updated_at=now
        )
    _put_back_periods([row for row in changed if "periods" in row.before])
    _put_back_needs([row for row in changed if "needs" in row.before], below[Need], changed_by=changed_by)
    for part in chunks([pk for row in changed for pk in row.before.get("contacts", [])]):
        Contact.objects.filter(pk__in=part).delete()


def _value(model: type[models.Model], name: str, value: Any) -> Any:
    return value if value is None else model._meta.get_field(name).to_python(value)


def _rows(data: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """{id: values} with real days."""
    return {
        row["id"]: {
            name: date.fromisoformat(value) if value and name in _DAYS else value for name, value in row.items()
        }
        for row in data
    }


def _put_back_periods(rows: Sequence[ImportRow]) -> None:
    """Made ones go, changed ones are as before, joined ones come back under their old ids; ended ones first."""
    wanted: list[SenPeriod] = []
    gone: list[int] = []
    for row in rows:
        before = _rows(row.before["periods"]["before"])
        after = _rows(row.before["periods"]["after"])
        gone += [pk for pk in after if pk not in before or before[pk] != after[pk]]
        wanted += [
            SenPeriod(pupil_id=row.pupil_id, **values) for pk, values in before.items() if after.get(pk) != values
        ]
    for part in chunks(gone):
        SenPeriod.objects.filter(pk__in=part).delete()
    SenPeriod.objects.bulk_create(wanted, batch_size=500)


def _put_back_needs(rows: Sequence[ImportRow], ours: dict[int, list[Need]], *, changed_by: str) -> None:
    gone: list[int] = []
    wanted: list[Need] = []
    for row in rows:
        before = _rows(row.before["needs"]["before"])
        for need in ours.get(row.pupil_id or 0, []):
            values = before.get(need.pk)
            if values is None:
                gone.append(need.pk)
            elif (need.rank, need.starts, need.ends) != (values["rank"], values["starts"], values["ends"]):
                need.rank, need.starts, need.ends = values["rank"], values["starts"], values["ends"]
                wanted.append(need)
    for part in chunks(gone):
        Need.objects.filter(pk__in=part).delete()
    write_ranks(wanted, changed_by=changed_by)


def _remove_classes(ids: Sequence[int]) -> None:
    """Classes the import made, unless somebody uses them by now."""
    for made in SchoolClass.objects.filter(pk__in=ids):
        used = any(
            relation.related_model._default_manager.filter(**{relation.field.name: made}).exists()
            for relation in SchoolClass._meta.related_objects
        )
        if not used:
            made.delete()
