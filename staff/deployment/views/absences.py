"""Record an absence, and see which sessions it leaves without an adult."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from provision.models import Session
from sendco.accounts.guards import find, need
from sendco.accounts.models import Membership
from sendco.accounts.permissions import Permission
from sendco.core import clock, params, ui
from sendco.core.form_pages import data_of, form_page
from staff.deployment.actions import add_absence, change_absence, remove_absence
from staff.deployment.forms import AbsenceEditForm, AbsenceForm
from staff.deployment.models import Cover, CoverState
from staff.deployment.querysets import needs_cover, with_need
from staff.forms import ConfirmForm
from staff.models import Absence
from staff.people import people_of

SHOWN = 60


def _find(request: HttpRequest, pk: int, permission: Permission | None = None) -> Absence:
    rows = Absence.objects.visible_to(request.user).select_related("membership__user")
    return find(request, rows, permission, pk=pk)


def _crumbs() -> list[tuple[str, str]]:
    return [("Staff timetable", reverse("staff:timetable"))]


@require_http_methods(["GET", "POST"])
def absence_add(request: HttpRequest) -> HttpResponse:
    """Two presses from the timetable: the person, and Save; today is set. Then what needs cover is shown."""
    place = need(request, Permission.COVER_ARRANGE)
    on = params.day(request.GET.get("on")) or clock.today()
    people = people_of(place.id, on, on + timedelta(days=365))
    person = params.number(request.GET.get("person"))
    form = AbsenceForm(data_of(request), people=people.values(), on=on, person=person)
    made: list[Absence] = []

    def act() -> None:
        cleaned = form.cleaned_data
        membership = Membership.objects.select_related("user").get(pk=cleaned["person"], school_id=place.id)
        made.append(
            add_absence(
                membership=membership,
                starts=cleaned["starts"],
                ends=cleaned["ends"],
                kind=cleaned["kind"],
                by=request.user,
            )
        )

    response = form_page(
        request, form, act, title="Record an absence", button="Save absence", message="Absence saved",
        to=reverse("staff:timetable"), crumbs=_crumbs(),
        lead="Then we show which sessions need cover, and who is free.",
    )  # fmt: skip
    if made:
        response["HX-Redirect" if "HX-Redirect" in response else "Location"] = made[0].get_absolute_url()
    return response


@require_safe
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """One absence with the sessions it touches from today on. At most 7 queries."""
    found = _find(request, pk)
    today = clock.today()
    membership = found.membership
    own = Session.objects.filter(
        school_id=membership.school_id,
        deliverer_id=membership.user_id,
        on__range=(max(found.starts, today), found.ends),
    )
    rows = list(with_need(own).select_related("group").order_by("on", "-group__is_section_f", "starts_at", "pk"))
    open_rows = [row for row in rows if needs_cover(row, today)]
    covers = list(
        Cover.objects.filter(
            session__on__range=(found.starts, found.ends), session__school_id=membership.school_id
        ).select_related("session__group", "asked")
    )
    asked: dict[int, list[str]] = {}
    for cover in covers:
        if cover.state == CoverState.ASKED:
            asked.setdefault(cover.session_id, []).append(cover.asked.get_full_name())
    covered = [
        cover
        for cover in covers
        if cover.state == CoverState.AGREED
        and cover.instead_of_id == membership.user_id
        and cover.session.deliverer_id == cover.asked_id
    ]
    name = membership.user.get_full_name()
    count = len(open_rows)
    verb = "needs" if count == 1 else "need"
    context = {
        "absence": found,
        "name": name,
        "days": _days(found),
        "lead": f"{ui.plural_words(count, 'session')} {verb} cover." if count else "Nothing needs cover.",
        "rows": [{"session": row, "asked": asked.get(row.pk, [])} for row in open_rows[:SHOWN]],
        "more": max(0, count - SHOWN),
        "covered": sorted(covered, key=lambda cover: (cover.session.on, cover.session.starts_at)),
        "can_edit": request.user.access.can(Permission.COVER_ARRANGE, membership.school_id),
        "is_over": found.ends < today,
        "here": request.get_full_path(),
    }
    return render(request, "staff/absence.html", context)


def _days(found: Absence) -> str:
    if found.starts == found.ends:
        return ui.weekday(found.starts)
    return f"{ui.weekday(found.starts)} to {ui.weekday(found.ends)}"


@require_http_methods(["GET", "POST"])
def absence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, Permission.COVER_ARRANGE)
    form = AbsenceEditForm(data_of(request), instance=found)
    name = found.membership.user.get_full_name()
    return form_page(
        request, form,
        lambda: change_absence(absence=found, by=request.user, on=clock.today(), **form.cleaned_data),
        title=f"Change the absence of {name}", button="Save absence", message="Absence saved",
        to=found.get_absolute_url(), crumbs=[*_crumbs(), (name, found.get_absolute_url())],
        remove_url=reverse("staff:absence-remove", args=[found.pk]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def absence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, Permission.COVER_ARRANGE)
    name = found.membership.user.get_full_name()
    return form_page(
        request, ConfirmForm(data_of(request)),
        lambda: remove_absence(absence=found, by=request.user, on=clock.today()),
        title=f"{name} is in after all?", button="Remove absence", message=f"Absence removed. {name} is in",
        to=f"{reverse('staff:timetable')}?week={found.starts}", danger=True,
        crumbs=[*_crumbs(), (name, found.get_absolute_url())],
        lead="Cover that was agreed stays as it is. Questions that nobody answered are taken back.",
    )  # fmt: skip
