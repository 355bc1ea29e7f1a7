"""Who reaches which pupils: by role, by class, by group, by key adult and by grant."""

from datetime import date, timedelta

import pytest
from guardian.shortcuts import assign_perm

from pupils.models import Pupil, PupilUserObjectPermission
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from tests import factories

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("role", "reaches"),
    [
        (Role.SENDCO, True),
        (Role.HEAD, True),
        (Role.ADMIN, True),
        (Role.SAFEGUARDING, True),
        (Role.FEDERATION_LEAD, True),
        (Role.TEACHER, False),
        (Role.SUPPORT, False),
        (Role.GOVERNOR, False),
        (Role.SYSTEM_ADMIN, False),
    ],
)
def test_role_reaches_every_pupil_of_own_school_and_none_of_another(role, reaches, two_schools):
    here, there = two_schools
    own, other = factories.PupilFactory(school=here), factories.PupilFactory(school=there)
    user = factories.person(role, here)
    seen = set(Pupil.objects.visible_to(user))
    assert (own in seen) is reaches
    assert other not in seen
    assert user.has_perm("pupils.view_pupil", own) is reaches
    assert user.has_perm("pupils.view_pupil", other) is False


def test_teacher_reaches_own_class_only(school):
    mine, theirs = factories.SchoolClassFactory(school=school), factories.SchoolClassFactory(school=school)
    pupil = factories.PupilFactory(school=school, school_class=mine)
    factories.PupilFactory(school=school, school_class=theirs)
    teacher = factories.person(Role.TEACHER, school)
    teacher.memberships.get().classes.add(mine)
    assert list(Pupil.objects.visible_to(teacher)) == [pupil]


def test_support_reaches_those_they_are_key_adult_of(school):
    user = factories.person(Role.SUPPORT, school)
    pupil = factories.PupilFactory(school=school, key_adult=user)
    factories.PupilFactory(school=school)
    assert list(Pupil.objects.visible_to(user)) == [pupil]


@pytest.mark.parametrize(
    ("starts", "ends", "opens"),
    [
        (date(2026, 11, 23), None, True),
        (date(2026, 11, 1), date(2026, 11, 23), True),
        (date(2026, 11, 1), date(2026, 11, 22), False),
        (date(2026, 11, 24), None, False),
    ],
)
def test_grant_opens_one_pupil_while_it_lasts(starts, ends, opens, school, on_day):
    pupil = factories.PupilFactory(school=school)
    factories.PupilFactory(school=school)
    visitor = factories.UserFactory()
    assign_perm("pupils.view_pupil", visitor, pupil)
    PupilUserObjectPermission.objects.update(starts=starts, ends=ends)
    assert list(Pupil.objects.visible_to(visitor)) == ([pupil] if opens else [])
    assert visitor.has_perm("pupils.view_pupil", pupil) is opens


def test_membership_that_ended_opens_nothing(school, on_day):
    factories.PupilFactory(school=school)
    user = factories.person(Role.SENDCO, school, ends=factories.TODAY - timedelta(days=1))
    assert not Pupil.objects.visible_to(user).exists()


def test_governor_and_system_administrator_hold_no_pupil_permission():
    words = (
        "pupil.",
        "register.",
        "plan.",
        "note.",
        "document.",
        "contact.",
        "session.",
        "map.",
        "review.",
        "audit.",
        "import.",
    )
    for role in (Role.GOVERNOR, Role.SYSTEM_ADMIN):
        assert not [p for p in ROLE_PERMISSIONS[role] if p.value.startswith(words)]


def test_every_permission_is_held_by_some_role():
    held = frozenset().union(*ROLE_PERMISSIONS.values())
    assert held == frozenset(Permission)


def test_memberships_are_read_once(school, django_assert_num_queries):
    user = factories.person(Role.SENDCO, school)
    with django_assert_num_queries(1):
        assert user.access.can(Permission.REGISTER_EDIT, school.pk)
        assert not user.access.can(Permission.ACCOUNT_MANAGE, school.pk)


@pytest.mark.parametrize(
    ("starts", "ends", "opens"),
    [
        (date(2026, 11, 23), None, True),
        (date(2026, 9, 1), date(2026, 11, 23), True),
        (date(2026, 9, 1), date(2026, 11, 22), False),
        (date(2026, 11, 24), None, False),
    ],
)
def test_a_role_counts_from_its_first_day_to_its_last(starts, ends, opens, school, on_day):
    pupil = factories.PupilFactory(school=school)
    user = factories.person(Role.SENDCO, school, starts=starts, ends=ends)
    assert list(Pupil.objects.visible_to(user)) == ([pupil] if opens else [])
    assert user.access.can(Permission.REGISTER_EDIT, school.pk) is opens


def test_several_roles_in_several_schools_do_not_mix(school, on_day):
    sister = factories.SchoolFactory(federation=school.federation)
    here, there = factories.PupilFactory(school=school), factories.PupilFactory(school=sister)
    user = factories.person(Role.SENDCO, school)
    factories.MembershipFactory(user=user, school=sister, role=Role.GOVERNOR)
    factories.MembershipFactory(user=user, school=school, role=Role.SYSTEM_ADMIN)
    assert list(Pupil.objects.visible_to(user)) == [here]
    assert there.school_id in {place.id for place in user.access.places}
    assert user.access.can(Permission.ACCOUNT_MANAGE, school.pk)
    assert not user.access.can(Permission.REGISTER_VIEW, sister.pk)
    assert user.access.can(Permission.REPORT_READ, sister.pk)


def test_a_federation_lead_sees_every_school_of_the_federation_and_new_ones(two_schools, on_day):
    school, stranger = two_schools
    lead = factories.person(Role.FEDERATION_LEAD, school)
    sister = factories.SchoolFactory(federation=school.federation)
    pupils = [factories.PupilFactory(school=school), factories.PupilFactory(school=sister)]
    factories.PupilFactory(school=stranger)
    assert sorted(Pupil.objects.visible_to(lead), key=lambda pupil: pupil.pk) == pupils


def test_an_account_that_is_switched_off_reaches_nothing(school, on_day):
    factories.PupilFactory(school=school)
    user = factories.person(Role.SENDCO, school)
    user.is_active = False
    assert user.access.places == ()
    assert not Pupil.objects.visible_to(user).exists()
