"""What the scores of an intervention say, on plain values."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from provision import wording
from provision.enums import MissedReason
from provision.evidence import NOT_CHECKED, Evidence, evidence_means, evidence_words
from provision.rules.dosage import Dosage
from provision.rules.effect import Display, Effect
from provision.rules.reading import Measured, Test, impact_of, total_dose
from provision.rules.scores import Qualifier, TestScore, Verdict

pytestmark = pytest.mark.unit

STANDARD = Test("standard", "Listening test", "standardised", True, 15.0, 0.9, 40.0, 160.0)
AGE = Test("age", "Reading age", "age_equivalent", True, None, None, 48.0, 192.0)
SDQ = Test("sdq", "SDQ", "scale", False, 5.2, 0.8, 0.0, 40.0)
FIRST, LAST = date(2026, 9, 7), date(2026, 12, 7)


def run(line, before, after, test=STANDARD, *, pupil=None, group=1, last=LAST, sign="=", entry_test=None):
    return Measured(
        line=line, pupil=pupil or line, group=group, code="T", name="Talk", test=test,
        entry=TestScore(before, entry_test or test.slug, FIRST),
        leaving=TestScore(after, test.slug, last, Qualifier(sign)),
        ends=last, cost=Decimal("50.00"),
    )  # fmt: skip


def runs(pairs, test=STANDARD):
    return [run(n, before, after, test) for n, (before, after) in enumerate(pairs, 1)]


STRONG = [(78, 84), (82, 85), (75, 80), (90, 97), (85, 86), (80, 88)]
"""The first paired vector of the reference: mean 5.0, from 2.2634 to 7.7366."""


def test_the_average_and_its_range_are_those_of_the_reference():
    found = impact_of(runs(STRONG), {})
    assert (found.n, found.change.gain) == (6, 5.0)
    assert (round(found.change.gain_lo, 4), round(found.change.gain_hi, 4)) == (2.2634, 7.7366)
    assert (found.reading.word, found.display) == (Effect.STRONG, Display.AVERAGE)
    assert (found.result.gained, found.result.fell) == (6, 0)


def test_a_pupil_who_went_through_twice_counts_once_with_the_latest_run():
    later = run(9, 84, 90, pupil=1, last=date(2027, 3, 1))
    found = impact_of([later, *runs(STRONG)], {})
    assert found.n == 6
    assert next(each for each in found.runs if each.pupil == 1) == later


def test_tests_are_never_mixed_and_the_commonest_is_shown():
    mixed = [*runs(STRONG), run(20, 60, 70, AGE), run(21, 62, 70, AGE)]
    found = impact_of(mixed, {})
    assert (found.test, found.n, found.others) == (STANDARD, 6, ((AGE, 2),))
    other = impact_of(mixed, {}, test="age")
    assert (other.test, other.n, other.others) == (AGE, 2, ((STANDARD, 6),))


def test_what_cannot_be_compared_is_left_out_and_counted():
    found = impact_of([*runs(STRONG), run(7, 80, 76, sign="<"), run(8, 80, 90, entry_test="other")], {})
    assert (found.n, found.left_out, len(found.compared)) == (6, 2, 6)
    assert "2 pupils left out: another test before, or a score off its scale" in [
        check.text for check in wording.checks(found, low_groups=0, groups=1)
    ]


def test_months_that_time_alone_brings_are_taken_off():
    """Three months between the tests: six months of reading age is a gain of three."""
    one = run(1, 74.0, 80.0, AGE)
    assert round(one.gain, 2) == round(6 - 91 / 30.4375, 2) == 3.01
    kept_pace = impact_of([run(n, 74.0 + n, 77.0 + n, AGE) for n in range(1, 7)], {})
    assert round(kept_pace.change.gain, 2) == 0.01
    assert wording.signed_number(kept_pace.change.gain) == "0.0"


def test_lower_is_better_turns_the_gain():
    found = impact_of(runs([(18, 13), (15, 14), (21, 15), (12, 11), (16, 12), (19, 16)], SDQ), {})
    assert found.change.gain > 0
    assert found.result.gained == 6


@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        (STRONG, Effect.STRONG),
        ([(80, 82), (80, 81), (80, 83), (80, 82), (80, 81), (80, 82)], Effect.PROMISING),
        ([(80, 88), (80, 74), (80, 85), (80, 79), (80, 83), (80, 78)], Effect.UNCLEAR),
        ([(80, 76), (82, 79), (84, 80), (86, 81), (88, 84)], Effect.FELL_BACK),
        ([(80, 90), (80, 90), (80, 90), (80, 90)], Effect.TOO_EARLY),
    ],
)
def test_words(pairs, word):
    assert impact_of(runs(pairs), {}).reading.word is word


def test_too_few_sessions_is_not_tested():
    low = Dosage(10, 5, 5, 300, 150, ((MissedReason.ROOM, 5),))
    found = impact_of(runs(STRONG), {n: low for n in range(1, 7)})
    assert (found.reading.word, found.dose.dose) == (Effect.NOT_TESTED, 50)
    assert wording.headline(found, "Talk") == "Talk has had too few sessions to judge"


def test_reliable_change_counts_need_the_tests_own_error():
    found = impact_of(runs([(78, 92), (78, 86), (90, 76), (80, 80), (81, 83)]), {})
    assert found.verdicts == {
        Verdict.IMPROVED: 1, Verdict.WITHIN_ERROR: 2, Verdict.FELL: 1, Verdict.MAINTAINED: 1,
    }  # fmt: skip
    assert wording.verdict_rows(found) == [
        ("Gained for certain", "1 of 5"), ("Within the test’s own error", "3 of 5"), ("Fell back for certain", "1 of 5"),
    ]  # fmt: skip
    unknown = impact_of(runs(STRONG, replace(STANDARD, reliability=None)), {})
    assert (unknown.verdicts, wording.verdict_rows(unknown), unknown.expected) == (None, [], None)


def test_percentages_only_from_ten_pupils():
    ten = impact_of(runs([(78, 92)] * 9 + [(80, 80)]), {})
    assert wording.verdict_rows(ten)[0] == ("Gained for certain", "9 of 10, 90%")


def test_pupils_who_start_low_are_expected_to_rise():
    """The reference: 75 at a reliability of 0.90 is expected at 77.5."""
    found = impact_of(runs([(75, 80)] * 5), {})
    assert found.expected == (75.0, 77.5)
    assert impact_of(runs([(110, 112)] * 5), {}).expected is None
    assert impact_of(runs([(18, 12)] * 5, SDQ), {}).expected is None


def test_nobody_measured():
    found = impact_of([], {})
    assert (found.test, found.n, found.change, found.shows_average) == (None, 0, None, False)
    assert wording.lead(found, "Groups in May 2026") == (
        "No pupil has a score both before and after yet. Groups in May 2026."
    )


@pytest.mark.parametrize(
    ("pairs", "test", "title", "lead"),
    [
        (
            STRONG, STANDARD, "Most pupils on Talk caught up",
            "6 of 6 pupils gained on children their age. The average gain was 5 points, and we can be fairly sure it is "
            "more than 2. Span.",
        ),
        (
            [(80, 88), (80, 74), (80, 85), (80, 79), (80, 83), (80, 78)], STANDARD, "We cannot tell yet for Talk",
            "3 of 6 pupils gained on children their age. The average gain was 1.2 points. Span.",
        ),
        ([(80, 90)] * 3, STANDARD, "Too early to say for Talk", "3 pupils have both scores, too few for an average. Span."),
        (
            [(18, 13), (15, 14), (21, 15), (12, 11), (16, 12), (19, 16)], SDQ, "Most pupils on Talk gained",
            "6 of 6 pupils gained. The average gain was 3.3 points, and we can be fairly sure it is more than 1. Span.",
        ),
        (
            [(80, 76), (82, 79), (84, 80), (86, 81), (88, 84)], STANDARD, "Pupils on Talk fell behind",
            "0 of 5 pupils gained on children their age. The average gain was −4 points. Span.",
        ),
    ],
)  # fmt: skip
def test_findings_in_words(pairs, test, title, lead):
    found = impact_of(runs(pairs, test), {})
    assert wording.headline(found, "Talk") == title
    assert wording.lead(found, "Span") == lead


def test_checks_say_what_a_school_cannot_know():
    found = impact_of(runs(STRONG, SDQ), {n: Dosage(10, 9, 9, 300, 270) for n in range(1, 7)})
    assert [(check.status, check.text) for check in wording.checks(found, low_groups=1, groups=2)] == [
        ("ok", "Same test before and after, for all 6 pupils"),
        ("warn", "1 of 2 groups had enough of the planned sessions"),
        ("warn", "No comparison group. Some pupils who start low rise anyway"),
        ("warn", "On this test children score differently as they get older, so 0 is not keeping pace"),
        ("warn", "6 pupils are few. One child can move the average"),
        ("warn", "The groups are too small to compare with each other"),
    ]


def test_losses_in_words():
    dose = Dosage(10, 6, 6, 300, 180, ((MissedReason.STAFF_ABSENT, 3), (MissedReason.ROOM, 1)))
    assert wording.why_missed(dose) == "adult away 3, no room 1"
    assert wording.why_missed(None) == ""


def test_fell_back_is_said_otherwise_of_months():
    slow = impact_of([run(n, 74.0, 75.0, AGE) for n in range(1, 7)], {})
    assert wording.fell_words(slow) == "6 gained less than the time that passed"
    assert wording.fell_words(impact_of(runs(STRONG), {})) == "None fell back"


def test_doses_add_up():
    assert total_dose([None, Dosage(0, 0, 0, 0, 0)]) is None
    both = total_dose([Dosage(4, 3, 3, 120, 90), None, Dosage(6, 6, 5, 180, 150)])
    assert (both.planned, both.delivered, both.attended, both.dose) == (10, 9, 8, 80)


@pytest.mark.parametrize(
    ("level", "checked", "words"),
    [
        ("rct_positive", True, "Controlled trials found a gain"),
        ("rct_positive", False, NOT_CHECKED),
        ("unconfirmed", True, NOT_CHECKED),
        ("", True, NOT_CHECKED),
    ],
)
def test_evidence_says_when_nobody_has_checked(level, checked, words):
    assert evidence_words(level, checked=checked) == words


def test_every_kind_of_evidence_is_explained():
    for level in Evidence:
        assert evidence_means(level, checked=True)
