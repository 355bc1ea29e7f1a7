"""What costs are worked out with, and how exact a test is: set in Settings, read on the maps and on the impact page."""

from datetime import date
from decimal import Decimal

import pytest

from provision.actions.constants import add_constants, save_facts
from provision.cost_constants import CONSTANTS, DEFAULTS, as_entered, constants_for
from provision.impact_feed import lines_between, measured
from provision.models import CostConstants, InstrumentFacts
from pupils.models import Instrument
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day")]
ENTERED = as_entered(DEFAULTS)
SEPTEMBER = date(2026, 9, 1)


def add(school, by, day=SEPTEMBER, for_federation=False, **changed):
    return add_constants(
        school=school, for_federation=for_federation, valid_from=day, source="County scheme", by=by, **ENTERED | changed
    )


def sent(**changed):
    values = {name: str(value) for name, value in ENTERED.items()}
    return values | {"scope": "school", "valid_from": "2026-09-01", "source": "Council"} | changed


@pytest.fixture
def as_sendco(enter, sendco):
    return enter(sendco)


@pytest.fixture
def tested(plan, measure):
    """Six pupils with scores before and after on the group's test, whose reliability is not known."""
    group = plan(pupils=6)
    Instrument.objects.filter(pk=group.intervention.instrument_id).update(
        family="standardised", sd=15, reliability=None, minimum=40, maximum=160
    )
    measure(group, [(80 + n, 88 + 2 * n) for n in range(6)])
    return group


def test_rows_hold_from_their_day_and_the_schools_own_goes_first(school, sendco):
    other = factories.SchoolFactory(federation=school.federation)
    assert constants_for(school.pk, SEPTEMBER) == DEFAULTS

    add(school, sendco, for_federation=True, top_up_threshold=Decimal(6500))
    add(school, sendco, top_up_threshold=Decimal(7000), support_pension=Decimal("25.5"))

    own, before = constants_for(school.pk, date(2027, 1, 1)), constants_for(school.pk, date(2026, 8, 31))
    assert (own.top_up_threshold, own.support_pension) == (7000, Decimal("0.255"))
    assert constants_for(other.pk, SEPTEMBER).top_up_threshold == 6500
    assert before == DEFAULTS


def test_rows_of_another_federation_hold_nowhere_else(school):
    elsewhere = factories.SchoolFactory()
    add(elsewhere, None, for_federation=True, top_up_threshold=Decimal(1))
    assert elsewhere.federation_id != school.federation_id
    assert constants_for(school.pk, SEPTEMBER) == DEFAULTS


def test_a_day_has_one_row(school, sendco):
    add(school, sendco)
    with pytest.raises(Refused, match="from that day already"):
        add(school, sendco)
    add(school, sendco, for_federation=True)
    assert CostConstants.objects.count() == 2
    assert AuditEvent.objects.filter(kind="costs.added", school_id=school.pk).count() == 2


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.GOVERNOR, Role.HEAD])
def test_only_who_edits_settings_may(school, role):
    person = factories.person(role, school)
    with pytest.raises(NotAllowed):
        add(school, person)
    facts = InstrumentFacts(federation=school.federation, instrument=Instrument.objects.first())
    with pytest.raises(NotAllowed):
        save_facts(facts=facts, school=school, version=1, by=person, sd=None)


def test_threshold_of_the_map_follows_the_setting(as_sendco, plan, school):
    plan(pupils=1)
    assert "£6,000 the school pays first" in as_sendco.get("/provision/pupils/").content.decode()

    reply = as_sendco.post("/settings/costs/add/", sent(top_up_threshold="20"))

    assert (reply.status_code, reply["Location"]) == (302, "/settings/costs/")
    page = as_sendco.get("/provision/pupils/")
    assert "£20 the school pays first" in page.content.decode()
    assert [row.threshold for row in page.context["page"]] == [Decimal(20)]
    assert page.context["page"][0].is_above
    assert page.context["figures"][2]["meta"] == "£20 for a whole year"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"top_up_threshold": "-1"}, "top_up_threshold", "Enter 0 or more"),
        ({"top_up_threshold": "abc"}, "top_up_threshold", "Enter a number"),
        ({"support_pension": "200"}, "support_pension", "Enter 60 or less"),
        ({"pupil_weeks": ""}, "pupil_weeks", "Enter school weeks a year"),
        ({"valid_from": "2012-01-01"}, "valid_from", "Enter a day from 2013 on, at most a few years ahead"),
        ({"scope": "world"}, "scope", "Select a valid choice. world is not one of the available choices."),
    ],
)
def test_odd_amounts_are_refused_in_words(as_sendco, changed, field, words):
    page = as_sendco.post("/settings/costs/add/", sent(**changed))
    assert (page.status_code, page.context["form"].errors[field]) == (422, [words])
    assert CostConstants.objects.count() == 0


def test_salary_becomes_the_cost_of_an_hour(as_sendco):
    """The example of the practice notes: £25,900 for 27.5 hours in term time."""
    page = as_sendco.get("/settings/costs/?salary=25900&hours=27.5")
    assert str(page.context["result"]["rate"]) == "20.60"
    page = as_sendco.get("/settings/costs/?salary=45352&teacher=on")
    assert str(page.context["result"]["rate"]) == "50.92"
    refused = as_sendco.get("/settings/costs/?salary=25900")
    assert refused.context["form"].errors["hours"] == ["Enter the contracted hours a week"]
    assert refused.context["result"] is None


def test_impact_page_says_what_is_missing_and_where_to_enter_it(as_sendco, tested):
    address = f"/interventions/{tested.intervention.slug}/impact/"
    slug = tested.intervention.instrument.slug
    before = as_sendco.get(address)
    assert before.context["verdicts"] in ([], None, ())
    assert f'href="/settings/tests/{slug}/"' in before.content.decode()

    reply = as_sendco.post(
        f"/settings/tests/{slug}/", {"version": 1, "reliability": "0.92", "sd": "15", "source": "Manual, p. 40"}
    )

    assert (reply.status_code, reply["Location"]) == (302, "/settings/tests/")
    after = as_sendco.get(address)
    assert after.context["verdicts"]
    assert "a reliability of 0.92 and a spread of 15." in after.content.decode()
    assert "0.92" in as_sendco.get("/settings/tests/").content.decode()


def test_who_may_not_set_is_told_whom_to_ask(enter, tested, school):
    page = enter(factories.person(Role.HEAD, school)).get(f"/interventions/{tested.intervention.slug}/impact/")
    assert "The SENDCo enters them in Settings, Tests." in page.content.decode()
    assert "/settings/tests/" not in page.content.decode()


def test_an_empty_field_leaves_what_the_test_says(school, sendco, tested):
    test = tested.intervention.instrument
    facts = InstrumentFacts(federation=school.federation, instrument=test)
    save_facts(facts=facts, school=school, version=1, by=sendco, sd=None, reliability=Decimal("0.8"), source="")

    runs = measured(lines_between(school.pk, date(2026, 9, 1), date(2026, 11, 23)))

    assert {(run.test.sd, run.test.reliability) for run in runs} == {(15.0, 0.8)}


def test_facts_of_another_federation_do_not_count(school, tested):
    elsewhere = factories.SchoolFactory()
    facts = InstrumentFacts(federation=elsewhere.federation, instrument=tested.intervention.instrument)
    save_facts(facts=facts, school=elsewhere, version=1, by=None, reliability=Decimal("0.8"))

    runs = measured(lines_between(school.pk, date(2026, 9, 1), date(2026, 11, 23)))

    assert {run.test.reliability for run in runs} == {None}


def test_second_of_two_people_is_shown_both(as_sendco, school, tested):
    slug = tested.intervention.instrument.slug
    first = {"version": 1, "reliability": "0.92", "sd": "15", "source": "One"}
    assert as_sendco.post(f"/settings/tests/{slug}/", first).status_code == 302
    late = as_sendco.post(f"/settings/tests/{slug}/", first | {"reliability": "0.5"})
    assert late.status_code == 409
    again = as_sendco.post(f"/settings/tests/{slug}/", first | {"reliability": "0.5", "version": 2})
    assert again.status_code == 302
    assert InstrumentFacts.objects.get().reliability == Decimal("0.5")


def test_two_first_saves_at_once_are_not_both_taken(school, sendco, tested):
    rows = [InstrumentFacts(federation=school.federation, instrument=tested.intervention.instrument) for _ in range(2)]
    save_facts(facts=rows[0], school=school, version=1, by=sendco, reliability=Decimal("0.8"))
    with pytest.raises(Conflict):
        save_facts(facts=rows[1], school=school, version=1, by=sendco, reliability=Decimal("0.7"))


@pytest.mark.parametrize(
    ("value", "words"), [("1.2", "Enter a number between 0 and 1"), ("high", "Enter a number such as 0.92")]
)
def test_reliability_is_between_0_and_1(as_sendco, tested, value, words):
    slug = tested.intervention.instrument.slug
    page = as_sendco.post(f"/settings/tests/{slug}/", {"version": 1, "reliability": value, "sd": "", "source": ""})
    assert (page.status_code, page.context["form"].errors["reliability"]) == (422, [words])


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_the_same_queries_for_any_size(as_sendco, school, sendco, django_assert_num_queries, rows):
    for place in range(rows):
        add(school, sendco, day=date(2026, 9, 1 + place))
        InstrumentFacts.objects.create(
            federation=school.federation,
            instrument=Instrument.objects.order_by("pk")[place],
            reliability=Decimal("0.9"),
        )
    for address in ("/settings/costs/", "/settings/tests/"):
        as_sendco.get(address)
        with django_assert_num_queries(5):
            assert as_sendco.get(address).status_code == 200


def test_every_constant_is_a_field_of_the_rules():
    assert set(CONSTANTS) <= {field for field in DEFAULTS.__slots__}
    assert as_entered(DEFAULTS)["support_pension"] == 20
