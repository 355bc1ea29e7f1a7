"""The catalogue: what a federation sees, its own versions of entries, and who may change them."""

from datetime import date

import pytest

from provision.actions import add_intervention, change_intervention, decide
from provision.models import Decision, Intervention, Tier
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from tests import factories

pytestmark = pytest.mark.integration
NUMBER = "/interventions/1stclassnumber-1/"


@pytest.fixture
def as_sendco(enter, sendco, on_day):
    return enter(sendco)


def form(**fields):
    """What the form sends for the number programme as the catalogue has it."""
    return {
        "version": 1, "name": "1stClass@Number 1", "area": "CL", "strand": "number",
        "tier": Tier.objects.get(code="targeted").pk, "years": "Y2", "group_min": 4, "group_max": 4, "times_per_week": 3,
        "minutes": 30, "weeks": 10, "grade": "ta2", "training": "", "instrument": "", "entry_measure": "",
        "evidence_level": "rct_positive", "evidence_text": "", "source_title": "", "source_url": "",
    } | fields  # fmt: skip


# --- Pages --------------------------------------------------------------------------------------------------------


def test_catalogue_lists_every_entry_by_area(as_sendco, plan):
    plan()
    response = as_sendco.get("/interventions/")
    assert response.context["count"] == 55
    assert [label for label, _, _ in response.context["areas"]] == [
        "Communication and interaction", "Cognition and learning", "Social, emotional and mental health",
        "Sensory and physical",
    ]  # fmt: skip
    rows = {row["entry"].slug: row for _, _, rows in response.context["areas"] for row in rows}
    number = rows["1stclassnumber-1"]
    assert (number["size"], number["dose"], number["running"]) == (
        "Group of 4", "3 times a week, 30 minutes, 10 weeks", 1,
    )  # fmt: skip
    assert (rows["early-talk-boost"]["evidence"], rows["early-talk-boost"]["running"]) == ("Evidence not checked", 0)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=number", 8),
        ("area=SP", 6),
        ("tier=specialist&area=SP", 1),
        ("show=used", 1),
        ("show=archived", 0),
        ("area=no", 55),
    ],
)
def test_catalogue_filters(as_sendco, plan, query, count):
    plan()
    assert as_sendco.get(f"/interventions/?{query}").context["count"] == count


def test_catalogue_shows_each_filter_to_take_off(as_sendco, school):
    pills = as_sendco.get("/interventions/?area=SP&q=fine").context["pills"]
    assert pills == [
        {"text": "“fine”", "url": "?area=SP"}, {"text": "Sensory and physical", "url": "?q=fine"},
    ]  # fmt: skip


def test_entry_tells_dose_evidence_cost_and_groups(as_sendco, plan, school, sendco, number_group):
    plan(name="Number, Willow")
    decide(school=school, intervention=number_group, kind="keep", reason="", on=date(2026, 11, 20), by=sendco)
    response = as_sendco.get(NUMBER)
    assert ("Staff cost", "About £77 a pupil in a full group") in response.context["facts"]
    assert ("Size", "Group of 4") in response.context["facts"]
    page = response.content.decode()
    assert "Number, Willow" in page
    assert "Controlled trials found a gain" in page
    assert "<b>Keep as it is</b>, 20 November 2026" in page


def test_entry_without_a_rate_has_no_price(as_sendco, number_group):
    Intervention.objects.filter(pk=number_group.pk).update(grade="external")
    assert "Staff cost" not in dict(as_sendco.get(NUMBER).context["facts"])


def test_entry_that_nobody_checked_says_so(as_sendco, school):
    page = as_sendco.get("/interventions/early-talk-boost/").content.decode()
    assert "Evidence not checked" in page
    assert "Nobody here has read a source for this." in page


def test_unknown_entry(as_sendco, school):
    assert as_sendco.get("/interventions/nothing-of-that-name/").status_code == 404


# --- The federation's own -----------------------------------------------------------------------------------------


def test_change_makes_an_own_copy_and_leaves_the_national_entry(as_sendco, plan, number_group, school, sendco):
    group = plan()
    decide(school=school, intervention=number_group, kind="keep", reason="", on=date(2026, 11, 20), by=None)
    response = as_sendco.post(f"{NUMBER}edit/", form(weeks=12, name="Number club"))
    assert (response.status_code, response["Location"]) == (302, NUMBER)
    own = Intervention.objects.get(federation=school.federation)
    assert (own.code, own.slug, own.name, own.weeks, own.changed_by_name) == (
        number_group.code, number_group.slug, "Number club", 12, sendco.name,
    )  # fmt: skip
    number_group.refresh_from_db()
    assert (number_group.weeks, number_group.name) == (10, "1stClass@Number 1")
    group.refresh_from_db()
    assert (group.intervention, Decision.objects.get().intervention) == (own, own)
    assert "Number club" in as_sendco.get(NUMBER).content.decode()
    assert as_sendco.get("/interventions/").context["count"] == 55
    event = AuditEvent.objects.get(kind="intervention.changed")
    assert {"name", "weeks"} <= set(event.details["fields"])
    assert "grade" not in event.details["fields"]


def test_other_federations_keep_the_national_entry(number_group, school, plan, two_schools, sendco):
    other = two_schools[1]
    factories.PayRateFactory(school=other)
    (stranger,) = [factories.PupilFactory(school=other, sen_status="K")]
    theirs = plan(school=other, pupils=[stranger], by=None, deliverer=None)
    change_intervention(intervention=number_group, federation=school.federation, version=1, by=sendco, weeks=12)
    theirs.refresh_from_db()
    assert theirs.intervention == number_group
    seen = Intervention.objects.for_federation(other.federation_id)
    assert seen.get(slug="1stclassnumber-1").weeks == 10


def test_second_change_is_of_the_copy(school, sendco, number_group):
    federation = school.federation
    own = change_intervention(intervention=number_group, federation=federation, version=1, by=sendco, weeks=12)
    again = change_intervention(intervention=own, federation=federation, version=own.version, by=sendco, weeks=14)
    assert (again.pk, again.weeks, Intervention.objects.filter(federation=federation).count()) == (own.pk, 14, 1)


def test_who_still_has_the_national_form_open_is_shown_both_versions(as_sendco, school, number_group):
    colleague = factories.person(Role.SENDCO, school)
    change_intervention(intervention=number_group, federation=school.federation, version=1, by=colleague, weeks=12)
    response = as_sendco.post(f"{NUMBER}edit/", form(weeks=8))
    page = response.content.decode()
    assert response.status_code == 409
    assert colleague.name in page
    assert Intervention.objects.get(federation=school.federation).weeks == 12
    saved_over = as_sendco.post(f"{NUMBER}edit/", form(weeks=8, version=2))
    assert saved_over.status_code == 302
    assert Intervention.objects.get(federation=school.federation).weeks == 8


def test_two_first_changes_at_once_conflict(school, sendco, number_group):
    change_intervention(intervention=number_group, federation=school.federation, version=1, by=sendco, weeks=12)
    with pytest.raises(Conflict) as refused:
        change_intervention(intervention=number_group, federation=school.federation, version=1, by=sendco, weeks=9)
    assert refused.value.current.weeks == 12


def test_form_says_what_is_wrong(as_sendco, school):
    response = as_sendco.post(
        f"{NUMBER}edit/", form(name="", group_min=5, group_max=2, evidence_checked="on", source_url="no address")
    )
    page = response.content.decode()
    assert response.status_code == 422
    for words in (
        "Enter a name", "Enter 5 or more, or fewer in the field before", "Enter the source that was read",
        "Enter a whole address, such as https://www.example.org/report",
    ):  # fmt: skip
        assert words in page


def test_hidden_entry_is_not_offered(as_sendco, school):
    as_sendco.post(f"{NUMBER}edit/", form(is_archived="on"))
    assert as_sendco.get("/interventions/").context["count"] == 54
    assert as_sendco.get("/interventions/?show=archived").context["count"] == 1
    page = as_sendco.get(NUMBER).content.decode()
    assert "This entry is hidden when groups are planned." in page
    assert f"{NUMBER}groups/add/" not in page


def test_add(as_sendco, school):
    data = {name: value for name, value in form(name="Thornmere talk club").items() if name != "version"}
    assert as_sendco.post("/interventions/add/", data).status_code == 302
    own = Intervention.objects.get(slug="thornmere-talk-club")
    assert (own.federation, own.code, own.evidence_checked) == (school.federation, f"OWN{own.pk}", False)
    again = as_sendco.post("/interventions/add/", data)
    assert again.status_code == 422
    assert "The catalogue has an entry of this name." in again.content.decode()


@pytest.mark.parametrize("name", ["Add", "—"])
def test_a_name_must_make_an_address(school, name):
    fields = {"area": "CL", "tier": Tier.objects.get(code="targeted")}
    with pytest.raises(Refused, match="Choose another name"):
        add_intervention(federation=school.federation, by=None, name=name, **fields)


# --- Who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.HEAD, Role.FEDERATION_LEAD])
def test_leaders_read_the_catalogue_but_do_not_change_it(sign_in, school, number_group, on_day, role):
    client = sign_in(role, school)
    page = client.get(NUMBER).content.decode()
    assert "Plan a group" not in page
    assert f"{NUMBER}edit/" not in page
    assert client.post(f"{NUMBER}edit/", form()).status_code == 403
    assert client.get("/interventions/add/").status_code == 403
    with pytest.raises(NotAllowed):
        change_intervention(intervention=number_group, federation=school.federation, version=1, by=client.user, weeks=3)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.ADMIN, Role.GOVERNOR])
def test_others_do_not_see_it(sign_in, school, on_day, role):
    client = sign_in(role, school)
    assert [client.get(address).status_code for address in ("/interventions/", NUMBER)] == [403, 403]


def test_another_federations_entry(sendco, school, two_schools, number_group):
    theirs = change_intervention(
        intervention=number_group, federation=two_schools[1].federation, version=1, by=None, weeks=9
    )
    with pytest.raises(NotAllowed):
        change_intervention(intervention=theirs, federation=school.federation, version=1, by=sendco, weeks=3)
    with pytest.raises(NotAllowed):
        change_intervention(intervention=theirs, federation=theirs.federation, version=1, by=sendco, weeks=3)


def test_only_known_fields(school, number_group):
    with pytest.raises(TypeError, match="code"):
        change_intervention(intervention=number_group, federation=school.federation, version=1, by=None, code="X")


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize(("address", "queries"), [("/interventions/", 6), (NUMBER, 7)])
def test_pages_take_the_same_queries_for_any_size(as_sendco, plan, django_assert_num_queries, groups, address, queries):
    for place in range(groups):
        plan(pupils=1, name=f"Group {place}")
    as_sendco.get(address)
    with django_assert_num_queries(queries):
        assert as_sendco.get(address).status_code == 200
