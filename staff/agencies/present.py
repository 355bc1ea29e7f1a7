"""Referrals in words and marks, for pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sendco.core.ui import plural_words

from .models import Referral, ReferralState
from .rules import WITH_THEM

OK_STATES = (ReferralState.REPORTED, ReferralState.SEEN)


def state_chip(state: str) -> tuple[str, str]:
    """(status, words). Waiting for somebody else is blue-violet, whatever the date."""
    label = ReferralState(state).label
    if state in OK_STATES:
        return "ok", label
    if state in WITH_THEM:
        return "wait", label
    if state in (ReferralState.RETURNED, ReferralState.DECLINED):
        return "warn", label
    return "none", label


def step_chip(referral: Referral, on: date) -> tuple[str, str] | None:
    """(status, words) of the next step's day; None when there is none."""
    if referral.next_step_on is None or referral.state == ReferralState.CLOSED:
        return None
    days = (referral.next_step_on - on).days
    if days < 0:
        return "warn", f"Was due {plural_words(-days, 'day')} ago"
    if days == 0:
        return "warn", "Due today"
    return ("warn" if days <= 7 else "none"), f"Due in {plural_words(days, 'day')}"


def referral_row(referral: Referral, on: date) -> dict[str, Any]:
    """One row of a list; the referral comes `for_list`. No query."""
    pupil = referral.pupil
    return {
        "referral": referral,
        "pupil": pupil,
        "place": pupil.school_class.name if pupil.school_class else pupil.year_label,
        "state": state_chip(referral.state),
        "due": step_chip(referral, on),
    }
