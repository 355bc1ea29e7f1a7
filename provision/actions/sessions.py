"""Log sessions: what happened, what did not, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from provision.enums import MissedReason, SessionState
from provision.models import Group, Line, Session, SessionEntry
from provision.permissions import check_can_log, check_can_plan
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.clock import LONDON
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused

from .planning import new_session

TAKEN = "The group has a session at that time already. Choose another time."
Entry = tuple[int, bool, int | None]
"""(line id, was away, rating 0 to 3 or None)."""
LOGGED_FIELDS = ("state", "reason", "note", "minutes", "starts_at", "logged_by", "logged_at")


def lines_on(session: Session) -> QuerySet[Line]:
    """Lines of the pupils who belong in a session: in the group on that day and still on roll. With their pupil."""
    return (
        Line.objects.filter(group_id=session.group_id, starts__lte=session.on, ends__gte=session.on)
        .filter(Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=session.on))
        .select_related("pupil")
        .order_by("pupil__forename", "pupil__surname", "pk")
    )


@transaction.atomic
def log_session(
    *,
    session: Session,
    version: int,
    entries: Sequence[Entry],
    note: str,
    by: User | None,
    at: datetime,
    minutes: int | None = None,
    starts_at: time | None = None,
) -> Session:
    """Record who was there and how it went for each, or correct it; with the time and length when they were others.

    A session for which everybody was away did not happen: it is kept as missed, for the reason that pupils were away.
    Six queries for any number of pupils. Raises NotAllowed, Refused (a pupil without rating, a day ahead) or Conflict.
    """
    check_can_log(by, session)
    _check_day(session, at)
    expected = {line.pk: line for line in lines_on(session)}
    _check_entries(entries, set(expected))
    was_logged = session.state != SessionState.PLANNED
    here = sum(not away for _, away, _ in entries)
    session.state = SessionState.DELIVERED if here else SessionState.MISSED
    session.reason = "" if here else MissedReason.PUPIL_ABSENT
    session.note = note
    session.minutes = minutes or session.minutes
    _move(session, starts_at)
    session.logged_by, session.logged_at = by, at
    session.save_over(expected=version, by=by, fields=LOGGED_FIELDS)
    SessionEntry.objects.bulk_create(
        [
            SessionEntry(
                session=session, line=expected[pk], pupil_id=expected[pk].pupil_id, on=session.on,
                was_away=away, rating=None if away else rating,
            )
            for pk, away, rating in entries
        ],
        update_conflicts=True,
        unique_fields=["session", "pupil"],
        update_fields=["line", "on", "was_away", "rating"],
    )  # fmt: skip
    audit.record(
        "session.changed" if was_logged else "session.logged",
        by=by, target=session, details={"here": here, "away": len(entries) - here},
    )  # fmt: skip
    return session


@transaction.atomic
def miss_session(*, session: Session, version: int, reason: str, note: str, by: User | None, at: datetime) -> Session:
    """Record that a session did not happen, and why. May be done ahead, as for a trip. Six queries.

    Raises NotAllowed, Refused or Conflict.
    """
    check_can_log(by, session)
    if reason not in MissedReason.values:
        raise Refused("Choose why the session did not happen.")
    session.state, session.reason, session.note = SessionState.MISSED, reason, note
    session.logged_by, session.logged_at = by, at
    session.save_over(expected=version, by=by, fields=LOGGED_FIELDS)
    SessionEntry.objects.filter(session=session).delete()
    audit.record("session.missed", by=by, target=session, details={"reason": reason})
    return session


@transaction.atomic
def undo_log(*, session: Session, by: User | None, version: int | None = None) -> Session:
    """Make a session not logged again and forget its ratings. The audit trail keeps who had logged it.

    version: refuse when somebody has changed it since. Raises NotAllowed, Refused or Conflict.
    """
    check_can_log(by, session)
    if session.state == SessionState.PLANNED:
        raise Refused("This session is not logged, so there is nothing to undo.")
    was = session.state
    session.state, session.reason, session.note = SessionState.PLANNED, "", ""
    session.logged_by = session.logged_at = None
    session.save_over(expected=session.version if version is None else version, by=by, fields=LOGGED_FIELDS)
    SessionEntry.objects.filter(session=session).delete()
    audit.record("session.undone", by=by, target=session, details={"was": was})
    return session


@transaction.atomic
def add_session(*, group: Group, on: date, starts_at: time, minutes: int, by: User | None) -> Session:
    """One more meeting of a group, outside its slots. Raises NotAllowed, or Refused when there is one at that time."""
    check_can_plan(by, group.school_id)
    if not group.starts <= on <= group.ends:
        dates = f"{long_date(group.starts)} to {long_date(group.ends)}"
        raise Refused(f"The group runs from {dates}. Choose a day in between.")
    session = new_session(group, on, starts_at)
    session.minutes = minutes
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        raise Refused(TAKEN) from error
    audit.record("session.added", by=by, target=session)
    return session


def _move(session: Session, starts_at: time | None) -> None:
    """One query, and only when the time is another."""
    if starts_at is None or starts_at == session.starts_at:
        return
    if Session.objects.filter(group_id=session.group_id, on=session.on, starts_at=starts_at).exists():
        raise Refused(TAKEN)
    session.starts_at = starts_at


def _check_day(session: Session, at: datetime) -> None:
    if session.on > at.astimezone(LONDON).date():
        raise Refused(f"This session is on {long_date(session.on)}. You can log it on the day.")


def _check_entries(entries: Iterable[Entry], expected: set[int]) -> None:
    entries = list(entries)
    if not expected:
        raise Refused("Nobody was in this group on that day, so there is nothing to log.")
    given = [pk for pk, _, _ in entries]
    if len(given) != len(set(given)) or set(given) != expected:
        raise Refused("The pupils in this group have changed. Open the session again.")
    if any(not away and rating not in (0, 1, 2, 3) for _, away, rating in entries):
        raise Refused("Rate each pupil, or tap the name of a pupil who was away.")
