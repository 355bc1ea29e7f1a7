"""Reach and named shapes of provision. Reach follows from pupils: a group is seen by who sees a pupil in it or runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sendco.accounts.permissions import Permission

if TYPE_CHECKING:
    from sendco.accounts.models import User


class GroupQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> GroupQuerySet:
        """Every group of the schools whose map one sees; else the groups one delivers. No query of its own."""
        whole = user.access.school_ids(Permission.MAP_VIEW)
        near = user.access.school_ids(Permission.SESSION_LOG)
        return self.filter(Q(school_id__in=whole) | Q(school_id__in=near, deliverer=user))


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> SessionQuerySet:
        """Every session of the schools one oversees; else one's own, planned or covered."""
        whole = user.access.school_ids(Permission.SESSION_VIEW_ALL)
        near = user.access.school_ids(Permission.SESSION_LOG)
        return self.filter(
            Q(school_id__in=whole) | (Q(school_id__in=near) & (Q(deliverer=user) | Q(group__deliverer=user) | Q(logged_by=user)))
        )


class LineQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> LineQuerySet:
        """Lines of pupils one may see."""
        from pupils.models import Pupil

        return self.filter(pupil__in=Pupil.objects.visible_to(user))

    def current(self, on) -> LineQuerySet:
        return self.filter(starts__lte=on, ends__gte=on, left_on__isnull=True)


def pupils_supported_by(user: User) -> models.QuerySet:
    """Ids of pupils in groups a person delivers, or whose session was given to them to cover."""
    from sendco.core import clock

    from .models import Line

    today = clock.today()
    return (
        Line.objects.filter(Q(group__deliverer=user) | Q(group__sessions__deliverer=user, group__sessions__on=today))
        .filter(left_on__isnull=True)
        .exclude(group__state="finished")
        .values("pupil_id")
    )
