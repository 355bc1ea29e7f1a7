"""The team of a school, and one member with contract, skills, absences and this week's sessions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from provision.enums import GroupState, SessionState, Weekday
from provision.models import Group, Session
from sendco.accounts.guards import check, find, need
from sendco.accounts.models import Membership
from sendco.accounts.permissions import Permission, Role
from sendco.core import clock, ui
from sendco.core.form_pages import data_of, form_page
from staff.actions import record_skill, remove_skill, set_contract
from staff.deployment.board import hours_of, hours_words, plain
from staff.forms import ConfirmForm, ContractForm, SkillForm, TeamFilter
from staff.models import Absence, Contract, Skill, StaffSkill
from staff.people import NOT_STAFF, people_of
from staff.rules import holds, pattern_hours, skill_status

ABSENCES_SHOWN = 12


def members_within_reach(user: Any) -> QuerySet[Membership]:
    """Memberships of people who work with pupils, in schools whose staff one may see. No query of its own."""
    return Membership.objects.filter(school_id__in=user.access.school_ids(Permission.STAFF_VIEW)).exclude(
        role__in=NOT_STAFF
    )


def _find(request: HttpRequest, pk: int, permission: Permission | None = None) -> Membership:
    return find(request, members_within_reach(request.user).select_related("user", "school"), permission, pk=pk)


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Everybody who works with pupils, by name, with hours, skills and groups; ?skill= those who hold it. 9 queries."""
    place, today = need(request, Permission.STAFF_VIEW), clock.today()
    everybody = people_of(place.id, today, today)
    filters = TeamFilter(request.GET, skills=Skill.objects.filter(federation_id=place.federation_id))
    skill = filters.chosen()
    held: dict[int, list[dict[str, Any]]] = {}
    rows = StaffSkill.objects.filter(membership__user_id__in=everybody, membership__federation_id=place.federation_id)
    for each in rows.select_related("skill", "membership").order_by("skill__name", "pk"):
        status, words = skill_status(each.expires_on, today)
        held.setdefault(each.membership.user_id, []).append(
            {"name": each.skill.name, "id": each.skill_id, "status": status, "words": words}
        )
    running = (
        Group.objects.filter(school_id=place.id, deliverer_id__in=everybody)
        .exclude(state=GroupState.FINISHED)
        .filter(ends__gte=today)
        .order_by()
        .values_list("deliverer_id")
        .annotate(n=Count("pk"))
    )
    groups = dict(running)
    away = set(
        Absence.objects.during(today, today)
        .filter(membership__user_id__in=everybody, membership__federation_id=place.federation_id)
        .values_list("membership__user_id", flat=True)
    )
    people = [
        {
            "person": person,
            "hours": _hours(person.hours_on(today)),
            "skills": held.get(user_id, []),
            "groups": groups.get(user_id, 0),
            "is_away": user_id in away,
        }
        for user_id, person in everybody.items()
        if skill is None or any(each["id"] == skill.pk for each in held.get(user_id, []))
    ]
    ending = sum(each["status"] == "warn" for skills in held.values() for each in skills)
    context = {
        "people": people,
        "filters": filters,
        "skill": skill,
        "lead": _lead(len(everybody), len(away), ending),
        "can_arrange": request.user.access.can(Permission.COVER_ARRANGE, place.id),
    }
    return render(request, "staff/team.html", context)


def _hours(hours: Decimal | None) -> str:
    return "Not recorded" if hours is None else plain(hours)


def _lead(count: int, away: int, ending: int) -> str:
    parts = [f"{ui.plural_words(count, 'person', 'people')}."]
    parts.append(f"{away} away today." if away else "Everyone is in today.")
    if ending:
        parts.append(f"{ui.plural_words(ending, 'skill')} {'runs' if ending == 1 else 'run'} out soon or did.")
    return " ".join(parts)


@require_safe
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One person in one school, all roles together. At most 11 queries."""
    found, today = _find(request, pk), clock.today()
    roles = list(
        members_within_reach(request.user)
        .filter(user_id=found.user_id, school_id=found.school_id)
        .prefetch_related("classes")
        .order_by("pk")
    )
    ids = [role.pk for role in roles]
    contracts = list(Contract.objects.filter(membership__in=ids).prefetch_related("times"))
    skills = StaffSkill.objects.filter(
        membership__user_id=found.user_id, membership__federation_id=found.federation_id
    ).select_related("skill", "membership")
    absences = list(Absence.objects.filter(membership__in=ids).order_by("-starts", "-pk")[:ABSENCES_SHOWN])
    current = [each for each in contracts if each.starts <= today and (each.ends is None or each.ends >= today)]
    monday = today - timedelta(days=today.weekday())
    sessions = list(
        Session.objects.filter(
            deliverer_id=found.user_id, school_id=found.school_id, on__range=(monday, monday + timedelta(days=6))
        )
        .exclude(state=SessionState.MISSED)
        .select_related("group")
    )
    hours = hours_of(sum(session.minutes for session in sessions))
    contracted = sum((each.hours_per_week for each in current), Decimal(0)) if current else None
    context = {
        "member": found,
        "name": found.user.get_full_name(),
        "roles": roles,
        "role_words": _role_words(roles),
        "contracts": [_contract(each, today) for each in contracts],
        "skills": [_skill(each, today, found) for each in skills],
        "absences": [{"row": each, "is_over": each.ends < today} for each in absences],
        "is_away": any(each.starts <= today <= each.ends for each in absences),
        "sessions": sessions,
        "hours": hours,
        "contracted": contracted,
        "hours_words": hours_words(hours, contracted),
        "monday": monday,
        "can_edit": request.user.access.can(Permission.STAFF_EDIT, found.school_id),
        "can_arrange": request.user.access.can(Permission.COVER_ARRANGE, found.school_id),
        "sees_groups": request.user.access.can(Permission.MAP_VIEW, found.school_id),
    }
    return render(request, "staff/member.html", context)


def _role_words(roles: list[Membership]) -> str:
    words = []
    for role in roles:
        classes = " and ".join(each.name for each in role.classes.all())
        words.append(Role(role.role).label + (f", {classes}" if classes else ""))
    return "; ".join(dict.fromkeys(words))


def _contract(contract: Contract, on: date) -> dict[str, Any]:
    """Hours, days and the pattern: rows of weekday and times, for the page."""
    pattern: dict[int, list[str]] = {}
    spans = []
    for each in contract.times.all():
        words = f"{ui.clock_time(each.starts_at)} to {ui.clock_time(each.ends_at)}"
        pattern.setdefault(each.weekday, []).append(words)
        spans.append((each.starts_at.hour * 60 + each.starts_at.minute, each.ends_at.hour * 60 + each.ends_at.minute))
    return {
        "row": contract,
        "is_current": contract.starts <= on and (contract.ends is None or contract.ends >= on),
        "hours": plain(contract.hours_per_week),
        "weeks": plain(contract.weeks_per_year),
        "pattern": [
            (day.label, " and ".join(pattern[day.value]) if day.value in pattern else "Does not work")
            for day in Weekday
        ]
        if pattern
        else [],
        "in_pattern": plain(pattern_hours(spans)) if spans else "",
    }


def _skill(held: StaffSkill, on: date, found: Membership) -> dict[str, Any]:
    status, words = skill_status(held.expires_on, on)
    return {
        "row": held,
        "status": status,
        "words": words,
        "holds": holds(held.expires_on, on),
        "is_here": held.membership.school_id == found.school_id,
    }


def _crumbs(found: Membership) -> list[tuple[str, str]]:
    return [
        ("Team", reverse("staff:team")),
        (found.user.get_full_name(), reverse("staff:member", args=[found.pk])),
    ]


@require_http_methods(["GET", "POST"])
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, Permission.STAFF_EDIT)
    contract = Contract.objects.filter(membership=found, ends__isnull=True).prefetch_related("times").first()
    form = ContractForm(data_of(request), contract=contract, on=clock.today())
    return form_page(
        request, form, lambda: set_contract(membership=found, by=request.user, **form.values()),
        title=f"Contract of {found.user.get_full_name()}", button="Save contract", message="Contract saved",
        to=reverse("staff:member", args=[pk]), crumbs=_crumbs(found),
        lead="Hours a week, and when. Cover suggests people who are contracted at that time.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def skill_add(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, Permission.STAFF_EDIT)
    form = SkillForm(data_of(request), skills=Skill.objects.filter(federation_id=found.federation_id), on=clock.today())

    def act() -> None:
        cleaned = form.cleaned_data
        record_skill(
            membership=found, name=cleaned["name"], gained_on=cleaned["gained_on"],
            expires_on=cleaned["expires_on"], by=request.user,
        )  # fmt: skip

    return form_page(
        request, form, act, title=f"Add a skill of {found.user.get_full_name()}", button="Save skill",
        message="Skill saved", to=reverse("staff:member", args=[pk]), crumbs=_crumbs(found),
        lead="Adding a skill again renews it.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def skill_remove(request: HttpRequest, pk: int) -> HttpResponse:
    rows = StaffSkill.objects.visible_to(request.user).select_related("skill", "membership__user")
    held = find(request, rows, pk=pk)
    check(request.user, Permission.STAFF_EDIT, held)
    name = held.membership.user.get_full_name()
    return form_page(
        request, ConfirmForm(data_of(request)), lambda: remove_skill(held=held, by=request.user),
        title=f"Remove {held.skill.name} from {name}?", button="Remove skill", message="Skill removed", danger=True,
        to=reverse("staff:member", args=[held.membership_id]), crumbs=_crumbs(held.membership),
    )  # fmt: skip
