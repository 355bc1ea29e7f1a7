"""The Provision Map by pupil: who gets what, whether it happened, and what it costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from provision.cost_constants import constants_for
from provision.costs_feed import CostedMap, PupilCost, costed_map, pupil_costs
from provision.exports import pupil_workbook
from provision.impact_feed import lines_between
from provision.map_values import LOW_DELIVERY
from provision.rules.cost import CostSettings
from provision.windows import Window, windows_of
from pupils.models import Pupil
from sendco.accounts.guards import check, find, need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, ui
from sendco.core.charts import Bar, Chart, bar_chart
from sendco.core.figures import Figure, Unit
from sendco.core.spreadsheets import download
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for

from .maps import paper

PUPILS_A_PAGE = 50
PICKED = 9


def _year(request: HttpRequest, school_id: int) -> tuple[Window, list[Window], SchoolCalendar]:
    """The academic year of the URL, those to choose from, and the calendar. One query."""
    on, calendar = clock.today(), calendar_for(school_id)
    years = [window for window in windows_of(calendar, on) if window.is_year]
    wanted = next((window for window in years if window.key == request.GET.get("year")), years[-1])
    return wanted, years, calendar


@require_safe
def pupils_page(request: HttpRequest) -> HttpResponse:
    """Every pupil with provision in an academic year, dearest first; by name for who may not see costs."""
    school, on = need(request, Permission.MAP_VIEW), clock.today()
    can_cost = request.user.access.can(Permission.COST_VIEW, school.id)
    window, years, calendar = _year(request, school.id)
    settings = constants_for(school.id, window.year[0])
    lines = lines_between(school.id, *window.year).visible_to(request.user)
    rows = pupil_costs(lines, window=window, calendar=calendar, settings=settings, on=on, by_cost=can_cost)
    above = [row for row in rows if row.is_above]
    figures = [{"value": len(rows), "label": "pupil with provision" if len(rows) == 1 else "pupils with provision"}]
    if can_cost:
        figures += [
            {
                "value": ui.money(sum((row.cost for row in rows), Decimal(0))),
                "label": f"additional cost, {window.label}",
            },
            {
                "value": len(above),
                "label": "above what the school pays first",
                "meta": f"{ui.money(settings.top_up_threshold)} for a whole year",
            },
        ]
    context = {
        "page": Paginator(rows, PUPILS_A_PAGE).get_page(request.GET.get("page")),
        "most": max([row.cost for row in rows] + [row.threshold * 2 for row in rows] + [Decimal(1)]),
        "figures": figures,
        "can_cost": can_cost,
        "window": window,
        "years": [(year.label, f"?year={year.key}", year.key == window.key) for year in reversed(years)],
        "views": _views(),
        "lead": pupils_lead(settings) if can_cost else "What each pupil receives.",
    }
    return render(request, "provision/pupil_maps.html", context)


def pupils_lead(settings: CostSettings) -> str:
    first = ui.money(settings.top_up_threshold)
    return f"What each pupil receives and what it costs, against the {first} the school pays first."


def _views() -> list[dict[str, Any]]:
    return [
        {"text": "Whole school", "url": reverse("provision:map"), "current": False},
        {"text": "By pupil", "url": reverse("provision:pupil-maps"), "current": True},
    ]


def _pupil(request: HttpRequest, pk: int) -> tuple[Pupil, bool]:
    """The pupil, and whether this person sees costs there. 404 out of reach, 403 without the map."""
    pupil = find(request, Pupil.objects.visible_to(request.user).select_related("school"), pk=pk)
    check(request.user, Permission.MAP_VIEW, pupil)
    return pupil, request.user.access.can(Permission.COST_VIEW, pupil.school_id)


@require_safe
def pupil_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What one pupil gets in an academic year, whether it happened, and what it costs. 11 queries."""
    pupil, can_cost = _pupil(request, pk)
    on = clock.today()
    window, years, calendar = _year(request, pupil.school_id)
    settings = constants_for(pupil.school_id, window.year[0])
    found = costed_map(pupil, window=window, calendar=calendar, settings=settings, on=on)
    audit.record("pupil.viewed", by=request.user, target=pupil, label=pupil.initials, details={"page": "provision"})
    lines = lines_between(pupil.school_id, *window.year).visible_to(request.user)
    listed = pupil_costs(lines, window=window, calendar=calendar, settings=settings, on=on, by_cost=can_cost)
    context = _pupil_context(pupil, found, can_cost, on) | {
        "picks": _picks(listed, pupil.pk),
        "count": len(listed),
        "most": max([row.cost for row in listed] + [found.reckoning.threshold * 2, Decimal(1)]),
        "years": [(year.label, f"?year={year.key}", year.key == window.key) for year in reversed(years)],
        "views": _views(),
        "lead": pupils_lead(settings) if can_cost else "What each pupil receives.",
    }
    return render(request, "provision/pupil_map.html", context)


def _picks(listed: list[PupilCost], pk: int) -> list[PupilCost]:
    """The first few of the list, and the pupil of the page wherever that is."""
    first = listed[:PICKED]
    return first + [row for row in listed[PICKED:] if row.pk == pk]


def _pupil_context(pupil: Pupil, found: CostedMap, can_cost: bool, on: date) -> dict[str, Any]:
    return {
        "pupil": pupil,
        "map": found,
        "window": found.window,
        "can_cost": can_cost,
        "on": on,
        "weekly": found.weekly_on(on),
        "low": LOW_DELIVERY,
        "chart": _cost_chart(found) if can_cost and found.rows else None,
        "finding": finding(found) if can_cost else "",
    }


def finding(found: CostedMap) -> str:
    """£3,683 more than the school pays first."""
    gap, threshold = found.reckoning.gap, ui.money(found.reckoning.threshold)
    if gap > 0:
        return f"{ui.money(gap)} more than the {threshold} the school pays first"
    return f"{ui.money(-gap)} below the {threshold} the school pays first"


def _cost_chart(found: CostedMap) -> Chart:
    bars = [
        ("Additional provision", found.reckoning.additional),
        ("School pays first", found.reckoning.threshold),
    ]
    figures = [Bar(label, Figure(float(amount), ui.money(amount), unit=Unit.NUMBER)) for label, amount in bars]
    subtitle = f"Planned cost, {found.window.label}"
    return bar_chart("cost", finding(found), subtitle, figures, column="Pounds")


@require_safe
def pupil_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The costed map as a workbook for the local authority. Audited."""
    pupil, can_cost = _pupil(request, pk)
    on = clock.today()
    window, _, calendar = _year(request, pupil.school_id)
    settings = constants_for(pupil.school_id, window.year[0])
    found = costed_map(pupil, window=window, calendar=calendar, settings=settings, on=on)
    content = pupil_workbook(
        pupil, found, school=pupil.school.name, by=request.user.get_full_name(), on=on, with_cost=can_cost
    )
    audit.record(
        "provision.exported", by=request.user, target=pupil, label=pupil.initials, details={"year": window.key}
    )
    return download(content, f"provision-{window.key}-pupil-{pupil.pk}")


@require_safe
def pupil_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The costed map on paper. Audited."""
    pupil, can_cost = _pupil(request, pk)
    on = clock.today()
    window, _, calendar = _year(request, pupil.school_id)
    settings = constants_for(pupil.school_id, window.year[0])
    found = costed_map(pupil, window=window, calendar=calendar, settings=settings, on=on)
    audit.record("provision.printed", by=request.user, target=pupil, label=pupil.initials, details={"year": window.key})
    context = _pupil_context(pupil, found, can_cost, on) | paper(request, personal=True)
    return render(request, "provision/pupil_map_print.html", context)
