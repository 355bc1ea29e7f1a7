import json
import math
from datetime import date
from pathlib import Path
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.rules import impact, scores, targets
from provision.rules.dosage import Dosage
from provision.rules.effect import Display, Effect, display_for, effect_of
from provision.rules.impact import MixedTests, PairedChange
from provision.rules.scores import Direction, Qualifier, Reading, ScoreBand, TestScore, Verdict
from provision.rules.statistics import correlation, sample_sd, t_quantile
from provision.rules.targets import Outcome

pytestmark = pytest.mark.unit

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "impact_vectors.json").read_text())
TOLERANCE = 0.001


def near(value, tolerance=TOLERANCE):
    return pytest.approx(value, abs=tolerance)


# --- statistics


@pytest.mark.parametrize(
    ("p", "df", "expected"),
    [
        (0.975, 1, 12.706205), (0.975, 2, 4.302653), (0.975, 3, 3.182446), (0.975, 4, 2.776445), (0.975, 5, 2.570582),
        (0.975, 9, 2.262157), (0.975, 29, 2.045230), (0.975, 120, 1.979930), (0.95, 7, 1.894579), (0.995, 10, 3.169273),
        (0.025, 5, -2.570582), (0.5, 6, 0.0),
    ],
)  # fmt: skip
def test_t_quantile_matches_the_printed_tables(p, df, expected):
    assert t_quantile(p, df) == pytest.approx(expected, abs=1e-5)


def test_t_quantile_nears_the_normal_one():
    assert t_quantile(0.975, 3000) == pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-3)


@pytest.mark.parametrize(("p", "df"), [(0, 3), (1, 3), (0.5, 0)])
def test_t_quantile_refuses_nonsense(p, df):
    with pytest.raises(ValueError, match="probability"):
        t_quantile(p, df)


@settings(max_examples=40)
@given(st.floats(0.51, 0.999), st.integers(1, 60))
def test_t_quantile_is_symmetric_and_falls_with_more_freedom(p, df):
    assert t_quantile(1 - p, df) == pytest.approx(-t_quantile(p, df), rel=1e-9)
    assert t_quantile(p, df + 1) < t_quantile(p, df)


def test_correlation_needs_both_sides_to_vary():
    assert correlation([1, 2, 3], [5, 5, 5]) is None
    assert correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    with pytest.raises(ValueError, match="same number"):
        correlation([1], [1, 2])


def test_sample_sd_of_equal_values_is_exactly_0():
    assert sample_sd([0.1, 0.1, 0.1]) == 0.0
    assert sample_sd([4.0]) is None


# --- ratio gain


@pytest.mark.parametrize("row", VECTORS["ratio_gain"], ids=lambda row: str(row["rg"]))
def test_ratio_gain_vectors(row):
    result = scores.ratio_gain(pre_months=row["pre_m"], post_months=row["post_m"], months=row["months"])
    assert (result.value, result.band) == (near(row["rg"]), Reading(row["band"]))


@pytest.mark.parametrize("row", VECTORS["ratio_gain_se"], ids=lambda row: str(row["months"]))
def test_ratio_gain_se_vectors(row):
    assert scores.ratio_gain_se(sem_months=row["sem_m"], months=row["months"]) == near(row["se"])


@pytest.mark.parametrize(
    ("rise", "band"), [(13.9, "very_small"), (14, "small"), (20, "medium"), (30, "large"), (40, "large")]
)
def test_ratio_gain_bands_at_their_edges(rise, band):
    assert scores.ratio_gain(pre_months=70, post_months=70 + rise, months=10).band is Reading(band)


def test_ratio_gain_remarkable_only_when_the_school_sets_a_cut_off():
    assert scores.ratio_gain(pre_months=70, post_months=110, months=10, remarkable_from=4.0).band is Reading.REMARKABLE


@pytest.mark.parametrize(
    ("day", "hidden"), [(date(2026, 3, 1), True), (date(2026, 3, 2), False), (date(2026, 3, 3), False)]
)
def test_ratio_gain_is_hidden_under_eight_weeks(day, hidden):
    months = scores.months_between(date(2026, 1, 5), day)
    assert scores.ratio_gain(pre_months=80, post_months=84, months=months).is_hidden is hidden


def test_ratio_gain_margin_for_one_child():
    result = scores.ratio_gain(pre_months=75, post_months=80, months=2.5, sem_months=4)
    assert (result.value, result.margin) == (2.0, near(4.435))


def test_ratio_gain_refuses_tests_out_of_order():
    with pytest.raises(ValueError, match="later"):
        scores.ratio_gain(pre_months=80, post_months=81, months=0)


# --- groups


@pytest.mark.parametrize("row", VECTORS["paired"], ids=lambda row: str(row["mean"]))
def test_paired_vectors(row):
    result = impact.paired_change(row["pre"], row["post"])
    assert (result.mean, result.lo, result.hi) == (near(row["mean"]), near(row["lo"]), near(row["hi"]))
    if "es15" in row:
        assert result.standardised() == near(row["es15"])


@pytest.mark.parametrize("row", VECTORS["paired"], ids=lambda row: str(row["g"]))
def test_hedges_vectors(row):
    result = impact.hedges_g(row["pre"], row["post"])
    found = [result.r, result.s_within, result.d, result.j, result.g, result.se, result.lo, result.hi]
    keys = ["r", "s_within", "d", "J", "g", "se", "g_lo", "g_hi"]
    assert found == [near(row[key]) for key in keys]
    assert result.is_shown is False


def test_lower_is_better_turns_the_gain_and_its_range():
    row = VECTORS["paired"][2]
    result = impact.paired_change(row["pre"], row["post"], direction=Direction.LOWER)
    assert (result.mean, result.gain, result.gain_lo, result.gain_hi) == (
        near(-3.3),
        near(3.3),
        near(1.8673),
        near(4.7327),
    )


@pytest.mark.parametrize(("pre", "post"), [([70], [75]), ([70, 72, 74], [73, 75, 77])])
def test_no_range_for_one_pupil_or_for_equal_changes(pre, post):
    result = impact.paired_change(pre, post)
    assert (result.lo, result.hi, result.gain_lo) == (None, None, None)


def test_paired_change_needs_a_pupil_and_sides_of_equal_length():
    with pytest.raises(ValueError, match="at least 1 pupil"):
        impact.paired_change([], [])
    with pytest.raises(ValueError, match="zip"):
        impact.paired_change([1, 2], [1])


@pytest.mark.parametrize(
    ("pre", "post"),
    [([70, 75], [75, 74]), ([70, 72, 74], [73, 75, 77]), ([70, 70, 70], [73, 75, 77]), ([1, 2, 3], [2, 4, 6])],
    ids=["fewer than 3", "equal changes", "no spread at entry", "perfect correlation"],
)
def test_hedges_g_is_null_where_undefined(pre, post):
    assert impact.hedges_g(pre, post) is None


def test_hedges_g_is_shown_from_15_pupils():
    pre = [70 + n for n in range(15)]
    post = [x + (3 if n % 2 else 5) for n, x in enumerate(pre)]
    assert impact.hedges_g(pre, post).is_shown is True
    assert impact.hedges_g(pre[:14], post[:14]).is_shown is False


values = st.lists(st.integers(50, 140), min_size=3, max_size=20)


@settings(max_examples=40)
@given(st.data())
def test_paired_change_holds_its_mean_and_moves_with_the_scores(data):
    pre = data.draw(values)
    post = data.draw(st.lists(st.integers(50, 140), min_size=len(pre), max_size=len(pre)))
    result = impact.paired_change(pre, post)
    shifted = impact.paired_change(pre, [x + 4 for x in post])
    turned = impact.paired_change(post, pre)
    assert shifted.mean == pytest.approx(result.mean + 4)
    assert turned.mean == pytest.approx(-result.mean)
    if result.lo is not None:
        assert result.lo < result.mean < result.hi
        assert shifted.hi - shifted.lo == pytest.approx(result.hi - result.lo)


def test_group_result_counts_whom_it_leaves_out():
    def score(value, test="ngrt A", qualifier=Qualifier.EXACT):
        return TestScore(value, test, qualifier=qualifier)

    result = impact.group_result(
        [
            (score(80), score(86)),
            (score(90), score(88)),
            (score(85), score(85)),
            (score(76, qualifier=Qualifier.BELOW), score(82)),
            (score(80), score(130, qualifier=Qualifier.ABOVE)),
            (score(80), None),
            (None, None),
            (score(80), score(99, test="ngrt B")),
        ]
    )
    assert (result.censored, result.missing, result.other_test) == (2, 2, 1)
    assert (result.change.n, result.change.mean) == (3, near(4 / 3))
    assert (result.gained, result.fell) == (1, 1)


def test_group_result_counts_gains_the_right_way_round():
    pairs = [(TestScore(18, "sdq"), TestScore(13, "sdq")), (TestScore(12, "sdq"), TestScore(14, "sdq"))]
    result = impact.group_result(pairs, direction=Direction.LOWER)
    assert (result.gained, result.fell, result.change.gain) == (1, 1, 1.5)


def test_group_result_never_averages_across_tests():
    with pytest.raises(MixedTests, match="each test apart"):
        impact.group_result([(TestScore(1, "a"), TestScore(2, "a")), (TestScore(1, "b"), TestScore(2, "b"))])


def test_group_result_with_nobody_to_average():
    result = impact.group_result([(TestScore(76, "yarc", qualifier=Qualifier.BELOW), TestScore(80, "yarc"))])
    assert (result.change, result.censored, result.gained) == (None, 1, 0)


# --- one pupil


@pytest.mark.parametrize("row", VECTORS["rci"], ids=lambda row: str(row["rci"]))
def test_reliable_change_vectors(row):
    result = scores.reliable_change(row["x1"], row["x2"], sd=row["sd"], reliability=row["rxx"])
    found = [result.sem, result.s_diff, result.rci, result.min_change]
    assert found == [near(row[key]) for key in ("sem", "sdiff", "rci", "min_change")]
    assert result.is_reliable is row["reliable"]


@pytest.mark.parametrize(
    ("first", "second", "direction", "standardised", "verdict"),
    [
        (78, 92, Direction.HIGHER, True, Verdict.IMPROVED),
        (92, 78, Direction.HIGHER, True, Verdict.FELL),
        (92, 78, Direction.LOWER, True, Verdict.IMPROVED),
        (85, 85, Direction.HIGHER, True, Verdict.MAINTAINED),
        (85, 85, Direction.HIGHER, False, Verdict.WITHIN_ERROR),
        (85, 90, Direction.HIGHER, True, Verdict.WITHIN_ERROR),
    ],
)
def test_reliable_change_verdict(first, second, direction, standardised, verdict):
    result = scores.reliable_change(first, second, reliability=0.9, direction=direction, is_standardised=standardised)
    assert result.verdict is verdict


def test_pupil_verdict_compares_only_like_with_like():
    entry = TestScore(78, "yarc A")
    assert scores.pupil_verdict(entry, TestScore(92, "yarc A"), reliability=0.9) is Verdict.IMPROVED
    assert scores.pupil_verdict(entry, TestScore(92, "yarc B"), reliability=0.9) is Verdict.NOT_COMPARABLE
    floor = TestScore(76, "yarc A", qualifier=Qualifier.BELOW)
    assert scores.pupil_verdict(floor, TestScore(92, "yarc A"), reliability=0.9) is Verdict.NOT_COMPARABLE


@pytest.mark.parametrize("row", VECTORS["band"], ids=lambda row: f"{row['score']}-{row['rxx']}")
def test_score_band_vectors(row):
    for level in (90, 95):
        lo, hi = scores.score_band(row["score"], reliability=row["rxx"], level=level)
        assert (lo, hi) == (near(row[f"lo{level}"], row["tol"]), near(row[f"hi{level}"], row["tol"]))


@pytest.mark.parametrize("reliability", [1, -0.1, 1.2])
def test_standard_error_refuses_an_impossible_reliability(reliability):
    with pytest.raises(ValueError, match="between 0 and 1"):
        scores.standard_error(sd=15, reliability=reliability)


@pytest.mark.parametrize("row", VECTORS["rtm"], ids=lambda row: str(row["expected"]))
def test_expected_next_vectors(row):
    assert scores.expected_next(row["score"], reliability=row["r"]) == near(row["expected"])


@pytest.mark.parametrize("row", VECTORS["percentile"], ids=lambda row: str(row["ss"]))
def test_percentile_vectors(row):
    assert scores.percentile(row["ss"]) == near(row["pct"], row.get("tol", TOLERANCE))


@pytest.mark.parametrize(("score", "rank"), [(40, 1), (85, 16), (100, 50), (160, 99)])
def test_percentile_rank_stays_between_1_and_99(score, rank):
    assert scores.percentile_rank(score) == rank


@pytest.mark.parametrize("row", VECTORS["stanine"], ids=lambda row: str(row["ss"]))
def test_stanine_vectors(row):
    assert scores.stanine(row["ss"]) == row["st"]


@pytest.mark.parametrize(("score", "expected"), [(40, 1), (160, 9)])
def test_stanine_ends(score, expected):
    assert scores.stanine(score) == expected


@pytest.mark.parametrize(
    ("score", "label"),
    [
        (69, "VERY_LOW"), (70, "BELOW"), (84.9, "BELOW"), (85, "AVERAGE"), (115, "AVERAGE"), (116, "ABOVE"),
        (130, "ABOVE"), (131, "VERY_HIGH"),
    ],
)  # fmt: skip
def test_score_label(score, label):
    assert scores.score_label(score) is ScoreBand[label]


# --- targets


@pytest.mark.parametrize("row", VECTORS["gas"], ids=lambda row: str(row["T"]))
def test_goal_attainment_vectors(row):
    assert targets.goal_attainment(row["x"], row["w"]) == near(row["T"])


def test_goal_attainment_without_weights_counts_each_goal_alike():
    assert targets.goal_attainment([1, -1, 2]) == targets.goal_attainment([1, -1, 2], [5, 5, 5])


@pytest.mark.parametrize(("levels", "weights"), [([], None), ([3], None), ([1], [0]), ([1, 1], [1])])
def test_goal_attainment_refuses_nonsense(levels, weights):
    with pytest.raises(ValueError, match=r"levels|weights|zip"):
        targets.goal_attainment(levels, weights)


@settings(max_examples=40)
@given(st.lists(st.integers(-2, 2), min_size=1, max_size=6))
def test_goal_attainment_is_symmetric_about_50(levels):
    up, down = targets.goal_attainment(levels), targets.goal_attainment([-x for x in levels])
    assert math.isclose(up + down, 100)


def test_summarise_targets_counts_the_not_assessed_but_leaves_them_out_of_the_mean():
    summary = targets.summarise_targets(
        [
            Outcome.EXCEEDED,
            Outcome.MET,
            Outcome.PARTLY,
            Outcome.NOT_MET,
            Outcome.REGRESSED,
            Outcome.MET,
            Outcome.NOT_ASSESSED,
        ]
    )
    assert (summary.total, summary.assessed, summary.met, summary.mean) == (7, 6, 3, near(1 / 6))


def test_summarise_targets_when_none_is_assessed():
    assert targets.summarise_targets([Outcome.NOT_ASSESSED]).mean is None


# --- the word


def change(lo, hi, n=8, direction=Direction.HIGHER):
    return PairedChange(n=n, mean=(lo + hi) / 2, sd=1.0, lo=lo, hi=hi, direction=direction)


RED = Dosage(planned=10, delivered=5, attended=5, planned_minutes=300, attended_minutes=150)
AMBER = Dosage(planned=10, delivered=7, attended=7, planned_minutes=300, attended_minutes=210)


@pytest.mark.parametrize(
    ("group", "dose", "word"),
    [
        (change(3.9, 8.5), None, Effect.STRONG),
        (change(2.0, 8.5), None, Effect.STRONG),
        (change(1.9, 8.5), AMBER, Effect.PROMISING),
        (change(-0.9, 7.7), None, Effect.UNCLEAR),
        (change(0.0, 10.4), None, Effect.UNCLEAR),
        (change(-4.0, 0.0), None, Effect.UNCLEAR),
        (change(-6.0, -1.0), None, Effect.FELL_BACK),
        (change(-4.7, -2.1, direction=Direction.LOWER), None, Effect.STRONG),
        (change(3.9, 8.5, n=4), None, Effect.TOO_EARLY),
        (None, None, Effect.TOO_EARLY),
        (change(3.9, 8.5), RED, Effect.NOT_TESTED),
        (change(-6.0, -1.0), RED, Effect.NOT_TESTED),
        (PairedChange(n=6, mean=3, sd=0.0, lo=None, hi=None), None, Effect.UNCLEAR),
    ],
)
def test_effect_of(group, dose, word):
    assert effect_of(group, dose=dose).word is word


def test_effect_of_gives_its_reason():
    assert effect_of(None).reason == "We need exit scores for 5 or more pupils"
    assert effect_of(change(3, 5), dose=RED).reason == "Pupils had 50% of the planned time, too little to judge"


@pytest.mark.parametrize(
    ("n", "display"), [(0, "list"), (4, "list"), (5, "average"), (9, "average"), (10, "percentages")]
)
def test_display_for_small_groups(n, display):
    assert display_for(n) is Display(display)
