"""The schools of a federation side by side, and what is missing in their set-up. A fixed number of queries for any number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from provision.enums import SessionState
from provision.models import Session
from provision.querysets import NOT_LOGGED_DAYS
from pupils.enums import SenStatus
from pupils.models import Pupil
from reports.models import GovernorReport, ReportState
from reviews.models import ReviewStep
from sendco.accounts.access import Place
from sendco.accounts.models import Membership
from sendco.accounts.permissions import Role
from sendco.core import ui
from sendco.core.dates import days_after
from sendco.schools.models import PayRate, School, SchoolClass, Term, TermName, academic_year_of

SOON_DAYS = 7
OURS = ("school", "headteacher", "SENDCo")
TERM_PLACE = {name: place for place, name in enumerate(TermName.values)}
ROWS_A_PAGE = 50
KEPT_FROM = 50
"""Schools from which the figures side by side are kept for a while, and the page says when they were counted."""
KEPT_SECONDS = 60


@dataclass(slots=True)
class SchoolRow:
    """One school. overdue, soon: dates of the school itself; happened, logged, not_logged: sessions of four weeks."""

    id: int
    name: str
    ehc: int = 0
    support: int = 0
    overdue: int = 0
    soon: int = 0
    happened: int = 0
    logged: int = 0
    not_logged: int = 0
    report: str = ""

    @property
    def share(self) -> int | None:
        """Per cent of logged sessions that happened; None before the first."""
        return ui.share(self.happened, self.logged) if self.logged else None

    @property
    def status(self) -> tuple[str, str]:
        """Tone and words of its dates."""
        if self.overdue:
            return "danger", f"{self.overdue} overdue"
        if self.soon:
            return "warn", f"{self.soon} within a week"
        return "ok", "On time"


def rows_and_time(places: Sequence[Place], now: datetime) -> tuple[list[SchoolRow], datetime]:
    """A row a school as `schools_side_by_side` gives them, and when they were counted.

    In a large federation that counts some hundred thousand rows, so the figures are kept for a minute. Then no query.
    """
    if len(places) < KEPT_FROM:
        return schools_side_by_side(places, now.date()), now
    named = "\n".join(f"{place.id} {place.name}" for place in places)
    key = f"side-by-side:{now.date()}:{hashlib.sha256(named.encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = schools_side_by_side(places, now.date()), now
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def schools_side_by_side(places: Sequence[Place], on: date) -> list[SchoolRow]:
    """A row a school: those with overdue dates first, then those with dates near, then by name. Two queries."""
    rows = {place.id: SchoolRow(place.id, place.name) for place in places}
    ids = list(rows)
    parts = [_pupils(ids, on), *_dates(ids, on), _sessions(ids, on)]
    for school_id, what, n in parts[0].union(*parts[1:], all=True):
        row = rows[school_id]
        match what:
            case SenStatus.EHCP:
                row.ehc = n
            case SenStatus.SUPPORT:
                row.support = n
            case "late":
                row.overdue = n
            case "near":
                row.soon = n
            case SessionState.PLANNED:
                row.not_logged = n
            case SessionState.DELIVERED:
                row.happened = n
                row.logged += n
            case _:
                row.logged += n
    _add_reports(rows, on)
    return sorted(rows.values(), key=lambda row: (-row.overdue, -row.soon, row.name.casefold(), row.id))


def _by_school(rows: QuerySet, what: Any) -> QuerySet:
    """(school id, what, how many) for each school and each value of `what`."""
    return rows.order_by().values_list("school_id", Cast(what, CharField())).annotate(n=Count("pk"))


def _pupils(ids: Sequence[int], on: date) -> QuerySet:
    found = Pupil.objects.filter(school_id__in=ids, sen_status__in=[SenStatus.EHCP, SenStatus.SUPPORT])
    return _by_school(found.on_roll(on), F("sen_status"))


def _dates(ids: Sequence[int], on: date) -> list[QuerySet]:
    """Open dates of the schools themselves: those that have passed, and those that come within a week."""
    # A meeting that is booked counts down to its own day, not to the last day it could be held.
    ours = ReviewStep.objects.open().on_roll(on).filter(school_id__in=ids, owner__in=OURS)
    ours = ours.exclude(key="meeting_latest", review__meeting_on__gte=on)
    soon = days_after(on, SOON_DAYS)
    near = ours.filter(Q(due_on__lte=soon) | Q(target_on__lte=soon), due_on__gte=on)
    return [_by_school(ours.filter(due_on__lt=on), Value("late")), _by_school(near, Value("near"))]


def _sessions(ids: Sequence[int], on: date) -> QuerySet:
    since = days_after(on, -NOT_LOGGED_DAYS)
    return _by_school(Session.objects.filter(school_id__in=ids, on__range=(since, days_after(on, -1))), F("state"))


def _add_reports(rows: dict[int, SchoolRow], on: date) -> None:
    """The newest published governor report of each school."""
    found = GovernorReport.objects.filter(
        school_id__in=list(rows), state=ReportState.PUBLISHED, academic_year__gte=academic_year_of(on) - 1
    )
    newest: dict[int, tuple[int, int, str]] = {}
    for school_id, year, term in found.order_by().values_list("school_id", "academic_year", "term"):
        newest[school_id] = max(newest.get(school_id, (0, 0, "")), (year, TERM_PLACE[term], term))
    for school_id, (year, _, term) in newest.items():
        rows[school_id].report = f"{TermName(term).label} {year if term == TermName.AUTUMN else year + 1}"


@dataclass(slots=True)
class Missing:
    """A school and what nobody has entered for it."""

    id: int
    name: str
    parts: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return ", ".join(self.parts)


def missing_in_setup(places: Sequence[Place], on: date) -> list[Missing]:
    """Schools without a SENDCo, terms or classes of this year, or a rate of pay, by name. One query."""
    this_year = academic_year_of(on)

    def lacks(rows: Any) -> Any:
        return ~Exists(rows.order_by())

    mine = {"school": OuterRef("pk")}
    schools = School.objects.filter(pk__in=[place.id for place in places]).annotate(
        no_sendco=lacks(Membership.objects.current(on).filter(**mine, role=Role.SENDCO, user__is_active=True)),
        no_terms=lacks(Term.objects.filter(**mine, academic_year=this_year)),
        no_classes=lacks(SchoolClass.objects.filter(**mine, academic_year=this_year)),
        no_rates=lacks(PayRate.objects.filter(**mine)),
    )
    wanted = (
        ("no_sendco", "nobody is SENDCo"),
        ("no_terms", "no terms for this year"),
        ("no_classes", "no classes for this year"),
        ("no_rates", "no hourly rates"),
    )
    found = [
        Missing(school.pk, school.name, [words for name, words in wanted if getattr(school, name)])
        for school in schools.order_by("name", "pk")
    ]
    return [row for row in found if row.parts]
