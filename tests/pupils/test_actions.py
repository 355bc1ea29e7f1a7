"""The actions on pupils, support, needs, contacts, tags, grants and views: what they keep in step and what they refuse."""

from datetime import date, timedelta

import pytest

from pupils import actions
from pupils.models import Contact, Need, Pupil, PupilUserObjectPermission, SavedView, SenPeriod, Tag
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from tests import factories

pytestmark = pytest.mark.integration
ON = date(2026, 11, 23)
BORN = date(2018, 5, 3)


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(school=school)


@pytest.fixture
def moved():
    """A clock that a test may move."""
    import time_machine

    with time_machine.travel("2026-11-23 09:00:00+00:00", tick=False) as traveller:
        yield traveller


def kinds() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


# --- Pupils --------------------------------------------------------------------------------------------


def test_add_pupil_derives_search_name_and_year_and_opens_a_period(school, sendco):
    pupil = actions.add_pupil(
        school=school, by=sendco, on=ON, forename="Zoë", surname="O'Neil-Łuk", born=BORN, year_group="4", sen_status="K",
        upn=" a123 ",
    )  # fmt: skip
    pupil.refresh_from_db()
    assert (pupil.search_name, pupil.year_order, pupil.upn) == ("oneilluk zoe", 8, "A123")
    period = pupil.sen_periods.get()
    assert (period.status, period.starts, period.ends, period.recorded_by) == ("K", ON, None, sendco)
    event = AuditEvent.objects.get()
    assert (event.kind, event.pupil_id, event.school_id, event.target_label) == (
        "pupil.added",
        pupil.pk,
        school.pk,
        "ZO",
    )


def test_add_pupil_without_support_opens_no_period(school, sendco):
    pupil = actions.add_pupil(school=school, by=sendco, on=ON, forename="A", surname="B", born=BORN)
    assert pupil.sen_periods.count() == 0


def test_add_pupil_with_a_upn_of_the_school_is_refused(school, sendco, two_schools):
    factories.PupilFactory(school=school, upn="A123")
    with pytest.raises(Refused, match="has this UPN"):
        actions.add_pupil(school=school, by=sendco, on=ON, forename="A", surname="B", born=BORN, upn="a123")
    other = actions.add_pupil(school=two_schools[1], by=None, on=ON, forename="A", surname="B", born=BORN, upn="A123")
    assert other.upn == "A123"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.HEAD, Role.GOVERNOR, Role.SAFEGUARDING])
def test_add_pupil_by_a_role_without_the_right_is_refused(role, school):
    with pytest.raises(NotAllowed):
        actions.add_pupil(school=school, by=factories.person(role, school), on=ON, forename="A", surname="B", born=BORN)
    assert Pupil.objects.count() == 0


def test_sendco_of_another_school_may_not(two_schools):
    stranger = factories.person(Role.SENDCO, two_schools[1])
    pupil = factories.PupilFactory(school=two_schools[0])
    calls = [
        lambda: actions.change_pupil(pupil=pupil, version=1, by=stranger, forename="X"),
        lambda: actions.change_support(pupil=pupil, status="K", on=ON, reason="x", by=stranger),
        lambda: actions.add_need(pupil=pupil, code="ASD", starts=ON, by=stranger),
        lambda: actions.add_contact(pupil=pupil, by=stranger, name="X"),
        lambda: actions.set_tags(pupil=pupil, names=["x"], by=stranger),
        lambda: actions.tag_pupils(pupils=[pupil], name="x", by=stranger),
        lambda: actions.remove_from_roll(pupil=pupil, on=ON, by=stranger),
        lambda: actions.grant_access(pupil=pupil, user=stranger, starts=ON, ends=ON, reason="x", by=stranger),
        lambda: actions.save_view(school_id=pupil.school_id, name="x", query="", is_shared=False, by=stranger),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    assert kinds() == []


def test_change_pupil_saves_over_its_version_and_records_plain_values_only(pupil, sendco):
    actions.change_pupil(pupil=pupil, version=1, by=sendco, surname="Smith", year_group="5")
    pupil.refresh_from_db()
    assert (pupil.surname, pupil.year_order, pupil.version) == ("Smith", 9, 2)
    assert pupil.search_name.startswith("smith")
    assert AuditEvent.objects.get().details == {"fields": {"year_group": ["4", "5"]}, "also": ["surname"]}


def test_change_pupil_without_a_difference_writes_nothing(pupil, sendco):
    actions.change_pupil(pupil=pupil, version=1, by=sendco, surname=pupil.surname)
    pupil.refresh_from_db()
    assert (pupil.version, kinds()) == (1, [])


def test_change_pupil_over_a_newer_version_is_refused_with_the_newer_row(pupil, sendco):
    stale = Pupil.objects.get(pk=pupil.pk)
    actions.change_pupil(pupil=pupil, version=1, by=sendco, surname="First")
    with pytest.raises(Conflict) as refused:
        actions.change_pupil(pupil=stale, version=1, by=sendco, surname="Second")
    assert refused.value.current.surname == "First"
    assert Pupil.objects.get(pk=pupil.pk).surname == "First"
    assert kinds() == ["pupil.changed"]


def test_change_pupil_does_not_take_support(pupil, sendco):
    with pytest.raises(ValueError, match="change_support"):
        actions.change_pupil(pupil=pupil, version=1, by=sendco, sen_status="K")


def test_remove_from_roll_and_back(pupil, sendco):
    actions.remove_from_roll(pupil=pupil, on=ON, by=sendco)
    assert list(Pupil.objects.on_roll(ON)) == []
    assert list(Pupil.objects.on_roll(ON - timedelta(days=1))) == [pupil]
    with pytest.raises(Refused, match="already"):
        actions.remove_from_roll(pupil=pupil, on=ON, by=sendco)
    pupil.refresh_from_db()
    actions.change_pupil(pupil=pupil, version=pupil.version, by=sendco, left_on=None)
    assert list(Pupil.objects.on_roll(ON)) == [pupil]


def test_remove_from_roll_before_joining_is_refused(pupil, sendco):
    with pytest.raises(Refused, match="joined"):
        actions.remove_from_roll(pupil=pupil, on=date(2022, 8, 31), by=sendco)


# --- Support ----------------------------------------------------------------------------------------------


def test_change_support_ends_one_period_the_day_before_the_next(pupil, sendco):
    actions.change_support(pupil=pupil, status="M", on=date(2026, 9, 2), reason="Slow start", by=sendco)
    actions.change_support(pupil=pupil, status="K", on=ON, reason="Plan", by=sendco, parents_told_on=ON)
    rows = list(pupil.sen_periods.order_by("starts").values_list("status", "starts", "ends", "parents_told_on"))
    assert rows == [("M", date(2026, 9, 2), date(2026, 11, 22), None), ("K", ON, None, ON)]
    assert (pupil.sen_status, Pupil.objects.get().sen_status, Pupil.objects.get().version) == ("K", "K", 1)
    assert AuditEvent.objects.latest("pk").details == {"fields": {"sen_status": ["M", "K"]}, "on": "2026-11-23"}


def test_change_support_on_the_first_day_changes_the_period_in_place(pupil, sendco):
    actions.change_support(pupil=pupil, status="M", on=ON, reason="By mistake", by=sendco)
    actions.change_support(pupil=pupil, status="K", on=ON, reason="Plan", by=sendco)
    assert list(pupil.sen_periods.values_list("status", "reason", "ends")) == [("K", "Plan", None)]


def test_change_support_to_what_it_is_or_before_the_open_period_is_refused(pupil, sendco):
    actions.change_support(pupil=pupil, status="K", on=ON, reason="Plan", by=sendco)
    with pytest.raises(Refused, match="Support is SEN support already"):
        actions.change_support(pupil=pupil, status="K", on=ON, reason="x", by=sendco)
    with pytest.raises(Refused, match="23 November 2026"):
        actions.change_support(pupil=pupil, status="N", on=date(2026, 11, 22), reason="x", by=sendco)


def test_admin_assistant_changes_support_by_an_import_only_and_a_teacher_never(pupil, school):
    actions.change_support(pupil=pupil, status="K", on=ON, reason="Import", by=factories.person(Role.ADMIN, school))
    with pytest.raises(NotAllowed):
        actions.change_support(pupil=pupil, status="N", on=ON, reason="x", by=factories.person(Role.TEACHER, school))


def test_record_parents_told(pupil, sendco):
    period = actions.change_support(pupil=pupil, status="K", on=ON, reason="Plan", by=sendco)
    actions.record_parents_told(period=period, on=ON, by=sendco)
    assert SenPeriod.objects.get().parents_told_on == ON
    assert kinds() == ["support.changed", "support.parents_told"]


# --- Needs ------------------------------------------------------------------------------------------------------


def ranked(pupil: Pupil) -> list[tuple[int, str]]:
    return list(pupil.needs.filter(ends__isnull=True).order_by("rank").values_list("rank", "code"))


def test_needs_are_ranked_without_gaps_and_the_first_is_repeated_on_the_pupil(pupil, sendco):
    for code in ("SLCN", "HI"):
        actions.add_need(pupil=pupil, code=code, starts=ON, by=sendco)
    actions.add_need(pupil=pupil, code="ASD", starts=ON, by=sendco, rank=1)
    assert ranked(pupil) == [(1, "ASD"), (2, "SLCN"), (3, "HI")]
    pupil.refresh_from_db()
    assert (pupil.main_need, pupil.main_area, pupil.version) == ("ASD", "CI", 1)


def test_add_need_of_rank_beyond_the_last_comes_last(pupil, sendco):
    actions.add_need(pupil=pupil, code="HI", starts=ON, by=sendco, rank=7)
    assert ranked(pupil) == [(1, "HI")]


@pytest.mark.parametrize(
    ("code", "area", "expected"),
    [("ASD", None, "CI"), ("ASD", "SP", "CI"), ("DS", None, "OTHER"), ("DS", "CL", "CL"), ("OTH", "SP", "SP")],
)
def test_area_is_the_codes_own_or_what_was_chosen(code, area, expected, pupil, sendco):
    assert actions.add_need(pupil=pupil, code=code, area=area, starts=ON, by=sendco).area == expected


def test_add_need_twice_or_of_an_unknown_code_is_refused(pupil, sendco):
    actions.add_need(pupil=pupil, code="ASD", starts=ON, by=sendco)
    with pytest.raises(Refused, match="Autism is recorded"):
        actions.add_need(pupil=pupil, code="ASD", starts=ON, by=sendco)
    with pytest.raises(Refused, match="not a code"):
        actions.add_need(pupil=pupil, code="XXX", starts=ON, by=sendco)


def test_move_need_swaps_neighbours_and_stops_at_the_ends(pupil, sendco):
    needs = [actions.add_need(pupil=pupil, code=code, starts=ON, by=sendco) for code in ("ASD", "HI", "VI")]
    actions.move_need(need=needs[2], up=True, by=sendco)
    assert ranked(pupil) == [(1, "ASD"), (2, "VI"), (3, "HI")]
    actions.move_need(need=needs[0], up=True, by=sendco)
    assert ranked(pupil)[0] == (1, "ASD")
    actions.move_need(need=needs[0], up=False, by=sendco)
    pupil.refresh_from_db()
    assert (ranked(pupil)[0], pupil.main_need) == ((1, "VI"), "VI")


def test_end_need_closes_the_gap_and_keeps_the_history(pupil, sendco):
    first = actions.add_need(pupil=pupil, code="ASD", starts=ON, by=sendco)
    actions.add_need(pupil=pupil, code="HI", starts=ON, by=sendco)
    ended = actions.end_need(need=first, on=ON, by=sendco)
    assert (ended.ends, ranked(pupil)) == (ON, [(1, "HI")])
    assert Pupil.objects.get().main_need == "HI"
    with pytest.raises(Refused, match="already"):
        actions.end_need(need=first, on=ON, by=sendco)
    with pytest.raises(Refused, match="no rank"):
        actions.move_need(need=first, up=True, by=sendco)
    again = actions.add_need(pupil=pupil, code="ASD", starts=ON, by=sendco)
    with pytest.raises(Refused, match="began on 23 November 2026"):
        actions.end_need(need=again, on=ON - timedelta(days=1), by=sendco)


def test_end_of_the_last_need_empties_the_pupils_main_need(pupil, sendco):
    actions.end_need(need=actions.add_need(pupil=pupil, code="ASD", starts=ON, by=sendco), on=ON, by=sendco)
    pupil.refresh_from_db()
    assert (pupil.main_need, pupil.main_area) == ("", "")


def test_change_need_follows_the_code_and_refuses_a_stale_version(pupil, sendco):
    need = actions.add_need(pupil=pupil, code="ASD", starts=ON, by=sendco)
    actions.add_need(pupil=pupil, code="HI", starts=ON, by=sendco)
    stale = Need.objects.get(pk=need.pk)
    actions.change_need(need=need, version=1, by=sendco, code="SLCN", description="Finds long sentences hard")
    pupil.refresh_from_db()
    assert (pupil.main_need, Need.objects.get(pk=need.pk).version) == ("SLCN", 2)
    with pytest.raises(Conflict):
        actions.change_need(need=stale, version=1, by=sendco, description="Other")
    with pytest.raises(Refused, match="recorded"):
        actions.change_need(need=stale, version=2, by=sendco, code="HI")
    assert "sentences" not in str(list(AuditEvent.objects.values_list("details", flat=True)))


# --- Contacts, tags -------------------------------------------------------------------------------------------------


def test_contacts_come_in_order_and_leave_no_names_in_the_trail(pupil, sendco):
    first = actions.add_contact(pupil=pupil, by=sendco, name="Ada Lane", telephone="01632 960001")
    second = actions.add_contact(pupil=pupil, by=sendco, name="Ben Lane", may_not_be_contacted=True)
    assert (first.order, second.order) == (1, 2)
    actions.change_contact(contact=first, version=1, by=sendco, name="Ada Hill", order=3)
    with pytest.raises(Conflict):
        actions.change_contact(contact=first, version=1, by=sendco, name="Ada Moor")
    actions.remove_contact(contact=second, by=sendco)
    assert list(Contact.objects.values_list("name", "order")) == [("Ada Hill", 3)]
    assert kinds() == ["contact.added", "contact.added", "contact.changed", "contact.removed"]
    written = str(list(AuditEvent.objects.values_list("details", "target_label")))
    assert "Lane" not in written
    assert "960001" not in written


def test_set_tags_makes_new_ones_once_whatever_the_capitals(pupil, sendco):
    actions.set_tags(pupil=pupil, names=["New arrival", " Young  carer "], by=sendco)
    actions.set_tags(pupil=pupil, names=["new ARRIVAL"], by=sendco)
    assert list(pupil.tags.values_list("name", flat=True)) == ["New arrival"]
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["New arrival", "Young carer"]
    assert kinds() == ["tags.changed", "tags.changed"]


def test_tag_pupils_costs_the_same_for_two_and_for_six(school, sendco, django_assert_num_queries):
    few, many = (
        factories.PupilFactory.create_batch(2, school=school),
        factories.PupilFactory.create_batch(6, school=school),
    )
    tag, gained = actions.tag_pupils(pupils=few[:1], name="Trip", by=sendco)
    assert (tag.name, gained) == ("Trip", few[:1])
    with django_assert_num_queries(6):
        assert actions.tag_pupils(pupils=few, name="trip", by=sendco) == (tag, few[1:])
    with django_assert_num_queries(6):
        assert actions.tag_pupils(pupils=many, name="Trip", by=sendco) == (tag, many)
    assert kinds() == ["tags.changed"] * 8


def test_untag_pupils_takes_it_from_those_who_have_it(school, sendco):
    few = factories.PupilFactory.create_batch(3, school=school)
    tag, _ = actions.tag_pupils(pupils=few[:2], name="Trip", by=sendco)
    assert actions.untag_pupils(pupils=few[1:], tag=tag, by=sendco) == 1
    assert list(tag.pupils.all()) == few[:1]
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.pupil_id, event.details) == (few[1].pk, {"added": [], "removed": [tag.pk]})
    with pytest.raises(NotAllowed):
        actions.untag_pupils(pupils=few, tag=tag, by=factories.person(Role.TEACHER, school))


def test_tag_pupils_of_two_schools_is_a_mistake(two_schools, sendco):
    pupils = [factories.PupilFactory(school=school) for school in two_schools]
    for wrong in (pupils, []):
        with pytest.raises(ValueError, match="one school"):
            actions.tag_pupils(pupils=wrong, name="x", by=sendco)


# --- Grants -----------------------------------------------------------------------------------------------------------


def test_grant_opens_the_pupil_for_its_days_only(pupil, sendco, school, moved):
    supply = factories.person(Role.SUPPORT, school)
    moved.move_to("2026-11-23 09:00:00+00:00")
    actions.grant_access(
        pupil=pupil, user=supply, starts=ON, ends=ON + timedelta(days=7), reason="Supply in Beech", by=sendco
    )
    assert list(Pupil.objects.visible_to(supply)) == [pupil]
    moved.move_to("2026-11-30 23:00:00+00:00")
    assert list(Pupil.objects.visible_to(supply)) == [pupil]
    moved.move_to("2026-12-01 00:30:00+00:00")
    assert list(Pupil.objects.visible_to(supply)) == []


def test_grant_given_again_replaces_the_dates(pupil, sendco, school):
    supply = factories.person(Role.SUPPORT, school)
    for days in (7, 14):
        actions.grant_access(
            pupil=pupil, user=supply, starts=ON, ends=ON + timedelta(days=days), reason="Cover", by=sendco
        )
    grant = PupilUserObjectPermission.objects.get()
    assert (grant.ends, grant.granted_by, grant.reason) == (date(2026, 12, 7), sendco, "Cover")
    assert kinds() == ["grant.given", "grant.given"]


@pytest.mark.parametrize(
    ("starts", "ends", "reason", "words"),
    [(ON, ON - timedelta(days=1), "Cover", "on or after"), (ON, ON, "  ", "Enter why")],
)
def test_grant_without_sense_is_refused(starts, ends, reason, words, pupil, sendco, school):
    supply = factories.person(Role.SUPPORT, school)
    with pytest.raises(Refused, match=words):
        actions.grant_access(pupil=pupil, user=supply, starts=starts, ends=ends, reason=reason, by=sendco)


def test_grant_to_a_closed_account_is_refused(pupil, sendco):
    closed = factories.UserFactory(is_active=False)
    with pytest.raises(Refused, match="closed"):
        actions.grant_access(pupil=pupil, user=closed, starts=ON, ends=ON, reason="Cover", by=sendco)


@pytest.mark.parametrize("role", [Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_no_grant_gives_a_pupil_to_who_reaches_none(role, pupil, sendco, school):
    somebody = factories.person(role, school)
    with pytest.raises(Refused, match="reach no pupil"):
        actions.grant_access(pupil=pupil, user=somebody, starts=ON, ends=ON, reason="Interest", by=sendco)


def test_a_governor_who_also_teaches_may_be_given_a_pupil(pupil, sendco, school):
    somebody = factories.person(Role.GOVERNOR, school)
    factories.MembershipFactory(user=somebody, school=school, role=Role.TEACHER)
    actions.grant_access(pupil=pupil, user=somebody, starts=ON, ends=ON, reason="Cover", by=sendco)
    assert kinds() == ["grant.given"]


def test_end_grant_closes_at_once_and_keeps_the_row(pupil, sendco, school, moved):
    supply = factories.person(Role.SUPPORT, school)
    moved.move_to("2026-11-23 09:00:00+00:00")
    before = ON - timedelta(days=3)
    grant = actions.grant_access(pupil=pupil, user=supply, starts=before, ends=ON, reason="Cover", by=sendco)
    actions.end_grant(grant=grant, on=ON, by=sendco)
    assert list(Pupil.objects.visible_to(supply)) == []
    assert PupilUserObjectPermission.objects.get().ends == ON - timedelta(days=1)
    with pytest.raises(Refused, match="already"):
        actions.end_grant(grant=grant, on=ON, by=sendco)


def test_end_grant_that_never_began_removes_it(pupil, sendco, school):
    supply = factories.person(Role.SUPPORT, school)
    grant = actions.grant_access(pupil=pupil, user=supply, starts=ON, ends=ON, reason="Cover", by=sendco)
    actions.end_grant(grant=grant, on=ON, by=sendco)
    assert PupilUserObjectPermission.objects.count() == 0


# --- Saved views -----------------------------------------------------------------------------------------------------------


def test_views_of_one_name_get_slugs_of_their_own(school, sendco):
    other = factories.person(Role.HEAD, school)
    slugs = [
        actions.save_view(school_id=school.pk, name="Year 4", query="year=4", is_shared=False, by=by).slug
        for by in (sendco, other)
    ]
    assert slugs == ["year-4", "year-4-2"]
    assert actions.save_view(school_id=school.pk, name="Add", query="", is_shared=True, by=sendco).slug == "add-2"
    with pytest.raises(Refused, match="another name"):
        actions.save_view(school_id=school.pk, name="YEAR 4", query="", is_shared=False, by=sendco)


def test_sharing_takes_the_right_to_export_and_removing_anothers_takes_the_register(school, sendco):
    teacher = factories.person(Role.TEACHER, school)
    with pytest.raises(NotAllowed):
        actions.save_view(school_id=school.pk, name="Mine", query="", is_shared=True, by=teacher)
    shared = actions.save_view(school_id=school.pk, name="All", query="", is_shared=True, by=sendco)
    with pytest.raises(NotAllowed):
        actions.delete_view(view=shared, by=teacher)
    own = actions.save_view(school_id=school.pk, name="Mine", query="", is_shared=False, by=teacher)
    with pytest.raises(NotAllowed):
        actions.delete_view(view=own, by=sendco)
    actions.delete_view(view=own, by=teacher)
    actions.delete_view(view=shared, by=sendco)
    assert SavedView.objects.count() == 0
