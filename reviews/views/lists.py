"""Lists of a school: every date of the law, the calendar of 12 weeks, annual reviews and meetings."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from pupils.enums import SenStatus
from pupils.models import Plan, Pupil
from reviews import feeds, present, rules
from reviews.deadlines import status_of
from reviews.enums import ReviewKind, ReviewState
from reviews.models import Review, ReviewStep
from reviews.querysets import owed_q
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, params
from sendco.core.dates import days_after
from sendco.core.ui import day
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for

ROWS_A_PAGE = 50
SEEN_BY = (Permission.REVIEW_DATES, Permission.REVIEW_VIEW)
OUR_OWNERS = ("school", "headteacher", "SENDCo")


def _link(request: HttpRequest, **changes: str) -> str:
    """The same page with other filters; an empty value takes one off."""
    query = {key: value for key, value in request.GET.items() if key != "page"}
    query.update(changes)
    text = urlencode({key: value for key, value in query.items() if value})
    return f"?{text}" if text else request.path


# --- Deadlines ----------------------------------------------------------------------------------------------

WHO = {"": "Everyone", "school": "The school", "authority": "Local authority"}
WHEN = {"": "All dates", "overdue": "Overdue", "soon": "Next 2 weeks", "term": "This term"}


def _wanted(
    request: HttpRequest, items: list[feeds.DueItem], on: date, calendar: SchoolCalendar
) -> list[feeds.DueItem]:
    who, when, row = (request.GET.get(key, "") for key in ("who", "when", "row"))
    if who in ("school", "authority"):
        items = [item for item in items if item.is_ours == (who == "school")]
    if row in feeds.ROWS:
        items = [item for item in items if item.row == row]
    if when == "overdue":
        items = [item for item in items if item.due < on]
    elif when == "soon":
        items = [item for item in items if item.working <= days_after(on, 14)]
    elif when == "term":
        term = calendar.term_for(on)
        until = term.ends if term else days_after(on, 84)
        items = [item for item in items if item.due <= until]
    week = params.day(request.GET.get("week"))
    if week:
        first = feeds.monday_of(on)
        items = [item for item in items if max(first, feeds.monday_of(item.due)) == feeds.monday_of(week)]
    return items


def _pills(request: HttpRequest) -> list[dict[str, str]]:
    pills = []
    for key, names in (("who", WHO), ("when", WHEN)):
        chosen = request.GET.get(key, "")
        if chosen and chosen in names:
            pills.append({"text": names[chosen], "url": _link(request, **{key: ""})})
    row = request.GET.get("row", "")
    if row in feeds.ROWS:
        pills.append({"text": feeds.ROWS[row][0], "url": _link(request, row="")})
    if week := params.day(request.GET.get("week")):
        pills.append({"text": f"Week of {day(week)}", "url": _link(request, week="")})
    return pills


@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """Every date the law asks for: ours, and what we wait for. 3 queries of its own for any number of pupils."""
    school, on = need(request, *SEEN_BY), clock.today()
    calendar = calendar_for(school.id)
    items = feeds.due_items(school.id, on, calendar=calendar)
    risky = feeds.at_risk_of(items, on)
    found = feeds.offered(_wanted(request, items, on, calendar), request.user.access, school.id)
    context = {
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "lead": _lead(items, risky, on),
        "pills": _pills(request),
        "who": WHO,
        "when": WHEN,
        "rows": {"": "Everything", **{key: label for key, (label, _) in feeds.ROWS.items()}},
        "chosen": {key: request.GET.get(key, "") for key in ("who", "when", "row", "week")},
        "export_url": reverse("reviews:deadlines-export") + _link(request).replace(request.path, ""),
        "total": len(items),
    }
    return render(request, "reviews/deadlines.html", context)


def _lead(items: list[feeds.DueItem], risky: list[feeds.DueItem], on: date) -> str:
    """How many of our dates have passed, and how many come soon: within a week, or with the next closure of the school."""
    overdue = sum(item.due < on for item in risky)
    rest = len(risky) - overdue
    soon = "1 more comes soon." if rest == 1 else f"{rest} more come soon." if rest else "Nothing else comes soon."
    if overdue:
        dates = "1 date of ours has passed" if overdue == 1 else f"{overdue} dates of ours have passed"
        return f"{dates}. {soon}"
    if risky:
        return f"Nothing is overdue. {rest} {'date of ours comes' if rest == 1 else 'dates of ours come'} soon."
    following = next((item for item in items if item.is_ours and item.due >= on), None)
    return f"Nothing is at risk. The next date is {day(following.working)}." if following else "Nothing is due."


@require_safe
def deadlines_export(request: HttpRequest) -> HttpResponse:
    """The same list, filters included, as a CSV file. Written to the audit trail."""
    school, on = need(request, *SEEN_BY), clock.today()
    calendar = calendar_for(school.id)
    items = _wanted(request, feeds.due_items(school.id, on, calendar=calendar), on, calendar)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="deadlines-{on.isoformat()}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["Pupil", "Year", "What", "Legal date", "Working date", "Who acts", "Status", "Rule", "Source"])
    for item in items:
        row = [
            item.pupil, item.year, item.label, item.due.isoformat(), item.working.isoformat(), item.owner, item.status.text,
            item.rule, item.source,
        ]  # fmt: skip
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" else cell for cell in row])
    audit.record("deadlines.exported", by=request.user, school_id=school.id, details={"rows": len(items)})
    return response


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The next 12 weeks at a glance."""
    school, on = need(request, *SEEN_BY), clock.today()
    school_days = calendar_for(school.id)
    items = feeds.due_items(school.id, on, calendar=school_days)
    coming = [item for item in items if item.due < days_after(feeds.monday_of(on), 7 * feeds.WEEKS)]
    context = {
        "horizon": feeds.horizon_of(items, on, calendar=school_days),
        "lead": _lead(items, feeds.at_risk_of(items, on), on),
        "coming": coming[:100],
        "later": len(items) - len(coming),
    }
    return render(request, "reviews/calendar.html", context)


# --- Annual reviews -------------------------------------------------------------------------------------------

VIEWS = {
    "": "Open",
    "term": "This term",
    "overdue": "Overdue",
    "waiting": "Waiting for the local authority",
    "finished": "Finished",
}


def _view_filters(on: date, calendar: SchoolCalendar) -> dict[str, Q]:
    term = calendar.term_for(on)
    until = term.ends if term else days_after(on, 84)
    owed = owed_q(on)
    open_ = owed & Q(state__in=rules.UNFINISHED_STATES)
    return {
        "": open_,
        "term": open_ & (Q(due_on__lte=until) | Q(meeting_on__range=(on, until))),
        "overdue": open_ & Q(is_overdue=True),
        "waiting": owed & Q(state__in=[ReviewState.REPORTED, ReviewState.DECIDED]),
        "finished": ~owed | Q(state__in=[ReviewState.COMPLETE, ReviewState.CANCELLED]),
    }


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Reviews of the school in view, within reach. 5 queries of its own."""
    school, on = need(request, *SEEN_BY, Permission.REVIEW_CONTRIBUTE), clock.today()
    calendar_ = calendar_for(school.id)
    late = ReviewStep.objects.open().filter(_late(on), review=OuterRef("pk"), owner__in=OUR_OWNERS)
    reviews: QuerySet[Review] = (
        Review.objects.visible_to(request.user).filter(school_id=school.id).annotate(is_overdue=Exists(late))
    )
    kind = request.GET.get("kind", "")
    if kind in ReviewKind.values:
        reviews = reviews.filter(kind=kind)
    filters = _view_filters(on, calendar_)
    chosen = request.GET.get("view", "")
    chosen = chosen if chosen in VIEWS else ""
    counts = reviews.aggregate(**{f"n{index}": Count("pk", filter=q) for index, q in enumerate(filters.values())})
    rows = reviews.filter(filters[chosen]).for_list()
    rows = rows.order_by("-due_on", "-pk") if chosen == "finished" else rows
    paginator = Paginator(rows, ROWS_A_PAGE)
    paginator.count = counts[f"n{list(filters).index(chosen)}"]
    page = paginator.get_page(request.GET.get("page"))
    can_edit = request.user.access.can(Permission.REVIEW_EDIT, school.id)
    context = {
        "page": page,
        "rows": [_row(item, on, calendar_) for item in page],
        "views": [
            {"text": text, "url": _link(request, view=key), "current": key == chosen, "count": counts[f"n{index}"]}
            for index, (key, text) in enumerate(VIEWS.items())
        ],
        "kinds": ReviewKind.choices,
        "kind": kind,
        "view": chosen,
        "pills": [{"text": ReviewKind(kind).label, "url": _link(request, kind="")}]
        if kind in ReviewKind.values
        else [],
        "overdue": counts["n2"],
        "open": counts["n0"],
        "can_edit": can_edit,
        "without_plan": _without_plan(request, school.id, on) if can_edit else [],
    }
    return render(request, "reviews/list.html", context)


def _without_plan(request: HttpRequest, school_id: int, on: date) -> list[Pupil]:
    """Pupils with an EHC plan on the register whose plan has no dates here, so that nothing counts down. One query."""
    pupils = Pupil.objects.visible_to(request.user).filter(school_id=school_id, sen_status=SenStatus.EHCP)
    return list(pupils.on_roll(on).filter(ehc_plan__isnull=True).order_by("surname", "forename", "pk")[:ROWS_A_PAGE])


def _row(item: Review, on: date, calendar_: SchoolCalendar) -> dict[str, Any]:
    """A review with its most pressing open step. A booked meeting counts down to its own day, as in the list of deadlines."""
    judged = []
    for step in item.open_steps:
        deadline = present.deadline_of(step)
        if step.key == "meeting_latest" and item.meeting_on:
            deadline = feeds.booked(deadline, item.meeting_on)
        judged.append((status_of(deadline, on=on, calendar=calendar_), deadline))
    ours = [pair for pair in judged if pair[0].is_ours]
    status, step = min(ours or judged, key=lambda pair: pair[1].working_date, default=(None, None))
    return {
        "review": item,
        "chip": present.state_chip(item),
        "status": status,
        "step": step,
        "words": present.short_status(status) if status else "",
    }


def _late(on: date) -> Q:
    """Of steps: those whose day has passed; of a booked meeting that is its own day."""
    booked = Q(key="meeting_latest", review__meeting_on__isnull=False)
    return (Q(due_on__lt=on) & ~booked) | (booked & Q(review__meeting_on__lt=on))


# --- Meetings -------------------------------------------------------------------------------------------------

PLAN_WEEKS = 6


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Review meetings that are booked, reviews without a date, and plan reviews with parents. 4 queries of its own."""
    school, on = need(request, *SEEN_BY), clock.today()
    reviews = Review.objects.visible_to(request.user).owed(on).filter(school_id=school.id)
    reviews = reviews.select_related("pupil", "owner")
    booked = list(
        reviews.filter(state=ReviewState.SCHEDULED)
        .annotate(people=Count("invitees"), coming=Count("invitees", filter=Q(invitees__reply__in=["coming", "video"])))
        .order_by("meeting_on", "meeting_at", "pk")[:200]
    )
    undated = list(reviews.filter(state=ReviewState.PLANNED).order_by("due_on", "pk")[:200])
    plans: list[Plan] = []
    if request.user.access.can(Permission.PLAN_VIEW, school.id):
        plans = list(
            Plan.objects.filter(
                state="active",
                review_on__lte=days_after(on, 7 * PLAN_WEEKS),
                pupil__in=Pupil.objects.visible_to(request.user).filter(school_id=school.id).on_roll(on),
            )
            .select_related("pupil", "pupil__key_adult")
            .order_by("review_on", "pk")[:100]
        )
    context = {
        "booked": [{"review": item, "chip": _meeting_chip(item, on)} for item in booked],
        "undated": undated,
        "plans": [{"plan": plan, "days": (plan.review_on - on).days} for plan in plans],
        "can_edit": request.user.access.can(Permission.REVIEW_EDIT, school.id),
        "on": on,
    }
    return render(request, "reviews/meetings.html", context)


def _meeting_chip(item: Review, on: date) -> tuple[str, str]:
    days = (item.meeting_on - on).days
    if days < 0:
        return "warn", "Record the meeting"
    if not item.invited_on:
        return "warn", "Not everyone is invited"
    return "ok", "Today" if days == 0 else f"In {days} day{'' if days == 1 else 's'}"
