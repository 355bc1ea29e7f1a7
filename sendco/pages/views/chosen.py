"""What is done with pupils chosen on the register by apps above it: a place in a group, a day for a review."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from provision.actions import add_member, remove_member
from provision.models import Group, Line, SessionEntry
from pupils.enums import SenStatus
from pupils.models import Pupil
from pupils.register_page import place_of
from reviews.enums import ReviewState
from reviews.models import Review
from reviews.present import state_chip
from reviews.rules import UNFINISHED_STATES
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.dates import days_after
from sendco.core.exceptions import Refused
from sendco.core.form_pages import data_of
from sendco.core.http import saved
from sendco.core.ui import plural_words
from sendco.pages.forms import ChosenGroupForm, ChosenPupilsForm, LeftGroupForm

MOST = 50
"""A page of the register."""


def _chosen(request: HttpRequest, school_id: int) -> list[Pupil]:
    """The pupils that the URL names, by name; none when one of them is not within reach. Two queries at most."""
    on_roll = Pupil.objects.visible_to(request.user).filter(school_id=school_id).on_roll(clock.today())
    form = ChosenPupilsForm(request.GET, reach=on_roll)
    if not form.is_valid():
        return []
    found = form.cleaned_data["pupil"].select_related("school_class").order_by("surname", "forename", "pk")
    return list(found[:MOST])


def _running_groups(request: HttpRequest, school_id: int) -> QuerySet[Group]:
    """Those that others can join: 1:1 support has one pupil and keeps it."""
    groups = Group.objects.visible_to(request.user).filter(school_id=school_id, ends__gte=clock.today())
    shared = groups.exclude(state="finished").filter(intervention__group_max__gt=1)
    return shared.select_related("intervention", "deliverer").order_by("name", "pk")


def _choose_first(request: HttpRequest) -> HttpResponse:
    messages.error(request, "Choose pupils on the register first")
    return redirect("pupils:register")


@require_http_methods(["GET", "POST"])
def chosen_group(request: HttpRequest) -> HttpResponse:
    """Bring the chosen pupils into a group that runs; those who are in it already stay as they are."""
    school, on = need(request, Permission.PROVISION_EDIT), clock.today()
    pupils = _chosen(request, school.id)
    if not pupils:
        return _choose_first(request)
    form = ChosenGroupForm(data_of(request), groups=_running_groups(request, school.id), on=on)
    if form.is_bound and form.is_valid():
        try:
            return _join(request, pupils, form.cleaned_data["group"], form.cleaned_data["starts"])
        except Refused as error:
            form.add_error(None, error.message)
    ids = urlencode([("pupil", pupil.pk) for pupil in pupils])
    context = {
        "form": form,
        "pupils": [(pupil, place_of(pupil)) for pupil in pupils],
        "title": f"Add {plural_words(len(pupils), 'pupil')} to a group",
        "new_url": f"{reverse('provision:group-add')}?{ids}",
    }
    return render(request, "pages/chosen/group.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _join(request: HttpRequest, pupils: list[Pupil], group: Group, starts: date) -> HttpResponse:
    """All of them or none. Raises Refused."""
    lines = Line.objects.filter(group=group, left_on__isnull=True)
    inside = set(lines.values_list("pupil_id", flat=True))
    added = [
        add_member(group=group, pupil=pupil, starts=starts, by=request.user)
        for pupil in pupils
        if pupil.pk not in inside
    ]
    if not added:
        return saved(request, f"All of them are in {group.name} already", group)
    words = f"{plural_words(len(added), 'pupil')} added to {group.name}"
    if len(added) < len(pupils):
        words += f". {len(pupils) - len(added)} in it already"
    undo = urlencode([("group", group.pk), *(("line", line.pk) for line in added)])
    return saved(request, words, group, undo_url=f"{reverse('pages:chosen-group-undo')}?{undo}")


@require_POST
@transaction.atomic
def chosen_group_undo(request: HttpRequest) -> HttpResponse:
    """Take pupils out of the group they were just added to. A place in which sessions were logged ends today instead."""
    school, on = need(request, Permission.PROVISION_EDIT), clock.today()
    groups = Group.objects.visible_to(request.user).filter(school_id=school.id)
    form = LeftGroupForm(request.GET, groups=groups, lines=Line.objects.visible_to(request.user))
    if not form.is_valid():
        messages.error(request, "There is nothing to take back")
        return redirect("pupils:register")
    group = form.cleaned_data["group"]
    lines = list(form.cleaned_data["line"].filter(group=group, left_on__isnull=True).select_related("group"))
    with_sessions = set(SessionEntry.objects.filter(line__in=lines).values_list("line_id", flat=True))
    for line in lines:
        last_day = on if line.pk in with_sessions else days_after(line.starts, -1)
        remove_member(line=line, on=last_day, by=request.user)
    return saved(request, f"{plural_words(len(lines), 'pupil')} taken out of {group.name} again", group)


# --- Reviews ----------------------------------------------------------------------------------------------


@require_GET
def chosen_reviews(request: HttpRequest) -> HttpResponse:
    """The open review of each chosen pupil, with the way to its day. One pupil with one: straight to the scheduler."""
    school, on = need(request, Permission.REVIEW_EDIT), clock.today()
    pupils = _chosen(request, school.id)
    if not pupils:
        return _choose_first(request)
    reviews = Review.objects.visible_to(request.user).owed(on).filter(pupil__in=pupils, state__in=UNFINISHED_STATES)
    open_reviews: dict[int, list[Review]] = {}
    for review in reviews.order_by("due_on", "pk"):
        open_reviews.setdefault(review.pupil_id, []).append(review)
    rows = [_review_row(pupil, (open_reviews.get(pupil.pk) or [None])[0]) for pupil in pupils]
    if len(rows) == 1 and rows[0]["schedule_url"]:
        return redirect(rows[0]["schedule_url"])
    waiting = sum(bool(row["schedule_url"]) for row in rows)
    return render(request, "pages/chosen/reviews.html", {"rows": rows, "waiting": waiting})


def _review_row(pupil: Pupil, review: Review | None) -> dict[str, Any]:
    """A pupil, where their review stands, and the one way on."""
    can_move = review is not None and review.state in (ReviewState.PLANNED, ReviewState.SCHEDULED)
    return {
        "pupil": pupil,
        "place": place_of(pupil),
        "review": review,
        "chip": state_chip(review) if review else None,
        "on": review and (review.held_on or review.meeting_on),
        "schedule_url": f"{reverse('reviews:schedule')}?review={review.pk}" if can_move else "",
        "has_ehc_plan": pupil.sen_status == SenStatus.EHCP,
    }
