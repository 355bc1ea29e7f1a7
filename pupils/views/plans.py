"""Plans and targets: start, write, agree, review."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pupils import actions
from pupils.enums import PlanState, ReviewDecision, TargetState
from pupils.forms.plans import (
    PlanAgreeForm,
    PlanEditForm,
    PlanReviewForm,
    PlanStartForm,
    TargetEditForm,
    TargetForm,
)
from pupils.models import Plan, Pupil, Target
from sendco.accounts.guards import check, find, may
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.dates import long_date
from sendco.core.form_pages import data_of, form_page

from .pages import crumbs_to, find_child, find_pupil

GOES_ON = (ReviewDecision.CONTINUE, ReviewDecision.CHANGE_STRATEGY, ReviewDecision.CHANGE_PROVISION)
CHANGES_SUPPORT = (ReviewDecision.STEP_UP, ReviewDecision.STEP_DOWN, ReviewDecision.OFF_REGISTER)


def plan_url(pupil_id: int) -> str:
    return reverse("pages:pupil-plan", args=[pupil_id])


def find_target(request: HttpRequest, pk: int, permission: Permission) -> Target:
    """A target of a pupil within reach, with plan and pupil. One query."""
    reach = Pupil.objects.visible_to(request.user)
    targets = Target.objects.filter(plan__pupil__in=reach).select_related("plan__pupil")
    target = find(request, targets, pk=pk)
    check(request.user, permission, target.plan.pupil)
    return target


def seen(request: HttpRequest, pupil: Pupil, page: str) -> None:
    """A form that shows a part of the record is a look at the record. Once a page: not for what is sent."""
    if request.method == "GET":
        audit.record("pupil.viewed", by=request.user, target=pupil, label=pupil.initials, details={"page": page})


@require_http_methods(["GET", "POST"])
def plan_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.PLAN_EDIT)
    seen(request, pupil, "plan-add")
    last = Plan.objects.filter(pupil=pupil).prefetch_related("targets").order_by("-cycle").first()
    targets = list(last.targets.all()) if last else []
    form = PlanStartForm(data_of(request), pupil=pupil, targets=targets, on=clock.today())

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.start_plan(pupil=pupil, by=request.user, carry=data.pop("carry", []), **data)

    return form_page(
        request,
        form,
        act,
        title=f"Plan the next cycle for {pupil.first_name}",
        button="Save draft",
        message="Draft saved. Add targets, then agree the plan",
        to=plan_url(pk),
        crumbs=crumbs_to(request, pupil),
        lead="A draft until it is agreed. The plan in force stays as it is.",
    )


@require_http_methods(["GET", "POST"])
def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    plan = find_child(request, Plan, pk, Permission.PLAN_EDIT)
    seen(request, plan.pupil, "plan-edit")
    form = PlanEditForm(data_of(request), instance=plan, on=clock.today())

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_plan(plan=plan, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"Change {plan.pupil.first_name}’s plan",
        button="Save plan",
        message="Plan saved",
        to=plan_url(plan.pupil_id),
        crumbs=crumbs_to(request, plan.pupil),
    )


@require_http_methods(["GET", "POST"])
def plan_agree(request: HttpRequest, pk: int) -> HttpResponse:
    plan = find_child(request, Plan, pk, Permission.PLAN_EDIT)
    form = PlanAgreeForm(data_of(request), today=clock.today())
    return form_page(
        request,
        form,
        lambda: actions.agree_plan(plan=plan, by=request.user, **form.cleaned_data),
        title=f"Agree {plan.pupil.first_name}’s plan",
        button="Agree plan",
        message="Plan agreed",
        to=plan_url(plan.pupil_id),
        crumbs=crumbs_to(request, plan.pupil),
        lead="Parents must know what is planned. Then everyone who works with the child can see the targets.",
    )


@require_http_methods(["GET", "POST"])
def plan_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends the cycle. A decision that changes support leads to that form; one to go on, to the next plan."""
    plan = find_child(request, Plan, pk, Permission.PLAN_EDIT)
    pupil = plan.pupil
    seen(request, pupil, "plan-review")
    open_targets = [target for target in plan.targets.all() if target.state == TargetState.OPEN]
    form = PlanReviewForm(data_of(request), instance=plan, targets=open_targets, today=clock.today())
    done: list[Plan] = []

    def act() -> None:
        data = form.cleaned_data
        done.append(
            actions.review_plan(
                plan=plan,
                on=data["on"],
                decision=data["decision"],
                summary=data["review_summary"],
                target_results=form.results(),
                parents_met_on=data["parents_met_on"],
                version=data["version"],
                by=request.user,
            )
        )

    follows, message = plan_url(pupil.pk), "Review saved"
    if form.is_bound and form.is_valid():
        follows, message = what_follows(request, pupil, form.cleaned_data["decision"])
    response = form_page(
        request,
        form,
        act,
        title=f"Review {pupil.first_name}’s plan",
        button="Save review",
        message=message,
        to=plan_url(pupil.pk),
        crumbs=crumbs_to(request, pupil),
        lead=f"Cycle {plan.cycle}, from {long_date(plan.starts)}. This ends the cycle.",
    )
    if done:
        response["HX-Redirect" if "HX-Redirect" in response else "Location"] = follows
    return response


def what_follows(request: HttpRequest, pupil: Pupil, decision: str) -> tuple[str, str]:
    """Where a decision leads, and what is said there."""
    if decision in CHANGES_SUPPORT and may(request.user, Permission.REGISTER_EDIT, pupil):
        return reverse("pupils:support-change", args=[pupil.pk]), "Review saved. Now record the change of support"
    if decision in CHANGES_SUPPORT:
        return plan_url(pupil.pk), "Review saved. Ask your SENDCo to record the change of support"
    if decision in GOES_ON and not Plan.objects.filter(pupil=pupil, state=PlanState.DRAFT).exists():
        return reverse("pupils:plan-add", args=[pupil.pk]), "Review saved. Now plan the next cycle"
    return plan_url(pupil.pk), "Review saved"


@require_http_methods(["GET", "POST"])
def target_add(request: HttpRequest, pk: int) -> HttpResponse:
    plan = find_child(request, Plan, pk, Permission.PLAN_EDIT)
    form = TargetForm(data_of(request), plan=plan)
    return form_page(
        request,
        form,
        lambda: actions.add_target(plan=plan, by=request.user, **form.cleaned_data),
        title=f"Add a target for {plan.pupil.first_name}",
        button="Save target",
        message="Target saved",
        to=plan_url(plan.pupil_id),
        crumbs=crumbs_to(request, plan.pupil),
        lead="One thing the child will be able to do, that anyone can see.",
    )


@require_http_methods(["GET", "POST"])
def target_edit(request: HttpRequest, pk: int) -> HttpResponse:
    target = find_target(request, pk, Permission.PLAN_EDIT)
    pupil = target.plan.pupil
    seen(request, pupil, "target-edit")
    form = TargetEditForm(data_of(request), instance=target)

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_target(target=target, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"Change a target of {pupil.first_name}",
        button="Save target",
        message="Target saved",
        to=plan_url(pupil.pk),
        crumbs=crumbs_to(request, pupil),
    )
