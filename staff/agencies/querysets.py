"""Reach of agencies and referrals: a federation's agencies, and the referrals of schools whose agencies one sees."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from sendco.accounts.permissions import Permission

from .rules import OPEN, WITH_THEM

if TYPE_CHECKING:
    from sendco.accounts.models import User

SOCIAL = "social"


def federations_seen(user: User) -> set[int]:
    """Ids of the federations in one of whose schools a person sees agencies."""
    seen = set(user.access.school_ids(Permission.AGENCY_VIEW))
    return {place.federation_id for place in user.access.places if place.id in seen}


class AgencyQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AgencyQuerySet:
        """No query of its own."""
        return self.filter(federation_id__in=federations_seen(user))

    def in_use(self) -> AgencyQuerySet:
        return self.filter(is_archived=False)


class ProfessionalQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ProfessionalQuerySet:
        return self.filter(agency__federation_id__in=federations_seen(user))


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ReferralQuerySet:
        """Referrals of the schools whose agencies one may see. No query of its own.

        Those to social care are for who reads confidential notes: families talk to us in trust.
        """
        schools = user.access.school_ids(Permission.AGENCY_VIEW)
        trusted = user.access.school_ids(Permission.NOTE_CONFIDENTIAL)
        return self.filter(~Q(agency__kind=SOCIAL) | Q(school_id__in=trusted), school_id__in=schools)

    def for_list(self) -> ReferralQuerySet:
        """With pupil, class, agency and owner. One query for any number of rows."""
        return self.select_related("pupil__school_class", "agency", "owner")

    def open(self) -> ReferralQuerySet:
        return self.filter(state__in=OPEN)

    def with_them(self) -> ReferralQuerySet:
        return self.filter(state__in=WITH_THEM)

    def overdue(self, on: date) -> ReferralQuerySet:
        """Open ones whose next step was due before a day."""
        return self.open().filter(next_step_on__lt=on)

    def counts(self, on: date) -> dict[str, int]:
        """How many are open, with the service, overdue, drafts and closed. One query."""
        is_open = Q(state__in=OPEN)
        return self.aggregate(
            open=Count("pk", filter=is_open),
            waiting=Count("pk", filter=Q(state__in=WITH_THEM)),
            overdue=Count("pk", filter=is_open & Q(next_step_on__lt=on)),
            draft=Count("pk", filter=Q(state="draft")),
            closed=Count("pk", filter=Q(state="closed")),
        )
