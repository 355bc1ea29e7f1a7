"""The catalogue of interventions, one entry, and the federation's own version of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from provision.actions import add_intervention, change_intervention
from provision.enums import GroupState
from provision.evidence import NOT_CHECKED, evidence_means, evidence_words
from provision.forms.catalogue import CatalogueFilter, InterventionForm
from provision.models import Decision, Group, Intervention, Tier
from provision.rules.cost import Timing, pupil_cost
from pupils.enums import Area
from pupils.register import AREA_SHAPES
from sendco.accounts.access import Place as School
from sendco.accounts.guards import find, need
from sendco.accounts.permissions import Permission
from sendco.core import clock, ui
from sendco.core.exceptions import Refused
from sendco.core.form_pages import data_of, form_page
from sendco.schools.models import Federation, Grade
from sendco.schools.services import rate_for

from .groups import dose_words

GROUPS_SHOWN = 30


def get_intervention(request: HttpRequest, school: School, slug: str) -> Intervention:
    """The entry as this school's federation sees it, hidden ones too; 404 for another federation's."""
    entries = Intervention.objects.for_federation(school.federation_id).select_related("instrument", "tier")
    return find(request, entries, slug=slug)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every intervention, under its area. 6 queries."""
    school = need(request, Permission.MAP_VIEW, Permission.CATALOGUE_EDIT)
    tiers = list(Tier.objects.values_list("code", "label"))
    form = CatalogueFilter(request.GET, tiers=tiers)
    wanted = form.wanted()
    running = _running(school.id)
    entries = Intervention.objects.for_federation(school.federation_id).select_related("tier")
    rows = list(_filtered(entries, wanted, running).order_by("area", "name", "pk"))
    areas: dict[str, list[dict[str, Any]]] = {}
    for entry in rows:
        areas.setdefault(entry.area, []).append(_row(entry, running.get(entry.pk, 0)))
    context = {
        "areas": [(area.label, AREA_SHAPES.get(area.value, ""), areas[area.value]) for area in Area if area.value in areas],
        "filters": form,
        "pills": _pills(form, wanted),
        "count": len(rows),
        "can_edit": request.user.access.can(Permission.CATALOGUE_EDIT, school.id),
        "lead": f"{ui.plural_words(len(rows), 'entry', 'entries')} to plan from. Your federation can change each one.",
    }  # fmt: skip
    return render(request, "provision/catalogue.html", context)


def _running(school_id: int) -> dict[int, int]:
    """{intervention: groups of this school that are not finished}. One query, that starts from the school: a join from the
    catalogue would count through the groups of every school."""
    groups = Group.objects.filter(school_id=school_id).exclude(state=GroupState.FINISHED).order_by()
    return dict(groups.values_list("intervention_id").annotate(n=Count("pk")))


def _filtered(
    entries: QuerySet[Intervention], wanted: dict[str, str], running: dict[int, int]
) -> QuerySet[Intervention]:
    entries = entries.filter(is_archived=wanted.get("show") == "archived")
    if wanted.get("show") == "used":
        entries = entries.filter(pk__in=running)
    if wanted.get("show") == "checked":
        entries = entries.filter(evidence_checked=True)
    if "q" in wanted:
        entries = entries.filter(Q(name__icontains=wanted["q"]) | Q(strand__icontains=wanted["q"]))
    if "area" in wanted:
        entries = entries.filter(area=wanted["area"])
    return entries.filter(tier__code=wanted["tier"]) if "tier" in wanted else entries


def _row(entry: Intervention, running: int) -> dict[str, Any]:
    words = evidence_words(entry.evidence_level, checked=entry.evidence_checked)
    return {
        "entry": entry,
        "size": size_words(entry),
        "dose": dose_words(entry),
        "evidence": words,
        "unchecked": words == NOT_CHECKED,
        "running": running,
    }


def size_words(entry: Intervention) -> str:
    if entry.group_max == 1:
        return "1:1"
    low, high = entry.group_min, entry.group_max
    return f"Group of {high}" if low == high else f"Group of {low} to {high}"


def _pills(form: CatalogueFilter, wanted: dict[str, str]) -> list[dict[str, str]]:
    """Each filter in force as a link that takes it off."""
    pills = []
    for name, value in wanted.items():
        field = form.fields[name]
        text = dict(getattr(field, "choices", ())).get(value, f"“{value}”")
        rest = {key: other for key, other in wanted.items() if key != name}
        pills.append({"text": text, "url": f"?{urlencode(rest)}"})
    return pills


@require_safe
def intervention(request: HttpRequest, slug: str) -> HttpResponse:
    """One entry: dose, evidence, cost, groups of this school and the last decision. 7 queries."""
    school = need(request, Permission.MAP_VIEW, Permission.CATALOGUE_EDIT)
    found, on, access = get_intervention(request, school, slug), clock.today(), request.user.access
    groups = (
        Group.objects.visible_to(request.user)
        .filter(school_id=school.id, intervention=found)
        .select_related("deliverer")
        .annotate(size=Count("lines", filter=Q(lines__left_on__isnull=True)))
        .order_by("-ends", "name", "pk")
    )
    listed = list(groups[: GROUPS_SHOWN + 1])
    can_cost = access.can(Permission.COST_VIEW, school.id)
    context = {
        "entry": found,
        "shape": AREA_SHAPES.get(found.area, ""),
        "evidence": evidence_words(found.evidence_level, checked=found.evidence_checked),
        "means": evidence_means(found.evidence_level, checked=found.evidence_checked),
        "unchecked": evidence_words(found.evidence_level, checked=found.evidence_checked) == NOT_CHECKED,
        "facts": _facts(found, _price(school.id, found, on) if can_cost else ""),
        "groups": listed[:GROUPS_SHOWN],
        "more": len(listed) > GROUPS_SHOWN,
        "on": on,
        "decision": Decision.objects.filter(school_id=school.id, intervention=found).first(),
        "can_edit": access.can(Permission.CATALOGUE_EDIT, school.id),
        "can_plan": access.can(Permission.PROVISION_EDIT, school.id) and not found.is_archived,
        "can_impact": access.can(Permission.IMPACT_VIEW, school.id),
        "lead": ". ".join(part for part in (found.get_area_display(), found.strand.capitalize()) if part) + ".",
    }
    return render(request, "provision/intervention.html", context)


def _facts(found: Intervention, price: str) -> list[tuple[str, str]]:
    return [
        ("Layer of support", found.tier.label),
        ("Year groups", found.years),
        ("Size", size_words(found)),
        ("How much", dose_words(found)),
        ("Who runs it", Grade(found.grade).label),
        ("Training", found.training or "None named"),
        ("Test", found.instrument.name if found.instrument else found.entry_measure or "None named"),
        *([("Staff cost", price)] if price else []),
    ]


def _price(school_id: int, found: Intervention, on: Any) -> str:
    """About £103 a pupil, in a full group; empty when there is no rate. One query."""
    try:
        rate = rate_for(school_id, found.grade, on)
    except Refused:
        return ""
    timing = Timing(found.times_per_week, found.minutes, found.weeks)
    cost = pupil_cost(timing, hour_rate=rate, group_size=found.group_max)
    return f"About {ui.money(cost)} a pupil{' in a full group' if found.group_max > 1 else ''}"


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Interventions", reverse("provision:catalogue")), *more]


@require_http_methods(["GET", "POST"])
def intervention_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an entry. A national one stays as it is; the federation gets its own."""
    school = need(request, Permission.CATALOGUE_EDIT)
    found = get_intervention(request, school, slug)
    form = InterventionForm(data_of(request), instance=found)
    url = reverse("provision:intervention", args=[slug])

    def act() -> None:
        federation = Federation.objects.get(pk=school.federation_id)
        change_intervention(
            intervention=found, federation=federation, version=form.cleaned_data["version"], by=request.user,
            **form.values(),
        )  # fmt: skip

    note = "" if found.federation_id else "Your federation gets its own version. The national entry stays as it is."
    return form_page(
        request, form, act, title=f"Change {found.name}", button="Save intervention", message=f"Saved: {found.name}",
        to=url, crumbs=_crumbs((found.name, url)), lead=note,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def intervention_add(request: HttpRequest) -> HttpResponse:
    """Add the federation's own intervention."""
    school = need(request, Permission.CATALOGUE_EDIT)
    form = InterventionForm(data_of(request))

    def act() -> None:
        federation = Federation.objects.get(pk=school.federation_id)
        add_intervention(federation=federation, by=request.user, **form.values())

    return form_page(
        request, form, act, title="Add an intervention", button="Add intervention", message="Added to the catalogue",
        to=reverse("provision:catalogue"), crumbs=_crumbs(), lead="For what your schools run and the catalogue does not know.",
    )  # fmt: skip
