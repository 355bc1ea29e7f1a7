"""What the law asks of a school, as Today, the calendar, the register and the morning round see it."""

from datetime import date, time

import pytest

from pupils.models import Plan
from reviews import actions, feeds
from reviews.sources import reminders
from sendco.accounts.permissions import Role
from sendco.core.together import in_one_query
from sendco.notifications.actions import collect
from sendco.notifications.models import Notification
from sendco.schools.services import calendar_for, calendar_of, calendar_parts
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TODAY = date(2026, 11, 23)


def keys(items) -> list[tuple[str, date, str]]:
    return [(item.key, item.due, item.tone) for item in items]


def test_every_open_date_of_a_school_comes_soonest_first(school, booked):
    calendar = calendar_for(school.pk)
    assert keys(feeds.due_items(school.pk, TODAY, calendar=calendar)) == [
        ("advice_circulated_by", date(2027, 1, 12), "ok"),
        ("invite_by", date(2027, 1, 12), "ok"),
        ("meeting_latest", date(2027, 1, 26), "ok"),
        ("report_by", date(2027, 2, 9), "ok"),
    ]


def test_a_review_without_a_date_has_its_booking_and_its_limit(school, review):
    items = feeds.due_items(school.pk, TODAY)
    assert [(item.label, item.due, item.action) for item in items] == [
        ("Book the review meeting", date(2027, 2, 5), "Schedule"),
        ("Review complete", date(2027, 3, 5), "Open"),
    ]
    assert items[0].action_url == f"/meetings/schedule/?review={review.pk}"


def test_what_is_late_or_near_is_at_risk_and_the_authority_never_is(school, reported):
    assert feeds.at_risk(school.pk, date(2027, 2, 20)) == []
    late = feeds.due_items(school.pk, date(2027, 3, 1))
    assert keys(late) == [("decision_by", date(2027, 2, 23), "wait")]
    assert late[0].words == "6 days late"
    assert late[0].why == "Local authority. Four weeks from the meeting. Regulation 20(10)"


def test_at_risk_puts_what_has_passed_first(school, held):
    assert keys(feeds.at_risk(school.pk, date(2027, 2, 5))) == [("report_by", date(2027, 2, 9), "warn")]
    risky = feeds.at_risk(school.pk, date(2027, 2, 10))
    assert keys(risky) == [("report_by", date(2027, 2, 9), "danger")]
    assert (risky[0].words, risky[0].action) == ("Overdue by 1 day", "Write report")


@pytest.mark.parametrize(
    ("role", "action", "page"),
    [
        (Role.SENDCO, "Write report", "report/"),
        (Role.ADMIN, "Open", ""),
        (Role.HEAD, "Open", ""),
        (Role.SAFEGUARDING, "Open", ""),
    ],
)
def test_the_action_is_one_that_the_person_may_take(school, held, sign_in, on_day, role, action, page):
    on_day.move_to("2027-02-10 08:40:00+00:00")
    client = sign_in(role, school)
    offered = feeds.offered(feeds.due_items(school.pk, date(2027, 2, 10)), client.user.access, school.pk)
    item = next(item for item in offered if item.key == "report_by")
    assert (item.action, item.action_url) == (action, f"{held.get_absolute_url()}{page}")
    for url in ("/", "/deadlines/"):
        assert f'href="{item.action_url}"'.encode() in client.get(url).content
    assert client.get(item.action_url).status_code == 200
    assert (b"Write the report</a>" in client.get(held.get_absolute_url()).content) is (role == Role.SENDCO)


def test_who_arranges_reviews_still_invites(school, booked, sign_in):
    access = sign_in(Role.ADMIN, school).user.access
    offered = feeds.offered(feeds.due_items(school.pk, TODAY), access, school.pk)
    assert [item.action for item in offered if item.key == "invite_by"] == ["Invite"]


def test_a_pupil_who_left_is_no_longer_ours(school, booked):
    booked.pupil.left_on = TODAY
    booked.pupil.save()
    assert feeds.due_items(school.pk, TODAY) == []
    assert [r for r in reminders(date(2027, 1, 10)) if r.kind.startswith("review_invite")] == []


def test_needs_assessments_stand_in_the_same_list(school, on_roll, sendco):
    row = actions.open_needs_assessment(
        pupil=on_roll, received_on=date(2026, 9, 7), by=sendco, advice_requested_on=date(2026, 10, 19)
    )
    items = feeds.due_items(school.pk, TODAY)
    assert keys(items) == [
        ("decision_by", date(2026, 10, 19), "wait"),
        ("advice_by", date(2026, 11, 30), "warn"),
        ("no_plan_by", date(2026, 12, 28), "wait"),
        ("final_plan_by", date(2027, 1, 25), "wait"),
    ]
    assert {item.url for item in items} == {row.get_absolute_url()}


def test_the_horizon_has_twelve_weeks_with_overdue_in_the_first(school, held):
    calendar = calendar_for(school.pk)
    found = feeds.horizon(school.pk, date(2027, 2, 10), calendar=calendar)
    assert [week["label"] for week in found["weeks"]][:3] == ["8", "15", "22"]
    assert found["weeks"][0] == {"label": "8", "now": True, "closed": False}
    assert [(m["name"], m["weeks"]) for m in found["months"]] == [("February", 3), ("March", 5), ("April", 4)]
    reports = next(row for row in found["rows"] if row["label"] == "Reports to send")
    assert reports["cells"][0] == [
        {"status": "danger", "count": 1, "label": "overdue: 1", "url": "/deadlines/?row=reports&week=2027-02-08"}
    ]
    assert reports["cells"][1:] == [[]] * 11
    decisions = next(row for row in found["rows"] if row["label"] == "Decisions awaited")
    assert decisions["cells"][2][0]["label"] == "waiting for the local authority"


def counted(school, on) -> int:
    rows = in_one_query(calendar_parts(school.pk) | feeds.risk_parts(school.pk, on))
    return feeds.count_at_risk(rows, on, calendar_of(rows))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 23), 1),  # the advice of the needs assessment
        (date(2027, 1, 5), 3),  # late advice; invitations and the advice to send
        (date(2027, 1, 20), 4),  # and the booked meeting
    ],
)
def test_the_side_bar_counts_what_today_lists_in_one_query(
    school, booked, sendco, django_assert_num_queries, on, expected
):
    pupil = factories.PupilFactory(school=school)
    actions.open_needs_assessment(
        pupil=pupil, received_on=date(2026, 9, 7), by=sendco, advice_requested_on=date(2026, 10, 19)
    )
    listed = feeds.at_risk(school.pk, on, calendar=calendar_for(school.pk))
    with django_assert_num_queries(1):
        assert counted(school, on) == len(listed) == expected


def test_weeks_without_school_are_marked_closed(school, booked):
    found = feeds.horizon(school.pk, TODAY, calendar=calendar_for(school.pk))
    assert [week["label"] for week in found["weeks"] if week["closed"]] == ["21", "28"]


def test_the_register_shows_our_next_step_in_one_query(school, booked, sendco, django_assert_num_queries):
    other = factories.PupilFactory(school=school)
    with django_assert_num_queries(1):
        found = feeds.next_steps([booked.pupil_id, other.pk], TODAY)
    assert set(found) == {booked.pupil_id}
    step = found[booked.pupil_id]
    assert (step.status, step.chip, step.text) == ("ok", "On track, 50 days", "Invitations, 12 January 2027")


def test_feeds_cost_two_queries(school, booked, on_roll, django_assert_num_queries):
    with django_assert_num_queries(2):
        feeds.at_risk(school.pk, TODAY)


# --- Reminders --------------------------------------------------------------------------------------------


def told(day) -> list[tuple[str, str, date]]:
    return sorted({(r.kind, r.text, r.due_on) for r in reminders(day)})


def test_reminders_begin_a_week_before_the_working_date(booked):
    assert told(date(2027, 1, 4)) == []
    assert told(date(2027, 1, 5)) == [
        (
            "review_advice_circulated_by",
            "Advice for the review of KM must go to everyone by 12 January 2027",
            date(2027, 1, 12),
        ),
        ("review_invite_by", "Invitations for the review of KM must go by 12 January 2027", date(2027, 1, 12)),
    ]


def test_the_meeting_is_announced_the_day_before_and_asked_for_after(invited):
    assert ("review_meeting", "Review meeting of KM on 26 January 2027 at 2pm", date(2027, 1, 26)) in told(
        date(2027, 1, 25)
    )
    assert (
        "review_not_recorded",
        "Record whether the review meeting of KM on 26 January 2027 took place",
        date(2027, 1, 26),
    ) in told(date(2027, 1, 27))


def test_a_late_authority_is_asked_and_not_before(reported):
    assert told(date(2027, 2, 23)) == []
    assert told(date(2027, 2, 24)) == [
        (
            "review_decision_by",
            "The local authority’s decision on the review of KM was due by 23 February 2027. Ask for it",
            date(2027, 2, 23),
        )
    ]


def test_booking_is_reminded_before_the_latest_meeting(review):
    assert told(date(2027, 1, 29)) == [
        (
            "review_meeting_latest",
            "The review meeting of KM must be booked for 5 February 2027 or earlier",
            date(2027, 2, 5),
        )
    ]


def test_reminders_go_to_sendcos_admins_and_the_owner_of_that_school_only(school, booked, sendco):
    admin = factories.person(Role.ADMIN, school)
    factories.person(Role.TEACHER, school)
    factories.person(Role.SENDCO, factories.SchoolFactory())
    recipients = {r.recipient_id for r in reminders(date(2027, 1, 5))}
    assert recipients == {sendco.pk, admin.pk}


def test_collecting_twice_tells_each_person_once(booked, sendco):
    first = collect(today=date(2027, 1, 5))
    assert (first, collect(today=date(2027, 1, 5)), collect(today=date(2027, 1, 6))) == (2, 0, 0)
    assert not [text for text in Notification.objects.values_list("text", flat=True) if "Kofi" in text]


def test_advice_for_a_needs_assessment_is_reminded(on_roll, sendco):
    actions.open_needs_assessment(
        pupil=on_roll, received_on=date(2026, 9, 7), by=sendco, advice_requested_on=date(2026, 10, 19)
    )
    found = told(TODAY)
    assert (
        "assessment_advice_by", "Needs assessment of KM: school’s advice must go by 30 November 2026", date(2026, 11, 30),
    ) in found  # fmt: skip
    assert (
        "assessment_decision_by",
        "Needs assessment of KM: decision whether to assess was due from the local authority by 19 October 2026",
        date(2026, 10, 19),
    ) in found


def test_plan_reviews_go_to_the_key_adult_else_the_sendco(school, on_roll, sendco):
    Plan.objects.create(pupil=on_roll, state="active", starts=date(2026, 9, 7), review_on=date(2026, 12, 1))
    assert [r.recipient_id for r in reminders(TODAY)] == [sendco.pk]
    adult = factories.person(Role.SUPPORT, school)
    on_roll.key_adult = adult
    on_roll.save()
    assert [(r.recipient_id, r.text) for r in reminders(TODAY)] == [
        (adult.pk, "The plan of KM is due for review on 1 December 2026")
    ]


def test_the_day_to_work_to_says_why_it_is_sooner(school, held, sendco, on_roll):
    """26 December is a Saturday in the holiday; of an assessment one aims for the day before, school or not."""
    other = factories.PupilFactory(school=school, forename="Ada", surname="Bird")
    actions.open_needs_assessment(
        pupil=other, received_on=date(2026, 10, 1), by=sendco, advice_requested_on=date(2026, 10, 15)
    )
    items = {item.key: item for item in feeds.due_items(school.pk, TODAY, calendar=calendar_for(school.pk))}
    assert items["advice_by"].due == date(2026, 11, 26)
    assert items["advice_by"].work_to == "aim for 25 November 2026"
    assert items["decision_by"].work_to == ""
    assert items["report_by"].work_to == ""


def test_a_date_in_the_holidays_is_worked_to_before_them(school, review, sendco):
    actions.schedule_meeting(
        review=review, version=review.version, meeting_on=date(2026, 12, 15), meeting_at=time(14), place="Hall", by=sendco,
        on=TODAY,
    )  # fmt: skip
    items = {item.key: item for item in feeds.due_items(school.pk, TODAY, calendar=calendar_for(school.pk))}
    assert items["report_by"].due == date(2026, 12, 29)
    assert items["report_by"].work_to == "school is closed: work to 18 December 2026"


def test_the_authority_is_late_after_its_legal_date_whatever_our_holidays(school, reported):
    """The meeting is on 26 January, so the decision is due on 23 February, in no holiday; a Saturday makes the difference."""
    step = reported.steps.get(key="decision_by")
    type(step).objects.filter(pk=step.pk).update(due_on=date(2027, 2, 20), target_on=date(2027, 2, 19))
    texts = {reminder.text for reminder in reminders(date(2027, 2, 21)) if reminder.kind == "review_decision_by"}
    assert texts == {"The local authority’s decision on the review of KM was due by 20 February 2027. Ask for it"}
