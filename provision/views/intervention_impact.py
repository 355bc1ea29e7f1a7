"""What came of one intervention: who gained, how sure we are, whether it was given, and what was decided."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from provision import wording
from provision.actions import decide
from provision.exports import scores_workbook
from provision.forms.catalogue import DecisionForm
from provision.impact_feed import (
    dosage_by_line,
    lines_between,
    measured,
    missing_scores,
    sessions_by_group,
    with_scores,
)
from provision.map_values import LOW_DELIVERY
from provision.models import Decision, Group, Intervention, Line, Session
from provision.rules.cost import cost_per_point
from provision.rules.dosage import GREEN_FROM, Dosage
from provision.rules.reading import Impact, Measured, Test, impact_of, total_dose
from provision.rules.scores import Verdict, months_between
from provision.windows import evidence_from
from sendco.accounts.access import Place
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, ui
from sendco.core.charts import Chart, Delivery, Interval, Slope, delivery_chart, interval_chart, slope_chart
from sendco.core.exceptions import Refused
from sendco.core.form_pages import data_of
from sendco.core.http import saved
from sendco.core.spreadsheets import download
from sendco.schools.models import School

from .catalogue import get_intervention

DECISIONS_SHOWN = 5
GROUPS_DRAWN = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the page of one intervention stands on. everyone: runs of all interventions of the school, to compare with."""

    found: Impact
    runs: tuple[Measured, ...]
    everyone: tuple[Measured, ...]
    dosages: Mapping[int, Dosage]
    groups: tuple[Group, ...]
    given: Mapping[int, Dosage]
    names: Mapping[int, str]


def _evidence(request: HttpRequest, place: Place, intervention: Intervention, on: date, test: str) -> Evidence:
    """5 queries: runs, dosage, groups, sessions, and the names of pupils within reach."""
    lines = lines_between(place.id, evidence_from(on), on)
    own = lines.filter(group__intervention=intervention)
    everyone = tuple(measured(lines))
    runs = tuple(run for run in everyone if run.code == intervention.code)
    dosages = dosage_by_line(with_scores(own), on)
    groups = tuple(
        Group.objects.filter(pk__in=own.values("group_id"))
        .order_by("starts", "name", "pk")
        .only("pk", "name", "starts", "ends")
    )
    sessions = Session.objects.filter(school_id=place.id, group__in=own.values("group_id"), on__lte=on)
    given, _ = sessions_by_group(sessions, on, since=date.min)
    named = Line.objects.filter(pk__in=with_scores(own).values("pk")).visible_to(request.user).select_related("pupil")
    names = {line.pk: line.pupil.short_name for line in named}
    return Evidence(impact_of(runs, dosages, test=test), runs, everyone, dosages, groups, given, names)


@require_http_methods(["GET", "POST"])
def intervention_impact(request: HttpRequest, slug: str) -> HttpResponse:
    """What came of one intervention; a POST records what was decided. 11 queries."""
    place, on = need(request, Permission.IMPACT_VIEW), clock.today()
    intervention = get_intervention(request, place, slug)
    can_decide = request.user.access.can(Permission.PROVISION_EDIT, place.id)
    if request.method == "POST":
        need(request, Permission.PROVISION_EDIT)
    seen = _evidence(request, place, intervention, on, request.GET.get("test", ""))
    form = DecisionForm(data_of(request))
    if form.is_bound and form.is_valid():
        try:
            decide(
                school=School.objects.get(pk=place.id), intervention=intervention, on=on, by=request.user,
                effect=seen.found.reading.word, pupils=seen.found.n, **form.cleaned_data,
            )  # fmt: skip
            url = reverse("provision:intervention-impact", args=[slug])
            return saved(request, f"Decision saved: {intervention.name}", url)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    decisions = list(Decision.objects.filter(school_id=place.id, intervention=intervention)[:DECISIONS_SHOWN])
    context = _page(request, place, intervention, seen, on) | {
        "form": form,
        "decisions": decisions,
        "can_decide": can_decide,
        "can_set": request.user.access.can(Permission.SETTINGS_EDIT, place.id),
    }
    return render(request, "provision/intervention_impact.html", context, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, place: Place, intervention: Intervention, seen: Evidence, on: date) -> dict[str, Any]:
    found, name = seen.found, intervention.name
    low = [group for group in seen.groups if group.pk in seen.given and _is_low(seen.given[group.pk])]
    measured_groups = [group for group in seen.groups if group.pk in seen.given]
    can_cost = request.user.access.can(Permission.COST_VIEW, place.id)
    return {
        "intervention": intervention,
        "impact": found,
        "test": found.test,
        "title": wording.headline(found, name),
        "lead": wording.lead(found, span(seen.groups)),
        "mark": wording.EFFECT_MARKS[found.reading.word],
        "figures": _figures(found, total_dose(seen.given.values()), can_cost),
        "slopes": heading(_slopes(found, seen.names)) if found.shows_average else None,
        "rows": _pupil_rows(found, seen.names) if found.n and not found.shows_average else [],
        "beside": heading(_beside(name, intervention, seen)),
        "delivery": heading(_delivery(intervention, seen, low)) if measured_groups else None,
        "losses": [(group.name, wording.why_missed(seen.given[group.pk])) for group in low],
        "verdicts": wording.verdict_rows(found),
        "checks": wording.checks(found, low_groups=len(low), groups=len(measured_groups)),
        "tests": _tests(found),
        "expected": found.expected,
        "missing": _missing(place, intervention, on),
        "can_export": request.user.access.can(Permission.PUPIL_VIEW_ALL, place.id) and bool(seen.runs),
    }


def heading(chart: Chart | None) -> Chart | None:
    """The chart whose title heads a panel of its own."""
    return replace(chart, level=2) if chart else None


def _is_low(dose: Dosage) -> bool:
    return dose.delivery is not None and dose.delivery < GREEN_FROM


def _missing(place: Place, intervention: Intervention, on: date) -> int:
    lines = lines_between(place.id, evidence_from(on), on).filter(group__intervention=intervention)
    return missing_scores(lines, on).count()


def span(groups: tuple[Group, ...]) -> str:
    """Groups from September 2025 to November 2026."""
    if not groups:
        return "No groups since September of last year"
    first, last = min(group.starts for group in groups), max(group.ends for group in groups)
    months = [f"{ui.MONTHS[day.month - 1]} {day.year}" for day in (first, last)]
    return f"Groups in {months[0]}" if months[0] == months[1] else f"Groups from {months[0]} to {months[1]}"


def _figures(found: Impact, given: Dosage | None, can_cost: bool) -> list[dict[str, Any]]:
    figures: list[dict[str, Any]] = []
    if found.n:
        figures.append(
            {
                "value": found.result.gained, "unit": f"of {found.n}",
                "label": "pupil gained" if found.n == 1 else "pupils gained",
                "meta": wording.fell_words(found),
            }
        )  # fmt: skip
    if found.shows_average:
        figures.append(
            {
                "value": wording.signed_number(found.change.gain), "label": f"average gain, in {found.test.noun}s",
                "meta": wording.range_words(found) or "No range can be worked out",
            }
        )  # fmt: skip
    low = given is not None and given.delivery is not None and given.delivery < LOW_DELIVERY
    figures.append(
        {
            "value": f"{given.delivery}%" if given else "None due", "label": "planned sessions happened",
            "meta": f"{given.delivered} of {given.planned}" if given else "", "status": "warn" if low else "",
        }
    )  # fmt: skip
    if can_cost and found.n:
        runs = found.compared
        total = sum((run.cost for run in runs), Decimal(0))
        a_point = cost_per_point(total, gains=[run.gain for run in runs]) if found.shows_average else None
        per = f", about {ui.money(a_point)} a {found.test.noun}" if a_point else ""
        figures.append(
            {"value": ui.money(total / len(runs)), "label": "cost a pupil", "meta": f"{ui.money(total)} in all{per}"}
        )
    return figures


def _slopes(found: Impact, names: Mapping[int, str]) -> Chart:
    test = found.test
    slopes = [
        Slope(
            run.entry.value,
            run.leaving.value,
            names.get(run.line, ""),
            run.verdict in (None, Verdict.IMPROVED, Verdict.FELL),
        )
        for run in found.compared
    ]
    subtitle = f"{test.name}, where 100 is average for age" if test.is_standardised else test.name
    if not test.higher:
        subtitle += ". Lower is better"
    return slope_chart(
        "slopes", "Who gained", subtitle, slopes, entry="Before", leaving="After",
        lower_is_better=not test.higher, expected=_expected(found),
    )  # fmt: skip


def _expected(found: Impact) -> tuple[float, float] | None:
    """Where the average would go with no help: towards the middle, or up with age where the test counts months."""
    if not found.test.is_age:
        return found.expected
    start = sum(run.entry.value for run in found.compared) / found.n
    months = [months_between(run.entry.on, run.leaving.on) for run in found.compared]
    return start, start + sum(months) / found.n


def _pupil_rows(found: Impact, names: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": names.get(run.line, "A pupil"), "before": f"{run.entry.value:g}", "after": f"{run.leaving.value:g}",
            "gain": wording.signed_number(run.gain),
        }
        for run in found.compared
    ]  # fmt: skip


def _interval(label: str, found: Impact, *, is_main: bool = False) -> Interval:
    n, change = ui.plural_words(found.n, "pupil"), found.change
    if not found.shows_average or change is None:
        return Interval(label, n, words="Too few pupils", is_main=is_main)
    # Rounded here, and a nought made plain: −0 would read as a loss.
    gain, low, high = (
        None if value is None else round(value, 1) + 0.0 for value in (change.gain, change.gain_lo, change.gain_hi)
    )
    return Interval(label, n, gain, low, high, is_main=is_main)


def _beside(name: str, intervention: Intervention, seen: Evidence) -> Chart | None:
    """This intervention, its groups, and others that use the same test. None without anything to compare."""
    test = seen.found.test
    if test is None or not seen.found.shows_average:
        return None
    rows = [_interval("All groups", seen.found, is_main=True)]
    by_group: dict[int, list[Measured]] = {}
    for run in seen.runs:
        by_group.setdefault(run.group, []).append(run)
    if len(by_group) > 1:
        rows += [
            _interval(group.name, impact_of(by_group[group.pk], {}, test=test.slug))
            for group in seen.groups[-GROUPS_DRAWN:]
            if any(run.test.slug == test.slug for run in by_group.get(group.pk, ()))
        ]
    others: dict[str, list[Measured]] = {}
    for run in seen.everyone:
        if run.test.slug == test.slug and run.code != intervention.code:
            others.setdefault(run.code, []).append(run)
    rows += [_interval(runs[0].name, impact_of(runs, {})) for _, runs in sorted(others.items())]
    pace = " A gain of 0 means pupils kept pace with children their age." if test.keeps_pace else ""
    return interval_chart(
        "beside", _beside_title(rows, name), f"{test.name}.{pace} Lines show the 95% range", rows,
        notes=(
            "If a line crosses 0, we cannot tell yet. A longer line means less certainty, usually because there are "
            "fewer pupils.",
        ),
    )  # fmt: skip


def _beside_title(rows: list[Interval], name: str) -> str:
    clear = [row for row in rows[1:] if row.lo is not None and row.lo > 0]
    main = rows[0].lo is not None and rows[0].lo > 0
    if main and len(rows) > 1 and not clear:
        return f"Only {name} as a whole shows a clear gain"
    return f"How sure we are of the gain on {name}"


def _delivery(intervention: Intervention, seen: Evidence, low: list[Group]) -> Chart:
    """Sessions of each group of those planned until now, with the fewest that the programme asks for."""
    drawn = [group for group in seen.groups if group.pk in seen.given][-GROUPS_DRAWN:]
    rows = [Delivery(group.name, seen.given[group.pk].delivered, seen.given[group.pk].planned) for group in drawn]
    least = math.ceil(intervention.times_per_week * intervention.weeks * GREEN_FROM / 100)
    fits = any(row.planned >= least for row in rows)
    if not low:
        title = "Groups had the sessions they were meant to have"
    elif len(low) == 1:
        title = "One group missed too many sessions"
    else:
        title = f"{len(low)} groups missed too many sessions"
    return delivery_chart(
        "delivery", title, "Sessions that happened, of those planned until now", rows, minimum=least if fits else None
    )


def _tests(found: Impact) -> list[dict[str, Any]]:
    """Links to the results of each test, when pupils took different ones."""
    if not found.others or found.test is None:
        return []
    every: list[tuple[Test, int]] = [(found.test, len(found.runs)), *found.others]
    return [
        {"text": f"{test.name} ({count})", "url": f"?test={test.slug}", "current": test.slug == found.test.slug}
        for test, count in sorted(every, key=lambda item: item[0].name)
    ]


@require_safe
def impact_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Scores before and after, by pupil, of those within reach. Audited."""
    place, on = need(request, Permission.IMPACT_VIEW), clock.today()
    intervention = get_intervention(request, place, slug)
    lines = lines_between(place.id, evidence_from(on), on).filter(group__intervention=intervention)
    named = with_scores(lines).visible_to(request.user).select_related("pupil", "group")
    who = {line.pk: (line.pupil.known_as, line.group.name) for line in named}
    runs = sorted(measured(lines), key=lambda run: who.get(run.line, ("", "")))
    content = scores_workbook(intervention.name, runs, who, school=place.name, by=request.user.get_full_name(), on=on)
    audit.record(
        "impact.exported", by=request.user, target=intervention, school_id=place.id, label=intervention.name,
        details={"pupils": len(who)},
    )  # fmt: skip
    return download(content, f"impact-{slug}")
