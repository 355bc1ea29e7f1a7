"""What other pages show of referrals."""

from __future__ import annotations

from datetime import date

from sendco.accounts.models import User

from .models import Referral


def overdue(user: User, school_id: int, on: date, limit: int = 10) -> list[Referral]:
    """Open referrals of a school whose next step is due or was, longest first. One query."""
    due = Referral.objects.visible_to(user).open().filter(school_id=school_id, next_step_on__lte=on)
    return list(due.for_list().order_by("next_step_on", "pk")[:limit])
