"""Sessions as deployment sees them: which need somebody, and reach of cover."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from provision.enums import SessionState
from provision.models import Session
from sendco.accounts.models import Membership
from sendco.accounts.permissions import Permission
from staff.models import Absence

if TYPE_CHECKING:
    from sendco.accounts.models import User


def with_need(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """`adult_away` and `adult_gone` on each session: the adult is absent that day, or holds no role there any more.

    An absence counts in every school of the federation: the same person cannot be in at one and away at the other.
    """
    away = Absence.objects.filter(
        membership__user_id=OuterRef("deliverer_id"),
        membership__federation_id=OuterRef("school__federation_id"),
        starts__lte=OuterRef("on"),
        ends__gte=OuterRef("on"),
    )
    here = Membership.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=OuterRef("on")),
        user_id=OuterRef("deliverer_id"),
        school_id=OuterRef("school_id"),
        starts__lte=OuterRef("on"),
        user__is_active=True,
    )
    return sessions.annotate(adult_away=Exists(away), adult_gone=~Exists(here))


def needing_cover(sessions: QuerySet[Session], on: date) -> QuerySet[Session]:
    """Of `sessions` those from `on` that are still planned and have nobody: no adult, one who is away, or one who left."""
    nobody = Q(deliverer__isnull=True) | Q(adult_away=True) | Q(adult_gone=True)
    return with_need(sessions).filter(nobody, state=SessionState.PLANNED, on__gte=on)


def needs_cover(session: Session, on: date) -> bool:
    """The same of one session read `with_need`. No query."""
    nobody = session.deliverer_id is None or session.adult_away or session.adult_gone
    return nobody and session.state == SessionState.PLANNED and session.on >= on


def sessions_within_reach(user: User) -> QuerySet[Session]:
    """Sessions of schools whose deployment one sees, and those one is asked to cover. No query of its own."""
    from .models import Cover

    access = user.access
    asked = Exists(Cover.objects.filter(session=OuterRef("pk"), asked=user))
    near = access.school_ids(Permission.SESSION_LOG)
    return Session.objects.filter(
        Q(school_id__in=access.school_ids(Permission.STAFF_VIEW)) | (Q(school_id__in=near) & asked)
    )


class CoverQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> CoverQuerySet:
        """Cover of schools whose deployment one sees, and what one is asked oneself."""
        access = user.access
        return self.filter(
            Q(session__school_id__in=access.school_ids(Permission.STAFF_VIEW))
            | Q(asked=user, session__school_id__in=access.school_ids(Permission.SESSION_LOG))
        )
