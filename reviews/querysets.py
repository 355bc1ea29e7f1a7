"""Reach of reviews, and named shapes for their screens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Prefetch, Q

from pupils.models.pupil import NAME_FIELDS
from sendco.accounts.permissions import Permission

if TYPE_CHECKING:
    from sendco.accounts.models import User


def _reach(user: User) -> Q:
    """Whole schools by permission; else the pupils one sees, where one may contribute."""
    from pupils.models import Pupil

    whole = set(user.access.school_ids(Permission.REVIEW_VIEW)) | set(user.access.school_ids(Permission.REVIEW_DATES))
    near = [pk for pk in user.access.school_ids(Permission.REVIEW_CONTRIBUTE) if pk not in whole]
    reach = Q(school_id__in=sorted(whole))
    if near:
        reach |= Q(school_id__in=near, pupil__in=Pupil.objects.visible_to(user))
    return reach


def _on_roll(path: str, on: date) -> Q:
    return Q(**{f"{path}__left_on__isnull": True}) | Q(**{f"{path}__left_on__gt": on})


def _in_force(path: str, on: date) -> Q:
    return Q(**{f"{path}__ceased_on__isnull": True}) | Q(**{f"{path}__ceased_on__gt": on})


def owed_q(on: date) -> Q:
    """Of reviews: not of pupils who have left, whose next school has the duty, nor of plans that have ended."""
    return _on_roll("pupil", on) & _in_force("plan", on)


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ReviewQuerySet:
        """Reviews one may know of. No query of its own."""
        return self.filter(_reach(user))

    def owed(self, on: date) -> ReviewQuerySet:
        """Those that this school still has to see to: see `owed_q`."""
        return self.filter(owed_q(on))

    def for_list(self) -> ReviewQuerySet:
        """With pupil, owner and open steps, soonest first: 2 queries for any number of rows."""
        from .models import ReviewStep

        steps = ReviewStep.objects.open().order_by("due_on", "order")
        return self.select_related("pupil", "owner").prefetch_related(Prefetch("steps", steps, to_attr="open_steps"))

    def for_page(self) -> ReviewQuerySet:
        """One review with what its page names: 1 query. Steps, people and outcomes are read by the page."""
        return self.select_related("pupil", "pupil__school_class", "plan", "school", "owner")


class ReviewStepQuerySet(models.QuerySet):
    def open(self) -> ReviewStepQuerySet:
        """Not done, and with a date."""
        return self.filter(done_on__isnull=True, due_on__isnull=False)

    def on_roll(self, on: date) -> ReviewStepQuerySet:
        """Without pupils who have left, whose next school has the duty, and without plans that have ended."""
        return self.filter(_on_roll("pupil", on), _in_force("review__plan", on))

    def for_dates(self, *, names: bool = False) -> ReviewStepQuerySet:
        """Steps with what their dates are told from, soonest first: of the review its state, meeting and owner; names: of the
        pupil the names and the year. Nothing else of the two, which have many columns. One query."""
        own = [field.name for field in self.model._meta.concrete_fields]
        wide = [f"review__{name}" for name in ("state", "meeting_on", "owner")]
        wide += [f"pupil__{name}" for name in NAME_FIELDS] if names else []
        rows = self.select_related("review", "pupil") if names else self.select_related("review")
        return rows.only(*own, *wide).order_by("due_on", "review_id", "order")

    def near(self, on: date, until: date) -> ReviewStepQuerySet:
        """Open steps whose working or legal date has come by `until`, overdue ones included."""
        return self.open().filter(Q(due_on__lte=until) | Q(target_on__lte=until))


class NeedsAssessmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> NeedsAssessmentQuerySet:
        return self.filter(_reach(user))

    def open(self) -> NeedsAssessmentQuerySet:
        return self.filter(closed_on__isnull=True)

    def on_roll(self, on: date) -> NeedsAssessmentQuerySet:
        return self.filter(_on_roll("pupil", on))
