"""The pages of impact: one intervention, all of them, missing scores, and decisions."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from provision.actions import decide
from provision.impact_feed import dosage_by_line, lines_between, measured, missing_scores, with_scores
from provision.models import Decision, Intervention
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import NotAllowed, Refused
from tests import factories

from .conftest import MONDAY, THURSDAY

pytestmark = pytest.mark.integration
TODAY = date(2026, 11, 23)
SCORES = [(78, 84), (82, 85), (75, 80), (90, 97), (85, 86), (80, 88)]
"""The first paired vector of the reference: mean 5.0, from 2.2634 to 7.7366."""


@pytest.fixture
def as_sendco(enter, sendco, on_day):
    return enter(sendco)


@pytest.fixture
def neli(db):
    """Measured by a standardised test, so that no months are taken off."""
    return Intervention.objects.get(slug="nuffield-early-language-intervention")


@pytest.fixture
def address(neli):
    return f"/interventions/{neli.slug}/impact/"


@pytest.fixture
def six(plan, neli, happened, measure):
    group = plan(intervention=neli, pupils=6, name="NELI, Acorn")
    happened(group, missed=2, reason="room")
    measure(group, SCORES)
    return group


# --- What it is read from -----------------------------------------------------------------------------------------


def test_measured_lines(six, school):
    runs = measured(lines_between(school.pk, date(2025, 9, 1), TODAY))
    assert [(run.entry.value, run.leaving.value) for run in runs] == SCORES
    assert {(run.code, run.name, run.test.slug, run.cost) for run in runs} == {
        ("NELI", "Nuffield Early Language Intervention", "languagescreen", Decimal("51.50")),
    }
    assert measured(lines_between(school.pk, date(2025, 9, 1), date(2026, 8, 31))) == []


def test_dosage_is_of_each_pupils_own_days(plan, school, happened):
    """Twenty sessions until 20 November; five did not happen; Kofi was away from the rest, Ama came on 5 October."""
    group = plan(pupils=2)
    kofi, ama = group.lines.order_by("pk")
    ama.starts = date(2026, 10, 5)
    ama.save()
    happened(group, missed=5, reason="room", away=[kofi.pupil])
    found = dosage_by_line(lines_between(school.pk, date(2026, 9, 1), TODAY), TODAY)
    assert (found[kofi.pk].planned, found[kofi.pk].delivered, found[kofi.pk].attended) == (20, 15, 0)
    assert dict(found[kofi.pk].missed) == {"pupil_absent": 15, "room": 5}
    assert found[kofi.pk].dose == 0
    assert (found[ama.pk].planned, found[ama.pk].attended, found[ama.pk].dose) == (12, 12, 100)


def test_trips_leave_the_plan_and_today_waits(plan, school, happened):
    group = plan(pupils=1, starts=date(2026, 11, 16), ends=date(2026, 12, 4), slots=[MONDAY, THURSDAY])
    happened(group, missed=1, reason="trip")
    (dose,) = dosage_by_line(lines_between(school.pk, TODAY, TODAY), TODAY).values()
    # Monday 16 was a trip, Thursday 19 happened, and that of today is not logged yet.
    assert (dose.planned, dose.delivered) == (1, 1)
    (tomorrow,) = dosage_by_line(lines_between(school.pk, TODAY, TODAY), TODAY + timedelta(days=1)).values()
    assert (tomorrow.planned, tomorrow.delivered) == (2, 1)


def test_only_lines_with_both_scores(plan, school, measure, neli):
    group = plan(intervention=neli, pupils=3)
    measure(group, [(80, 85), (82, None), (None, None)])
    assert with_scores(lines_between(school.pk, TODAY - timedelta(days=60), TODAY)).count() == 1


# --- One intervention ---------------------------------------------------------------------------------------------


def test_page_shows_average_range_dose_and_cost(as_sendco, six, address):
    response = as_sendco.get(address)
    figures = {figure["label"]: (figure["value"], figure.get("meta")) for figure in response.context["figures"]}
    assert figures == {
        "pupils gained": (6, "None fell back"),
        "average gain, in points": ("+5.0", "Likely between 2.3 and 7.7"),
        "planned sessions happened": ("90%", "18 of 20"),
        "cost a pupil": ("£52", "£309 in all, about £10 a point"),
    }
    page = response.content.decode()
    assert "<h1>Most pupils on Nuffield Early Language Intervention caught up</h1>" in page
    assert "Groups from September 2026 to November 2026" in page
    assert "18 of 20" in page
    assert "No comparison group" in page
    assert "How exact LanguageScreen is is not known" in page


def test_page_names_pupils_for_staff(as_sendco, six, address):
    line = six.lines.order_by("pk").first()
    assert line.pupil.short_name in as_sendco.get(address).content.decode()


def test_reliable_change_and_the_expected_line(as_sendco, six, neli, address):
    neli.instrument.reliability = Decimal("0.9")
    neli.instrument.save()
    response = as_sendco.get(address)
    assert response.context["verdicts"] == [
        ("Gained for certain", "0 of 6"), ("Within the test’s own error", "6 of 6"), ("Fell back for certain", "0 of 6"),
    ]  # fmt: skip
    start, after = response.context["expected"]
    assert (round(start, 2), round(after, 2)) == (81.67, 83.5)
    assert "pupils who start low rise a little anyway" in response.content.decode()


def test_fewer_than_five_are_a_list_without_an_average(as_sendco, plan, neli, measure, address):
    measure(plan(intervention=neli, pupils=4), [(80, 90)] * 4)
    response = as_sendco.get(address)
    page = response.content.decode()
    assert "Too early to say for Nuffield Early Language Intervention" in page
    assert response.context["slopes"] is response.context["beside"] is None
    assert [row["gain"] for row in response.context["rows"]] == ["+10.0"] * 4
    assert "average gain" not in page
    assert "%" not in "".join(
        str(figure["value"]) for figure in response.context["figures"] if "gained" in figure["label"]
    )


def test_nobody_measured_yet(as_sendco, neli, address):
    page = as_sendco.get(address).content.decode()
    assert "We need scores before and after for 5 or more pupils." in page
    assert "No groups since September of last year" in page


def test_low_groups_are_named_with_their_losses(as_sendco, plan, neli, happened, address):
    happened(plan(intervention=neli, name="Acorn"))
    happened(plan(intervention=neli, name="Willow"), missed=8, reason="staff_absent")
    response = as_sendco.get(address)
    assert response.context["losses"] == [("Willow", "adult away 8")]
    assert response.context["delivery"].title == "One group missed too many sessions"
    assert "Willow is below 80% of what was planned. Not held: adult away 8." in response.content.decode()


def test_groups_and_other_interventions_stand_beside(as_sendco, six, plan, neli, measure, address):
    measure(plan(intervention=neli, pupils=5, name="NELI, Willow"), [(80, 84), (81, 88), (79, 80), (90, 92), (85, 95)])
    other = Intervention.objects.get(slug="talk-boost-ks1")
    other.instrument = neli.instrument
    other.save()
    measure(plan(intervention=other, pupils=5, name="Talk"), [(80, 79), (81, 84), (79, 80), (90, 88), (85, 86)])
    rows = as_sendco.get(address).context["beside"].table.rows
    assert [row[0] for row in rows] == ["All groups", "NELI, Acorn", "NELI, Willow", "Talk Boost KS1"]
    assert rows[1][2] == "5 (2.3 to 7.7)"


def test_another_test_has_its_own_view(as_sendco, six, plan, neli, measure, address):
    from pupils.models import Instrument

    group = plan(intervention=neli, pupils=1, name="Other")
    neli.instrument = Instrument.objects.get(slug="bpvs3")
    neli.save()
    measure(group, [(90, 99)])
    context = as_sendco.get(address).context
    assert [(test["text"], test["current"]) for test in context["tests"]] == [
        ("British Picture Vocabulary Scale 3 (1)", False), ("LanguageScreen (6)", True),
    ]  # fmt: skip
    assert as_sendco.get(f"{address}?test=bpvs3").context["impact"].n == 1


# --- Decisions ----------------------------------------------------------------------------------------------------


def test_decision_is_kept_with_what_it_stood_on(as_sendco, six, neli, address, sendco, school):
    response = as_sendco.post(address, {"kind": "change", "reason": "Move it to 9am."})
    assert (response.status_code, response["Location"]) == (302, address)
    decision = Decision.objects.get()
    assert (decision.school, decision.intervention, decision.kind, decision.reason, decision.on) == (
        school, neli, "change", "Move it to 9am.", TODAY,
    )  # fmt: skip
    assert (decision.effect, decision.pupils, decision.made_by_name) == ("Strong", 6, sendco.name)
    assert AuditEvent.objects.get(kind="intervention.decided").details == {
        "kind": "change", "effect": "Strong", "pupils": 6,
    }  # fmt: skip
    page = as_sendco.get(address).content.decode()
    assert "Move it to 9am." in page
    assert "Then: Strong, 6 pupils" in page


def test_decision_asks_for_a_reason_unless_nothing_changes(as_sendco, six, address):
    response = as_sendco.post(address, {"kind": "stop", "reason": " "})
    assert response.status_code == 422
    page = response.content.decode()
    assert '<a href="#id_reason">Say why, or what will change</a>' in page
    assert as_sendco.post(address, {}).status_code == 422
    assert not Decision.objects.exists()
    assert as_sendco.post(address, {"kind": "keep"}).status_code == 302


def test_decisions_are_the_sendcos(sign_in, six, address, school, neli, on_day):
    client = sign_in(Role.HEAD, school)
    assert "Save decision" not in client.get(address).content.decode()
    assert client.post(address, {"kind": "keep"}).status_code == 403
    with pytest.raises(NotAllowed):
        decide(school=school, intervention=neli, kind="keep", reason="", on=TODAY, by=client.user)


@pytest.mark.parametrize(("kind", "words"), [("other", "Choose what you decided"), ("pause", "Say why")])
def test_decide_refuses(school, neli, kind, words):
    with pytest.raises(Refused, match=words):
        decide(school=school, intervention=neli, kind=kind, reason="", on=TODAY, by=None)


# --- All of them --------------------------------------------------------------------------------------------------


def test_list_tells_each_intervention(as_sendco, six, plan, neli, sendco, school):
    plan(pupils=2)
    decide(school=school, intervention=neli, kind="keep", reason="", on=TODAY, by=sendco)
    neli_row, number = as_sendco.get("/impact/").context["rows"]
    assert (neli_row["name"], neli_row["pupils"], neli_row["impact"].n, neli_row["delivery"], neli_row["each"]) == (
        "Nuffield Early Language Intervention", 6, 6, 90, Decimal("51.50"),
    )  # fmt: skip
    assert neli_row["decision"].kind == "keep"
    assert (number["impact"].n, number["ci"]["word"], number["ci"]["dot"], number["decision"]) == (
        0, "Too early", None, None,
    )  # fmt: skip


def test_interval_drawing_is_scaled_and_clipped(as_sendco, six):
    (row,) = as_sendco.get("/impact/").context["rows"]
    assert {name: row["ci"][name] for name in ("zero", "dot", "lo", "hi")} == {
        "zero": 29.6, "dot": 45.6, "lo": 36.8, "hi": 54.4,
    }  # fmt: skip
    assert row["ci"]["heard"] == "average gain 5 points, 2.3 to 7.7"


def test_list_without_groups(as_sendco, school):
    assert "Impact shows here when groups have run." in as_sendco.get("/impact/").content.decode()


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.ADMIN, Role.GOVERNOR, Role.SAFEGUARDING])
def test_impact_is_for_leaders(sign_in, six, school, address, on_day, role):
    client = sign_in(role, school)
    for each in ("/impact/", "/impact/missing/", address, f"{address}export/"):
        assert client.get(each).status_code == 403


def test_another_schools_scores_stay_there(sign_in, six, two_schools, address, on_day):
    client = sign_in(Role.SENDCO, two_schools[1])
    assert client.get("/impact/").context["rows"] == []
    assert client.get(address).context["impact"].n == 0


# --- Missing scores -----------------------------------------------------------------------------------------------


def test_missing_scores(as_sendco, plan, neli, measure, school):
    over = plan(intervention=neli, pupils=4, name="Over")
    measure(over, [(80, 85), (80, None), (None, None), (80, None)])
    lines = over.lines.order_by("pk")
    last = lines[3]
    last.no_exit_reason = "Moved away"
    last.save()
    running = plan(intervention=neli, pupils=1, name="Runs", starts=date(2026, 11, 9), ends=date(2026, 12, 11))
    plan(intervention=neli, pupils=1, name="To come", starts=date(2027, 1, 11), ends=date(2027, 3, 19))
    found = missing_scores(lines_between(school.pk, date(2025, 9, 1), TODAY), TODAY)
    assert set(found) == {lines[1], lines[2], running.lines.get()}
    page = as_sendco.get("/impact/missing/").content.decode()
    assert [page.count(f">{word}</td>") for word in ("Before and after", "Before", "After")] == [1, 1, 1]
    assert as_sendco.get("/impact/missing/?intervention=switch-on-reading").context["page"].object_list.count() == 0


def test_no_score_is_missing(as_sendco, six):
    assert "No score is missing" in as_sendco.get("/impact/missing/").content.decode()
    assert as_sendco.get("/impact/").context["missing"] == 0


# --- The price of a page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize(
    ("where", "queries"),
    [("/impact/", 10), ("/impact/missing/", 5), ("/interventions/nuffield-early-language-intervention/impact/", 11)],
)
def test_pages_take_the_same_queries_for_any_size(
    as_sendco, plan, happened, measure, neli, school, django_assert_num_queries, groups, where, queries
):
    for place in range(groups):
        group = plan(intervention=neli, pupils=2 + place * 3, name=f"Group {place}")
        happened(group)
        measure(group, [(80 + n, 85) for n in range(1 + place * 3)] + [(80, None)])
        factories.PupilFactory(school=school)
    as_sendco.get(where)
    with django_assert_num_queries(queries):
        assert as_sendco.get(where).status_code == 200
