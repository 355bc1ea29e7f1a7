"""Logging many sessions at once, for data that comes with its history. Writes the same rows as `log_session` and `miss_session`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from provision.enums import SessionState
from provision.models import Session, SessionEntry
from provision.permissions import check_can_log
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.exceptions import Refused

from .sessions import LOGGED_FIELDS, Entry

BATCH = 500


@dataclass(frozen=True)
class Log:
    """What came of one session. reason: why it did not happen, else entries as in `log_session`; `session` is not logged yet."""

    session: Session
    by: User
    at: datetime
    entries: Sequence[Entry] = ()
    reason: str = ""
    note: str = ""


@transaction.atomic
def log_many(*, logs: Sequence[Log], pupil_of_line: dict[int, int]) -> int:
    """Log sessions that are not logged. pupil_of_line: {line id: pupil id} of every line named. One query a 500 rows.

    Raises NotAllowed, or Refused when a session is logged already or its day has not come.
    """
    entries, events = [], []
    for log in logs:
        session = log.session
        check_can_log(log.by, session)
        if session.state != SessionState.PLANNED or log.at.date() < session.on:
            raise Refused("Only sessions of the past that are not logged can be logged together.")
        here = sum(not away for _, away, _ in log.entries)
        session.state = SessionState.DELIVERED if here else SessionState.MISSED
        session.reason = "" if here else log.reason or "pupil_absent"
        session.note, session.logged_by, session.logged_at = log.note, log.by, log.at
        session.version += 1
        session.changed_by_name = log.by.get_full_name()
        if here:
            entries += [
                SessionEntry(
                    session=session,
                    line_id=line,
                    pupil_id=pupil_of_line[line],
                    on=session.on,
                    was_away=away,
                    rating=None if away else rating,
                )
                for line, away, rating in log.entries
            ]
        kind = "session.missed" if log.reason else "session.logged"
        event = audit.build(kind, by=log.by, target=session, details={"here": here, "away": len(log.entries) - here})
        event.at = log.at
        events.append(event)
    fields = [*LOGGED_FIELDS, "version", "changed_by_name"]
    # As an upsert of rows that are there: an update of many rows by CASE costs four times as much.
    Session.objects.bulk_create(
        [log.session for log in logs],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=fields,
    )
    SessionEntry.objects.bulk_create(entries, batch_size=BATCH)
    audit.record_many(events)
    return len(logs)
