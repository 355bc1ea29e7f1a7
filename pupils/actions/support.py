"""Support over time: one period follows another, and parents are told."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from pupils.enums import SenStatus
from pupils.models import Pupil, SenPeriod
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused

from ._trail import note_change


@transaction.atomic
def change_support(
    *, pupil: Pupil, status: str, on: date, reason: str, by: User | None, parents_told_on: date | None = None
) -> SenPeriod:
    """End the open period on the day before `on` and open one of `status`; returns it and brings `pupil` up to date.

    A period that began on `on` itself is changed in place. Parents must be told when SEN support starts (Children and
    Families Act 2014, section 68): `parents_told_on` may follow later by `record_parents_told`.
    Raises NotAllowed, or Refused when the status is the same or the open period began after `on`. Writes
    `support.changed`.
    """
    allow(by, pupil.school_id, Permission.REGISTER_EDIT, Permission.IMPORT_RUN)
    locked = Pupil.objects.select_for_update().get(pk=pupil.pk)
    was, status = locked.sen_status, SenStatus(status)
    if was == status:
        raise Refused(f"Support is {status.label} already.")
    period = SenPeriod.objects.filter(pupil=locked, ends__isnull=True).first()
    if period is not None and period.starts > on:
        raise Refused(f"The support recorded now began on {long_date(period.starts)}. Choose that day or a later one.")
    values = {"status": status, "reason": reason, "parents_told_on": parents_told_on, "recorded_by": by}
    if period is not None and period.starts == on:
        for name, value in values.items():
            setattr(period, name, value)
        period.save(update_fields=[*values, "updated_at"])
    else:
        if period is not None:
            period.ends = on - timedelta(days=1)
            period.save(update_fields=["ends", "updated_at"])
        period = SenPeriod.objects.create(pupil=locked, starts=on, **values)
    # Not a new version: whoever is writing to the rest of the record at this moment has no conflict with this.
    Pupil.objects.filter(pk=locked.pk).update(sen_status=status, updated_at=clock.now())
    pupil.sen_status = status
    details = {"fields": {"sen_status": [was, status.value]}, "on": on.isoformat()}
    note_change("support.changed", pupil=pupil, by=by, target=period, details=details)
    return period


@transaction.atomic
def record_parents_told(*, period: SenPeriod, on: date, by: User | None) -> SenPeriod:
    """Record the day on which parents were told of a period. Raises NotAllowed. Writes `support.parents_told`."""
    allow(by, period.pupil.school_id, Permission.REGISTER_EDIT)
    period.parents_told_on = on
    period.save(update_fields=["parents_told_on", "updated_at"])
    note_change("support.parents_told", pupil=period.pupil, by=by, target=period, details={"on": on.isoformat()})
    return period
