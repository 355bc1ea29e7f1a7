"""The screens of agencies: list, referral, its steps, the directory. Who sees what, at what price."""

from datetime import date

import pytest

from pupils.models import Contact
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from staff.agencies.actions import add_agency, add_professional, move_referral, open_referral
from staff.agencies.models import Agency, Professional, Referral
from tests import factories

from .conftest import CONSENT, TODAY

pytestmark = pytest.mark.integration


@pytest.fixture
def as_sendco(client, sendco, on_day):
    client.force_login(sendco)
    return client


def names(response):
    return [row["pupil"].known_as for row in response.context["rows"]]


@pytest.fixture
def four(school, salt, sendco):
    """A draft, one sent that is overdue, one that waits, and one closed."""
    made = []
    for name, states in (("Ada", ()), ("Ben", ("sent",)), ("Cora", ("sent", "waiting")), ("Dan", ("sent", "closed"))):
        pupil = factories.PupilFactory(
            school=school, forename=name, surname="Test", sen_status="K", search_name=f"test {name.lower()}"
        )
        referral = open_referral(pupil=pupil, agency=salt, reason="X", by=sendco, on=date(2026, 11, 20), **CONSENT)
        for state in states:
            on = date(2026, 11, 2 if name == "Ben" else 20)
            move_referral(referral=referral, version=referral.version, state=state, on=on, by=sendco)
        made.append(referral)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ben Test", "Ada Test", "Cora Test"]),
        ("?state=overdue", ["Ben Test"]),
        ("?state=waiting", ["Ben Test", "Cora Test"]),
        ("?state=draft", ["Ada Test"]),
        ("?state=closed", ["Dan Test"]),
        ("?state=nonsense", ["Ben Test", "Ada Test", "Cora Test"]),
        ("?q=cora", ["Cora Test"]),
        ("?agency=999999", ["Ben Test", "Ada Test", "Cora Test"]),
    ],
)
def test_list_by_state_and_pupil(as_sendco, four, query, expected):
    assert names(as_sendco.get(f"/agencies/{query}")) == expected


def test_list_says_what_is_overdue(as_sendco, four):
    response = as_sendco.get("/agencies/")
    assert "3 open referrals. 1 has a next step that is overdue." in response.content.decode()
    assert [tab["count"] for tab in response.context["tabs"]] == [3, 1, 2, 1, 1]
    assert response.context["rows"][0]["due"] == ("warn", "Was due 7 days ago")


def test_referral_page_is_audited_and_shows_the_way_on(as_sendco, sent, sendco):
    page = as_sendco.get(f"/agencies/referrals/{sent.pk}/").content.decode()
    assert "15 school days since it was sent." in page
    assert "Grace Mensah, 20 September 2026. Signed form" in page
    assert "?to=acknowledged" in page
    event = AuditEvent.objects.get(kind="pupil.viewed")
    assert (event.actor_id, event.pupil_id, event.details) == (sendco.pk, sent.pupil_id, {"page": "referral"})


def test_who_sees_without_writing(sign_in, sent, school, on_day):
    client = sign_in(Role.HEAD, school)
    page = client.get(f"/agencies/referrals/{sent.pk}/").content.decode()
    assert "?to=" not in page
    for path in ("edit/", "step/?to=closed", "discard/"):
        assert client.get(f"/agencies/referrals/{sent.pk}/{path}").status_code == 403
    assert client.get("/agencies/referrals/add/").status_code == 403
    assert client.get("/agencies/directory/add/").status_code == 403


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_who_sees_nothing(sign_in, sent, salt, school, role, on_day):
    client = sign_in(role, school)
    assert client.get("/agencies/").status_code == 403
    assert client.get("/agencies/directory/").status_code == 403
    assert client.get(f"/agencies/referrals/{sent.pk}/").status_code == 404


def test_nothing_of_another_federation_is_within_reach(sign_in, sent, salt, pupil, two_schools, on_day):
    person = add_professional(agency=salt, by=None, name="Ruth Adeyemi")
    client = sign_in(Role.SENDCO, two_schools[1])
    for path in (
        f"referrals/{sent.pk}/", f"referrals/{sent.pk}/edit/", f"referrals/{sent.pk}/step/",
        f"referrals/{sent.pk}/discard/", f"referrals/add/?pupil={pupil.pk}", f"directory/{salt.pk}/",
        f"directory/{salt.pk}/edit/", f"directory/{salt.pk}/people/add/", f"directory/people/{person.pk}/edit/",
    ):  # fmt: skip
        assert client.get(f"/agencies/{path}").status_code == 404, path
    for path in ("", "directory/", "referrals/add/"):
        page = client.get(f"/agencies/{path}").content.decode()
        assert "Mensah" not in page
        assert "Speech and Language" not in page


def test_a_sister_school_shares_services_and_not_referrals(sign_in, sent, salt, school, on_day):
    sister = factories.SchoolFactory(federation=school.federation)
    client = sign_in(Role.SENDCO, sister)
    assert "Speech and Language" in client.get("/agencies/directory/").content.decode()
    page = client.get(f"/agencies/directory/{salt.pk}/")
    assert page.context["rows"] == []
    assert client.get(f"/agencies/referrals/{sent.pk}/").status_code == 404


@pytest.mark.parametrize("size", [1, 5])
def test_pages_take_the_same_queries_for_any_number(as_sendco, school, salt, sendco, size, django_assert_num_queries):
    for n in range(size):
        add_agency(federation=school.federation, by=None, name=f"Service {n}", kind="ep")
        add_professional(agency=salt, by=None, name=f"Person {n}")
        referral = open_referral(
            pupil=factories.PupilFactory(school=school), agency=salt, reason="X", by=sendco, on=TODAY, **CONSENT
        )
        move_referral(referral=referral, version=1, state="sent", on=TODAY, by=sendco)
    for path, count in (("", 8), (f"referrals/{referral.pk}/", 7), ("directory/", 4), (f"directory/{salt.pk}/", 6)):
        as_sendco.get(f"/agencies/{path}")
        with django_assert_num_queries(count, info=path):
            as_sendco.get(f"/agencies/{path}")


def test_a_referral_is_started_for_a_pupil(as_sendco, pupil, salt, sendco):
    Contact.objects.create(pupil=pupil, name="Grace Mensah", has_parental_responsibility=True)
    page = as_sendco.get(f"/agencies/referrals/add/?pupil={pupil.pk}").content.decode()
    assert "Refer Kofi" in page
    assert "Parental responsibility: Grace Mensah." in page
    data = {"agency": salt.pk, "reason": "Hard to understand.", "owner": sendco.pk}
    response = as_sendco.post(f"/agencies/referrals/add/?pupil={pupil.pk}", data)
    referral = Referral.objects.get()
    assert response.url == f"/agencies/referrals/{referral.pk}/"
    assert (referral.pupil, referral.state) == (pupil, "draft")


def test_a_referral_is_started_from_the_list_of_pupils(as_sendco, pupil, salt):
    data = {"pupil": pupil.pk, "agency": salt.pk, "reason": "X", "consent_by": "Grace Mensah"}
    response = as_sendco.post("/agencies/referrals/add/", data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Enter the day of the consent" in page
    assert "Choose how the consent was given" in page
    assert as_sendco.post("/agencies/referrals/add/", data | {"consent_by": ""}).status_code == 302


def test_sending_asks_for_consent_and_keeps_what_was_typed(as_sendco, draft):
    Referral.objects.update(consent_by="", consent_on=None, consent_how="")
    path = f"/agencies/referrals/{draft.pk}/step/?to=sent"
    data = {"version": 1, "on": "2026-11-23", "text": "By post", "next_step": "Ring them", "next_step_on": "2026-12-01"}
    response = as_sendco.post(path, data)
    assert response.status_code == 422
    assert "Enter whose consent you have" in response.content.decode()
    consent = {"consent_by": "Grace Mensah", "consent_on": "2026-11-20", "consent_how": "meeting"}
    assert as_sendco.post(path, data | consent | {"on": "2026-11-24"}).status_code == 422
    assert as_sendco.post(path, data | consent).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.sent_on, draft.next_step, draft.consent_how) == ("sent", TODAY, "Ring them", "meeting")


def test_a_contact_needs_words(as_sendco, sent):
    path = f"/agencies/referrals/{sent.pk}/step/"
    data = {"version": 2, "on": "2026-11-23", "text": ""}
    assert "Write what happened" in as_sendco.post(path, data).content.decode()
    assert as_sendco.post(path, data | {"text": "Rang"}).status_code == 302
    late = as_sendco.post(path, data | {"text": "Rang again"})
    assert late.status_code == 409
    assert "Rang again" in late.content.decode()


def test_steps_that_cannot_be(as_sendco, sent):
    assert as_sendco.get(f"/agencies/referrals/{sent.pk}/step/?to=nowhere").status_code == 404
    data = {"version": 2, "on": "2026-11-23", "text": ""}
    response = as_sendco.post(f"/agencies/referrals/{sent.pk}/step/?to=reported", data)
    assert response.status_code == 422
    assert "A referral that is sent cannot become report received." in response.content.decode()


def test_a_referral_is_changed_and_a_draft_thrown_away(as_sendco, draft, salt):
    path = f"/agencies/referrals/{draft.pk}/edit/"
    data = {"version": 1, "agency": salt.pk, "reason": "New words", "next_step": "Ring", "next_step_on": "2026-12-01"}
    assert as_sendco.post(path, data).status_code == 302
    assert as_sendco.post(path, data | {"reason": "Other words"}).status_code == 409
    draft.refresh_from_db()
    assert draft.reason == "New words"
    assert as_sendco.post(f"/agencies/referrals/{draft.pk}/discard/").status_code == 302
    assert not Referral.objects.exists()


def test_directory_is_kept(as_sendco, salt):
    data = {"name": "County psychology", "kind": "ep", "chase_after": "15"}
    response = as_sendco.post("/agencies/directory/add/", data)
    agency = Agency.objects.get(name="County psychology")
    assert response.url == f"/agencies/directory/{agency.pk}/"
    assert as_sendco.post("/agencies/directory/add/", data).status_code == 422
    change = data | {"version": 1, "name": "County EP", "is_archived": "on"}
    assert as_sendco.post(f"/agencies/directory/{agency.pk}/edit/", change).status_code == 302
    assert as_sendco.post(f"/agencies/directory/{agency.pk}/edit/", change).status_code == 409
    page = as_sendco.get("/agencies/directory/")
    assert [row.name for row in page.context["archived"]] == ["County EP"]
    assert as_sendco.post(f"/agencies/directory/{salt.pk}/people/add/", {"name": "Ruth Adeyemi"}).status_code == 302
    person = Professional.objects.get()
    change = {"version": 1, "name": "Ruth Adeyemi", "job_title": "Therapist"}
    assert as_sendco.post(f"/agencies/directory/people/{person.pk}/edit/", change).status_code == 302
    assert "Therapist" in as_sendco.get(f"/agencies/directory/{salt.pk}/").content.decode()


def test_admin_assistant_is_not_offered_social_care(sign_in, social, salt, school, on_day):
    client = sign_in(Role.ADMIN, school)
    page = client.get("/agencies/referrals/add/").content.decode()
    assert "Speech and Language" in page
    assert "Early help" not in page
