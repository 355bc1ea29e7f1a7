"""Whose plan or annual review falls in this half term: a filter of the register that reads plans and reviews together."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from pupils.enums import PlanState
from pupils.models import Plan
from reviews.enums import ReviewState
from reviews.models import Review
from sendco.schools.models import Closure, Term

HALF_TERM = "half_term"


def before_the_break(school_id: int, on: date, day: str) -> Q:
    """The column `day` lies before the next break: no half term begins and no term ends between `on` and it.

    What was due before `on` counts as well, since it is still to be done. No query of its own.
    """
    breaks = Closure.objects.filter(school_id=school_id, kind="half_term", starts__gt=on, starts__lte=OuterRef(day))
    ends = Term.objects.filter(school_id=school_id, ends__gte=on, ends__lt=OuterRef(day))
    return ~Exists(breaks) & ~Exists(ends)


def ids_to_review(school_id: int, value: str, on: date) -> QuerySet:
    """Ids of a school's pupils with a plan to review, or an annual review to hold, before the next break. No query of its own."""
    plans = Plan.objects.filter(
        before_the_break(school_id, on, "review_on"), state=PlanState.ACTIVE, pupil__school_id=school_id
    )
    to_hold = Review.objects.owed(on).filter(
        state__in=(ReviewState.PLANNED, ReviewState.SCHEDULED), school_id=school_id
    )
    annual = to_hold.annotate(held_by=Coalesce(F("meeting_on"), F("due_on"))).filter(
        before_the_break(school_id, on, "held_by")
    )
    return plans.order_by().values("pupil_id").union(annual.order_by().values("pupil_id"))
