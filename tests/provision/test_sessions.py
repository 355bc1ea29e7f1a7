"""Logging a session, saying that it did not happen, and taking it back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from provision.actions import add_session, lines_on, log_session, miss_session, remove_member, undo_log
from provision.enums import MissedReason, SessionState
from provision.models import Line, Session, SessionEntry
from provision.querysets import last_ratings, weekly_minutes
from pupils.register import Trail
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from sendco.pages.feeds import stuck_ids
from tests import factories

pytestmark = pytest.mark.integration

AT = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)


@pytest.fixture
def session(plan):
    """Wednesday 4 November, with three pupils."""
    return plan(pupils=3).sessions.select_related("group").get(on=date(2026, 11, 4))


def rated(session, *ratings):
    """Entries in the order of the pupils; None is away."""
    return [(line.pk, rating is None, rating) for line, rating in zip(lines_on(session), ratings, strict=True)]


def log(session, by, *ratings, **fields):
    given = {"session": session, "version": session.version, "note": "", "by": by, "at": AT}
    return log_session(**given | {"entries": rated(session, *ratings)} | fields)


def test_log_session_keeps_who_was_there_and_how_it_went(session, maya):
    log(session, maya, 1, None, 3, note="Went well.")
    session.refresh_from_db()
    assert (session.state, session.note, session.logged_by, session.logged_at) == ("delivered", "Went well.", maya, AT)
    assert session.version == 2
    assert list(session.entries.values_list("was_away", "rating", "on")) == [
        (False, 1, session.on), (True, None, session.on), (False, 3, session.on),
    ]  # fmt: skip


def test_log_session_again_replaces_the_entries(session, maya):
    log(session, maya, 1, None, 3)
    log(session, maya, None, 2, 3)
    assert list(session.entries.values_list("rating", flat=True)) == [None, 2, 3]
    assert list(
        AuditEvent.objects.filter(kind__startswith="session").order_by("pk").values_list("kind", "details")
    ) == [
        ("session.logged", {"here": 2, "away": 1}),
        ("session.changed", {"here": 2, "away": 1}),
    ]


@pytest.mark.parametrize("pupils", [1, 6])
def test_log_session_takes_the_same_queries_for_any_number(plan, maya, django_assert_num_queries, pupils):
    session = plan(pupils=pupils).sessions.select_related("group").get(on=date(2026, 11, 4))
    entries = rated(session, *[2] * pupils)
    _ = maya.access
    with django_assert_num_queries(6):
        log_session(session=session, version=1, entries=entries, note="", by=maya, at=AT)


def test_log_session_keeps_another_time_and_length(session, maya):
    log(session, maya, 1, 1, 1, minutes=20, starts_at=time(10, 30))
    session.refresh_from_db()
    assert (session.minutes, session.starts_at) == (20, time(10, 30))


def test_log_session_refuses_the_time_of_another_session(session, maya, sendco):
    add_session(group=session.group, on=session.on, starts_at=time(14, 0), minutes=30, by=sendco)
    with pytest.raises(Refused, match="a session at that time already"):
        log(session, maya, 1, 1, 1, starts_at=time(14, 0))


def test_log_session_with_everybody_away_did_not_happen(session, maya):
    log(session, maya, None, None, None)
    session.refresh_from_db()
    assert (session.state, session.reason) == (SessionState.MISSED, MissedReason.PUPIL_ABSENT)
    assert session.entries.filter(was_away=True).count() == 3


def test_log_session_refuses_a_day_ahead(session, maya):
    with pytest.raises(Refused, match="You can log it on the day"):
        log(session, maya, 1, 1, 1, at=datetime(2026, 11, 3, 23, 30, tzinfo=UTC))


def test_log_session_asks_for_a_rating_of_each(session, maya):
    entries = [(pk, False, None) for pk, _, _ in rated(session, 1, 1, 1)]
    with pytest.raises(Refused, match="Rate each pupil"):
        log(session, maya, 1, 1, 1, entries=entries)
    assert not SessionEntry.objects.exists()


def test_log_session_refuses_other_pupils_than_those_in_the_group(session, maya):
    with pytest.raises(Refused, match="have changed"):
        log(session, maya, 1, 1, 1, entries=rated(session, 1, 1, 1)[:2])


def test_log_session_expects_only_who_was_in_the_group_and_on_roll(session, maya, sendco):
    first, second, third = lines_on(session)
    remove_member(line=first, on=date(2026, 10, 2), by=sendco)
    second.pupil.left_on = date(2026, 11, 4)
    second.pupil.save()
    assert [line.pk for line in lines_on(session)] == [third.pk]
    log(session, maya, 2)
    assert session.entries.get().line == third


def test_log_session_refuses_an_older_version_and_writes_nothing(session, maya, sendco):
    mine = Session.objects.select_related("group").get(pk=session.pk)
    log(session, sendco, 3, 3, 3)
    with pytest.raises(Conflict) as caught:
        log(mine, maya, 0, 0, 0)
    assert caught.value.current.changed_by_name == sendco.name
    assert list(session.entries.values_list("rating", flat=True)) == [3, 3, 3]


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.TEACHER, Role.HEAD, Role.ADMIN, Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_nobody_else_may_log(session, school, role):
    with pytest.raises(NotAllowed, match="Only the adult who runs this session"):
        log(session, factories.person(role, school), 1, 1, 1)


def test_whoever_covers_may_log(session, school):
    cover = factories.person(Role.SUPPORT, school)
    session.deliverer = cover
    session.save()
    assert log(session, cover, 1, 1, 1).logged_by == cover


def test_a_sendco_of_another_school_may_not_log(session, two_schools):
    with pytest.raises(NotAllowed):
        log(session, factories.person(Role.SENDCO, two_schools[1]), 1, 1, 1)


def test_miss_session_keeps_the_reason_and_forgets_ratings(session, maya):
    log(session, maya, 1, 1, 1)
    miss_session(session=session, version=2, reason="trip", note="Farm", by=maya, at=AT)
    session.refresh_from_db()
    assert (session.state, session.reason, session.note, session.entries.count()) == ("missed", "trip", "Farm", 0)


def test_miss_session_may_be_done_ahead(session, maya):
    at = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
    assert miss_session(session=session, version=1, reason="trip", note="", by=maya, at=at).state == "missed"


def test_miss_session_refuses_an_unknown_reason(session, maya):
    with pytest.raises(Refused, match="Choose why"):
        miss_session(session=session, version=1, reason="rain", note="", by=maya, at=AT)


def test_undo_log_makes_it_not_logged_again(session, maya):
    log(session, maya, 1, 2, 3, note="Went well.")
    undo_log(session=session, by=maya, version=2)
    session.refresh_from_db()
    assert (session.state, session.note, session.logged_by, session.logged_at) == ("planned", "", None, None)
    assert session.entries.count() == 0
    assert AuditEvent.objects.filter(kind="session.undone").get().details == {"was": "delivered"}


def test_undo_log_takes_back_only_the_save_it_belongs_to(session, maya, sendco):
    log(session, maya, 1, 2, 3)
    log(session, sendco, 3, 3, 3)
    with pytest.raises(Conflict):
        undo_log(session=session, by=maya, version=2)
    assert session.entries.count() == 3


def test_undo_log_of_what_is_not_logged(session, maya):
    with pytest.raises(Refused, match="nothing to undo"):
        undo_log(session=session, by=maya)


def test_add_session_outside_the_week(session, sendco):
    extra = add_session(group=session.group, on=date(2026, 11, 5), starts_at=time(14, 0), minutes=20, by=sendco)
    assert (extra.minutes, extra.deliverer, extra.school_id) == (20, session.deliverer, session.school_id)
    for on, words in ((date(2026, 11, 5), "at that time already"), (date(2026, 12, 1), "Choose a day in between")):
        with pytest.raises(Refused, match=words):
            add_session(group=session.group, on=on, starts_at=time(14, 0), minutes=20, by=sendco)


def test_weekly_minutes_adds_up_current_groups(plan, make_pupils, django_assert_num_queries):
    one, two = make_pupils(2)
    plan(pupils=[one, two])
    plan(pupils=[one], name="Reading", times_per_week=5, minutes=15)
    with django_assert_num_queries(1):
        assert weekly_minutes([one.pk, two.pk], date(2026, 11, 4)) == {one.pk: 165, two.pk: 90}
    assert weekly_minutes([one.pk], date(2026, 12, 1)) == {}


def test_last_ratings_are_the_newest_six_oldest_first(plan, maya, django_assert_num_queries):
    group = plan(pupils=1)
    sessions = list(group.sessions.select_related("group")[:8])
    for session, rating in zip(sessions, [3, 3, 0, 1, None, 2, 2, 3], strict=True):
        log_session(
            session=session, version=1, entries=rated(session, rating), note="", by=maya,
            at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        )  # fmt: skip
    pupil_id = Line.objects.get(group=group).pupil_id
    with django_assert_num_queries(1):
        assert last_ratings([pupil_id], date(2026, 11, 20)) == {pupil_id: Trail([0, 1, None, 2, 2, 3], is_stuck=False)}
    assert last_ratings([pupil_id], sessions[1].on) == {pupil_id: Trail([3, 3])}


def test_ratings_of_more_than_120_days_ago_are_not_of_late(plan, maya):
    group = plan(pupils=1)
    session = group.sessions.select_related("group").first()
    log_session(session=session, version=1, entries=rated(session, 2), note="", by=maya, at=AT)
    pupil_id = Line.objects.get(group=group).pupil_id
    assert last_ratings([pupil_id], session.on + timedelta(days=120)) == {pupil_id: Trail([2])}
    assert last_ratings([pupil_id], session.on + timedelta(days=121)) == {}


def test_a_pupil_is_stuck_when_one_line_that_runs_holds_no_gain(plan, maya):
    """Two groups a day: together they go up and down, and one of them stands still."""
    group = plan(pupils=1)
    line = Line.objects.get(group=group)
    other = plan(pupils=[line.pupil], name="Reading")
    at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    for each, ratings in ((group, [1, 1, 1, 1, 1, 1]), (other, [0, 1, 1, 2, 2, 3])):
        for session, rating in zip(each.sessions.select_related("group")[:6], ratings, strict=True):
            log_session(session=session, version=1, entries=rated(session, rating), note="", by=maya, at=at)
    on = date(2026, 11, 20)
    found = last_ratings([line.pupil_id], on)[line.pupil_id]
    assert (found.is_stuck, len(found.last)) == (True, 6)
    assert stuck_ids(group.school_id, "none", on) == [line.pupil_id]
    Line.objects.filter(pk=line.pk).update(left_on=on)
    assert last_ratings([line.pupil_id], on)[line.pupil_id].is_stuck is False
    assert stuck_ids(group.school_id, "none", on) == []
