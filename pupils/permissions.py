"""Conditions that the actions of this app check again, so that tasks and imports cannot slip past the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendco.accounts.permissions import Permission
from sendco.core.exceptions import NotAllowed

if TYPE_CHECKING:
    from sendco.accounts.models import User


def allow(by: User | None, school_id: int, *permissions: Permission) -> None:
    """Refuse unless `by` holds one of the permissions in the school. `by` is None for the machine itself, which may.

    Raises NotAllowed. At most the query for memberships, once a request.
    """
    if by is None or any(by.access.can(permission, school_id) for permission in permissions):
        return
    raise NotAllowed("Your role does not let you do this at this school. Ask your SENDCo.")
