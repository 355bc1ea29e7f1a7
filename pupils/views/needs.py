"""Needs: record, change, end, and put in order."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pupils import actions
from pupils.forms.needs import NeedEditForm, NeedEndForm, NeedForm, NeedMoveForm
from pupils.models import Need
from pupils.reference import need_name
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.form_pages import data_of, form_page
from sendco.core.http import next_url

from .pages import crumbs_to, find_child, find_pupil
from .plans import seen


def _needs_url(pupil_id: int) -> str:
    return reverse("pages:pupil-needs", args=[pupil_id])


@require_http_methods(["GET", "POST"])
def need_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.NEED_EDIT)
    recorded = list(pupil.needs.filter(ends__isnull=True))
    form = NeedForm(data_of(request), pupil=pupil, recorded=recorded, on=clock.today())
    return form_page(
        request,
        form,
        lambda: actions.add_need(pupil=pupil, by=request.user, **form.cleaned_data),
        title=f"Record a need of {pupil.first_name}",
        button="Save need",
        message="Need saved",
        to=_needs_url(pk),
        crumbs=crumbs_to(request, pupil),
        lead="Needs 1 and 2 go to the school census. A diagnosis is not needed.",
    )


@require_http_methods(["GET", "POST"])
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_child(request, Need, pk, Permission.NEED_EDIT)
    seen(request, found.pupil, "need-edit")
    form = NeedEditForm(data_of(request), instance=found, on=clock.today())

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_need(need=found, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"Change a need of {found.pupil.first_name}",
        button="Save need",
        message="Need saved",
        to=_needs_url(found.pupil_id),
        crumbs=crumbs_to(request, found.pupil),
    )


@require_http_methods(["GET", "POST"])
def need_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_child(request, Need, pk, Permission.NEED_EDIT)
    seen(request, found.pupil, "need-end")
    form = NeedEndForm(data_of(request), need=found, today=clock.today())
    return form_page(
        request,
        form,
        lambda: actions.end_need(need=found, on=form.cleaned_data["on"], by=request.user),
        title="End this need?",
        button="End need",
        message="Need ended",
        to=_needs_url(found.pupil_id),
        crumbs=crumbs_to(request, found.pupil),
        lead=f"{need_name(found.code)} stays in the history. Needs below it move up.",
        danger=True,
    )


@require_POST
def need_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Up or down by one; back to where the button was."""
    found = find_child(request, Need, pk, Permission.NEED_EDIT)
    form = NeedMoveForm(request.POST)
    if form.is_valid():
        actions.move_need(need=found, up=form.cleaned_data["direction"] == "up", by=request.user)
    return redirect(next_url(request, _needs_url(found.pupil_id)))
