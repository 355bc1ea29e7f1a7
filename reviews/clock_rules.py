"""The time limits of the law, as dated rows.

A change in the law is a new row with a later `valid_from` (and a `valid_to` on the old one), never an edit: the row in
force on the day a clock is anchored governs that clock to its end. Nothing here knows a pupil, a database or today.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from sendco.core.dates import long_date


class Unit(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    SCHOOL_DAYS = "school days"
    WORKING_DAYS = "working days"
    FIXED_DATE = "fixed date"
    TIMES = "times"


class Counting(StrEnum):
    """Which days of a period count."""

    AFTER = "after"  # the start day is not counted, the last day is
    BEFORE = "before"  # the day of the event is counted, the day of notice is not
    STARTING_WITH = "starting with"  # the start day is day one
    SAME_DAY = "same day"  # the corresponding date, or the last day of a shorter month
    BEFORE_DATE = "before the date"  # ends on the day before the one that the rule names
    ON_DATE = "on the date"


class Owner(StrEnum):
    SCHOOL = "school"
    HEAD = "headteacher"
    SENCO = "SENDCo"
    AUTHORITY = "local authority"
    PARENT = "parent"
    NOBODY = "for information"

    @property
    def is_school(self) -> bool:
        return self in (Owner.SCHOOL, Owner.HEAD, Owner.SENCO)


class Basis(StrEnum):
    STATUTE = "statute"
    GUIDANCE = "guidance"
    LOCAL = "local"


class ClockInputError(ValueError):
    """Dates from which no clock can be made. The message is one sentence for people that says which and why."""


class NoRuleInForce(ClockInputError):
    """No row of a rule covers the anchor date."""


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One limit. `limb` names it where several limits compete; `confirmed` is False where no primary text was read.

    `month_day` or `fixed` hold the date of a FIXED_DATE rule; `period` is 0 then.
    """

    key: str
    clock: str
    period: int
    unit: Unit
    counting: Counting
    owner: Owner
    basis: Basis
    source: str
    text: str
    limb: str
    valid_from: date
    valid_to: date | None = None
    month_day: tuple[int, int] | None = None
    fixed: date | None = None
    confirmed: bool = True

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class RuleBook:
    """Rows by key. Refuses rows of one key that overlap in time. Immutable: `with_row` gives a new book."""

    def __init__(self, rows: Iterable[ClockRule]) -> None:
        self._rows = tuple(rows)
        by_key: dict[str, list[ClockRule]] = {}
        for row in self._rows:
            by_key.setdefault(row.key, []).append(row)
        for key, versions in by_key.items():
            versions.sort(key=lambda row: row.valid_from, reverse=True)
            for later, earlier in pairwise(versions):
                if earlier.in_force(later.valid_from):
                    raise ValueError(f"two rows of {key} are in force on {later.valid_from.isoformat()}")
        self._by_key = by_key

    def __iter__(self) -> Iterator[ClockRule]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def pick(self, key: str, on: date) -> ClockRule:
        """The row of `key` in force on `on`. KeyError for an unknown key, NoRuleInForce outside its dates."""
        for row in self._by_key[key]:
            if row.in_force(on):
                return row
        first = self._by_key[key][-1]
        raise NoRuleInForce(
            f"No rule for “{first.limb}” was in force on {long_date(on)}; "
            f"the first began on {long_date(first.valid_from)}."
        )

    def with_row(self, row: ClockRule) -> "RuleBook":
        """A book in which `row` takes over from the row of the same key on its `valid_from`."""
        ends = row.valid_from - timedelta(days=1)
        rows = [
            replace(old, valid_to=ends) if old.key == row.key and old.in_force(row.valid_from) else old for old in self
        ]
        return RuleBook([*rows, row])


CFA = "Children and Families Act 2014"
REGS = "SEND Regulations 2014 (SI 2014/1530)"
CODE = "SEND Code of Practice 2015"
DEVON = "R (L and others) v Devon County Council [2022] EWHC 493 (Admin)"
RECORDS = "Education (Pupil Information) (England) Regulations 2005 (SI 2005/1437)"

ACT_STARTS = date(2014, 9, 1)
GDPR_STARTS = date(2018, 5, 25)
LONG_AGO = date(1900, 1, 1)

_ANNUAL = "annual_review"
_NEEDS = "needs_assessment"
_MOVE = "new_authority"
_APPEAL = "appeal"
_RECORDS = "records"
_STAFF = "senco"
_SUPPORT = "sen_support"
_STRATEGY = "inclusion_strategy"

_STATUTE, _GUIDANCE, _LOCAL = Basis.STATUTE, Basis.GUIDANCE, Basis.LOCAL
_AFTER, _BEFORE, _STARTING, _SAME = Counting.AFTER, Counting.BEFORE, Counting.STARTING_WITH, Counting.SAME_DAY
_LA = Owner.AUTHORITY


def _row(key, clock, period, unit, counting, owner, basis, source, limb, text, **more) -> ClockRule:
    more.setdefault("valid_from", ACT_STARTS)
    return ClockRule(key, clock, period, Unit(unit), counting, owner, basis, source, text, limb, **more)


_ANNUAL_ROWS = (
    _row(
        "review_limit", _ANNUAL, 12, "months", _STARTING, _LA, _STATUTE, f"{CFA}, section 44(1)", "12-month limit",
        "The review, decision included, is complete within the 12 months starting with the date the plan was "
        "first made or the last review was decided.",
    ),
    _row(
        "anniversary", _ANNUAL, 12, "months", _SAME, Owner.NOBODY, _LOCAL, f"{CFA}, section 44(1), as usually quoted",
        "anniversary",
        "The date people usually quote, one day after the last lawful day.",
    ),
    _row(
        "meeting_before_limit", _ANNUAL, 4, "weeks", _BEFORE, Owner.SCHOOL, _LOCAL,
        f"Planned back from {CFA}, section 44(1), and {REGS}, regulation 20(10)",
        "four weeks before the 12-month limit",
        "Latest meeting that leaves the local authority its full four weeks inside the 12 months.",
    ),
    _row(
        "meeting_before_transfer", _ANNUAL, 12, "weeks", _BEFORE, Owner.SCHOOL, _LOCAL,
        f"Planned back from {REGS}, regulation 18",
        "12 weeks before the phase transfer date",
        "Latest meeting that leaves 12 weeks for the final plan before the last day for a phase transfer.",
    ),
    _row(
        "invite", _ANNUAL, 2, "weeks", _BEFORE, Owner.SCHOOL, _STATUTE, f"{REGS}, regulation 20(3)",
        "two weeks before the meeting",
        "Everyone who must be invited has at least two weeks’ notice of the meeting.",
    ),
    _row(
        "advice", _ANNUAL, 2, "weeks", _BEFORE, Owner.SCHOOL, _STATUTE, f"{REGS}, regulation 20(4)",
        "two weeks before the meeting",
        "Advice and information goes to everyone invited at least two weeks before the meeting.",
    ),
    _row(
        "report", _ANNUAL, 2, "weeks", _AFTER, Owner.HEAD, _STATUTE, f"{REGS}, regulation 20; {CODE}, 9.176",
        "two weeks from the meeting",
        "The written report goes to everyone invited and to the local authority within two weeks of the "
        "meeting.",
    ),
    _row(
        "decision_from_meeting", _ANNUAL, 4, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 20(10)",
        "four weeks from the meeting",
        "The local authority decides to keep, amend or cease the plan and says so within four weeks of the "
        "meeting.",
    ),
    _row(
        "notice_from_meeting", _ANNUAL, 4, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 22(2)(a); {DEVON}",
        "four weeks from the meeting",
        "If the plan is to be amended, the plan and a notice of the proposed amendments are sent in the same "
        "four weeks.",
    ),
    _row(
        "comments", _ANNUAL, 15, "days", _STARTING, Owner.PARENT, _STATUTE, f"{REGS}, regulation 22(2)(c)",
        "15 days beginning with the notice",
        "The parent has at least 15 days, beginning with the day the notice is served, to comment and ask for "
        "a meeting.",
    ),
    _row(
        "final_from_notice", _ANNUAL, 8, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 22(3) and (4)",
        "eight weeks from the notice",
        "The final amended plan, or notice of not amending, is sent within eight weeks of the notice of "
        "amendments.",
    ),
    _row(
        "final_from_meeting", _ANNUAL, 12, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulations 20 and 22; {DEVON}",
        "12 weeks from the meeting",
        "The final amended plan is sent within 12 weeks of the meeting.",
    ),
    _row(
        "phase_transfer", _ANNUAL, 0, "fixed date", Counting.BEFORE_DATE, _LA, _STATUTE, f"{REGS}, regulation 18",
        "phase transfer date",
        "The plan is reviewed and amended before 15 February of the year of transfer.",
        month_day=(2, 15),
    ),
    _row(
        "phase_transfer_post_16", _ANNUAL, 0, "fixed date", Counting.BEFORE_DATE, _LA, _STATUTE,
        f"{REGS}, regulation 18", "phase transfer date",
        "For a move from secondary school to post-16, the plan is reviewed and amended before 31 March.",
        month_day=(3, 31),
    ),
    _row(
        "early_years_from", _ANNUAL, 3, "months", _SAME, _LA, _GUIDANCE, f"{CODE}, chapter 9", "three months",
        "For a child under five, think about a lighter extra review from three months after the last.",
    ),
    _row(
        "early_years_until", _ANNUAL, 6, "months", _SAME, _LA, _GUIDANCE, f"{CODE}, chapter 9", "six months",
        "For a child under five, think about a lighter extra review no later than six months after the last.",
    ),
    _row(
        "authority_list", _ANNUAL, 2, "weeks", _BEFORE, _LA, _GUIDANCE, f"{CODE}, chapter 9", "two weeks before term",
        "The local authority sends the head the list of plans to review at least two weeks before the term "
        "starts.",
    ),
)  # fmt: skip

_NEEDS_ROWS = (
    _row(
        "assess_decision", _NEEDS, 6, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 5(1)",
        "six weeks from receipt",
        "The local authority decides whether to assess, and says so, within six weeks of receiving the "
        "request.",
    ),
    _row(
        "assess_advice", _NEEDS, 6, "weeks", _AFTER, Owner.SCHOOL, _STATUTE, f"{REGS}, regulation 8(1)",
        "six weeks from being asked",
        "A body that is asked for advice replies within six weeks of the day it is asked.",
    ),
    _row(
        "assess_no_plan", _NEEDS, 16, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 10(1)",
        "16 weeks from receipt",
        "If no plan will be made, the local authority says so within 16 weeks of receiving the request.",
    ),
    _row(
        "assess_comments", _NEEDS, 15, "days", _STARTING, Owner.PARENT, _STATUTE, f"{REGS}, regulation 13(1)(a)",
        "15 days beginning with the draft",
        "The parent has at least 15 days, beginning with the day the draft plan is served, to comment and "
        "name a school.",
    ),
    _row(
        "assess_final", _NEEDS, 20, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 13(2)",
        "20 weeks from receipt",
        "The final plan is sent within 20 weeks of the local authority receiving the request.",
    ),
    _row(
        "closure_length", _NEEDS, 4, "weeks", _STARTING, Owner.NOBODY, _STATUTE, f"{REGS}, regulation 10(4)(a)",
        "a closure of four weeks",
        "Only a school closure of at least four weeks in a row can excuse delay.",
    ),
    _row(
        "closure_margin", _NEEDS, 1, "weeks", _BEFORE, Owner.NOBODY, _STATUTE, f"{REGS}, regulation 10(4)(a)",
        "one week before",
        "The head was asked for advice from one week before the school closes to one week before it opens "
        "again.",
    ),
)  # fmt: skip

_MOVE_ROWS = (
    _row(
        "plan_passes", _MOVE, 15, "working days", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 15",
        "15 working days from learning of the move",
        "The plan passes on the day of the move, or within 15 working days of the old authority learning of "
        "it if it had less warning than that.",
    ),
    _row(
        "new_authority_letter", _MOVE, 6, "weeks", _AFTER, _LA, _STATUTE, f"{REGS}, regulation 15",
        "six weeks from the transfer",
        "The new authority writes to the parent within six weeks of the transfer.",
    ),
    _row(
        "new_authority_review_12", _MOVE, 12, "months", _STARTING, _LA, _STATUTE, f"{REGS}, regulation 15",
        "12-month limit",
        "The new authority reviews the plan within the 12 months starting with its making or last review, if "
        "that is later.",
    ),
    _row(
        "new_authority_review_3", _MOVE, 3, "months", _STARTING, _LA, _STATUTE, f"{REGS}, regulation 15",
        "three months from the transfer",
        "The new authority reviews the plan within the three months beginning with the transfer, if that is "
        "later.",
        confirmed=False,
    ),
    _row(
        "appeal_letter", _APPEAL, 2, "months", _SAME, Owner.PARENT, _GUIDANCE,
        "Tribunal time limits, as published by advisers", "two months from the decision letter",
        "An appeal is sent within two months of the decision letter, if that is later.",
    ),
    _row(
        "appeal_mediation", _APPEAL, 1, "months", _SAME, Owner.PARENT, _GUIDANCE,
        "Tribunal time limits, as published by advisers", "one month from the mediation certificate",
        "An appeal is sent within one month of the mediation certificate, if that is later.",
    ),
)  # fmt: skip

_RECORD_ROWS = (
    _row(
        "pupil_file", _RECORDS, 15, "school days", _AFTER, Owner.SCHOOL, _STATUTE, f"{RECORDS}, regulation 9",
        "15 school days",
        "The educational record and common transfer file go to the new school within 15 school days of the "
        "pupil leaving.",
        valid_from=date(2005, 9, 1),
    ),
    _row(
        "educational_record", _RECORDS, 15, "school days", _AFTER, Owner.SCHOOL, _STATUTE,
        f"{RECORDS}, regulation 5(2)", "15 school days",
        "A maintained school lets a parent see the educational record within 15 school days of the written "
        "request.",
        valid_from=date(2005, 9, 1),
    ),
    _row(
        "subject_access", _RECORDS, 1, "months", _SAME, Owner.SCHOOL, _STATUTE, "UK GDPR, article 12(3)", "one month",
        "A subject access request is answered within one calendar month, or on the next working day.",
        valid_from=GDPR_STARTS,
    ),
    _row(
        "subject_access_complex", _RECORDS, 3, "months", _SAME, Owner.SCHOOL, _STATUTE, "UK GDPR, article 12(3)",
        "three months",
        "A complex subject access request is answered within three calendar months, or on the next working "
        "day.",
        valid_from=GDPR_STARTS,
    ),
    _row(
        "complaint", _RECORDS, 30, "days", _STARTING, Owner.SCHOOL, _STATUTE, "Data (Use and Access) Act 2025",
        "30 days",
        "A complaint about data protection is acknowledged within 30 days, the day of receipt counted to be "
        "safe.",
        valid_from=date(2026, 6, 19), confirmed=False,
    ),
    _row(
        "retain_sen", _RECORDS, 25, "years", _SAME, Owner.SCHOOL, _LOCAL, "Retention policy (sector toolkit)",
        "25 years from birth",
        "The SEN file is kept until 25 years from the date of birth, unless a legal hold says longer.",
        valid_from=LONG_AGO,
    ),
    _row(
        "retain_ehcp", _RECORDS, 31, "years", _SAME, Owner.SCHOOL, _LOCAL, "Retention policy (sector toolkit)",
        "31 years from birth",
        "The EHC plan and its reviews are kept until 31 years from the date of birth, unless a legal hold "
        "says longer.",
        valid_from=LONG_AGO,
    ),
)  # fmt: skip

_SCHOOL_ROWS = (
    _row(
        "senco_qualification", _STAFF, 3, "years", _SAME, Owner.SENCO, _STATUTE, f"{REGS}, regulation 49(4)",
        "third anniversary",
        "A SENDCo without more than 12 months’ earlier service is qualified by the third anniversary of "
        "becoming one.",
        valid_from=date(2009, 9, 2),
    ),
    _row(
        "award_began", _STAFF, 0, "fixed date", Counting.BEFORE_DATE, Owner.SENCO, _STATUTE,
        "SI 2024/535, regulation 2", "National Award, course begun",
        "A National Award counts only where the course began before 1 September 2024.",
        valid_from=LONG_AGO, fixed=date(2024, 9, 1),
    ),
    _row(
        "award_completed", _STAFF, 0, "fixed date", Counting.BEFORE_DATE, Owner.SENCO, _STATUTE,
        f"{REGS}, regulation 49(7)(a)", "National Award, course completed",
        "A National Award counts only where it is completed before 1 September 2027.",
        valid_from=LONG_AGO, fixed=date(2027, 9, 1),
    ),
    _row(
        "support_meetings", _SUPPORT, 3, "times", Counting.ON_DATE, Owner.SCHOOL, _GUIDANCE, f"{CODE}, chapter 6",
        "three meetings a year",
        "Parents of a pupil on SEN support are met at least three times in a school year.",
    ),
    _row(
        "strategy_publish", _STRATEGY, 0, "fixed date", Counting.ON_DATE, Owner.SCHOOL, _LOCAL,
        "Inclusive Mainstream Fund 2026 to 2027, conditions of grant", "31 December 2026",
        "The inclusion strategy is on the school’s website by 31 December 2026. A condition of grant, not an "
        "Act.",
        valid_from=date(2026, 4, 1), fixed=date(2026, 12, 31),
    ),
    _row(
        "strategy_review", _STRATEGY, 12, "months", _STARTING, Owner.SCHOOL, _LOCAL,
        "Inclusive Mainstream Fund 2026 to 2027, conditions of grant", "12 months from publication",
        "A strategy for several years is reviewed every year and says so on its cover. A condition of grant, "
        "not an Act.",
        valid_from=date(2026, 4, 1),
    ),
)  # fmt: skip

RULES = RuleBook((*_ANNUAL_ROWS, *_NEEDS_ROWS, *_MOVE_ROWS, *_RECORD_ROWS, *_SCHOOL_ROWS))
