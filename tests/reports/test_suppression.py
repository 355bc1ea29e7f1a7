import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.suppression import (
    CannotProtect,
    Change,
    Figure,
    Inconsistent,
    Label,
    Recovered,
    Relation,
    Snapshot,
    Table,
    Unit,
    View,
    Why,
    compare,
    compare_with_prior,
    figure,
    means,
    percent,
    percentage,
    protect,
    recoverable,
)

pytestmark = pytest.mark.unit

FAST = settings(max_examples=40)
BEYOND = 7
"""How far past its true count a cell without an upper limit is tried."""


def shown(safe):
    return {name: figure(safe, name).display for name, label in safe.labels.items() if label is not Label.SILENT}


def feasible(safe):
    """Every value each guarded cell can have in a reader's view, by trying whole sets of counts: slow and surely
    right."""
    view = safe.view()
    ranges = {
        name: range(low, (safe.cells[name].count + BEYOND if high is None else high) + 1)
        for name, (low, high) in view.bounds.items()
    }
    relations = [dict(relation.terms) for relation in view.relations]
    found = {name: set() for name in view.guarded}
    order = sorted(ranges, key=lambda name: len(ranges[name]))

    def extend(position, chosen):
        for terms in relations:
            low = high = 0
            for name, factor in terms.items():
                least, most = (chosen[name],) * 2 if name in chosen else (ranges[name][0], ranges[name][-1])
                low += factor * (least if factor > 0 else most)
                high += factor * (most if factor > 0 else least)
            if not low <= 0 <= high:
                return
        if position == len(order):
            for name in found:
                found[name].add(chosen[name])
            return
        for value in ranges[order[position]]:
            extend(position + 1, {**chosen, order[position]: value})

    extend(0, {})
    return found


def assert_safe(safe):
    """No small count is shown, the auditor finds nothing, and exhaustive search leaves every guarded cell open."""
    assert not [n for n, cell in safe.cells.items() if cell.is_small and safe.labels[n] is Label.PLAIN]
    assert recoverable(safe.view()) == []
    for name, values in feasible(safe).items():
        assert safe.cells[name].count in values
        assert len(values) >= (3 if safe.cells[name].is_small else 2), (name, values, shown(safe))


def two_schools(first, second):
    table = Table()
    table.cells_of({"A": first, "B": second})
    table.total("All", ["A", "B"], breakdown=False)
    return protect(table)


# --- single tables


def test_published_example_hides_a_second_number():
    safe = two_schools(4, 9)
    assert shown(safe) == {"A": "5 or fewer", "B": "not shown", "All": "13"}
    assert_safe(safe)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (6, 9, {"A": "6", "B": "9", "All": "15"}),
        (0, 9, {"A": "0", "B": "9", "All": "9"}),
        (0, 0, {"A": "0", "B": "0", "All": "0"}),
        # "not shown" means 6 or more, so with the 7 on show the first would have to be 1
        (1, 6, {"A": "5 or fewer", "B": "6", "All": "not shown"}),
        # two fives: only 5 and 5 make 10
        (5, 5, {"A": "5 or fewer", "B": "5 or fewer", "All": "not shown"}),
        (4, 4, {"A": "5 or fewer", "B": "5 or fewer", "All": "8"}),
        (1, 1, {"A": "5 or fewer", "B": "5 or fewer", "All": "5 or fewer"}),
    ],
)
def test_two_schools_and_their_total(first, second, expected):
    safe = two_schools(first, second)
    assert shown(safe) == expected
    assert_safe(safe)


def test_a_zero_gives_way_when_it_would_tell_the_small_total():
    table = Table()
    table.cells_of({"A": 0, "B": 4})
    table.total("All", ["A", "B"])
    safe = protect(table)
    assert shown(safe) == {"A": "5 or fewer", "B": "5 or fewer", "All": "5 or fewer"}
    assert_safe(safe)


def test_zeros_give_way_when_they_tell_what_every_pupil_of_a_small_group_is():
    table = Table()
    table.cells_of({"Autism": 0, "Speech": 0, "Social": 8})
    table.total("Year 3", ["Autism", "Speech", "Social"])
    safe = protect(table)
    assert shown(safe) == {"Autism": "5 or fewer", "Speech": "0", "Social": "not shown", "Year 3": "8"}
    assert_safe(safe)


def test_zeros_stay_in_a_large_group():
    table = Table()
    table.cells_of({"SEN support": 40, "EHC plan": 0})
    table.total("Register", ["SEN support", "EHC plan"])
    assert shown(protect(table)) == {"SEN support": "40", "EHC plan": "0", "Register": "40"}


def test_a_single_small_cell_of_a_grid_takes_a_rectangle_with_it():
    table = Table()
    rows = {"R1": {"X": 12, "Y": 20, "Z": 9}, "R2": {"X": 3, "Y": 14, "Z": 11}, "R3": {"X": 8, "Y": 9, "Z": 30}}
    table.grid("All", rows)
    safe = protect(table)
    hidden = {name for name, text in shown(safe).items() if not text.isdigit()}
    assert hidden == {"R2/X", "R2/Y", "R3/X", "R3/Y"}
    assert_safe(safe)


def test_two_breakdowns_of_the_same_pupils_share_their_total():
    table = Table()
    table.cells_of({"Boys": 8, "Girls": 3, "Year 1": 4, "Year 2": 7})
    table.total("Autism", ["Boys", "Girls"])
    table.total("Autism", ["Year 1", "Year 2"])
    safe = protect(table)
    assert_safe(safe)
    assert shown(safe)["Autism"] == "11"


def test_a_public_total_makes_the_rest_give_way():
    table = Table()
    table.cell("On roll", 10, public=True)
    table.cells_of({"A": 5, "B": 5})
    table.total("On roll", ["A", "B"])
    safe = protect(table)
    assert shown(safe)["On roll"] == "10"
    assert sorted([shown(safe)["A"], shown(safe)["B"]]) == ["5 or fewer", "not shown"]
    assert recoverable(safe.view()) == []


def test_cannot_protect_says_so_rather_than_publish():
    table = Table()
    table.cell("On roll", 12, public=True)
    table.cell("Others", 9, public=True)
    table.cell("Us", 3)
    table.total("On roll", ["Others", "Us"])
    with pytest.raises(CannotProtect, match="Us"):
        protect(table)


def test_counts_of_things_are_not_protected():
    table = Table()
    table.cell("Sessions missed", 3, pupils=False)
    assert figure(protect(table), "Sessions missed") == Figure(3, "3", unit=Unit.NUMBER)


@pytest.mark.parametrize("threshold", [3, 5, 10])
def test_threshold_is_a_setting(threshold):
    table = Table(threshold)
    table.cells_of({"A": threshold, "B": threshold + 1, "C": 50})
    safe = protect(table)
    assert shown(safe) == {"A": f"{threshold} or fewer", "B": str(threshold + 1), "C": "50"}


def test_mistakes_in_the_figures_are_refused():
    table = Table()
    table.cells_of({"A": 4, "B": 9})
    with pytest.raises(ValueError, match="at least 3"):
        Table(2)
    with pytest.raises(ValueError, match="never negative"):
        table.cell("C", -1)
    with pytest.raises(Inconsistent, match="A is 4"):
        table.cell("A", 5)
    table.cell("All", 14)
    with pytest.raises(Inconsistent, match="All is 14"):
        table.total("All", ["A", "B"])
    with pytest.raises(ValueError, match="named once"):
        table.total("Both", ["A", "A"])
    with pytest.raises(ValueError, match="same columns"):
        table.grid("G", {"r": {"x": 1}, "s": {"y": 1}})
    with pytest.raises(Inconsistent, match="larger"):
        table.share("B", "A")


def test_figures_explain_themselves():
    safe = two_schools(4, 9)
    assert figure(safe, "A") == Figure(None, "5 or fewer", True, Why.SMALL)
    assert figure(safe, "A").explanation == "So few pupils that they could be recognised"
    assert (figure(safe, "B").reason, str(figure(safe, "B"))) == (Why.PROTECTS_OTHERS, "not shown")
    assert figure(safe, "All").explanation == ""


# --- percentages and averages


def shares(part, whole):
    table = Table()
    table.cells_of({"part": part, "whole": whole})
    table.share("part", "whole")
    return protect(table)


@pytest.mark.parametrize(
    ("part", "whole", "display"),
    [
        (6, 50, "12%"), (25, 50, "50%"), (13, 40, "33%"), (0, 40, "0%"), (40, 40, "100%"), (6, 2000, "less than 1%"),
        (1990, 2000, "more than 99%"), (4, 50, "not shown"), (2, 4, "not shown"), (23, 25, "not shown"),
        (8, 8, "not shown"), (0, 0, "none"),
    ],
)  # fmt: skip
def test_percent(part, whole, display):
    assert percent(shares(part, whole), "part", "whole").display == display


def test_percent_hides_the_count_whose_complement_is_small():
    safe = shares(23, 25)
    assert figure(safe, "part").display == "not shown"
    with pytest.raises(KeyError):
        figure(safe, "whole without part")


def test_percent_needs_a_declared_share():
    table = Table()
    table.cells_of({"part": 10, "whole": 50})
    with pytest.raises(KeyError):
        percent(protect(table), "part", "whole")


def test_percent_of_a_group_that_is_left_out():
    table = Table()
    table.cells_of({"A": 4, "B": 9, "of B": 7})
    table.total("All", ["A", "B"], breakdown=False)
    table.share("of B", "B")
    safe = protect(table)
    assert (percent(safe, "of B", "B").display, percent(safe, "of B", "B").suppressed) == ("not shown", True)


@pytest.mark.parametrize(("part", "whole", "display"), [(74, 90, "82%"), (1, 2, "50%"), (1, 8, "13%"), (0, 0, "none")])
def test_percentage_of_things(part, whole, display):
    assert percentage(part, whole).display == display


def test_means_need_a_group_above_the_threshold():
    table = Table()
    table.cells_of({"A": 4, "B": 12, "C": 0})
    found = means(protect(table), {"A": 91.2, "B": 94.55, "C": 0.0})
    assert {name: fig.display for name, fig in found.items()} == {"A": "not shown", "B": "94.5", "C": "none"}
    assert (found["A"].reason, found["B"].value) == (Why.SMALL, 94.5)


def test_means_of_a_total_and_the_rest_do_not_give_the_small_group_away():
    table = Table()
    table.cells_of({"SEN": 4, "Not SEN": 26, "Other": 30})
    table.total("All", ["SEN", "Not SEN", "Other"])
    found = means(protect(table), {"SEN": 88.0, "Not SEN": 95.0, "Other": 93.0, "All": 93.0})
    assert sum(fig.suppressed for fig in found.values()) >= 2
    assert found["SEN"].suppressed
    assert not found["All"].suppressed


def test_means_count_implied_groups_too():
    table = Table()
    table.cells_of({"whole": 30, "part": 27})
    table.share("part", "whole")
    found = means(protect(table), {"whole": 93.0, "part": 94.0})
    assert [fig.suppressed for fig in found.values()].count(False) <= 1


# --- over time


def last_term(counts, threshold=5):
    table = Table(threshold)
    table.cells_of(counts)
    table.total("All", list(counts))
    return protect(table).snapshot()


def test_a_snapshot_survives_json():
    snapshot = last_term({"A": 4, "B": 9, "C": 20})
    again = Snapshot.from_json(json.loads(json.dumps(snapshot.to_json())))
    assert again.to_json() == snapshot.to_json()
    table = Table()
    table.prior(again)
    assert table.cells["last:A"].published is Label.SMALL


def test_joiners_do_not_tell_last_terms_small_count():
    table = Table()
    table.prior(last_term({"A": 4, "B": 12}))
    table.cells_of({"A": 10, "joined": 6, "left": 0})
    table.flow("A", last="last:A", joined="joined", left="left")
    safe = protect(table)
    texts = shown(safe)
    assert "not shown" in {texts["A"], texts["joined"]} or not texts["left"].isdigit()
    assert_safe(safe)


def test_this_terms_small_count_does_not_follow_from_last_terms_and_the_flow():
    table = Table()
    table.prior(last_term({"A": 10, "B": 12}))
    table.cells_of({"A": 4, "joined": 0, "left": 6})
    table.flow("A", last="last:A", joined="joined", left="left")
    safe = protect(table)
    assert shown(safe)["A"] == "5 or fewer"
    assert shown(safe)["left"] == "not shown" or shown(safe)["joined"] != "0"
    assert_safe(safe)


def test_a_published_figure_cannot_be_taken_back():
    table = Table()
    table.prior(last_term({"A": 10, "B": 12}))
    table.cells_of({"A": 4, "joined": 1, "left": 7})
    table.flow("A", last="last:A", joined="joined", left="left")
    assert shown(protect(table))["last:A"] == "10"


def test_a_flow_that_does_not_add_up_is_refused():
    table = Table()
    table.cells_of({"this": 5, "last": 4, "joined": 3, "left": 1})
    with pytest.raises(Inconsistent, match="this is not"):
        table.flow("this", last="last", joined="joined", left="left")


def count(value, **more):
    return Figure(value, str(value), **more)


GONE = Figure(None, "5 or fewer", True, Why.SMALL)


@pytest.mark.parametrize(
    ("this", "last", "change"),
    [
        (count(71), count(60), Change("up by 11", "up")),
        (count(71), count(70), Change("up by 5 or fewer", "up")),
        (count(64), count(70), Change("down by 6", "down")),
        (count(65), count(70), Change("down by 5 or fewer", "down")),
        (count(70), count(70), Change("the same", "same")),
        (count(70, threshold=10), count(62), Change("up by 10 or fewer", "up")),
        (count(9, unit=Unit.NUMBER), count(7, unit=Unit.NUMBER), Change("up by 2", "up")),
        (GONE, count(6), Change("not shown", suppressed=True)),
        (count(6), GONE, Change("not shown", suppressed=True)),
        (GONE, GONE, Change("not shown", suppressed=True)),
        (GONE, None, Change("not shown", suppressed=True)),
        (count(6), None, Change("no earlier figure")),
        (percentage(84, 100), percentage(81, 100), Change("up 3 percentage points", "up")),
        (percentage(80, 100), percentage(81, 100), Change("down 1 percentage point", "down")),
        (Figure(94.5, "94.5", unit=Unit.SCORE), Figure(93.1, "93.1", unit=Unit.SCORE), Change("up 1.4", "up")),
    ],
)
def test_compare(this, last, change):
    assert compare(this, last) == change


def test_compare_refuses_different_units():
    with pytest.raises(ValueError, match="units"):
        compare(count(6), percentage(1, 2))


def test_compare_with_prior():
    table = Table()
    table.prior(last_term({"A": 10, "B": 22, "C": 3}))
    table.cells_of({"A": 30, "B": 24, "C": 9, "D": 8})
    safe = protect(table)
    changes = {name: compare_with_prior(safe, name).display for name in "ABCD"}
    assert changes["C"] == "not shown"
    assert changes["D"] == "no earlier figure"
    assert changes["B"] in {"up by 5 or fewer", "not shown"}


# --- the auditor, on its own


def view(bounds, *relations, guarded):
    return View(bounds, tuple(Relation(terms) for terms in relations), frozenset(guarded))


SUM = (("t", -1), ("a", 1), ("b", 1))


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"t": (13, 13), "a": (1, 5), "b": (9, 9)}, [Recovered("a", 4)]),
        ({"t": (13, 13), "a": (1, 5), "b": (6, None)}, []),
        ({"t": (7, 7), "a": (1, 5), "b": (6, None)}, [Recovered("a", 1), Recovered("b", 6)]),
        ({"t": (10, 10), "a": (1, 5), "b": (1, 5)}, [Recovered("a", 5), Recovered("b", 5)]),
        ({"t": (9, 9), "a": (1, 5), "b": (1, 5)}, []),
        ({"t": (2, 2), "a": (1, 5), "b": (1, 5)}, [Recovered("a", 1), Recovered("b", 1)]),
    ],
)
def test_auditor_on_a_sum(bounds, found):
    guarded = {name for name, (low, high) in bounds.items() if low != high}
    assert recoverable(view(bounds, SUM, guarded=guarded)) == found


def test_auditor_combines_sums():
    """Neither sum tells alone; their difference does."""
    bounds = {"t": (18, 18), "u": (14, 14), "a": (1, 5), "b": (6, None), "c": (6, None)}
    first = (("t", -1), ("a", 1), ("b", 1), ("c", 1))
    second = (("u", -1), ("b", 1), ("c", 1))
    assert recoverable(view(bounds, first, second, guarded={"a"})) == [Recovered("a", 4)]


def test_auditor_minds_only_guarded_cells():
    bounds = {"t": (30, 30), "a": (12, 12), "b": (0, None)}
    assert recoverable(view(bounds, SUM, guarded=set())) == []


grids = st.integers(2, 3).flatmap(
    lambda columns: st.lists(st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=2, max_size=3)
)


def grid_table(rows, threshold=5):
    table = Table(threshold)
    table.grid("All", {f"r{i}": {f"c{j}": value for j, value in enumerate(row)} for i, row in enumerate(rows)})
    return table


@FAST
@given(grids)
def test_auditor_is_never_wrong_about_naive_suppression(rows):
    """Hiding only the small counts of a grid: all that the auditor claims to recover is the true count."""
    table = grid_table(rows)
    naive = {n: (1, 5) if cell.is_small else (cell.count, cell.count) for n, cell in table.cells.items()}
    guarded = frozenset(n for n, cell in table.cells.items() if cell.is_small)
    for found in recoverable(View(naive, tuple(table.relations), guarded)):
        assert found.value == table.cells[found.name].count


# --- the promise


@FAST
@given(st.lists(st.integers(0, 12), min_size=2, max_size=5))
def test_no_count_of_a_row_can_be_worked_out(counts):
    table = Table()
    table.cells_of({f"c{n}": value for n, value in enumerate(counts)})
    table.total("All", [f"c{n}" for n in range(len(counts))])
    assert_safe(protect(table))


@FAST
@given(st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=3))
def test_no_count_of_a_grid_can_be_worked_out(rows):
    assert_safe(protect(grid_table(rows)))


@settings(max_examples=30)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 8), st.integers(0, 8))
def test_no_count_of_a_federation_with_movement_can_be_worked_out(a, b, joined, left):
    assume(left <= a)
    table = Table()
    table.prior(last_term({"A": a, "B": b}))
    table.cells_of({"A": a + joined - left, "B": b, "joined": joined, "left": left})
    table.total("All", ["A", "B"], breakdown=False)
    table.flow("A", last="last:A", joined="joined", left="left")
    try:
        safe = protect(table)
    except CannotProtect:
        return
    assert_safe(safe)


@settings(max_examples=30)
@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_no_count_behind_percentages_can_be_worked_out(part, rest, other):
    table = Table()
    table.cells_of({"part": part, "whole": part + rest, "other": other})
    table.share("part", "whole")
    table.total("All", ["whole", "other"], breakdown=False)
    safe = protect(table)
    assert_safe(safe)
    if not percent(safe, "part", "whole").suppressed:
        assert part not in range(1, 6)
        assert rest not in range(1, 6)


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=4, max_size=4), st.sampled_from([3, 5, 10])
)
def test_no_count_of_a_larger_grid_is_found_by_the_auditor(rows, threshold):
    safe = protect(grid_table(rows, threshold))
    assert recoverable(safe.view()) == []
    assert not [n for n, cell in safe.cells.items() if cell.is_small and safe.labels[n] is Label.PLAIN]


def test_a_federation_report_of_three_schools_is_protected():
    table = Table()
    schools, years, needs = "ABC", range(7), range(6)
    for s, school in enumerate(schools):
        rows = {f"{school} Y{y}": {f"{school} N{n}": (3 * y + 5 * n + 7 * s) % 11 for n in needs} for y in years}
        table.grid(school, rows)
    for kind, numbers in (("Y", years), ("N", needs)):
        for number in numbers:
            table.total(f"{kind}{number}", [f"{school} {kind}{number}" for school in schools], breakdown=False)
    table.total("All", list(schools), breakdown=False)
    safe = protect(table)
    assert recoverable(safe.view()) == []
    assert shown(safe)["All"].isdigit()
    small = sum(cell.is_small for cell in safe.cells.values())
    hidden = sum(label is not Label.PLAIN for label in safe.labels.values())
    assert small <= hidden <= small * 1.5


def test_protect_gives_the_same_answer_every_time():
    rows = [[3, 14, 11], [12, 2, 9], [8, 9, 30]]
    assert shown(protect(grid_table(rows))) == shown(protect(grid_table(rows)))
