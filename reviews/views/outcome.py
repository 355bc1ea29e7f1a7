"""After the invitations: the meeting held, outcomes rated, the report, the letter and the final plan."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from reviews import actions, forms
from reviews.enums import Decision
from reviews.models import EhcOutcome
from sendco.accounts.guards import check, find
from sendco.core import clock
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused
from sendco.core.http import saved

from ._shared import EDIT, VIEW, bound, get_review, review_crumbs, run


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_review(request, pk, EDIT), clock.today()
    people = list(item.invitees.all())

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.hold_meeting(review=item, on=data["on"], by=request.user, attended=data["attended"])
        return saved(request, "Meeting recorded. The report is due within 2 weeks", to=item)

    coming = [str(p.pk) for p in people if p.reply in ("coming", "video")]
    initial = {"on": min(item.meeting_on, on) if item.meeting_on else on, "attended": coming}
    page = {
        "title": "Record the meeting",
        "submit": "Record the meeting",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
    }
    return run(request, forms.HoldForm(bound(request), today=on, people=people, initial=initial), act, page=page)


@require_POST
def outcome_rate(request: HttpRequest, pk: int, outcome_pk: int) -> HttpResponse:
    """One outcome's rating, from the review page."""
    item = get_review(request, pk, EDIT)
    check(request.user, VIEW, item)
    outcome = find(request, EhcOutcome.objects.filter(plan_id=item.plan_id), None, pk=outcome_pk)
    form = forms.RateForm(request.POST)
    if not form.is_valid():
        raise Refused("Choose a rating: not yet, with help, nearly or got it.")
    actions.rate_outcome(review=item, outcome=outcome, by=request.user, **form.cleaned_data)
    return saved(request, f"Outcome {outcome.number} rated", to=f"{item.get_absolute_url()}#outcomes")


@require_http_methods(["GET", "POST"])
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_review(request, pk, EDIT)
    check(request.user, VIEW, item)

    def act(data: dict[str, Any]) -> HttpResponse:
        version = data.pop("version")
        actions.write_report(review=item, version=version, by=request.user, **data)
        return saved(request, "Report saved", to=item)

    page = {
        "title": "Write the report",
        "submit": "Save report",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "notes": ["It goes to everyone invited and to the local authority within 2 weeks of the meeting."],
    }
    return run(request, forms.ReportForm(bound(request), instance=item), act, page=page)


@require_http_methods(["GET", "POST"])
def report_send(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_review(request, pk, EDIT), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.send_report(review=item, on=data["on"], to=data["to"], by=request.user)
        return saved(request, "Report recorded as sent", to=item)

    initial = {"on": on, "to": "Everyone invited and the local authority"}
    page = {
        "title": "Send the report",
        "submit": "Record the report as sent",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "notes": ["Print the pack or send the report your usual secure way, then record it here."],
    }
    return run(request, forms.ReportSentForm(bound(request), today=on, initial=initial), act, page=page)


@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_review(request, pk, EDIT), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.record_decision(review=item, by=request.user, **data)
        text = "Letter recorded. The next 12 months have started"
        if data["decision"] == Decision.CEASE:
            text = "Letter recorded. Enter in the plan when it ends"
        return saved(request, text, to=item)

    page = {
        "title": "Record the local authority’s letter",
        "submit": "Record the letter",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "notes": [
            "Only the local authority decides, and only its letter ends the review. The date of the letter starts the next "
            "12 months."
        ],
    }
    return run(request, forms.DecisionForm(bound(request), today=on), act, page=page)


@require_http_methods(["GET", "POST"])
def final_plan(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_review(request, pk, EDIT), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.record_final_plan(review=item, on=data["on"], by=request.user)
        return saved(request, "Final plan recorded. Bring the outcomes and Section F up to date", to=item)

    page = {
        "title": "Record the final plan",
        "submit": "Record the final plan",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "notes": [f"The next review still counts from the letter of {long_date(item.notice_on)}."]
        if item.notice_on
        else [],
        "extra_url": reverse("reviews:ehc-plan-edit", args=[item.plan_id]),
    }
    return run(request, forms.FinalPlanForm(bound(request), today=on), act, page=page)
