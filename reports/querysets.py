"""Reach of reports: builders see drafts, readers see what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sendco.accounts.permissions import Permission

if TYPE_CHECKING:
    from sendco.accounts.models import User


class GovernorReportQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> GovernorReportQuerySet:
        """No query of its own."""
        build = user.access.school_ids(Permission.REPORT_BUILD)
        read = user.access.school_ids(Permission.REPORT_READ)
        return self.filter(Q(school_id__in=build) | Q(school_id__in=read, state="published"))
