"""Needs of a pupil in order of importance. Current ranks run from 1 without a gap; rank 1 is repeated on the pupil."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from pupils.enums import Area
from pupils.models import Need, Pupil
from pupils.permissions import allow
from pupils.reference import need_codes, need_name
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused

from ._trail import described, note_change, values_of

MOST_NEEDS = 40
PLAIN = frozenset({"code", "area", "rank", "starts", "ends"})


def _current(pupil: Pupil) -> list[Need]:
    return list(Need.objects.filter(pupil=pupil, ends__isnull=True).order_by("rank", "pk"))


def _put_in_order(pupil: Pupil, needs: Sequence[Need]) -> None:
    """Number the current needs from 1 as given, and repeat the first on the pupil. At most three queries.

    Two steps, because the database refuses two needs of one rank even between the rows of one statement.
    """
    moved = [(need, rank) for rank, need in enumerate(needs, start=1) if need.rank != rank]
    for offset in (MOST_NEEDS + 1, 0) if moved else ():
        for need, rank in moved:
            need.rank = rank + offset
        Need.objects.bulk_update([need for need, _ in moved], ["rank"])
    code, area = (needs[0].code, needs[0].area) if needs else ("", "")
    Pupil.objects.filter(pk=pupil.pk).update(main_need=code, main_area=area, updated_at=clock.now())
    pupil.main_need, pupil.main_area = code, area


def _area_of(code: str, area: str | None) -> str:
    """The code's own area; what was chosen for a code that has none."""
    return need_codes()[code][2] or area or Area.OTHER


def _lock(pupil: Pupil) -> None:
    Pupil.objects.select_for_update().get(pk=pupil.pk)


@transaction.atomic
def add_need(
    *,
    pupil: Pupil,
    code: str,
    starts: date,
    by: User | None,
    rank: int | None = None,
    area: str | None = None,
    description: str = "",
    local_label: str = "",
) -> Need:
    """Record a need at `rank` (last when left out); those from there on move down one.

    code: of list `sen_type`. area: only for codes that have none of their own (Down syndrome, other, not yet assessed).
    Raises NotAllowed, or Refused for an unknown code or one recorded already. Writes `need.added`.
    """
    allow(by, pupil.school_id, Permission.NEED_EDIT, Permission.IMPORT_RUN)
    if code not in need_codes():
        raise Refused(f"{code} is not a code of the list of needs.")
    _lock(pupil)
    needs = _current(pupil)
    if any(need.code == code for need in needs):
        raise Refused(f"{need_name(code)} is recorded for this pupil already.")
    if len(needs) >= MOST_NEEDS:
        raise Refused(f"{MOST_NEEDS} needs are recorded. End one first.")
    need = Need.objects.create(
        pupil=pupil, code=code, area=_area_of(code, area), rank=len(needs) + 1, starts=starts, description=description,
        local_label=local_label, changed_by_name=by.get_full_name() if by else "",
    )  # fmt: skip
    needs.insert(max(0, min(rank - 1, len(needs))) if rank else len(needs), need)
    _put_in_order(pupil, needs)
    note_change("need.added", pupil=pupil, by=by, target=need, details={"code": code, "rank": need.rank})
    return need


@transaction.atomic
def change_need(*, need: Need, version: int, by: User | None, **fields: Any) -> Need:
    """Save code, area, description, local_label or starts over `version`.

    Raises NotAllowed, Refused for a code that is unknown or recorded already, Conflict. Writes `need.changed`.
    """
    pupil = need.pupil
    allow(by, pupil.school_id, Permission.NEED_EDIT, Permission.IMPORT_RUN)
    _lock(pupil)
    code = fields.get("code", need.code)
    if code not in need_codes():
        raise Refused(f"{code} is not a code of the list of needs.")
    if (
        code != need.code
        and Need.objects.filter(pupil=pupil, code=code, ends__isnull=True).exclude(pk=need.pk).exists()
    ):
        raise Refused(f"{need_name(code)} is recorded for this pupil already.")
    fields["area"] = _area_of(code, fields.get("area") or need.area)
    before = values_of(need, list(fields))
    for name, value in fields.items():
        setattr(need, name, value)
    after = values_of(need, list(fields))
    if before == after:
        return need
    need.save_over(expected=version, by=by, fields=fields)
    if need.ends is None:
        _put_in_order(pupil, _current(pupil))
    note_change("need.changed", pupil=pupil, by=by, target=need, details=described(before, after, plain=PLAIN))
    return need


@transaction.atomic
def move_need(*, need: Need, up: bool, by: User | None) -> Need:
    """Swap a current need with its neighbour; nothing happens at either end. Raises NotAllowed. Writes `need.moved`."""
    allow(by, need.pupil.school_id, Permission.NEED_EDIT)
    _lock(need.pupil)
    needs = _current(need.pupil)
    place = next((index for index, each in enumerate(needs) if each.pk == need.pk), None)
    if place is None:
        raise Refused("This need has ended, so it has no rank.")
    other = place - 1 if up else place + 1
    if not 0 <= other < len(needs):
        return needs[place]
    needs[place], needs[other] = needs[other], needs[place]
    _put_in_order(need.pupil, needs)
    details = {"fields": {"rank": [str(place + 1), str(other + 1)]}}
    note_change("need.moved", pupil=need.pupil, by=by, target=need, details=details)
    return needs[other]


@transaction.atomic
def end_need(*, need: Need, on: date, by: User | None) -> Need:
    """The need no longer holds after `on`; those below it move up. It stays in the history.

    Raises NotAllowed, or Refused when it ended already or began later. Writes `need.ended`.
    """
    pupil = need.pupil
    allow(by, pupil.school_id, Permission.NEED_EDIT, Permission.IMPORT_RUN)
    _lock(pupil)
    need = Need.objects.select_related("pupil").get(pk=need.pk)
    if need.ends is not None:
        raise Refused(f"This need ended on {long_date(need.ends)} already.")
    if on < need.starts:
        raise Refused(f"This need began on {long_date(need.starts)}. Choose that day or a later one.")
    need.ends = on
    need.save_over(expected=need.version, by=by, fields=["ends"])
    _put_in_order(pupil, _current(pupil))
    note_change("need.ended", pupil=pupil, by=by, target=need, details={"code": need.code, "on": on.isoformat()})
    return need
