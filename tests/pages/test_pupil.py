"""The pupil page and its sections: who sees what, what it costs, what it says."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from provision import actions as provision
from provision.models import Intervention
from pupils import actions
from pupils.enums import PlanState
from pupils.models import Document, Instrument, Plan
from pupils.sight import Sight
from reviews import actions as reviews
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core import clock
from sendco.pages import pupil_feed, pupil_parts
from sendco.pages.audit_words import KINDS, words_of
from tests import factories

pytestmark = pytest.mark.integration
ON = date(2026, 11, 23)
SECTIONS = ("", "profile", "needs", "plan", "provision", "reviews", "documents", "timeline", "access", "print")


def address(pupil, section=""):
    return reverse(f"pages:pupil-{section}" if section else "pages:pupil", args=[pupil.pk])


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(
        school=school,
        forename="Kofi",
        surname="Mensah",
        sen_status="K",
        attendance_percent=Decimal("94.2"),
        home_languages="Twi and English",
        medical_summary="Inhaler in class",
        strengths="Maps",
        school_class=factories.SchoolClassFactory(school=school, name="Beech"),
    )


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


def plan_of(pupil, n=0):
    plan = actions.start_plan(
        pupil=pupil,
        kind="sen_support",
        starts=date(2026, 9, 21),
        review_on=date(2026, 11, 30),
        by=None,
        assessment="Reads well",
        assessed_on=date(2026, 9, 15),
    )
    for index in range(n + 1):
        target = actions.add_target(plan=plan, area="CI", text=f"Asks for help {index}", due_on=plan.review_on, by=None)
        for day in range(1, 4 + n):
            actions.record_progress(target=target, on=date(2026, 11, day), rating=1, by=None)
    return actions.agree_plan(plan=plan, on=date(2026, 9, 23), by=None, parents_met_on=date(2026, 9, 23))


def fill(pupil, by, n):
    """n more of everything that hangs on a pupil."""
    for index in range(n):
        code = ("ASD", "SLCN", "MLD", "HI", "VI")[index]
        actions.add_need(pupil=pupil, code=code, starts=date(2026, 9, 1), by=by)
        actions.add_strategy(pupil=pupil, area="CI", text=f"Strategy {index}", starts=date(2026, 9, 1), by=by)
        actions.add_adjustment(
            pupil=pupil, barrier="Noise", adjustment=f"Seat {index}", starts=date(2026, 9, 1), by=by, owner=by
        )
        actions.write_profile(pupil=pupil, on=date(2026, 9, 1), by=by, liked_about_me=f"I am kind {index}")
        actions.add_note(pupil=pupil, kind="note", on=date(2026, 10, 1), text=f"Note {index}", by=by)
        actions.add_contact(pupil=pupil, name=f"Contact {index}", telephone="01632 960001", by=by)
        test = Instrument.objects.get(slug="standard-score")
        actions.add_score(pupil=pupil, instrument=test, on=date(2026, 9, 1), value=85, by=by)
        Document.objects.create(
            pupil=pupil,
            title=f"Letter {index}",
            on=date(2026, 9, 1),
            media_type="application/pdf",
            size=2048,
            added_by=by,
        )
        group = group_of(pupil, by, f"Group {index}")
        for session in group.sessions.filter(on__lt=ON)[: 2 + n]:
            log(session, by, rating=2)
    plan_of(pupil, n)
    pupil.refresh_from_db()


def group_of(pupil, by, name, pupils=()):
    return provision.plan_group(
        school=pupil.school,
        intervention=Intervention.objects.order_by("pk").first(),
        name=name,
        starts=date(2026, 9, 21),
        ends=date(2026, 12, 11),
        minutes=15,
        times_per_week=1,
        weeks=11,
        deliverer=by,
        grade="ta2",
        pupils=[pupil, *pupils],
        slots=[(0, time(9))],
        by=by,
    )


def log(session, by, rating, note=""):
    entries = [(line.pk, False, rating) for line in session.group.lines.all()]
    provision.log_session(session=session, version=session.version, entries=entries, note=note, by=by, at=clock.now())


def near(client, pupil):
    """Make the signed-in person the pupil's key adult."""
    pupil.key_adult = client.user
    pupil.save(update_fields=["key_adult"])


# --- Who sees what ----------------------------------------------------------------------------------------

OPEN = {
    Role.SENDCO: SECTIONS,
    Role.HEAD: SECTIONS,
    Role.FEDERATION_LEAD: SECTIONS,
    Role.TEACHER: tuple(s for s in SECTIONS if s != "access"),
    Role.SUPPORT: ("", "profile", "plan", "print"),
    Role.ADMIN: ("", "profile", "needs", "reviews", "documents", "timeline", "print"),
    Role.SAFEGUARDING: tuple(s for s in SECTIONS if s != "provision"),
}


def test_sections_by_role(sign_in, school, pupil, sendco, on_day):
    fill(pupil, sendco, 1)
    for role, opened in OPEN.items():
        client = sign_in(role, school)
        near(client, pupil)
        codes = {section: client.get(address(pupil, section)).status_code for section in SECTIONS}
        assert codes == {section: 200 if section in opened else 403 for section in SECTIONS}, role
        page = client.get(address(pupil)).content.decode()
        linked = [section for section in SECTIONS[1:-1] if f'href="{address(pupil, section)}"' in page]
        assert linked == [section for section in SECTIONS[1:-1] if section in opened], role


@pytest.mark.parametrize("role", [Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_no_section_for_governors_and_system_administrators(role, sign_in, school, pupil):
    client = sign_in(role, school)
    assert {client.get(address(pupil, section)).status_code for section in SECTIONS} == {404}


def test_no_section_for_people_of_another_school(sign_in, two_schools, pupil):
    client = sign_in(Role.SENDCO, two_schools[1])
    assert {client.get(address(pupil, section)).status_code for section in SECTIONS} == {404}
    assert not AuditEvent.objects.filter(kind="pupil.viewed").exists()


def test_a_teaching_assistant_sees_profile_strategies_and_targets_only(sign_in, school, pupil, sendco, on_day):
    fill(pupil, sendco, 1)
    client = sign_in(Role.SUPPORT, school)
    near(client, pupil)
    page = client.get(address(pupil)).content.decode() + client.get(address(pupil, "plan")).content.decode()
    for seen in ("I am kind 0", "Strategy 0", "Asks for help 0", "Inhaler in class", "Save today"):
        assert seen in page, seen
    for hidden in (
        "Reads well",
        "Note 0",
        "Letter 0",
        "Group 0",
        "Contact 0",
        "94.2%",
        "Review plan</a>",
        "Past plans",
        "Seat 0",
    ):
        assert hidden not in page, hidden


def test_an_admin_assistant_sees_no_plan_note_or_session(sign_in, school, pupil, sendco, on_day):
    fill(pupil, sendco, 1)
    client = sign_in(Role.ADMIN, school)
    pages = "".join(client.get(address(pupil, section)).content.decode() for section in OPEN[Role.ADMIN])
    assert "Contact 0" in pages
    assert "Letter 0" in pages
    for hidden in ("Asks for help", "Reads well", "Note 0", "Group 0", "Plan agreed", "Test scores"):
        assert hidden not in pages, hidden


def test_a_grant_opens_the_profile_for_its_time(sign_in, two_schools, pupil, sendco, on_day):
    client = sign_in(Role.TEACHER, two_schools[1])
    actions.grant_access(pupil=pupil, user=client.user, starts=ON, ends=ON, reason="Supply", by=sendco)
    codes = {section: client.get(address(pupil, section)).status_code for section in SECTIONS}
    assert [section for section, code in codes.items() if code == 200] == ["", "profile", "print"]
    on_day.shift(timedelta(days=1))
    client.force_login(client.user)
    assert client.get(address(pupil)).status_code == 404


def test_confidential_notes_and_documents_stay_out_of_the_timeline(sign_in, school, pupil, sendco, on_day):
    actions.add_note(pupil=pupil, kind="concern", on=ON, text="Secret words", by=sendco, is_confidential=True)
    Document.objects.create(
        pupil=pupil, title="Secret letter", on=ON, media_type="application/pdf", is_confidential=True
    )
    for role, seen in ((Role.HEAD, False), (Role.SAFEGUARDING, True)):
        client = sign_in(role, school)
        page = client.get(address(pupil, "timeline")).content.decode()
        assert ("Secret words" in page, "Secret letter" in page) == (seen, seen)
        assert "Secret words" not in client.get(address(pupil)).content.decode()


def test_a_contact_who_may_not_be_contacted_has_no_number_on_the_page(sign_in, school, pupil, sendco):
    actions.add_contact(pupil=pupil, name="Uncle Joe", telephone="01632 960999", may_not_be_contacted=True, by=sendco)
    page = sign_in(Role.SENDCO, school).get(address(pupil)).content.decode()
    assert ("Do not contact" in page, "960999" in page) == (True, False)


# --- Each look is written down ------------------------------------------------------------------------------


def test_each_section_writes_one_look(sign_in, school, pupil):
    client = sign_in(Role.SENDCO, school)
    for section in SECTIONS:
        client.get(address(pupil, section))
    looks = AuditEvent.objects.filter(kind="pupil.viewed").order_by("pk")
    assert [look.details["page"] for look in looks] == ["overview", *SECTIONS[1:]]
    assert {(look.pupil_id, look.actor_id, look.target_label) for look in looks} == {(pupil.pk, client.user.pk, "KM")}
    assert AuditEvent.objects.filter(kind="pupil.printed").count() == 1


def test_who_has_looked_reads_in_words(sign_in, school, pupil, sendco):
    actions.add_strategy(pupil=pupil, area="CI", text="x", starts=ON, by=sendco)
    page = sign_in(Role.HEAD, school).get(address(pupil, "access")).content.decode()
    assert "Looked at the record: who has looked" in page
    assert "Added a strategy" in page
    assert sendco.name in page


def test_an_unknown_kind_reads_as_its_name():
    assert words_of(AuditEvent(kind="line.bent_twice", details={})) == "Line bent twice"
    assert words_of(AuditEvent(kind="pupil.viewed", details={"page": "edit"})) == "Looked at the record"
    assert all(words[0].isupper() for words in KINDS.values())


# --- What it costs ------------------------------------------------------------------------------------------


COST = {
    Role.SENDCO: {
        "": 10,
        "profile": 9,
        "needs": 10,
        "plan": 11,
        "provision": 11,
        "reviews": 10,
        "documents": 8,
        "timeline": 9,
        "access": 9,
        "print": 9,
    },
    Role.TEACHER: {"": 10, "plan": 11, "provision": 11},
}


def test_queries_do_not_grow(sign_in, school, pupil, sendco, on_day, django_assert_num_queries):
    small = factories.PupilFactory(school=school, school_class=pupil.school_class, sen_status="K")
    fill(small, sendco, 1)
    fill(pupil, sendco, 4)
    for role, sections in COST.items():
        client = sign_in(role, school)
        client.user.memberships.get().classes.add(pupil.school_class)
        client.get(address(pupil, "profile"))
        for section, queries in sections.items():
            for each in (small, pupil):
                with django_assert_num_queries(queries, info=f"{role} {section or 'overview'}"):
                    response = client.get(address(each, section))
                assert response.status_code == 200
                assert len(response.content) < 80_000


# --- What it says -------------------------------------------------------------------------------------------


def test_the_overview_holds_the_picture(sign_in, school, pupil, sendco, on_day):
    fill(pupil, sendco, 1)
    page = sign_in(Role.SENDCO, school).get(address(pupil)).content.decode()
    for words in (
        "Kofi Mensah",
        "Year 4, Beech. Born 3 May 2018, age 8",
        "94.2%",
        "Twi and English",
        "Due in 7 days",
        "Cycle 1 of assess",
        "Week 10 of 10, now",
        "3 of 8 sessions",
        "15 minutes a week. 37% of planned sessions have happened",
        "Letter 0",
        "PDF, 2 kB",
        "Note 0",
        "Contact 0",
        "Maps",
        "Due 30 November 2026",
    ):
        assert words in page, words
    assert page.count("<h1") == 1


def test_an_empty_record_says_what_to_do(sign_in, school, on_day):
    pupil = factories.PupilFactory(school=school, sen_status="K")
    client = sign_in(Role.SENDCO, school)
    page = client.get(address(pupil)).content.decode()
    for words in (
        "No one-page profile yet",
        "No plan in force",
        "Nothing planned now",
        "No needs recorded yet",
        "No plan yet",
    ):
        assert words in page, words
    for section in SECTIONS:
        assert client.get(address(pupil, section)).status_code == 200, section


def test_the_steps_of_a_plan():
    plan = Plan(starts=date(2026, 9, 21), review_on=date(2026, 11, 30), state=PlanState.DRAFT)

    def notes(on):
        return [(step["note"], step["state"]) for step in pupil_parts.apdr_steps(plan, on)]

    assert notes(ON) == [
        ("No date recorded", "done"),
        ("Draft, now", "now"),
        ("10 weeks", ""),
        ("With parents, 30 November", ""),
    ]
    plan.state, plan.agreed_on, plan.assessed_on = PlanState.ACTIVE, date(2026, 9, 23), date(2026, 9, 15)
    assert notes(date(2026, 9, 1))[2] == ("From 21 September", "now")
    assert notes(date(2026, 9, 28))[2] == ("Week 2 of 10, now", "now")
    assert notes(date(2026, 11, 30))[2:] == [("10 weeks", "done"), ("With parents, 30 November", "now")]
    plan.state, plan.reviewed_on = PlanState.REVIEWED, date(2026, 12, 1)
    assert notes(ON)[3] == ("Done 1 December", "done")


def test_meetings_with_parents_are_counted_from_plans_and_notes(pupil, sendco, school):
    plan = plan_of(pupil)
    for day in (14, 14, 20):
        actions.add_note(pupil=pupil, kind="meeting", on=date(2026, 10, day), text="x", by=sendco)
    pupil.period_now = None
    found = pupil_parts.meetings(pupil, [plan], ON)
    assert (found.held, found.needed) == (3, 3)
    pupil.sen_status = "E"
    assert pupil_parts.meetings(pupil, [plan], ON) is None


def test_delivered_leaves_out_trips_and_what_is_to_come(pupil, sendco, school):
    group = group_of(pupil, sendco, "Brick Club")
    first, second, third = group.sessions.order_by("on")[:3]
    log(first, sendco, rating=1)
    provision.miss_session(session=second, version=1, reason="trip", note="", by=sendco, at=clock.now())
    provision.miss_session(session=third, version=1, reason="room", note="", by=sendco, at=clock.now())
    line = pupil_parts.lines_of(pupil, third.on + timedelta(days=1)).get()
    assert (line.done_count, line.planned_count) == (1, 2)


def test_a_groups_note_is_not_shown_on_one_childs_page(sign_in, school, pupil, sendco, on_day):
    shared = group_of(pupil, sendco, "Brick Club", pupils=[factories.PupilFactory(school=school)])
    alone = group_of(pupil, sendco, "Reading")
    log(shared.sessions.order_by("on")[0], sendco, rating=1, note="About another child")
    log(alone.sessions.order_by("on")[0], sendco, rating=3, note="Read a whole page")
    page = sign_in(Role.SENDCO, school).get(address(pupil, "provision")).content.decode()
    assert ("Read a whole page" in page, "About another child" in page) == (True, False)


def test_reviews_stand_in_the_timeline(sign_in, school, pupil, sendco, on_day):
    actions.change_support(pupil=pupil, status="E", on=date(2026, 1, 5), reason="Plan made", by=sendco)
    plan = reviews.open_ehc_plan(pupil=pupil, la_code="330", first_made_on=date(2026, 1, 5), by=sendco)
    review = reviews.open_review(plan=plan, kind="annual", by=sendco, on=ON)
    review.invited_on = date(2026, 11, 20)
    review.save()
    client = sign_in(Role.SENDCO, school)
    page = client.get(address(pupil, "timeline")).content.decode()
    assert "Invitations to the review sent" in page
    assert "EHC plan made" in page
    assert reverse("reviews:review", args=[review.pk]) in page
    assert "Annual review" in client.get(address(pupil)).content.decode()
    assert "5 January 2026" in client.get(address(pupil, "reviews")).content.decode()


def test_every_kind_of_event_has_words(pupil, sendco, school, on_day):
    fill(pupil, sendco, 2)
    actions.end_need(need=pupil.needs.first(), on=ON, by=sendco)
    plan = Plan.objects.get()
    actions.review_plan(plan=plan, on=ON, decision="continue", summary="Well", target_results={}, by=sendco)
    actions.change_support(pupil=pupil, status="N", on=ON, reason="Caught up", by=sendco)
    sight = Sight.of(sendco, school.pk)
    rows = list(pupil_feed.events(pupil, sight, sendco, on=ON))
    items = pupil_feed.items(rows, pupil_id=pupil.pk, user=sendco, may_change_all=True)
    assert [item["date"] for item in items] == sorted((item["date"] for item in items), reverse=True)
    assert {row[0] for row in rows} == {
        "profile",
        "note",
        "support",
        "need",
        "need-end",
        "adjustment",
        "plan",
        "plan-review",
        "score",
        "document",
        "line",
    }
    titles = {item["title"] for item in items}
    assert {
        "Support ended",
        "Plan reviewed, cycle 1: continue",
        "Group 0: started",
        "Standardised test (mean 100): 85",
    } <= titles


def test_long_texts_are_cut_on_the_overview_only(pupil, sendco, school):
    actions.add_note(pupil=pupil, kind="note", on=date(2026, 10, 1), text="word " * 100, by=sendco)
    rows = list(pupil_feed.events(pupil, Sight.of(sendco, school.pk), sendco, on=ON))
    short, full = (
        pupil_feed.items(rows, pupil_id=pupil.pk, user=sendco, may_change_all=True, short=short)[0]["text"]
        for short in (True, False)
    )
    assert (len(short) < 150, short.endswith(" …"), len(full)) == (True, True, 500)


def test_the_timeline_comes_in_pages(sign_in, school, pupil, sendco, on_day):
    for day in range(1, 61):
        actions.add_note(
            pupil=pupil, kind="note", on=date(2026, 9, 1) + timedelta(days=day), text=f"Day {day}.", by=sendco
        )
    client = sign_in(Role.SENDCO, school)
    first, second = (client.get(address(pupil, "timeline"), {"page": page}).content.decode() for page in (1, 2))
    assert ("Day 60." in first, "Day 20." in first, "Day 20." in second) == (True, False, True)


def test_paper_holds_profile_strategies_and_plan(sign_in, school, pupil, sendco, on_day):
    fill(pupil, sendco, 1)
    page = sign_in(Role.SENDCO, school).get(address(pupil, "print")).content.decode()
    for words in (
        "I am kind 0",
        "Strategy 0",
        "Asks for help 0",
        "With help",
        "Seat 0",
        "Contains personal data",
        "Printed by",
    ):
        assert words in page, words
    assert "<nav" not in page
