"""The 20 weeks of an EHC needs assessment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reviews.clock_rules import RULES, RuleBook
from sendco.core.dates import days_after, long_date, require_date
from sendco.schools.calendar import ClosureDates, SchoolCalendar

from .values import Builder, Deadline, Flag, check_not_before

LABELS = {
    "decision_by": "Decision whether to assess",
    "advice_by": "School’s advice",
    "no_plan_by": "Letter, if no plan",
    "comments_until": "Parent’s comments",
    "final_possible_from": "Final plan possible from",
    "final_plan_by": "Final plan",
}
NOT_ASKED = "Nobody has asked the school for advice yet."
NO_DRAFT = "No draft plan has been served."


class Applies(StrEnum):
    """Whether a school closure can excuse the local authority. It never sets another date."""

    NO = "no"
    ARGUABLE = "arguable"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class ExceptionWindow:
    """Days on which asking the head brings a closure into play; the last of them is arguable."""

    opens: date
    closes: date

    def applies(self, asked: date) -> Applies:
        if asked == self.closes:
            return Applies.ARGUABLE
        return Applies.YES if self.opens <= asked < self.closes else Applies.NO


def closure_window(closure: ClosureDates, *, on: date | None = None, rules: RuleBook = RULES) -> ExceptionWindow | None:
    """None for a closure of under four weeks in a row. `on` chooses the rules; else the closure's first day does."""
    build = Builder(rules, on or closure.starts)
    if build.rule("closure_length").period * 7 > closure.days:
        return None
    return ExceptionWindow(build.end("closure_margin", closure.starts), build.end("closure_margin", closure.reopens))


def closure_exception(*, closure: ClosureDates, asked_head: date, rules: RuleBook = RULES) -> Applies:
    """Whether regulation 10(4)(a) can apply when the authority asked the head for advice on `asked_head`."""
    window = closure_window(closure, rules=rules)
    return window.applies(asked_head) if window else Applies.NO


def needs_assessment_clock(
    *,
    received: date,
    advice_requested: date | None = None,
    draft_served: date | None = None,
    closures: Iterable[ClosureDates] = (),
    calendar: SchoolCalendar | None = None,
    rules: RuleBook = RULES,
) -> dict[str, Deadline]:
    """Every date of one assessment, in order.

    Keys: decision_by, advice_by, no_plan_by, comments_until, final_possible_from, final_plan_by.

    received: the day the local authority received the request. advice_requested: the day the head was asked and got
    the request. closures: of the school; those of four weeks and more may excuse the authority, which is noted and
    flagged but moves no date. The target allows for the reading that counts the day of receipt as day one. Raises
    ClockInputError, NoRuleInForce, TypeError for a date with a time.
    """
    for value in (received, advice_requested, draft_served):
        if value is not None:
            require_date(value)
    check_not_before("request for advice", advice_requested, "the request was received", received)
    check_not_before("draft plan", draft_served, "the request was received", received)
    build = Builder(rules, received, calendar)
    excuse = _excuse(closures, advice_requested, rules, received)
    steps = [
        _counted(build, "decision_by", "assess_decision", received, excuse),
        _counted(build, "advice_by", "assess_advice", advice_requested, "")
        if advice_requested
        else build.missing("advice_by", LABELS["advice_by"], "assess_advice", NOT_ASKED),
        _counted(build, "no_plan_by", "assess_no_plan", received, excuse),
        *_draft(build, draft_served),
        _counted(build, "final_plan_by", "assess_final", received, excuse),
    ]
    return {step.key: step for step in steps}


def _counted(build: Builder, key: str, rule_key: str, start: date, excuse: str) -> Deadline:
    """A period in weeks, with the day before as the day to aim for."""
    aim = days_after(build.end(rule_key, start), -1)
    note = f"Some count from day one, which gives {long_date(aim)}. {excuse}".strip()
    flags = [Flag.CLOSURE_EXCEPTION] if excuse else []
    return build.single(key, LABELS[key], rule_key, start, note=note, flags=flags, aim=aim)


def _draft(build: Builder, served: date | None) -> list[Deadline]:
    keys = ("comments_until", "final_possible_from")
    if served is None:
        return [build.missing(key, LABELS[key], "assess_comments", NO_DRAFT) for key in keys]
    comments = build.single(keys[0], LABELS[keys[0]], "assess_comments", served, has_target=False)
    assert comments.due is not None
    first_day = days_after(comments.due, 1)
    possible = Deadline(
        key=keys[1],
        label=LABELS[keys[1]],
        due=first_day,
        target=None,
        owner=build.rule("assess_final").owner,
        rule="The final plan is not made while the parent may still comment.",
        basis=comments.basis,
        source=comments.source,
    )
    return [comments, possible]


def _excuse(closures: Iterable[ClosureDates], asked: date | None, rules: RuleBook, on: date) -> str:
    if asked is None:
        return ""
    for closure in closures:
        window = closure_window(closure, on=on, rules=rules)
        verdict = window.applies(asked) if window else Applies.NO
        if verdict != Applies.NO:
            doubt = "It is arguable whether delay" if verdict == Applies.ARGUABLE else "Delay"
            return f"{doubt} may be excused by the closure of {long_date(closure.starts)} to {long_date(closure.ends)}."
    return ""
