"""What must hold for any dates, and the parts of the clocks that no vector shows."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews import deadlines as clocks
from reviews.clock_rules import RULES, NoRuleInForce, Owner, RuleBook, Unit
from sendco.core.dates import period_end, same_day_months_after
from sendco.schools.calendar import ClosureDates, TermDates, calendar_of

pytestmark = pytest.mark.unit

D = date
CHRISTMAS_EVE = D(2026, 12, 24)
DAYS = st.dates(D(2015, 1, 1), D(2090, 12, 31))
GAPS = st.integers(0, 500)
TERMS = [
    TermDates("autumn", D(2026, 9, 2), D(2026, 12, 18), 2026),
    TermDates("spring", D(2027, 1, 4), D(2027, 3, 25), 2026),
    TermDates("summer", D(2027, 4, 12), D(2027, 7, 22), 2026),
]
SCHOOL = calendar_of(TERMS, [ClosureDates(D(2026, 10, 26), D(2026, 10, 30), "half term", "half_term")])
CONTRACT = {
    "review_complete_by",
    "anniversary",
    "meeting_latest",
    "invite_by",
    "advice_circulated_by",
    "report_by",
    "decision_by",
    "notice_by",
    "comments_until",
    "final_plan_by",
    "next_review_complete_by",
}


def due(clock: dict[str, clocks.Deadline], key: str) -> date:
    found = clock[key].due
    assert found is not None
    return found


@given(DAYS, GAPS, st.integers(0, 120), st.none() | st.integers(0, 2), st.booleans())
@settings(max_examples=60)
def test_the_steps_of_a_review_come_in_order(
    plan: date, to_meeting: int, to_notice: int, transfer_in: int | None, to_post_16: bool
) -> None:
    meeting = plan + timedelta(to_meeting)
    notice = meeting + timedelta(to_notice)
    year = None if transfer_in is None else plan.year + transfer_in
    clock = clocks.annual_review_clock(
        plan_made=plan, meeting=meeting, notice=notice, phase_transfer=year, to_post_16=to_post_16
    )

    assert due(clock, "invite_by") == due(clock, "advice_circulated_by") == meeting - timedelta(14)
    assert due(clock, "report_by") == meeting + timedelta(14)
    assert due(clock, "decision_by") <= due(clock, "notice_by") <= meeting + timedelta(28)
    assert due(clock, "decision_by") <= due(clock, "review_complete_by") <= due(clock, "anniversary")
    assert due(clock, "final_plan_by") <= min(notice + timedelta(56), meeting + timedelta(84))
    assert due(clock, "comments_until") == notice + timedelta(14)
    assert due(clock, "next_review_complete_by") == period_end(notice, 12)
    assert due(clock, "meeting_latest") <= due(clock, "review_complete_by") - timedelta(28)


@given(DAYS, GAPS, GAPS, st.none() | st.integers(0, 2))
@settings(max_examples=60)
def test_the_binding_limb_is_the_earliest(plan: date, to_meeting: int, to_notice: int, transfer_in: int | None) -> None:
    meeting = plan + timedelta(to_meeting)
    year = None if transfer_in is None else plan.year + transfer_in
    clock = clocks.annual_review_clock(
        plan_made=plan, meeting=meeting, notice=meeting + timedelta(to_notice), phase_transfer=year
    )

    for key in ("decision_by", "notice_by", "final_plan_by", "meeting_latest"):
        step = clock[key]
        assert step.due == min(limb.due for limb in step.limbs)
        assert step.binding_limb in {limb.name for limb in step.limbs if limb.due == step.due}


@given(DAYS, DAYS)
@settings(max_examples=60)
def test_a_later_anchor_never_ends_earlier(one: date, other: date) -> None:
    first, second = (clocks.annual_review_clock(plan_made=plan) for plan in sorted((one, other)))

    for key in ("review_complete_by", "anniversary", "meeting_latest"):
        assert due(first, key) <= due(second, key)


@given(DAYS)
@settings(max_examples=60)
def test_the_limit_is_the_day_before_the_anniversary_but_for_29_february(plan: date) -> None:
    clock = clocks.annual_review_clock(plan_made=plan)
    gap = (due(clock, "anniversary") - due(clock, "review_complete_by")).days

    assert gap == (0 if (plan.month, plan.day) == (2, 29) else 1)


@given(DAYS, st.integers(0, 140), st.integers(0, 140))
@settings(max_examples=60)
def test_the_weeks_of_an_assessment_are_calendar_weeks(received: date, to_advice: int, to_draft: int) -> None:
    asked, draft = received + timedelta(to_advice), received + timedelta(to_draft)
    clock = clocks.needs_assessment_clock(received=received, advice_requested=asked, draft_served=draft)

    gaps = [(due(clock, key) - received).days for key in ("decision_by", "no_plan_by", "final_plan_by")]
    assert gaps == [42, 112, 140]
    assert (due(clock, "advice_by") - asked).days == 42
    assert due(clock, "final_possible_from") - due(clock, "comments_until") == timedelta(1)
    assert [step.target for step in clock.values()] == [None] * 6


@given(st.dates(D(2026, 9, 2), D(2027, 7, 1)))
@settings(max_examples=60)
def test_a_calendar_moves_no_legal_date(meeting: date) -> None:
    with_calendar = clocks.annual_review_clock(plan_made=D(2026, 6, 1), meeting=meeting, calendar=SCHOOL)
    without = clocks.annual_review_clock(plan_made=D(2026, 6, 1), meeting=meeting)

    assert {key: step.due for key, step in with_calendar.items()} == {key: step.due for key, step in without.items()}
    for step in with_calendar.values():
        assert step.target is None or (step.target <= step.due and SCHOOL.is_school_day(step.target))


@given(DAYS, GAPS, st.dates(D(2015, 1, 1), D(2090, 12, 31)), st.none() | DAYS)
@settings(max_examples=60)
def test_status_agrees_with_the_dates(plan: date, to_meeting: int, on: date, done_on: date | None) -> None:
    step = clocks.annual_review_clock(plan_made=plan, meeting=plan + timedelta(to_meeting))["report_by"]
    status = clocks.status_of(step, on=on, done_on=done_on)

    if done_on:
        assert status.state == (clocks.State.MET if done_on <= step.due else clocks.State.MET_LATE)
    else:
        assert status.state == (clocks.State.OVERDUE if on > step.due else clocks.State.DUE)
        assert status.days_left == (step.due - on).days


# --- Inputs ---------------------------------------------------------------------------------------


def test_keys_are_the_contract_and_every_gap_has_a_reason() -> None:
    clock = clocks.annual_review_clock(plan_made=D(2025, 3, 14))

    assert set(clock) == CONTRACT
    assert {key: step.reason for key, step in clock.items() if step.due is None} == {
        "invite_by": "No meeting date has been set.",
        "advice_circulated_by": "No meeting date has been set.",
        "report_by": "No meeting date has been set.",
        "decision_by": "No meeting date has been set. At the latest 13 March 2026.",
        "notice_by": "No meeting date has been set.",
        "comments_until": "The local authority has not sent its decision.",
        "final_plan_by": "No meeting date has been set.",
        "next_review_complete_by": (
            "The local authority has not sent its decision. The next 12 months start with that letter."
        ),
    }


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        ({"meeting": D(2025, 3, 13)}, "The meeting (13 March 2025) is before the plan was made (14 March 2025)."),
        ({"notice": D(2025, 3, 13)}, "The notice (13 March 2025) is before the plan was made (14 March 2025)."),
        (
            {"meeting": D(2026, 2, 10), "notice": D(2026, 2, 9)},
            "The notice (9 February 2026) is before the meeting (10 February 2026).",
        ),
        (
            {"last_decision": D(2026, 2, 10), "meeting": D(2026, 2, 9)},
            "The meeting (9 February 2026) is before the last decision (10 February 2026), "
            "so it belongs to the review that decision ended.",
        ),
        (
            {"last_decision": D(2025, 1, 1)},
            "The last decision (1 January 2025) is before the plan was made (14 March 2025).",
        ),
        ({"born": D(2025, 4, 1)}, "The plan (14 March 2025) is before the child was born (1 April 2025)."),
        ({"phase_transfer": 2024}, "The phase transfer (2024) is before the plan was made (14 March 2025)."),
    ],
)
def test_dates_that_cannot_belong_together(dates: dict, sentence: str) -> None:
    with pytest.raises(clocks.ClockInputError) as error:
        clocks.annual_review_clock(plan_made=D(2025, 3, 14), **dates)

    assert str(error.value) == sentence


@pytest.mark.parametrize("name", ["advice_requested", "draft_served"])
def test_an_assessment_cannot_go_back_in_time(name: str) -> None:
    with pytest.raises(clocks.ClockInputError, match=r"is before the request was received \(7 September 2026\)"):
        clocks.needs_assessment_clock(received=D(2026, 9, 7), **{name: D(2026, 9, 6)})


def test_a_time_of_day_is_refused() -> None:
    with pytest.raises(TypeError):
        clocks.annual_review_clock(plan_made=datetime(2025, 3, 14, 23, 30))
    with pytest.raises(TypeError):
        clocks.needs_assessment_clock(received=D(2026, 9, 7), draft_served=datetime(2026, 9, 8))


def test_a_notice_without_a_meeting_still_gives_the_eight_weeks() -> None:
    clock = clocks.annual_review_clock(plan_made=D(2025, 3, 14), notice=D(2026, 3, 10))

    assert (due(clock, "final_plan_by"), clock["decision_by"].due) == (D(2026, 5, 5), None)


def test_a_transfer_that_was_over_before_the_clock_began_binds_nothing() -> None:
    clock = clocks.annual_review_clock(plan_made=D(2025, 3, 14), meeting=D(2026, 2, 20), phase_transfer=2025)

    assert clock["phase_last_day"].reason == "14 February 2025 was over before the plan of 14 March 2025."
    assert due(clock, "final_plan_by") == D(2026, 5, 15)


def test_prompts_stop_at_the_fifth_birthday() -> None:
    close = clocks.annual_review_clock(plan_made=D(2026, 8, 31), born=D(2022, 1, 1))
    over = clocks.annual_review_clock(plan_made=D(2026, 8, 31), born=D(2021, 11, 30))

    assert due(close, "early_years_from") == D(2026, 11, 30)
    assert close["early_years_until"].reason == "The child is five on 1 January 2027, before the six months are over."
    assert "early_years_from" not in over


# --- Rules are dated ------------------------------------------------------------------------------


def test_a_change_in_the_law_governs_only_clocks_anchored_from_its_first_day() -> None:
    changed = replace(RULES.pick("report", D(2026, 1, 1)), period=3, valid_from=D(2027, 9, 1))
    book = RULES.with_row(changed)

    old = clocks.annual_review_clock(plan_made=D(2027, 8, 31), meeting=D(2028, 5, 1), rules=book)
    new = clocks.annual_review_clock(plan_made=D(2027, 9, 1), meeting=D(2028, 5, 1), rules=book)

    assert (due(old, "report_by"), due(new, "report_by")) == (D(2028, 5, 15), D(2028, 5, 22))
    assert len(book) == len(RULES) + 1


def test_the_next_cycle_follows_the_rules_of_the_day_of_its_decision() -> None:
    changed = replace(RULES.pick("review_limit", D(2026, 1, 1)), period=24, valid_from=D(2026, 3, 1))
    clock = clocks.annual_review_clock(
        plan_made=D(2025, 3, 14), meeting=D(2026, 2, 10), notice=D(2026, 3, 10), rules=RULES.with_row(changed)
    )

    assert due(clock, "review_complete_by") == D(2026, 3, 13)
    assert due(clock, "next_review_complete_by") == D(2028, 3, 9)


def test_rows_of_one_key_may_not_overlap() -> None:
    row = RULES.pick("report", D(2026, 1, 1))

    with pytest.raises(ValueError, match="two rows of report are in force on 2020-01-01"):
        RuleBook([row, replace(row, valid_from=D(2020, 1, 1))])


def test_no_plan_is_older_than_the_act() -> None:
    with pytest.raises(NoRuleInForce, match="the first began on 1 September 2014"):
        clocks.annual_review_clock(plan_made=D(2014, 8, 31))


def test_every_rule_is_complete_and_fits_where_it_is_stored() -> None:
    for row in RULES:
        assert row.text.endswith(".")
        assert len(row.text) + len(row.limb) + 8 <= 300
        assert len(row.source) <= 200
        assert len(row.limb) <= 120
        assert len(row.key) <= 30
        assert len(row.owner) <= 20
        assert (row.period == 0) == (row.unit == Unit.FIXED_DATE)


# --- Status ---------------------------------------------------------------------------------------


def step(due_on: date | None = CHRISTMAS_EVE, owner: Owner = Owner.SCHOOL, **more) -> clocks.Deadline:
    base = clocks.annual_review_clock(plan_made=D(2026, 1, 20), meeting=D(2027, 1, 7))["invite_by"]
    return replace(base, due=due_on, owner=owner, reason="" if due_on else "Not known yet.", **more)


@pytest.mark.parametrize(
    ("on", "state", "tone", "text"),
    [
        (D(2026, 12, 10), "due", "ok", "On track, 14 days"),
        (D(2026, 12, 11), "due", "warn", "Due in 13 days"),
        (D(2026, 12, 23), "due", "warn", "Due in 1 day"),
        (D(2026, 12, 24), "due", "warn", "Due today"),
        (D(2026, 12, 25), "overdue", "danger", "Overdue by 1 day"),
    ],
)
def test_amber_begins_seven_days_before_the_working_date(on: date, state: str, tone: str, text: str) -> None:
    status = clocks.status_of(step(target=D(2026, 12, 18)), on=on)

    assert (status.state, status.tone, status.text) == (state, tone, text)


def test_a_step_in_the_next_closure_is_amber_from_the_closure_before() -> None:
    in_holiday = step(target=D(2026, 12, 18))

    assert clocks.status_of(in_holiday, on=D(2026, 10, 20), calendar=SCHOOL).tone == "ok"
    assert clocks.status_of(in_holiday, on=D(2026, 11, 2), calendar=SCHOOL).tone == "warn"
    assert clocks.status_of(step(D(2026, 12, 16)), on=D(2026, 11, 2), calendar=SCHOOL).tone == "ok"


@pytest.mark.parametrize(
    ("on", "state", "text", "since"),
    [
        (D(2026, 12, 23), "waiting", "Waiting for the local authority, 1 day left", None),
        (D(2026, 12, 26), "overdue", "Local authority is 2 days late", D(2026, 12, 25)),
    ],
)
def test_somebody_elses_step_is_never_our_overdue(on: date, state: str, text: str, since: date | None) -> None:
    status = clocks.status_of(step(owner=Owner.AUTHORITY), on=on)

    assert (status.state, status.text, status.overdue_since) == (state, text, since)
    assert (status.tone, status.is_ours) == ("wait", False)


@pytest.mark.parametrize(
    ("done_on", "state", "text"),
    [
        (D(2026, 11, 24), "met", "Done, 30 days before"),
        (D(2026, 12, 24), "met", "Done on the last day"),
        (D(2026, 12, 25), "met_late", "Done 1 day late"),
    ],
)
def test_done(done_on: date, state: str, text: str) -> None:
    status = clocks.status_of(step(), on=D(2027, 6, 1), done_on=done_on)

    assert (status.state, status.text) == (state, text)


def test_a_date_for_information_is_never_late() -> None:
    anniversary = clocks.annual_review_clock(plan_made=D(2026, 1, 20))["anniversary"]
    status = clocks.status_of(anniversary, on=D(2027, 6, 1))

    assert (status.state, status.tone, status.text) == ("waiting", "none", "For information")


def test_a_step_without_a_date_waits_for_its_reason() -> None:
    assert clocks.status_of(step(None), on=D(2026, 12, 1)).text == "Not known yet."
    assert clocks.status_of(step(None), on=D(2026, 12, 1)).state == "waiting"
    assert clocks.status_of(step(None), on=D(2026, 12, 1), done_on=D(2026, 11, 1)).state == "met"


def test_a_deadline_needs_a_date_or_a_reason_and_not_both() -> None:
    with pytest.raises(ValueError, match="either a due date or a reason"):
        replace(step(), reason="Both")


# --- Anchors, transfers, meetings -----------------------------------------------------------------


def test_the_anchor_is_the_latest_decision_that_counts() -> None:
    reviews = [
        clocks.PastReview(D(2026, 2, 10), decided=D(2026, 3, 6)),
        clocks.PastReview(D(2026, 6, 1), decided=D(2026, 6, 20), counts=False),
        clocks.PastReview(D(2026, 9, 1)),
    ]

    assert clocks.anchor_after(plan_made=D(2025, 3, 14), reviews=reviews) == clocks.Anchor(
        D(2026, 3, 6), is_decision=True
    )


def test_a_decision_of_unknown_date_gives_an_estimated_anchor() -> None:
    reviews = [clocks.PastReview(D(2026, 2, 10), is_decided=True)]

    assert clocks.anchor_after(plan_made=D(2025, 3, 14), reviews=reviews) == clocks.Anchor(D(2026, 2, 10), True, True)


@pytest.mark.parametrize(
    ("year_group", "last", "kind", "to_post_16", "doubtful"),
    [
        (-1, 6, "early years to school", False, True),
        (-1, -1, "early years to school", False, False),
        (4, 4, "primary to middle", False, False),
        (6, 6, "primary to secondary", False, False),
        (8, 8, "middle to secondary", False, False),
        (11, 11, "secondary to post-16", True, False),
        (11, 13, "secondary to post-16", True, True),
    ],
)
def test_phase_transfers(year_group: int, last: int, kind: str, to_post_16: bool, doubtful: bool) -> None:
    found = clocks.phase_transfer_in(year_group=year_group, last_year_group=last, academic_year=2026)

    assert (found.year, found.kind, found.to_post_16, bool(found.doubt)) == (2027, kind, to_post_16, doubtful)


@pytest.mark.parametrize(("year_group", "last"), [(0, 6), (5, 6), (6, 11), (13, 13), (-2, 6)])
def test_no_phase_transfer(year_group: int, last: int) -> None:
    assert clocks.phase_transfer_in(year_group=year_group, last_year_group=last, academic_year=2026) is None


@pytest.mark.parametrize(
    ("born", "answer"), [(D(2011, 8, 31), True), (D(2011, 9, 1), False), (D(2010, 9, 1), True), (D(2016, 5, 1), False)]
)
def test_post_16_by_age(born: date, answer: bool) -> None:
    assert clocks.is_post_16_transfer(born, 2027) is answer


def test_year_nine_looks_to_adulthood() -> None:
    assert [clocks.must_consider_adulthood(group) for group in (8, 9)] == [False, True]


@pytest.mark.parametrize(
    ("meeting", "on", "codes"),
    [
        (D(2026, 11, 24), D(2026, 11, 10), []),
        (D(2026, 11, 24), D(2026, 11, 11), ["short_notice"]),
        (D(2026, 11, 9), D(2026, 11, 10), ["past"]),
        (D(2026, 10, 27), D(2026, 9, 1), ["school_closed"]),
        (D(2027, 1, 8), D(2026, 11, 10), ["after_latest"]),
        (D(2027, 1, 25), D(2026, 11, 10), ["after_latest", "report_after_limit"]),
        (D(2027, 2, 3), D(2027, 1, 25), ["short_notice", "after_limit"]),
    ],
)
def test_meeting_problems(meeting: date, on: date, codes: list[str]) -> None:
    clock = clocks.annual_review_clock(plan_made=D(2026, 2, 2), meeting=meeting)
    found = clocks.meeting_problems(clock, meeting=meeting, on=on, calendar=SCHOOL)

    assert [problem.code for problem in found] == codes
    assert {problem.code for problem in found if problem.is_breach} == set(codes) & {"short_notice", "after_limit"}


def test_short_notice_offers_the_first_date_that_works() -> None:
    clock = clocks.annual_review_clock(plan_made=D(2026, 2, 2), meeting=D(2026, 11, 24))
    (problem,) = clocks.meeting_problems(clock, meeting=D(2026, 11, 24), on=D(2026, 11, 11))

    assert problem.sentence == (
        "Invitations had to go by 10 November 2026 for this date. "
        "Choose 25 November 2026 or later, or give the reason for short notice."
    )


def test_notice_in_words() -> None:
    enough = clocks.notice_given(meeting=D(2026, 3, 26), sent=D(2026, 2, 24))
    short = clocks.notice_given(meeting=D(2026, 3, 26), sent=D(2026, 3, 13))

    assert enough.sentence == "30 days before the meeting."
    assert short.sentence == "13 days before the meeting. The last day was 12 March 2026."


# --- The rest -------------------------------------------------------------------------------------


def test_a_closure_excuses_but_moves_nothing() -> None:
    closure = ClosureDates(D(2026, 7, 22), D(2026, 9, 1), "summer holiday")
    asked = {"received": D(2026, 6, 20), "advice_requested": D(2026, 7, 20)}

    with_closure = clocks.needs_assessment_clock(**asked, closures=[closure])
    without = clocks.needs_assessment_clock(**asked)

    flagged = {key for key, found in with_closure.items() if clocks.Flag.CLOSURE_EXCEPTION in found.flags}
    assert flagged == {"decision_by", "no_plan_by", "final_plan_by"}
    assert {key: found.due for key, found in with_closure.items()} == {key: found.due for key, found in without.items()}
    assert with_closure["decision_by"].note.endswith(
        "Delay may be excused by the closure of 22 July 2026 to 1 September 2026."
    )


def test_the_target_of_an_assessment_allows_for_the_stricter_count() -> None:
    clock = clocks.needs_assessment_clock(received=D(2026, 9, 7), advice_requested=D(2026, 10, 12), calendar=SCHOOL)

    assert (clock["advice_by"].due, clock["advice_by"].target) == (D(2026, 11, 23), D(2026, 11, 20))


@pytest.mark.parametrize(
    ("became", "months", "reason"),
    [
        (D(2009, 9, 1), 0, "SENDCo since 1 September 2009, before the duty began."),
        (D(2024, 9, 1), 13, "More than 12 months’ service as SENDCo before this appointment."),
    ],
)
def test_no_qualification_needed(became: date, months: int, reason: str) -> None:
    assert clocks.senco_qualification_by(became=became, earlier_months=months).reason == reason


def test_twelve_months_of_service_are_not_enough() -> None:
    found = clocks.senco_qualification_by(became=D(2024, 9, 1), earlier_months=12)

    assert (found.due, found.note) == (D(2027, 9, 1), "Needed from 2 September 2027.")


def test_an_award_begun_too_late_does_not_count() -> None:
    found = clocks.national_award_counts(began=D(2024, 9, 1), completed=D(2026, 1, 1))

    assert found.reason == (
        "A National Award counts only where the course began before 1 September 2024. "
        "1 September 2024 is too late: the NPQ for SENCOs is needed."
    )


@pytest.mark.parametrize(
    ("joined", "meetings", "on", "needed", "state"),
    [
        (None, [], D(2026, 10, 1), 3, "on track"),
        (None, [], D(2027, 1, 10), 3, "at risk"),
        (None, [D(2026, 10, 14)], D(2027, 1, 10), 3, "on track"),
        (D(2027, 1, 10), [], D(2027, 1, 10), 2, "on track"),
        (D(2027, 5, 1), [D(2027, 6, 1)], D(2027, 6, 2), 1, "met"),
        (None, [D(2026, 8, 31), D(2027, 9, 1)], D(2027, 9, 2), 3, "below guidance"),
    ],
)
def test_support_meetings(joined: date | None, meetings: list[date], on: date, needed: int, state: str) -> None:
    found = clocks.support_meetings(academic_year=2026, meetings=meetings, on=on, terms=TERMS, joined=joined)

    assert (found.needed, found.state) == (needed, state)
    assert found.is_pro_rata is (joined is not None)


def test_support_meetings_in_words() -> None:
    found = clocks.support_meetings(academic_year=2026, meetings=[], on=D(2027, 1, 10), joined=D(2027, 1, 10))

    assert found.sentence == "0 of 2 meetings in 2026/27, pro rata: on track."
    assert found.still_needed == 2


def test_school_days_without_a_calendar_say_what_to_do() -> None:
    found = clocks.pupil_file_by(left=D(2026, 12, 11), calendar=None)

    assert (found.due, found.reason) == (None, "Counted in school days: enter the term dates for this time first.")


def test_a_complex_access_request_has_three_months_and_may_roll() -> None:
    found = clocks.subject_access_by(received=D(2026, 9, 26), is_complex=True)

    assert (found.due, found.note) == (D(2026, 12, 29), "26 December 2026 is no working day.")


def test_the_plan_passes_later_after_short_warning() -> None:
    assert clocks.plan_passes_on(moves=D(2026, 11, 30), authority_knew=D(2026, 9, 1)) == D(2026, 11, 30)
    assert clocks.plan_passes_on(moves=D(2026, 11, 30), authority_knew=D(2026, 11, 27)) == D(2026, 12, 18)


def test_an_unconfirmed_rule_says_so() -> None:
    found = clocks.new_authority_clock(transferred=D(2026, 11, 30), last_review=D(2026, 1, 12))["review_by"]

    assert found.flags == {clocks.Flag.UNCONFIRMED}
    assert found.binding_limb == "three months from the transfer"


def test_a_published_strategy_is_reviewed_within_the_year() -> None:
    clock = clocks.inclusion_strategy_clock(on=D(2026, 12, 1), published=D(2026, 12, 1))
    unpublished = clocks.inclusion_strategy_clock(on=D(2026, 12, 1))

    assert clock["review_by"].due == D(2027, 11, 30)
    assert unpublished["review_by"].reason == "The strategy is not published yet."


@given(st.dates(D(2018, 5, 25), D(2090, 12, 31)))
@settings(max_examples=60)
def test_a_request_is_answered_on_a_working_day_within_a_week_of_the_month(received: date) -> None:
    found = clocks.subject_access_by(received=received).due

    assert found.weekday() < 5
    assert timedelta(0) <= found - same_day_months_after(received, 1) <= timedelta(4)
