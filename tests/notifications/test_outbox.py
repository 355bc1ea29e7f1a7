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
    assert "1 reminder would be sent to 1 person. Nothing was written." in capsys.readouterr().out
    call_command("send_reminders", "--today", "2026-11-23")
    assert "1 new reminder, 1 e-mail written, 1 sent." in capsys.readouterr().out
    call_command("send_reminders", "--today", "2026-11-23")
    assert "0 new reminders, 0 e-mails written, 0 sent." in capsys.readouterr().out
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31-11-2026", "--today: “31-11-2026” is not a date; write it as 2026-11-23."),
        ("2026-W48-1", "--today: “2026-W48-1” is not a date; write it as 2026-11-23."),
        ("2026-02-29", "--today: “2026-02-29” is not a date; write it as 2026-11-23."),
        ("", "--today: “” is not a date; write it as 2026-11-23."),
        ("0001-01-01", "--today: the year of 0001-01-01 is not between 2000 and 2100."),
    ],
)
def test_command_refuses_what_is_no_date(text, sentence):
    with pytest.raises(CommandError) as refused:
        call_command("send_reminders", "--today", text)
    assert (str(refused.value), refused.value.returncode) == (sentence, 2)


def test_people_to_tell_are_those_whose_role_holds_the_permission(two_schools):
    here, there = two_schools
    sendco, admin = factories.person(Role.SENDCO, here), factories.person(Role.ADMIN, here)
    factories.person(Role.TEACHER, here)
    factories.person(Role.SENDCO, there)
    assert actions.people_to_tell(
        school_id=here.pk, permission=Permission.REVIEW_EDIT, on=date(2026, 11, 23)
    ) == sorted([sendco.pk, admin.pk])


# --- What is over is no longer told ---------------------------------------------------------------------


def test_what_was_done_before_the_digest_went_is_not_told(feed, on_day, db):
    user = factories.UserFactory()
    feed += [reminder(user), reminder(user, "review:2:invite")]
    actions.collect(today=TODAY)
    del feed[0]
    actions.collect(today=TODAY)
    assert actions.write_digests(today=TODAY) == 1
    email = OutgoingEmail.objects.get()
    assert email.subject == "SENDCo: 1 thing to look at"
    assert list(email.notifications.values_list("subject_key", flat=True)) == ["review:2:invite"]
    assert Notification.objects.get(subject_key="review:1:report").read_at == clock.now()


def test_what_is_due_again_on_the_same_day_is_not_told_twice(feed, db):
    user = factories.UserFactory()
    feed.append(reminder(user))
    actions.collect(today=TODAY)
    again = feed.pop()
    actions.collect(today=TODAY)
    feed.append(again)
    assert actions.collect(today=TODAY) == 0
    assert Notification.objects.count() == 1


def test_what_no_source_tells_stays_until_it_is_read(feed, db):
    user = factories.UserFactory()
    actions.notify(
        recipient=user,
        kind="contribution",
        subject_key="invitee:1",
        due_on=TODAY,
        text="Views of K.M.",
        path="/reviews/1/",
    )
    actions.collect(today=TODAY)
    assert actions.write_digests(today=TODAY + timedelta(days=30)) == 1


def test_a_digest_turned_on_later_holds_what_is_still_due(feed, db):
    user = factories.UserFactory(wants_digest=False)
    feed.append(reminder(user, "review:1:old"))
    actions.collect(today=TODAY)
    feed[:] = [reminder(user, "review:2:new")]
    user.wants_digest = True
    user.save()
    actions.collect(today=TODAY)
    actions.write_digests(today=TODAY)
    assert [n.subject_key for n in OutgoingEmail.objects.get().notifications.all()] == ["review:2:new"]


@pytest.mark.usefixtures("on_day")
def test_looking_at_another_day_by_hand_leaves_what_is_due_today(feed, db, capsys):
    user = factories.UserFactory(wants_digest=False)
    feed.append(reminder(user))
    actions.collect(today=TODAY)
    feed.clear()
    call_command("send_reminders", "--today", "2026-11-24")
    assert Notification.objects.get().read_at is None
    call_command("send_reminders")
    assert Notification.objects.get().read_at is not None


# --- Crashes --------------------------------------------------------------------------------------------


def test_a_crash_between_collecting_and_writing_loses_and_doubles_nothing(feed, monkeypatch, db):
    first, second = factories.UserFactory(), factories.UserFactory()
    feed += [reminder(first), reminder(second)]
    monkeypatch.setattr(actions, "write_digests", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        call_command("send_reminders", "--today", "2026-11-23")
    assert (Notification.objects.count(), OutgoingEmail.objects.count()) == (2, 0)
    monkeypatch.undo()
    monkeypatch.setattr(sources, "_sources", {"test": lambda today: feed})
    call_command("send_reminders", "--today", "2026-11-23")
    assert sorted(m.to[0] for m in mail.outbox) == sorted([first.email, second.email])
    assert (Notification.objects.count(), OutgoingEmail.objects.count()) == (2, 2)


def test_a_crash_after_the_first_of_two_digests_leaves_the_second_waiting(feed, monkeypatch, db):
    people = [factories.UserFactory(), factories.UserFactory()]
    feed += [reminder(person) for person in people]
    actions.collect(today=TODAY)
    written = []
    real = actions.queue_email

    def die_at_the_second(**fields):
        if written:
            raise KeyboardInterrupt
        written.append(fields["to_email"])
        return real(**fields)

    monkeypatch.setattr(actions, "queue_email", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        actions.write_digests(today=TODAY)
    monkeypatch.setattr(actions, "queue_email", real)
    assert actions.write_digests(today=TODAY) == 1
    assert sorted(OutgoingEmail.objects.values_list("to_email", flat=True)) == sorted(p.email for p in people)
    assert Notification.objects.filter(email__isnull=True).count() == 0


def test_command_says_how_many_could_not_be_sent_and_they_wait(feed, monkeypatch, db):
    feed.append(reminder(factories.UserFactory()))

    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    with pytest.raises(CommandError, match="1 e-mail could not be sent yet"):
        call_command("send_reminders", "--today", "2026-11-23")
    assert OutgoingEmail.objects.get().state == EmailState.QUEUED


def test_command_leaves_alone_what_a_worker_is_sending(feed, db, capsys):
    queued()
    OutgoingEmail.objects.update(state=EmailState.SENDING, claimed_at=clock.now(), attempts=1)
    call_command("send_reminders", "--today", "2026-11-23")
    assert "0 new reminders, 0 e-mails written, 0 sent." in capsys.readouterr().out
    assert mail.outbox == []


def test_a_digest_names_nobody_and_says_only_initials_and_links(feed, db):
    user = factories.UserFactory(name="Priya Nair")
    feed.append(reminder(user))
    actions.collect(today=TODAY)
    actions.write_digests(today=TODAY)
    email = OutgoingEmail.objects.get()
    assert email.subject == "SENDCo: 1 thing to look at"
    for text in (email.text, email.html):
        assert "http://127.0.0.1:8000/reviews/1/" in text
        assert "K.M." in text
        assert "Nair" not in text


def test_a_digest_says_a_date_once(feed, db):
    user = factories.UserFactory()
    feed += [
        reminder(user, text="Send the report of KM by 23 November 2026"),
        reminder(user, "review:2:invite", text="Invite people. AB"),
    ]
    actions.collect(today=TODAY)
    actions.write_digests(today=TODAY)
    text = OutgoingEmail.objects.get().text
    assert "- Send the report of KM by 23 November 2026\n" in text
    assert "- Invite people. AB (23 November 2026)\n" in text
