"""One pupil: the overview and its sections. Each look is audited; who sees what is decided by `pupils.sight`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pupils.enums import PlanState, SenStatus
from pupils.models import Adjustment, Document, Need, Plan, Profile, Pupil, Score, Strategy
from pupils.models.scores import Family
from pupils.register_page import place_of
from pupils.rules import age_score_words
from pupils.sight import Sight, documents_q
from pupils.targets import rows_by_plan, rows_of
from reviews.models import NeedsAssessment, Review
from reviews.present import state_chip
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.audit.models import AuditEvent
from sendco.core import clock
from sendco.core.exceptions import NotAllowed
from sendco.core.ui import plural_words
from sendco.pages import pupil_feed, pupil_parts
from sendco.pages.audit_words import words_of
from sendco.pages.pupil_page import find_pupil, frame

EVENTS_SHOWN = 6
EVENTS_A_PAGE = 40
LOOKS_A_PAGE = 50


def _refuse_unless(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed("Your role does not include this part of the record. Ask your SENDCo if you need it.")


def _points(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def voice(profile: Profile | None) -> list[dict[str, Any]]:
    """The three headings of a one-page profile with their points; empty without one."""
    if profile is None:
        return []
    return [
        {"title": "What people like about me", "points": _points(profile.liked_about_me)},
        {"title": "What is important to me", "points": _points(profile.important_to_me)},
        {"title": "How to help me", "points": _points(profile.how_to_help_me)},
    ]


def _next_item(context: dict[str, Any], on: date) -> list[dict[str, Any]]:
    """What is due next, as the first entry of the timeline."""
    pupil, sight = context["pupil"], context["sight"]
    if sight.plan and pupil.plan_now is not None and pupil.plan_now.review_on >= on:
        return [
            {"date": pupil.plan_now.review_on, "title": "Review the plan", "kind": "next", "text": "With the parents"}
        ]
    return []


@require_GET
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole picture in half a minute. 7 queries of its own for any amount of data."""
    on = clock.today()
    pupil = find_pupil(request, pk, "overview")
    sight = Sight.of(request.user, pupil.school_id)
    lists = pupil_parts.pieces(pupil, sight, request.user, on=on)
    context = frame(request, pupil, "", on=on, needs=lists.needs)
    plan = pupil.plan_now if sight.plan else None
    lines = pupil_parts.current_lines(pupil, on) if sight.provision else []
    if sight.record:
        events = pupil_feed.events(pupil, sight, request.user, on=on)[:EVENTS_SHOWN]
        context["events"] = _next_item(context, on) + pupil_feed.items(
            events, pupil_id=pk, user=request.user, may_change_all=sight.confidential, short=True
        )
    context |= {
        "profile": pupil.profile_now,
        "voice": voice(pupil.profile_now),
        "strategies": lists.strategies,
        "need_rows": pupil_parts.need_groups(lists.needs),
        "plan": plan,
        "steps": pupil_parts.apdr_steps(plan, on) if plan else [],
        "rows": rows_of(plan, on=on) if plan else [],
        "lines": lines,
        "provision_lead": pupil_parts.provision_lead(lines),
        "documents": pupil_parts.document_rows(lists.documents[:4]),
        "more_documents": max(0, len(lists.documents) - 4),
        "contacts": pupil_parts.contact_rows(lists.contacts),
        "reviews": pupil_parts.review_rows(lists.reviews[:3]),
        "back": request.path,
    }
    return render(request, "pages/pupil/overview.html", context)


@require_GET
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The one-page profile, what every adult does, and earlier versions."""
    on = clock.today()
    pupil = find_pupil(request, pk, "profile")
    context = frame(request, pupil, "profile", on=on)
    strategies = list(Strategy.objects.filter(pupil=pupil).order_by("area", "pk"))
    context |= {
        "profile": pupil.profile_now,
        "voice": voice(pupil.profile_now),
        "strategies": [row for row in strategies if row.ends is None or row.ends >= on],
        "ended": [row for row in strategies if row.ends is not None and row.ends < on],
        "earlier": [
            {"profile": row, "voice": voice(row)} for row in Profile.objects.filter(pupil=pupil, is_current=False)[:10]
        ],
    }
    return render(request, "pages/pupil/profile.html", context)


@require_GET
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    """Needs by rank, strengths, support over time, adjustments and test scores."""
    on = clock.today()
    pupil = find_pupil(request, pk, "needs")
    sight = Sight.of(request.user, pupil.school_id)
    _refuse_unless(sight.record)
    found = list(Need.objects.filter(pupil=pupil).order_by("rank", "pk"))
    current = [row for row in found if row.ends is None]
    context = frame(request, pupil, "needs", on=on, needs=current)
    now = pupil.period_now
    context |= {
        "need_rows": pupil_parts.need_groups(current),
        "ended_needs": pupil_parts.need_groups([row for row in found if row.ends is not None]),
        "periods": pupil.sen_periods.all(),
        "untold": now is not None and now.status == SenStatus.SUPPORT and now.parents_told_on is None,
        "adjustments": Adjustment.objects.filter(pupil=pupil).select_related("owner") if sight.record else [],
        "scores": _scores(pupil) if sight.full_plan else [],
    }
    return render(request, "pages/pupil/needs.html", context)


def _scores(pupil: Pupil) -> list[dict[str, Any]]:
    rows = []
    for score in Score.objects.filter(pupil=pupil).select_related("instrument")[:60]:
        is_age = score.instrument.family == Family.AGE
        number = age_score_words(int(score.value)) if is_age else f"{score.value.normalize():f}"
        sign = {"<": "less than ", ">": "more than "}.get(score.qualifier, "")
        rows.append({"score": score, "value": f"{sign}{number}"})
    return rows


@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan in force, its draft successor and past cycles. Teaching assistants see the targets alone."""
    on = clock.today()
    pupil = find_pupil(request, pk, "plan")
    sight = Sight.of(request.user, pupil.school_id)
    _refuse_unless(sight.plan)
    context = frame(request, pupil, "plan", on=on)
    plans = list(Plan.objects.filter(pupil=pupil).order_by("-cycle"))
    active = next((row for row in plans if row.state == PlanState.ACTIVE), None)
    draft = next((row for row in plans if row.state == PlanState.DRAFT), None) if sight.full_plan else None
    targets = rows_by_plan(plans, on=on, with_hints=context["may_edit_plan"])
    context |= {
        "plan": active,
        "steps": pupil_parts.apdr_steps(active, on) if active else [],
        "rows": targets[active.pk] if active else [],
        "draft": draft,
        "draft_rows": targets[draft.pk] if draft else [],
        "past": pupil_parts.past_rows(plans, targets) if sight.full_plan else [],
        "meetings": pupil_parts.meetings(pupil, plans, on) if sight.full_plan else None,
        "back": request.path,
    }
    return render(request, "pages/pupil/plan.html", context)


@require_GET
def provision(request: HttpRequest, pk: int) -> HttpResponse:
    """What the pupil gets and got, and how the last sessions went."""
    on = clock.today()
    pupil = find_pupil(request, pk, "provision")
    sight = Sight.of(request.user, pupil.school_id)
    _refuse_unless(sight.provision)
    context = frame(request, pupil, "provision", on=on)
    trails = pupil_parts.trails(pupil, on)
    now, past, coming = [], [], []
    for line in pupil_parts.lines_of(pupil, on):
        row = pupil_parts.line_row(line, trails.get(line.pk, ()))
        over = line.left_on is not None or line.ends < on or line.group.state == "finished"
        (past if over else coming if line.starts > on else now).append(row)
    context |= {
        "lines": now,
        "coming": coming,
        "past": sorted(past, key=lambda row: row.line.left_on or row.line.ends, reverse=True),
        "provision_lead": pupil_parts.provision_lead(now),
        "sessions": pupil_parts.recent_sessions(pupil, on),
    }
    return render(request, "pages/pupil/provision.html", context)


@require_GET
def reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """The EHC plan's dates, its reviews, needs assessments and plan reviews."""
    on = clock.today()
    pupil = find_pupil(request, pk, "reviews", "ehc_plan")
    sight = Sight.of(request.user, pupil.school_id)
    _refuse_unless(sight.reviews)
    context = frame(request, pupil, "reviews", on=on)
    may_edit = request.user.access.can(Permission.REVIEW_EDIT, pupil.school_id)
    found = Review.objects.filter(pupil=pupil).order_by("-due_on", "-pk")
    rows = [
        {
            "review": row,
            "on": row.held_on or row.meeting_on,
            "chip": state_chip(row),
            "decision": row.get_decision_display(),
        }
        for row in found
    ]
    context |= {
        "ehc_plan": getattr(pupil, "ehc_plan", None),
        "reviews": rows,
        "assessments": NeedsAssessment.objects.filter(pupil=pupil),
        "past": pupil_parts.reviewed_plans(pupil) if sight.full_plan else [],
        "may_edit_reviews": may_edit,
        "may_edit_ehc_plan": may_edit and request.user.access.can(Permission.REVIEW_VIEW, pupil.school_id),
    }
    return render(request, "pages/pupil/reviews.html", context)


@require_GET
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, "documents")
    sight = Sight.of(request.user, pupil.school_id)
    _refuse_unless(sight.documents)
    context = frame(request, pupil, "documents", on=clock.today())
    found = Document.objects.filter(documents_q(sight, request.user), pupil=pupil, removed_at__isnull=True)
    context["documents"] = [
        {"document": row, "words": pupil_parts.file_words(row.media_type, row.size)}
        for row in found.select_related("added_by")
    ]
    return render(request, "pages/pupil/documents.html", context)


@require_GET
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened, newest first, in pages; what is due next on top."""
    on = clock.today()
    pupil = find_pupil(request, pk, "timeline")
    sight = Sight.of(request.user, pupil.school_id)
    _refuse_unless(sight.record)
    context = frame(request, pupil, "timeline", on=on)
    page = Paginator(pupil_feed.events(pupil, sight, request.user, on=on), EVENTS_A_PAGE).get_page(
        request.GET.get("page")
    )
    items = pupil_feed.items(page.object_list, pupil_id=pk, user=request.user, may_change_all=sight.confidential)
    context |= {"page": page, "events": (_next_item(context, on) if page.number == 1 else []) + items}
    return render(request, "pages/pupil/timeline.html", context)


@require_GET
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has looked at or changed the record, newest first."""
    pupil = find_pupil(request, pk, "access")
    _refuse_unless(Sight.of(request.user, pupil.school_id).audit)
    context = frame(request, pupil, "access", on=clock.today())
    events = AuditEvent.objects.filter(pupil_id=pk).order_by("-at", "-pk")
    page = Paginator(events, LOOKS_A_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "looks": [{"event": event, "words": words_of(event)} for event in page.object_list]}
    return render(request, "pages/pupil/access.html", context)


@require_GET
def print_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Profile, strategies and plan on paper, without navigation. Writes `pupil.printed`."""
    on = clock.today()
    pupil = find_pupil(request, pk, "print")
    sight = Sight.of(request.user, pupil.school_id)
    active = pupil.plan_now if sight.plan else None
    lists = pupil_parts.pieces(pupil, sight, request.user, on=on)
    audit.record(
        "pupil.printed", by=request.user, target=pupil, label=pupil.initials, details={"plan": active is not None}
    )
    rows = rows_of(active, on=on) if active else []
    context = {
        "pupil": pupil,
        "sight": sight,
        "place": place_of(pupil),
        "need_rows": pupil_parts.need_groups(lists.needs),
        "profile": pupil.profile_now,
        "voice": voice(pupil.profile_now),
        "strategies": lists.strategies,
        "plan": active,
        "rows": rows,
        "lead": plural_words(len(rows), "target"),
        "adjustments": Adjustment.objects.filter(pupil=pupil, ends__isnull=True) if sight.record else [],
        "printed_by": request.user.get_full_name(),
        "printed_at": clock.now(),
        "personal": True,
    }
    return render(request, "pages/pupil/print.html", context)
