"""One review: its page, how its dates are worked out, its papers on paper, its calendar file, and cancelling."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from reviews import actions, comparing, forms, ics, present, rules
from reviews.actions.mail import entry_of
from reviews.actions.plans import lacks_transfer_year
from reviews.enums import ReviewState
from reviews.models import EhcOutcome, Invitee, OutcomeProgress, Review, SectionFItem
from sendco.accounts.guards import may
from sendco.audit import audit
from sendco.core import clock
from sendco.core.dates import long_date, weekday_date
from sendco.core.exceptions import Refused
from sendco.core.http import saved
from sendco.core.ui import clock_time, day
from sendco.schools.services import calendar_for

from ._shared import EDIT, VIEW, bound, get_review, note_look, review_crumbs, run
from .compare import previous_of


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one review. What it shows follows from who looks: in full, dates only, or one's own part."""
    item, on = get_review(request, pk), clock.today()
    audit.record("review.viewed", by=request.user, target=item, label=item.pupil.initials)
    item.plan.pupil, item.pupil.school = item.pupil, item.school
    calendar = calendar_for(item.school_id)
    steps, people = list(item.steps.all()), list(item.invitees.all())
    can_read, can_edit = may(request.user, VIEW, item), may(request.user, EDIT, item)
    action = present.next_action(item, steps, people, on=on)
    outcomes = outcomes_of(item) if can_read else []
    rated = sum(row["rating"] is not None for row in outcomes)
    context = {
        "review": item,
        "chip": present.state_chip(item),
        "timeline": present.timeline_of(item, steps, on=on, calendar=calendar, can_record=can_edit),
        "action": action,
        "action_url": action_url(item, action) if action and can_do(action, can_read, can_edit) else "",
        "people": [
            present.person_row(person, on=on, is_before=item.state == ReviewState.SCHEDULED) for person in people
        ],
        "people_summary": _people_summary(item, people),
        "mine": next((person for person in people if person.user_id == request.user.pk), None),
        "outcomes": outcomes,
        "papers": present.papers_of(item, people, outcomes=len(outcomes), rated=rated) if can_read else [],
        "meeting": meeting_pairs(item),
        "letter": letter_pairs(item) if can_read or can_edit else [],
        "can_read": can_read,
        "can_edit": can_edit,
        "can_write": can_read and can_edit,
        "is_over": item.state in (ReviewState.COMPLETE, ReviewState.CANCELLED),
        "can_cancel": can_edit and item.state in rules.BEFORE_MEETING,
        "has_previous": can_read and previous_of(item) is not None,
        "can_move": can_edit and item.state in rules.BEFORE_MEETING,
        "needs_invite_record": can_edit and item.state == ReviewState.SCHEDULED and not item.invited_on,
        "transfer": lacks_transfer_year(item.plan, on=on) if can_edit and item.state in rules.BEFORE_MEETING else None,
        "ready": sum(1 for person in people if person.advice_received_on),
    }
    context["papers_ready"] = sum(paper["state"] == "done" for paper in context["papers"])
    return render(request, "reviews/review.html", context)


def can_do(action: present.NextAction, can_read: bool, can_edit: bool) -> bool:
    """Whether the page of an action takes this person: who only arranges reviews does not write their report."""
    return can_edit and (can_read or action.key != "report-edit")


def action_url(item: Review, action: present.NextAction) -> str:
    if action.key == "schedule":
        return f"{reverse('reviews:schedule')}?review={item.pk}"
    return reverse(f"reviews:{action.key}", args=[item.pk])


def _people_summary(item: Review, people: list[Invitee]) -> str:
    sent = sum(person.advice_received_on is not None for person in people)
    coming = sum(person.reply in ("coming", "video") for person in people)
    return f"{sent} of {len(people)} have sent their views. {coming} of {len(people)} are coming."


def outcomes_of(item: Review) -> list[dict[str, Any]]:
    """Each outcome with this review's rating and the last one's. Two queries."""
    judged: dict[int, list[OutcomeProgress]] = {}
    rows = OutcomeProgress.objects.filter(outcome__plan_id=item.plan_id).select_related("review").order_by("-review_id")
    for row in rows:
        judged.setdefault(row.outcome_id, []).append(row)
    found = []
    for outcome in EhcOutcome.objects.filter(plan_id=item.plan_id):
        now = next((row for row in judged.get(outcome.pk, ()) if row.review_id == item.pk), None)
        before = next((row for row in judged.get(outcome.pk, ()) if row.review_id < item.pk), None)
        found.append(
            {
                "outcome": outcome,
                "prefix": f"outcome-{outcome.pk}",
                "rating": now.rating if now else None,
                "evidence": now.evidence if now else "",
                "before": before.get_rating_display() if before and before.rating is not None else "",
                "before_year": (before.review.held_on or before.review.due_on).year if before else None,
            }
        )
    return found


def meeting_pairs(item: Review) -> list[tuple[str, str]]:
    if not item.meeting_on:
        return []
    when = weekday_date(item.meeting_on)
    if item.meeting_at:
        when += f", {clock_time(item.meeting_at)}, {item.minutes} minutes"
    pairs = [("When", when), ("Where", item.place or "Video call")]
    if item.video_link:
        pairs.append(("Video", item.video_link))
    if item.owner:
        pairs.append(("Arranged by", item.owner.get_full_name()))
    if item.adjustments:
        pairs.append(("Adjustments", item.adjustments))
    if item.short_notice_reason:
        pairs.append(("Reason for this day", item.short_notice_reason))
    return pairs


def letter_pairs(item: Review) -> list[tuple[str, str]]:
    """What is on record after the meeting."""
    pairs = []
    if item.report_sent_on:
        pairs.append(("Report sent", f"{long_date(item.report_sent_on)}, to {item.report_sent_to}"))
    if item.notice_on:
        pairs += [
            ("Decision", item.get_decision_display()),
            ("Letter", f"{long_date(item.notice_on)}, {item.notice_reference}"),
        ]
    if item.final_plan_on:
        pairs.append(("Final plan", day(item.final_plan_on)))
    if item.cancelled_reason:
        pairs.append(("Cancelled", item.cancelled_reason))
    return pairs


@require_safe
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """Every date of the review with its rule, source and the limb that binds."""
    item = get_review(request, pk)
    note_look(request, "review.viewed", item, item.pupil)
    found = actions.clock_of(item, calendar=calendar_for(item.school_id))
    context = {
        "review": item,
        "clock": list(found.values()),
        "links": review_crumbs(item),
        "current": "How dates are worked out",
    }
    return render(request, "reviews/dates.html", context)


@require_safe
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything for the meeting on paper. For who reads reviews in full; written to the audit trail."""
    item = get_review(request, pk, VIEW)
    on = clock.today()
    audit.record("review.pack_printed", by=request.user, target=item, label=item.pupil.initials)
    people, name = comparing.with_answers(item.invitees.all()), item.pupil.first_name
    provision = SectionFItem.objects.filter(plan_id=item.plan_id).prefetch_related("lines__group")
    context = {
        "review": item,
        "timeline": present.timeline_of(item, list(item.steps.all()), on=on),
        "people": [{"person": person, "answers": rules.asked_and_answered(person.answers, name)} for person in people],
        "outcomes": outcomes_of(item),
        "provision": provision,
        "meeting": meeting_pairs(item),
        "printed_by": request.user.get_full_name(),
        "printed_at": clock.now(),
        "personal": True,
    }
    return render(request, "reviews/pack.html", context)


@require_safe
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting as a calendar file, for one's own calendar."""
    item = get_review(request, pk)
    if not item.meeting_on:
        raise Refused("This review has no meeting date yet.")
    method = ics.CANCEL if item.state == ReviewState.CANCELLED else ics.PUBLISH
    text = ics.calendar_text(entry_of(item), method=method, stamp=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_review(request, pk, EDIT)

    def act(data: dict[str, Any]) -> HttpResponse:
        following = actions.cancel_review(review=item, reason=data["reason"], by=request.user, on=clock.today())
        told = "Review cancelled. Everyone who was invited is being told"
        if following is None:
            return saved(request, told, to=item)
        return saved(request, f"{told}. A new review is open, to be complete by {day(following.due_on)}", to=following)

    page = {
        "title": "Cancel this review",
        "submit": "Cancel the review",
        "kind": "danger",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "notes": [
            "People who were invited get an e-mail and their links stop working.",
            f"The law’s clock does not stop: a new review opens, which must be complete by {long_date(item.due_on)}.",
        ],
    }
    return run(request, forms.CancelForm(bound(request)), act, page=page)
