"""Who is suggested to cover, in which order, and why."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staff.deployment.rules import Adult, Busy, Gap, in_order, judge, rank, suggest

pytestmark = pytest.mark.unit

ON = date(2026, 11, 23)
DAY = ((510, 915),)
GAP = Gap(
    1,
    ON,
    (630, 660),
    group_id=7,
    intervention_id=3,
    intervention="Phonics keep-up",
    training="SSP provider",
    deliverer_id=99,
)


def adult(user_id, name="Ann Other", **fields):
    return Adult(user_id, name, **({"works": DAY} | fields))


CASES = [
    ("free, trained", {"skills": frozenset({"Phonics"})}, "Free. Trained: Phonics"),
    ("knows the group", {"led_groups": frozenset({7}), "skills": frozenset({"Phonics"})}, "Free. Has run this group before"),
    ("has led it", {"led_interventions": frozenset({3})}, "Free. Has run it before"),
    ("no training", {}, "Free. No training recorded"),
    ("until the next", {"busy": (Busy((690, 720), "Running Maths"),)}, "Free until 11:30am. No training recorded"),
    ("until noon", {"busy": (Busy((720, 750), "Running Lunch"),)}, "Free until noon. No training recorded"),
    ("outside hours", {"works": ((780, 915),)}, "Free. Outside contracted hours. No training recorded"),
    ("day off", {"works": ()}, "Free. Outside contracted hours. No training recorded"),
    ("hours unknown", {"works": None}, "Free. Working hours are not recorded. No training recorded"),
    ("a teacher", {"is_support": False, "role": "Teacher"}, "Free. No training recorded. Teacher"),
    ("away", {"is_away": True}, "Away"),
    ("busy", {"busy": (Busy((600, 645), "Running Maths"),)}, "Running Maths, until 10:45am"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_reasons(fields, words):
    assert judge(GAP, adult(1, **fields)).words == words


def test_order_is_hours_then_support_staff_then_training_then_load():
    people = [
        adult(1, works=None),
        adult(2, is_support=False),
        adult(3, load=60),
        adult(4, load=30),
        adult(5, led_interventions=frozenset({3}), load=300),
        adult(6, skills=frozenset({"Phonics"}), load=400),
        adult(7, led_groups=frozenset({7}), load=500),
        adult(8, works=()),
        adult(9, is_away=True),
        adult(10, busy=(Busy((600, 645), "Running Maths"),)),
        adult(99),
    ]
    assert [each.adult.user_id for each in rank(GAP, people)] == [7, 6, 5, 4, 3, 2, 1, 8, 10, 9]


def test_without_training_asked_the_fewest_sessions_decide():
    gap = Gap(1, ON, (630, 660), 7, 3, "Toe by Toe", "none needed")
    ranked = rank(gap, [adult(1, load=90), adult(2, load=30)])
    assert [each.adult.user_id for each in ranked] == [2, 1]
    assert ranked[0].words == "Free"


@pytest.mark.parametrize(
    ("mine", "theirs", "movable"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_only_an_ehc_plan_may_move_another_session(mine, theirs, movable):
    gap = Gap(1, ON, (630, 660), 7, 3, "X", is_section_f=mine)
    busy = adult(1, busy=(Busy((630, 660), "Running Maths", is_section_f=theirs),))
    assert judge(gap, busy).is_movable is movable


def test_gaps_come_by_day_with_ehc_plans_first():
    gaps = [
        Gap(1, ON, (600, 630), 1, 1, "X"),
        Gap(2, ON, (660, 690), 1, 1, "X", is_section_f=True),
        Gap(3, date(2026, 11, 20), (800, 830), 1, 1, "X"),
    ]
    assert [gap.session_id for gap in in_order(gaps)] == [3, 2, 1]


def test_suggest_gives_the_only_adult_to_the_ehc_plan():
    gaps = [Gap(1, ON, (630, 660), 1, 1, "X"), Gap(2, ON, (645, 675), 2, 1, "X", is_section_f=True)]
    found = suggest(gaps, {ON: [adult(1)]})
    assert found[1] is None
    assert found[2].adult.user_id == 1


def test_suggest_leaves_out_who_is_not_at_work():
    assert suggest([GAP], {ON: [adult(1, works=())]}) == {1: None}


@given(
    st.lists(
        st.tuples(st.integers(500, 560), st.integers(5, 60), st.booleans()).map(
            lambda row: ((row[0], row[0] + row[1]), row[2])
        ),
        max_size=6,
    ),
    st.integers(0, 4),
)
@settings(max_examples=50)
def test_nobody_is_suggested_in_two_places(rows, people):
    gaps = [Gap(n, ON, span, n, 1, "X", is_section_f=section) for n, (span, section) in enumerate(rows)]
    found = suggest(gaps, {ON: [adult(n, works=None) for n in range(people)]})
    by_adult: dict[int, list[tuple[int, int]]] = {}
    for gap in gaps:
        if found[gap.session_id]:
            by_adult.setdefault(found[gap.session_id].adult.user_id, []).append(gap.span)
    for spans in by_adult.values():
        ordered = sorted(spans)
        assert all(first[1] <= second[0] for first, second in pairwise(ordered))
