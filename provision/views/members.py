"""Who is in a group, their scores, one more session, and the end of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from provision.actions import add_member, add_session, finish_group, record_entry_exit, remove_member
from provision.enums import GroupState
from provision.forms.groups import LeaveForm, MemberForm
from provision.forms.scores import FinishForm, ScoresForm
from provision.forms.sessions import ExtraSessionForm
from provision.models import Line
from sendco.accounts.guards import find
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.exceptions import Conflict, Refused
from sendco.core.http import saved

from .groups import get_group, pupils_to_choose


@require_http_methods(["GET", "POST"])
def group_members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in the group, and bringing in one more."""
    found, on = get_group(request, pk, Permission.PROVISION_EDIT), clock.today()
    inside = Line.objects.filter(group=found, left_on__isnull=True)
    pupils = pupils_to_choose(request, found.school_id, on).exclude(pk__in=inside.values("pupil_id"))
    form = MemberForm(request.POST if request.method == "POST" else None, pupils=pupils, on=max(on, found.starts))
    if request.method == "POST" and form.is_valid():
        try:
            line = add_member(group=found, by=request.user, **form.cleaned_data)
            return saved(
                request, f"Added: {line.pupil.short_name}", reverse("provision:group-members", args=[found.pk])
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "group": found, "form": form, "members": inside.for_group(), "on": on,
        "can_edit": found.state != GroupState.FINISHED, "title": f"Pupils of {found.name}",
    }  # fmt: skip
    return render(request, "provision/group_members.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def member_end(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """End one pupil's part in a group."""
    found, on = get_group(request, pk, Permission.PROVISION_EDIT), clock.today()
    line = find(
        request, Line.objects.visible_to(request.user).select_related("pupil", "group"), pk=line_pk, group=found
    )
    form = LeaveForm(request.POST if request.method == "POST" else None, on=on)
    if form.is_valid():
        name = line.pupil.short_name
        remove_member(line=line, on=form.cleaned_data["on"], by=request.user)
        return saved(request, f"No longer in the group: {name}", reverse("provision:group-members", args=[found.pk]))
    context = {"group": found, "line": line, "form": form, "title": f"{line.pupil.known_as} leaves {found.name}"}
    return render(request, "provision/member_end.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def group_scores(request: HttpRequest, pk: int) -> HttpResponse:
    """Scores before and after for everybody in the group, on one screen."""
    found, on = get_group(request, pk, Permission.PROVISION_EDIT), clock.today()
    lines = Line.objects.filter(group=found).visible_to(request.user).select_related("group__intervention__instrument")
    instrument = found.intervention.instrument
    form = None
    if instrument is not None:
        form = ScoresForm(
            request.POST if request.method == "POST" else None, lines=_with_pupils(lines), instrument=instrument, on=on
        )
        if form.is_valid():
            results = form.results()
            for line, new in results:
                record_entry_exit(line=line, by=request.user, **new)
            count = sum(len(new) for _, new in results)
            return saved(request, f"Saved {count} {'score' if count == 1 else 'scores'}: {found.name}", found)
    context = {
        "group": found, "form": form, "title": f"Scores of {found.name}",
        "lead": f"{instrument.name}, before and after." if instrument else "",
    }  # fmt: skip
    return render(request, "provision/group_scores.html", context, status=422 if form and form.errors else 200)


def _with_pupils(lines: Any) -> Any:
    return lines.select_related("pupil", "entry", "exit", "group__intervention__instrument").order_by(
        "pupil__surname", "pupil__forename", "pk"
    )


@require_http_methods(["GET", "POST"])
def group_finish(request: HttpRequest, pk: int) -> HttpResponse:
    found, on = get_group(request, pk, Permission.PROVISION_EDIT), clock.today()
    lines = _with_pupils(Line.objects.filter(group=found, left_on__isnull=True))
    form = FinishForm(request.POST if request.method == "POST" else None, group=found, lines=lines, on=on)
    context = {"group": found, "form": form, "title": f"Finish {found.name}"}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                finish_group(
                    group=found, version=cleaned["version"], on=cleaned["on"], exits=form.exits(), by=request.user,
                    note=cleaned["note"],
                )  # fmt: skip
                return saved(request, f"Finished: {found.name}", found)
            except Conflict as conflict:
                form.data = form.data.copy()
                form.data["version"] = str(conflict.current.version)
                form.add_error(None, f"{conflict.message} Look at the group, then finish it again to go on.")
                status = 409
            except Refused as refusal:
                form.add_error(None, refusal.message)
    return render(request, "provision/group_finish.html", context, status=status)


@require_http_methods(["GET", "POST"])
def session_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more session of a group, outside its week."""
    found, on = get_group(request, pk, Permission.PROVISION_EDIT), clock.today()
    form = ExtraSessionForm(
        request.POST if request.method == "POST" else None, initial={"on": on, "minutes": found.minutes}
    )
    if form.is_valid():
        try:
            add_session(group=found, by=request.user, **form.cleaned_data)
            return saved(request, "Session added", found)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"group": found, "form": form}
    return render(request, "provision/session_add.html", context, status=422 if form.errors else 200)
