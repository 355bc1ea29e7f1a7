"""Each reminder reaches each person once, whatever crashes or runs twice."""

from __future__ import annotations

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from sendco.accounts.permissions import Permission, Role
from sendco.core import clock
from sendco.notifications import actions, sources
from sendco.notifications.models import EmailState, Notification, OutgoingEmail
from tests import factories

pytestmark = pytest.mark.integration
TODAY = factories.TODAY


@pytest.fixture
def feed(monkeypatch):
    """A reminder source whose list the test fills."""
    reminders: list[sources.Reminder] = []
    monkeypatch.setattr(sources, "_sources", {"test": lambda today: reminders})
    return reminders


def reminder(user, key="review:1:report", due_on=TODAY, text="Send the report. K.M."):
    return sources.Reminder(user.pk, "review.report", key, due_on, text, "/reviews/1/")


def queued(**extra):
    values = {"dedupe_key": "k1", "kind": "test", "to_email": "a@school.invalid", "subject": "S", "text": "T"} | extra
    return actions.queue_email(**values)


def test_morning_run_twice_tells_once_in_one_email(feed, on_day, django_capture_on_commit_callbacks, db):
    user = factories.UserFactory(name="Priya Nair")
    feed += [reminder(user), reminder(user, "review:2:invite", TODAY + timedelta(days=3), "Invite people. A.B.")]
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            actions.collect(today=TODAY)
            actions.write_digests(today=TODAY)
    assert [m.to for m in mail.outbox] == [[user.email]]
    message = mail.outbox[0]
    assert message.subject == "SENDCo: 2 things to look at"
    assert "Send the report. K.M." in message.body
    assert "http://127.0.0.1:8000/reviews/1/" in message.body
    assert OutgoingEmail.objects.get().state == EmailState.SENT
    assert Notification.objects.filter(email__isnull=False).count() == 2


def test_what_comes_later_in_the_day_waits_for_tomorrow(feed, db):
    user = factories.UserFactory()
    feed.append(reminder(user))
    actions.collect(today=TODAY)
    assert actions.write_digests(today=TODAY) == 1
    feed.append(reminder(user, "review:9:report"))
    actions.collect(today=TODAY)
    assert actions.write_digests(today=TODAY) == 0
    assert actions.write_digests(today=TODAY + timedelta(days=1)) == 1
    assert OutgoingEmail.objects.count() == 2


def test_a_new_due_date_is_a_new_reminder(feed, db):
    user = factories.UserFactory()
    feed.append(reminder(user))
    actions.collect(today=TODAY)
    feed[:] = [reminder(user, due_on=TODAY + timedelta(days=7))]
    assert actions.collect(today=TODAY) == 1
    assert actions.collect(today=TODAY) == 0


def test_nothing_is_written_to_who_does_not_want_it_or_has_left_or_has_read(feed, db):
    quiet = factories.UserFactory(wants_digest=False)
    left = factories.UserFactory(is_active=False)
    reader = factories.UserFactory()
    feed += [reminder(quiet), reminder(left), reminder(reader)]
    actions.collect(today=TODAY)
    actions.mark_read(user=reader, now=clock.now())
    assert actions.write_digests(today=TODAY) == 0
    assert OutgoingEmail.objects.count() == 0


def test_email_with_a_known_key_is_not_written_again(db):
    first, is_new = queued()
    again, is_new_again = queued(subject="Other")
    assert (first.pk, is_new, is_new_again) == (again.pk, True, False)
    assert again.subject == "S"


def test_only_one_of_two_workers_sends(db):
    email, _ = queued()
    assert actions.deliver(email_id=email.pk, now=clock.now()) is True
    assert actions.deliver(email_id=email.pk, now=clock.now()) is False
    assert len(mail.outbox) == 1


def test_worker_that_died_while_sending_is_followed_after_the_lease_under_the_same_message_id(db):
    email, _ = queued()
    now = clock.now()
    OutgoingEmail.objects.update(state=EmailState.SENDING, claimed_at=now, attempts=1)
    assert actions.deliver(email_id=email.pk, now=now + actions.LEASE) is False
    assert actions.sweep(now=now + timedelta(minutes=14)) == 0
    assert actions.deliver(email_id=email.pk, now=now + actions.LEASE + timedelta(seconds=1)) is True
    assert mail.outbox[0].extra_headers["Message-ID"] == email.message_id


@pytest.mark.parametrize(("attempts", "state"), [(0, EmailState.QUEUED), (actions.MAX_ATTEMPTS - 1, EmailState.FAILED)])
def test_passing_fault_waits_longer_and_gives_up_after_eight(attempts, state, monkeypatch, db):
    email, _ = queued()
    OutgoingEmail.objects.update(attempts=attempts)

    def refuse(self, fail_silently=False):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    now = clock.now()
    assert actions.deliver(email_id=email.pk, now=now) is False
    email.refresh_from_db()
    assert (email.state, email.last_error) == (state, "SMTPServerDisconnected")
    assert email.due_at == now + timedelta(minutes=2 ** (attempts + 1))


def test_sweeper_delivers_what_no_task_took_up(db):
    queued()
    assert mail.outbox == []
    assert actions.sweep(now=clock.now()) == 1
    assert len(mail.outbox) == 1
    assert actions.sweep(now=clock.now()) == 0


def test_calendar_attachment_keeps_its_method(db):
    email, _ = queued(
        attachments=[{"name": "meeting.ics", "mime": "text/calendar; method=REQUEST", "text": "BEGIN:VCALENDAR"}]
    )
    actions.deliver(email_id=email.pk, now=clock.now())
    name, content, mime = mail.outbox[0].attachments[0]
    assert (name, content, mime) == ("meeting.ics", "BEGIN:VCALENDAR", "text/calendar; method=REQUEST")


def test_command_sends_once_and_dry_run_writes_nothing(feed, capsys, db):
    user = factories.UserFactory()
    feed.append(reminder(user))
    call_command("send_reminders", "--today", "2026-11-23", "--dry-run")
    assert Notification.objects.count() == 0
    assert "1 reminders would be sent to 1 people. Nothing was written." in capsys.readouterr().out
    call_command("send_reminders", "--today", "2026-11-23")
    assert "1 new reminders, 1 e-mails written, 1 sent." in capsys.readouterr().out
    call_command("send_reminders", "--today", "2026-11-23")
    assert "0 new reminders, 0 e-mails written, 0 sent." in capsys.readouterr().out
    assert len(mail.outbox) == 1


def test_command_refuses_what_is_no_date():
    with pytest.raises(CommandError, match="31-11-2026 is not a date") as refused:
        call_command("send_reminders", "--today", "31-11-2026")
    assert refused.value.returncode == 2


def test_people_to_tell_are_those_whose_role_holds_the_permission(two_schools):
    here, there = two_schools
    sendco, admin = factories.person(Role.SENDCO, here), factories.person(Role.ADMIN, here)
    factories.person(Role.TEACHER, here)
    factories.person(Role.SENDCO, there)
    assert actions.people_to_tell(
        school_id=here.pk, permission=Permission.REVIEW_EDIT, on=date(2026, 11, 23)
    ) == sorted([sendco.pk, admin.pk])
