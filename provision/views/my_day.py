"""My day: the sessions of the person who looks, today's first."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from provision.actions.groups import end_time
from provision.enums import SessionState
from provision.models import Line, Session
from provision.querysets import NOT_LOGGED_DAYS
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.core import clock, params, ui
from sendco.core.dates import DAYS_A_WEEK, is_weekend, weekday_date
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for

WORDS = {SessionState.DELIVERED: ("ok", "Logged"), SessionState.MISSED: ("none", "Did not happen")}


@require_safe
def my_day(request: HttpRequest) -> HttpResponse:
    """One day's sessions, the week around it, and earlier ones nobody logged. At most 8 queries; ?on= another day."""
    place, now = need(request, Permission.SESSION_LOG), clock.now()
    today = now.date()
    on = params.day(request.GET.get("on")) or today
    monday = on - timedelta(days=on.weekday())
    sessions = _own(request.user, today, monday)
    shown = [session for session in sessions if session.on == on]
    members = _members(shown)
    calendar = calendar_for(place.id)
    rows = _rows(shown, members, now)
    context = {
        "on": on,
        "today": today,
        "is_today": on == today,
        "rows": rows,
        "next": next((row for row in rows if row["is_next"]), None),
        "week": _week(sessions, monday, on, today),
        "before": monday - timedelta(days=DAYS_A_WEEK),
        "after": monday + timedelta(days=DAYS_A_WEEK),
        "not_logged": [
            session
            for session in sessions
            if session.state == SessionState.PLANNED
            and today - timedelta(days=NOT_LOGGED_DAYS) <= session.on < today
            and session.on != on
        ],
        "yesterday": today - timedelta(days=1),
        "heading": ui.weekday(on),
        "closed": calendar.why_closed(on),
        "closed_title": f"School is closed {calendar.why_closed(on)}",
        "closed_text": _reopens(calendar, on),
        "has_several_schools": len(request.user.access.school_ids(Permission.SESSION_LOG)) > 1,
        "sees_all": request.user.access.can(Permission.SESSION_VIEW_ALL, place.id),
    }
    return render(request, "provision/my_day.html", context)


def _reopens(calendar: SchoolCalendar, on: date) -> str:
    reopens = calendar.next_school_day_on_or_after(on)
    return f"It opens again on {weekday_date(reopens)}." if reopens else ""


def _own(user: Any, today: date, monday: date) -> list[Session]:
    """Of the week in view, and those of the last four weeks not logged. One query."""
    week = Q(on__gte=monday, on__lt=monday + timedelta(days=DAYS_A_WEEK))
    waiting = Q(state=SessionState.PLANNED, on__lt=today, on__gte=today - timedelta(days=NOT_LOGGED_DAYS))
    return list(
        Session.objects.visible_to(user)
        .filter(week | waiting, deliverer=user)
        .select_related("group__intervention", "school")
    )


def _members(sessions: list[Session]) -> dict[int, list[Line]]:
    """{group id: lines}, for the sessions of one day. One query."""
    found: dict[int, list[Line]] = {}
    if sessions:
        day = sessions[0].on
        lines = Line.objects.filter(
            group_id__in={s.group_id for s in sessions}, starts__lte=day, ends__gte=day
        ).select_related("pupil__school_class", "target")
        for line in lines:
            found.setdefault(line.group_id, []).append(line)
    return found


def _rows(sessions: list[Session], members: dict[int, list[Line]], now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for session in sessions:
        lines = members.get(session.group_id, [])
        alone = lines[0] if len(lines) == 1 else None
        status, word = WORDS.get(session.state, ("none", ""))
        rows.append(
            {
                "session": session,
                "count": len(lines),
                "who": alone.pupil.short_name if alone and alone.pupil.short_name not in session.group.name else "",
                "class": alone.pupil.school_class if alone else None,
                "target": (alone.target.text if alone.target else alone.outcome) if alone else "",
                "ends_at": end_time(session.starts_at, session.minutes),
                "status": status,
                "word": word,
                "is_next": False,
            }
        )
    _mark_next(rows, now)
    return rows


def _mark_next(rows: list[dict[str, Any]], now: datetime) -> None:
    """The first that is not logged leads the page. One that is over asks to be logged; the rest come later."""
    open_rows = [row for row in rows if row["session"].state == SessionState.PLANNED]
    for row in open_rows:
        session = row["session"]
        is_over = (session.on, row["ends_at"]) <= (now.date(), now.time().replace(tzinfo=None))
        row["is_over"] = is_over
        row["status"], row["word"] = ("warn", "Not logged") if is_over else ("none", "Later")
    if open_rows and open_rows[0]["session"].on == now.date():
        open_rows[0]["is_next"] = True
        if not open_rows[0]["is_over"]:
            open_rows[0]["word"] = "Next"


def _week(sessions: list[Session], monday: date, on: date, today: date) -> list[dict[str, Any]]:
    days = []
    for n in range(DAYS_A_WEEK):
        day = monday + timedelta(days=n)
        its = [session for session in sessions if session.on == day]
        if is_weekend(day) and not its and day != on:
            continue
        days.append(
            {
                "day": day,
                "count": len(its),
                "open": sum(s.state == SessionState.PLANNED for s in its),
                "is_late": day < today and any(s.state == SessionState.PLANNED for s in its),
                "current": day == on,
                "is_today": day == today,
            }
        )
    return days
