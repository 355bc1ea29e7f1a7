"""Puts the demo federation together, one school a transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from sendco.core.exceptions import Refused
from sendco.notifications.actions import as_history
from sendco.office import actions as office
from sendco.schools.models import Federation, School, SchoolClass, academic_year_of

from . import extras, words
from .calendar import school_year
from .children import YEARS, Child, Nursery
from .cycles import Cycles
from .groups import Groups
from .people import DEMO_PASSWORD, Hiring, sign_ins, staff_of
from .reviews import Reviews

SLUG = "thornmere-federation"
TERMS_OF_GROUPS = 4
HOURLY = {
    "ta2": Decimal("20.60"),
    "ta3": Decimal("21.92"),
    "hlta": Decimal("25.67"),
    "teacher": Decimal("50.92"),
    "leader": Decimal("57.39"),
}
RATES_FROM = "Pay scales of 2025 to 2026 with on-costs"


@dataclass(frozen=True)
class Built:
    """What was made."""

    schools: int
    pupils: int
    on_register: int


def build(
    *, schools: int, pupils: int, seed: int, today: date, tell: Callable[[str], None] = lambda text: None
) -> Built:
    """Make the federation: `schools` schools of `pupils` pupils each. The same seed and day give the same federation.

    Raises Refused when the demo is there already.
    """
    refuse_second()
    rng = Random(seed)
    with as_history(), transaction.atomic():
        federation = Federation.objects.create(name="Thornmere Federation", slug=SLUG)
        year = academic_year_of(today)
        hiring = Hiring(federation, make_password(DEMO_PASSWORD), date(year - 2, 9, 1), rng)
        places = [_school(federation, number, today) for number in range(schools)]
        classes = {place.pk: _classes(place, year, pupils) for place in places}
        named = sign_ins(hiring, places[0], first_class(classes[places[0].pk]))
    total = on_register = 0
    for number, place in enumerate(places):
        with as_history(), transaction.atomic():
            children = _fill(place, classes[place.pk], pupils, hiring, named if number == 0 else None, today, rng, tell)
        total += len(children)
        on_register += sum(child.status in ("K", "E") for child in children)
        tell(f"{place.name}: {len(children)} pupils")
    with as_history(), transaction.atomic():
        extras.for_federation(places, today, rng)
    return Built(len(places), total, on_register)


def refuse_second() -> None:
    if Federation.objects.filter(slug=SLUG).exists():
        raise Refused(
            "The demo federation is there already. Use another database, or delete var/sendco.sqlite3 to start anew."
        )


def school_fields(number: int) -> dict[str, str]:
    """The fields of the school of that number, counted from 0."""
    named = number < len(words.SCHOOLS)
    name, kind = words.SCHOOLS[number] if named else (f"Demo Primary School {number + 1}", "primary")
    return {
        "name": name, "kind": kind, "urn": f"{990001 + number}", "la_code": "330",
        "establishment_number": f"{9001 + number}", "telephone": f"01632 960 {(400 + number) % 1000:03d}",
        "email": f"office{number + 1}@demo.sendco.invalid",
    }  # fmt: skip


def _school(federation: Federation, number: int, today: date) -> School:
    school = School.objects.create(federation=federation, **school_fields(number))
    for year in range(academic_year_of(today) - 2, academic_year_of(today) + 2):
        made = school_year(year)
        for term, (starts, ends) in made.terms.items():
            office.save_term(school=school, academic_year=year, name=term, starts=starts, ends=ends, by=None)
        for closure_kind, label, starts, ends in made.closures:
            office.save_closure(school=school, kind=closure_kind, label=label, starts=starts, ends=ends, by=None)
    for grade, hourly in HOURLY.items():
        office.add_rate(
            school=school, grade=grade, hourly=hourly, valid_from=date(academic_year_of(today) - 2, 9, 1), by=None,
            source=RATES_FROM,
        )  # fmt: skip
    return school


def class_names(pupils: int) -> dict[str, tuple[str, ...]]:
    """{year group: classes}: two a year group from 31 pupils a year, one below."""
    each = 2 if pupils / 7 > 31 else 1
    return {year_group: words.CLASSES[year_group][:each] for year_group in YEARS}


def first_class(classes: dict[str, list[SchoolClass]]) -> SchoolClass | None:
    """Beech, the class of the demo's teacher."""
    return next((row for row in classes["4"] if row.name == "Beech"), None)


def _classes(school: School, year: int, pupils: int) -> dict[str, list[SchoolClass]]:
    names = class_names(pupils)
    flat = [name for found in names.values() for name in found]
    rows = {row.name: row for row in office.add_classes(school=school, academic_year=year, names=flat, by=None)}
    return {year_group: [rows[name] for name in found] for year_group, found in names.items()}


def _fill(place, classes, pupils, hiring, named, today, rng, tell) -> list[Child]:
    tell(f"{place.name}: staff and pupils")
    staff = staff_of(hiring, place, [row for rows in classes.values() for row in rows], named)
    children = Nursery(place, classes, staff, today, rng).fill(pupils, with_kofi=named is not None)
    terms = terms_until(today)
    tell(f"{place.name}: plans")
    cycles = Cycles(staff, terms, today, rng)
    for child in children:
        cycles.write(child)
    tell(f"{place.name}: groups and sessions")
    groups = Groups(place, staff, children, today, rng)
    for starts, ends in terms[-TERMS_OF_GROUPS:]:
        groups.run_term(starts, ends, is_present=(starts, ends) == terms[-1])
    tell(f"{place.name}: reviews")
    Reviews(place, staff, today, rng).write(children)
    extras.for_school(place, staff, children, today, rng, is_first=named is not None)
    return children


def terms_until(today: date) -> list[tuple[date, date]]:
    """Terms of the last two years and the present one, or the last one when today is in a holiday."""
    year = academic_year_of(today)
    spans = [span for y in range(year - 2, year + 1) for span in school_year(y).terms.values()]
    return [span for span in spans if span[0] <= today - timedelta(days=14)]


__all__ = ["SLUG", "Built", "build"]
