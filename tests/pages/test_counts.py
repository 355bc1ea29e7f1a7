"""The counts of the side bar: what a page has counted itself goes before what is kept, and all of them cost one query."""

import pytest
from django.core.cache import cache

from sendco.accounts.permissions import Role
from sendco.notifications.models import Notification
from sendco.pages import counts
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("on_day")]

NOTHING = {"unread": 0, "sessions": 0, "deadlines": 0, "cover": 0, "today": 0}


@pytest.fixture
def sendco(school):
    cache.clear()
    return factories.person(Role.SENDCO, school)


def test_nothing_counted_yet_costs_one_query_and_then_none(school, sendco, django_assert_num_queries):
    assert sendco.access.places
    with django_assert_num_queries(1):
        assert counts.for_shell(sendco, school.pk) == NOTHING
    Notification.objects.create(
        recipient=sendco, school=school, kind="test", subject_key="a", due_on="2026-11-23", text="Due", path="/"
    )
    with django_assert_num_queries(0):
        assert counts.for_shell(sendco, school.pk) == NOTHING  # for a minute
    cache.clear()
    assert counts.for_shell(sendco, school.pk)["unread"] == 1


def test_what_the_page_counted_is_shown_and_kept_for_the_next(school, sendco, django_assert_num_queries):
    counts.for_shell(sendco, school.pk)
    told = {"deadlines": 3, "cover": 2}
    with django_assert_num_queries(0):
        assert counts.for_shell(sendco, school.pk, told) == NOTHING | told | {"today": 5}
        assert counts.for_shell(sendco, school.pk) == NOTHING | told | {"today": 5}


def test_nobody_is_told_a_count_of_what_they_may_not_see(school, sendco):
    counts.for_shell(sendco, school.pk, {"deadlines": 3, "cover": 2})
    governor = factories.person(Role.GOVERNOR, school)
    assert counts.for_shell(governor, school.pk, {"deadlines": 3}) == {"unread": 0}
