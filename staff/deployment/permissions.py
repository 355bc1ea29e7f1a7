"""Who may arrange cover and who may answer: one sentence stops the action and explains the page."""

from __future__ import annotations

from datetime import date

from provision.enums import SessionState
from provision.models import Session
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core.exceptions import NotAllowed, Refused

from .models import Cover

CANNOT_ARRANGE = "Your role does not let you change absences and cover. Ask your SENDCo."
CANNOT_ANSWER = "Only the person who was asked, or who arranges cover, can answer."
PAST = "This day has passed. Log the session, or record why it did not happen."
LOGGED = "This session is logged already, so it needs no cover."


def can_arrange(user: User, school_id: int | None) -> bool:
    return user.access.can(Permission.COVER_ARRANGE, school_id)


def check_can_arrange(by: User | None, school_id: int | None) -> None:
    """NotAllowed unless `by` arranges staff in the school. None is the machine."""
    if by is not None and not can_arrange(by, school_id):
        raise NotAllowed(CANNOT_ARRANGE)


def check_can_answer(by: User | None, cover: Cover) -> None:
    if by is not None and by.pk != cover.asked_id and not can_arrange(by, cover.session.school_id):
        raise NotAllowed(CANNOT_ANSWER)


def why_closed(session: Session, on: date) -> str:
    """Why nobody can be asked any more; empty while it is open."""
    if session.state != SessionState.PLANNED:
        return LOGGED
    return PAST if session.on < on else ""


def check_open(session: Session, on: date) -> None:
    if words := why_closed(session, on):
        raise Refused(words)
