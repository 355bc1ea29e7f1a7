"""A review beside the one before it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews import comparing
from reviews.models import EhcOutcome, Invitee, OutcomeProgress, Review
from sendco.audit import audit

from ._shared import VIEW, get_review, review_crumbs


def previous_of(item: Review) -> Review | None:
    """The last review of the same plan that was held before this one and counts as an annual review. One query."""
    held = Review.objects.filter(plan_id=item.plan_id, counts_as_annual=True, held_on__isnull=False)
    if item.held_on or item.meeting_on:
        held = held.filter(held_on__lt=item.held_on or item.meeting_on)
    return held.exclude(pk=item.pk).order_by("-held_on", "-pk").first()


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Outcomes, views and the report of both, side by side. For who reads reviews in full; written to the audit trail."""
    item = get_review(request, pk, VIEW)
    audit.record("review.compared", by=request.user, target=item, label=item.pupil.initials)
    before = previous_of(item)
    context = {
        "review": item,
        "before": before,
        "links": review_crumbs(item),
        "current": "Compare with last year",
    }
    if before is not None:
        people: dict[int, list[Invitee]] = {before.pk: [], item.pk: []}
        for person in comparing.with_answers(Invitee.objects.filter(review__in=[before, item])):
            people[person.review_id].append(person)
        judged = OutcomeProgress.objects.filter(review__in=[before, item])
        context |= {
            "facts": comparing.facts(before, item),
            "outcomes": comparing.movements(EhcOutcome.objects.filter(plan_id=item.plan_id), judged, item),
            "sides": comparing.sides(people[before.pk], people[item.pk], first_name=item.pupil.first_name),
            "then": before.held_on,
            "now": item.held_on or item.meeting_on,
        }
    return render(request, "reviews/compare.html", context)
