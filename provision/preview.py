"""What a group would cost and when it would meet, shown before it is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from provision.actions.planning import times_of
from provision.rules.shares import Dose, end_after_weeks, shares, weeks_of
from sendco.core.exceptions import Refused
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for, rate_for

FAR = timedelta(days=600)


@dataclass(frozen=True, slots=True)
class Preview:
    """each, whole: pounds for a pupil and for the group; hours: of the adult; unknown_from: no terms known after."""

    pupils: int
    rate: Decimal
    hours: Decimal
    each: Decimal
    whole: Decimal
    ends: date
    sessions: int
    planned: int
    unknown_from: date | None

    @property
    def is_short(self) -> bool:
        """Closed days take sessions away from the dose, where every term is known."""
        return bool(self.sessions) and self.unknown_from is None and self.sessions < self.planned


def last_day(calendar: SchoolCalendar, starts: date, weeks: int) -> date:
    """The Friday of the last of the school weeks."""
    return end_after_weeks(starts, weeks, calendar.school_weeks(starts, starts + FAR))


def preview(school_id: int, cleaned: Mapping[str, Any]) -> Preview | None:
    """From what a form holds so far; None while dose, dates or grade are missing. Two queries."""
    if not all(cleaned.get(name) for name in ("starts", "weeks", "times_per_week", "minutes", "grade")):
        return None
    starts, weeks = cleaned["starts"], cleaned["weeks"]
    try:
        rate = rate_for(school_id, cleaned["grade"], starts)
    except Refused:
        return None
    calendar = calendar_for(school_id)
    ends = cleaned.get("ends") or last_day(calendar, starts, weeks)
    if ends < starts:
        return None
    pupils = max(1, len(cleaned.get("pupils") or ()))
    dose = Dose(cleaned["times_per_week"], cleaned["minutes"], weeks, rate, cleaned.get("materials_cost") or Decimal(0))
    mondays = weeks_of(starts, ends, calendar.school_weeks(starts, ends))
    parts = shares(dose, mondays=mondays, spans=[(starts, ends)] * pupils)
    meetings = times_of(cleaned.get("slots") or (), starts=starts, ends=ends, calendar=calendar)
    known_until = max((term.ends for term in calendar.terms), default=None)
    return Preview(
        pupils=pupils,
        rate=rate,
        hours=sum((part.hours for part in parts), Decimal(0)),
        each=parts[0].cost,
        whole=sum((part.cost for part in parts), Decimal(0)),
        ends=ends,
        sessions=len(meetings),
        planned=cleaned["times_per_week"] * weeks,
        unknown_from=None if calendar.covers(ends) else known_until or starts,
    )
