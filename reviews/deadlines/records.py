"""Pupil records: passing them on, showing them, answering requests and complaints, keeping them."""

from collections.abc import Iterable
from datetime import date

from reviews.clock_rules import RULES, RuleBook
from sendco.core.dates import days_after, is_working_day, long_date, working_day_on_or_after
from sendco.schools.calendar import SchoolCalendar

from .values import Builder, Deadline, end_of, holidays_around

NO_CALENDAR = "Counted in school days: enter the term dates for this time first."


def pupil_file_by(*, left: date, calendar: SchoolCalendar | None, rules: RuleBook = RULES) -> Deadline:
    """The record and common transfer file to the next school. `left`: the last day on the register."""
    return _school_days("pupil_file_by", "Record to the new school", "pupil_file", left, calendar, rules)


def educational_record_by(*, requested: date, calendar: SchoolCalendar | None, rules: RuleBook = RULES) -> Deadline:
    """A parent's request for the educational record. Maintained schools only: academies have no such duty."""
    return _school_days(
        "educational_record_by", "Record to the parent", "educational_record", requested, calendar, rules
    )


def _school_days(
    key: str, label: str, rule_key: str, start: date, calendar: SchoolCalendar | None, rules: RuleBook
) -> Deadline:
    rule = rules.pick(rule_key, start)
    due = end_of(rule, start, calendar=calendar)
    return Deadline(
        key=key,
        label=label,
        due=due,
        target=due,
        owner=rule.owner,
        rule=rule.text,
        basis=rule.basis,
        source=rule.source,
        binding_limb=rule.limb if due else "",
        reason="" if due else NO_CALENDAR,
    )


def subject_access_by(
    *,
    received: date,
    is_complex: bool = False,
    bank_holidays: Iterable[date] | None = None,
    calendar: SchoolCalendar | None = None,
    rules: RuleBook = RULES,
) -> Deadline:
    """A subject access request. The one clock that rolls forward, to the next working day."""
    build = Builder(rules, received, calendar)
    rule = build.rule("subject_access_complex" if is_complex else "subject_access")
    corresponding = build.end(rule.key, received)
    holidays = holidays_around(corresponding, bank_holidays)
    due = working_day_on_or_after(corresponding, holidays)
    note = "" if is_working_day(corresponding, holidays) else f"{long_date(corresponding)} is no working day."
    return Deadline(
        key="subject_access_by",
        label="Subject access request",
        due=due,
        target=calendar.last_school_day_on_or_before(due) if calendar else None,
        owner=rule.owner,
        rule=rule.text,
        basis=rule.basis,
        source=rule.source,
        binding_limb=rule.limb,
        note=note,
    )


def complaint_acknowledged_by(
    *, received: date, calendar: SchoolCalendar | None = None, rules: RuleBook = RULES
) -> Deadline:
    """A data protection complaint, by the safer of the two readings: the day of receipt is day one."""
    build = Builder(rules, received, calendar)
    later = days_after(build.end("complaint", received), 1)
    note = f"{long_date(later)} if the day of receipt is not counted; which is right is not settled."
    return build.single("complaint_acknowledged_by", "Complaint acknowledged", "complaint", received, note=note)


def retain_until(*, born: date, has_ehcp: bool, rules: RuleBook = RULES) -> dict[str, Deadline]:
    """How long our policy keeps the files: sen_file, and ehcp_file for a pupil who has or had an EHC plan."""
    build = Builder(rules, born)
    kept = {"sen_file": build.single("sen_file", "SEN file kept until", "retain_sen", born, has_target=False)}
    if has_ehcp:
        kept["ehcp_file"] = build.single("ehcp_file", "EHC plan kept until", "retain_ehcp", born, has_target=False)
    return kept
