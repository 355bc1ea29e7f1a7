"""Puts the big federation together: all of it in one transaction, so that one that was stopped leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from provision.models import Intervention
from sendco.core.exceptions import Refused
from sendco.schools.models import (
    Closure,
    Federation,
    PayRate,
    School,
    SchoolClass,
    Term,
    academic_year_of,
)
from sendco.schools.services import calendar_for

from ..build import HOURLY, RATES_FROM, SLUG, Built, class_names, first_class, refuse_second, school_fields, terms_until
from ..calendar import school_year
from ..people import DEMO_PASSWORD, sign_ins, staff_of
from .children import BulkNursery
from .groups import BulkGroups
from .people import BulkHiring
from .reviews import BulkReviews
from .rows import Rows

MOST_SCHOOLS = 900
"""URNs and UPNs of the demo have three digits for the school."""
TELL_EVERY = 25
HALF_TERMS = 2


def half_terms(today: date) -> list[tuple[date, date]]:
    """First and last day of each half term that has begun, oldest first, in the last two years."""
    year, found = academic_year_of(today), []
    for plan in (school_year(number) for number in (year - 1, year)):
        breaks = sorted((starts, ends) for kind, _, starts, ends in plan.closures if kind == "half_term")
        for starts, ends in plan.terms.values():
            pause = next(span for span in breaks if starts < span[0] < ends)
            found += [(starts, pause[0] - timedelta(days=3)), (pause[1] + timedelta(days=3), ends)]
    return [span for span in found if span[0] <= today - timedelta(days=3)]


def build_in_bulk(
    *, schools: int, pupils: int, seed: int, today: date, tell: Callable[[str], None] = lambda text: None
) -> Built:
    """Make a federation of `schools` schools of `pupils` pupils each. Nobody else may write to the database meanwhile.

    Raises Refused when the demo is there already or for more than 900 schools.
    """
    refuse_second()
    if schools > MOST_SCHOOLS:
        raise Refused(f"The demo can have {MOST_SCHOOLS} schools at most.")
    with transaction.atomic():
        built = _Works(schools, pupils, Random(seed), today, tell).run()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner has seen none of these rows yet
    return built


class _Works:
    def __init__(self, schools: int, pupils: int, rng: Random, today: date, tell: Callable[[str], None]) -> None:
        self.pupils, self.rng, self.today, self.tell = pupils, rng, today, tell
        self.rows, self.year = Rows(), academic_year_of(today)
        self.federation = self.rows.add(Federation(name="Thornmere Federation", slug=SLUG))
        starts = date(self.year - 2, 9, 1)
        self.hiring = BulkHiring(self.rows, self.federation, make_password(DEMO_PASSWORD), starts, rng)
        self.places = [self._school(number) for number in range(schools)]
        self.rows.flush()
        self.calendar = calendar_for(self.places[0].pk)  # the same days in every school
        self.catalogue = list(
            Intervention.objects.filter(federation=None, is_archived=False).select_related("instrument").order_by("pk")
        )

    def run(self) -> Built:
        total = on_register = 0
        for number, place in enumerate(self.places):
            children = self._fill(place, is_first=number == 0)
            self.rows.flush()
            total += len(children)
            on_register += sum(child.status in ("K", "E") for child in children)
            if (number + 1) % TELL_EVERY == 0 or number + 1 == len(self.places):
                self.tell(f"{number + 1} of {len(self.places)} schools, {self.rows.written:,} rows")
        self.rows.finish()
        return Built(len(self.places), total, on_register)

    def _school(self, number: int) -> School:
        school = self.rows.add(School(federation=self.federation, **school_fields(number)))
        for year in range(self.year - 2, self.year + 2):
            made = school_year(year)
            for name, (starts, ends) in made.terms.items():
                self.rows.add(Term(school=school, academic_year=year, name=name, starts=starts, ends=ends))
            for kind, label, starts, ends in made.closures:
                self.rows.add(Closure(school=school, kind=kind, label=label, starts=starts, ends=ends))
        for grade, hourly in HOURLY.items():
            self.rows.add(
                PayRate(
                    school=school, grade=grade, hourly=hourly, valid_from=date(self.year - 2, 9, 1), source=RATES_FROM
                )
            )
        return school

    def _classes(self, place: School) -> dict[str, list[SchoolClass]]:
        return {
            year_group: [self.rows.add(SchoolClass(school=place, academic_year=self.year, name=name)) for name in names]
            for year_group, names in class_names(self.pupils).items()
        }

    def _fill(self, place: School, *, is_first: bool) -> list:
        rows, today, rng = self.rows, self.today, self.rng
        classes = self._classes(place)
        named = sign_ins(self.hiring, place, first_class(classes)) if is_first else None
        staff = staff_of(self.hiring, place, [row for found in classes.values() for row in found], named)
        nursery = BulkNursery(rows, place, classes, staff, today, rng)
        children = nursery.fill(self.pupils, with_kofi=is_first)
        terms = terms_until(today)
        for child in children:
            nursery.plan(child, terms)
        groups = BulkGroups(rows, self.calendar, self.catalogue, place, staff, children, today, rng)
        spans = half_terms(today)[-HALF_TERMS:]
        for starts, ends in spans:
            groups.run_term(starts, ends, is_present=(starts, ends) == spans[-1])
        BulkReviews(
            rows, self.calendar, place, staff, today, rng, periods=nursery.periods, lines=groups.section_f
        ).write(children)
        return children
