"""The first page of the day of each role: what it shows, what it keeps back, and what it costs at two sizes."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from provision.actions import plan_group
from provision.models import Intervention, Session, SessionEntry
from pupils.enums import NoteKind
from pupils.models import Note, Plan, Target
from reviews import actions as review_actions
from reviews.models import Invitee, NeedsAssessment
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.notifications.models import Notification
from staff.deployment.models import Cover
from tests import factories

from .world import STRANGER_TEACHER, TODAY, Place

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def main_of(body: bytes) -> str:
    return re.split(r"<main[^>]*>", body.decode())[1].partition("</main>")[0]


def text_of(body: bytes) -> str:
    """What a reader sees of the main part, without tags and line breaks."""
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(body)).replace("&nbsp;", " ").split())


def page(visitors, who: str, path: str = "/") -> str:
    status, body = visitors[who].send("get", path)
    assert status == 200
    return text_of(body)


def grow(place: Place) -> None:
    """Three more of everything that a first page lists."""
    sendco, support, teacher = (place.people[role] for role in (Role.SENDCO, Role.SUPPORT, Role.TEACHER))
    intervention = Intervention.objects.get(slug="1stclassnumber-1")
    for number in range(3):
        pupil = factories.PupilFactory(
            school=place.school, surname=place.secret, school_class=place.objects.school_class, sen_status="E"
        )
        plan = review_actions.open_ehc_plan(
            pupil=pupil, la_code="330", first_made_on=date(2024, 12, 12), last_decision_on=date(2025, 12, 5), by=sendco
        )
        review = review_actions.open_review(plan=plan, kind="annual", by=sendco, on=date(2026, 10, 5), owner=sendco)
        if number:
            review_actions.schedule_meeting(
                review=review, version=review.version, meeting_on=TODAY, meeting_at=time(9 + number), place="", by=sendco,
                on=date(2026, 10, 5),
            )  # fmt: skip
        Invitee.objects.create(review=review, kind="teacher", name="T", user=teacher, advice_asked_on=date(2026, 10, 6))
        NeedsAssessment.objects.create(
            pupil=factories.PupilFactory(school=place.school),
            school=place.school,
            received_on=date(2026, 10, 1 + number),
        )
        group = plan_group(
            school=place.school, intervention=intervention, name=f"More {number}", starts=date(2026, 9, 7),
            ends=date(2026, 12, 11), minutes=30, times_per_week=2, weeks=13, deliverer=(support, teacher, None)[number],
            grade="ta2", pupils=[pupil], slots=[(0, time(11, number)), (4, time(9, number))], by=sendco,
        )  # fmt: skip
        line = group.lines.get()
        sessions = list(Session.objects.filter(group=group, on__lt=TODAY).order_by("on")[:6])
        SessionEntry.objects.bulk_create(
            SessionEntry(session=each, line=line, pupil=pupil, on=each.on, rating=1) for each in sessions
        )
        own = Plan.objects.create(pupil=pupil, state="active", starts=date(2026, 9, 7), review_on=date(2026, 11, 20))
        Target.objects.create(plan=own, area="CI", text="Waits", due_on=date(2026, 12, 4))
        Note.objects.create(pupil=pupil, kind=NoteKind.CONCERN, on=TODAY, text="In trust.", written_by=sendco)
        Cover.objects.create(session=Session.objects.get(group=group, on=TODAY), asked=teacher)
        for user in place.people.values():
            Notification.objects.create(
                recipient=user, school=place.school, kind="test", subject_key=f"more:{number}", due_on=TODAY, text="More",
                path="/",
            )  # fmt: skip


PRICES = [
    ("sendco", "/", 12),
    ("headteacher", "/", 11),
    ("admin_assistant", "/", 10),
    ("safeguarding", "/", 9),
    ("teacher", "/", 11),
    ("federation_lead", "/", 7),
    ("federation_lead", "/?show=school", 12),
    ("system_admin", "/", 5),
    ("sendco", "/today/print/", 11),
]


@pytest.mark.parametrize(("who", "path", "price"), PRICES)
def test_a_first_page_costs_the_same_at_two_sizes(who, path, price, world, visitors, django_assert_num_queries):
    client = visitors[who].signed_in()
    client.get(path)
    with django_assert_num_queries(price):
        small = client.get(path)
    grow(world["own"])
    with django_assert_num_queries(price):
        large = client.get(path)
    if who not in ("system_admin", "federation_lead"):  # a page of schools, which did not grow
        assert len(text_of(large.content)) > len(text_of(small.content))


def test_the_sendco_sees_what_cannot_wait(world, visitors):
    shown = page(visitors, "sendco")
    assert shown.startswith("Monday 23 November 2026 · Autumn term, week 12 of 15 Good morning, Person")
    assert "1 Session without cover" in shown
    assert "3 Sessions not logged Since Friday 13 November" in shown
    assert "1 Pupil not making progress" in shown
    assert "2pm Annual review, Ottoline Quillfeather Sunshine room. 0 of " in shown
    assert "Remind 1 person" in shown
    assert "Needs cover" not in shown
    assert "Asked: Person" in shown
    assert "Something is due" in shown


def test_the_first_deadline_has_the_one_primary_button(world, visitors):
    grow(world["own"])
    counts = {who: main_of(visitors[who].send("get", "/")[1]).count("btn-primary") for who in ("sendco", "headteacher")}
    assert counts == {"sendco": 1, "headteacher": 0}


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        (
            "headteacher",
            ["Deadlines at risk", "Pupils not making progress", "Staff and cover"],
            ["Remind", "Arrange cover"],
        ),
        ("admin_assistant", ["Review meetings", "invite people to"], ["not logged", "making progress", "Concerns"]),
        (
            "safeguarding",
            ["Concerns", "Review meetings"],
            ["not logged", "making progress", "Staff and cover", "In trust"],
        ),
        (
            "teacher",
            ["Sessions today", "Plans to review", "Advice to write"],
            ["Statutory calendar", "not logged since", "£"],
        ),
        ("system_admin", ["What is missing", "People", "Settings"], ["Quillfeather", "Deadlines", "EHC"]),
    ],
)
def test_each_role_sees_its_own_parts(who, shown, hidden, world, visitors):
    text = page(visitors, who)
    assert [words for words in shown if words not in text] == []
    assert [words for words in hidden if words in text] == []


@pytest.mark.parametrize(
    ("who", "path"),
    [("support", "/my-day/"), ("governor", "/reports/"), ("grantee", "/my-pupils/")],
)
def test_some_go_straight_to_their_work(who, path, world, visitors):
    response = visitors[who].ask("get", "/")
    assert (response.status_code, response["Location"]) == (302, path)


def test_the_class_of_a_teacher(world, visitors):
    text = page(visitors, "teacher")
    assert "You have advice to write for 1 review." in text
    assert "10:15am Talk, Ottoline Ottoline Q, Peregrine Q. Person" in text
    assert "Review on 4 December 2026" in text
    assert "Every target was rated in the last 3 weeks" in text or "Asks for help" in text
    assert "You have no class in SENDCo yet" in page(visitors, STRANGER_TEACHER)


def test_a_federation_lead_sees_a_row_a_school(world, visitors):
    text = page(visitors, "federation_lead")
    assert "Quil School" in text
    assert "Zand School" not in text
    assert "Summer 2026" in text
    assert "Ottoline" not in text
    assert "Deadlines at risk" in page(visitors, "federation_lead", "/?show=school")


def test_set_up_names_what_is_missing(world, visitors):
    assert "Nothing is missing" in page(visitors, "system_admin")
    new = factories.SchoolFactory(federation=world["own"].federation, name="Brand New School")
    text = page(visitors, "system_admin")
    assert "1 school to set up." in text
    assert (
        "Brand New School Nobody is SENDCo, no terms for this year, no classes for this year, no hourly rates" in text
    )
    assert new.pk


def test_printing_today_is_written_down(world, visitors):
    seen = []
    audit_save = AuditEvent.save

    def save(event, *args, **kwargs):
        seen.append(event.kind)
        audit_save(event, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AuditEvent, "save", save)
        text = page(visitors, "sendco", "/today/print/")
    assert seen == ["today.printed"]
    assert "Contains personal data" in text
    assert "Annual review, Ottoline Quillfeather" in text


def test_someone_without_a_role_is_told_whom_to_ask(world, client):
    client.force_login(factories.UserFactory(), backend=settings.AUTHENTICATION_BACKENDS[0])
    response = client.get(reverse("pages:home"))
    assert "You have no role yet" in response.content.decode()


def test_the_register_filters_by_progress(world, visitors):
    body = visitors["sendco"].send("get", "/register/?progress=none")[1].decode()
    assert "Ottoline Quillfeather" in body
    assert "Peregrine Quillfeather" not in body


def test_side_bar_counts_agree_with_the_pages(world, visitors):
    cache.clear()
    visitor = visitors["sendco"]
    cold = visitor.send("get", "/accessibility/")[1].decode()
    home = visitor.send("get", "/")[1].decode()
    counts = [
        re.findall(r'class="count[^"]*">(\d+)<span class="visually-hidden"> ([a-z ]+)</span>', part)
        for part in (cold, home)
    ]
    assert counts[0] == counts[1]
    assert ("3", "sessions not logged") in counts[0]
    assert ("1", "sessions without cover") in counts[0]
