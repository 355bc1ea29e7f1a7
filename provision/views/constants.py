"""Settings that costs and impact rest on: amounts from a day, and how exact each test is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from provision.actions.constants import add_constants, save_facts
from provision.cost_constants import DEFAULTS, as_entered, constants_for, rows_for
from provision.forms.constants import ConstantsForm, FactsForm, RateSum
from provision.models import InstrumentFacts, Intervention
from provision.rules.cost import CostSettings, break_even_weekly_hours, contact_hour_rate, teacher_hour_rate
from pupils.models import Instrument
from sendco.accounts.access import Place
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.core import clock, ui
from sendco.core.dates import academic_year_bounds, academic_year_of
from sendco.core.form_pages import data_of, form_page
from sendco.schools.models import School


def _settings_crumb() -> tuple[str, str]:
    return "Settings", reverse("schools:settings")


@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    """What is in force, every row so far, and a sum from a salary to an hour. 5 queries."""
    place, on = need(request, Permission.SETTINGS_EDIT), clock.today()
    year = academic_year_bounds(academic_year_of(on))[0]
    now = constants_for(place.id, year)
    form = RateSum(request.GET if "salary" in request.GET else None)
    context = {
        "now": now,
        "year": year,
        "is_default": now == DEFAULTS,
        "facts": facts_of(now),
        "rows": list(rows_for(place.id)),
        "form": form,
        "result": _result(form, now) if form.is_bound and form.is_valid() else None,
    }
    return render(request, "provision/cost_settings.html", context)


def facts_of(now: CostSettings) -> list[tuple[str, str]]:
    shown = {name: f"{value.normalize():f}" for name, value in as_entered(now).items()}
    return [
        ("The school pays first", f"{ui.money(now.top_up_threshold)} for a pupil and a whole year"),
        ("School weeks a year", shown["pupil_weeks"]),
        ("Paid weeks a year", shown["paid_weeks"]),
        ("Full-time week of support staff", f"{shown['full_time_hours']} hours"),
        ("Directed time of a teacher", f"{shown['teacher_hours']} hours a year"),
        ("Pension of support staff", f"{shown['support_pension']}%"),
        ("Pension of teachers", f"{shown['teacher_pension']}%"),
        (
            "National Insurance",
            f"{shown['national_insurance']}% of pay above {ui.money(now.insurance_threshold)} a year",
        ),
    ]


def _result(form: RateSum, now: CostSettings) -> dict[str, Any]:
    salary, hours = form.cleaned_data["salary"], form.cleaned_data["hours"]
    if form.cleaned_data["teacher"]:
        rate = teacher_hour_rate(salary, settings=now)
    else:
        rate = contact_hour_rate(salary, weekly_hours=hours, settings=now)
    return {"rate": rate, "reaches": f"{break_even_weekly_hours(hour_rate=rate, settings=now).normalize():f}"}


@require_http_methods(["GET", "POST"])
def costs_add(request: HttpRequest) -> HttpResponse:
    place, on = need(request, Permission.SETTINGS_EDIT), clock.today()
    year = academic_year_bounds(academic_year_of(on))[0]
    initial: dict[str, Any] = {
        name: value.normalize().quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
        for name, value in as_entered(constants_for(place.id, on)).items()
    }
    form = ConstantsForm(data_of(request), initial=initial | {"valid_from": year})
    return form_page(
        request, form,
        lambda: add_constants(school=School.objects.get(pk=place.id), by=request.user, **form.values()),
        title="Set new amounts", button="Save amounts", message="Saved. Costs of past years stay as they are.",
        to=reverse("provision:cost-settings"), crumbs=[_settings_crumb(), ("Costs", reverse("provision:cost-settings"))],
        lead="What stands now is filled in. Change what is different.",
    )  # fmt: skip


def _with_facts(place: Place) -> dict[int, InstrumentFacts]:
    return {row.instrument_id: row for row in InstrumentFacts.objects.filter(federation_id=place.federation_id)}


@require_safe
def tests(request: HttpRequest) -> HttpResponse:
    """Every test, how exact it is, and where that is not known. 5 queries."""
    place = need(request, Permission.SETTINGS_EDIT)
    own = _with_facts(place)
    used = Intervention.objects.for_federation(place.federation_id).filter(instrument=OuterRef("pk"))
    rows = []
    for test in Instrument.objects.annotate(is_used=Exists(used)).order_by("-is_used", "name"):
        facts = own.get(test.pk)
        sd = facts.sd if facts and facts.sd is not None else test.sd
        reliability = facts.reliability if facts and facts.reliability is not None else test.reliability
        rows.append({
            "test": test, "sd": sd, "reliability": reliability, "is_known": None not in (sd, reliability),
            "source": (facts.source if facts else "") or test.source, "is_own": facts is not None,
        })  # fmt: skip
    return render(request, "provision/test_settings.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def test_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """How exact one test is, for the federation of the school in view."""
    place = need(request, Permission.SETTINGS_EDIT)
    test = get_object_or_404(Instrument, slug=slug)
    facts = InstrumentFacts.objects.select_related("instrument").filter(
        federation_id=place.federation_id, instrument=test
    ).first()  # fmt: skip
    facts = facts or InstrumentFacts(
        federation_id=place.federation_id, instrument=test, sd=test.sd, reliability=test.reliability
    )
    form = FactsForm(data_of(request), instance=facts)

    def act() -> None:
        data = dict(form.cleaned_data)
        save_facts(
            facts=facts, school=School.objects.get(pk=place.id), version=data.pop("version"), by=request.user, **data
        )  # fmt: skip

    return form_page(
        request, form, act, title=test.name, button="Save", message=f"Saved: {test.name}",
        to=reverse("provision:tests"), crumbs=[_settings_crumb(), ("Tests", reverse("provision:tests"))],
        lead="Both figures stand in the manual of the test. They tell a real change from chance, for all schools of the "
        "federation.",
    )  # fmt: skip
