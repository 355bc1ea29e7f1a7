"""The clock of an annual review, from the plan or the last decision to the next review."""

from dataclasses import dataclass
from datetime import date

from reviews.clock_rules import RULES, ClockInputError, RuleBook
from sendco.core.dates import SATURDAY, birthday, days_after, long_date, require_date
from sendco.schools.calendar import SchoolCalendar

from .values import Builder, Deadline, Flag, Limb, check_not_before, fixed_day

FIFTH_BIRTHDAY = 5
LABELS = {
    "review_complete_by": "Review complete",
    "anniversary": "Anniversary",
    "meeting_latest": "Latest meeting",
    "invite_by": "Invitations",
    "advice_circulated_by": "Advice to everyone",
    "report_by": "Report",
    "decision_by": "Local authority decides",
    "notice_by": "Notice of amendments",
    "comments_until": "Parent’s comments",
    "final_plan_by": "Final plan, if amended",
    "next_review_complete_by": "Next review complete",
    "phase_last_day": "Last day for the phase transfer",
    "early_years_from": "Extra early years review, from",
    "early_years_until": "Extra early years review, until",
}
NO_MEETING = "No meeting date has been set."
NO_NOTICE = "The local authority has not sent its decision."


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Checked dates of one review, and what follows from them alone."""

    plan_made: date
    last_decision: date | None
    meeting: date | None
    notice: date | None
    phase_transfer: int | None
    to_post_16: bool
    born: date | None

    @property
    def anchor(self) -> date:
        return self.last_decision or self.plan_made

    @property
    def anchor_words(self) -> str:
        return "last decision" if self.last_decision else "plan"

    def check(self) -> None:
        for value in (self.plan_made, self.last_decision, self.meeting, self.notice, self.born):
            if value is not None:
                require_date(value)
        made, decided = ("the plan was made", self.plan_made), ("the last decision", self.last_decision)
        check_not_before("plan", self.plan_made, "the child was born", self.born)
        check_not_before("last decision", self.last_decision, *made)
        for name, value in (("meeting", self.meeting), ("notice", self.notice)):
            check_not_before(name, value, *made)
            check_not_before(name, value, *decided, so=", so it belongs to the review that decision ended")
        check_not_before("notice", self.notice, "the meeting", self.meeting)
        if self.phase_transfer is not None and self.phase_transfer < self.plan_made.year:
            raise ClockInputError(
                f"The phase transfer ({self.phase_transfer}) is before the plan was made ({long_date(self.plan_made)})."
            )


def annual_review_clock(
    *,
    plan_made: date,
    last_decision: date | None = None,
    meeting: date | None = None,
    notice: date | None = None,
    phase_transfer: int | None = None,
    to_post_16: bool = False,
    born: date | None = None,
    calendar: SchoolCalendar | None = None,
    rules: RuleBook = RULES,
) -> dict[str, Deadline]:
    """Every date of one annual review, in the order in which they are shown.

    plan_made: when the plan was first made; last_decision: the local authority's letter that ended the last review, the
    anchor if there is one. meeting: held or planned. notice: the letter with this review's decision. phase_transfer:
    calendar year in which the pupil changes phase. born only adds the prompts for a child under five.

    Keys always present: review_complete_by, anniversary, meeting_latest, invite_by, advice_circulated_by, report_by,
    decision_by, notice_by, comments_until, final_plan_by, next_review_complete_by. With a phase transfer also
    phase_last_day; for a child under five also early_years_from and early_years_until.
    Raises ClockInputError, TypeError for a date with a time.
    """
    given = _Inputs(plan_made, last_decision, meeting, notice, phase_transfer, to_post_16, born)
    given.check()
    build = Builder(rules, given.anchor, calendar)
    limit = build.limb("review_limit", given.anchor)
    phase = _phase_limb(build, given)
    steps = [
        build.single("review_complete_by", LABELS["review_complete_by"], "review_limit", given.anchor),
        build.single("anniversary", LABELS["anniversary"], "anniversary", given.anchor, has_target=False),
        _meeting_latest(build, limit, phase),
        *(_around_meeting(build, given, limit) if given.meeting else _no_meeting(build)),
        *_decision(build, given, limit, phase),
        _comments(build, given),
        _final(build, given, phase),
        _next_review(build, given),
        *_phase_steps(build, given, phase),
        *_early_years(build, given),
    ]
    return {step.key: step for step in steps}


def _phase_rule_key(given: _Inputs) -> str:
    return "phase_transfer_post_16" if given.to_post_16 else "phase_transfer"


def _phase_limb(build: Builder, given: _Inputs) -> Limb | None:
    """None when there is no transfer, or when its last day was over before this review's clock began."""
    if given.phase_transfer is None:
        return None
    rule = build.rule(_phase_rule_key(given))
    last_day = fixed_day(rule, given.phase_transfer)
    return Limb(rule, last_day) if last_day >= given.anchor else None


def _phase_steps(build: Builder, given: _Inputs, phase: Limb | None) -> list[Deadline]:
    label = LABELS["phase_last_day"]
    if given.phase_transfer is None:
        return []
    if phase is None:
        last_day = fixed_day(build.rule(_phase_rule_key(given)), given.phase_transfer)
        reason = f"{long_date(last_day)} was over before the {given.anchor_words} of {long_date(given.anchor)}."
        return [build.missing("phase_last_day", label, _phase_rule_key(given), reason)]
    quoted = f"Often quoted as {long_date(days_after(phase.due, 1))}."
    if given.to_post_16:
        quoted += " Between post-16 institutions it is five months before the move."
    return [build.earliest("phase_last_day", label, [phase], note=quoted)]


def _meeting_latest(build: Builder, limit: Limb, phase: Limb | None) -> Deadline:
    limbs = [build.limb("meeting_before_limit", limit.due)]
    if phase:
        limbs.append(build.limb("meeting_before_transfer", phase.due))
    due = min(limb.due for limb in limbs)
    note = f"{long_date(due)} is a {due:%A}." if due.weekday() >= SATURDAY else ""
    return build.earliest("meeting_latest", LABELS["meeting_latest"], limbs, note=note)


def _around_meeting(build: Builder, given: _Inputs, limit: Limb) -> list[Deadline]:
    assert given.meeting is not None
    report = build.end("report", given.meeting)
    late = report > limit.due
    return [
        build.single(
            "invite_by",
            LABELS["invite_by"],
            "invite",
            given.meeting,
            note="Send them a day or more before that, and allow for the post.",
        ),
        build.single("advice_circulated_by", LABELS["advice_circulated_by"], "advice", given.meeting),
        build.single(
            "report_by",
            LABELS["report_by"],
            "report",
            given.meeting,
            note=f"After the 12-month limit of {long_date(limit.due)}: send it well before." if late else "",
            flags=[Flag.AFTER_LIMIT] if late else (),
        ),
    ]


def _no_meeting(build: Builder) -> list[Deadline]:
    pairs = (("invite_by", "invite"), ("advice_circulated_by", "advice"), ("report_by", "report"))
    return [build.missing(key, LABELS[key], rule, NO_MEETING) for key, rule in pairs]


def _decision(build: Builder, given: _Inputs, limit: Limb, phase: Limb | None) -> list[Deadline]:
    bounds = [limit, phase] if phase else [limit]
    if given.meeting is None:
        at_latest = f"{NO_MEETING} At the latest {long_date(min(limb.due for limb in bounds))}."
        return [
            build.missing("decision_by", LABELS["decision_by"], "decision_from_meeting", at_latest),
            build.missing("notice_by", LABELS["notice_by"], "notice_from_meeting", NO_MEETING),
        ]
    decision = build.earliest(
        "decision_by", LABELS["decision_by"], [build.limb("decision_from_meeting", given.meeting), *bounds]
    )
    notice_limbs = [build.limb("notice_from_meeting", given.meeting), *([phase] if phase else [])]
    assert decision.due is not None
    early = decision.due < min(limb.due for limb in notice_limbs)
    note = f"It goes with the decision, which is due by {long_date(decision.due)}." if early else ""
    return [decision, build.earliest("notice_by", LABELS["notice_by"], notice_limbs, note=note)]


def _comments(build: Builder, given: _Inputs) -> Deadline:
    label = LABELS["comments_until"]
    if given.notice is None:
        return build.missing("comments_until", label, "comments", NO_NOTICE)
    return build.single("comments_until", label, "comments", given.notice, has_target=False)


def _final(build: Builder, given: _Inputs, phase: Limb | None) -> Deadline:
    label = LABELS["final_plan_by"]
    usual = []
    if given.notice:
        usual.append(build.limb("final_from_notice", given.notice))
    if given.meeting:
        usual.append(build.limb("final_from_meeting", given.meeting))
    if not usual:
        at_latest = f" At the latest {long_date(phase.due)}." if phase else ""
        return build.missing("final_plan_by", label, "final_from_meeting", NO_MEETING + at_latest)
    note, flags = "", []
    if given.notice is None:
        note = "May fall earlier: eight weeks from the notice also bind."
    if phase and phase.due < min(limb.due for limb in usual):
        note = f"Compressed: {long_date(min(limb.due for limb in usual))} without the phase transfer. {note}".strip()
        flags = [Flag.COMPRESSED]
    return build.earliest("final_plan_by", label, [*usual, *([phase] if phase else [])], note=note, flags=flags)


def _next_review(build: Builder, given: _Inputs) -> Deadline:
    label = LABELS["next_review_complete_by"]
    if given.notice is None:
        return build.missing(
            "next_review_complete_by", label, "review_limit", f"{NO_NOTICE} The next 12 months start with that letter."
        )
    # The next cycle is anchored on the decision, so the rules of that day govern it.
    following = Builder(build.rules, given.notice, build.calendar)
    return following.single("next_review_complete_by", label, "review_limit", given.notice)


def _early_years(build: Builder, given: _Inputs) -> list[Deadline]:
    """Prompts, never a breach, that stop at the fifth birthday."""
    if given.born is None or given.born > given.anchor:
        return []
    fifth = birthday(given.born, FIFTH_BIRTHDAY)
    begins, ends = build.end("early_years_from", given.anchor), build.end("early_years_until", given.anchor)
    if begins >= fifth:
        return []
    note = "A prompt, not a limit."
    steps = [build.single("early_years_from", LABELS["early_years_from"], "early_years_from", given.anchor, note=note)]
    if ends >= fifth:
        reason = f"The child is five on {long_date(fifth)}, before the six months are over."
        return [*steps, build.missing("early_years_until", LABELS["early_years_until"], "early_years_until", reason)]
    return [
        *steps,
        build.single("early_years_until", LABELS["early_years_until"], "early_years_until", given.anchor, note=note),
    ]
