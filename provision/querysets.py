"""Reach and named shapes of provision: a group is seen by who sees the map or runs it, a line by who sees its pupil."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, Value, When

from provision.enums import GroupState
from pupils.register import Trail
from pupils.rules import LOOKED_BACK_DAYS, is_not_progressing
from pupils.rules import last_ratings as newest
from sendco.accounts.permissions import Permission
from sendco.core.dates import days_after

if TYPE_CHECKING:
    from sendco.accounts.models import User


NOT_LOGGED_DAYS = 28
"""How far back a session that nobody logged still asks for attention."""


class InterventionQuerySet(models.QuerySet):
    def for_federation(self, federation_id: int) -> InterventionQuerySet:
        """The catalogue as one federation sees it: its own entries, and the national ones that it does not override."""
        own = self.model.objects.filter(federation_id=federation_id, code=OuterRef("code"))
        national = Q(federation__isnull=True) & ~Exists(own)
        return self.filter(national | Q(federation_id=federation_id))


class GroupQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> GroupQuerySet:
        """Every group of the schools whose map one sees; else the groups one delivers. No query of its own."""
        whole = user.access.school_ids(Permission.MAP_VIEW)
        near = user.access.school_ids(Permission.SESSION_LOG)
        return self.filter(Q(school_id__in=whole) | Q(school_id__in=near, deliverer=user))

    def for_page(self) -> GroupQuerySet:
        """One group with its intervention, test and adult. One query."""
        return self.select_related("intervention__instrument", "deliverer")


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> SessionQuerySet:
        """Every session of the schools one oversees; else one's own, planned or covered."""
        whole = user.access.school_ids(Permission.SESSION_VIEW_ALL)
        near = user.access.school_ids(Permission.SESSION_LOG)
        return self.filter(
            Q(school_id__in=whole)
            | (Q(school_id__in=near) & (Q(deliverer=user) | Q(group__deliverer=user) | Q(logged_by=user)))
        )

    def for_list(self) -> SessionQuerySet:
        """With group, intervention and adults: one query for any number of rows."""
        return self.select_related("group__intervention", "deliverer", "logged_by")

    def not_logged(self, on: date) -> SessionQuerySet:
        """Days before `on` of the last four weeks that nobody logged."""
        return self.filter(state="planned", on__lt=on, on__gte=on - timedelta(days=NOT_LOGGED_DAYS))

    def counts(self) -> dict[str, int]:
        """{"delivered", "missed", "planned"}: how many of each. One query."""
        found = dict(self.order_by().values_list("state").annotate(n=Count("pk")))
        return {state: found.get(state, 0) for state in ("delivered", "missed", "planned")}


class LineQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> LineQuerySet:
        """Lines of pupils one may see."""
        from pupils.models import Pupil

        return self.filter(pupil__in=Pupil.objects.visible_to(user))

    def current(self, on) -> LineQuerySet:
        return self.filter(starts__lte=on, ends__gte=on, left_on__isnull=True)

    def for_group(self) -> LineQuerySet:
        """With pupil, class, target and scores, by name. One query."""
        return self.select_related("pupil__school_class", "target", "entry", "exit").order_by(
            "pupil__surname", "pupil__forename", "pk"
        )


def weekly_minutes(pupil_ids: Sequence[int], on: date) -> dict[int, int]:
    """Minutes of support a week that each pupil has planned on a day, in groups or alone. One query."""
    from .models import Line

    rows = (
        Line.objects.current(on)
        .filter(pupil_id__in=pupil_ids)
        .exclude(group__state="finished")
        .order_by()
        .values("pupil_id")
        .annotate(minutes=Sum(F("group__minutes") * F("group__times_per_week")))
    )
    return {row["pupil_id"]: row["minutes"] for row in rows}


def last_ratings(pupil_ids: Sequence[int], on: date) -> dict[int, Trail]:
    """How the sessions of each pupil went of late: the last six of all, and whether a line that runs holds no gain.

    One query. Days away are part of the six but say nothing about progress.
    """
    from .models import SessionEntry

    runs = Q(line__left_on__isnull=True, line__ends__gte=on) & ~Q(line__group__state=GroupState.FINISHED)
    rows = (
        SessionEntry.objects.filter(pupil_id__in=pupil_ids, on__gte=days_after(on, -LOOKED_BACK_DAYS), on__lte=on)
        .order_by("on", "pk")
        .values_list("pupil_id", "line_id", "rating", Case(When(runs, then=Value(1)), default=Value(0)))
    )
    all_of: dict[int, list[int | None]] = defaultdict(list)
    running: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for pupil_id, line_id, rating, is_running in rows:
        all_of[pupil_id].append(rating)
        if is_running and rating is not None:
            running[pupil_id][line_id].append(rating)
    return {
        pupil_id: Trail(
            newest(ratings), is_stuck=any(is_not_progressing(line) for line in running.get(pupil_id, {}).values())
        )
        for pupil_id, ratings in all_of.items()
    }


def pupils_supported_by(user: User) -> models.QuerySet:
    """Ids of pupils in groups a person delivers, or whose session was given to them to cover."""
    from sendco.core import clock

    from .models import Line

    today = clock.today()
    return (
        Line.objects.filter(Q(group__deliverer=user) | Q(group__sessions__deliverer=user, group__sessions__on=today))
        .filter(left_on__isnull=True)
        .exclude(group__state="finished")
        .values("pupil_id")
    )
