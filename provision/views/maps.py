"""The Provision Map of the school. By pupil: `pupil_maps`."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from provision import wording
from provision.exports import map_workbook
from provision.impact_feed import lines_between
from provision.map_values import BYS, HEAT_WORDS, LOW_DELIVERY, SHOWS, YEARS, Cell, Row, SchoolMap, year_label
from provision.maps import school_map, year_then
from provision.models import Line
from provision.rules.effect import Effect
from provision.rules.reading import Impact
from provision.windows import Window, before, choose, windows_of
from pupils.models import Pupil
from pupils.register import AREA_SHAPES
from sendco.accounts.access import Place as School
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, params, ui
from sendco.core.spreadsheets import download
from sendco.schools.services import calendar_for

HINT_LINKS = {"missed": "See missed sessions", "impact": "See impact", "year": "See these pupils"}


# --- The whole school ------------------------------------------------------------------------------------------


def _read(request: HttpRequest, school: School) -> tuple[SchoolMap, list[Window], dict[str, Any]]:
    """The map that the URL asks for, the windows to choose from, and what this person may see of it."""
    on, access = clock.today(), request.user.access
    may = {
        "cost": access.can(Permission.COST_VIEW, school.id),
        "impact": access.can(Permission.IMPACT_VIEW, school.id),
        "plan": access.can(Permission.PROVISION_EDIT, school.id),
        "names": access.can(Permission.PUPIL_VIEW_ALL, school.id),
    }
    calendar = calendar_for(school.id)
    windows = windows_of(calendar, on)
    window = choose(windows, request.GET.get("term", ""), on)
    show, by = request.GET.get("show", ""), request.GET.get("by", "")
    found = school_map(
        school.id, window=window, earlier=before(windows, window), calendar=calendar, on=on,
        show=show if show in SHOWS and (show != "cost" or may["cost"]) else "pupils",
        by=by if by in BYS else "year", with_impact=may["impact"],
    )  # fmt: skip
    return found, windows, may


@require_safe
def school_page(request: HttpRequest) -> HttpResponse:
    """What the school provides in a term. 10 queries."""
    school = need(request, Permission.MAP_VIEW)
    found, windows, may = _read(request, school)
    return render(request, "provision/map.html", _map_context(found, may) | _choices(found, windows, may))


def _map_context(found: SchoolMap, may: dict[str, Any]) -> dict[str, Any]:
    earlier = before_words(found)
    return {
        "map": found,
        "may": may,
        "figures": _figures(found, may, earlier),
        "blocks": [
            {
                "label": block.label,
                "shape": AREA_SHAPES.get(block.area, ""),
                "cost": block.cost,
                "rows": [_row(found, row, may) for row in block.rows],
            }
            for block in found.blocks
        ],
        "totals": found.totals,
        "delivery": found.sessions.delivery if found.sessions else None,
        "span": 1 + len(found.columns) + 1 + (2 if may["cost"] else 0) + (1 if may["impact"] else 0),
        "hints": [_hint(found, hint) for hint in wording.hints(found, with_cost=may["cost"])],
        "heat_words": HEAT_WORDS[found.show],
        "unit_words": UNIT_WORDS[found.show],
    }


UNIT_WORDS = {
    "pupils": "Numbers are pupils.",
    "minutes": "Times are a week, added up over the pupils.",
    "cost": "Amounts are pounds of the academic year.",
}


def before_words(found: SchoolMap) -> str:
    return f"Before that: {found.earlier.delivery}%" if found.earlier else "None were due before that"


def _figures(found: SchoolMap, may: dict[str, Any], earlier: str) -> list[dict[str, Any]]:
    register = sum(found.on_register.values())
    figures: list[dict[str, Any]] = [
        {
            "value": len(found.rows), "label": "intervention" if len(found.rows) == 1 else "interventions",
            "meta": f"{ui.plural_words(found.places, 'place')}, {ui.plural_words(register, 'pupil')} on the register",
        }
    ]  # fmt: skip
    if may["cost"]:
        whole = found.cost + found.elsewhere
        meta = "Staff time and materials"
        if found.elsewhere:
            meta = f"{ui.money(found.elsewhere)} of it for interventions not on this map"
        figures.append({"value": ui.money(whole), "label": f"planned cost, {found.window.year_label}", "meta": meta})
    delivery = found.sessions.delivery if found.sessions else None
    low = delivery is not None and delivery < LOW_DELIVERY
    figures.append(
        {
            "value": "None due" if delivery is None else f"{delivery}%", "label": "planned sessions happened",
            "meta": earlier, "status": "warn" if low else "",
        }
    )  # fmt: skip
    if may["impact"]:
        counts = found.effects
        rest = [f"{counts[word]} {word.value.lower()}" for word in Effect if word is not Effect.STRONG and counts[word]]
        figures.append(
            {
                "value": counts[Effect.STRONG], "unit": f"of {len(found.rows)}",
                "label": "with strong evidence of gain", "meta": ", ".join(rest),
            }
        )  # fmt: skip
    return figures


def _row(found: SchoolMap, row: Row, may: dict[str, Any]) -> dict[str, Any]:
    slug = row.entry.slug
    name = "intervention-impact" if may["impact"] else "intervention"
    return {
        "row": row,
        "url": reverse(f"provision:{name}", args=[slug]),
        "cells": [(cell, _cell_url(found, slug, cell) if cell.heat and may["names"] else "") for cell in row.cells],
        "delivery": row.delivery,
        "cost": row.cost,
        "each": row.each,
        "ci": interval(row.impact) if row.impact else None,
    }


def _cell_url(found: SchoolMap, slug: str, cell: Cell) -> str:
    query = {"intervention": slug, "by": found.by, "column": cell.column.key, "term": found.window.key}
    return f"{reverse('provision:map-cell')}?{urlencode(query)}"


def interval(impact: Impact) -> dict[str, Any]:
    """A small drawing of gain and range, 72 by 20: tests side by side are scaled by their own spread. Clipped at its edges."""
    change = impact.change

    def across(value: float) -> float:
        return round(min(max(4 + (value / impact.test.step + 8) / 20 * 64, 2), 70), 1)

    drawn = {"word": impact.reading.word.value, "zero": 29.6, "heard": impact.reading.reason, "dot": None}
    if not impact.shows_average or change is None or change.gain_lo is None or change.gain_hi is None:
        return drawn
    low, high = (f"{value:.1f}" for value in (change.gain_lo, change.gain_hi))
    heard = f"average gain {wording.points(change.gain, impact.test.noun)}, {low} to {high}".replace("-", "−")
    return drawn | {
        "dot": across(change.gain), "lo": across(change.gain_lo), "hi": across(change.gain_hi), "heard": heard
    }  # fmt: skip


def _hint(found: SchoolMap, hint: wording.Hint) -> dict[str, str]:
    if hint.kind == "year":
        url = f"{reverse('pupils:register')}?{urlencode({'year': YEARS[hint.column]})}"
    else:
        url = reverse("provision:intervention-impact", args=[hint.about])
        url += "#missed" if hint.kind == "missed" else ""
    return {"title": hint.title, "text": hint.text, "url": url, "link": HINT_LINKS[hint.kind]}


def _choices(found: SchoolMap, windows: list[Window], may: dict[str, Any]) -> dict[str, Any]:
    """Links to the other ways of seeing the map, and to take it away."""
    now = {"show": found.show, "by": found.by, "term": found.window.key}

    def link(**change: str) -> str:
        return f"?{urlencode(now | change)}"

    return {
        "views": [
            {"text": "Whole school", "url": reverse("provision:map"), "current": True},
            {"text": "By pupil", "url": reverse("provision:pupil-maps"), "current": False},
        ],
        "shows": [
            {"text": text, "url": link(show=key), "current": key == found.show}
            for key, text in SHOWS.items()
            if key != "cost" or may["cost"]
        ],
        "bys": [{"text": text, "url": link(by=key), "current": key == found.by} for key, text in BYS.items()],
        "terms": [(w.label, link(term=w.key), w.key == found.window.key) for w in reversed(windows)],
        "query": urlencode(now),
        "lead": f"What we provide, for whom, and whether it is working. {found.window.label}.",
    }


@require_safe
def map_export(request: HttpRequest) -> HttpResponse:
    """The map as a workbook. Audited."""
    school = need(request, Permission.MAP_VIEW)
    found, _, may = _read(request, school)
    content = map_workbook(
        found, school=school.name, by=request.user.get_full_name(), on=clock.today(),
        with_cost=may["cost"], with_impact=may["impact"],
    )  # fmt: skip
    _record(request, "map.exported", school, found)
    return download(content, f"provision-map-{found.window.key}")


@require_safe
def map_print(request: HttpRequest) -> HttpResponse:
    """The map on paper, landscape. Audited."""
    school = need(request, Permission.MAP_VIEW)
    found, _, may = _read(request, school)
    _record(request, "map.printed", school, found)
    context = _map_context(found, may | {"names": False}) | paper(request, personal=False) | {"school": school}
    return render(request, "provision/map_print.html", context)


def _record(request: HttpRequest, kind: str, school: School, found: SchoolMap) -> None:
    details = {"term": found.window.key, "show": found.show, "by": found.by, "rows": len(found.rows)}
    audit.record(kind, by=request.user, school_id=school.id, details=details)


def paper(request: HttpRequest, *, personal: bool) -> dict[str, Any]:
    return {"printed_by": request.user.get_full_name(), "printed_at": clock.now(), "personal": personal}


@require_safe
def map_cell(request: HttpRequest) -> HttpResponse:
    """The pupils behind one number of the map. For who may see them all; others see those within their reach."""
    school, on = need(request, Permission.MAP_VIEW), clock.today()
    window = choose(windows_of(calendar_for(school.id), on), request.GET.get("term", ""), on)
    slug, by = request.GET.get("intervention", ""), request.GET.get("by", "year")
    column = params.number(request.GET.get("column"))
    lines = (
        lines_between(school.id, window.starts, window.ends)
        .filter(group__intervention__slug=slug)
        .visible_to(request.user)
        .select_related("pupil__school_class", "group__intervention", "group__deliverer")
        .order_by("pupil__surname", "pupil__forename", "pk")
    )
    shown = [line for line in lines if column is None or _column_of(line.pupil, by, window, on) == column]
    name = shown[0].group.intervention.name if shown else "Nobody"
    where = _where(shown, by, column)
    context = {
        "lines": shown, "name": name, "where": where, "window": window, "on": on,
        "title": f"{name}, {where}" if where else name,
        "back": f"{reverse('provision:map')}?{urlencode({'by': by, 'term': window.key})}",
        "can_cost": request.user.access.can(Permission.COST_VIEW, school.id),
        "lead": f"{ui.plural_words(len({line.pupil_id for line in shown}), 'pupil')}. {window.label}.",
    }  # fmt: skip
    return render(request, "provision/map_cell.html", context)


def _column_of(pupil: Pupil, by: str, window: Window, on: date) -> int:
    if by == "class":
        return pupil.school_class_id or 0
    return year_then(pupil.year_group, pupil.left_on, window.academic_year, on)


def _where(lines: list[Line], by: str, column: int | None) -> str:
    if column is None or not lines:
        return ""
    if by == "class":
        return lines[0].pupil.school_class.name if lines[0].pupil.school_class else "no class"
    return year_label(column)
