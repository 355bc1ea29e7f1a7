"""What provision does when something below it changes."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from sendco.core import clock
from sendco.schools.signals import calendar_changed

from .actions.replan import replan_school


@receiver(calendar_changed, dispatch_uid="provision.replan")
def replan(sender: Any, school_id: int, by: Any, **kwargs: Any) -> None:
    """Terms or closures changed: sessions from today on follow, in the same transaction."""
    replan_school(school_id=school_id, on=clock.today(), by=by)
