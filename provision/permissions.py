"""Conditions of provision that depend on the group or session: one sentence stops the action and explains the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendco.accounts.permissions import Permission
from sendco.core.exceptions import NotAllowed

if TYPE_CHECKING:
    from sendco.accounts.models import User

    from .models import Session

CANNOT_PLAN = "Your role does not let you plan provision. Ask your SENDCo."
CANNOT_LOG = "Only the adult who runs this session, or your SENDCo, can log it."


def check_can_plan(by: User | None, school_id: int) -> None:
    """NotAllowed unless `by` plans provision in the school. None is the machine: imports and demo data."""
    if by is not None and not by.access.can(Permission.PROVISION_EDIT, school_id):
        raise NotAllowed(CANNOT_PLAN)


def can_log(user: User, session: Session) -> bool:
    """Own sessions, planned or covered, or anybody's with that permission. No query when the group is loaded."""
    if user.access.can(Permission.SESSION_LOG_ANY, session.school_id):
        return True
    own = user.pk in (session.deliverer_id, session.group.deliverer_id, session.logged_by_id)
    return own and user.access.can(Permission.SESSION_LOG, session.school_id)


def check_can_log(by: User | None, session: Session) -> None:
    if by is not None and not can_log(by, session):
        raise NotAllowed(CANNOT_LOG)
