"""Tasks through a real Redis and a real worker, on a real PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from pupils.models import SenPeriod
from sendco.accounts.permissions import Role
from sendco.core import clock
from sendco.notifications import actions
from sendco.notifications.models import EmailState, Notification, OutgoingEmail
from tests import factories

from . import wait_for
from . import worker as workers
from .probe import count_users

pytestmark = pytest.mark.services


def answer(folder, name):
    wait_for((folder / name).exists, what=f"The task {name}")
    wait_for(lambda: (folder / name).read_text() != "", what=f"The task {name}")
    found, pid = (folder / name).read_text().split()
    return int(found), int(pid)


def test_worker_runs_a_task_on_the_same_database(start_worker):
    folder = start_worker()
    get_user_model().objects.create(email="a@school.invalid")

    count_users.delay("answer")

    found, pid = answer(folder, "answer")
    assert found == 1
    assert pid != os.getpid()


def test_task_waits_for_a_worker_that_comes_later(start_worker):
    count_users.delay("waited")

    assert answer(start_worker(), "waited")[0] == 0


def test_health_sees_redis(client, database_url, redis_url, settings):
    settings.CELERY_BROKER_URL = redis_url
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}

    assert client.get("/health/").json() == {"database": "ok", "broker": "ok"}


def test_cache_on_redis_is_shared(redis_url):
    from django.core.cache.backends.redis import RedisCache

    first, second = RedisCache(redis_url, {}), RedisCache(redis_url, {})
    first.set("sign-in", 1)

    assert second.incr("sign-in") == 2


def test_worker_ends_at_once_when_asked(start_worker, tmp_path):
    environment = workers.environment(tmp_path, DATABASE_URL="sqlite:////" + str(tmp_path / "x").lstrip("/"))
    with workers.worker(environment, tmp_path) as process:
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0


# --- Reminders and e-mails, whatever dies or runs twice ------------------------------------------------


def test_worker_killed_while_sending_is_followed_by_another_and_the_mail_goes_once(
    database_url, redis_url, real_tasks, mailbox, tmp_path
):
    """kill -9 in the middle of an e-mail. Redis gives the task to the next worker, which leaves the mail alone until the
    claim of the dead one has run out; the sweeper then sends it, under the same Message-ID.
    """
    environment = workers.environment(
        tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, EMAIL_URL=mailbox.url, BROKER_VISIBILITY_SECONDS="1"
    )
    mailbox.go_on.clear()
    with workers.worker(environment, tmp_path) as process:
        email, _ = actions.queue_email(
            dedupe_key="k", kind="test", to_email="a@school.invalid", subject="Reminder", text="Send the report. K.M."
        )
        assert mailbox.reached.wait(20)
        process.kill()
        process.wait(5)
    mailbox.go_on.set()
    email.refresh_from_db()
    assert (email.state, email.attempts) == (EmailState.SENDING, 1)
    time.sleep(1.1)  # longer than the broker waits for an answer
    with workers.worker(environment, tmp_path):
        log = tmp_path / "worker.log"
        wait_for(lambda: "notifications.deliver" in log.read_text(), what="The task given out again")
        email.refresh_from_db()
        assert (email.state, email.attempts, mailbox.messages) == (EmailState.SENDING, 1, [])
        OutgoingEmail.objects.update(claimed_at=clock.now() - actions.LEASE - timedelta(seconds=1))
        # Twice, as two machines might; and Redis, which waits a second only here, may have given the task out again before.
        assert {actions.sweep(now=clock.now()), actions.sweep(now=clock.now())} <= {0, 1}
        mailbox.wait(1)
        wait_for(lambda: OutgoingEmail.objects.get().state == EmailState.SENT, what="The e-mail marked as sent")
    assert [message["Message-ID"] for message in mailbox.messages] == [email.message_id]
    assert OutgoingEmail.objects.get().attempts == 2


def test_reminders_sent_by_two_processes_at_once_reach_each_person_once(database_url, school, mailbox, tmp_path):
    people = [factories.person(Role.SENDCO, school) for _ in range(5)]
    for n in range(3):
        pupil = factories.PupilFactory(school=school, forename="Kofi", surname=f"M{n}", sen_status="K")
        SenPeriod.objects.create(pupil=pupil, status="K", starts="2026-11-20")
    environment = workers.environment(tmp_path, DATABASE_URL=database_url, EMAIL_URL=mailbox.url)
    command = [sys.executable, "manage.py", "send_reminders", "--today", "2026-11-23"]
    both = [
        subprocess.Popen(command, cwd=workers.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60) for process in both]

    assert [(process.returncode, err) for process, (_, err) in zip(both, said, strict=True)] == [(0, b"")] * 2
    assert (Notification.objects.count(), OutgoingEmail.objects.count()) == (15, 5)
    assert sorted(message["To"] for message in mailbox.messages) == sorted(person.email for person in people)
    assert {message["Subject"] for message in mailbox.messages} == {"SENDCo: 3 things to look at"}
    text = mailbox.messages[0].get_body(("plain",)).get_content()
    assert "Tell the parents of KM about SEN support, which began on 20 November 2026" in text
    assert "Kofi" not in text
