"""A review beside the one before it, the timeline's links, and the sentence above the lists."""

from datetime import date, time

import pytest
from django.urls import reverse

from reviews import actions, links
from reviews.clock_rules import Owner
from reviews.deadlines import status_on
from reviews.models import ContributionLink, Invitee, Review
from reviews.present import chip_and_note
from reviews.views.lists import _lead
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core import clock
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("on_day")]

TODAY = date(2026, 11, 23)


def url(name: str, *args) -> str:
    return reverse(f"reviews:{name}", args=args)


def contribute(review, kind, **answers) -> None:
    """Views by link, as sent."""
    person = review.invitees.get(kind=kind)
    link = ContributionLink.objects.filter(invitee=person).first()
    if link is None:
        link = ContributionLink.objects.create(
            invitee=person, token_hash=links.hash_of(str(person.pk)), expires_on=review.meeting_on
        )
    ContributionLink.objects.filter(pk=link.pk).update(answers=answers, submitted_at=clock.now())


@pytest.fixture
def two_years(plan, reported, sendco) -> tuple[Review, Review]:
    """Last year's review with ratings and views, and this year's, held."""
    first = actions.add_outcome(plan=plan, text="Kofi asks for help", by=sendco)
    second = actions.add_outcome(plan=plan, text="Kofi takes turns", by=sendco)
    actions.rate_outcome(review=reported, outcome=first, rating=1, by=sendco, evidence="Once a day")
    actions.rate_outcome(review=reported, outcome=second, rating=2, by=sendco)
    contribute(reported, "parent", liked="He is kind", next="More reading")
    actions.record_decision(
        review=reported, decision="keep", notice_on=date(2027, 2, 16), reference="SEN/77", by=sendco
    )
    now = Review.objects.exclude(pk=reported.pk).get()
    now = actions.schedule_meeting(
        review=now, version=now.version, meeting_on=date(2028, 1, 11), meeting_at=time(14), place="Hall", by=sendco,
        on=date(2027, 11, 1), short_notice_reason="School year not entered yet",
    )  # fmt: skip
    actions.rate_outcome(review=now, outcome=first, rating=3, by=sendco, evidence="Whenever he needs it")
    actions.rate_outcome(review=now, outcome=second, rating=1, by=sendco)
    contribute(now, "parent", liked="He is kind and funny")
    child = now.invitees.get(kind="pupil")
    Invitee.objects.filter(pk=child.pk).update(advice="I like maths")
    reported.refresh_from_db()
    return reported, now


def test_outcomes_views_and_decisions_stand_side_by_side(school, two_years, sign_in):
    before, now = two_years
    client = sign_in(Role.HEAD, school)
    page = client.get(url("compare", now.pk))
    assert page.context["before"] == before
    assert [(row.before.rating, row.now.rating, row.change) for row in page.context["outcomes"]] == [
        (1, 3, ("ok", "Further on")),
        (2, 1, ("warn", "Further back")),
    ]
    child, parent = page.context["sides"]
    assert (child.who, child.before, child.now.advice) == ("Kofi Mensah, pupil", None, "I like maths")
    assert parent.who == "Abena Mensah, parent"
    assert parent.before.answers == (
        ("What do you like about Kofi?", "He is kind"),
        ("What would you like to happen next?", "More reading"),
    )
    assert parent.now.answers == (("What do you like about Kofi?", "He is kind and funny"),)
    assert page.context["facts"][0] == {
        "label": "Meeting",
        "before": "26 January 2027",
        "now": "Booked for 11 January 2028",
    }
    assert page.context["facts"][-1]["before"] == "Keep the plan as it is, 16 February 2027"
    text = page.content.decode()
    for words in ("Whenever he needs it", "Once a day", "Nothing came", "11 January 2028 beside 26 January 2027"):
        assert words in text
    event = AuditEvent.objects.get(kind="review.compared")
    assert (event.actor_id, event.pupil_id) == (client.user.pk, now.pupil_id)


def test_a_first_review_has_nothing_to_compare_with(school, invited, sign_in):
    client = sign_in(Role.SENDCO, school)
    assert "no earlier review to compare with" in client.get(url("compare", invited.pk)).content.decode()
    assert url("compare", invited.pk) not in client.get(url("review", invited.pk)).content.decode()


def test_the_review_offers_the_comparison_to_who_reads_it_in_full(school, two_years, sign_in):
    _, now = two_years
    link = url("compare", now.pk)
    assert link in sign_in(Role.SENDCO, school).get(url("review", now.pk)).content.decode()
    assert link not in sign_in(Role.ADMIN, school).get(url("review", now.pk)).content.decode()


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.SENDCO, 200), (Role.HEAD, 200), (Role.ADMIN, 403), (Role.TEACHER, 404), (Role.GOVERNOR, 404)],
)
def test_who_compares(school, two_years, sign_in, role, expected):
    assert sign_in(role, school).get(url("compare", two_years[1].pk)).status_code == expected


def test_comparing_costs_the_same_at_two_sizes(school, plan, two_years, sendco, sign_in, django_assert_num_queries):
    _, now = two_years
    client = sign_in(Role.SENDCO, school)
    client.get(url("compare", now.pk))
    with django_assert_num_queries(9):
        client.get(url("compare", now.pk))
    for n in range(4):
        actions.add_outcome(plan=plan, text=f"Outcome {n}", by=sendco)
        Invitee.objects.create(review=now, kind="other", name=f"Somebody {n}", advice="Well done")
    with django_assert_num_queries(9):
        assert len(client.get(url("compare", now.pk)).context["sides"]) == 6


# --- The timeline's links -------------------------------------------------------------------------------


def recorded_at(client, review) -> dict[str, str]:
    return {
        row["title"]: row["action"]
        for row in client.get(url("review", review.pk)).context["timeline"]
        if "action" in row
    }


def test_each_step_that_can_be_marked_as_done_leads_to_its_form(school, booked, sendco, sign_in, on_day):
    client = sign_in(Role.ADMIN, school)
    assert recorded_at(client, booked) == {"Invitations": "Record as sent"}
    actions.change_invitee(
        invitee=booked.invitees.get(kind="health"), version=1, by=sendco, name="Ruth", email="ruth@nhs.invalid"
    )
    actions.send_invitations(review=booked, by=sendco, on=TODAY)
    assert recorded_at(client, booked) == {"Advice to everyone": "Record as sent"}
    on_day.move_to("2027-01-26 15:30:00+00:00")
    client = sign_in(Role.SENDCO, school)
    assert recorded_at(client, booked) == {"Advice to everyone": "Record as sent", "Meeting": "Record the meeting"}
    actions.hold_meeting(review=booked, on=date(2027, 1, 26), by=sendco)
    assert recorded_at(client, booked) == {"Local authority decides": "Record the letter"}
    booked.refresh_from_db()
    actions.write_report(
        review=booked, version=booked.version, by=sendco, summary="", recommendations="Keep it.", differences=""
    )
    assert recorded_at(client, booked) == {"Report": "Record as sent", "Local authority decides": "Record the letter"}
    actions.record_decision(review=booked, decision="amend", notice_on=date(2027, 2, 9), reference="S/1", by=sendco)
    assert recorded_at(client, booked) == {"Final plan, if amended": "Record the plan"}


def test_the_timeline_offers_nothing_to_who_only_reads(school, booked, sign_in):
    assert recorded_at(sign_in(Role.HEAD, school), booked) == {}


# --- The sentence above the lists -----------------------------------------------------------------------


class Item:
    """What `_lead` looks at."""

    is_ours = True

    def __init__(self, due: date) -> None:
        self.due = self.working = due


PAST, SOON = Item(date(2026, 11, 20)), Item(date(2026, 12, 18))


@pytest.mark.parametrize(
    ("risky", "sentence"),
    [
        ([PAST, SOON, SOON], "1 date of ours has passed. 2 more come soon."),
        ([PAST, PAST, SOON], "2 dates of ours have passed. 1 more comes soon."),
        ([PAST], "1 date of ours has passed. Nothing else comes soon."),
        ([SOON], "Nothing is overdue. 1 date of ours comes soon."),
        ([SOON, SOON], "Nothing is overdue. 2 dates of ours come soon."),
        ([], "Nothing is at risk. The next date is 18 December 2026."),
    ],
)
def test_the_lead_says_soon_where_a_closure_not_a_week_makes_it_so(risky, sentence):
    assert _lead([PAST, SOON], risky, TODAY) == sentence


# --- What is missing ------------------------------------------------------------------------------------


def test_a_plan_on_the_register_without_dates_is_asked_for(school, review, sign_in):
    other = factories.PupilFactory(school=school, forename="Ada", surname="Bird", sen_status="E")
    factories.PupilFactory(school=school, sen_status="E", left_on=date(2026, 9, 1))
    client = sign_in(Role.SENDCO, school)
    page = client.get(url("list"))
    assert page.context["without_plan"] == [other]
    assert url("ehc-plan-add", other.pk) in page.content.decode()
    assert sign_in(Role.HEAD, school).get(url("list")).context["without_plan"] == []


@pytest.mark.parametrize(
    ("kind", "year_group", "year"),
    [("primary", "6", 2027), ("primary", "4", 2029), ("primary", "R", 2033), ("primary", "N2", 2034), ("infant", "2", 2027),
     ("junior", "5", 2028), ("first", "4", 2027), ("secondary", "11", 2027), ("special", "6", None), ("primary", "X", None),
     ("primary", "7", None)],
)  # fmt: skip
def test_the_year_of_the_transfer_is_proposed_from_year_group_and_school(school, sign_in, kind, year_group, year):
    type(school).objects.update(kind=kind)
    pupil = factories.PupilFactory(school=school, year_group=year_group, sen_status="E")
    form = sign_in(Role.SENDCO, school).get(url("ehc-plan-add", pupil.pk)).context["form"]
    assert form.initial.get("phase_transfer_year") == year
    assert form.initial.get("is_to_post_16", False) == (kind == "secondary")


@pytest.mark.parametrize(
    ("year_group", "known", "asked"),
    [("6", None, True), ("6", 2027, False), ("5", None, True), ("4", None, False), ("6", 2020, True)],
)
def test_a_plan_that_does_not_know_of_the_coming_transfer_is_asked_for_the_year(
    school, plan, review, sign_in, year_group, known, asked
):
    type(plan.pupil).objects.update(year_group=year_group)
    type(plan).objects.update(phase_transfer_year=known)
    client = sign_in(Role.SENDCO, school)
    for page in (client.get(url("review", review.pk)), client.get(url("ehc-plan", plan.pk))):
        assert ("and the plan does not say so" in page.content.decode()) == asked


def test_nobody_is_reminded_of_a_meeting_that_was_held(school, invited, sendco, sign_in):
    client = sign_in(Role.SENDCO, school)
    assert any(row["can_remind"] for row in client.get(url("review", invited.pk)).context["people"])
    actions.hold_meeting(review=invited, on=date(2026, 11, 23), by=sendco)
    page = client.get(url("review", invited.pk))
    assert not any(row["can_remind"] for row in page.context["people"])
    assert "Links stop working" not in page.content.decode()


def test_the_authority_is_not_told_to_work_around_our_holidays(school, reported, sendco, sign_in):
    rows = {
        row["title"]: row for row in sign_in(Role.SENDCO, school).get(url("review", reported.pk)).context["timeline"]
    }
    assert rows["Local authority decides"]["working_date"] is None


def test_the_list_and_the_deadlines_agree_about_a_meeting_booked_late(school, review, sendco, sign_in):
    """Booked after the last day that leaves the authority its time: a risk that was taken, but nothing is overdue."""
    late = actions.schedule_meeting(
        review=review, version=review.version, meeting_on=date(2027, 2, 23), meeting_at=time(14), place="Hall", by=sendco,
        on=TODAY,
    )  # fmt: skip
    late.steps.filter(key="meeting_latest").update(due_on=date(2026, 11, 20), target_on=date(2026, 11, 20))
    late.steps.exclude(key="meeting_latest").update(due_on=date(2027, 3, 20), target_on=None)
    client = sign_in(Role.SENDCO, school)
    [row] = client.get(url("list")).context["rows"]
    assert (row["words"], row["step"].due) == ("On track, 92 days", date(2027, 2, 23))
    assert client.get(url("list"), {"view": "overdue"}).context["rows"] == []
    assert client.get(url("deadlines"), {"when": "overdue"}).context["page"].object_list == []


def test_a_meeting_that_was_to_be_booked_by_now_is_asked_for_at_once(school, review, sendco, sign_in):
    review.steps.filter(key="meeting_latest").update(due_on=date(2026, 11, 20), target_on=None)
    page = sign_in(Role.SENDCO, school).get(url("review", review.pk)).content.decode()
    assert "Set a meeting as soon as you can: it had to be on or before Friday 20 November 2026." in page


def test_a_step_of_the_timeline_has_a_short_chip_and_its_days_beside_it(school, review, sendco, sign_in):
    actions.schedule_meeting(
        review=review, version=review.version, meeting_on=date(2026, 12, 1), meeting_at=time(14), place="Hall", by=sendco,
        on=TODAY, short_notice_reason="Asked for by the family",
    )  # fmt: skip
    review.steps.filter(key="meeting_latest").update(due_on=date(2026, 11, 20), target_on=None)
    review.steps.filter(key="invite_by").update(done_on=date(2026, 11, 22))
    client = sign_in(Role.SENDCO, school)
    rows = client.get(url("review", review.pk)).context["timeline"]
    assert [(row["text"], row["note"]) for row in rows[:4]] == [
        ("Sent too late", "9 days before the meeting. The last day was 17 November 2026."),
        ("Overdue", "By 6 days."),
        ("In 8 days", "Later than 20 November 2026."),
        ("On track", "22 days left."),
    ]


@pytest.mark.parametrize(
    ("due", "owner", "done", "expected"),
    [
        (date(2026, 11, 23), "school", None, ("Due today", "")),
        (date(2026, 11, 24), "school", None, ("Due soon", "1 day left.")),
        (date(2027, 5, 1), "school", None, ("On track", "159 days left.")),
        (date(2026, 11, 20), "school", None, ("Overdue", "By 3 days.")),
        (date(2026, 11, 20), "local authority", None, ("Late", "By 3 days.")),
        (date(2026, 11, 26), "local authority", None, ("Waiting", "3 days left.")),
        (date(2026, 11, 23), "local authority", None, ("Waiting", "Due today.")),
        (date(2026, 11, 23), "school", date(2026, 11, 20), ("Done", "3 days before.")),
        (date(2026, 11, 20), "school", date(2026, 11, 20), ("Done", "On the last day.")),
        (date(2026, 11, 20), "school", date(2026, 11, 21), ("Done late", "1 day late.")),
        (None, "school", date(2026, 11, 21), ("Done", "")),
        (date(2026, 11, 26), "for information", None, ("For information", "")),
    ],
)
def test_a_status_in_a_word_and_its_days(due, owner, done, expected):
    assert chip_and_note(status_on(due=due, on=TODAY, owner=Owner(owner), done_on=done)) == expected
