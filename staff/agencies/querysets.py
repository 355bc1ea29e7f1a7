"""Reach of referrals: that of their pupils, where one may see agencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from sendco.accounts.permissions import Permission

if TYPE_CHECKING:
    from sendco.accounts.models import User


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ReferralQuerySet:
        """Referrals of the schools whose agencies one may see. No query of its own."""
        return self.filter(school_id__in=user.access.school_ids(Permission.AGENCY_VIEW))
