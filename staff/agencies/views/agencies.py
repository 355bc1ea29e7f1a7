"""The directory: services of the federation and the people in them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from sendco.accounts.guards import find, need
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.form_pages import data_of, form_page
from staff.agencies.actions import (
    add_agency,
    add_professional,
    can_edit_agencies,
    change_agency,
    change_professional,
    check_can_edit_agencies,
)
from staff.agencies.forms import AgencyEditForm, AgencyForm, ProfessionalEditForm, ProfessionalForm
from staff.agencies.models import Agency, Professional, Referral
from staff.agencies.present import referral_row

REFERRALS_SHOWN = 20


def _find(request: HttpRequest, pk: int, *, edit: bool = False) -> Agency:
    agency = find(request, Agency.objects.visible_to(request.user), pk=pk)
    if edit:
        check_can_edit_agencies(request.user, agency.federation_id)
    return agency


def _crumbs(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Agencies", reverse("agencies:referrals")), ("Directory", reverse("agencies:agency-list")), *pairs]


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """Services by name, with how many referrals of this school are open. 5 queries."""
    place = need(request, Permission.AGENCY_VIEW)
    own = Referral.objects.visible_to(request.user).open().filter(school_id=place.id, agency=OuterRef("pk"))
    open_count = own.order_by().values("agency").annotate(n=Count("pk")).values("n")
    agencies = Agency.objects.visible_to(request.user).filter(federation_id=place.federation_id)
    rows = list(agencies.annotate(open_referrals=Coalesce(Subquery(open_count), 0)).order_by("is_archived", "name"))
    context = {
        "agencies": [row for row in rows if not row.is_archived],
        "archived": [row for row in rows if row.is_archived],
        "can_edit": can_edit_agencies(request.user, place.federation_id),
    }
    return render(request, "agencies/directory.html", context)


@require_safe
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One service, its people and this school's referrals to it. 7 queries."""
    place = need(request, Permission.AGENCY_VIEW)
    found, today = _find(request, pk), clock.today()
    referrals = Referral.objects.visible_to(request.user).filter(school_id=place.id, agency=found).for_list()
    context = {
        "agency": found,
        "people": list(found.professionals.all()),
        "rows": [referral_row(row, today) for row in referrals.order_by("-pk")[:REFERRALS_SHOWN]],
        "can_edit": can_edit_agencies(request.user, found.federation_id),
        "can_write": request.user.access.can(Permission.AGENCY_EDIT, place.id) and not found.is_archived,
        "facts": [
            ("Kind", found.get_kind_display()),
            ("E-mail", found.email),
            ("Telephone", found.telephone),
            ("Ask again after", f"{found.chase_after} school days"),
        ],
    }
    return render(request, "agencies/agency.html", context)


@require_http_methods(["GET", "POST"])
def agency_add(request: HttpRequest) -> HttpResponse:
    place = need(request, Permission.AGENCY_EDIT)
    form = AgencyForm(data_of(request))
    made: list[Agency] = []

    def act() -> None:
        made.append(add_agency(federation=place.federation_id, by=request.user, **form.cleaned_data))

    response = form_page(
        request, form, act, title="Add a service", button="Save service", message="Service saved",
        to=reverse("agencies:agency-list"), crumbs=_crumbs(),
    )  # fmt: skip
    return to_new(response, made)


def to_new(response: HttpResponse, made: list[Any]) -> HttpResponse:
    """Go to what was made rather than back to the list."""
    if made:
        response["HX-Redirect" if "HX-Redirect" in response else "Location"] = made[0].get_absolute_url()
    return response


@require_http_methods(["GET", "POST"])
def agency_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, edit=True)
    form = AgencyEditForm(data_of(request), instance=found)
    name = found.name
    return form_page(
        request, form, lambda: change_agency(agency=found, by=request.user, **form.cleaned_data),
        title=f"Change {name}", button="Save service", message="Service saved", to=found.get_absolute_url(),
        crumbs=_crumbs((name, found.get_absolute_url())),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def professional_add(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, edit=True)
    form = ProfessionalForm(data_of(request))
    return form_page(
        request, form, lambda: add_professional(agency=found, by=request.user, **form.cleaned_data),
        title=f"Add somebody of {found.name}", button="Save person", message="Person saved",
        to=found.get_absolute_url(), crumbs=_crumbs((found.name, found.get_absolute_url())),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def professional_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = find(request, Professional.objects.visible_to(request.user).select_related("agency"), pk=pk)
    check_can_edit_agencies(request.user, person.agency.federation_id)
    form = ProfessionalEditForm(data_of(request), instance=person)
    place = person.agency
    return form_page(
        request, form, lambda: change_professional(professional=person, by=request.user, **form.cleaned_data),
        title=f"Change {person.name}", button="Save person", message="Person saved", to=place.get_absolute_url(),
        crumbs=_crumbs((place.name, place.get_absolute_url())),
    )  # fmt: skip
