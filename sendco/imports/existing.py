"""The pupils of a school as plain values, for the comparison with a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pupils.models import Contact, Need, Pupil, SenPeriod
from sendco.schools.models import academic_year_of

from .compare import ExistingPupil
from .readers.types import NeedRecord
from .readers.types import SenPeriod as Period

COLUMNS = {
    "upn": "upn",
    "former_upn": "former_upn",
    "source_id": "external_id",
    "admission_number": "admission_number",
    "legal_surname": "surname",
    "legal_forename": "forename",
    "middle_names": "middle_names",
    "preferred_surname": "preferred_surname",
    "preferred_forename": "preferred_forename",
    "dob": "born",
    "sex": "sex",
    "year_group": "year_group",
    "ethnicity": "ethnicity",
    "first_language": "first_language",
    "eal": "is_eal",
    "fsm": "is_fsm",
    "pupil_premium": "is_pupil_premium",
    "looked_after": "is_looked_after",
    "service_child": "is_service_child",
    "entry_date": "joined_on",
    "leaving_date": "left_on",
}
"""Field of a file -> column of Pupil. Class, support, needs and contacts are rows of their own."""


def existing_pupils(school_id: int, *, on: date, ids: Iterable[int] | None = None) -> list[ExistingPupil]:
    """Everybody the school has a record of, those who left included; only `ids` when given. Four queries.

    A class of an earlier year counts as none: the same name is another class now.
    """
    pupils = Pupil.objects.filter(school_id=school_id).order_by("pk")
    if ids is not None:
        pupils = pupils.filter(pk__in=list(ids))
    year = academic_year_of(on)
    rows = list(pupils.values("pk", "school_class__name", "school_class__academic_year", *COLUMNS.values()))
    periods: dict[int, list[Period]] = defaultdict(list)
    needs: dict[int, list[NeedRecord]] = defaultdict(list)
    contacts: dict[int, list[str]] = defaultdict(list)
    mine = pupils.order_by().values("pk")
    for pupil, status, starts, ends in (
        SenPeriod.objects.filter(pupil__in=mine)
        .order_by("starts", "pk")
        .values_list("pupil_id", "status", "starts", "ends")
    ):
        periods[pupil].append(Period(status, starts, ends))
    for pupil, code, rank, label, starts, ends in (
        Need.objects.filter(pupil__in=mine)
        .order_by("rank", "starts", "pk")
        .values_list("pupil_id", "code", "rank", "local_label", "starts", "ends")
    ):
        needs[pupil].append(NeedRecord(code, rank, label, starts, ends))
    for pupil, name in Contact.objects.filter(pupil__in=mine).order_by("order", "pk").values_list("pupil_id", "name"):
        contacts[pupil].append(name)
    return [
        ExistingPupil(
            id=row["pk"],
            class_name=(row["school_class__name"] or "") if row["school_class__academic_year"] == year else "",
            sen_periods=tuple(periods[row["pk"]]),
            needs=tuple(needs[row["pk"]]),
            contacts=tuple(contacts[row["pk"]]),
            **{field: row[column] for field, column in COLUMNS.items()},
        )
        for row in rows
    ]
