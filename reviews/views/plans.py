"""EHC plans, their outcomes and Section F, and new reviews."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from provision.models import Line
from pupils.models import Pupil
from reviews import actions, forms
from reviews.actions.plans import lacks_transfer_year, next_kind, transfer_ahead
from reviews.models import EhcOutcome, EhcPlan, Review, SectionFItem
from sendco.accounts.guards import check, find, may
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import Refused
from sendco.core.http import saved

from ._shared import EDIT, VIEW, bound, get_plan, get_pupil, note_look, run


def _crumbs(pupil: Pupil, plan: EhcPlan | None = None) -> list[tuple[str, str]]:
    crumbs = [("Annual reviews", reverse("reviews:list"))]
    if plan is not None:
        crumbs.append((f"EHC plan, {pupil.known_as}", reverse("reviews:ehc-plan", args=[plan.pk])))
    return crumbs


@require_http_methods(["GET", "POST"])
def ehc_plan_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a plan; its first review is opened with it."""
    pupil, on = get_pupil(request, pk, EDIT), clock.today()
    existing = EhcPlan.objects.filter(pupil=pupil).first()
    if existing is not None:
        return redirect("reviews:ehc-plan", pk=existing.pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        plan = actions.open_ehc_plan(pupil=pupil, by=request.user, **data)
        item = actions.open_review(plan=plan, kind=next_kind(plan), by=request.user, on=on, owner=request.user)
        return saved(request, "EHC plan saved. Its next review is open", to=item)

    page = {
        "title": f"Add {pupil.first_name}’s EHC plan",
        "submit": "Save plan",
        "back": reverse("reviews:list"),
        "crumbs": _crumbs(pupil),
        "notes": ["Every date of the next annual review is worked out from this."],
    }
    initial: dict[str, Any] = {"la_code": pupil.school.la_code}
    if transfer := transfer_ahead(pupil, on=on):
        initial |= {"phase_transfer_year": transfer.year, "is_to_post_16": transfer.to_post_16}
    form = forms.EhcPlanForm(bound(request), on=on, may_read=may(request.user, VIEW, pupil), initial=initial)
    return run(request, form, act, page=page)


@require_http_methods(["GET", "POST"])
def ehc_plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    plan, on = get_plan(request, EDIT, pk=pk), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        version = data.pop("version")
        actions.change_ehc_plan(plan=plan, version=version, by=request.user, on=on, **data)
        return saved(request, "EHC plan saved", to=reverse("reviews:ehc-plan", args=[plan.pk]))

    page = {
        "title": f"Change {plan.pupil.first_name}’s EHC plan",
        "submit": "Save plan",
        "back": reverse("reviews:ehc-plan", args=[plan.pk]),
        "crumbs": _crumbs(plan.pupil, plan),
        "notes": ["Reviews whose meeting has not been held follow the new dates."],
    }
    form = forms.EhcPlanForm(bound(request), instance=plan, on=on, may_read=may(request.user, VIEW, plan))
    return run(request, form, act, page=page)


@require_safe
def ehc_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan: its dates, outcomes, Section F with the provision that meets it, and its reviews."""
    plan = get_plan(request, Permission.REVIEW_DATES, pk=pk)
    audit.record(
        "ehc_plan.viewed", by=request.user, target=plan, school_id=plan.pupil.school_id, pupil_id=plan.pupil_id
    )
    can_read, can_edit = may(request.user, VIEW, plan), may(request.user, EDIT, plan)
    lines = Prefetch("lines", Line.objects.select_related("group"))
    context = {
        "plan": plan,
        "pupil": plan.pupil,
        "authority": forms.plan.labels("la").get(plan.la_code, plan.la_code),
        "outcomes": list(plan.outcomes.all()) if can_read else [],
        "provision": list(plan.provision_items.prefetch_related(lines)) if can_read else [],
        "reviews": list(Review.objects.filter(plan=plan).order_by("-due_on", "-pk")),
        "can_read": can_read,
        "can_edit": can_edit,
        "can_write": can_read and can_edit,
        "transfer": lacks_transfer_year(plan, on=clock.today()) if can_edit else None,
        "links": _crumbs(plan.pupil),
        "current": f"EHC plan, {plan.pupil.known_as}",
    }
    return render(request, "reviews/plan.html", context)


@require_http_methods(["GET", "POST"])
def review_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = get_pupil(request, pk, EDIT)
    plan = EhcPlan.objects.filter(pupil=pupil).first()
    if plan is None:
        return redirect("reviews:ehc-plan-add", pk=pupil.pk)
    plan.pupil = pupil

    def act(data: dict[str, Any]) -> HttpResponse:
        item = actions.open_review(plan=plan, by=request.user, on=clock.today(), owner=request.user, **data)
        return saved(request, "Review opened", to=item)

    page = {
        "title": f"Open a review for {pupil.first_name}",
        "submit": "Open review",
        "back": reverse("reviews:ehc-plan", args=[plan.pk]),
        "crumbs": _crumbs(pupil, plan),
        "notes": ["The next annual review opens by itself when the local authority’s letter is recorded."],
    }
    return run(request, forms.ReviewAddForm(bound(request), initial={"kind": next_kind(plan)}), act, page=page)


# --- Outcomes and Section F ---------------------------------------------------------------------------


def _part(request: HttpRequest, model: type, pk: int) -> Any:
    """An outcome or item within reach, for who writes."""
    rows = model.objects.select_related("plan__pupil__school")
    found = find(request, rows.filter(plan__pupil__in=Pupil.objects.visible_to(request.user)), None, pk=pk)
    check(request.user, VIEW, found.plan)
    check(request.user, EDIT, found.plan)
    note_look(request, "ehc_plan.viewed", found.plan, found.plan.pupil)
    return found


def _part_page(plan: EhcPlan, title: str, submit: str, remove_url: str = "", remove_text: str = "") -> dict[str, Any]:
    return {
        "title": title,
        "submit": submit,
        "back": reverse("reviews:ehc-plan", args=[plan.pk]),
        "crumbs": _crumbs(plan.pupil, plan),
        "remove_url": remove_url,
        "remove_text": remove_text,
    }


@require_http_methods(["GET", "POST"])
def outcome_add(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_plan(request, EDIT, pk=pk)
    check(request.user, VIEW, plan)

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.add_outcome(plan=plan, text=data["text"], by=request.user)
        return saved(request, "Outcome added", to=reverse("reviews:ehc-plan", args=[plan.pk]))

    return run(request, forms.OutcomeForm(bound(request)), act, page=_part_page(plan, "Add an outcome", "Add outcome"))


@require_http_methods(["GET", "POST"])
def outcome_edit(request: HttpRequest, pk: int) -> HttpResponse:
    outcome = _part(request, EhcOutcome, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.change_outcome(outcome=outcome, version=data["version"], text=data["text"], by=request.user)
        return saved(request, "Outcome saved", to=reverse("reviews:ehc-plan", args=[outcome.plan_id]))

    page = _part_page(
        outcome.plan, f"Change outcome {outcome.number}", "Save outcome",
        reverse("reviews:outcome-remove", args=[outcome.pk]), "Remove outcome",
    )  # fmt: skip
    return run(request, forms.OutcomeForm(bound(request), instance=outcome), act, page=page)


@require_POST
def outcome_remove(request: HttpRequest, pk: int) -> HttpResponse:
    outcome = _part(request, EhcOutcome, pk)
    if not forms.PressForm(request.POST).is_valid():
        raise Refused("Send the form again.")
    actions.remove_outcome(outcome=outcome, by=request.user)
    return saved(request, "Outcome removed", to=reverse("reviews:ehc-plan", args=[outcome.plan_id]))


def _lines(plan: EhcPlan) -> Any:
    return (
        Line.objects.filter(pupil_id=plan.pupil_id, left_on__isnull=True)
        .select_related("group")
        .order_by("-ends", "pk")
    )


@require_http_methods(["GET", "POST"])
def section_f_add(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_plan(request, EDIT, pk=pk)
    check(request.user, VIEW, plan)

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.add_section_f(plan=plan, by=request.user, **data)
        return saved(request, "Section F line added", to=reverse("reviews:ehc-plan", args=[plan.pk]))

    form = forms.SectionFForm(bound(request), lines=_lines(plan))
    return run(request, form, act, page=_part_page(plan, "Add a line of Section F", "Add line"))


@require_http_methods(["GET", "POST"])
def section_f_edit(request: HttpRequest, pk: int) -> HttpResponse:
    item = _part(request, SectionFItem, pk)

    def act(data: dict[str, Any]) -> HttpResponse:
        version = data.pop("version")
        actions.change_section_f(item=item, version=version, by=request.user, **data)
        return saved(request, "Section F line saved", to=reverse("reviews:ehc-plan", args=[item.plan_id]))

    page = _part_page(
        item.plan, f"Change line {item.number} of Section F", "Save line",
        reverse("reviews:section-f-remove", args=[item.pk]), "Remove line",
    )  # fmt: skip
    return run(request, forms.SectionFForm(bound(request), instance=item, lines=_lines(item.plan)), act, page=page)


@require_POST
def section_f_remove(request: HttpRequest, pk: int) -> HttpResponse:
    item = _part(request, SectionFItem, pk)
    if not forms.PressForm(request.POST).is_valid():
        raise Refused("Send the form again.")
    actions.remove_section_f(item=item, by=request.user)
    return saved(request, "Section F line removed", to=reverse("reviews:ehc-plan", args=[item.plan_id]))
