"""Ask somebody to cover, give them the session, take an answer, take it back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse

from provision.enums import SessionState
from provision.models import Session
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.exceptions import Refused
from sendco.core.ui import clock_time, weekday
from sendco.notifications.actions import notify, people_to_tell
from sendco.notifications.models import Notification
from sendco.schools.models import School
from staff.deployment.models import Cover, CoverState
from staff.deployment.permissions import check_can_answer, check_can_arrange, check_open
from staff.deployment.querysets import with_need
from staff.deployment.rules import Candidate, judge
from staff.deployment.week import Experience, adults_on, gap_of, load_week

TAKEN = "Somebody else has taken this session. Thank you for answering."
NOT_NEEDED = "This session does not need cover any more. Thank you for answering."


@transaction.atomic
def ask_to_cover(*, session: Session, person: User, by: User | None, on: date) -> Cover:
    """Ask a member of staff to take one session; they are told. Asking again after a no asks once more.

    Raises NotAllowed, or Refused for a day past, a session logged, or somebody who is away or busy then. At most 14 queries.
    """
    session = _open(session, by, on)
    _check_free(session, person)
    cover = _cover(session, person, CoverState.ASKED, by)
    _tell(cover, session, "cover.asked", f"Can you take a session on {_when(session)}?", cover_path(session))
    _record("cover.asked", cover, session, by)
    return cover


@transaction.atomic
def give_cover(*, session: Session, person: User, by: User | None, on: date) -> Cover:
    """Give a session to somebody who has said yes already. It is theirs to run and log; they are told.

    Raises as `ask_to_cover`.
    """
    session = _open(session, by, on)
    _check_free(session, person)
    cover = _cover(session, person, CoverState.AGREED, by)
    _hand_over(session, cover, by)
    path = f"{reverse('provision:my-day')}?on={session.on.isoformat()}"
    _tell(cover, session, "cover.given", f"A session on {_when(session)} is yours to take", path)
    _record("cover.given", cover, session, by)
    return cover


@transaction.atomic
def answer_cover(*, cover: Cover, agrees: bool, by: User | None, on: date) -> Cover:
    """Yes hands the session over and withdraws what others were asked; no is kept so that the next can be asked.

    Those who arrange cover are told. Raises NotAllowed, or Refused when the session is past, logged, taken or back with its
    own adult.
    """
    cover = Cover.objects.select_for_update(of=("self",)).select_related("session", "asked").get(pk=cover.pk)
    check_can_answer(by, cover)
    session = _lock(cover.session)
    check_open(session, on)
    if cover.state != CoverState.ASKED:
        raise Refused("This was answered already.")
    if agrees:
        if not (session.deliverer_id is None or session.adult_away or session.adult_gone):
            raise Refused(TAKEN if session.covers.filter(state=CoverState.AGREED).exists() else NOT_NEEDED)
        _check_free(session, cover.asked)
    cover.state = CoverState.AGREED if agrees else CoverState.DECLINED
    if agrees:
        cover.instead_of_id = session.deliverer_id
    cover.save_over(expected=cover.version, by=by, fields=["state", "instead_of"])
    if agrees:
        _hand_over(session, cover, by)
    words = "agreed to take" if agrees else "cannot take"
    _tell_arrangers(cover, session, by, on, f"{cover.asked.get_full_name()} {words} a session on {_when(session)}")
    _record("cover.agreed" if agrees else "cover.declined", cover, session, by)
    return cover


@transaction.atomic
def take_back(*, cover: Cover, by: User | None, on: date) -> Session:
    """Withdraw a question, or give the session back to its own adult. Raises NotAllowed or Refused."""
    cover = Cover.objects.select_for_update(of=("self",)).select_related("session", "asked").get(pk=cover.pk)
    check_can_arrange(by, cover.session.school_id)
    session = _lock(cover.session)
    check_open(session, on)
    _record("cover.withdrawn", cover, session, by, state=cover.state)
    if cover.state == CoverState.AGREED and session.deliverer_id == cover.asked_id:
        session.deliverer_id = cover.instead_of_id
        session.save_over(expected=session.version, by=by, fields=["deliverer"])
    _withdraw(cover, session)
    return session


def withdraw_asks(sessions: list[int], by: User | None) -> int:
    """Take back every unanswered question about these sessions, as when their adult is back. Returns how many."""
    waiting = Cover.objects.filter(session__in=sessions, state=CoverState.ASKED).select_related("session", "asked")
    covers = list(waiting)
    for cover in covers:
        _record("cover.withdrawn", cover, cover.session, by, state=cover.state)
        _withdraw(cover, cover.session)
    return len(covers)


def cover_path(session: Session) -> str:
    return reverse("staff:cover", args=[session.pk])


def _lock(session: Session) -> Session:
    """The session as it is now, kept from others until the transaction ends, with what it needs."""
    Session.objects.select_for_update().filter(pk=session.pk).values_list("pk").first()
    return with_need(Session.objects.select_related("group__intervention")).get(pk=session.pk)


def _open(session: Session, by: User | None, on: date) -> Session:
    check_can_arrange(by, session.school_id)
    session = _lock(session)
    check_open(session, on)
    return session


def _check_free(session: Session, person: User) -> Candidate:
    federation_id = School.objects.values_list("federation_id", flat=True).get(pk=session.school_id)
    week = load_week(session.school_id, federation_id, session.on)
    adult = next((each for each in adults_on(week, session.on, Experience()) if each.user_id == person.pk), None)
    if adult is None:
        raise Refused("This person cannot run sessions in this school. Choose somebody else.")
    candidate = judge(gap_of(session), adult)
    if not candidate.is_free:
        reason = candidate.obstacle[:1].lower() + candidate.obstacle[1:]
        raise Refused(f"{adult.name} is not free then: {reason}. Choose somebody else.")
    return candidate


def _cover(session: Session, person: User, state: str, by: User | None) -> Cover:
    """The one row of a session and person, new or taken up again."""
    cover, is_new = Cover.objects.get_or_create(
        session=session,
        asked=person,
        defaults={
            "instead_of_id": session.deliverer_id,
            "state": state,
            "changed_by_name": by.get_full_name() if by else "",
        },
    )
    if not is_new:
        cover.state, cover.instead_of_id = state, session.deliverer_id
        cover.save_over(expected=cover.version, by=by, fields=["state", "instead_of"])
    return cover


def _hand_over(session: Session, cover: Cover, by: User | None) -> None:
    """The session is the other adult's now; whoever else was asked is asked no longer."""
    session.deliverer_id = cover.asked_id
    session.save_over(expected=session.version, by=by, fields=["deliverer"])
    others = Cover.objects.filter(session=session).exclude(pk=cover.pk).select_related("asked")
    for other in others:
        if other.state == CoverState.ASKED:
            _withdraw(other, session)


def _withdraw(cover: Cover, session: Session) -> None:
    """Forget a question. Somebody who has not heard of it yet never will; others are told."""
    notices = Notification.objects.filter(recipient=cover.asked, subject_key=_key(cover))
    notices.filter(read_at__isnull=True, email__isnull=True).delete()
    if notices.exists() and session.state == SessionState.PLANNED:
        text = f"You are not needed any more for a session on {_when(session)}"
        _tell(cover, session, "cover.withdrawn", text, reverse("provision:my-day"))
    cover.delete()


def _when(session: Session) -> str:
    return f"{weekday(session.on)} at {clock_time(session.starts_at)}"


def _key(cover: Cover) -> str:
    return f"cover:{cover.pk}:{cover.version}"


def _tell(cover: Cover, session: Session, kind: str, text: str, path: str) -> None:
    """No name of a group or child: a group of one is often called by the child's name."""
    notify(
        recipient=cover.asked, kind=kind, subject_key=_key(cover), due_on=session.on, text=text, path=path,
        school_id=session.school_id,
    )  # fmt: skip


def _tell_arrangers(cover: Cover, session: Session, by: User | None, on: date, text: str) -> None:
    ids = people_to_tell(school_id=session.school_id, permission=Permission.COVER_ARRANGE, on=on)
    for user in User.objects.filter(pk__in=ids).exclude(pk=by.pk if by else None):
        notify(
            recipient=user, kind="cover.answered", subject_key=_key(cover), due_on=session.on, text=text,
            path=cover_path(session), school_id=session.school_id,
        )  # fmt: skip


def _record(kind: str, cover: Cover, session: Session, by: User | None, **details: str) -> None:
    audit.record(
        kind,
        by=by,
        target=cover,
        school_id=session.school_id,
        label=cover.asked.get_full_name(),
        details={"session": session.pk, "instead_of": cover.instead_of_id, **details},
    )
