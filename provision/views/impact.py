"""What came of each intervention, and the scores that are missing. One intervention: `intervention_impact`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from provision import wording
from provision.impact_feed import (
    dosage_by_line,
    lines_between,
    measured,
    missing_scores,
    sessions_by_group,
    with_scores,
)
from provision.map_values import LOW_DELIVERY
from provision.models import Decision, Group, Session
from provision.rules.dosage import Dosage
from provision.rules.effect import Effect
from provision.rules.reading import Measured, impact_of, total_dose
from provision.windows import evidence_from
from pupils.enums import Area
from pupils.register import AREA_SHAPES
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.core import clock, ui

from .maps import interval

LINES_A_PAGE = 50


# --- The list --------------------------------------------------------------------------------------------------


@require_safe
def impact_page(request: HttpRequest) -> HttpResponse:
    """Every intervention of this year and the last, with what came of it. 10 queries."""
    place, on = need(request, Permission.IMPACT_VIEW), clock.today()
    since, can_cost = evidence_from(on), request.user.access.can(Permission.COST_VIEW, place.id)
    lines = lines_between(place.id, since, on)
    totals = lines.values_list(
        "group__intervention__code", "group__intervention__slug", "group__intervention__name",
        "group__intervention__area",
    ).annotate(pupils=Count("pupil", distinct=True), cost=Sum("cost"))  # fmt: skip
    runs: dict[str, list[Measured]] = {}
    for run in measured(lines):
        runs.setdefault(run.code, []).append(run)
    dosages = dosage_by_line(with_scores(lines), on)
    given = _given(place.id, since, on)
    decided = _decided(place.id)
    rows = []
    for code, slug, name, area, pupils, cost in totals:
        found = impact_of(runs.get(code, ()), dosages)
        rows.append(
            {
                "name": name, "slug": slug, "area": area, "shape": AREA_SHAPES.get(area, ""), "pupils": pupils,
                "each": cost / pupils if can_cost and cost else None, "impact": found, "ci": interval(found),
                "mark": wording.EFFECT_MARKS[found.reading.word],
                "delivery": given[code].delivery if code in given else None, "decision": decided.get(code),
            }
        )  # fmt: skip
    order = list(Area.values)
    rows.sort(key=lambda row: (order.index(row["area"]), row["name"].casefold()))
    missing = missing_scores(lines, on).count()
    context = {
        "rows": rows,
        "figures": _list_figures(rows, missing),
        "missing": missing,
        "can_cost": can_cost,
        "low": LOW_DELIVERY,
        "lead": f"What pupils gained, how sure we are, and what was decided. Groups since {ui.day(since)}.",
    }
    return render(request, "provision/impact.html", context)


def _given(school_id: int, since: date, on: date) -> dict[str, Dosage]:
    """Sessions until now by the intervention's code. 2 queries."""
    sessions = Session.objects.filter(school_id=school_id, on__gte=since, on__lte=on)
    by_group, _ = sessions_by_group(sessions, on, since=since)
    codes = Group.objects.filter(school_id=school_id, ends__gte=since, starts__lte=on).order_by()
    found: dict[str, list[Dosage]] = {}
    for pk, code in codes.values_list("pk", "intervention__code"):
        if pk in by_group:
            found.setdefault(code, []).append(by_group[pk])
    return {code: dose for code, doses in found.items() if (dose := total_dose(doses)) is not None}


def _decided(school_id: int) -> dict[str, Decision]:
    """The newest decision on each intervention, by its code. One query."""
    newest: dict[str, Decision] = {}
    for decision in Decision.objects.filter(school_id=school_id).select_related("intervention"):
        newest.setdefault(decision.intervention.code, decision)
    return newest


def _list_figures(rows: list[dict[str, Any]], missing: int) -> list[dict[str, Any]]:
    words = [row["impact"].reading.word for row in rows]
    shown = (Effect.STRONG, Effect.PROMISING)
    early = words.count(Effect.TOO_EARLY)
    return [
        {"value": sum(words.count(word) for word in shown), "unit": f"of {len(rows)}", "label": "show a gain"},
        {"value": early, "label": "too early to say", "meta": "Fewer than 5 pupils with both scores"},
        {
            "value": missing, "label": "score missing" if missing == 1 else "scores missing",
            "url": reverse("provision:missing-scores"), "status": "warn" if missing else "",
        },
    ]  # fmt: skip


# --- Missing scores --------------------------------------------------------------------------------------------


@require_safe
def missing_page(request: HttpRequest) -> HttpResponse:
    """Pupils whose provision names a test and who lack a score before or after, by group."""
    place, on = need(request, Permission.IMPACT_VIEW), clock.today()
    lines = missing_scores(lines_between(place.id, evidence_from(on), on), on).visible_to(request.user)
    wanted = request.GET.get("intervention", "")
    if wanted:
        lines = lines.filter(group__intervention__slug=wanted)
    rows = lines.select_related("pupil", "group__intervention__instrument").order_by(
        "group__ends", "group__name", "group_id", "pupil__surname", "pupil__forename", "pk"
    )
    page = Paginator(rows, LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "can_score": request.user.access.can(Permission.PROVISION_EDIT, place.id),
        "on": on,
        "wanted": wanted,
        "lead": "Without both scores we cannot say what came of it. A reason will do where a test is not possible.",
    }
    return render(request, "provision/missing_scores.html", context)
