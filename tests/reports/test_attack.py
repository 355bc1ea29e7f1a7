"""Somebody who adds, subtracts and divides everything a report says finds no number of pupils from 1 to 5."""

from collections import Counter
from dataclasses import replace
from unittest import mock

import pytest

from reports import frozen
from reports.counts import Duties
from reports.figures import Prior, bands_of, build
from reports.frozen import freeze
from reports.suppression import Snapshot
from sendco.core.exceptions import Refused

from .attacker import beside, read
from .imaginary import imaginary, next_term

pytestmark = pytest.mark.unit
SHAPES = {
    "nobody": (0, 0.0, 0.0), "eight, all on the register": (8, 1.0, 0.2), "a village school": (28, 0.25, 0.3),
    "no EHC plan": (90, 0.2, 0.0), "all with an EHC plan": (60, 1.0, 1.0), "two classes": (60, 0.3, 0.2),
    "a primary school": (210, 0.18, 0.2), "nobody on the register": (120, 0.0, 0.0), "few": (140, 0.04, 0.3),
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_national_figures():
    """They are public, and would need a database."""
    with mock.patch.object(frozen, "NationalFigure") as model:
        model.objects.filter.return_value.order_by.return_value = []
        yield


def rolls_of(counts):
    """{label of the band: pupils}, which everybody can look up, and the roll."""
    here = counts.roll.on_roll(counts.window.on)
    threshold = counts.window.school.federation.small_number_threshold
    bands = bands_of(Counter(child.year for child in here), threshold)
    return len(here), {band.label: band.roll for band in bands}


def true_counts(built):
    """{name in the puzzle: count} of what must not come out, as far as the reader's sums reach it."""
    names = {"register": "Register", "support": "K", "ehc": "E", "monitoring": "Monitoring"}
    names |= {f"year {band.label}": f"Year {band.key}" for band in built.sheet.years}
    names |= {f"need {label}": f"Need: {label}" for label in built.sheet.needs}
    names |= {
        "Have a plan with targets": "With a plan", "Had their plan reviewed this term": "Plan reviewed",
        "Wait for a review past its date": "Plan late", "Parents met us about it this term": "Parents met",
        "Annual review meeting held this term": "Reviews held", "A step of ours is overdue": "Reviews late here",
        "Waiting for the local authority, past its date": "Reviews late there", "referrals": "Referrals open",
        "waiting": "Referrals waiting", "school due": "Ours: due", "school on time": "Ours: on time",
        "school late": "Ours: late", "authority due": "Theirs: due", "authority on time": "Theirs: on time",
        "authority late": "Theirs: late", "Joined the register": "Joined", "Left the register": "Left",
        "Found at this school": "Identified", "Came with SEND": "Arrived", "No longer needed it": "Stepped off",
        "Left the school": "Left school", "SEN support to EHC plan": "Moved up", "EHC plan to SEN support": "Moved down",
        "Targets met": "Targets met", "Targets partly met": "Targets partly met",
        "Targets not yet met": "Targets not yet met", "Targets": "Targets",
    }  # fmt: skip
    cells = built.safe.cells
    return {name: cells[cell].count for name, cell in names.items() if cell in cells}


def found_out(puzzle, truth, threshold, at=""):
    """Small counts with fewer than three values left, and those that are simply printed."""
    caught = {}
    for name, count in truth.items():
        if at + name in puzzle.bounds and 1 <= count <= threshold:
            values = puzzle.values(at + name, 3)
            if len(values) < 3:
                caught[at + name] = (count, values)
    return caught


def solvable(puzzle, truth, at=""):
    """A nought that was hidden reads "5 or fewer" too: the reader's narrow view is then opened to it."""
    for name, count in truth.items():
        low, high = puzzle.bounds.get(at + name, (0, 0))
        if count < low:
            puzzle.bounds[at + name] = (count, high)


def attack(counts, built, data):
    puzzle, truth = read(data, *rolls_of(counts)), true_counts(built)
    solvable(puzzle, truth)
    assert puzzle.fits({name: n for name, n in truth.items() if name in puzzle.bounds}), "the attacker reads it wrongly"
    return found_out(puzzle, truth, built.sheet.threshold)


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_found_in_one_report(shape):
    counts = imaginary(7, *SHAPES[shape])
    built = build(counts, [])
    assert attack(counts, built, freeze(built)) == {}


@pytest.mark.parametrize(("roll", "threshold"), [(1, 5), (3, 5), (5, 5), (10, 10)])
def test_school_of_a_few_children_has_no_report_of_numbers(roll, threshold):
    with pytest.raises(Refused, match="so few pupils on roll"):
        build(imaginary(1, roll, 1.0, 0.5, threshold), [])


def test_year_groups_of_a_few_children_stand_with_their_neighbours():
    """A count in a class of one is about that child, however it is worded."""
    rolls = {"R": 1, "1": 9, "2": 30, "3": 5, "4": 30, "6": 2}
    assert [(band.label, band.roll) for band in bands_of(rolls, 5)] == [
        ("Reception and Year 1", 10), ("Year 2 and Year 3", 35), ("Year 4 and Year 6", 32),
    ]  # fmt: skip
    assert [band.label for band in bands_of({"R": 1, "1": 1, "2": 1}, 5)] == ["Reception to Year 2"]
    assert bands_of({}, 5) == []


def test_kinds_of_steps_are_left_out_where_they_count_the_late_ones():
    """Four kinds, each with a late step, leave 4 and 5 for a number that reads "5 or fewer"."""
    counts = imaginary(3, 210, 0.2, 0.4)
    keys = ("invite_by", "advice_circulated_by", "meeting_latest", "report_by")
    for late_kinds, shown in ((4, 0), (3, 4)):
        steps = {key: Duties(due=5, on_time=4 if place < late_kinds else 5) for place, key in enumerate(keys)}
        whole = Duties(due=20, on_time=20 - late_kinds)
        built = build(replace(counts, school_duties=whole, authority_duties=Duties(), duty_steps=steps), [])
        data = freeze(built)
        assert (len(data["duties"]["kinds"]), data["duties"]["school"]["words"]) == (shown, "Not all on time")
        assert attack(counts, built, data) == {}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("threshold", [5, 10])
def test_nothing_is_found_in_schools_of_any_size(seed, threshold):
    counts = imaginary(seed, 30 + 37 * seed, 0.1 + 0.05 * seed, 0.1 * seed, threshold)
    built = build(counts, [])
    assert attack(counts, built, freeze(built)) == {}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_found_in_two_reports_together(seed):
    counts = imaginary(100 + seed, 60 + 40 * seed, 0.2, 0.25)
    first = build(counts, [])
    before = freeze(first)
    later = next_term(counts, seed)
    prior = Prior(1, "2026-autumn", counts.window.on, before, Snapshot.from_json(first.safe.snapshot().to_json()))
    try:
        second = build(later, [prior])
    except Refused:
        return  # the report says that it must wait
    now = freeze(second)
    puzzle = read(before, *rolls_of(counts), at="last:")
    read(now, *rolls_of(later), puzzle=puzzle)
    truths = true_counts(first), true_counts(second)
    solvable(puzzle, truths[0], "last:")
    solvable(puzzle, truths[1])
    beside(now, before, puzzle)

    caught = found_out(puzzle, truths[0], 5, "last:") | found_out(puzzle, truths[1], 5)
    assert caught == {}
