"""Who may build and publish, and in which state: the same sentence stops the action and explains the button."""

from __future__ import annotations

from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core.exceptions import NotAllowed, Refused

from .models import GovernorReport

LOCKED = (
    "This report is published and locked. Governors have read it, so it cannot be changed or taken back. "
    "Put a correction into the next report."
)


def check_can_build(by: User | None, school_id: int) -> None:
    """Raises NotAllowed. None is the machine: a command or the demo."""
    if by is not None and not by.access.can(Permission.REPORT_BUILD, school_id):
        raise NotAllowed("Only a SENDCo or the federation lead builds governor reports.")


def check_is_draft(report: GovernorReport) -> None:
    """Raises Refused for a published report."""
    if report.is_published:
        raise Refused(LOCKED)
