"""Asking, giving, answering and taking back; who may; what others hear of it."""

from datetime import date, time

import pytest

from provision.models import Session
from pupils.models import Pupil
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import NotAllowed, Refused
from sendco.notifications.models import Notification
from staff.deployment.actions import (
    add_absence,
    answer_cover,
    ask_to_cover,
    change_absence,
    give_cover,
    remove_absence,
    take_back,
)
from staff.deployment.feeds import asked_of, gap_count, gaps
from staff.deployment.models import Cover
from staff.deployment.sources import reminders
from tests import factories

from .conftest import MONDAY

pytestmark = pytest.mark.integration

TUESDAY = date(2026, 11, 24)


def ask(session, person, by):
    return ask_to_cover(session=session, person=person, by=by, on=MONDAY)


def kinds(prefix="cover"):
    return list(AuditEvent.objects.filter(kind__startswith=prefix).order_by("pk").values_list("kind", flat=True))


def test_a_session_whose_adult_is_away_needs_cover(gap, school, leanne):
    (found,) = gaps(school.pk, MONDAY)
    assert (found.session, found.why, found.asked, found.url) == (
        gap, "Leanne Briggs is away", (), f"/staff/cover/{gap.pk}/",
    )  # fmt: skip
    assert gap_count(school.pk, MONDAY) == 1
    assert gaps(school.pk, TUESDAY) == []


def test_so_does_one_without_an_adult_or_whose_adult_left(phonics, run, school, leanne):
    run("Reading", None, [(0, time(9, 0))])
    leanne.memberships.update(ends=date(2026, 11, 20))
    assert [row.why for row in gaps(school.pk, MONDAY)] == [
        "Nobody runs it yet",
        "Leanne Briggs no longer works here",
    ]


def test_what_is_logged_or_past_needs_none(gap, school):
    assert gaps(school.pk, date(2026, 11, 24), date(2026, 11, 30)) == []
    Session.objects.filter(pk=gap.pk).update(state="missed", reason="staff_absent", logged_at="2026-11-23T11:00:00Z")
    assert gap_count(school.pk, MONDAY) == 0


def test_ehc_plans_come_first(gap, run, leanne, school):
    run("Isla, 1:1", leanne, [(0, time(14, 0))], pupils=1, is_section_f=True)
    assert [row.session.group.name for row in gaps(school.pk, MONDAY)] == ["Isla, 1:1", "Phonics, Rowan"]


def test_asking_tells_the_person_without_naming_a_child_or_group(gap, tom, sendco, school):
    cover = ask(gap, tom, sendco)
    notice = Notification.objects.get(recipient=tom)
    assert (notice.kind, notice.due_on, notice.path) == ("cover.asked", MONDAY, f"/staff/cover/{gap.pk}/")
    assert notice.text == "Can you take a session on Monday 23 November 2026 at 10:30am?"
    assert [row.pk for row in asked_of(tom, MONDAY)] == [cover.pk]
    assert gaps(school.pk, MONDAY)[0].asked == ("Tom Hallam",)
    assert kinds() == ["cover.asked"]


def test_yes_hands_the_session_over(gap, tom, adult, sendco, leanne, school):
    other = adult("Sadia Rahman")
    ask(gap, other, sendco)
    cover = ask(gap, tom, sendco)
    answer_cover(cover=cover, agrees=True, by=tom, on=MONDAY)
    gap.refresh_from_db()
    cover.refresh_from_db()
    assert (gap.deliverer, gap.version) == (tom, 2)
    assert (cover.state, cover.instead_of) == ("agreed", leanne)
    assert not Cover.objects.filter(asked=other).exists()
    assert not Notification.objects.filter(recipient=other).exists()
    assert Notification.objects.get(recipient=sendco).text == (
        "Tom Hallam agreed to take a session on Monday 23 November 2026 at 10:30am"
    )
    assert gap_count(school.pk, MONDAY) == 0
    assert kinds() == ["cover.asked", "cover.asked", "cover.agreed"]


def test_who_covers_sees_the_pupils(gap, tom, sendco, on_day):
    assert Pupil.objects.visible_to(tom).count() == 0
    give_cover(session=gap, person=tom, by=sendco, on=MONDAY)
    assert Pupil.objects.visible_to(tom).count() == 2


def test_no_is_kept_and_may_be_asked_again(gap, tom, sendco):
    cover = ask(gap, tom, sendco)
    answer_cover(cover=cover, agrees=False, by=tom, on=MONDAY)
    gap.refresh_from_db()
    assert gap.deliverer != tom
    assert Cover.objects.get().state == "declined"
    assert ask(gap, tom, sendco).state == "asked"
    assert Notification.objects.filter(recipient=tom, kind="cover.asked").count() == 2


def test_only_the_first_yes_counts(gap, tom, adult, sendco):
    other = adult("Sadia Rahman")
    late = ask(gap, other, sendco)
    give_cover(session=gap, person=tom, by=sendco, on=MONDAY)
    assert not Cover.objects.filter(pk=late.pk).exists()
    late = Cover.objects.create(session=gap, asked=other)
    with pytest.raises(Refused, match="Somebody else has taken this session"):
        answer_cover(cover=late, agrees=True, by=other, on=MONDAY)


def test_take_back_gives_the_session_to_its_own_adult(gap, tom, sendco, leanne):
    cover = give_cover(session=gap, person=tom, by=sendco, on=MONDAY)
    Notification.objects.filter(recipient=tom).update(read_at="2026-11-23T09:00:00Z")
    take_back(cover=cover, by=sendco, on=MONDAY)
    gap.refresh_from_db()
    assert gap.deliverer == leanne
    assert not Cover.objects.exists()
    assert list(Notification.objects.filter(recipient=tom).order_by("pk").values_list("kind", flat=True)) == [
        "cover.given",
        "cover.withdrawn",
    ]
    assert kinds() == ["cover.given", "cover.withdrawn"]


def test_take_back_of_a_question_nobody_heard_leaves_no_notice(gap, tom, sendco):
    take_back(cover=ask(gap, tom, sendco), by=sendco, on=MONDAY)
    assert not Notification.objects.exists()


def test_refuses_who_is_busy_away_or_from_elsewhere(gap, tom, adult, run, away, sendco, two_schools):
    run("Number", tom, [(0, time(10, 45))])
    with pytest.raises(Refused, match="Tom Hallam is not free then: running Number, until 11:15am"):
        ask(gap, tom, sendco)
    ill = adult("Maya Osei")
    away(ill)
    with pytest.raises(Refused, match="Maya Osei is not free then: away"):
        give_cover(session=gap, person=ill, by=sendco, on=MONDAY)
    with pytest.raises(Refused, match="cannot run sessions in this school"):
        ask(gap, factories.person(Role.SUPPORT, two_schools[1]), sendco)


def test_who_works_at_another_school_too_is_busy_there(gap, tom, sendco, school, run):
    sister = factories.SchoolFactory(federation=school.federation)
    factories.TermFactory(school=sister)
    factories.PayRateFactory(school=sister)
    factories.MembershipFactory(user=tom, school=sister, role=Role.SUPPORT)
    run("Secret group", tom, [(0, time(10, 30))], place=sister)
    with pytest.raises(Refused, match="not free then: at another school") as caught:
        ask(gap, tom, sendco)
    assert "Secret" not in caught.value.message


def test_refuses_a_day_past_and_a_logged_session(gap, tom, sendco):
    with pytest.raises(Refused, match="This day has passed"):
        ask_to_cover(session=gap, person=tom, by=sendco, on=TUESDAY)
    Session.objects.filter(pk=gap.pk).update(state="missed", reason="room", logged_at="2026-11-23T11:00:00Z")
    with pytest.raises(Refused, match="logged already"):
        ask(gap, tom, sendco)


@pytest.mark.parametrize("role", [Role.HEAD, Role.TEACHER, Role.SUPPORT, Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_nobody_else_arranges_cover_or_absences(gap, tom, sendco, leanne, school, role):
    other = factories.person(role, school)
    cover = ask(gap, tom, sendco)
    with pytest.raises(NotAllowed):
        ask(gap, tom, other)
    with pytest.raises(NotAllowed):
        give_cover(session=gap, person=tom, by=other, on=MONDAY)
    with pytest.raises(NotAllowed, match="Only the person who was asked"):
        answer_cover(cover=cover, agrees=True, by=other, on=MONDAY)
    with pytest.raises(NotAllowed):
        take_back(cover=cover, by=other, on=MONDAY)
    membership = leanne.memberships.get()
    with pytest.raises(NotAllowed):
        add_absence(membership=membership, starts=TUESDAY, ends=TUESDAY, kind="away", by=other)


def test_a_sendco_of_another_school_arranges_nothing(gap, tom, two_schools):
    with pytest.raises(NotAllowed):
        ask(gap, tom, factories.person(Role.SENDCO, two_schools[1]))


def test_absence_back_takes_questions_back_and_keeps_what_is_agreed(gap, phonics, away, leanne, tom, adult, sendco):
    absence = leanne.memberships.get().absences.get()
    change_absence(absence=absence, version=1, starts=MONDAY, ends=TUESDAY, kind="away", by=sendco, on=MONDAY)
    second = phonics.sessions.get(on=TUESDAY)
    give_cover(session=gap, person=tom, by=sendco, on=MONDAY)
    ask(second, tom, sendco)
    remove_absence(absence=absence, by=sendco, on=MONDAY)
    assert list(Cover.objects.values_list("session", "state")) == [(gap.pk, "agreed")]
    assert kinds("absence") == ["absence.added", "absence.changed", "absence.removed"]


def test_absences_of_one_person_do_not_touch(leanne, away):
    away(leanne, ends=date(2026, 11, 25))
    with pytest.raises(Refused, match="23 November 2026 to 25 November 2026 already"):
        away(leanne, starts=date(2026, 11, 25), ends=date(2026, 11, 27))


def test_absence_elsewhere_in_the_federation_counts(gap, tom, sendco, school):
    sister = factories.SchoolFactory(federation=school.federation)
    there = factories.MembershipFactory(user=tom, school=sister, role=Role.SUPPORT)
    add_absence(membership=there, starts=MONDAY, ends=MONDAY, kind="training", by=None)
    with pytest.raises(Refused, match="away"):
        ask(gap, tom, sendco)


def test_morning_reminder_tells_who_arranges(gap, sendco, school, django_assert_num_queries):
    factories.person(Role.HEAD, school)
    with django_assert_num_queries(2):
        (reminder,) = list(reminders(MONDAY))
    assert (reminder.recipient_id, reminder.text, reminder.path) == (
        sendco.pk, "1 session today needs cover", "/staff/timetable/",
    )  # fmt: skip
    assert list(reminders(date(2026, 11, 25))) == []
