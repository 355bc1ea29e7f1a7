"""Reach of reviews, and named shapes for their screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

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


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ReviewQuerySet:
        """Reviews one may know of. No query of its own."""
        return self.filter(_reach(user))


class NeedsAssessmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> NeedsAssessmentQuerySet:
        return self.filter(_reach(user))
