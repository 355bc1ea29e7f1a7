"""The scheduler: a day inside the limits, on a school day, with the notice that the law asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reviews import actions, forms, rules
from reviews.actions.meetings import problems_of, reasons_asked
from reviews.actions.steps import clock_of
from reviews.deadlines import MeetingProblem
from reviews.enums import ReviewState
from reviews.models import Review, ReviewStep
from sendco.accounts.guards import need
from sendco.core import clock, params
from sendco.core.conflicts import conflict_page
from sendco.core.dates import days_after, long_date
from sendco.core.exceptions import Conflict, NotAllowed, NotFound, Refused
from sendco.core.http import saved
from sendco.core.ui import day_month
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for

from ._shared import EDIT, bound
from .people import sent_words

STRIP_WEEKS = 10
NOTICE_DAYS = 15
"""Two weeks' notice and a day for the post: days sooner than this are not proposed."""


@dataclass(frozen=True)
class Week:
    """One week of the strip. kind: open, shut or late."""

    monday: date
    kind: str
    note: str
    days: tuple[date, ...]

    @property
    def label(self) -> str:
        """30 Mar, 1 June: months of four letters stay whole."""
        name = f"{self.monday:%B}"
        return f"{self.monday.day} {name if len(name) < 5 else name[:3]}"


@dataclass(frozen=True)
class Proposal:
    """A day to choose, what follows from it and what speaks against it."""

    day: date
    invite_by: date | None
    report_by: date | None
    decision_by: date | None
    problems: tuple[MeetingProblem, ...]

    @property
    def is_good(self) -> bool:
        return not self.problems


@require_http_methods(["GET", "POST"])
def schedule(request: HttpRequest) -> HttpResponse:
    """The picklist and one review's days. 4 queries of its own."""
    school, on = need(request, EDIT), clock.today()
    waiting = _waiting(request, school.id, on)
    item = _chosen(request, waiting)
    if item is None:
        return render(request, "reviews/schedule.html", {"waiting": [], "review": None, "undated": 0})
    rules.check_state(item.state, rules.BEFORE_MEETING, "set a meeting date")
    calendar = calendar_for(item.school_id)
    latest = clock_of(item, calendar=calendar)["meeting_latest"]
    weeks = strip(item, latest.due, on, calendar, request.GET.get("from", ""))
    week = _week(request, weeks, item, on)
    days = propose(item, week.days, on, calendar) if week else []
    form = forms.ScheduleForm(
        bound(request), instance=item, days=[row.day for row in days], initial=_initial(item, days), prefix=None
    )
    context = {
        "waiting": [{"review": row, "latest": _meet_by(row, on)} for row in waiting],
        "review": item,
        "latest": latest,
        "weeks": weeks,
        "week": week,
        "days": days,
        "form": form,
        "here": f"{reverse('reviews:schedule')}?review={item.pk}",
        "earlier": (weeks[0].monday - timedelta(weeks=STRIP_WEEKS)).isoformat(),
        "later": (weeks[-1].monday + timedelta(weeks=1)).isoformat(),
        "undated": sum(row.state == ReviewState.PLANNED for row in waiting),
        "people": item.reachable,
    }
    if request.method == "POST" and form.is_valid():
        return _book(request, item, form, on, calendar, context)
    return render(request, "reviews/schedule.html", context, status=422 if form.errors else 200)


def _waiting(request: HttpRequest, school_id: int, on: date) -> list[Review]:
    """Reviews without a date, and the one asked for. Two queries."""
    states = Q(state=ReviewState.PLANNED)
    if wanted := params.number(request.GET.get("review")):
        states |= Q(pk=wanted)
    latest = ReviewStep.objects.filter(key="meeting_latest")
    reachable = Q(invitees__invited_on__isnull=True) & ~Q(invitees__name="")
    return list(
        Review.objects.visible_to(request.user)
        .owed(on)
        .filter(states, school_id=school_id)
        .select_related("pupil", "plan", "school")
        .prefetch_related(Prefetch("steps", latest, to_attr="latest_steps"))
        .annotate(
            reachable=Count("invitees", filter=reachable & (~Q(invitees__method="email") | ~Q(invitees__email="")))
        )
        .order_by("due_on", "pk")[:100]
    )


def _chosen(request: HttpRequest, waiting: list[Review]) -> Review | None:
    wanted = request.GET.get("review", "")
    if not wanted:
        return waiting[0] if waiting else None
    found = next((row for row in waiting if str(row.pk) == wanted), None)
    if found is None:
        raise NotFound("There is no such review at this school.")
    return found


def _meet_by(item: Review, on: date) -> dict[str, Any]:
    step = item.latest_steps[0] if item.latest_steps else None
    if step is None or step.due_on is None:
        return {"status": "none", "text": "No statutory limit"}
    if item.meeting_on:
        return {"status": "ok", "text": f"Booked for {day_month(item.meeting_on)}"}
    left = ((step.target_on or step.due_on) - on).days
    status = "danger" if left < 0 else "warn" if left < NOTICE_DAYS + 28 else "ok"
    return {"status": status, "text": f"Meet by {long_date(step.target_on or step.due_on)}"}


def strip(item: Review, latest: date | None, on: date, calendar: SchoolCalendar, asked: str) -> list[Week]:
    """Ten weeks: those before the latest lawful meeting, or from the week asked for."""
    this_monday = on - timedelta(days=on.weekday())
    end = latest or days_after(on, 7 * STRIP_WEEKS)
    start = max(this_monday, end - timedelta(days=end.weekday(), weeks=STRIP_WEEKS - 3))
    if chosen := params.day(asked):
        start = chosen - timedelta(days=chosen.weekday())
    return [_one_week(start + timedelta(weeks=n), latest, on, calendar) for n in range(STRIP_WEEKS)]


def _one_week(monday: date, latest: date | None, on: date, calendar: SchoolCalendar) -> Week:
    weekdays = [days_after(monday, n) for n in range(5)]
    open_days = [day for day in weekdays if calendar.is_school_day(day) or not calendar.covers(day)]
    if not open_days:
        why = (calendar.why_closed(weekdays[2]) or "closed").removeprefix("for ").removeprefix("the ")
        return Week(monday, "shut", why[:1].upper() + why[1:], ())
    days = tuple(day for day in open_days if day >= on)
    if latest and open_days[0] > latest:
        return Week(monday, "late" if latest >= days_after(on, NOTICE_DAYS) else "open", "Too late", days)
    good = sum(days_after(on, NOTICE_DAYS - 1) < day <= (latest or day) for day in days)
    note = f"{good} day{'' if good == 1 else 's'}" if good else "Short notice"
    return Week(monday, "open", note, days)


def _week(request: HttpRequest, weeks: list[Week], item: Review, on: date) -> Week | None:
    """The week asked for, that of a booked meeting, else the first with days inside every limit."""
    asked = request.GET.get("week", "") or (item.meeting_on.isoformat() if item.meeting_on else "")
    for week in weeks:
        if week.monday.isoformat() <= asked <= days_after(week.monday, 6).isoformat() and week.days:
            return week
    good = [week for week in weeks if week.kind == "open" and week.note not in ("Short notice", "Too late")]
    with_notice = [week for week in weeks if week.days and week.days[0] >= days_after(on, NOTICE_DAYS)]
    return next(iter(good or with_notice or [week for week in weeks if week.days]), None)


def propose(item: Review, days: tuple[date, ...], on: date, calendar: SchoolCalendar) -> list[Proposal]:
    """Each day with the dates that would follow from it. No query."""
    found, before = [], item.meeting_on
    for day in days:
        problems = problems_of(item, day, on=on, calendar=calendar)
        item.meeting_on = day
        dates = clock_of(item, calendar=calendar)
        item.meeting_on = before
        found.append(
            Proposal(
                day,
                dates["invite_by"].working_date,
                dates["report_by"].working_date,
                dates["decision_by"].due,
                problems,
            )
        )
    return found


def _initial(item: Review, days: list[Proposal]) -> dict[str, Any]:
    chosen = item.meeting_on if item.meeting_on in [row.day for row in days] else None
    best = chosen or next((row.day for row in days if row.is_good), None)
    return {"slot": best.isoformat() if best else "", "meeting_at": item.meeting_at or time(14, 0)}


def _book(
    request: HttpRequest,
    item: Review,
    form: forms.ScheduleForm,
    on: date,
    calendar: SchoolCalendar,
    context: dict[str, Any],
) -> HttpResponse:
    data = form.cleaned_data
    asked = reasons_asked(problems_of(item, data["meeting_on"], on=on, calendar=calendar))
    if asked and not data["short_notice_reason"].strip():
        for sentence in asked:
            form.add_error("slot" if data["slot"] != "other" else "other_on", sentence)
        form.add_error("short_notice_reason", "Choose another day, or give the reason for this one")
        return render(request, "reviews/schedule.html", context, status=422)
    fields = ("meeting_on", "meeting_at", "place", "short_notice_reason", "minutes", "video_link", "adjustments")
    try:
        booked = actions.schedule_meeting(
            review=item, version=data["version"], by=request.user, on=on, **{name: data[name] for name in fields}
        )
    except Conflict as error:
        return conflict_page(request, error, form, "reviews/schedule.html", context, theirs_url=item.get_absolute_url())
    except NotAllowed:
        raise
    except Refused as error:
        form.add_error(None, error.message)
        return render(request, "reviews/schedule.html", context, status=422)
    if request.POST.get("then") == "invite":
        sent = actions.send_invitations(review=booked, by=request.user, on=on)
        return saved(request, f"Meeting booked. {sent_words(sent)}", to=booked)
    return saved(request, "Meeting booked", to=booked)
