"""Telling people things: notices in the product, one digest a person a day, and single e-mails such as invitations.

The database is the truth. A row is written in the same transaction as the work it is about; a task delivers it after the
commit, and a sweeper takes up whatever a lost task, a dead worker or a closed broker left behind.
"""

from __future__ import annotations

import logging
import smtplib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from kombu.exceptions import OperationalError

from sendco.accounts.models import User
from sendco.core import clock
from sendco.core.dates import long_date

from .fillers import fill
from .models import EmailState, Notification, OutgoingEmail
from .sources import Reminder, due

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
MAX_ATTEMPTS = 8
SWEEP_LIMIT = 500
_as_history: ContextVar[bool] = ContextVar("sendco_mail_as_history", default=False)


def notify(
    *, recipient: User, kind: str, subject_key: str, due_on: date, text: str, path: str, school_id: int | None = None
) -> tuple[Notification, bool]:
    """Tell one person one thing, once. Returns the notice and whether it is new. Two queries at most."""
    return Notification.objects.get_or_create(
        recipient=recipient,
        kind=kind,
        subject_key=subject_key,
        due_on=due_on,
        defaults={"text": text, "path": path, "school_id": school_id},
    )


def queue_email(
    *,
    dedupe_key: str,
    kind: str,
    to_email: str,
    subject: str,
    text: str,
    html: str = "",
    attachments: Sequence[dict[str, str]] = (),
    reply_to: str = "",
    to_user: User | None = None,
    school_id: int | None = None,
) -> tuple[OutgoingEmail, bool]:
    """Write one e-mail to the outbox, once for each `dedupe_key`; it is delivered after the commit.

    attachments: [{"name", "mime", "text"}]. Subject and body may hold initials, never names or needs.
    """
    email, is_new = OutgoingEmail.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "to_email": to_email,
            "to_user": to_user,
            "school_id": school_id,
            "subject": subject,
            "text": text,
            "html": html,
            "attachments": list(attachments),
            "reply_to": reply_to,
            "message_id": f"<{uuid4()}@{urlsplit(settings.BASE_URL).hostname}>",
        },
    )
    if is_new and _as_history.get():
        OutgoingEmail.objects.filter(pk=email.pk).update(state=EmailState.SENT, sent_at=clock.now(), attempts=1)
    elif is_new:
        transaction.on_commit(lambda: _hand_over(email.pk))
    return email, is_new


@contextmanager
def as_history() -> Iterator[None]:
    """E-mails written inside the block count as sent already: the demo tells its past without writing to anybody."""
    token = _as_history.set(True)
    try:
        yield
    finally:
        _as_history.reset(token)


def _hand_over(email_id: int) -> None:
    """Ask a worker to deliver. When the broker cannot be reached the sweeper delivers later: nothing is lost."""
    from .tasks import deliver as deliver_task

    try:
        deliver_task.delay(email_id)
    except (OperationalError, OSError):
        log.warning("notifications: broker not reached, the sweeper will deliver", extra={"email_id": email_id})


def collect(*, today: date, settles: bool = True) -> int:
    """Write a notice for everything that is due, and mark as read what is due no more. Safe to run twice and at the same time.

    settles: False when `today` is not the real one, on which other things are due. Returns how many are new. One query a 500
    reminders, and three more.
    """
    reminders = due(today)
    # In one order, so that two runs at the same time wait for each other instead of holding each other up.
    rows = [_notice(reminder) for reminder in sorted(reminders, key=_key)]
    before = Notification.objects.count()
    Notification.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    new = Notification.objects.count() - before
    if settles:
        _settle({_key(reminder) for reminder in reminders})
    return new


def _key(item: Reminder) -> tuple[int, str, str, date]:
    """What is told to one person only once."""
    return item.recipient_id, item.kind, item.subject_key, item.due_on


def _settle(current: set[tuple[int, str, str, date]]) -> None:
    """Mark as read the reminders of what was done, moved or called off: nobody should be told of it any more."""
    unread = Notification.objects.filter(is_reminder=True, read_at__isnull=True)
    fields = unread.order_by("pk").values_list("pk", "recipient_id", "kind", "subject_key", "due_on")
    over = [pk for pk, *key in fields if tuple(key) not in current]
    for start in range(0, len(over), 500):
        unread.filter(pk__in=over[start : start + 500]).update(read_at=clock.now())


def _notice(reminder: Reminder) -> Notification:
    return Notification(
        recipient_id=reminder.recipient_id,
        school_id=reminder.school_id,
        kind=reminder.kind,
        subject_key=reminder.subject_key,
        due_on=reminder.due_on,
        text=reminder.text[:200],
        path=reminder.path[:200],
        is_reminder=True,
    )


def write_digests(*, today: date) -> int:
    """Put what each person has not been told into one e-mail for today. Returns how many e-mails were written.

    One e-mail a person a day: what comes later waits for tomorrow. Each person is a transaction of their own, so that a crash
    leaves every notice either in a written e-mail or waiting, never lost and never in two.
    """
    waiting = (
        Notification.objects.filter(email__isnull=True, read_at__isnull=True)
        .filter(recipient__is_active=True, recipient__wants_digest=True)
        .order_by()
        .values_list("recipient_id", flat=True)
        .distinct()
    )
    return sum(_write_digest(recipient_id, today) for recipient_id in list(waiting))


def digest_key(user_id: int, today: date) -> str:
    return f"digest:{user_id}:{today.isoformat()}"


@transaction.atomic
def _write_digest(recipient_id: int, today: date) -> int:
    user = User.objects.select_for_update().get(pk=recipient_id)
    if OutgoingEmail.objects.filter(dedupe_key=digest_key(user.pk, today)).exists():
        return 0
    notices = list(
        Notification.objects.filter(recipient=user, email__isnull=True, read_at__isnull=True).order_by("due_on", "pk")
    )
    if not notices:
        return 0
    context = digest_context(user, notices, today)
    count = len(notices)
    email, is_new = queue_email(
        dedupe_key=digest_key(user.pk, today),
        kind="digest",
        to_email=user.email,
        to_user=user,
        subject=f"SENDCo: {count} thing{'' if count == 1 else 's'} to look at",
        text=render_to_string("notifications/email/digest.txt", context),
        html=render_to_string("notifications/email/digest.html", context),
    )
    Notification.objects.filter(pk__in=[notice.pk for notice in notices]).update(email=email)
    return int(is_new)


def digest_context(user: User, notices: Iterable[Notification], today: date) -> dict[str, Any]:
    """What the digest shows: notices by when they are due, with whole links; the date only where the text does not say it."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for notice in notices:
        when = "Overdue" if notice.due_on < today else "Today" if notice.due_on == today else "Coming up"
        is_said = long_date(notice.due_on) in notice.text
        row = {
            "text": notice.text,
            "due_on": None if is_said else notice.due_on,
            "url": f"{settings.BASE_URL}{notice.path}",
        }
        groups[when].append(row)
    ordered = [(name, groups[name]) for name in ("Overdue", "Today", "Coming up") if groups[name]]
    return {"first_name": user.get_short_name(), "groups": ordered, "today": today, "base_url": settings.BASE_URL}


def _claimable(now: datetime) -> Q:
    """Waiting and due, or claimed by a worker that has not come back within the lease."""
    return Q(state=EmailState.QUEUED, due_at__lte=now) | Q(state=EmailState.SENDING, claimed_at__lt=now - LEASE)


def deliver(*, email_id: int, now: datetime) -> bool:
    """Send one e-mail of the outbox. Safe to run twice and at the same time: only one caller wins the claim.

    Returns whether this call sent it. A passing fault puts it back with a longer wait each time; after 8 attempts, or when the
    address is refused, it is marked failed and stays to be seen.
    """
    claimed = OutgoingEmail.objects.filter(_claimable(now), pk=email_id).update(
        state=EmailState.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    email = OutgoingEmail.objects.get(pk=email_id)
    mine = OutgoingEmail.objects.filter(pk=email_id, state=EmailState.SENDING, claimed_at=now)
    try:
        _message(email).send()
    except smtplib.SMTPRecipientsRefused:
        mine.update(state=EmailState.FAILED, last_error="The address was refused")
        return False
    except (smtplib.SMTPException, OSError) as error:
        final = email.attempts >= MAX_ATTEMPTS
        mine.update(
            state=EmailState.FAILED if final else EmailState.QUEUED,
            due_at=now + timedelta(minutes=2**email.attempts),
            last_error=type(error).__name__,
        )
        log.warning("notifications: e-mail not sent", extra={"email_id": email_id, "error": type(error).__name__})
        return False
    mine.update(state=EmailState.SENT, sent_at=now, last_error="")
    return True


def _message(email: OutgoingEmail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=fill(email.text),
        to=[email.to_email],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"},
    )
    if email.html:
        message.attach_alternative(fill(email.html), "text/html")
    for attachment in email.attachments:
        message.attach(attachment["name"], attachment["text"], attachment["mime"])
    return message


def sweep(*, now: datetime) -> int:
    """Hand over every e-mail that should have gone by now. Returns how many. One query and one task each."""
    late = list(OutgoingEmail.objects.filter(_claimable(now)).order_by("pk").values_list("pk", flat=True)[:SWEEP_LIMIT])
    for email_id in late:
        _hand_over(email_id)
    return len(late)


def mark_read(*, user: User, now: datetime, pk: int | None = None) -> int:
    """Mark one notice, or all of a person's, as read. One query."""
    notices = Notification.objects.filter(recipient=user, read_at__isnull=True)
    return (notices if pk is None else notices.filter(pk=pk)).update(read_at=now)


def people_to_tell(*, school_id: int, permission: Any, on: date) -> list[int]:
    """Ids of active people whose role in the school holds `permission`, for reminder sources. One query."""
    from sendco.accounts.models import Membership
    from sendco.accounts.permissions import ROLE_PERMISSIONS
    from sendco.schools.models import School

    roles = [role for role, held in ROLE_PERMISSIONS.items() if permission in held]
    federation = School.objects.filter(pk=school_id).values("federation_id")
    return sorted(
        set(
            Membership.objects.current(on)
            .filter(Q(school_id=school_id) | Q(school__isnull=True, federation_id__in=federation))
            .filter(role__in=roles, user__is_active=True)
            .values_list("user_id", flat=True)
        )
    )
