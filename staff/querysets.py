"""Reach of staff records: the schools whose staff one may see, and shapes for their screens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sendco.accounts.permissions import Permission

if TYPE_CHECKING:
    from sendco.accounts.models import User


class StaffQuerySet(models.QuerySet):
    """Rows that belong to a membership. No query of its own."""

    def visible_to(self, user: User) -> StaffQuerySet:
        return self.filter(membership__school_id__in=user.access.school_ids(Permission.STAFF_VIEW))

    def during(self, starts: date, ends: date) -> StaffQuerySet:
        """Rows with `starts` and `ends` that touch the days from `starts` to `ends`, both included."""
        return self.filter(Q(starts__lte=ends), Q(ends__isnull=True) | Q(ends__gte=starts))


class SkillQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> SkillQuerySet:
        """Skills of the federations in which one may see staff. No query of its own."""
        seen = set(user.access.school_ids(Permission.STAFF_VIEW))
        return self.filter(federation_id__in={place.federation_id for place in user.access.places if place.id in seen})
