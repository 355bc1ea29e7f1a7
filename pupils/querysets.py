"""Reach: which pupils a person may see. The one place; every child of a pupil reaches through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sendco.accounts.permissions import Permission
from sendco.core import clock

if TYPE_CHECKING:
    from sendco.accounts.models import User

VIEW_PUPIL = "view_pupil"


class PupilQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> PupilQuerySet:
        """Pupils this person may know of. No query of its own beyond the memberships read once a request.

        By role: the whole school, own classes, own groups and those one is key adult of. By grant: named pupils, while it lasts.
        A system administrator and a governor reach none.
        """
        access = user.access
        reach = Q(pk__in=())
        whole = access.school_ids(Permission.PUPIL_VIEW_ALL)
        if whole:
            reach |= Q(school_id__in=whole)
        if access.class_ids:
            reach |= Q(school_class_id__in=access.class_ids)
        near = [pk for pk in access.school_ids(Permission.PUPIL_VIEW_GROUP) if pk not in whole]
        if near:
            reach |= Q(school_id__in=near) & (Q(key_adult=user) | Q(pk__in=supported_by(user)))
        reach |= Q(pk__in=granted_to(user))
        return self.filter(reach)

    def on_roll(self, on) -> PupilQuerySet:
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=on))


def supported_by(user: User) -> models.QuerySet:
    """Ids of pupils in the groups a person delivers. `provision` registers the subquery, since it stands above this app."""
    return _supported(user)


def granted_to(user: User) -> models.QuerySet:
    """Ids of pupils opened to a person by a grant that holds today."""
    from pupils.models import PupilUserObjectPermission

    today = clock.today()
    return (
        PupilUserObjectPermission.objects.filter(user=user, permission__codename=VIEW_PUPIL, starts__lte=today)
        .filter(Q(ends__isnull=True) | Q(ends__gte=today))
        .values("content_object_id")
    )


def _nobody(user: User) -> models.QuerySet:
    from pupils.models import Pupil

    return Pupil.objects.none().values("pk")


_supported = _nobody


def register_support(subquery) -> None:
    """Called once, by `provision`, with a function from a user to a queryset of pupil ids."""
    global _supported
    _supported = subquery
