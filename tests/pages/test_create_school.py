import io
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.schools.models import Federation, School

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FIRST = {
    "name": "Hill Primary School",
    "urn": "100001",
    "la": "801",
    "establishment": "2001",
    "admin_email": "Office@school.invalid",
    "admin_name": "Office Manager",
}


def create(**changed):
    told = io.StringIO()
    call_command("create_school", stdout=told, **(FIRST | changed))
    return told.getvalue()


def test_first_school_gets_an_administrator_who_can_set_a_password(client):
    told = create()

    school = School.objects.get()
    person = Membership.objects.get()
    assert (school.urn, school.federation.name) == ("100001", "Hill Primary School")
    assert (person.user.email, person.role) == ("office@school.invalid", Role.SYSTEM_ADMIN)
    assert sorted(AuditEvent.objects.values_list("kind", flat=True)) == [
        "membership.added",
        "person.added",
        "school.added",
    ]
    link = urlsplit(told.split()[-1])
    assert client.get(link.path, follow=True).status_code == 200
    assert not User.objects.get().has_usable_password()


def test_second_school_of_a_federation_takes_the_same_person():
    create(federation="Two Hills")
    told = create(name="Dale School", urn="100002", establishment="2002", federation="Two Hills")

    assert Federation.objects.count() == 1
    assert School.objects.count() == 2
    assert User.objects.count() == 1
    assert told == "Added the school with URN 100002.\n"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"urn": "12345"}, "urn: 6 figures are needed"),
        ({"la": "80x"}, "la code: 3 figures are needed"),
        ({"establishment": "١٢٣٤"}, "establishment number: 4 figures are needed"),
    ],
)
def test_wrong_numbers_are_told_and_nothing_is_added(changed, says):
    with pytest.raises(CommandError, match=says):
        create(**changed)

    assert School.objects.count() == User.objects.count() == Federation.objects.count() == 0


def test_same_urn_again_is_refused():
    create()

    with pytest.raises(CommandError, match="already exists"):
        create(name="Other")
