from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pupils import rules
from pupils.rules import MeetingState, ProgressPicture, Retention, Trigger
from sendco.core.dates import age_on

pytestmark = pytest.mark.unit

AWAY = None


@pytest.mark.parametrize(
    ("ratings", "stuck"),
    [
        ([1, 1, 1, 1, 1, 1], True),
        ([0, 0, 0, 0, 0, 0], True),
        ([2, 1, 1, 2, 2, 1], True),
        ([0, 1, 0, 0, 0, 0], True),
        ([0, 0, 1, 1, 1, 1], False),
        ([1, 1, 1, 1, 1, 2], False),
        ([1, 1, 1, 2, 1, 1], False),
        ([3, 3, 3, 3, 3, 3], False),
        ([3, 2, 2, 2, 2, 2], True),
        ([1, 1, 1, 1, 1], False),
        ([], False),
        ([1, AWAY, 1, 1, AWAY, 1, 1, 1], True),
        ([1, 1, 1, AWAY, AWAY, 1], False),
        ([0, 1, 1, 1, 1, 1, 1], True),
        ([2, 2, 2, 0, 1, 1, 1, 1, 1], False),
    ],
)
def test_is_not_progressing(ratings, stuck):
    assert rules.is_not_progressing(ratings) is stuck


@settings(max_examples=60)
@given(st.lists(st.sampled_from([0, 1, 2, 3, None]), max_size=14))
def test_being_away_never_changes_the_answer(ratings):
    present = [rating for rating in ratings if rating is not None]
    assert rules.is_not_progressing(ratings) == rules.is_not_progressing(present)


def test_last_ratings_keeps_away_for_display():
    assert rules.last_ratings([0, 1, None, 2, 2, None, 3, 3]) == [None, 2, 2, None, 3, 3]
    assert rules.last_ratings([1, 2], count=6) == [1, 2]
    assert rules.last_ratings([1, 2], count=0) == []


@pytest.mark.parametrize(
    ("picture", "found"),
    [
        (ProgressPicture(), []),
        (ProgressPicture(rate=2, peers_rate=3), ["slower_than_peers"]),
        (ProgressPicture(rate=3, peers_rate=3, earlier_rate=4), ["slower_than_before"]),
        (ProgressPicture(gap_before=6, gap_now=6), ["gap_not_closing"]),
        (ProgressPicture(gap_before=6, gap_now=9), ["gap_not_closing", "gap_widening"]),
        (ProgressPicture(gap_before=6, gap_now=4), []),
        (ProgressPicture(gap_before=0, gap_now=0), []),
        (ProgressPicture(rate=1, peers_rate=2, earlier_rate=2, gap_before=1, gap_now=2), [t.value for t in Trigger]),
    ],
)
def test_progress_triggers(picture, found):
    assert [trigger.value for trigger in rules.progress_triggers(picture)] == found


def test_progress_triggers_allow_for_measurement_error():
    picture = ProgressPicture(rate=2, peers_rate=3, gap_before=6, gap_now=7)
    assert rules.progress_triggers(picture, tolerance=2) == [Trigger.GAP_NOT_CLOSING]


def hints(text, baseline="2 of 10 words on 8 September", has_due_date=False, open_targets=0):
    found = rules.check_target(text, baseline=baseline, has_due_date=has_due_date, open_targets=open_targets)
    return [hint.code for hint in found]


GOOD = "By 12 December 2026, in guided reading, Kofi will read 8 of 10 key words on 3 of 4 days with no prompts"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (GOOD, []),
        ("By the end of the spring term, Ana will ask for help twice a lesson", []),
        ("Kofi will improve his reading", ["vague", "no_number", "no_date"]),
        ("By July, Ana will develop regular habits 3 times a day", ["vague", "vague"]),
        ("By 3/7/2027 Ana will have access to a laptop as appropriate for 2 lessons", ["vague", "vague", "provision"]),
        ("By May, Ana will receive 2 sessions of speech therapy", ["provision"]),
        ("By 12 December 2026, Kofi will sit with his class", ["no_number"]),
        ("Kofi will read 8 of 10 key words", ["no_date"]),
        ("Kofi may read 8 words to a friend", ["no_date"]),
        ("Within 6 weeks Kofi will line up calmly", ["no_number"]),
    ],
)
def test_check_target_wording(text, found):
    assert hints(text) == found


def test_check_target_form_fields():
    assert hints("Kofi will read 8 of 10 key words", has_due_date=True) == []
    assert hints(GOOD, baseline="  ") == ["no_baseline"]
    assert hints(GOOD, open_targets=3) == []
    assert hints(GOOD, open_targets=4) == ["too_many"]


def test_check_target_names_the_vague_word():
    found = rules.check_target("Ana will improve 3 skills", baseline="x", has_due_date=True)
    assert found[0].message == "“improve” is hard to measure. Say what we will see or hear"


TERMS = [
    (date(2026, 9, 2), date(2026, 12, 18)),
    (date(2027, 1, 5), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 7, 21)),
]
HELD = [date(2026, 10, 14), date(2027, 2, 10), date(2027, 6, 16)]


@pytest.mark.parametrize(
    ("held", "on", "state", "still"),
    [
        (HELD, date(2027, 9, 1), MeetingState.MET, 0),
        (HELD[:2], date(2027, 9, 1), MeetingState.BELOW_GUIDANCE, 1),
        (HELD[:2], date(2027, 8, 31), MeetingState.TOO_FEW_TERMS, 1),
        (HELD[:2], date(2027, 7, 21), MeetingState.ON_COURSE, 1),
        ([], date(2026, 12, 18), MeetingState.ON_COURSE, 3),
        ([], date(2026, 12, 19), MeetingState.TOO_FEW_TERMS, 3),
        (HELD, date(2026, 11, 1), MeetingState.ON_COURSE, 2),
        ([date(2026, 8, 31), HELD[0], HELD[0]], date(2026, 11, 1), MeetingState.ON_COURSE, 2),
    ],
)
def test_meetings_needed(held, on, state, still):
    found = rules.meetings_needed(held_on=held, academic_year=2026, terms=TERMS, on=on)
    assert (found.state, found.still_needed, found.is_pro_rata) == (state, still, False)


@pytest.mark.parametrize(
    ("since", "needed", "pro_rata"),
    [
        (date(2026, 9, 1), 3, False),
        (date(2026, 12, 18), 3, False),
        (date(2027, 1, 5), 2, True),
        (date(2027, 7, 25), 0, True),
    ],
)
def test_meetings_needed_pro_rata_for_a_late_start(since, needed, pro_rata):
    found = rules.meetings_needed(held_on=[], academic_year=2026, terms=TERMS, on=since, on_support_from=since)
    assert (found.needed, found.is_pro_rata) == (needed, pro_rata)


@pytest.mark.parametrize(
    ("born", "on", "words"),
    [
        (date(2018, 5, 20), date(2026, 5, 19), "7 years 11 months"),
        (date(2018, 5, 20), date(2026, 5, 20), "8 years"),
        (date(2018, 5, 20), date(2026, 6, 20), "8 years 1 month"),
        (date(2018, 5, 31), date(2026, 6, 30), "8 years"),
        (date(2025, 1, 1), date(2026, 1, 1), "1 year"),
        (date(2016, 2, 29), date(2026, 2, 28), "9 years 11 months"),
    ],
)
def test_age_words(born, on, words):
    assert rules.age_words(born, on) == words


@settings(max_examples=60)
@given(st.dates(date(2005, 1, 1), date(2020, 1, 1)), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_months_agree_with_years(born, on):
    assert rules.age_in_months(born, on) // 12 == age_on(born, on)


@pytest.mark.parametrize(
    ("born", "summer"), [((2018, 3, 31), False), ((2018, 4, 1), True), ((2018, 8, 31), True), ((2018, 9, 1), False)]
)
def test_is_summer_born(born, summer):
    assert rules.is_summer_born(date(*born)) is summer


@pytest.mark.parametrize(
    ("text", "months"), [("7:03", 87), (" 7y 3m ", 87), ("7 years 3 months", 87), ("12:11", 155), ("5:0", 60)]
)
def test_parse_age_score(text, months):
    assert rules.parse_age_score(text) == months


@pytest.mark.parametrize("text", ["7.3", "7", "7:12", "", "seven", "7:03:01", "7 3"])
def test_parse_age_score_refuses_what_can_be_read_two_ways(text):
    with pytest.raises(ValueError, match="like 7:03"):
        rules.parse_age_score(text)


@pytest.mark.parametrize("months", [60, 87, 155])
def test_age_score_words_round_trip(months):
    assert rules.parse_age_score(rules.age_score_words(months)) == months


@pytest.mark.parametrize(
    ("born", "plan", "until"),
    [
        (date(2018, 5, 20), False, date(2043, 5, 20)),
        (date(2018, 5, 20), True, date(2049, 5, 20)),
        (date(2016, 2, 29), False, date(2041, 2, 28)),
    ],
)
def test_keep_until(born, plan, until):
    assert rules.keep_until(born, had_ehc_plan=plan) == until


def test_keep_until_follows_local_policy():
    assert rules.keep_until(date(2018, 5, 20), had_ehc_plan=True, policy=Retention(25, 35)) == date(2053, 5, 20)
