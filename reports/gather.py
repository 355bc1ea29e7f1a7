"""Reading everything a governor report counts: 20 queries for a school of any size, in a task or a POST only."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum

from provision.impact_feed import dosage_by_line, lines_between, measured, with_scores
from provision.models import Line, Session
from provision.windows import evidence_from
from pupils.enums import NoteKind, PlanState, SenStatus
from pupils.models import Note, Plan, Target
from reviews.clock_rules import Owner
from reviews.enums import ReviewState
from reviews.models import NeedsAssessment, Review, ReviewStep
from sendco.accounts.models import Membership
from sendco.accounts.permissions import Role
from staff.agencies.models import Agency, Referral, ReferralState
from staff.models import Contract, StaffSkill

from .counts import Counts, Delivery, Duties, Provision, Roll, Window, main_needs, roll_of

STATUTORY_STEPS = ("invite_by", "advice_circulated_by", "meeting_latest", "report_by", "decision_by", "final_plan_by")
SUPPORT_ROLES = (Role.SUPPORT,)
WAITING = (ReferralState.SENT, ReferralState.ACKNOWLEDGED, ReferralState.RETURNED, ReferralState.WAITING)


def gather(window: Window) -> Counts:
    """Every count of one school and term."""
    since = min([day for _, _, day in window.points] + [window.starts])
    roll = roll_of(window, since - timedelta(days=1))
    register, plans_e = roll.register(window.on), roll.with_status(window.on, SenStatus.EHCP)
    provisions, funding = _provision(window)
    with_plan, reviewed, late, met = _plans(window, register)
    school, authority, steps = _duties(window)
    held, late_ours, late_theirs = _reviews(window, plans_e, steps_overdue(window))
    requested, agreed = _assessments(window)
    opened, waiting = _referrals(window, roll)
    hours, people = _staff(window)
    return Counts(
        window=window,
        roll=roll,
        needs=main_needs(window, register),
        provisions=provisions,
        funding=funding,
        with_plan=with_plan,
        plans_reviewed=reviewed,
        plans_late=late,
        parents_met=met,
        targets=_targets(window),
        school_duties=school,
        authority_duties=authority,
        duty_steps=steps,
        reviews_held=held,
        reviews_late_school=late_ours,
        reviews_late_authority=late_theirs,
        assessments_requested=requested,
        assessments_agreed=agreed,
        referrals_open=opened,
        referrals_waiting=waiting,
        support_hours=hours,
        support_staff=people,
        training=_training(window),
        agencies=_agencies(window),
    )


def _provision(window: Window) -> tuple[dict[str, Provision], dict[str, tuple[set[int], Decimal]]]:
    """By the intervention's code, and by who pays. Places are of the term. 5 queries."""
    lines = Line.objects.filter(school=window.school, starts__lte=window.on, ends__gte=window.starts)
    lines = lines.filter(Q(left_on__isnull=True) | Q(left_on__gte=window.starts))
    rows = lines.order_by("pk").values_list(
        "pupil_id", "group__intervention__code", "group__intervention__name", "group__intervention__area",
        "group__funding", "cost",
    )  # fmt: skip
    found: dict[str, Provision] = {}
    funding: dict[str, tuple[set[int], Decimal]] = defaultdict(lambda: (set(), Decimal(0)))
    for pupil, code, name, area, payer, cost in rows:
        if code not in found:
            is_taken = any(other.name == name for other in found.values())
            found[code] = Provision(f"{name} ({code})" if is_taken else name, area)
        provision = found[code]
        provision.pupils.add(pupil)
        provision.cost += cost
        who, so_far = funding[payer]
        funding[payer] = (who | {pupil}, so_far + cost)
    _add_scores(window, found)
    sessions = Session.objects.filter(school=window.school, on__gte=window.starts, on__lte=window.on)
    grouped = sessions.order_by().values_list("group__intervention__code", "state", "reason")
    for code, state, reason, n, minutes in grouped.annotate(n=Count("pk"), minutes=Sum("minutes")):
        if code in found:
            found[code].delivery += _delivery(state, reason, n, minutes)
    return found, dict(funding)


def _add_scores(window: Window, provisions: dict[str, Provision]) -> None:
    """Runs with both scores, from the same months and read in the same way as the impact page does. 3 queries."""
    lines = lines_between(window.school.pk, evidence_from(window.on), window.on)
    dosages = dosage_by_line(with_scores(lines), window.on)
    for provision in provisions.values():
        provision.dosages = dosages
    for run in measured(lines):
        if run.code in provisions and run.leaving.on <= window.on:
            provisions[run.code].runs.append(run)


def _delivery(state: str, reason: str, n: int, minutes: int) -> Delivery:
    if state == "delivered":
        return Delivery(delivered=n, planned_minutes=minutes, delivered_minutes=minutes)
    if state == "missed":
        return Delivery(missed=Counter({reason or "other": n}), planned_minutes=0 if reason == "trip" else minutes)
    return Delivery(not_logged=n, planned_minutes=minutes)


def _plans(window: Window, register: set[int]) -> tuple[set[int], set[int], set[int], set[int]]:
    """Pupils on the register with a plan, with one reviewed this term, with one past its review, whose parents met us.

    2 queries.
    """
    with_plan, reviewed, late, met = set(), set(), set(), set()
    plans = Plan.objects.filter(pupil__school=window.school, starts__lte=window.on).exclude(state=PlanState.DRAFT)
    rows = plans.filter(Q(state=PlanState.ACTIVE) | Q(reviewed_on__gte=window.starts)).order_by()
    for pupil, reviewed_on, review_on, met_on in rows.values_list(
        "pupil_id", "reviewed_on", "review_on", "parents_met_on"
    ):
        is_open = reviewed_on is None or reviewed_on > window.on
        if is_open or reviewed_on >= window.starts:
            with_plan.add(pupil)
        if not is_open:
            reviewed.add(pupil)
        elif review_on < window.on:
            late.add(pupil)
        if met_on and window.starts <= met_on <= window.on:
            met.add(pupil)
    notes = Note.objects.filter(pupil__school=window.school, kind=NoteKind.MEETING)
    met.update(notes.filter(on__gte=window.starts, on__lte=window.on).values_list("pupil_id", flat=True))
    return with_plan & register, reviewed & register, late & register, met & register


def _targets(window: Window) -> Counter[str]:
    """Targets judged at plan reviews of the term, by state. One query."""
    judged = Target.objects.filter(
        plan__pupil__school=window.school, plan__reviewed_on__gte=window.starts, plan__reviewed_on__lte=window.on
    )
    return Counter(dict(judged.order_by().values_list("state").annotate(n=Count("pk"))))


def _duties(window: Window) -> tuple[Duties, Duties, dict[str, Duties]]:
    """Steps of reviews due in the term, by whose they are and by kind. One query."""
    steps = ReviewStep.objects.filter(school=window.school, due_on__gte=window.starts, due_on__lte=window.on)
    steps = steps.filter(key__in=STATUTORY_STEPS).exclude(review__state=ReviewState.CANCELLED)
    school, authority, kinds = Duties(), Duties(), {key: Duties() for key in STATUTORY_STEPS}
    for key, owner, due, done, pupil in steps.values_list("key", "owner", "due_on", "done_on", "pupil_id"):
        kept = done is not None and done <= due
        if not kept and done is None and due == window.on:
            continue  # still has the day
        whose = authority if owner == Owner.AUTHORITY else school if Owner(owner).is_school else None
        for duties in (whose, kinds[key]):
            if duties is not None:
                duties.due += 1
                duties.on_time += kept
                duties.pupils.add(pupil)
    return school, authority, kinds


def steps_overdue(window: Window) -> dict[int, set[str]]:
    """{review: owners of steps whose date had passed on the day}. One query."""
    late = ReviewStep.objects.filter(school=window.school, due_on__lt=window.on, key__in=STATUTORY_STEPS)
    late = late.filter(Q(done_on__isnull=True) | Q(done_on__gt=window.on))
    found: dict[int, set[str]] = defaultdict(set)
    for review, owner in late.exclude(review__state=ReviewState.CANCELLED).values_list("review_id", "owner"):
        found[review].add(owner)
    return found


def _reviews(window: Window, with_plan: set[int], late: dict[int, set[str]]) -> tuple[set[int], set[int], set[int]]:
    """Pupils with an EHC plan now: whose meeting was held this term, who wait for us, for the authority. One query."""
    reviews = Review.objects.filter(school=window.school, counts_as_annual=True).exclude(state=ReviewState.CANCELLED)
    held, ours, theirs = set(), set(), set()
    for pk, pupil, held_on in reviews.values_list("pk", "pupil_id", "held_on"):
        if pupil not in with_plan:
            continue
        if held_on and window.starts <= held_on <= window.on:
            held.add(pupil)
        owners = late.get(pk, set())
        if any(Owner(owner).is_school for owner in owners):
            ours.add(pupil)
        elif Owner.AUTHORITY in owners:
            theirs.add(pupil)
    return held, ours, theirs


def _assessments(window: Window) -> tuple[set[int], set[int]]:
    """Pupils for whom an EHC needs assessment was asked, and agreed, this term. One query."""
    rows = NeedsAssessment.objects.filter(school=window.school, received_on__lte=window.on)
    requested, agreed = set(), set()
    for pupil, received, decided, is_agreed in rows.values_list("pupil_id", "received_on", "decided_on", "is_agreed"):
        if received >= window.starts:
            requested.add(pupil)
        if is_agreed and decided and window.starts <= decided <= window.on:
            agreed.add(pupil)
    return requested, agreed


def _referrals(window: Window, roll: Roll) -> tuple[set[int], set[int]]:
    """Pupils on roll with a referral open on the day, and those still waiting to be seen. One query."""
    rows = Referral.objects.filter(school=window.school, sent_on__lte=window.on)
    rows = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=window.on)).exclude(state=ReferralState.DECLINED)
    here = {child.pk for child in roll.on_roll(window.on)}
    found = [(pupil, state) for pupil, state in rows.values_list("pupil_id", "state") if pupil in here]
    return {pupil for pupil, _ in found}, {pupil for pupil, state in found if state in WAITING}


def _of_school(window: Window, prefix: str = "membership__") -> Q:
    on = window.on
    return Q(**{f"{prefix}school": window.school, f"{prefix}starts__lte": on}) & (
        Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gte": on})
    )


def _staff(window: Window) -> tuple[Decimal, int]:
    """Contracted hours a week of teaching assistants, and how many they are. 2 queries."""
    on = window.on
    contracts = Contract.objects.filter(_of_school(window), starts__lte=on, membership__role__in=SUPPORT_ROLES)
    hours = contracts.filter(Q(ends__isnull=True) | Q(ends__gte=on)).aggregate(hours=Sum("hours_per_week"))["hours"]
    people = Membership.objects.filter(_of_school(window, ""), role__in=SUPPORT_ROLES).values("user").distinct().count()
    return hours or Decimal(0), people


def _training(window: Window) -> list[tuple[str, int]]:
    """(skill, people who gained it this academic year), most first. One query."""
    gained = StaffSkill.objects.filter(_of_school(window), gained_on__gte=window.year_starts, gained_on__lte=window.on)
    return list(
        gained.order_by()
        .values_list("skill__name")
        .annotate(n=Count("membership__user", distinct=True))
        .order_by("-n", "skill__name")
    )


def _agencies(window: Window) -> list[str]:
    """Kinds of outside service in the federation's directory, which says nothing about pupils. One query."""
    kinds = Agency.objects.filter(federation_id=window.school.federation_id, is_archived=False)
    labels = dict(Agency._meta.get_field("kind").choices)
    return sorted({labels[kind] for kind in kinds.order_by().values_list("kind", flat=True).distinct()})
