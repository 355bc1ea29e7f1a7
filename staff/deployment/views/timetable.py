"""The timetable of a week: grid, list and a page to print."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sendco.accounts.access import Place
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, params
from sendco.schools.services import calendar_for
from staff.deployment.board import Board, days_of, lead_of
from staff.deployment.week import Week, load_experience, load_week

GAPS_SHOWN = 12
ONE_WEEK = timedelta(days=7)


@require_safe
def timetable(request: HttpRequest) -> HttpResponse:
    """?week= any day of it; ?day= the one a phone shows; ?as=list. At most 12 queries for any number of people."""
    place, today = need(request, Permission.STAFF_VIEW), clock.today()
    context = _read(request, place, today)
    week: Week = context["week"]
    board: Board = context["board"]
    gaps = week.gaps(today)
    context["gap_rows"] = board.gap_rows(load_experience(week, place.federation_id, gaps[:GAPS_SHOWN]))[:GAPS_SHOWN]
    context |= {
        "gap_count": len(gaps),
        "gap_title": "Cover for today" if gaps and all(gap.on == today for gap in gaps) else "Cover this week",
        "lead": _lead(context, len(gaps)),
        "can_arrange": request.user.access.can(Permission.COVER_ARRANGE, place.id),
        "here": request.get_full_path(),
        "weeks": _weeks(context, today),
        "views": _views(request, context),
        "day_links": [
            {"text": day.short, "url": f"?{urlencode({'week': week.monday, 'day': day.on})}", "current": day.is_shown}
            for day in context["days"]
        ],
    }
    return render(request, "staff/timetable.html", context)


@require_safe
def timetable_print(request: HttpRequest) -> HttpResponse:
    """The week on one landscape sheet. Audited."""
    place, today = need(request, Permission.STAFF_VIEW), clock.today()
    context = _read(request, place, today)
    audit.record(
        "timetable.printed", by=request.user, school_id=place.id, details={"week": context["week"].monday.isoformat()}
    )
    context |= {"printed_by": request.user.get_full_name(), "printed_at": clock.now(), "personal": True, "place": place}
    return render(request, "staff/timetable_print.html", context)


def _read(request: HttpRequest, place: Place, today: date) -> dict[str, Any]:
    """Week, days and rows. Six queries."""
    access = request.user.access
    day = params.day(request.GET.get("day"))
    week = load_week(place.id, place.federation_id, params.day(request.GET.get("week")) or day or today)
    shown = day if day and week.monday <= day < week.monday + ONE_WEEK else today
    calendar = calendar_for(place.id)
    days = days_of(week, calendar, today=today, shown=shown)
    board = Board(
        week, days, on=today,
        names=access.can(Permission.PUPIL_VIEW_ALL, place.id), groups=access.can(Permission.MAP_VIEW, place.id),
    )  # fmt: skip
    is_list = request.GET.get("as") == "list"
    return {
        "week": week,
        "days": days,
        "board": board,
        "is_list": is_list,
        "rows": [] if is_list else board.rows(),
        "list_rows": board.as_list() if is_list else [],
        "today": today,
    }


def _lead(context: dict[str, Any], gaps: int) -> str:
    """A week that is closed from end to end says so once."""
    days = context["days"]
    closed = days[0].closed if all(day.closed for day in days) else ""
    return lead_of(context["week"], today=context["today"], gaps=gaps, closed=closed)


def _weeks(context: dict[str, Any], today: date) -> list[dict[str, Any]]:
    monday = context["week"].monday
    tail = "&as=list" if context["is_list"] else ""
    this = today - timedelta(days=today.weekday())
    return [
        {"icon": "chevron-left", "text": "Week before", "url": f"?week={monday - ONE_WEEK}{tail}", "current": False},
        {"icon": "", "text": "This week", "url": f"?week={this}{tail}", "current": monday == this},
        {"icon": "chevron-right", "text": "Week after", "url": f"?week={monday + ONE_WEEK}{tail}", "current": False},
    ]


def _views(request: HttpRequest, context: dict[str, Any]) -> list[dict[str, Any]]:
    week = context["week"].monday
    return [
        {"text": "Grid", "url": f"?week={week}", "current": not context["is_list"]},
        {"text": "List", "url": f"?week={week}&as=list", "current": context["is_list"]},
        {"text": "Page to print", "url": f"{reverse('staff:timetable-print')}?week={week}", "current": False},
    ]
