"""People and settings: who may, what is refused, what is audited."""

from datetime import date

import pytest
from django.core import mail
from django.urls import reverse

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Refused
from sendco.office import actions
from sendco.schools.models import Closure, Federation, PayRate, SchoolClass, Term
from sendco.schools.signals import calendar_changed
from tests import factories

pytestmark = pytest.mark.integration

PEOPLE_PAGES = ["accounts:people", "accounts:person-add"]
SETTINGS_PAGES = [
    "schools:settings", "schools:federation", "schools:school", "schools:term-add", "schools:closure-add", "schools:rate-add",
    "schools:classes-add",
]  # fmt: skip


@pytest.mark.parametrize("role", [r for r in Role if r != Role.SYSTEM_ADMIN])
def test_only_the_system_administrator_manages_accounts(role, school, sign_in):
    client = sign_in(role, school)
    assert {client.get(reverse(name)).status_code for name in PEOPLE_PAGES} == {403}
    assert client.get(reverse("accounts:person", args=[client.user.pk])).status_code == 403


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.SYSTEM_ADMIN, Role.SENDCO)])
def test_settings_are_for_sendco_and_administrator(role, school, sign_in):
    client = sign_in(role, school)
    assert {client.get(reverse(name)).status_code for name in SETTINGS_PAGES} == {403}


def test_administrator_opens_every_page(school, sign_in):
    client = sign_in(Role.SYSTEM_ADMIN, school)
    for name in PEOPLE_PAGES + SETTINGS_PAGES:
        assert client.get(reverse(name)).status_code == 200, name


def test_people_of_another_federation_are_not_there(two_schools, sign_in):
    here, there = two_schools
    stranger = factories.person(Role.SENDCO, there)
    client = sign_in(Role.SYSTEM_ADMIN, here)
    assert stranger.name not in client.get(reverse("accounts:people")).content.decode()
    assert client.get(reverse("accounts:person", args=[stranger.pk])).status_code == 404
    role = stranger.memberships.get()
    assert client.post(reverse("accounts:membership-end", args=[role.pk]), {"on": "2026-11-23"}).status_code == 404


def test_adding_a_person_sends_a_link_that_sets_a_password(school, sign_in, django_capture_on_commit_callbacks, client):
    admin = sign_in(Role.SYSTEM_ADMIN, school)
    with django_capture_on_commit_callbacks(execute=True):
        reply = admin.post(reverse("accounts:person-add"), {"name": "Maya Osei", "email": "Maya@School.invalid"})
    person = User.objects.get(email="maya@school.invalid")
    assert reply.headers["Location"] == reverse("accounts:membership-add", args=[person.pk])
    assert not person.has_usable_password()
    assert mail.outbox[0].to == ["maya@school.invalid"]
    assert AuditEvent.objects.filter(kind="person.added", target_id=person.pk).count() == 1
    path = mail.outbox[0].body.split("http://127.0.0.1:8000")[1].split()[0]
    client.logout()
    form_page = client.get(path, follow=True)
    sent = client.post(
        form_page.redirect_chain[-1][0], {"password1": "a long enough phrase", "password2": "a long enough phrase"}
    )
    assert sent.status_code == 302
    person.refresh_from_db()
    assert person.check_password("a long enough phrase")


def test_giving_a_role(school, sign_in):
    client = sign_in(Role.SYSTEM_ADMIN, school)
    person = factories.person(Role.SUPPORT, school)
    ash = factories.SchoolClassFactory(school=school, name="Ash")
    url = reverse("accounts:membership-add", args=[person.pk])
    data = {"role": "teacher", "school": school.pk, "grade": "teacher", "starts": "2026-09-01", "classes": [ash.pk]}
    assert client.post(url, data).headers["Location"] == reverse("accounts:person", args=[person.pk])
    made = Membership.objects.get(user=person, role="teacher")
    assert list(made.classes.all()) == [ash]
    again = client.post(url, data)
    assert again.status_code == 422
    assert "holds that role there already" in again.content.decode()


def test_role_in_a_school_needs_the_school(school, sign_in):
    client = sign_in(Role.SYSTEM_ADMIN, school)
    person = factories.person(Role.SUPPORT, school)
    reply = client.post(
        reverse("accounts:membership-add", args=[person.pk]), {"role": "teacher", "starts": "2026-09-01"}
    )
    assert reply.status_code == 422
    assert "Choose the school in which they hold this role" in reply.content.decode()


def test_nobody_locks_themselves_out(school):
    admin = factories.person(Role.SYSTEM_ADMIN, school)
    other = factories.person(Role.SYSTEM_ADMIN, school)
    with pytest.raises(Refused, match="your own account"):
        actions.change_person(
            user=admin, federation_id=school.federation_id, by=admin, name="X", email=admin.email, is_active=False
        )
    with pytest.raises(Refused, match="your own administrator role"):
        actions.end_membership(membership=admin.memberships.get(), on=date(2026, 11, 23), by=admin)
    actions.end_membership(membership=other.memberships.get(), on=date(2026, 11, 22), by=admin)
    with pytest.raises(Refused, match="needs one system administrator"):
        actions.end_membership(membership=admin.memberships.get(), on=date(2026, 11, 24), by=other)


@pytest.fixture
def guest(two_schools, on_day):
    """Somebody with a role here and one in another federation."""
    here, there = two_schools
    user = factories.person(Role.SUPPORT, here)
    factories.MembershipFactory(user=user, school=there, federation=there.federation, role=Role.TEACHER)
    return user


@pytest.mark.parametrize(
    "change",
    [{"name": "Somebody Else"}, {"email": "else@school.invalid"}, {"is_active": ""}],
    ids=["name", "address", "sign-in"],
)
def test_account_that_opens_another_federation_stays(guest, two_schools, sign_in, change):
    client = sign_in(Role.SYSTEM_ADMIN, two_schools[0])
    before = {"name": guest.name, "email": guest.email, "is_active": True}
    address = reverse("accounts:person-edit", args=[guest.pk])
    page = client.get(address)
    assert page.status_code == 403
    assert "This person signs in to another federation with this account too" in page.content.decode()
    assert (
        client.post(address, {"name": guest.name, "email": guest.email, "is_active": "on"} | change).status_code == 403
    )
    assert User.objects.filter(pk=guest.pk).values("name", "email", "is_active").get() == before
    assert not AuditEvent.objects.filter(kind="person.changed").exists()


def test_page_of_somebody_with_a_role_elsewhere_offers_what_may_be_done(guest, two_schools, sign_in):
    here, there = two_schools
    client = sign_in(Role.SYSTEM_ADMIN, here)
    page = client.get(reverse("accounts:person", args=[guest.pk])).content.decode()
    assert "has a role in another federation too" in page
    assert ("Change account" in page, "Give a role" in page, there.name in page) == (False, True, False)
    role = guest.memberships.get(federation_id=here.federation_id)
    assert client.post(reverse("accounts:membership-end", args=[role.pk]), {"on": "2026-11-23"}).status_code == 302
    role.refresh_from_db()
    guest.refresh_from_db()
    assert (role.ends, guest.is_active) == (date(2026, 11, 23), True)


@pytest.mark.parametrize(
    ("elsewhere", "is_shared"),
    [
        ({}, True),
        ({"starts": date(2027, 1, 4)}, True),
        ({"ends": date(2026, 11, 23)}, True),
        ({"ends": date(2026, 11, 22)}, False),
    ],
    ids=["now", "to come", "last day today", "ended"],
)
def test_which_role_elsewhere_counts(two_schools, on_day, elsewhere, is_shared):
    here, there = two_schools
    user, admin = factories.person(Role.SUPPORT, here), factories.person(Role.SYSTEM_ADMIN, here)
    factories.MembershipFactory(user=user, school=there, federation=there.federation, role=Role.TEACHER, **elsewhere)
    assert actions.is_shared_account(user, by=admin, federation_id=here.federation_id) is is_shared


def test_administrator_of_both_federations_changes_the_account(guest, two_schools):
    here, there = two_schools
    admin = factories.person(Role.SYSTEM_ADMIN, here)
    factories.MembershipFactory(user=admin, school=None, federation=there.federation, role=Role.SYSTEM_ADMIN)
    actions.change_person(
        user=guest, federation_id=here.federation_id, by=admin, name="X", email=guest.email, is_active=False
    )
    guest.refresh_from_db()
    assert (guest.name, guest.is_active) == ("X", False)


def test_the_last_sendco_of_a_school_stays(school, on_day):
    admin, sendco = factories.person(Role.SYSTEM_ADMIN, school), factories.person(Role.SENDCO, school)
    factories.person(Role.SENDCO, factories.SchoolFactory(federation=school.federation))
    factories.person(Role.SENDCO, school, ends=date(2026, 11, 23))
    role = sendco.memberships.get()
    with pytest.raises(Refused, match="would have no SENDCo"):
        actions.end_membership(membership=role, on=date(2026, 11, 27), by=admin)
    with pytest.raises(Refused, match="would have no SENDCo"):
        actions.change_person(
            user=sendco, federation_id=school.federation_id, by=admin, name="X", email=sendco.email, is_active=False
        )
    role.refresh_from_db()
    sendco.refresh_from_db()
    assert (role.ends, sendco.is_active) == (None, True)


def test_a_sendco_leaves_when_a_successor_is_named(school, on_day):
    admin, sendco = factories.person(Role.SYSTEM_ADMIN, school), factories.person(Role.SENDCO, school)
    factories.person(Role.SENDCO, school, starts=date(2027, 1, 4))
    actions.end_membership(membership=sendco.memberships.get(), on=date(2026, 12, 18), by=admin)
    assert sendco.memberships.get().ends == date(2026, 12, 18)


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        (date(2026, 12, 18), date(2027, 2, 1), "overlap the autumn term 2026"),
        (date(2027, 4, 20), date(2027, 4, 19), "last day of a term comes after"),
        (date(2027, 4, 12), date(2027, 9, 30), "longer than 20 weeks"),
    ],
)
def test_term_is_refused(starts, ends, sentence, school):
    user = factories.person(Role.SENDCO, school)
    with pytest.raises(Refused, match=sentence):
        actions.save_term(school=school, academic_year=2026, name="summer", starts=starts, ends=ends, by=user)


def test_term_and_closure_tell_who_plans_by_them(school, sign_in):
    told = []

    def hear(sender, **kwargs):
        told.append((sender, kwargs["school_id"]))

    calendar_changed.connect(hear)
    client = sign_in(Role.SENDCO, school)
    data = {"academic_year": 2026, "name": "summer", "starts": "2027-04-12", "ends": "2027-07-21"}
    assert client.post(reverse("schools:term-add"), data).status_code == 302
    data = {"kind": "inset", "label": "Training day", "starts": "2027-04-12", "ends": "2027-04-12"}
    assert client.post(reverse("schools:closure-add"), data).status_code == 302
    closure = Closure.objects.get(label="Training day")
    assert client.post(reverse("schools:closure-remove", args=[closure.pk])).status_code == 302
    calendar_changed.disconnect(hear)
    assert told == [(Term, school.pk), (Closure, school.pk), (Closure, school.pk)]
    assert AuditEvent.objects.filter(kind__in=["term.saved", "closure.saved", "closure.removed"]).count() == 3


def test_rate_is_added_and_never_rewritten(school, sign_in):
    client = sign_in(Role.SENDCO, school)
    data = {"grade": "ta2", "hourly": "21.30", "valid_from": "2026-04-01", "source": "Pay award"}
    assert client.post(reverse("schools:rate-add"), data).status_code == 302
    assert client.post(reverse("schools:rate-add"), data).status_code == 422
    assert sorted(str(r.hourly) for r in PayRate.objects.filter(school=school)) == ["20.60", "21.30"]


def test_stale_save_of_the_school_shows_both(school, sign_in):
    client = sign_in(Role.SENDCO, school)
    data = {"version": 1, "name": "New name", "kind": "primary"}
    assert client.post(reverse("schools:school"), data).status_code == 302
    late = client.post(reverse("schools:school"), {**data, "name": "Other name"})
    assert late.status_code == 409
    assert "New name" in late.content.decode()
    assert "Other name" in late.content.decode()
    school.refresh_from_db()
    assert (school.name, school.version) == ("New name", 2)


@pytest.mark.parametrize(("threshold", "status"), [(4, 422), (5, 302), (10, 302), (11, 422)])
def test_threshold_is_from_five_to_ten(school, sign_in, threshold, status):
    """The form and the model keep the same range."""
    client = sign_in(Role.SENDCO, school)
    reply = client.post(reverse("schools:federation"), {"version": 1, "name": "F", "small_number_threshold": threshold})
    assert reply.status_code == status
    field = Federation._meta.get_field("small_number_threshold")
    errors = [v for v in field.validators if v.compare(threshold, v.limit_value)]
    assert bool(errors) == (status == 422)


def test_classes_are_added_once(school, sign_in):
    client = sign_in(Role.SENDCO, school)
    data = {"academic_year": 2026, "names": "Ash\nBeech\nAsh\n\n"}
    assert client.post(reverse("schools:classes-add"), data).status_code == 302
    assert list(SchoolClass.objects.filter(school=school).values_list("name", flat=True)) == ["Ash", "Beech"]
    assert client.post(reverse("schools:classes-add"), data).status_code == 422


@pytest.mark.parametrize("name", ["accounts:people", "schools:settings"])
def test_pages_cost_the_same_for_many(name, school, sign_in, django_assert_num_queries):
    client = sign_in(Role.SYSTEM_ADMIN, school)
    factories.person(Role.SUPPORT, school)
    client.get(reverse(name))
    expected = {"accounts:people": 7, "schools:settings": 9}[name]
    with django_assert_num_queries(expected):
        client.get(reverse(name))
    for index in range(4):
        factories.person(Role.SUPPORT, school)
        factories.SchoolClassFactory(school=school, name=f"C{index}")
    with django_assert_num_queries(expected):
        client.get(reverse(name))
