"""What frames every page of one pupil: the pupil, the header card, the sections, what this person may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q
from django.http import HttpRequest

from pupils import register
from pupils.enums import PlanState
from pupils.models import Need, Pupil
from pupils.querysets import in_force
from pupils.reference import labels
from pupils.register_page import place_of, shown_need
from pupils.sight import Sight
from pupils.views.pages import list_crumb
from reviews.feeds import next_steps
from sendco.accounts.guards import find
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.dates import age_on
from sendco.core.paths import path_to
from sendco.core.ui import percent

NOW = ("profile_now", "plan_now", "period_now")


# --- The pupil and what frames every section ----------------------------------------------------------------


def find_pupil(request: HttpRequest, pk: int, page: str, *related: str) -> Pupil:
    """The pupil within reach, or 404, as they are today. Writes `pupil.viewed`. 2 queries.

    Comes with class, key adult, `profile_now`, `plan_now` and `period_now` (each None when there is none), and what
    `related` names.
    """
    on = clock.today()
    pupils = (
        Pupil.objects.visible_to(request.user)
        .annotate(
            profile_now=FilteredRelation("profiles", condition=Q(profiles__is_current=True)),
            plan_now=FilteredRelation("plans", condition=Q(plans__state=PlanState.ACTIVE)),
            period_now=FilteredRelation("sen_periods", condition=in_force(on, "sen_periods__")),
        )
        .select_related("school_class", "key_adult", *NOW, *related)
    )
    pupil = find(request, pupils, pk=pk)
    for name in NOW:
        # Without a match the join sets no attribute at all.
        setattr(pupil, name, getattr(pupil, name, None))
    audit.record("pupil.viewed", by=request.user, target=pupil, label=pupil.initials, details={"page": page})
    return pupil


def sections(pupil: Pupil, sight: Sight, current: str) -> list[dict[str, Any]]:
    """The sections that this person may open, for the `subnav` component."""
    shown = [
        ("", "Overview", True),
        ("profile", "One-page profile", True),
        ("needs", "Needs", sight.record),
        ("plan", "Plan" if sight.full_plan else "Targets", sight.plan),
        ("provision", "Provision", sight.provision),
        ("reviews", "Reviews", sight.reviews),
        ("documents", "Documents", sight.documents),
        ("timeline", "Timeline", sight.record),
        ("access", "Who has looked", sight.audit),
    ]
    return [
        {
            "text": text,
            "url": path_to(f"pages:pupil-{key}" if key else "pages:pupil", pupil.pk),
            "current": key == current,
        }
        for key, text, is_shown in shown
        if is_shown
    ]


def next_step(pupil: Pupil, sight: Sight, on: date) -> register.NextStep | None:
    """The most pressing thing that has a date: a legal step first. One query for who may see reviews."""
    legal = next_steps([pupil.pk], on).get(pupil.pk) if sight.reviews else None
    review_on = pupil.plan_now.review_on if pupil.plan_now else None
    from_plan = register.plan_step(review_on, status=pupil.sen_status, on=on) if sight.plan else None
    return register.next_step(legal, from_plan, is_stuck=False)


def facts(pupil: Pupil, sight: Sight) -> list[tuple[str, str]]:
    """Pairs of the header card. What keeps a child safe shows to everyone who reaches the pupil."""
    found = [("Key adult", pupil.key_adult.get_full_name() if pupil.key_adult else "Nobody yet")]
    if sight.record:
        attendance = percent(pupil.attendance_percent, 1) if pupil.attendance_percent is not None else "Not known"
        found += [("Attendance", attendance), ("Languages at home", languages(pupil))]
    return [*found, ("Medical", pupil.medical_summary or "Nothing recorded")]


def languages(pupil: Pupil) -> str:
    if pupil.home_languages:
        return pupil.home_languages
    return labels("language").get(pupil.first_language, "") or "Not known"


def frame(
    request: HttpRequest, pupil: Pupil, current: str, *, on: date, needs: Sequence[Any] | None = None
) -> dict[str, Any]:
    """The context every section shares: header card, sections, what this person may do. At most 2 queries."""
    sight = Sight.of(request.user, pupil.school_id)
    if needs is None:
        needs = Need.objects.filter(pupil=pupil, ends__isnull=True).order_by("rank")
    access = request.user.access

    def may(permission: Permission) -> bool:
        return access.can(permission, pupil.school_id)

    return {
        "pupil": pupil,
        "current": current,
        "sight": sight,
        "on": on,
        "place": place_of(pupil),
        "age": age_on(pupil.born, on),
        "needs_shown": [shown_need(need) for need in needs],
        "next": next_step(pupil, sight, on),
        "facts": facts(pupil, sight),
        "sections": sections(pupil, sight, current),
        "listed": list_crumb(access, pupil.school_id),
        "may_edit_pupil": may(Permission.PUPIL_EDIT),
        "may_edit_support": may(Permission.REGISTER_EDIT),
        "may_edit_needs": may(Permission.NEED_EDIT),
        "may_edit_plan": may(Permission.PLAN_EDIT) and sight.full_plan,
        "may_record": may(Permission.PROGRESS_RECORD) and sight.plan,
        "may_edit_strategies": may(Permission.STRATEGY_EDIT),
        "may_add_note": may(Permission.NOTE_ADD),
        "may_add_document": may(Permission.DOCUMENT_ADD),
        "may_grant": may(Permission.GRANT_MANAGE),
        "may_see_map": may(Permission.MAP_VIEW),
    }
