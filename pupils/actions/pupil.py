"""A pupil's own record: on to the roll, changes, off the roll."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from pupils.enums import YEAR_ORDER, SenStatus
from pupils.identifiers import normalise_upn
from pupils.models import Pupil, SenPeriod
from pupils.models.pupil import fold_name
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core.exceptions import Refused
from sendco.schools.models import School

from ._trail import described, note_change, values_of

PLAIN = frozenset(
    {"year_group", "school_class", "key_adult", "joined_on", "left_on", "sen_status", "attendance_percent"}
)
_NAMES = ("surname", "forename", "preferred_surname", "preferred_forename")


def _derive(pupil: Pupil, names: set[str]) -> set[str]:
    """Bring the search name, the order of years and the UPN into line; the names of the fields that follow."""
    derived = set()
    if names.intersection(_NAMES):
        pupil.search_name = fold_name(*(getattr(pupil, name) for name in _NAMES))
        derived.add("search_name")
    if "year_group" in names:
        pupil.year_order = YEAR_ORDER.get(pupil.year_group, 0)
        derived.add("year_order")
    if "upn" in names:
        pupil.upn = normalise_upn(pupil.upn or "")
    return derived


def _refuse_taken_upn(pupil: Pupil) -> None:
    if pupil.upn and Pupil.objects.filter(school_id=pupil.school_id, upn=pupil.upn).exclude(pk=pupil.pk).exists():
        raise Refused("Another pupil of this school has this UPN. Search for the pupil, or check the UPN.")


@transaction.atomic
def add_pupil(*, school: School, by: User | None, on: date, **fields: Any) -> Pupil:
    """Put a child on the roll of `school`; `fields` are those of Pupil. A `sen_status` other than N opens a period on
    `on`.

    Raises NotAllowed, or Refused when the UPN is taken. Writes `pupil.added`. Five queries at most.
    """
    allow(by, school.pk, Permission.PUPIL_ADD, Permission.IMPORT_RUN)
    pupil = Pupil(school_id=school.pk, **fields)
    if by is not None:
        pupil.changed_by_name = by.get_full_name()
    _derive(pupil, {*_NAMES, "year_group", "upn"})
    _refuse_taken_upn(pupil)
    pupil.save(force_insert=True)
    if pupil.sen_status != SenStatus.NONE:
        SenPeriod.objects.create(pupil=pupil, status=pupil.sen_status, starts=on, recorded_by=by)
    note_change("pupil.added", pupil=pupil, by=by, details={"sen_status": pupil.sen_status})
    return pupil


@transaction.atomic
def change_pupil(*, pupil: Pupil, version: int, by: User | None, **fields: Any) -> Pupil:
    """Save `fields` of Pupil over `version`. Support and needs have actions of their own.

    Raises NotAllowed, Refused when the UPN is taken, Conflict when somebody saved a newer version. Nothing is written
    when nothing differs. Writes `pupil.changed`.
    """
    allow(by, pupil.school_id, Permission.PUPIL_EDIT, Permission.IMPORT_RUN)
    if "sen_status" in fields:
        raise ValueError("change_support changes a pupil's support")
    if "upn" in fields:
        fields["upn"] = normalise_upn(fields["upn"] or "")
    before = values_of(pupil, list(fields))
    for name, value in fields.items():
        setattr(pupil, name, value)
    after = values_of(pupil, list(fields))
    if before == after:
        return pupil
    derived = _derive(pupil, set(fields))
    if before.get("upn") != after.get("upn"):
        _refuse_taken_upn(pupil)
    pupil.save_over(expected=version, by=by, fields=[*fields, *sorted(derived)])
    note_change("pupil.changed", pupil=pupil, by=by, details=described(before, after, plain=PLAIN))
    return pupil


@transaction.atomic
def remove_from_roll(*, pupil: Pupil, on: date, by: User | None) -> Pupil:
    """The pupil left: `on` is the first day on which they are no longer on the roll. The record stays.

    Raises NotAllowed, or Refused when they left already or joined later. Writes `pupil.left`.
    """
    allow(by, pupil.school_id, Permission.PUPIL_EDIT, Permission.IMPORT_RUN)
    pupil = Pupil.objects.select_for_update().get(pk=pupil.pk)
    if pupil.left_on is not None:
        raise Refused("This pupil is off the roll already.")
    if pupil.joined_on is not None and on < pupil.joined_on:
        raise Refused("Choose a day on or after the day on which the pupil joined.")
    pupil.left_on = on
    pupil.save_over(expected=pupil.version, by=by, fields=["left_on"])
    note_change("pupil.left", pupil=pupil, by=by, details={"left_on": on.isoformat()})
    return pupil
