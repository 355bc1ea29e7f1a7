"""Two people at the same moment, on a real PostgreSQL: one is let through, the other is told, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from threading import Barrier, Thread

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from provision.actions import lines_on, log_session, plan_group
from provision.models import Intervention, Session, SessionEntry
from pupils.models import SavedView
from reviews import actions as review_actions
from reviews.models import ContributionLink, Invitee, Review
from sendco.accounts.models import User
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, Refused
from sendco.core.middleware import is_twice
from sendco.notifications.actions import notify
from sendco.notifications.models import Notification
from sendco.office.actions import add_person
from tests import factories

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 23)


def at_once(*jobs: Callable[[], object]) -> list[str]:
    """What came of each: `done`, or the name of the refusal; `twice` where the database alone stopped it. Sorted."""
    start, found = Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait(10)
            job()
            found.append("done")
        except (Conflict, Refused) as error:
            found.append(type(error).__name__)
        except DatabaseError as error:
            found.append("twice" if is_twice(error) else repr(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(found)


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def plan(school, sendco):
    pupil = factories.PupilFactory(school=school, sen_status="E")
    return review_actions.open_ehc_plan(
        pupil=pupil, la_code="330", first_made_on=date(2024, 12, 12), last_decision_on=date(2025, 12, 5), by=sendco
    )


def again(row):
    """The same row as another process reads it."""
    return type(row)._base_manager.get(pk=row.pk)


def test_two_saves_of_one_row(plan, sendco):
    for row in (again(plan.pupil), again(plan), again(plan.pupil.school)):
        version = row.version
        jobs = [partial(each.save_over, expected=version, by=sendco, fields=()) for each in (again(row), again(row))]
        assert at_once(*jobs) == ["Conflict", "done"]
        assert again(row).version == version + 1


def test_two_people_log_one_session(school, sendco):
    pupils = [factories.PupilFactory(school=school, sen_status="K") for _ in range(3)]
    group = plan_group(
        school=school, intervention=Intervention.objects.get(slug="1stclassnumber-1"), name="Number",
        starts=date(2026, 11, 9), ends=date(2026, 11, 27), minutes=30, times_per_week=1, weeks=3, deliverer=sendco,
        grade="ta2", slots=[(0, time(10, 15))], pupils=pupils, by=sendco,
    )  # fmt: skip
    session = Session.objects.filter(group=group).order_by("on").first()
    entries = [(line.pk, False, 2) for line in lines_on(session)]

    def log(found: Session) -> Session:
        return log_session(
            session=found,
            version=session.version,
            entries=entries,
            note="",
            by=sendco,
            at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        )

    assert at_once(*[partial(log, again(session)) for _ in range(2)]) == ["Conflict", "done"]
    assert SessionEntry.objects.filter(session=session).count() == 3
    assert AuditEvent.objects.filter(kind="session.logged", target_id=session.pk).count() == 1


def test_a_review_is_opened_once(plan, sendco):
    jobs = [
        partial(review_actions.open_review, plan=again(plan), kind="annual", by=sendco, on=TODAY, owner=sendco)
        for _ in range(3)
    ]
    found = at_once(*jobs)
    assert found.count("done") == 1
    assert set(found) <= {"done", "Refused", "twice"}
    assert Review.objects.filter(plan=plan).count() == 1


def test_of_links_made_at_once_one_works(plan, sendco):
    review = review_actions.open_review(plan=plan, kind="annual", by=sendco, on=date(2026, 10, 5), owner=sendco)
    Review.objects.filter(pk=review.pk).update(state="scheduled", meeting_on=TODAY)
    invitee = Invitee.objects.create(review=review, kind="parent", name="A parent", email="p@home.invalid")
    jobs = [partial(review_actions.make_link, invitee=again(invitee), by=sendco) for _ in range(3)]
    assert at_once(*jobs) == ["done"] * 3
    assert ContributionLink.objects.filter(invitee=invitee, revoked_at__isnull=True).count() == 1


def test_answers_saved_at_once_are_both_kept(plan, sendco):
    review = review_actions.open_review(plan=plan, kind="annual", by=sendco, on=date(2026, 10, 5), owner=sendco)
    invitee = Invitee.objects.create(review=review, kind="parent", name="A parent")
    link = ContributionLink.objects.create(invitee=invitee, token_hash="0" * 64, expires_on=TODAY)
    keys, at = ("liked", "working"), datetime(2026, 11, 23, 9, tzinfo=UTC)
    jobs = [partial(review_actions.save_answer, link=again(link), key=key, text=key, at=at) for key in keys]
    assert at_once(*jobs) == ["done", "done"]
    assert again(link).answers == {key: key for key in keys}


def test_one_account_and_one_notice(school, sendco):
    federation = school.federation
    people = [
        lambda: add_person(federation=federation, email="new@school.invalid", name="New", by=sendco) for _ in range(3)
    ]
    found = at_once(*people)
    assert found.count("done") == 1
    assert set(found) <= {"done", "Refused", "twice"}
    assert User.objects.filter(email="new@school.invalid").count() == 1
    given = {"recipient": sendco, "kind": "test", "subject_key": "x:1", "due_on": TODAY, "text": "Due", "path": "/"}
    assert at_once(*[lambda: notify(**given, school_id=school.pk) for _ in range(3)]) == ["done"] * 3
    assert Notification.objects.filter(subject_key="x:1").count() == 1


def test_a_button_pressed_twice_is_no_error_of_the_server(school, sendco):
    """Through the whole stack: whichever comes second gets a page that says so."""
    codes: list[int] = []

    def press() -> None:
        client = Client()
        client.force_login(sendco, backend=settings.AUTHENTICATION_BACKENDS[0])
        codes.append(client.post(reverse("pupils:saved-view-add"), {"name": "Mine", "query": "status=E"}).status_code)

    assert at_once(press, press, press) == ["done"] * 3
    assert set(codes) <= {302, 409, 422}
    assert SavedView.objects.filter(owner=sendco).count() >= 1
