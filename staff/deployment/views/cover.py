"""One session that needs somebody: who could take it, asking, giving, answering."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from provision.models import Session
from sendco.accounts.guards import check, find
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock, ui
from sendco.core.exceptions import Refused
from sendco.core.http import next_url, saved
from sendco.schools.models import School
from staff.deployment.actions import answer_cover, ask_to_cover, give_cover, take_back
from staff.deployment.board import end_of
from staff.deployment.feeds import why_uncovered
from staff.deployment.forms import AnswerForm, PersonForm
from staff.deployment.models import Cover, CoverState
from staff.deployment.permissions import why_closed
from staff.deployment.querysets import needs_cover, sessions_within_reach, with_need
from staff.deployment.rules import rank
from staff.deployment.week import adults_on, gap_of, load_experience, load_week
from staff.forms import ConfirmForm


def _find(request: HttpRequest, pk: int, permission: Permission | None = None) -> Session:
    rows = with_need(sessions_within_reach(request.user)).select_related("group__intervention", "deliverer")
    return find(request, rows, permission, pk=pk)


@require_safe
def cover(request: HttpRequest, pk: int) -> HttpResponse:
    """For who arranges cover: candidates in order, with reasons. For who is asked: the question. At most 12 queries."""
    session, today = _find(request, pk), clock.today()
    if not request.user.access.can(Permission.STAFF_VIEW, session.school_id):
        return _question(request, session)
    federation_id = _federation(request, session)
    week = load_week(session.school_id, federation_id, session.on)
    experience = load_experience(week, federation_id, [session])
    ranked = rank(gap_of(session), adults_on(week, session.on, experience))
    covers = week.covers.get(session.pk, [])
    waiting = {each.asked_id for each in covers if each.state == CoverState.ASKED}
    declined = {each.asked_id for each in covers if each.state == CoverState.DECLINED}
    context = _context(session) | {
        "why": why_uncovered(session) if needs_cover(session, today) else "",
        "closed": why_closed(session, today),
        "pupils": len(week.pupils_of(session)),
        "waiting": [each for each in covers if each.asked_id in waiting],
        "agreed": week.agreed(session),
        "free": [each for each in ranked if each.is_free and each.adult.user_id not in waiting],
        "busy": [each for each in ranked if not each.is_free],
        "declined": declined,
        "mine": next((each for each in covers if each.asked_id == request.user.pk and each.asked_id in waiting), None),
        "can_arrange": request.user.access.can(Permission.COVER_ARRANGE, session.school_id),
        "can_log": request.user.access.can(Permission.SESSION_LOG_ANY, session.school_id),
    }
    return render(request, "staff/cover.html", context)


def _federation(request: HttpRequest, session: Session) -> int:
    place = next((place for place in request.user.access.places if place.id == session.school_id), None)
    return place.federation_id if place else School.objects.get(pk=session.school_id).federation_id


def _context(session: Session) -> dict[str, Any]:
    return {
        "session": session,
        "ends_at": end_of(session),
        "when": f"{ui.weekday(session.on)}, {ui.clock_time(session.starts_at)} to {ui.clock_time(end_of(session))}",
    }


def _question(request: HttpRequest, session: Session) -> HttpResponse:
    """What somebody who is asked sees: when, what, and yes or no. No child's name before they agree. 6 queries."""
    mine = Cover.objects.filter(session=session, asked=request.user).first()
    if mine is None:
        raise Http404("Nobody asked you about this session.")
    closed = why_closed(session, clock.today())
    is_needed = session.deliverer_id is None or session.adult_away or session.adult_gone
    context = _context(session) | {
        "cover": mine,
        "closed": closed,
        "is_open": mine.state == CoverState.ASKED and not closed and is_needed,
        "is_mine": session.deliverer_id == request.user.pk,
        "is_needed": is_needed,
    }
    return render(request, "staff/cover_question.html", context)


def _person(request: HttpRequest) -> User:
    form = PersonForm(request.POST)
    person = User.objects.filter(pk=form.cleaned_data["person"]).first() if form.is_valid() else None
    if person is None:
        raise Refused("Choose who takes the session.")
    return person


def _undo(request: HttpRequest, made: Cover) -> str:
    query = urlencode({"next": next_url(request, reverse("staff:cover", args=[made.session_id]))})
    return f"{reverse('staff:cover-undo', args=[made.pk])}?{query}"


@require_POST
def cover_ask(request: HttpRequest, pk: int) -> HttpResponse:
    session = _find(request, pk, Permission.COVER_ARRANGE)
    made = ask_to_cover(session=session, person=_person(request), by=request.user, on=clock.today())
    back = next_url(request, reverse("staff:cover", args=[pk]))
    return saved(request, f"Cover asked: {made.asked.get_full_name()}", back, undo_url=_undo(request, made))


@require_POST
def cover_give(request: HttpRequest, pk: int) -> HttpResponse:
    session = _find(request, pk, Permission.COVER_ARRANGE)
    made = give_cover(session=session, person=_person(request), by=request.user, on=clock.today())
    back = next_url(request, reverse("staff:cover", args=[pk]))
    name = made.asked.get_full_name()
    return saved(request, f"{name} takes this session and is told", back, undo_url=_undo(request, made))


@require_POST
def cover_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """pk: of the question. The person asked answers; who arranges cover may answer for them."""
    found = find(request, Cover.objects.visible_to(request.user).select_related("session"), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Refused("Choose yes or no.")
    agrees = form.cleaned_data["answer"] == "yes"
    answer_cover(cover=found, agrees=agrees, by=request.user, on=clock.today())
    own = found.asked_id == request.user.pk
    if own and not request.user.access.can(Permission.STAFF_VIEW, found.session.school_id):
        back = f"{reverse('provision:my-day')}?on={found.session.on}" if agrees else reverse("provision:my-day")
        return saved(request, "The session is yours. Thank you" if agrees else "Thank you for answering", back)
    return saved(request, "Answer saved", reverse("staff:cover", args=[found.session_id]))


@require_POST
def cover_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """pk: of the question or the cover. Takes it back."""
    found = find(request, Cover.objects.visible_to(request.user).select_related("session"), pk=pk)
    check(request.user, Permission.COVER_ARRANGE, found.session)
    if ConfirmForm(request.POST).is_valid():
        take_back(cover=found, by=request.user, on=clock.today())
    return saved(request, "Taken back", next_url(request, reverse("staff:cover", args=[found.session_id])))
