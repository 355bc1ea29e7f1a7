"""Who may do what to a review: the same check for the action, the view and the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendco.accounts.guards import check, may
from sendco.accounts.permissions import Permission

if TYPE_CHECKING:
    from django.db.models import Model

    from sendco.accounts.models import User

    from .models import Invitee, Review


def check_edit(by: User | None, target: Model) -> None:
    """NotAllowed unless `by` may arrange reviews in the school of `target`. None is SENDCo itself."""
    if by is not None:
        check(by, Permission.REVIEW_EDIT, target)


def check_write(by: User | None, target: Model) -> None:
    """NotAllowed unless `by` may read reviews in full and change them: outcomes, the report, Section F."""
    if by is not None:
        check(by, Permission.REVIEW_VIEW, target)
        check(by, Permission.REVIEW_EDIT, target)


def may_read(user: User, review: Review) -> bool:
    """In full: contributions, outcomes and the report; not only dates."""
    return may(user, Permission.REVIEW_VIEW, review)


def may_read_advice(user: User, invitee: Invitee) -> bool:
    """What a person sent: whoever reads reviews in full, and the person themself."""
    return invitee.user_id == user.pk or may_read(user, invitee.review)


def may_write_advice(user: User, invitee: Invitee) -> bool:
    """One's own advice, or anybody's for who arranges and reads reviews."""
    if invitee.user_id == user.pk:
        return may(user, Permission.REVIEW_CONTRIBUTE, invitee.review)
    return may(user, Permission.REVIEW_EDIT, invitee.review)
