"""Plan a group, look at it, change it, and end it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from provision.actions import (
    change_group,
    plan_group,
)
from provision.enums import GroupState, MissedReason, SessionState
from provision.forms.groups import ChangeForm, PlanForm, adults_of
from provision.models import Group, Intervention, Line, Session, Slot
from provision.preview import last_day, preview
from provision.rules.dosage import Dosage, PlannedSession, dosage
from pupils.enums import SenStatus
from pupils.models import Pupil
from sendco.accounts.guards import find, may, need
from sendco.accounts.permissions import Permission
from sendco.core import clock, params, ui
from sendco.core.exceptions import Conflict, Refused
from sendco.core.http import partial_or_page, saved
from sendco.schools.models import Grade, School
from sendco.schools.services import calendar_for, rate_for

SESSIONS_SHOWN = 12
LOW_DELIVERY = 75
"""Per cent of planned sessions below which a group shows amber."""
CHANGED_FIELDS = (
    "name", "deliverer", "grade", "starts", "ends", "weeks", "times_per_week", "minutes", "place", "materials_cost",
    "funding", "is_section_f",
)  # fmt: skip


def get_group(request: HttpRequest, pk: int, permission: Permission | None = None) -> Group:
    return find(request, Group.objects.visible_to(request.user).for_page(), permission, pk=pk)


@require_http_methods(["GET", "POST"])
def group_add(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Plan a group; `preview` in the POST only works out cost and dates."""
    school, on = need(request, Permission.PROVISION_EDIT), clock.today()
    everything = Intervention.objects.for_federation(school.federation_id).filter(is_archived=False)
    wanted = slug or request.GET.get("intervention", "")
    chosen = everything.filter(slug=wanted).select_related("instrument").first() if wanted else None
    if slug and chosen is None:
        raise Http404("There is no such intervention.")
    show_all = request.GET.get("pupils") == "all"
    pupils = pupils_to_choose(request, school.id, on, everyone=show_all)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        interventions=everything, chosen=chosen, pupils=pupils, adults=adults_of(school.id, on), on=on,
        picked=list(filter(None, map(params.number, request.GET.getlist("pupil")))),
    )  # fmt: skip
    context: dict[str, Any] = {
        "form": form,
        "chosen": chosen,
        "show_all": show_all,
        "plan": None,
        "usual": _usual(chosen),
        "picked": form.initial["pupils"],
    }
    if request.method == "POST":
        is_valid = form.is_valid()
        context["plan"] = preview(school.id, form.cleaned_data)
        if "preview" in request.POST:
            context["quiet"] = True
            return partial_or_page(request, "provision/_cost_preview.html", "provision/group_form.html", context)
        if is_valid and (planned := _plan(request, form, school.id)):
            return saved(request, f"Planned: {planned.name}", planned)
        return render(request, "provision/group_form.html", context, status=422)
    if chosen is not None:
        context["plan"] = preview(school.id, form.initial)
    else:
        context["catalogue"] = _by_area(everything)
    return render(request, "provision/group_form.html", context)


def _by_area(interventions: Any) -> list[tuple[str, list[Intervention]]]:
    """The catalogue under the four areas of need. One query."""
    areas: dict[str, list[Intervention]] = {}
    for intervention in interventions.order_by("area", "name"):
        areas.setdefault(intervention.get_area_display(), []).append(intervention)
    return list(areas.items())


def _usual(chosen: Intervention | None) -> list[tuple[str, str]]:
    if chosen is None:
        return []
    sizes = sorted({chosen.group_min, chosen.group_max})
    return [
        ("Pupils in a group", " to ".join(str(size) for size in sizes)),
        ("How much", dose_words(chosen)),
        ("Who", Grade(chosen.grade).label),
        ("Training", chosen.training or "None named"),
        ("Test", chosen.instrument.name if chosen.instrument else chosen.entry_measure or "None named"),
        ("Evidence", chosen.evidence_text or "Not checked"),
    ]


def dose_words(dose: Intervention | Group) -> str:
    """3 times a week, 30 minutes, 10 weeks."""
    often = "Once" if dose.times_per_week == 1 else f"{dose.times_per_week} times"
    return f"{often} a week, {ui.plural_words(dose.minutes, 'minute')}, {ui.plural_words(dose.weeks, 'week')}"


def _plan(request: HttpRequest, form: PlanForm, school_id: int) -> Group | None:
    """The new group, or None with the refusal as an error of the form."""
    fields = dict(form.cleaned_data)
    for name in [name for name in fields if name.startswith("slot_")]:
        del fields[name]
    fields["ends"] = fields["ends"] or last_day(calendar_for(school_id), fields["starts"], fields["weeks"])
    fields["pupils"] = list(fields["pupils"])
    try:
        return plan_group(school=School.objects.get(pk=school_id), by=request.user, **fields)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None


def pupils_to_choose(request: HttpRequest, school_id: int, on: Any, *, everyone: bool = True) -> Any:
    """Pupils on roll within reach, by year and name; only those with some support unless `everyone`."""
    pupils = Pupil.objects.visible_to(request.user).on_roll(on).filter(school_id=school_id)
    if not everyone:
        pupils = pupils.exclude(sen_status=SenStatus.NONE)
    return pupils.select_related("school_class").order_by("year_order", "surname", "forename", "pk")


@require_safe
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: who is in it, what was planned and what happened. At most 11 queries."""
    found, on = get_group(request, pk), clock.today()
    lines = list(Line.objects.filter(group=found).visible_to(request.user).for_group())
    slots = list(Slot.objects.filter(group=found))
    sessions = list(Session.objects.filter(group=found).select_related("deliverer"))
    past = [session for session in sessions if session.on <= on]
    counted = _counted(past, on)
    ahead = [session for session in sessions if session.on > on]
    calendar = calendar_for(found.school_id)
    context = {
        "group": found,
        "members": [line for line in lines if line.left_on is None],
        "left": [line for line in lines if line.left_on is not None],
        "slots": slots,
        "past": past[::-1][:SESSIONS_SHOWN],
        "earlier": max(0, len(past) - SESSIONS_SHOWN),
        "ahead": ahead[:5],
        "later": max(0, len(ahead) - 5),
        "counted": counted,
        "total": len(sessions),
        "unknown_dates": found.state != GroupState.FINISHED and not calendar.covers(found.ends),
        "cost": sum((line.cost for line in lines), Decimal(0)),
        "hours": sum((line.hours for line in lines), Decimal(0)),
        "lead": f"{found.intervention.name}. {ui.day(found.starts)} to {ui.day(found.ends)}.",
        "on": on,
        "can_edit": may(request.user, Permission.PROVISION_EDIT, found) and found.state != GroupState.FINISHED,
        "can_score": may(request.user, Permission.PROVISION_EDIT, found),
        "can_cost": may(request.user, Permission.COST_VIEW, found),
        "can_log": may(request.user, Permission.SESSION_LOG, found),
        "can_impact": may(request.user, Permission.IMPACT_VIEW, found),
        "is_over": found.state == GroupState.RUNNING and found.ends < on,
    }
    context["figures"] = _figures(context)
    context["facts"] = _facts(context)
    return render(request, "provision/group.html", context)


def _counted(past: list[Session], on: date) -> Dosage:
    """What was given of what was planned until now; a session of today that is not logged yet does not count."""
    return dosage(
        PlannedSession(
            minutes=session.minutes,
            delivered=session.state == SessionState.DELIVERED,
            attended=session.state == SessionState.DELIVERED,
            missed=MissedReason(session.reason) if session.reason else None,
        )
        for session in past
        if session.state != SessionState.PLANNED or session.on < on
    )


def _figures(context: dict[str, Any]) -> list[dict[str, Any]]:
    counted, members = context["counted"], context["members"]
    low = counted.delivery is not None and counted.delivery < LOW_DELIVERY
    figures = [
        {"value": len(members), "label": "pupil in it now" if len(members) == 1 else "pupils in it now"},
        {
            "value": f"{counted.delivered} of {counted.planned}" if counted.planned else "None",
            "label": "sessions happened so far",
            "meta": f"{context['total']} planned in all", "status": "warn" if low else "",
        },
    ]  # fmt: skip
    if context["can_cost"]:
        figures.append(
            {
                "value": ui.money(context["cost"]), "label": "planned cost",
                "meta": f"{context['hours'].normalize():f} hours at {ui.money(context['group'].hourly_rate, 2)}",
            }
        )  # fmt: skip
    return figures


def _facts(context: dict[str, Any]) -> list[tuple[str, Any]]:
    found: Group = context["group"]
    slots = [f"{slot.get_weekday_display()} {ui.clock_time(slot.starts_at)}" for slot in context["slots"]]
    facts = [
        ("How much", dose_words(found)),
        ("When", ", ".join(slots) or "Not settled"),
        ("Who runs it", found.deliverer.name if found.deliverer else "Nobody yet"),
        ("Grade", found.get_grade_display()),
        ("Where", found.place or "Not settled"),
    ]
    if context["can_cost"]:
        facts += [("Paid from", found.get_funding_display()), ("Materials", ui.money(found.materials_cost, 2))]
    if found.is_section_f:
        facts.append(("EHC plan", "Written in Section F"))
    return facts


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found, on = get_group(request, pk, Permission.PROVISION_EDIT), clock.today()
    slots = list(Slot.objects.filter(group=found).values_list("weekday", "starts_at"))
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        instance=found, slots=slots, adults=adults_of(found.school_id, on), rate_now=_rate(found, on),
    )  # fmt: skip
    context: dict[str, Any] = {"form": form, "group": found, "title": f"Change {found.name}"}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _change(request, form, found, on)
                return saved(request, f"Saved: {found.name}", found)
            except Conflict as conflict:
                context |= {"conflict": compare(form, conflict), "group": conflict.current}
                status = 409
            except Refused as refusal:
                form.add_error(None, refusal.message)
    return render(request, "provision/group_edit.html", context, status=status)


def _rate(found: Group, on: Any) -> Any:
    try:
        return rate_for(found.school_id, found.grade, max(on, found.starts))
    except Refused:
        return None


def _change(request: HttpRequest, form: ChangeForm, found: Group, on: Any) -> None:
    cleaned = form.cleaned_data
    fields = {name: cleaned[name] for name in CHANGED_FIELDS}
    fields["ends"] = fields["ends"] or last_day(calendar_for(found.school_id), fields["starts"], fields["weeks"])
    change_group(
        group=found, version=cleaned["version"], on=on, by=request.user, slots=cleaned["slots"],
        new_rate=cleaned.get("new_rate", False), **fields,
    )  # fmt: skip


def compare(form: Any, conflict: Conflict) -> dict[str, Any]:
    """What `_conflict.html` needs: the typed values beside the saved ones, and the typed ones as hidden inputs."""
    theirs, fields = conflict.current, []
    for name in CHANGED_FIELDS:
        field = theirs._meta.get_field(name)
        mine, other = form.cleaned_data[name], getattr(theirs, name)
        labels = dict(field.flatchoices)
        shown = [labels.get(value, getattr(value, "name", value)) for value in (mine, other)]
        shown = ["Yes" if value is True else "No" if value is False else value for value in shown]
        fields.append(
            {"label": form.fields[name].label, "mine": shown[0], "theirs": shown[1], "differs": mine != other}
        )
    form.data = form.data.copy()
    form.data["version"] = str(theirs.version)
    return {"who": theirs.changed_by_name or "Somebody", "when": theirs.updated_at, "fields": fields}
