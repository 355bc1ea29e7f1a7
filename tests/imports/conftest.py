"""An import from end to end, for the tests of its parts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pupils.models import Pupil
from sendco.core import clock
from sendco.imports import actions
from sendco.imports.models import ImportBatch

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 23)

HEADINGS = "UPN,Surname,Forename,DOB,Year,Reg,SEN status,SEN start date,Primary need\n"
AMINA = "E330999920001,Testerly,Amina,03/11/2019,Year 1,1A,K,18/11/2024,SLCN\n"
BEN = "W330999918002,Sampleton,Ben,21/10/2017,Year 3,3A,N,,\n"


@pytest.fixture
def clerk(school):
    """The admin assistant of the school."""
    from sendco.accounts.permissions import Role
    from tests import factories

    return factories.person(Role.ADMIN, school)


@pytest.fixture
def upload(school, clerk, on_day):
    """`upload(content, name)`: a batch as the upload page makes it. content: text, bytes or the path of a file."""

    def receive(content: str | bytes | Path, name: str = "pupils.csv") -> ImportBatch:
        if isinstance(content, Path):
            content, name = content.read_bytes(), content.name
        data = content.encode() if isinstance(content, str) else content
        return actions.receive(school=school, data=data, name=name, by=clerk, on=clock.today())

    return receive


@pytest.fixture
def bring_in(upload, clerk):
    """`bring_in(content)`: upload and import in one go."""

    def run(content: str | bytes | Path, name: str = "pupils.csv") -> ImportBatch:
        return actions.apply_import(batch=upload(content, name), by=clerk, now=clock.now())

    return run


@pytest.fixture
def snapshot(school):
    """`snapshot()`: everything an import may touch, as plain values without ids, versions and times."""

    def take() -> list[tuple]:
        return [
            (
                pupil.upn, pupil.former_upn, pupil.external_id, pupil.admission_number, pupil.surname, pupil.forename,
                pupil.preferred_forename, pupil.search_name, pupil.born, pupil.sex, pupil.year_group, pupil.year_order,
                pupil.school_class and pupil.school_class.name, pupil.joined_on, pupil.left_on, pupil.sen_status,
                pupil.main_need, pupil.main_area, pupil.ethnicity, pupil.first_language, pupil.is_eal, pupil.is_fsm,
                pupil.is_pupil_premium, pupil.is_looked_after, pupil.is_service_child,
                list(pupil.sen_periods.order_by("starts").values_list("status", "starts", "ends", "parents_told_on")),
                list(pupil.needs.order_by("rank", "starts").values_list("code", "area", "rank", "starts", "ends")),
                list(pupil.contacts.order_by("order").values_list("name", "relationship", "telephone", "email")),
            )
            for pupil in Pupil.objects.filter(school=school).select_related("school_class").order_by("surname", "forename")
        ]  # fmt: skip

    return take
