"""Whose plan or annual review falls in this half term: a filter of the register that reads plans and reviews together."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from pupils.enums import PlanState
from pupils.models import Plan
from reviews.enums import ReviewState
from reviews.models import Review
from sendco.core.dates import days_after
from sendco.core.together import in_one_query
from sendco.schools.models import Closure, Term

HALF_TERM = "half_term"


def last_day_before_the_break(school_id: int, on: date) -> date:
    """The last day before the next half term begins or the present or next term ends; `date.max` when none is known. One query."""
    found = in_one_query(
        {
            "breaks": (Closure.objects.filter(school_id=school_id, kind="half_term", starts__gt=on), ("starts",)),
            "terms": (Term.objects.filter(school_id=school_id, ends__gte=on), ("ends",)),
        }
    )
    days = [days_after(row["starts"], -1) for row in found["breaks"]] + [row["ends"] for row in found["terms"]]
    return min(days, default=date.max)


def ids_to_review(school_id: int, value: str, on: date) -> QuerySet:
    """Ids of a school's pupils with a plan to review, or an annual review to hold, before the next break.

    What was due before `on` counts as well, since it is still to be done. One query, for the break.
    """
    last = last_day_before_the_break(school_id, on)
    plans = Plan.objects.filter(state=PlanState.ACTIVE, pupil__school_id=school_id, review_on__lte=last)
    to_hold = Review.objects.owed(on).filter(
        Q(meeting_on__lte=last) | Q(meeting_on__isnull=True, due_on__lte=last),
        state__in=(ReviewState.PLANNED, ReviewState.SCHEDULED),
        school_id=school_id,
    )
    return plans.order_by().values("pupil_id").union(to_hold.order_by().values("pupil_id"))
