"""Forms of a pupil's record: adding, changing, support, needs, contacts, tags, grants; who may not; two people at once."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from pupils import actions
from pupils.models import Contact, Need, Pupil, PupilUserObjectPermission, SenPeriod, Tag
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day")]
ON = date(2026, 11, 23)


@pytest.fixture
def web(sign_in, school):
    """A client signed in as the SENDCo."""
    return sign_in(Role.SENDCO, school)


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(school=school, forename="Kofi", surname="Mensah", sen_status="N")


def needs_url(pupil) -> str:
    return reverse("pages:pupil-needs", args=[pupil.pk])


# --- Who may not ------------------------------------------------------------------------------------------


def paths(pupil) -> dict[str, str]:
    """Every address of the record, by name, on rows that belong to the pupil."""
    need = actions.add_need(pupil=pupil, code="ASD", starts=ON, by=None)
    contact = actions.add_contact(pupil=pupil, by=None, name="Ada Lane")
    actions.change_support(pupil=pupil, status="K", on=ON, reason="x", by=None)
    user = factories.UserFactory()
    grant = actions.grant_access(pupil=pupil, user=user, starts=ON, ends=ON, reason="x", by=None)
    own = ("pupil-edit", "support-change", "support-told", "tags-edit", "pupil-leave", "pupil-return", "need-add",
           "contact-add", "grants", "grant-add")  # fmt: skip
    found = {name: reverse(f"pupils:{name}", args=[pupil.pk]) for name in own}
    found |= {name: reverse(f"pupils:{name}", args=[need.pk]) for name in ("need-edit", "need-end", "need-move")}
    found |= {name: reverse(f"pupils:{name}", args=[contact.pk]) for name in ("contact-edit", "contact-remove")}
    return found | {"grant-end": reverse("pupils:grant-end", args=[grant.pk])}


POST_ONLY = ("pupil-return", "need-move", "grant-end")
GET_ONLY = ("grants",)
EDITS = {"pupil-edit", "tags-edit", "pupil-leave", "pupil-return", "contact-add", "contact-edit", "contact-remove"}
ALL = EDITS | {
    "support-change",
    "support-told",
    "need-add",
    "need-edit",
    "need-end",
    "need-move",
    "grants",
    "grant-add",
    "grant-end",
}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.SENDCO, ALL),
        (Role.ADMIN, EDITS),
        (Role.HEAD, set()),
        (Role.SAFEGUARDING, set()),
        (Role.FEDERATION_LEAD, set()),
    ],
)
def test_role_may_open_exactly_these(role, allowed, pupil, sign_in, school):
    client = sign_in(role, school)
    opened = set()
    for name, path in paths(pupil).items():
        response = client.post(path, {}) if name in POST_ONLY else client.get(path)
        assert response.status_code in (200, 302, 403)
        if response.status_code != 403:
            opened.add(name)
    assert opened == allowed


@pytest.mark.parametrize("role", [Role.SENDCO, Role.TEACHER, Role.SUPPORT, Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_nothing_of_a_pupil_out_of_reach_exists(role, sign_in, two_schools):
    """A SENDCo of another school, and people of this one who do not work with the pupil: 404, and nothing changes."""
    here, there = two_schools
    pupil = factories.PupilFactory(school=here)
    addresses = paths(pupil)
    client = sign_in(role, there if role == Role.SENDCO else here)
    events = AuditEvent.objects.count()
    for name, path in addresses.items():
        if name not in GET_ONLY:
            assert client.post(path, {"on": "2026-11-23", "direction": "up", "name": "X"}).status_code == 404, name
        if name not in POST_ONLY:
            assert client.get(path).status_code == 404, name
    assert AuditEvent.objects.count() == events


def test_teacher_who_sees_a_pupil_may_not_change_the_record(sign_in, school):
    client = sign_in(Role.TEACHER, school)
    pupil = factories.PupilFactory(school=school, key_adult=client.user)
    for name, path in paths(pupil).items():
        response = client.get(path) if name in GET_ONLY else client.post(path, {})
        assert response.status_code == 403, name


# --- Adding ---------------------------------------------------------------------------------------------------


def test_register_add_finds_pupils_of_the_roll_of_this_school(web, two_schools):
    here, there = two_schools
    found = factories.PupilFactory(school=here, surname="Mensah", search_name="mensah kofi")
    factories.PupilFactory(school=there, surname="Mensah", search_name="mensah ama")
    factories.PupilFactory(school=here, surname="Mensah", search_name="mensah gone", left_on=ON)
    response = web.get("/register/add/?q=Mens")
    assert response.context["found"] == [found]
    assert reverse("pupils:support-change", args=[found.pk]) in response.content.decode()
    assert "No pupil on the roll matches" in web.get("/register/add/?q=zzz").content.decode()


def test_pupil_add_puts_a_child_on_the_roll_and_the_register(web, school):
    data = {"forename": "Ama", "surname": "Boateng", "born": "3 May 2018", "year_group": "4", "sen_status": "K"}
    response = web.post("/pupils/add/", data)
    pupil = Pupil.objects.get()
    assert response["Location"] == pupil.get_absolute_url()
    assert (pupil.school_id, pupil.born, pupil.sen_periods.get().starts) == (school.pk, date(2018, 5, 3), ON)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"forename": ""}, "Enter the first name"),
        ({"born": "31 February 2018"}, "Enter a real date"),
        ({"born": "2026-11-24"}, "Enter a date of birth in the past"),
        ({"upn": "A123"}, "The UPN has 4 characters and needs 13"),
        ({"forename": "kofi", "surname": "MENSAH"}, "on the roll already"),
        ({"sen_status": "E"}, "Select a valid choice"),
    ],
)
def test_pupil_add_is_refused_in_words(change, words, web, pupil):
    data = {
        "forename": "Ama",
        "surname": "Boateng",
        "born": "2018-05-03",
        "year_group": "4",
        "sen_status": "N",
        **change,
    }
    response = web.post("/pupils/add/", data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Pupil.objects.count() == 1


def test_admin_assistant_adds_a_pupil_but_not_the_support(sign_in, school):
    client = sign_in(Role.ADMIN, school)
    assert "sen_status" not in client.get("/pupils/add/").context["form"].fields
    client.post("/pupils/add/", {"forename": "Ama", "surname": "B", "born": "2018-05-03", "sen_status": "K"})
    assert Pupil.objects.get().sen_status == "N"


# --- Changing, and two people at once ------------------------------------------------------------------------------


def edit_data(pupil, **change) -> dict:
    data = {"forename": pupil.forename, "surname": pupil.surname, "born": pupil.born.isoformat(), "version": pupil.version,
            "year_group": pupil.year_group, "sex": pupil.sex, "joined_on": "2022-09-01"}  # fmt: skip
    return {**data, **change}


def test_pupil_edit_saves_and_the_look_is_audited(web, pupil):
    url = reverse("pupils:pupil-edit", args=[pupil.pk])
    page = web.get(url)
    assert page.context["form"]["forename"].value() == "Kofi"
    assert AuditEvent.objects.get().kind == "pupil.viewed"
    response = web.post(url, edit_data(pupil, forename="Kwame", is_eal="False"))
    assert response["Location"] == pupil.get_absolute_url()
    pupil.refresh_from_db()
    assert (pupil.forename, pupil.is_eal, pupil.is_fsm, pupil.version) == ("Kwame", False, None, 2)


def test_pupil_edit_keeps_a_class_of_another_year_and_offers_this_years(web, pupil, two_schools):
    old = factories.SchoolClassFactory(school=pupil.school, academic_year=2025, name="Old")
    new = factories.SchoolClassFactory(school=pupil.school, name="New")
    factories.SchoolClassFactory(school=pupil.school, academic_year=2025, name="Other old")
    factories.SchoolClassFactory(school=two_schools[1], name="Elsewhere")
    Pupil.objects.filter(pk=pupil.pk).update(school_class=old)
    form = web.get(reverse("pupils:pupil-edit", args=[pupil.pk])).context["form"]
    assert list(form.fields["school_class"].queryset) == [new, old]
    response = web.post(reverse("pupils:pupil-edit", args=[pupil.pk]), edit_data(pupil, school_class=new.pk))
    assert response.status_code == 302
    assert Pupil.objects.get(pk=pupil.pk).school_class == new


def test_pupil_edit_over_a_newer_version_shows_both_and_saves_at_the_second_press(web, pupil):
    dawn = factories.person(Role.ADMIN, pupil.school)
    stale = edit_data(pupil, forename="Kwame", is_eal="True", medical_summary="Mine")
    actions.change_pupil(pupil=pupil, version=1, by=dawn, medical_summary="Theirs")
    url = reverse("pupils:pupil-edit", args=[pupil.pk])
    response = web.post(url, stale)
    assert response.status_code == 409
    assert Pupil.objects.get().medical_summary == "Theirs"
    page = response.content.decode()
    assert f"{dawn.name} changed this while you were writing" in page
    assert "Save mine over it" in page
    compared = {
        row["label"]: (row["mine"], row["theirs"]) for row in response.context["conflict"]["fields"] if row["differs"]
    }
    assert compared == {
        "Forename": ("Kwame", "Kofi"),
        "Medical summary": ("Mine", "Theirs"),
        "English as an additional language": ("Yes", "Not known"),
    }
    form = response.context["form"]
    assert (form["forename"].value(), form["version"].value()) == ("Kwame", "2")
    assert 'name="medical_summary" value="Mine"' in page
    assert web.post(url, {**stale, "version": 2}).status_code == 302
    assert Pupil.objects.get().medical_summary == "Mine"


def test_pupil_edit_costs_the_same_however_big_the_school(web, pupil, django_assert_num_queries):
    """Session, person, memberships; pupil; the event; choices of class and adult."""
    url = reverse("pupils:pupil-edit", args=[pupil.pk])
    web.get(url)
    with django_assert_num_queries(7):
        web.get(url)
    factories.SchoolClassFactory.create_batch(4, school=pupil.school)
    for _ in range(3):
        factories.person(Role.SUPPORT, pupil.school)
    with django_assert_num_queries(7):
        web.get(url)


def test_pupil_leaves_the_roll_and_comes_back(web, pupil):
    url = reverse("pupils:pupil-leave", args=[pupil.pk])
    assert "Take Kofi off the roll?" in web.get(url).content.decode()
    web.post(url, {"on": "2026-11-23"})
    assert Pupil.objects.get().left_on == ON
    assert "off the roll already" in web.post(url, {"on": "2026-11-23"}).content.decode()
    web.post(reverse("pupils:pupil-return", args=[pupil.pk]))
    assert Pupil.objects.get().left_on is None


# --- Support ---------------------------------------------------------------------------------------------------------


def test_support_change_prompts_for_the_parents(web, pupil):
    url = reverse("pupils:support-change", args=[pupil.pk])
    page = web.get(url).content.decode()
    assert "Children and Families Act 2014, section 68" in page
    response = web.post(url, {"status": "K", "on": "2026-11-20", "reason": "Plan agreed"})
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert said == ["Support changed. Tell the parents, then record the day"]
    period = SenPeriod.objects.get()
    assert (period.status, period.starts, period.parents_told_on) == ("K", date(2026, 11, 20), None)
    told = reverse("pupils:support-told", args=[pupil.pk])
    assert "SEN support since 20 November 2026" in web.get(told).content.decode()
    web.post(told, {"on": "2026-11-23"})
    assert SenPeriod.objects.get().parents_told_on == ON


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": ""}, "Choose the support"),
        ({"status": "N"}, "Select a valid choice"),
        ({"on": "2027-11-25"}, "Enter a day on or before 24 November 2027"),
        ({"reason": ""}, "Enter the reason"),
        ({"parents_told_on": "2027-01-01"}, "Enter today or a day in the past"),
    ],
)
def test_support_change_is_refused_in_words(change, words, web, pupil):
    url = reverse("pupils:support-change", args=[pupil.pk])
    response = web.post(url, {"status": "K", "on": "2026-11-23", "reason": "Plan", **change})
    assert (response.status_code, SenPeriod.objects.count()) == (422, 0)
    assert words in response.content.decode()


def test_support_change_before_the_open_period_is_refused_on_the_page(web, pupil):
    actions.change_support(pupil=pupil, status="M", on=ON, reason="x", by=None)
    url = reverse("pupils:support-change", args=[pupil.pk])
    response = web.post(url, {"status": "K", "on": "2026-11-22", "reason": "Plan"})
    assert response.status_code == 422
    assert "Choose that day or a later one" in response.content.decode()


# --- Needs -----------------------------------------------------------------------------------------------------------------


def test_a_need_is_recorded_by_choosing_it_and_saving(web, pupil):
    """What the form holds when it opens, plus the one choice: two presses."""
    url = reverse("pupils:need-add", args=[pupil.pk])
    form = web.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"code": "ASD"}
    response = web.post(url, data)
    assert response["Location"] == needs_url(pupil)
    need = Need.objects.get()
    assert (need.code, need.rank, need.starts, need.area) == ("ASD", 1, ON, "CI")
    again = web.get(url).context["form"]
    offered = [code for _, codes in again.fields["code"].choices for code, _ in codes]
    assert "ASD" not in offered
    assert "BESD" not in offered
    assert [choice for choice, _ in again.fields["rank"].choices] == [1, 2]


def test_need_not_assessed_does_not_go_with_an_ehc_plan(web, school):
    pupil = factories.PupilFactory(school=school, sen_status="E")
    response = web.post(reverse("pupils:need-add", args=[pupil.pk]), {"code": "NSA", "rank": 1, "starts": "2026-11-23"})
    assert response.status_code == 422
    assert "has been assessed" in response.content.decode()


def test_need_edit_end_and_move(web, pupil):
    first = actions.add_need(pupil=pupil, code="ASD", starts=ON, by=None)
    second = actions.add_need(pupil=pupil, code="HI", starts=ON, by=None)
    edit = reverse("pupils:need-edit", args=[first.pk])
    data = {"code": "SLCN", "starts": "2026-09-02", "description": "Short sentences help", "version": 1}
    assert web.post(edit, data)["Location"] == needs_url(pupil)
    assert web.post(edit, data).status_code == 302
    assert web.post(edit, {**data, "description": "Other"}).status_code == 409
    move = reverse("pupils:need-move", args=[second.pk])
    assert web.post(move, {"direction": "up"})["Location"] == needs_url(pupil)
    assert web.post(move, {"direction": "up", "next": "/my-pupils/"})["Location"] == "/my-pupils/"
    assert web.post(move, {"direction": "up", "next": "https://evil.example/"})["Location"] == needs_url(pupil)
    assert list(pupil.needs.order_by("rank").values_list("code", flat=True)) == ["HI", "SLCN"]
    end = reverse("pupils:need-end", args=[second.pk])
    assert "Enter today or a day in the past" in web.post(end, {"on": "2026-12-01"}).content.decode()
    assert web.post(end, {"on": "2026-11-23"})["Location"] == needs_url(pupil)
    assert Pupil.objects.get().main_need == "SLCN"


# --- Contacts and tags ---------------------------------------------------------------------------------------------------------


def test_contact_is_added_changed_and_removed(web, pupil):
    web.post(reverse("pupils:contact-add", args=[pupil.pk]), {"name": "Ada Lane", "may_not_be_contacted": "on"})
    contact = Contact.objects.get()
    assert (contact.order, contact.may_not_be_contacted) == (1, True)
    edit = reverse("pupils:contact-edit", args=[contact.pk])
    assert web.get(edit).context["form"]["name"].value() == "Ada Lane"
    assert AuditEvent.objects.filter(kind="pupil.viewed", pupil_id=pupil.pk).count() == 1
    data = {"name": "Ada Hill", "order": 1, "version": 1}
    assert web.post(edit, data).status_code == 302
    refused = web.post(edit, {**data, "name": "Ada Moor"})
    assert refused.status_code == 409
    row = {row["label"]: row for row in refused.context["conflict"]["fields"]}["Name"]
    assert (row["mine"], row["theirs"]) == ("Ada Moor", "Ada Hill")
    remove = reverse("pupils:contact-remove", args=[contact.pk])
    assert "Remove Ada Hill?" in web.get(remove).content.decode()
    web.post(remove)
    assert Contact.objects.count() == 0


def test_tags_are_chosen_and_new_ones_made(web, pupil):
    url = reverse("pupils:tags-edit", args=[pupil.pk])
    web.post(url, {"new": "New arrival"})
    assert [name for name, _ in web.get(url).context["form"].fields["tags"].choices] == ["New arrival"]
    web.post(url, {"tags": ["New arrival"], "new": "Young carer"})
    assert sorted(pupil.tags.values_list("name", flat=True)) == ["New arrival", "Young carer"]
    web.post(url, {"tags": ["Young carer"], "new": ""})
    assert list(pupil.tags.values_list("name", flat=True)) == ["Young carer"]
    assert Tag.objects.count() == 2


# --- Grants -------------------------------------------------------------------------------------------------------------------


def test_grant_is_given_listed_and_ended(web, pupil):
    supply = factories.person(Role.SUPPORT, pupil.school)
    add, listed = (reverse(f"pupils:{name}", args=[pupil.pk]) for name in ("grant-add", "grants"))
    data = {"person": supply.pk, "starts": "2026-11-20", "ends": "2026-12-04", "reason": "Supply in Beech"}
    assert web.post(add, data)["Location"] == listed
    page = web.get(listed)
    assert [grant.user for grant in page.context["current"]] == [supply]
    assert "20 November 2026 to 4 December 2026" in page.content.decode()
    grant = PupilUserObjectPermission.objects.get()
    web.post(reverse("pupils:grant-end", args=[grant.pk]))
    page = web.get(listed)
    assert (page.context["current"], [grant.ends for grant in page.context["ended"]]) == ([], [ON - timedelta(days=1)])


def test_grant_to_somebody_from_outside_by_address(web, pupil):
    outside = factories.UserFactory(email="psychologist@elsewhere.invalid")
    data = {
        "email": "Psychologist@elsewhere.invalid",
        "starts": "2026-11-23",
        "ends": "2026-11-30",
        "reason": "Assessment",
    }
    assert web.post(reverse("pupils:grant-add", args=[pupil.pk]), data).status_code == 302
    assert list(Pupil.objects.visible_to(outside)) == [pupil]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"person": ""}, "Choose a colleague, or enter an email address"),
        ({"email": "outside@elsewhere.invalid"}, "Choose a colleague, or enter an email address"),
        ({"person": "", "email": "nobody@elsewhere.invalid"}, "No account has this address"),
        ({"person": "stranger"}, "Select a valid choice"),
        ({"ends": "2026-11-22"}, "Enter today or a later day"),
        ({"starts": "2026-12-05"}, "Enter a day on or after the first day"),
        ({"ends": "2028-01-01"}, "Enter a day within a year"),
        ({"ends": ""}, "Access always ends"),
        ({"reason": ""}, "Enter why this person needs to see the pupil"),
    ],
)
def test_grant_is_refused_in_words(change, words, web, pupil, two_schools):
    factories.UserFactory(email="outside@elsewhere.invalid")
    stranger = factories.person(Role.SUPPORT, two_schools[1])
    supply = factories.person(Role.SUPPORT, pupil.school)
    data = {"person": supply.pk, "starts": "2026-11-23", "ends": "2026-12-04", "reason": "Cover", **change}
    if data["person"] == "stranger":
        data["person"] = stranger.pk
    response = web.post(reverse("pupils:grant-add", args=[pupil.pk]), data)
    assert (response.status_code, PupilUserObjectPermission.objects.count()) == (422, 0)
    assert words in response.content.decode()
