"""Pages of reviews: who sees what, what a form refuses, and what each costs."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from provision.models import Line
from reviews import actions
from reviews.models import EhcPlan, Invitee, Review
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("on_day")]

TODAY = date(2026, 11, 23)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LISTS = ("deadlines", "calendar", "list", "meetings", "assessments", "deadlines-export")


def url(name: str, *args) -> str:
    return reverse(f"reviews:{name}", args=args)


def texts(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SENDCO, 200),
        (Role.HEAD, 200),
        (Role.ADMIN, 200),
        (Role.SAFEGUARDING, 200),
        (Role.FEDERATION_LEAD, 200),
        (Role.SUPPORT, 403),
        (Role.GOVERNOR, 403),
        (Role.SYSTEM_ADMIN, 403),
    ],
)
def test_lists_open_for_who_sees_dates(school, sign_in, role, expected):
    client = sign_in(role, school)
    assert [client.get(url(name)).status_code for name in LISTS] == [expected] * len(LISTS)


@pytest.mark.parametrize(
    ("role", "page", "pack", "edit"),
    [
        (Role.SENDCO, 200, 200, 200),
        (Role.HEAD, 200, 200, 403),
        (Role.ADMIN, 200, 403, 200),
        (Role.SAFEGUARDING, 200, 200, 403),
        (Role.TEACHER, 404, 404, 404),
        (Role.SUPPORT, 404, 404, 404),
        (Role.GOVERNOR, 404, 404, 404),
    ],
)
def test_one_review_by_role(school, invited, sign_in, role, page, pack, edit):
    client = sign_in(role, school)
    found = [client.get(url(name, invited.pk)).status_code for name in ("review", "pack", "invite")]
    assert found == [page, pack, edit]


def test_nobody_reaches_a_review_of_another_school(two_schools, invited, sign_in):
    client = sign_in(Role.SENDCO, two_schools[1])
    person = invited.invitees.first()
    assert client.get(url("review", invited.pk)).status_code == 404
    assert client.get(url("ehc-plan", invited.plan_id)).status_code == 404
    assert client.get(url("invitee-advice", person.pk)).status_code == 404
    assert client.post(url("invitee-remind", person.pk)).status_code == 404
    assert "Mensah" not in texts(client.get(url("list"))) + texts(client.get(url("deadlines")))
    assert "Mensah" not in texts(client.get(url("deadlines-export")))
    assert client.get(f"{url('schedule')}?review={invited.pk}").status_code == 404


def test_an_admin_assistant_sees_dates_and_not_what_people_wrote(school, plan, invited, sendco, sign_in):
    actions.add_outcome(plan=plan, text="Asks for help in class", by=sendco)
    parent = invited.invitees.get(kind="parent")
    actions.record_advice(invitee=parent, version=parent.version, text="He dreads mornings", on=TODAY, by=sendco)
    client = sign_in(Role.ADMIN, school)
    page = texts(client.get(url("review", invited.pk)))
    assert "Statutory timeline" in page
    assert "Asks for help in class" not in page
    advice = texts(client.get(url("invitee-advice", parent.pk)))
    assert "He dreads mornings" not in advice
    assert AuditEvent.objects.filter(kind="contribution.read").count() == 0
    assert client.get(url("report-edit", invited.pk)).status_code == 403
    assert client.get(url("outcome-add", plan.pk)).status_code == 403


def test_a_teacher_reaches_own_pupils_only_and_writes_own_advice(school, invited, sendco, sign_in):
    klass = factories.SchoolClassFactory(school=school)
    client = sign_in(Role.TEACHER, school)
    client.user.memberships.get().classes.add(klass)
    assert client.get(url("review", invited.pk)).status_code == 404
    invited.pupil.school_class = klass
    invited.pupil.save()
    mine = actions.add_invitee(
        review=invited, by=sendco, kind="school", name=client.user.name, email=client.user.email, user=client.user
    )
    assert client.get(url("review", invited.pk)).status_code == 200
    response = client.post(url("invitee-advice", mine.pk), {"version": mine.version, "advice": "He reads well"})
    assert response.status_code == 302
    mine.refresh_from_db()
    assert (mine.advice, mine.advice_received_on) == ("He reads well", TODAY)
    assert "He reads well" in texts(client.get(url("invitee-advice", mine.pk)))
    other = invited.invitees.get(kind="parent")
    assert client.get(url("invitee-advice", other.pk)).status_code == 403
    assert client.post(url("invitee-advice", other.pk), {"version": 1, "advice": "x"}).status_code == 403


def test_looking_at_a_review_and_at_what_somebody_sent_is_audited(school, invited, sign_in):
    client = sign_in(Role.SENDCO, school)
    client.get(url("review", invited.pk))
    client.get(url("pack", invited.pk))
    client.get(url("invitee-advice", invited.invitees.get(kind="parent").pk))
    kinds = AuditEvent.objects.filter(actor_id=client.user.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["review.viewed", "review.pack_printed", "contribution.read"]


def test_the_page_names_rule_date_and_next_step(school, invited, sign_in):
    page = texts(sign_in(Role.SENDCO, school).get(url("review", invited.pk)))
    for words in (
        "64 days before the meeting.",
        "Regulation 20(3)",
        "Two weeks before the meeting.",
        "12 January 2027",
        "Send the advice by Tuesday 12 January 2027. 0 of 6 people have sent theirs.",
        "Check and send advice",
        "Must be invited",
    ):
        assert words in page


def test_every_date_is_explained_with_its_binding_limb(school, booked, sign_in):
    page = texts(sign_in(Role.HEAD, school).get(url("dates", booked.pk)))
    assert "four weeks from the meeting" in page
    assert "SEND Regulations 2014 (SI 2014/1530), regulation 20(10)" in page
    assert "The local authority has not sent its decision." in page


def test_recording_a_plan_opens_its_review(school, sign_in):
    pupil = factories.PupilFactory(school=school)
    client = sign_in(Role.SENDCO, school)
    data = {"la_code": "330", "first_made_on": "2026-03-14"}
    response = client.post(url("ehc-plan-add", pupil.pk), data)
    review = Review.objects.get()
    assert response.url == review.get_absolute_url()
    assert (review.due_on, review.owner) == (date(2027, 3, 13), client.user)
    assert client.get(url("ehc-plan-add", pupil.pk)).url == url("ehc-plan", review.plan_id)


def test_a_plan_made_in_the_future_is_refused_in_words(school, sign_in):
    pupil = factories.PupilFactory(school=school)
    response = sign_in(Role.SENDCO, school).post(
        url("ehc-plan-add", pupil.pk), {"la_code": "330", "first_made_on": "2027-03-14"}
    )
    assert response.status_code == 422
    assert "14 March 2027 is in the future" in texts(response)
    assert not EhcPlan.objects.exists()


def test_a_stale_plan_form_shows_both_versions_and_can_be_saved_over(school, plan, sendco, sign_in):
    client = sign_in(Role.SENDCO, school)
    data = {"la_code": "330", "first_made_on": "2025-03-14", "last_decision_on": "2026-03-06", "version": plan.version}
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, top_up_pounds=4000)
    response = client.post(url("ehc-plan-edit", plan.pk), {**data, "top_up_pounds": "5000"})
    assert response.status_code == 409
    assert "changed this while you were writing" in texts(response)
    assert EhcPlan.objects.get(pk=plan.pk).top_up_pounds == 4000
    response = client.post(url("ehc-plan-edit", plan.pk), {**data, "top_up_pounds": "5000", "version": 2})
    assert response.status_code == 302
    assert EhcPlan.objects.get(pk=plan.pk).top_up_pounds == 5000


def test_a_second_review_is_refused_on_screen(school, review, sign_in):
    response = sign_in(Role.SENDCO, school).post(url("review-add", review.pupil_id), {"kind": "annual"})
    assert response.status_code == 422
    assert "A review of this plan is open already" in texts(response)


def test_outcomes_and_section_f_are_kept_and_linked(school, plan, sign_in):
    client = sign_in(Role.SENDCO, school)
    client.post(url("outcome-add", plan.pk), {"text": "Asks for help"})
    outcome = plan.outcomes.get()
    client.post(url("outcome-edit", outcome.pk), {"text": "Asks an adult for help", "version": 1})
    client.post(url("section-f-add", plan.pk), {"text": "Daily speech work", "minutes_per_week": 75})
    item = plan.provision_items.get()
    client.post(url("section-f-edit", item.pk), {"text": "Speech work each day", "minutes_per_week": 80, "version": 1})
    page = texts(client.get(url("ehc-plan", plan.pk)))
    assert "Asks an adult for help" in page
    assert "Speech work each day" in page
    assert "Not on the Provision Map" in page
    client.post(url("outcome-remove", outcome.pk))
    client.post(url("section-f-remove", item.pk))
    assert (plan.outcomes.count(), plan.provision_items.count(), Line.objects.count()) == (0, 0, 0)


def test_an_outcome_is_rated_from_the_page(school, plan, booked, sendco, sign_in):
    outcome = actions.add_outcome(plan=plan, text="Asks for help", by=sendco)
    client = sign_in(Role.SENDCO, school)
    response = client.post(url("outcome-rate", booked.pk, outcome.pk), {"rating": "2", "evidence": "24 sessions"})
    assert response.status_code == 302
    assert list(booked.outcome_progress.values_list("rating", "evidence")) == [(2, "24 sessions")]
    assert client.post(url("outcome-rate", booked.pk, outcome.pk), {"rating": "9"}).status_code == 400


def test_the_way_from_the_meeting_to_the_letter(school, invited, sign_in, on_day):
    client = sign_in(Role.ADMIN, school)
    on_day.move_to("2027-02-20 09:00:00+00:00")
    client.force_login(client.user, backend=BACKEND)
    parent = invited.invitees.get(kind="parent")
    client.post(url("hold", invited.pk), {"on": "2027-01-26", "attended": [parent.pk]})
    refused = client.post(url("report-send", invited.pk), {"on": "2027-02-02", "to": "All"})
    assert refused.status_code == 422
    assert "Write the headteacher’s recommendations first" in texts(refused)
    Review.objects.filter(pk=invited.pk).update(recommendations="Keep Section F")
    client.post(url("report-send", invited.pk), {"on": "2027-02-02", "to": "All"})
    no_letter = client.post(url("decision", invited.pk), {"decision": "amend"})
    assert no_letter.status_code == 422
    assert "Enter the date of the local authority’s letter" in texts(no_letter)
    client.post(url("decision", invited.pk), {"decision": "amend", "notice_on": "2027-02-16", "reference": "SEN/77"})
    client.post(url("final-plan", invited.pk), {"on": "2027-02-19"})
    review = Review.objects.get(pk=invited.pk)
    assert (review.state, review.notice_reference, review.final_plan_on) == ("complete", "SEN/77", date(2027, 2, 19))


def test_cancelling_from_the_page_needs_a_reason(school, booked, sign_in):
    client = sign_in(Role.SENDCO, school)
    assert client.post(url("cancel", booked.pk), {"reason": ""}).status_code == 422
    assert client.post(url("cancel", booked.pk), {"reason": "Moved away"}).status_code == 302
    assert Review.objects.get(pk=booked.pk).state == "cancelled"


def test_a_step_out_of_order_says_why(school, review, sign_in):
    response = sign_in(Role.SENDCO, school).post(
        url("decision", review.pk), {"decision": "keep", "notice_on": "2026-11-20", "reference": "A"}
    )
    assert response.status_code == 422
    assert "This review stands at “not scheduled”." in texts(response)


# --- Lists ------------------------------------------------------------------------------------------------


def more_reviews(school, by, count):
    for n in range(count):
        pupil = factories.PupilFactory(school=school)
        plan = actions.open_ehc_plan(
            pupil=pupil, la_code="330", first_made_on=date(2025, 3, 1), last_decision_on=date(2026, 1, 20) + timedelta(days=n),
            by=by,
        )  # fmt: skip
        review = actions.open_review(plan=plan, kind="annual", by=by, on=TODAY)
        actions.open_needs_assessment(
            pupil=factories.PupilFactory(school=school), received_on=date(2026, 10, 1) + timedelta(days=n), by=by
        )
        if n % 2:
            actions.schedule_meeting(
                review=review,
                version=1,
                meeting_on=date(2026, 12, 10),
                meeting_at=time(9),
                place="Hall",
                by=by,
                on=TODAY,
            )


@pytest.mark.parametrize(
    ("name", "queries"),
    [("deadlines", 6), ("calendar", 6), ("list", 8), ("meetings", 6), ("schedule", 6), ("assessments", 6)],
)
def test_lists_cost_the_same_at_two_sizes(school, sendco, client, django_assert_num_queries, name, queries):
    client.force_login(sendco, backend=BACKEND)
    more_reviews(school, sendco, 2)
    client.get(url(name))
    with django_assert_num_queries(queries):
        client.get(url(name))
    more_reviews(school, sendco, 6)
    with django_assert_num_queries(queries):
        client.get(url(name))


def test_the_review_page_costs_the_same_at_two_sizes(school, plan, invited, sendco, client, django_assert_num_queries):
    client.force_login(sendco, backend=BACKEND)
    actions.add_outcome(plan=plan, text="One", by=sendco)
    client.get(url("review", invited.pk))
    with django_assert_num_queries(11):
        client.get(url("review", invited.pk))
    for n in range(4):
        actions.add_outcome(plan=plan, text=f"Outcome {n}", by=sendco)
        Invitee.objects.create(review=invited, kind="other", name=f"Somebody {n}")
    with django_assert_num_queries(11):
        client.get(url("review", invited.pk))


def test_views_of_the_list_count_and_filter(school, sendco, booked, reported, client):
    client.force_login(sendco, backend=BACKEND)
    page = client.get(url("list"), {"view": "waiting"})
    assert [view["count"] for view in page.context["views"]] == [1, 0, 0, 1, 0]
    assert "Kofi Mensah" in texts(page)
    assert "No reviews match" in texts(client.get(url("list"), {"view": "finished"}))
    assert "Early review" in texts(client.get(url("list"), {"kind": "early"}))


def test_deadlines_filter_by_who_acts_and_export_the_same(school, sendco, booked, client):
    client.force_login(sendco, backend=BACKEND)
    mine = client.get(url("deadlines"), {"who": "school"})
    assert [item.key for item in mine.context["page"]] == [
        "advice_circulated_by", "invite_by", "meeting_latest", "report_by",
    ]  # fmt: skip
    assert len(client.get(url("deadlines"), {"when": "overdue"}).context["page"].object_list) == 0
    week = client.get(url("deadlines"), {"week": "2027-01-11", "row": "invitations"})
    assert [item.key for item in week.context["page"]] == ["invite_by"]
    lines = texts(client.get(url("deadlines-export"), {"row": "invitations"})).splitlines()
    assert lines[0].lstrip("\ufeff").startswith("Pupil,Year,What,Legal date,Working date")
    assert lines[1].startswith("Kofi Mensah,Year 4,Invitations,2027-01-12,2027-01-12,school,")
    assert len(lines) == 2
    assert AuditEvent.objects.get(kind="deadlines.exported").details == {"rows": 1}


def test_a_formula_in_a_name_is_not_run_by_a_spreadsheet(school, sendco, client):
    pupil = factories.PupilFactory(school=school, forename="=1+1", surname="X")
    plan = actions.open_ehc_plan(pupil=pupil, la_code="330", first_made_on=date(2026, 3, 1), by=sendco)
    actions.open_review(plan=plan, kind="annual", by=sendco, on=TODAY)
    client.force_login(sendco, backend=BACKEND)
    assert "'=1+1 X" in texts(client.get(url("deadlines-export")))
