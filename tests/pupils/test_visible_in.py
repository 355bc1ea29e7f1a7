"""The pupils of one school, said shorter where a role opens the whole of it: never more and never fewer."""

import pytest

from pupils.models import Pupil
from sendco.accounts.permissions import Role
from tests import factories

pytestmark = pytest.mark.integration


@pytest.fixture
def pupils(two_schools):
    own, other = two_schools
    return [
        factories.PupilFactory(school=own), factories.PupilFactory(school=own), factories.PupilFactory(school=other),
    ]  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_it_is_what_visible_to_leaves_of_that_school(role, two_schools, pupils):
    user = factories.person(role, two_schools[0])
    Pupil.objects.filter(pk=pupils[0].pk).update(key_adult=user)
    for school in two_schools:
        expected = set(Pupil.objects.visible_to(user).filter(school_id=school.pk))
        assert set(Pupil.objects.visible_in(user, school.pk)) == expected


@pytest.mark.parametrize(("role", "seen"), [(Role.SENDCO, [0, 1]), (Role.TEACHER, [0]), (Role.GOVERNOR, [])])
def test_who_sees_whom(role, seen, two_schools, pupils):
    own, other = two_schools
    user = factories.person(role, own)
    Pupil.objects.filter(pk=pupils[0].pk).update(key_adult=user)
    assert set(Pupil.objects.visible_in(user, own.pk)) == {pupils[n] for n in seen}
    assert not Pupil.objects.visible_in(user, other.pk).exists()
