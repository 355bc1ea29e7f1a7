"""Shared by the actions on groups: sessions from slots and the calendar, and the cost of each line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time

from provision.models import Group, Line, Session
from provision.rules.dosage import planned_dates
from provision.rules.shares import Dose, shares, weeks_of
from sendco.schools.calendar import SchoolCalendar

SlotTimes = Sequence[tuple[int, time]]
"""(weekday, starts_at) pairs; 0 is Monday."""


def times_of(slots: SlotTimes, *, starts: date, ends: date, calendar: SchoolCalendar) -> list[tuple[date, time]]:
    """Day and time of every session from `starts` to `ends`, both included, on days the school is known to be open."""
    return sorted(
        (day, at)
        for weekday, at in set(slots)
        for day in planned_dates(starts, ends, weekdays=(weekday,), is_open=calendar.is_school_day)
    )


def new_session(group: Group, on: date, at: time) -> Session:
    return Session(
        group=group,
        school_id=group.school_id,
        on=on,
        starts_at=at,
        minutes=group.minutes,
        deliverer_id=group.deliverer_id,
    )


def dose_of(group: Group) -> Dose:
    return Dose(group.times_per_week, group.minutes, group.weeks, group.hourly_rate, group.materials_cost)


def price(group: Group, lines: Iterable[Line], calendar: SchoolCalendar) -> list[Line]:
    """Set hours and cost of the lines, unsaved, from the group's dose, dates, rate and the others in it. No query."""
    lines = list(lines)
    mondays = weeks_of(group.starts, group.ends, calendar.school_weeks(group.starts, group.ends))
    parts = shares(dose_of(group), mondays=mondays, spans=[(line.starts, line.ends) for line in lines])
    for line, part in zip(lines, parts, strict=True):
        line.hours, line.cost = part.hours, part.cost
    return lines


def reprice(group: Group, calendar: SchoolCalendar) -> None:
    """Work out again every line of a group and save it. Two queries."""
    lines = price(group, Line.objects.filter(group=group), calendar)
    Line.objects.bulk_update(lines, ["hours", "cost"], batch_size=200)
