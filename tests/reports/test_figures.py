"""What the report counts, exactly, and how it is folded and compared."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from provision.models import Group, Intervention, Line, Session, SessionEntry
from provision.rules.reading import Measured, Test
from provision.rules.scores import TestScore
from pupils.enums import Area
from pupils.models import Instrument, Pupil, Score, SenPeriod
from reports import actions
from reports.counts import Delivery, Provision, Window, window_of
from reports.gather import gather
from reports.provision_figures import distinct, effectiveness, fold, fold_funding
from sendco.accounts.permissions import Role
from sendco.core import ui
from sendco.core.exceptions import Refused
from tests import factories

from .world import TODAY, make_world

pytestmark = pytest.mark.integration


def shown(row):
    return row["label"], row["figure"]["d"]


def test_counts_of_the_world_are_exact(world):
    counts = gather(window_of(world, 2026, "autumn", today=TODAY))

    assert len(counts.roll.on_roll(TODAY)) == 210
    assert len(counts.roll.register(TODAY)) == 44
    assert len(counts.roll.with_status(TODAY, "E")) == 14
    assert len(counts.roll.register(date(2026, 7, 21))) == 41
    assert {p.name: len(p.pupils) for p in counts.provisions.values()} == {
        p.name: n for p, n in zip(counts.provisions.values(), (12, 7, 3, 8, 4), strict=True)
    }
    assert (len(counts.with_plan), len(counts.plans_reviewed), len(counts.plans_late), len(counts.parents_met)) == (
        40, 30, 6, 26,
    )  # fmt: skip
    assert (counts.targets["met"], counts.targets["partly"], counts.targets["not_met"]) == (15, 8, 7)
    assert (counts.school_duties.due, counts.school_duties.on_time) == (14, 13)
    assert (counts.authority_duties.due, counts.authority_duties.on_time) == (7, 4)
    assert (len(counts.reviews_held), len(counts.assessments_requested)) == (7, 1)
    assert (len(counts.referrals_open), len(counts.referrals_waiting)) == (14, 7)


def test_counting_costs_the_same_for_any_size(world, django_assert_num_queries):
    window = window_of(world, 2026, "autumn", today=TODAY)
    with django_assert_num_queries(19):
        gather(window)
    Pupil.objects.filter(school=world).exclude(sen_status__in="KE").delete()
    with django_assert_num_queries(19):
        gather(window)


def test_page_shows_the_register_and_hides_small_numbers(draft):
    data = draft.figures

    assert [data["key_figures"][k]["figure"]["d"] for k in ("register", "support", "ehc")] == ["44", "30", "14"]
    assert [data["key_figures"][k]["share"]["d"] for k in ("register", "support", "ehc")] == ["21%", "14%", "7%"]
    assert data["key_figures"]["register"]["change"]["d"] == "up by 5 or fewer"
    assert [shown(row) for row in data["years"]] == [
        ("Reception", "5 or fewer"), ("Year 1", "6"), ("Year 2", "not shown"), ("Year 3", "8"), ("Year 4", "7"),
        ("Year 5", "7"), ("Year 6", "7"),
    ]  # fmt: skip
    assert dict(map(shown, data["needs"]))["Sensory, physical and other"] == "5 or fewer"
    assert dict(map(shown, data["needs"]))["Specific learning difficulty"] == "not shown"


def test_sessions_leave_out_trips_and_count_what_nobody_logged(draft):
    provision = draft.figures["provision"]

    assert (provision["planned"], provision["delivered"], provision["not_logged"], provision["trips"]) == (49, 43, 1, 1)
    assert provision["share"]["d"] == "88%"
    assert provision["reasons"] == [{"label": "Adult away", "n": 5}]


def test_small_interventions_stand_together_and_effects_rest_on_enough_pupils(draft):
    rows = [(row["label"], row["places"]["v"]) for b in draft.figures["provision"]["blocks"] for row in b["rows"]]
    effect = next(row["effect"] for b in draft.figures["provision"]["blocks"] for row in b["rows"] if row["effect"])

    assert sorted(n for _, n in rows) == [10, 12, 12]
    assert draft.figures["provision"]["total"]["places"]["v"] == 34
    assert (effect["word"], effect["gain"], effect["standard"]) == ("Strong", 7.0, True)


def test_legal_steps_count_as_pupils_do(draft):
    duties = draft.figures["duties"]

    assert [duties["school"][k]["d"] for k in ("due", "on_time")] == ["14", "not shown"]
    assert duties["school"]["words"] == "Not all on time"
    assert [duties["authority"][k]["d"] for k in ("due", "on_time")] == ["7", "5 or fewer"]


def test_national_figures_are_the_newest_for_primary_schools(draft):
    assert [(row["label"], row["england"]["d"], row["year"]) for row in draft.figures["national"]] == [
        ("SEN support", "14.8%", "2024/25"), ("EHC plan", "3.5%", "2024/25"), ("All pupils with SEND", "19.4%", "2025/26"),
    ]  # fmt: skip


def test_a_term_to_come_names_its_school_year_and_the_term_a_year_before(world):
    with pytest.raises(Refused) as not_entered:
        window_of(world, 2026, "summer", today=TODAY)
    began = world.terms.get(academic_year=2025, name="summer").starts
    told = f" Did you mean 2025-summer? It began on {ui.day(began)}."
    assert not_entered.value.message == f"The summer term of 2026 to 2027 is not entered. Add it in Settings.{told}"
    factories.TermFactory(school=world, name="summer", starts="2027-04-12", ends="2027-07-21")
    with pytest.raises(Refused) as not_begun:
        window_of(world, 2026, "summer", today=TODAY)
    words = "The summer term of the school year 2026 to 2027 has not begun, so there is nothing to report yet."
    assert not_begun.value.message == f"{words}{told}"
    world.terms.filter(academic_year=2025, name="summer").delete()
    with pytest.raises(Refused) as alone:
        window_of(world, 2026, "summer", today=TODAY)
    assert alone.value.message == words


def test_term_that_has_not_begun_is_refused(world):
    with pytest.raises(Refused, match="has not begun"):
        window_of(world, 2026, "spring", today=TODAY)


def test_term_that_is_not_entered_is_refused(world):
    with pytest.raises(Refused, match="is not entered"):
        window_of(world, 2030, "spring", today=TODAY)


def test_finished_term_is_counted_as_at_its_end(world):
    """41 were on the register in July: those who joined in October do not count, and their year group was lower."""
    data, _ = actions.count(window_of(world, 2025, "summer", today=TODAY))

    assert data["as_at"] == "2026-07-21"
    assert data["key_figures"]["register"]["figure"]["v"] == 41
    assert [row["label"] for row in data["years"]] == [
        "Early years", "Reception", "Year 1", "Year 2", "Year 3", "Year 4", "Year 5",
    ]  # fmt: skip


def test_school_with_hardly_a_register_shows_no_count_of_it(school):
    made = make_world(school, per_year=8)
    keep = [pupil.pk for pupil in made["register"][:4]]
    SenPeriod.objects.exclude(pupil__in=keep).delete()
    Pupil.objects.filter(school=school).exclude(pk__in=keep).update(sen_status="N")

    data, _ = actions.count(window_of(school, 2026, "autumn", today=TODAY))

    assert data["key_figures"]["register"]["figure"]["d"] == "5 or fewer"
    assert data["key_figures"]["register"]["share"]["s"] is True
    assert data["provision"]["blocks"] == []


def test_school_of_seven_can_still_report(school):
    """Year groups of one child stand together: the roll itself would tell who it is. Shares are left out."""
    make_world(school, per_year=8)
    Pupil.objects.filter(school=school).exclude(
        pk__in=[Pupil.objects.filter(school=school, year_group=y).first().pk for y in "R123456"]
    ).delete()

    data, _ = actions.count(window_of(school, 2026, "autumn", today=TODAY))

    assert all(row["share"]["s"] for row in data["years"])
    assert [row["label"] for row in data["years"]] == ["Reception to Year 6"]


# --- the next report


@pytest.fixture
def spring(world, published, sendco):
    """Nine found in January; two left the school. The published autumn stands."""
    others = Pupil.objects.filter(school=world).exclude(pk__in=[p.pk for p in world.register])[:9]
    SenPeriod.objects.bulk_create(SenPeriod(pupil=pupil, status="K", starts=date(2027, 1, 12)) for pupil in others)
    Pupil.objects.filter(pk__in=[p.pk for p in others]).update(sen_status="K")
    Pupil.objects.filter(pk__in=[p.pk for p in world.register[:2]]).update(left_on=date(2027, 2, 1))
    return actions.start_report(school=world, academic_year=2026, term="spring", by=sendco, on=date(2027, 3, 1))


def test_next_report_compares_with_what_was_published(spring):
    register = spring.figures["key_figures"]["register"]

    assert (spring.figures["since"], spring.figures["since_day"]) == ("2026-autumn", "2026-11-23")
    assert (register["figure"]["d"], register["change"]["d"]) == ("51", "up by 7")
    reception = spring.figures["years"][0]
    assert reception["change"] == {"d": "not shown", "way": "", "s": True}


def test_next_report_keeps_what_was_told_of_earlier_terms(draft, spring):
    told, now = draft.figures["points"], spring.figures["points"]

    assert {key: now[key] for key in told} == told
    assert set(now) - set(told) == {"2025-spring", "2026-spring"}


def test_earlier_term_cannot_be_reported_after_a_later_one(published, sendco):
    window = Window(published.school, 2025, "summer", "", date(2026, 4, 13), date(2026, 7, 21), date(2026, 7, 21))
    with pytest.raises(Refused, match="later term is published"):
        actions.priors_of(window)


# --- folding, without a database


def provision(name, pupils, area=Area.CL, cost="10"):
    return Provision(
        name, area, set(pupils), Decimal(cost), Delivery(delivered=1, planned_minutes=30, delivered_minutes=30)
    )


@pytest.mark.unit
def test_rest_that_is_too_small_takes_in_the_next_smallest_row():
    (block,) = fold([provision("A", range(20)), provision("B", range(8)), provision("C", {90, 91})], 5)

    assert ([i.name for i in block.rows], sorted(i.name for i in block.rest)) == (["A"], ["B", "C"])


@pytest.mark.unit
def test_area_that_is_too_small_joins_another():
    (block,) = fold([provision("A", range(8)), provision("B", {90, 91}, Area.SP)], 5)

    assert block.label == "Cognition and learning; Sensory and physical"
    assert (block.rows, distinct(block.rest)) == ([], 10)


@pytest.mark.unit
def test_same_few_children_in_two_groups_stay_few():
    assert fold([provision("A", range(4)), provision("B", range(4))], 5) == []


@pytest.mark.unit
def test_few_pupils_paid_from_one_source_are_put_with_another():
    rows = fold_funding(
        {"notional": (set(range(20)), Decimal(900)), "top_up": ({1}, Decimal(700)), "imf": (set(range(9)), Decimal(100))},
        {"notional": "Notional", "top_up": "Top-up", "imf": "Fund"}, 5,
    )  # fmt: skip

    assert rows == [("Notional", Decimal(900)), ("Fund; Top-up", Decimal(800))]


@pytest.mark.unit
def test_effect_of_five_pupils_is_not_told_from_none():
    test = Test("t", "Test", "standardised", True, 15.0, None, 40.0, 160.0)
    item, none = provision("A", range(12)), provision("B", range(12))
    item.runs = [
        Measured(n, n, 1, "A1", "A", test, TestScore(80.0, "t"), TestScore(90.0 + n, "t"), date(2026, 11, 1))
        for n in range(5)
    ]

    assert effectiveness(item, 5) == effectiveness(none, 5)
    assert (effectiveness(item, 5).word, effectiveness(item, 5).change) == ("Too few scores", None)
    assert (effectiveness(item, 4).word, effectiveness(item, 4).is_standard) == ("Strong", True)


def test_effect_is_that_of_the_impact_page(world, sign_in, on_day):
    """Two classmates were away for most sessions, one took another test: both pages read the same rows alike."""
    lines = list(Line.objects.filter(entry__isnull=False).order_by("pk"))
    done = Session.objects.filter(group=lines[0].group, state="delivered")
    SessionEntry.objects.bulk_create(
        SessionEntry(session=session, line=line, pupil_id=line.pupil_id, on=session.on, was_away=True)
        for session in done for line in lines[:10]
    )  # fmt: skip
    other = Instrument.objects.exclude(pk=lines[11].exit.instrument_id).first()
    Score.objects.filter(pk=lines[11].exit_id).update(instrument=other)
    page = sign_in(Role.SENDCO, world).get(reverse("provision:impact"))
    on_page = {row["name"]: row["impact"].reading.word for row in page.context["rows"]}

    data, _ = actions.count(window_of(world, 2026, "autumn", today=TODAY))

    found = {row["label"]: row["effect"] for b in data["provision"]["blocks"] for row in b["rows"] if row["effect"]}
    label = lines[0].group.intervention.name
    assert (found[label]["word"], on_page[label]) == ("Not tested", "Not tested")


def test_interventions_of_one_name_are_told_apart(world):
    """A federation may give its own entry a name that the national catalogue has."""
    used = Group.objects.filter(school=world).order_by("pk")[:2]
    name = used[0].intervention.name
    Intervention.objects.filter(pk=used[1].intervention_id).update(name=name)

    data, _ = actions.count(window_of(world, 2026, "autumn", today=TODAY))

    labels = {row["label"] for b in data["provision"]["blocks"] for row in b["rows"]}
    assert {name, f"{name} ({used[1].intervention.code})"} & labels
