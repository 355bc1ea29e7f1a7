"""Needs assessments: the list, one with its 20 weeks, and recording what came."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from reviews import actions, forms
from reviews.actions.assessments import DONE_BY, assessment_clock
from reviews.deadlines import Deadline, status_of
from reviews.models import NeedsAssessment
from reviews.present import chip_and_note, owner_words, short_rule, short_source
from sendco.accounts.guards import find, may, need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.http import saved
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for

from ._shared import EDIT, bound, get_pupil, note_look, run

ROWS_A_PAGE = 50
SEEN_BY = (Permission.REVIEW_DATES, Permission.REVIEW_VIEW)


def get_assessment(request: HttpRequest, pk: int, permission: Permission | None = None) -> NeedsAssessment:
    rows = NeedsAssessment.objects.visible_to(request.user).select_related("pupil", "school")
    item = find(request, rows, permission, pk=pk)
    if permission is EDIT:
        note_look(request, "assessment.viewed", item, item.pupil)
    return item


def steps_of(item: NeedsAssessment, *, on: date, calendar: SchoolCalendar | None) -> list[dict[str, Any]]:
    """The 20 weeks for the `countdown` component."""
    rows, now_found = [], False
    for key, step in assessment_clock(item, calendar=calendar).items():
        done_on = getattr(item, DONE_BY[key]) if key in DONE_BY else None
        if key == "no_plan_by" and (item.draft_served_on or item.final_plan_on) and not done_on:
            continue
        if key == "final_possible_from":
            continue
        rows.append(_step(step, done_on, on=on, calendar=calendar, is_closed=bool(item.closed_on)))
        if not now_found and rows[-1]["state"] == "" and step.due and not item.closed_on:
            rows[-1]["state"], now_found = "now", True
    return rows


def _step(
    step: Deadline, done_on: date | None, *, on: date, calendar: SchoolCalendar | None, is_closed: bool
) -> dict[str, Any]:
    status = status_of(step, on=on, done_on=done_on, calendar=calendar)
    over = is_closed and not done_on
    text, note = ("No longer awaited", "") if over else chip_and_note(status)
    return {
        "title": step.label,
        "date": done_on or step.due,
        "status": "none" if over else str(status.tone),
        "text": text,
        "note": note,
        "state": "done" if done_on else "",
        "rule": short_rule(step.binding_limb) or step.rule,
        "source": short_source(step.source),
        "owner": "" if status.is_ours else owner_words(step.owner),
        "working_date": None,
    }


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """Open ones with their next date, or closed ones. 3 queries of its own."""
    school, on = need(request, *SEEN_BY), clock.today()
    calendar = calendar_for(school.id)
    rows = NeedsAssessment.objects.visible_to(request.user).filter(school_id=school.id)
    counts = rows.aggregate(
        open=Count("pk", filter=Q(closed_on__isnull=True)), closed=Count("pk", filter=Q(closed_on__isnull=False))
    )
    chosen = "closed" if request.GET.get("view") == "closed" else "open"
    rows = rows.filter(closed_on__isnull=chosen == "open").select_related("pupil").order_by("received_on", "pk")
    paginator = Paginator(rows, ROWS_A_PAGE)
    paginator.count = counts[chosen]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(item, on, calendar) for item in page],
        "views": [
            {"text": "Open", "url": request.path, "current": chosen == "open", "count": counts["open"]},
            {"text": "Closed", "url": "?view=closed", "current": chosen == "closed", "count": counts["closed"]},
        ],
        "view": chosen,
    }
    return render(request, "reviews/assessments.html", context)


def _row(item: NeedsAssessment, on: date, calendar: SchoolCalendar) -> dict[str, Any]:
    steps = steps_of(item, on=on, calendar=calendar)
    current = next((step for step in steps if step["state"] == "now"), None)
    return {
        "item": item,
        "step": current,
        "result": result_words(item),
        "final": assessment_clock(item)["final_plan_by"].due,
    }


def result_words(item: NeedsAssessment) -> str:
    if item.final_plan_on:
        return "Plan made"
    if item.refused_plan_on:
        return "No plan"
    if item.is_agreed is False:
        return "Not assessed"
    return "Closed" if item.closed_on else ""


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_assessment(request, pk), clock.today()
    audit.record("assessment.viewed", by=request.user, target=item, label=item.pupil.initials)
    context = {
        "item": item,
        "steps": steps_of(item, on=on, calendar=calendar_for(item.school_id)),
        "result": result_words(item),
        "can_edit": may(request.user, EDIT, item) and not item.closed_on,
        "week": max(1, (on - item.received_on).days // 7 + 1),
        "links": [("Needs assessments", reverse("reviews:assessments"))],
        "current": item.pupil.known_as,
    }
    return render(request, "reviews/assessment.html", context)


def _crumbs(item: NeedsAssessment) -> list[tuple[str, str]]:
    return [("Needs assessments", reverse("reviews:assessments")), (item.pupil.known_as, item.get_absolute_url())]


@require_http_methods(["GET", "POST"])
def assessment_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil, on = get_pupil(request, pk, EDIT), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        item = actions.open_needs_assessment(pupil=pupil, by=request.user, **data)
        return saved(request, "Needs assessment opened", to=item)

    page = {
        "title": f"Needs assessment for {pupil.first_name}",
        "submit": "Start the 20 weeks",
        "back": reverse("reviews:assessments"),
        "crumbs": [("Needs assessments", reverse("reviews:assessments"))],
    }
    return run(request, forms.AssessmentAddForm(bound(request), today=on), act, page=page)


@require_http_methods(["GET", "POST"])
def assessment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_assessment(request, pk, EDIT), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        version = data.pop("version")
        actions.change_needs_assessment(assessment=item, version=version, by=request.user, **data)
        return saved(request, "Dates saved", to=item)

    page = {
        "title": "Record what came",
        "submit": "Save dates",
        "back": item.get_absolute_url(),
        "crumbs": _crumbs(item),
        "notes": ["Enter a date when its letter has come. The other dates follow by themselves."],
    }
    return run(request, forms.AssessmentForm(bound(request), instance=item, today=on), act, page=page)


@require_http_methods(["GET", "POST"])
def assessment_close(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_assessment(request, pk, EDIT), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.close_needs_assessment(assessment=item, version=data["version"], on=data["on"], by=request.user)
        return saved(request, "Needs assessment closed", to=item)

    page = {
        "title": "Close this needs assessment",
        "submit": "Close it",
        "back": item.get_absolute_url(),
        "crumbs": _crumbs(item),
        "notes": [
            "Use this when the request was withdrawn or the pupil has left. A letter from the authority closes it itself."
        ],
    }
    return run(request, forms.CloseAssessmentForm(bound(request), instance=item, today=on), act, page=page)
