"""The school's own settings: names, terms, closures, rates of pay and classes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.form_pages import data_of, form_page
from sendco.schools.models import Closure, Federation, PayRate, School, SchoolClass, Term, academic_year_of
from sendco.schools.services import REFERENCE_RATES

from . import actions
from .forms import ClassNamesForm, ClosureForm, ConfirmForm, FederationForm, RateForm, SchoolForm, TermForm


def _school(request: HttpRequest) -> School:
    place = need(request, Permission.SETTINGS_EDIT)
    return School.objects.select_related("federation").get(pk=place.id)


def _crumbs() -> list[tuple[str, str]]:
    return [("Settings", reverse("schools:settings"))]


def settings_page(request: HttpRequest) -> HttpResponse:
    """Everything a school sets, on one page. Five queries."""
    school = _school(request)
    today = clock.today()
    year = academic_year_of(today)
    rates: dict[str, PayRate] = {}
    coming = []
    for rate in PayRate.objects.filter(school=school).order_by("grade", "-valid_from"):
        if rate.valid_from > today:
            coming.append(rate)
        else:
            rates.setdefault(rate.grade, rate)
    return render(
        request,
        "schools/settings.html",
        {
            "school": school,
            "terms": Term.objects.filter(school=school, academic_year__gte=year - 1),
            "closures": Closure.objects.filter(school=school, ends__gte=today.replace(month=1, day=1)),
            "rates": list(rates.values()),
            "coming_rates": coming,
            "reference_rates": [
                (grade.label, hourly) for grade, hourly in REFERENCE_RATES.items() if grade not in rates
            ],
            "classes": SchoolClass.objects.filter(school=school, academic_year__gte=year).order_by(
                "academic_year", "name"
            ),
        },
    )


@require_http_methods(["GET", "POST"])
def federation(request: HttpRequest) -> HttpResponse:
    row = Federation.objects.get(pk=_school(request).federation_id)
    form = FederationForm(data_of(request), instance=row)

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_versioned(
            row=row, version=data.pop("version"), by=request.user, event="federation.changed", **data
        )

    return form_page(
        request, form, act, title="Federation", button="Save federation", message="Federation saved",
        to=reverse("schools:settings"), crumbs=_crumbs(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def school_edit(request: HttpRequest) -> HttpResponse:
    row = _school(request)
    form = SchoolForm(data_of(request), instance=row)

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_versioned(row=row, version=data.pop("version"), by=request.user, event="school.changed", **data)

    return form_page(
        request, form, act, title="School", button="Save school", message="School saved", to=reverse("schools:settings"),
        lead=f"URN {row.urn}. Local authority {row.la_code}, establishment {row.establishment_number}.", crumbs=_crumbs(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def term(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    school = _school(request)
    found = get_object_or_404(Term, school=school, pk=pk) if pk is not None else None
    today = clock.today()
    year = academic_year_of(today)
    initial = (
        {"academic_year": found.academic_year, "name": found.name, "starts": found.starts, "ends": found.ends}
        if found
        else {"academic_year": year}
    )
    form = TermForm(data_of(request), this_year=year, initial=initial)
    return form_page(
        request, form, lambda: actions.save_term(school=school, term=found, by=request.user, **form.cleaned_data),
        title="Change a term" if found else "Add a term", button="Save term",
        message="Term saved. Future sessions follow the new dates.", to=reverse("schools:settings"), crumbs=_crumbs(),
        remove_url=reverse("schools:term-remove", args=[found.pk]) if found else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def term_remove(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request)
    found = get_object_or_404(Term, school=school, pk=pk)
    form = ConfirmForm(data_of(request))
    return form_page(
        request, form, lambda: actions.remove_term(term=found, by=request.user), title=f"Remove {found.label}?",
        button="Remove term", message="Term removed", to=reverse("schools:settings"), crumbs=_crumbs(), danger=True,
        lead="Dates that count school days can then not be worked out for these weeks.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def closure(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    school = _school(request)
    found = get_object_or_404(Closure, school=school, pk=pk) if pk is not None else None
    initial = {name: getattr(found, name) for name in ("kind", "label", "starts", "ends")} if found else {}
    form = ClosureForm(data_of(request), initial=initial)
    return form_page(
        request, form, lambda: actions.save_closure(school=school, closure=found, by=request.user, **form.cleaned_data),
        title="Change a closure" if found else "Add days closed", button="Save",
        message="Saved. Future sessions keep clear of these days.", to=reverse("schools:settings"), crumbs=_crumbs(),
        lead="Bank holidays are known already; so are the weeks between terms.",
        remove_url=reverse("schools:closure-remove", args=[found.pk]) if found else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def closure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    school = _school(request)
    found = get_object_or_404(Closure, school=school, pk=pk)
    form = ConfirmForm(data_of(request))
    return form_page(
        request, form, lambda: actions.remove_closure(closure=found, by=request.user), title=f"Remove {found.label}?",
        button="Remove", message="Removed", to=reverse("schools:settings"), crumbs=_crumbs(), danger=True,
        lead="The school counts as open on these days.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def rate_add(request: HttpRequest) -> HttpResponse:
    school = _school(request)
    form = RateForm(data_of(request), initial={"valid_from": clock.today()})
    return form_page(
        request, form, lambda: actions.add_rate(school=school, by=request.user, **form.cleaned_data),
        title="Add a rate", button="Add rate", message="Rate added. It counts for groups planned from that day.",
        to=reverse("schools:settings"), crumbs=_crumbs(), lead="A new rate changes no cost of the past.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def classes_add(request: HttpRequest) -> HttpResponse:
    school = _school(request)
    year = academic_year_of(clock.today())
    form = ClassNamesForm(data_of(request), this_year=year, initial={"academic_year": year})
    return form_page(
        request, form, lambda: actions.add_classes(school=school, by=request.user, **form.cleaned_data),
        title="Add classes", button="Add classes", message="Classes added", to=reverse("schools:settings"), crumbs=_crumbs(),
    )  # fmt: skip
