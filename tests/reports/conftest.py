"""A school whose every count is known, and a PDF that costs nothing where its look is not the question."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from pupils.models import Pupil
from reports import actions
from reports.counts import window_of
from reports.models import GovernorReport
from reports.narrative import suggested
from sendco.accounts.permissions import Role
from tests import factories

from .world import TODAY, whole_world

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _terms(school):
    for name, starts, ends in (
        ("autumn", date(2025, 9, 2), date(2025, 12, 19)),
        ("spring", date(2026, 1, 5), date(2026, 3, 27)),
        ("summer", date(2026, 4, 13), date(2026, 7, 21)),
    ):
        factories.TermFactory(school=school, academic_year=2025, name=name, starts=starts, ends=ends)


@pytest.fixture
def world(school):
    """44 of 210 pupils on the register; terms of this year and of the year before."""
    _terms(school)
    school.register = whole_world(school)
    return school


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def governor(school):
    return factories.person(Role.GOVERNOR, school)


_COUNTED: dict[str, dict] = {}


def counted(school) -> dict[str, dict]:
    """Figures, snapshot and suggestions of the world, counted once: its rows are written and taken back."""
    if not _COUNTED:
        with transaction.atomic():
            if not school.terms.filter(academic_year=2025).exists():
                _terms(school)
            if not school.pupils.exists():
                whole_world(school)
            figures, snapshot = actions.count(window_of(school, 2026, "autumn", today=TODAY))
            transaction.set_rollback(True)
        _COUNTED.update(figures=figures, snapshot=snapshot, narrative=suggested(figures))
    return copy.deepcopy(_COUNTED)


@pytest.fixture
def draft(school, sendco):
    """The report of the world without its 210 rows, but for Kofi Mensah and twelve others."""
    made = counted(school)
    if not school.pupils.exists():
        factories.PupilFactory(school=school, forename="Kofi", surname="Mensah", sen_status="K")
        others = (factories.PupilFactory.build(school=school, forename="Zed", surname="Zed") for _ in range(12))
        Pupil.objects.bulk_create(others)
    made["figures"]["school"] = school.name
    return GovernorReport.objects.create(
        school=school, academic_year=2026, term="autumn", written_by=sendco.get_full_name(), **made
    )


@pytest.fixture
def plain_pdf(monkeypatch):
    """The making of a PDF takes a second: most tests only need that there is one."""
    monkeypatch.setattr(
        actions, "render_pdf", lambda template, context: b"%PDF-1.7 " + context["page"]["term"].encode()
    )


@pytest.fixture
def published(draft, sendco, plain_pdf):
    return actions.publish_report(report=draft, version=draft.version, by=sendco, now=NOW)
