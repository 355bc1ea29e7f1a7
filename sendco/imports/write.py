"""Writing planned rows in bulk: the way for thousands of pupils, where `pupils.actions` would take one at a time.

It keeps what those actions keep: search name, order of years, support and first need in step, a new version of every
changed row, and an audit event for each thing that changed. Only `sendco.imports.actions` calls it, inside a
transaction and with the pupils locked.

What undo needs is left in `ImportRow.before`: {"set": {column: new}} with "created": true or "fields": {column: old},
and "periods" and "needs" as {"before": [rows], "after": [rows]} and "contacts": [ids added].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import F, Max

from pupils.actions.pupil import PLAIN
from pupils.enums import YEAR_ORDER, Area, SenStatus
from pupils.models import Contact, Need, Pupil, SenPeriod
from pupils.models.pupil import fold_name
from pupils.reference import labels, need_codes
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core import clock
from sendco.schools.models import SchoolClass, academic_year_of

from .compare import contact_name
from .existing import COLUMNS
from .models import ImportBatch, ImportRow
from .plan import PlannedRow
from .readers.sen import current_period
from .readers.types import ContactRecord, NeedRecord
from .readers.types import SenPeriod as Period

PERIOD_COLUMNS = ("id", "status", "starts", "ends", "reason", "parents_told_on", "recorded_by_id")
NEED_COLUMNS = ("id", "code", "area", "rank", "local_label", "description", "starts", "ends")
NAMES = ("surname", "forename", "preferred_surname", "preferred_forename")
BATCH = 500
_PARTS = ("sen_periods", "needs", "contacts", "class_name")


def as_json(row: models.Model, columns: Sequence[str]) -> dict[str, Any]:
    """{column: value} with days in ISO form."""
    values = {name: getattr(row, name) for name in columns}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def chunks(items: Sequence[Any], size: int = 5000) -> Iterator[Sequence[Any]]:
    """Parts short enough for one `IN (…)`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def rows_by_pupil(model: type[models.Model], pupil_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Rows of the pupils in order of their ids. One query for each 5,000 pupils."""
    found: dict[int, list[Any]] = defaultdict(list)
    for part in chunks(pupil_ids):
        for row in model._default_manager.filter(pupil_id__in=part).order_by("pk"):
            found[row.pupil_id].append(row)
    return found


def status_on(periods: Sequence[Period], on: date) -> str:
    """The support in force on a day; a withdrawn code of history counts as none."""
    period = current_period(periods, on)
    return period.code if period is not None and period.code in SenStatus.values else SenStatus.NONE


def area_of(code: str) -> str:
    return need_codes().get(code, ("", "", ""))[2] or Area.OTHER


def main_need(needs: Sequence[NeedRecord]) -> tuple[str, str]:
    """Code and area of the first current need, both empty when there is none."""
    current = sorted((need for need in needs if need.ends is None), key=lambda need: need.rank)
    return (current[0].code, area_of(current[0].code)) if current else ("", "")


@dataclass
class _Job:
    """One row on its way: what the pupil's columns become, and the parts that change."""

    row: ImportRow
    planned: PlannedRow
    pupil: Pupil | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def pupil_id(self) -> int:
        if self.pupil is not None:
            return self.pupil.pk
        assert self.planned.existing is not None
        return self.planned.existing.id


class Writer:
    """Writes the rows of one batch: `prepare` once with all plans, then `write` part by part.

    Queries: about fifteen for each part, and one for each changed pupil, period and need.
    """

    def __init__(self, batch: ImportBatch, *, by: User | None, on: date) -> None:
        self.batch = batch
        self.by = by
        self.on = on
        self.changed_by = by.get_full_name() if by is not None else ""
        self.events: list[Any] = []
        self.classes: dict[str, int] = {}
        self.old_upns: dict[int, str] = {}

    def prepare(self, planned: Sequence[PlannedRow]) -> None:
        """What has to come before the first row: the classes, and UPNs set free."""
        self._make_classes(planned)
        self._free_upns(planned)

    def _free_upns(self, planned: Sequence[PlannedRow]) -> None:
        """A UPN may pass from one pupil of the file to another, and no two may share one even for a moment."""
        self.old_upns = {
            row.existing.id: row.existing.upn or ""
            for row in planned
            if row.existing is not None and any(change.field == "upn" for change in row.changes)
        }
        for part in chunks(list(self.old_upns)):
            Pupil.objects.filter(pk__in=part).update(upn="")

    def write(self, pairs: Sequence[tuple[ImportRow, PlannedRow]]) -> None:
        """Write some rows, and remember on each what undo needs."""
        self.events = []
        jobs = [self._job(row, planned) for row, planned in pairs]
        new = [job for job in jobs if job.planned.existing is None]
        changed = [job for job in jobs if job.planned.existing is not None]
        self._create_pupils(new)
        self._change_pupils(changed)
        self._write_periods([job for job in jobs if "sen_periods" in job.parts])
        self._write_needs([job for job in jobs if "needs" in job.parts])
        self._write_contacts([job for job in jobs if "contacts" in job.parts])
        for job in jobs:
            job.row.pupil_id = job.pupil_id
            job.row.before = job.before
        ImportRow.objects.bulk_update([job.row for job in jobs], ["pupil", "before"], batch_size=200)
        audit.record_many(self.events)

    def _make_classes(self, planned: Sequence[PlannedRow]) -> None:
        names = {str(change.new) for row in planned for change in row.changes if change.field == "class_name"}
        if not names:
            return
        year = academic_year_of(self.on)
        here = SchoolClass.objects.filter(school_id=self.batch.school_id, academic_year=year)
        self.classes = dict(here.values_list("name", "pk"))
        missing = sorted(names - set(self.classes))
        made = SchoolClass.objects.bulk_create(
            SchoolClass(school_id=self.batch.school_id, academic_year=year, name=name) for name in missing
        )
        self.classes.update({row.name: row.pk for row in made})
        if made:
            self.batch.made = {"classes": [row.pk for row in made]}

    def _job(self, row: ImportRow, planned: PlannedRow) -> _Job:
        """Columns and parts of a row, with the derived columns."""
        job = _Job(row, planned)
        for change in planned.changes:
            if change.field in COLUMNS:
                job.columns[COLUMNS[change.field]] = change.new
            elif change.field == "class_name":
                job.columns["school_class_id"] = self.classes[str(change.new)]
            else:
                job.parts[change.field] = change.new
        if "year_group" in job.columns:
            job.columns["year_order"] = YEAR_ORDER.get(job.columns["year_group"], 0)
        if "sen_periods" in job.parts:
            job.columns["sen_status"] = str(status_on(job.parts["sen_periods"], self.on))
        if "needs" in job.parts:
            job.columns["main_need"], job.columns["main_area"] = main_need(job.parts["needs"])
        return job

    def _create_pupils(self, jobs: Sequence[_Job]) -> None:
        for job in jobs:
            names = [job.columns.get(name, "") for name in NAMES]
            job.pupil = Pupil(
                school_id=self.batch.school_id,
                changed_by_name=self.changed_by,
                search_name=fold_name(*names),
                **job.columns,
            )
            job.before = {"created": True, "set": as_json(job.pupil, [*job.columns, "search_name"])}
        Pupil.objects.bulk_create([job.pupil for job in jobs if job.pupil is not None], batch_size=BATCH)
        for job in jobs:
            self._note("pupil.added", job, {"sen_status": job.columns.get("sen_status", SenStatus.NONE.value)})

    def _change_pupils(self, jobs: Sequence[_Job]) -> None:
        ids = [job.pupil_id for job in jobs]
        pupils = {pupil.pk: pupil for part in chunks(ids) for pupil in Pupil.objects.filter(pk__in=part)}
        now = clock.now()
        for job in jobs:
            pupil = job.pupil = pupils[job.pupil_id]
            pupil.upn = self.old_upns.get(pupil.pk, pupil.upn)
            if set(job.columns) & set(NAMES):
                names = [job.columns.get(name, getattr(pupil, name)) for name in NAMES]
                job.columns["search_name"] = fold_name(*names)
            old = as_json(pupil, list(job.columns))
            for name, value in job.columns.items():
                setattr(pupil, name, value)
            new = as_json(pupil, list(job.columns))
            job.before = {"fields": old, "set": new}
            Pupil.objects.filter(pk=pupil.pk).update(
                **job.columns, version=F("version") + 1, changed_by_name=self.changed_by, updated_at=now
            )
            self._note_columns(job, old, new)

    def _note_columns(self, job: _Job, old: dict[str, Any], new: dict[str, Any]) -> None:
        changed = audit.changed_fields(old, new)
        if "sen_status" in changed:
            self._note("support.changed", job, {"fields": {"sen_status": changed.pop("sen_status")}})
        for name in ("main_need", "main_area", "search_name", "year_order"):
            changed.pop(name, None)
        if changed:
            plain = {name: pair for name, pair in changed.items() if name.removesuffix("_id") in PLAIN}
            self._note("pupil.changed", job, {"fields": plain, "also": sorted(set(changed) - set(plain))})

    def _note(self, kind: str, job: _Job, details: dict[str, Any]) -> None:
        pupil = job.pupil
        assert pupil is not None
        self.events.append(
            audit.build(
                kind, by=self.by, target=pupil, label=pupil.initials, details={**details, "import": self.batch.pk}
            )
        )

    def _write_periods(self, jobs: Sequence[_Job]) -> None:
        """Bring the periods of each pupil to what was planned, ends first: only one may be open at any moment."""
        ours = rows_by_pupil(SenPeriod, [job.pupil_id for job in jobs if "created" not in job.before])
        gone: list[int] = []
        changed: list[SenPeriod] = []
        new: list[SenPeriod] = []
        kept: dict[int, list[SenPeriod]] = {}
        for job in jobs:
            before = ours.get(job.pupil_id, [])
            job.before["periods"] = {"before": [as_json(row, PERIOD_COLUMNS) for row in before]}
            kept[job.pupil_id] = self._match_periods(job, before, gone, changed, new)
        for part in chunks(gone):
            SenPeriod.objects.filter(pk__in=part).delete()
        now = clock.now()
        for row in sorted(changed, key=lambda row: row.ends is None):
            SenPeriod.objects.filter(pk=row.pk).update(
                status=row.status, ends=row.ends, parents_told_on=row.parents_told_on, updated_at=now
            )
        SenPeriod.objects.bulk_create(new, batch_size=BATCH)
        for job in jobs:
            rows = sorted(kept[job.pupil_id], key=lambda row: row.pk)
            job.before["periods"]["after"] = [as_json(row, PERIOD_COLUMNS) for row in rows]

    def _match_periods(
        self,
        job: _Job,
        before: Sequence[SenPeriod],
        gone: list[int],
        changed: list[SenPeriod],
        new: list[SenPeriod],
    ) -> list[SenPeriod]:
        """Sort a pupil's periods into those that go, change and come; returns those there will be.

        One that merely went on is joined to the one before it, which then keeps the day parents were told.
        """
        by_start = {row.starts: row for row in before}
        result = []
        for period in job.parts["sen_periods"]:
            row = by_start.pop(period.starts, None)
            if row is None:
                row = SenPeriod(
                    pupil_id=job.pupil_id, status=period.code, starts=period.starts, ends=period.ends,
                    recorded_by=self.by,
                )  # fmt: skip
                new.append(row)
            elif (row.status, row.ends) != (period.code, period.ends):
                row.status, row.ends = period.code, period.ends
                changed.append(row)
            result.append(row)
        for absorbed in by_start.values():
            gone.append(absorbed.pk)
            heir = next((row for row in reversed(result) if row.starts <= absorbed.starts), None)
            if heir is not None and absorbed.parents_told_on and heir.parents_told_on is None:
                heir.parents_told_on = absorbed.parents_told_on
                if heir.pk and heir not in changed:
                    changed.append(heir)
        return result

    def _write_needs(self, jobs: Sequence[_Job]) -> None:
        """Bring the needs of each pupil to what was planned."""
        ours = rows_by_pupil(Need, [job.pupil_id for job in jobs if "created" not in job.before])
        changed: list[Need] = []
        new: list[Need] = []
        kept: dict[int, list[Need]] = {}
        for job in jobs:
            before = ours.get(job.pupil_id, [])
            job.before["needs"] = {"before": [as_json(row, NEED_COLUMNS) for row in before]}
            kept[job.pupil_id] = self._match_needs(job, before, changed, new)
            if "created" not in job.before:
                self._note("need.changed", job, {"codes": [need.code for need in job.parts["needs"] if not need.ends]})
        write_ranks(changed, changed_by=self.changed_by)
        Need.objects.bulk_create(new, batch_size=BATCH)
        for job in jobs:
            rows = sorted(kept[job.pupil_id], key=lambda row: row.pk)
            job.before["needs"]["after"] = [as_json(row, NEED_COLUMNS) for row in rows]

    def _match_needs(self, job: _Job, before: Sequence[Need], changed: list[Need], new: list[Need]) -> list[Need]:
        """Our rows for the planned needs: the very same first, then by code and start, then by code alone."""
        free = sorted(before, key=lambda row: (row.starts, row.pk))
        wanted: list[NeedRecord] = sorted(job.parts["needs"], key=lambda need: need.starts)
        result: list[Need] = []
        for agrees in (
            lambda row, need: (row.rank, row.starts, row.ends) == (need.rank, need.starts, need.ends),
            lambda row, need: row.starts == need.starts,
            lambda row, need: True,
        ):
            for need in list(wanted):
                row = next((row for row in free if row.code == need.code and agrees(row, need)), None)
                if row is None:
                    continue
                free.remove(row)
                wanted.remove(need)
                if (row.rank, row.starts, row.ends) != (need.rank, need.starts, need.ends):
                    row.rank, row.starts, row.ends = need.rank, need.starts, need.ends
                    changed.append(row)
                result.append(row)
        for need in wanted:
            row = Need(
                pupil_id=job.pupil_id, code=need.code, area=area_of(need.code), rank=need.rank,
                local_label=need.label[:80], starts=need.starts, ends=need.ends, changed_by_name=self.changed_by,
            )  # fmt: skip
            new.append(row)
            result.append(row)
        return result

    def _write_contacts(self, jobs: Sequence[_Job]) -> None:
        """Add the contacts we do not have, after those we have."""
        ids = [job.pupil_id for job in jobs if "created" not in job.before]
        last: dict[int, int] = {}
        for part in chunks(ids):
            orders = Contact.objects.filter(pupil_id__in=part).order_by().values("pupil_id").annotate(last=Max("order"))
            last.update({row["pupil_id"]: row["last"] for row in orders})
        made: list[tuple[_Job, Contact]] = []
        for job in jobs:
            for place, contact in enumerate(job.parts["contacts"], start=last.get(job.pupil_id, 0) + 1):
                made.append((job, self._contact(job, contact, place)))
            if "created" not in job.before:
                self._note("contact.added", job, {"count": len(job.parts["contacts"])})
        Contact.objects.bulk_create([contact for _, contact in made], batch_size=BATCH)
        for job, row in made:
            job.before.setdefault("contacts", []).append(row.pk)

    def _contact(self, job: _Job, contact: ContactRecord, order: int) -> Contact:
        relationship = labels("contact_relationship").get(contact.relationship, contact.relationship_label)
        return Contact(
            pupil_id=job.pupil_id,
            name=contact_name(contact),
            relationship=relationship[:40],
            has_parental_responsibility=bool(contact.has_responsibility),
            order=order,
            telephone=contact.phones[0][:30] if contact.phones else "",
            email=_email(contact.email),
            changed_by_name=self.changed_by,
        )


def _email(text: str) -> str:
    """An address that can be one, else nothing: invitations are sent to it."""
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


def write_ranks(needs: Sequence[Need], *, changed_by: str) -> None:
    """Save rank, start and end of needs. In two steps, because the database refuses two current needs of one rank even
    between the rows of one statement: first none of them is current, then each is as it should be."""
    for part in chunks([need.pk for need in needs]):
        Need.objects.filter(pk__in=part).update(ends=F("starts"))
    now = clock.now()
    for need in needs:
        Need.objects.filter(pk=need.pk).update(
            rank=need.rank,
            starts=need.starts,
            ends=need.ends,
            version=F("version") + 1,
            changed_by_name=changed_by,
            updated_at=now,
        )
