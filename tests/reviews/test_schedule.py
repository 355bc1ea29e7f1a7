"""The scheduler proposes days inside every limit, and asks for a reason before a rule is broken."""

from datetime import date

import pytest

from reviews import actions
from reviews.models import Review
from reviews.views.schedule import strip
from sendco.accounts.permissions import Role
from sendco.notifications.models import OutgoingEmail
from sendco.schools.services import calendar_for

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("on_day")]

TODAY = date(2026, 11, 23)
URL = "/meetings/schedule/"


def data(review, **more):
    review.refresh_from_db()
    form = {
        "version": review.version, "slot": "2027-01-26", "meeting_at": "14:00", "minutes": 75, "place": "Hall", "then": "invite",
    }  # fmt: skip
    return {**form, **more}


def post(client, review, week="2027-01-25", **more):
    return client.post(f"{URL}?review={review.pk}&week={week}&from=2027-01-04", data(review, **more))


def test_the_strip_shows_closures_short_notice_and_what_is_too_late(school, review):
    weeks = strip(review, date(2027, 2, 5), TODAY, calendar_for(school.pk), "2026-11-23")
    assert [(week.label, week.kind, week.note) for week in weeks] == [
        ("23 Nov", "open", "Short notice"),
        ("30 Nov", "open", "Short notice"),
        ("7 Dec", "open", "4 days"),
        ("14 Dec", "open", "5 days"),
        ("21 Dec", "shut", "Christmas holiday"),
        ("28 Dec", "shut", "Christmas holiday"),
        ("4 Jan", "open", "5 days"),
        ("11 Jan", "open", "5 days"),
        ("18 Jan", "open", "5 days"),
        ("25 Jan", "open", "5 days"),
    ]


def test_weeks_after_the_limit_cannot_be_chosen(school, review):
    weeks = strip(review, date(2027, 2, 5), TODAY, calendar_for(school.pk), "2027-02-01")
    assert [week.kind for week in weeks[:2]] == ["open", "late"]


def test_when_every_lawful_day_has_passed_the_soonest_with_notice_is_proposed(school, plan, review, sendco, sign_in):
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, phase_transfer_year=2027)
    page = sign_in(Role.SENDCO, school).get(f"{URL}?review={review.pk}")
    assert page.context["week"].monday == date(2026, 12, 14)
    assert "12 weeks before the phase transfer date" in page.content.decode()


def test_days_come_with_the_dates_that_follow(school, review, sign_in):
    page = sign_in(Role.ADMIN, school).get(f"{URL}?review={review.pk}&week=2027-01-25&from=2027-01-04")
    tuesday = page.context["days"][1]
    assert (tuesday.day, tuesday.invite_by, tuesday.decision_by) == (
        date(2027, 1, 26), date(2027, 1, 12), date(2027, 2, 23),
    )  # fmt: skip
    assert tuesday.report_by == date(2027, 2, 9)
    assert tuesday.is_good


def test_one_press_books_and_invites(school, review, sign_in):
    client = sign_in(Role.ADMIN, school)
    response = post(client, review)
    assert response.status_code == 302
    saved = Review.objects.get(pk=review.pk)
    assert (saved.meeting_on, str(saved.meeting_at), saved.place) == (date(2027, 1, 26), "14:00:00", "Hall")
    assert OutgoingEmail.objects.count() == 4
    assert (
        "4 invitations sent. 1 to hand over or post. Not invited: health professional"
        in client.get(response.url).content.decode()
    )


def test_booking_only_sends_nothing(school, review, sign_in):
    post(sign_in(Role.SENDCO, school), review, then="")
    assert Review.objects.get(pk=review.pk).state == "scheduled"
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-12-01", "Invitations had to go by 17 November 2026 for this date."),
        ("2027-03-09", "The review has to be complete by 5 March 2027, before this meeting."),
        ("2027-01-23", "School is closed at the weekend on Saturday 23 January 2027."),
    ],
)
def test_a_day_that_breaks_a_rule_asks_for_a_reason(school, review, sign_in, day, words):
    client = sign_in(Role.SENDCO, school)
    response = post(client, review, slot="other", other_on=day)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Choose another day, or give the reason for this one" in response.content.decode()
    assert 'value="Hall"' in response.content.decode()
    assert Review.objects.get(pk=review.pk).meeting_on is None
    response = post(client, review, slot="other", other_on=day, short_notice_reason="Parents asked", then="")
    assert response.status_code == 302
    assert Review.objects.get(pk=review.pk).short_notice_reason == "Parents asked"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"slot": ""}, "Choose a day"),
        ({"slot": "other", "other_on": ""}, "Enter a meeting date"),
        ({"meeting_at": ""}, "Enter a time"),
        ({"place": ""}, "Enter a room or a video link"),
    ],
)
def test_what_is_missing_is_named(school, review, sign_in, more, words):
    response = post(sign_in(Role.SENDCO, school), review, **more)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_moving_keeps_the_form_filled_and_tells_people(school, invited, sign_in):
    client = sign_in(Role.SENDCO, school)
    page = client.get(f"{URL}?review={invited.pk}")
    assert page.context["week"].monday == date(2027, 1, 25)
    assert "Move the meeting and tell everyone" in page.content.decode()
    post(client, invited, slot="2027-01-28")
    assert OutgoingEmail.objects.filter(kind="review_change").count() == 5


def test_somebody_faster_is_shown(school, review, sign_in):
    client = sign_in(Role.SENDCO, school)
    response = post(client, review, version=review.version + 5)
    assert response.status_code == 409


def test_a_review_that_was_held_is_not_scheduled(school, held, sign_in):
    response = sign_in(Role.SENDCO, school).get(f"{URL}?review={held.pk}")
    assert response.status_code == 400


def test_with_nothing_to_schedule_the_page_says_so(school, sign_in):
    page = sign_in(Role.SENDCO, school).get(URL)
    assert "Every open review has a date" in page.content.decode()


@pytest.mark.parametrize("role", [Role.HEAD, Role.TEACHER, Role.SUPPORT, Role.GOVERNOR])
def test_only_who_arranges_reviews_schedules(school, sign_in, role):
    assert sign_in(role, school).get(URL).status_code == 403


def test_the_picklist_holds_this_school_only(two_schools, review, sign_in):
    client = sign_in(Role.SENDCO, two_schools[1])
    assert client.get(f"{URL}?review={review.pk}").status_code == 404
    assert "Mensah" not in client.get(URL).content.decode()
