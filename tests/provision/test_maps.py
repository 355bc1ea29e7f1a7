"""The Provision Map: figures of the whole school and of one pupil, who sees what, and what it costs to read."""

from datetime import date, time
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from provision import wording
from provision.actions import remove_member
from provision.cost_constants import DEFAULTS
from provision.costs_feed import costed_map, days_on_roll, delivered_cost, pupil_costs
from provision.impact_feed import lines_between
from provision.maps import school_map, year_then
from provision.models import Group, Intervention, Line
from provision.windows import before, choose, evidence_from, windows_of, within_year, year_window
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from sendco.audit.models import AuditEvent
from sendco.schools.services import calendar_for
from tests import factories

from .conftest import MONDAY, THURSDAY, WEDNESDAY

pytestmark = pytest.mark.integration
TODAY = date(2026, 11, 23)


@pytest.fixture
def as_sendco(enter, sendco, on_day):
    return enter(sendco)


@pytest.fixture
def build(school):
    def make(**options):
        calendar = calendar_for(school.pk)
        windows = windows_of(calendar, TODAY)
        window = choose(windows, options.pop("term", ""), TODAY)
        return school_map(
            school.pk, window=window, earlier=before(windows, window), calendar=calendar, on=TODAY, **options
        )

    return make


@pytest.fixture
def two_groups(plan, make_pupils):
    """Four pupils in Year 4 and two in Year 5, on the same number programme, and one of them in a reading group too."""
    fours, fives = make_pupils(4, year_group="4", year_order=8), make_pupils(2, year_group="5", year_order=9)
    first = plan(pupils=fours, name="Number, Oak")
    second = plan(pupils=fives, name="Number, Elm", slots=[MONDAY, THURSDAY])
    reading = Intervention.objects.get(slug="switch-on-reading")
    third = plan(pupils=fives[:1], name="Reading", intervention=reading, slots=[WEDNESDAY], times_per_week=1)
    return first, second, third


# --- Windows -----------------------------------------------------------------------------------------------------


def test_windows_are_terms_then_years(school):
    windows = windows_of(calendar_for(school.pk), TODAY)
    assert [(w.key, w.label) for w in windows] == [
        ("2026-autumn", "Autumn term 2026"),
        ("2026-spring", "Spring term 2027"),
        ("2026", "2026 to 2027"),
    ]
    autumn, spring, year = windows
    assert choose(windows, "", TODAY) == autumn
    assert choose(windows, "2026-spring", TODAY) == spring
    assert choose(windows, "nonsense", date(2027, 3, 30)) == spring
    assert choose([year], "", TODAY) == year_window(2026) == year
    assert (before(windows, spring), before(windows, autumn), before(windows, year)) == (autumn, None, None)
    assert (year.is_year, autumn.is_year) == (True, False)
    assert evidence_from(TODAY) == date(2025, 9, 1)


def test_a_line_over_two_years_is_shared_by_its_weeks(school):
    calendar = calendar_for(school.pk)
    days = {"starts": date(2027, 8, 16), "ends": date(2027, 9, 12), "calendar": calendar}
    # No term is entered there, so every one of the four weeks counts; the week of 30 August is in both years.
    assert within_year(Decimal(100), year=year_window(2026).year, **days) == Decimal("75.00")
    assert within_year(Decimal(100), year=year_window(2027).year, **days) == Decimal("50.00")
    whole = within_year(Decimal("77.25"), starts=TODAY, ends=TODAY, year=year_window(2026).year, calendar=calendar)
    assert whole == Decimal("77.25")


@pytest.mark.parametrize(
    ("year", "left_on", "academic_year", "expected"),
    [
        ("4", None, 2026, 8),
        ("4", None, 2025, 7),
        ("R", None, 2024, 2),
        ("E1", None, 2025, 0),
        ("X", None, 2025, 19),
        ("6", date(2026, 7, 20), 2025, 10),
        ("6", date(2026, 7, 20), 2024, 9),
    ],
)
def test_a_pupil_counts_in_the_year_group_of_then(year, left_on, academic_year, expected):
    assert year_then(year, left_on, academic_year, TODAY) == expected


# --- The whole school ---------------------------------------------------------------------------------------------


def test_map_counts_pupils_by_year(build, two_groups):
    found = build()
    assert [column.label for column in found.columns] == ["Year 4", "Year 5"]
    (block,) = found.blocks
    assert block.label == "Cognition and learning"
    number, reading = block.rows
    assert [cell.value for cell in number.cells] == [4, 2]
    assert [cell.heat for cell in number.cells] == [2, 1]
    assert [cell.value for cell in reading.cells] == [0, 1]
    assert [cell.value for cell in found.totals] == [4, 3]
    assert (found.places, found.pupils, found.on_register) == (7, 6, {8: 4, 9: 2})
    assert number.dose_words == "Groups of 2 to 4, 90 minutes a week"
    assert reading.dose_words == "1:1, 30 minutes a week"


def test_map_adds_up_cost(build, two_groups):
    """Each group of three half hours for ten weeks costs £309 at £20.60; the single one of one half hour £103."""
    found = build(show="cost")
    number, reading = found.rows
    assert (number.cost, number.each) == (Decimal("618.00"), Decimal("103"))
    assert reading.cost == Decimal("103.00")
    assert [cell.words for cell in number.cells] == ["£309", "£309"]
    assert (found.cost, found.each, found.elsewhere) == (Decimal("721.00"), Decimal("721.00") / 6, Decimal(0))
    assert found.blocks[0].cost == Decimal("721.00")


def test_map_adds_up_minutes(build, two_groups):
    found = build(show="minutes")
    assert [cell.words for cell in found.rows[0].cells] == ["6h", "3h"]
    assert [cell.words for cell in found.totals] == ["6h", "3h 30m"]


def test_map_by_class(build, plan, school, make_pupils):
    oak = factories.SchoolClassFactory(school=school, name="Oak")
    plan(pupils=make_pupils(2, school_class=oak) + make_pupils(1))
    found = build(by="class")
    assert [(column.label, cell.value) for column, cell in zip(found.columns, found.totals, strict=True)] == [
        ("Oak", 2),
        ("No class", 1),
    ]


def test_map_of_another_term_leaves_out_what_does_not_run_then(build, two_groups, plan):
    plan(name="Number, spring", starts=date(2027, 1, 11), ends=date(2027, 3, 19), pupils=2)
    spring = build(term="2026-spring")
    assert [row.entry.name for row in spring.rows] == ["1stClass@Number 1"]
    assert (spring.places, spring.elsewhere) == (2, Decimal("103.00"))
    # The year's cost of an intervention is of all its groups, in whichever term they run.
    assert spring.cost == Decimal("927.00")


def test_map_counts_sessions(build, two_groups, happened):
    first, second, _ = two_groups
    assert happened(first, missed=5) == 20
    assert happened(second, missed=2, reason="trip") == 20
    found = build()
    number, reading = found.rows
    # 20 and 18 planned, since a trip leaves the plan; 15 and 18 happened. Nobody logged the ten of the reading group.
    assert (number.sessions.planned, number.sessions.delivered, number.delivery, number.is_low) == (38, 33, 86, False)
    assert (reading.sessions.planned, reading.delivery, reading.is_low) == (10, 0, True)
    assert (found.sessions.delivered, found.sessions.planned, found.sessions.delivery) == (33, 48, 68)
    later = build(term="2026-spring")
    assert (later.sessions, later.earlier.delivery) == (None, 68)


def test_map_reads_impact(build, plan, happened, measure):
    group = plan(pupils=6)
    happened(group)
    measure(group, [(70, 80), (72, 81), (75, 83), (80, 91), (85, 93), (78, 89)])
    (row,) = build().rows
    # Number age in months, from 7 September to 20 November: 2.43 months that time alone would have brought.
    assert (row.impact.n, round(row.impact.change.gain, 2)) == (6, round(57 / 6 - 74 / 30.4375, 2))
    assert row.impact.reading.word == "Strong"
    assert build(with_impact=False).rows[0].impact is None


def test_a_pupil_who_left_the_group_keeps_the_place_of_the_term(build, plan, sendco):
    group = plan(pupils=2)
    line = group.lines.first()
    remove_member(line=line, on=date(2026, 10, 5), by=sendco)
    assert build().places == 2


def test_hints_are_worth_a_conversation(build, two_groups, happened, make_pupils):
    first, second, _ = two_groups
    happened(first, missed=12)
    happened(second)
    make_pupils(6, year_group="6", year_order=10)
    hints = wording.hints(build(), with_cost=True)
    assert [(hint.kind, hint.title) for hint in hints] == [("missed", "Switch-on Reading"), ("year", "Year 6")]
    assert hints[0].text == (
        "Only 0% of sessions happened, so a gain is hard to judge. Fix delivery before you decide."
    )
    assert hints[1].text == (
        "0 places for 6 pupils on the register, the fewest for each pupil. Is that what they need?"
    )


def test_hint_of_a_gain_that_cannot_be_seen(build, plan, happened, measure):
    group = plan(pupils=8)
    happened(group)
    measure(group, [(80, 82 + step) for step in (-6, -3, -1, 0, 1, 2, 4, 6)])
    (hint,) = [hint for hint in wording.hints(build(), with_cost=True) if hint.kind == "impact"]
    assert hint.text == ("8 pupils have scores before and after, and we cannot see a gain yet. Decide what to change.")


def test_hint_of_a_dear_intervention_needs_the_right_to_see_costs(build, plan, happened, measure, make_pupils):
    plan(pupils=6, name="Cheap", intervention=Intervention.objects.get(slug="switch-on-reading"), slots=[MONDAY])
    dear = plan(pupils=6, minutes=120, times_per_week=5, weeks=10, slots=[MONDAY])
    happened(dear)
    measure(dear, [(70, 80), (72, 81), (75, 83), (80, 91), (85, 93), (78, 89)])
    found = build()
    assert "£343 a pupil, the dearest of them" in "".join(hint.text for hint in wording.hints(found, with_cost=True))
    assert "£" not in "".join(hint.text for hint in wording.hints(found, with_cost=False))


def test_map_page(as_sendco, two_groups):
    page = as_sendco.get("/provision/").content.decode()
    cell = "/provision/places/?intervention=1stclassnumber-1&amp;by=year&amp;column=8&amp;term=2026-autumn"
    assert f'<a class="pcell heat-2" href="{cell}"><b>4</b><span class="visually-hidden"> Year 4</span></a>' in page
    assert "planned cost, 2026 to 2027" in page
    assert '<td class="n">£618</td><td class="n">£103</td>' in page
    assert "Too early" in page


def test_map_page_takes_what_makes_no_sense_as_the_usual(as_sendco, two_groups):
    found = as_sendco.get("/provision/?show=x&by=y&term=z").context["map"]
    assert (found.show, found.by, found.window.key) == ("pupils", "year", "2026-autumn")


def test_map_page_without_anything_planned(as_sendco, school):
    assert "Nothing is planned in this term" in as_sendco.get("/provision/").content.decode()


def test_a_cell_names_its_pupils(as_sendco, two_groups):
    (first, *_), kofi = two_groups, two_groups[0].lines.first().pupil
    response = as_sendco.get("/provision/places/?intervention=1stclassnumber-1&by=year&column=8&term=2026-autumn")
    assert [line.group for line in response.context["lines"]] == [first] * 4
    page = response.content.decode()
    assert "<h1>1stClass@Number 1, Year 4</h1>" in page
    assert kofi.known_as in page
    empty = as_sendco.get("/provision/places/?intervention=1stclassnumber-1&by=year&column=6")
    assert "Nobody here" in empty.content.decode()


def test_a_cell_by_class(as_sendco, plan, school, make_pupils):
    oak = factories.SchoolClassFactory(school=school, name="Oak")
    plan(pupils=make_pupils(2, school_class=oak) + make_pupils(1))
    address = "/provision/places/?intervention=1stclassnumber-1&by=class&column="
    assert len(as_sendco.get(f"{address}{oak.pk}").context["lines"]) == 2
    nobody = as_sendco.get(f"{address}0").context
    assert (len(nobody["lines"]), nobody["title"]) == (1, "1stClass@Number 1, no class")


def test_print_is_audited_and_has_no_links_to_names(as_sendco, two_groups, school):
    page = as_sendco.get("/provision/print/?show=minutes").content.decode()
    assert "/provision/places/" not in page
    event = AuditEvent.objects.get(kind="map.printed")
    assert (event.school_id, event.details) == (
        school.pk, {"term": "2026-autumn", "show": "minutes", "by": "year", "rows": 2},
    )  # fmt: skip


# --- Who sees what ------------------------------------------------------------------------------------------------

WHOLE = ("/provision/", "/provision/places/", "/provision/print/", "/provision/export/", "/provision/pupils/")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.ADMIN, Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_the_map_is_for_leaders(sign_in, two_groups, school, on_day, role):
    client = sign_in(role, school)
    assert {address: client.get(address).status_code for address in WHOLE} == dict.fromkeys(WHOLE, 403)


@pytest.mark.parametrize("role", [Role.SENDCO, Role.HEAD, Role.FEDERATION_LEAD])
def test_leaders_see_the_map(sign_in, two_groups, school, on_day, role):
    page = sign_in(role, school).get("/provision/").content.decode()
    assert ("Plan a group" in page) == (role is Role.SENDCO)


@pytest.fixture
def no_costs(monkeypatch):
    """A table in which a headteacher sees the map but neither costs nor impact."""
    hidden = {Permission.COST_VIEW, Permission.IMPACT_VIEW}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.HEAD, ROLE_PERMISSIONS[Role.HEAD] - hidden)


def test_costs_are_hidden_from_who_may_not_see_them(sign_in, two_groups, school, on_day, no_costs):
    client, kofi = sign_in(Role.HEAD, school), two_groups[0].lines.first().pupil
    addresses = (
        "/provision/", "/provision/?show=cost", "/provision/print/", "/provision/pupils/",
        f"/provision/pupils/{kofi.pk}/", f"/provision/pupils/{kofi.pk}/print/", "/provision/places/?column=8",
        "/interventions/", "/interventions/1stclassnumber-1/",
    )  # fmt: skip
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, "£" in response.content.decode()) == (200, False), address
    assert client.get("/provision/?show=cost").context["map"].show == "pupils"
    assert "Impact" not in client.get("/provision/print/").content.decode()


def test_another_school_is_out_of_sight(as_sendco, plan, two_schools):
    other = two_schools[1]
    factories.TermFactory(school=other)
    factories.PayRateFactory(school=other)
    (stranger,) = [factories.PupilFactory(school=other, sen_status="K")]
    plan(school=other, pupils=[stranger], by=None, deliverer=None)
    assert as_sendco.get("/provision/").context["map"].rows == []
    assert list(as_sendco.get("/provision/places/?intervention=1stclassnumber-1").context["lines"]) == []
    for end in ("", "print/", "export/"):
        assert as_sendco.get(f"/provision/pupils/{stranger.pk}/{end}").status_code == 404


# --- By pupil -----------------------------------------------------------------------------------------------------


@pytest.fixture
def dear(plan, make_pupils):
    """A pupil with two hours a day of one to one in Section F, and a place in a group of four that began in September."""
    kofi, *others = make_pupils(4)
    plan(pupils=[kofi, *others], name="Number, Oak")
    plan(
        pupils=[kofi], name="In class", intervention=Intervention.objects.get(slug="precision-teaching-literacy-or-number-facts"),
        starts=date(2026, 9, 7), ends=date(2027, 3, 19), minutes=120, times_per_week=5, weeks=38, is_section_f=True,
        funding="top_up", slots=[(day, THURSDAY[1]) for day in range(5)],
    )  # fmt: skip
    return kofi


def test_costed_map_against_what_the_school_pays_first(dear, school):
    found = costed_map(dear, window=year_window(2026), calendar=calendar_for(school.pk), settings=DEFAULTS, on=TODAY)
    first, second = found.rows
    assert (first.line.group.name, first.cost, first.size, first.weekly) == ("In class", Decimal("7828.00"), 1, 600)
    assert (second.line.group.name, second.cost, second.size, second.who) == (
        "Number, Oak", Decimal("77.25"), 4, "Teaching assistant, level 2, group of 4",
    )  # fmt: skip
    assert (found.cost, found.reckoning.gap, found.section_f) == (
        Decimal("7905.25"), Decimal("1905.25"), Decimal("7828.00"),
    )  # fmt: skip
    assert found.funding == [
        ("Top-up from the local authority", Decimal("7828.00")), ("Notional SEN budget", Decimal("77.25")),
    ]  # fmt: skip
    assert (found.weekly_on(TODAY), found.weekly_on(date(2026, 10, 1))) == (600, 690)


WORKED = [
    ("Support in class", 5, 120, 38, 1, "7828.00"),
    ("Lunch", 5, 45, 38, 2, "1467.75"),
    ("Therapist's programme", 5, 15, 38, 1, "978.50"),
    ("Sensory circuit", 5, 15, 38, 6, "163.08"),
    ("ELSA", 1, 30, 8, 1, "82.40"),
    ("Number", 3, 30, 10, 4, "77.25"),
]
"""A pupil's year at £20.60 an hour with pupils: name, times a week, minutes, weeks, size of the group, pounds."""


def test_a_worked_map_comes_out_to_the_penny_on_screen_on_paper_and_in_the_file(as_sendco, plan, make_pupils, school):
    pupil, *others = make_pupils(6)
    for hour, (name, times, minutes, weeks, size, _) in enumerate(WORKED, 9):
        plan(
            name=name, pupils=[pupil, *others[: size - 1]], times_per_week=times, minutes=minutes, weeks=weeks,
            ends=date(2027, 7, 20), slots=[(day, time(hour)) for day in range(times)],
        )  # fmt: skip
    found = costed_map(pupil, window=year_window(2026), calendar=calendar_for(school.pk), settings=DEFAULTS, on=TODAY)
    costs = {name: (size, Decimal(cost)) for name, *_, size, cost in WORKED}
    assert {row.line.group.name: (row.size, row.cost) for row in found.rows} == costs
    assert (found.reckoning.additional, found.reckoning.gap) == (Decimal("10596.98"), Decimal("4596.98"))
    for end in ("", "print/"):
        page = as_sendco.get(f"/provision/pupils/{pupil.pk}/{end}").content.decode()
        shown = ["£7,828", "£1,468", "£979", "£163", "£82", "£77", "£10,597", "£4,597"]
        assert [words for words in shown if words not in page] == []
    book = load_workbook(BytesIO(as_sendco.get(f"/provision/pupils/{pupil.pk}/export/").content), read_only=True)
    headings, *rows = book["Costed provision"].values
    name, cost = headings.index("Group"), headings.index("Cost of the year")
    assert {row[name]: row[cost] for row in rows} == {name: float(cost) for name, (_, cost) in costs.items()}
    about = dict(book["About"].values)
    assert (about["Additional cost"], about["Above what the school pays first"]) == (10596.98, 4596.98)


def test_costed_map_tells_what_was_had(dear, school, happened):
    in_class = Group.objects.get(name="In class")
    count = happened(in_class, missed=5)
    found = costed_map(dear, window=year_window(2026), calendar=calendar_for(school.pk), settings=DEFAULTS, on=TODAY)
    row = found.rows[0]
    assert (count, row.dose.planned_minutes, row.dose.attended_minutes) == (50, 6000, 5400)
    assert (row.delivery, delivered_cost(row)) == (90, Decimal("1854.00"))


def test_what_every_pupil_gets_is_not_additional(dear, school):
    from provision.models import Tier

    Intervention.objects.filter(slug="1stclassnumber-1").update(tier=Tier.objects.get(code="universal"))
    found = costed_map(dear, window=year_window(2026), calendar=calendar_for(school.pk), settings=DEFAULTS, on=TODAY)
    assert (found.cost, found.reckoning.additional, found.ordinary) == (
        Decimal("7905.25"), Decimal("7828.00"), Decimal("77.25"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("joined_on", "left_on", "days"),
    [
        (None, None, None),
        (date(2022, 9, 1), None, None),
        (date(2027, 1, 4), None, 240),
        (None, date(2026, 9, 30), 30),
        (date(2027, 9, 5), None, 0),
    ],
)
def test_days_on_roll_in_the_year(joined_on, left_on, days):
    assert days_on_roll(joined_on, left_on, year_window(2026).year) == days


def test_who_joined_late_has_a_part_of_the_threshold(plan, school, make_pupils):
    (zainab,) = make_pupils(1, joined_on=date(2027, 1, 4))
    plan(pupils=[zainab], starts=date(2027, 1, 11), ends=date(2027, 3, 19))
    found = costed_map(zainab, window=year_window(2026), calendar=calendar_for(school.pk), settings=DEFAULTS, on=TODAY)
    assert (found.reckoning.threshold, found.is_whole_year) == (Decimal("3945.21"), False)


def test_pupils_by_cost(dear, school):
    window = year_window(2026)
    lines = lines_between(school.pk, *window.year)
    rows = pupil_costs(lines, window=window, calendar=calendar_for(school.pk), settings=DEFAULTS, on=TODAY)
    assert [(row.pk == dear.pk, row.cost, row.weekly, row.is_above) for row in rows[:2]] == [
        (True, Decimal("7905.25"), 600, True),
        (False, Decimal("77.25"), 0, False),
    ]
    by_name = pupil_costs(
        lines, window=window, calendar=calendar_for(school.pk), settings=DEFAULTS, on=TODAY, by_cost=False
    )
    assert [row.name for row in by_name] == sorted(row.name for row in rows)


def test_pupil_pages(as_sendco, dear):
    listed = as_sendco.get("/provision/pupils/").content.decode()
    assert listed.index(dear.known_as) < listed.index("£7,905")
    page = as_sendco.get(f"/provision/pupils/{dear.pk}/").content.decode()
    assert "£1,905 more than the £6,000 the school pays first" in page
    assert "Section F" in page
    event = AuditEvent.objects.get(kind="pupil.viewed")
    assert (event.pupil_id, event.details) == (dear.pk, {"page": "provision"})
    paper = as_sendco.get(f"/provision/pupils/{dear.pk}/print/").content.decode()
    assert "Contains personal data" in paper
    others = Line.objects.exclude(pupil=dear).first().pupil
    assert others.known_as not in paper
    assert AuditEvent.objects.get(kind="provision.printed").pupil_id == dear.pk


def test_pupil_page_of_another_year_is_empty(as_sendco, dear, school):
    factories.TermFactory(school=school, academic_year=2025, starts="2025-09-02", ends="2025-12-19")
    page = as_sendco.get(f"/provision/pupils/{dear.pk}/?year=2025").content.decode()
    assert "No provision in this academic year" in page


def test_pupil_map_needs_the_map(sign_in, school, dear, maya, enter, on_day):
    assert sign_in(Role.ADMIN, school).get(f"/provision/pupils/{dear.pk}/").status_code == 403
    assert enter(maya).get(f"/provision/pupils/{dear.pk}/").status_code == 403


# --- The price of a page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/provision/", 10),
        ("/provision/?by=class&show=cost", 10),
        ("/provision/print/", 11),
        ("/provision/pupils/", 6),
        ("/provision/pupils/{pupil}/", 11),
        ("/provision/places/?intervention=1stclassnumber-1", 5),
    ],
)
def test_pages_take_the_same_queries_for_any_size(
    as_sendco, plan, happened, measure, django_assert_num_queries, groups, address, queries
):
    for place in range(groups):
        group = plan(pupils=1 + place, name=f"Group {place}")
        happened(group)
        measure(group, [(80, 85)] * (1 + place))
    address = address.format(pupil=Line.objects.first().pupil_id)
    as_sendco.get(address)
    with django_assert_num_queries(queries):
        assert as_sendco.get(address).status_code == 200


def test_addresses():
    assert [reverse(f"provision:{name}") for name in ("map", "map-cell", "pupil-maps", "impact", "catalogue")] == [
        "/provision/", "/provision/places/", "/provision/pupils/", "/impact/", "/interventions/",
    ]  # fmt: skip
