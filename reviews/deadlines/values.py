"""What a clock gives: deadlines, their limbs and their flags; and the small machine that puts them together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reviews.clock_rules import Basis, ClockInputError, ClockRule, Counting, Owner, RuleBook, Unit
from sendco.core.dates import (
    days_after,
    days_beginning_with,
    long_date,
    nth_working_day_after,
    period_end,
    require_date,
    same_day_months_after,
    weeks_after,
)
from sendco.schools.bank_holidays import bank_holidays_between
from sendco.schools.calendar import SchoolCalendar

MONTHS_OF = {Unit.MONTHS: 1, Unit.YEARS: 12}


def check_not_before(name: str, value: date | None, event: str, earliest: date | None, *, so: str = "") -> None:
    """Raise ClockInputError when both dates are known and `value` is the earlier."""
    if value is not None and earliest is not None and value < earliest:
        raise ClockInputError(f"The {name} ({long_date(value)}) is before {event} ({long_date(earliest)}){so}.")


class Flag(StrEnum):
    COMPRESSED = "compressed"  # the phase transfer date leaves less than the usual time
    AFTER_LIMIT = "after the 12-month limit"
    TARGET_EARLIER = "school is closed on the day"
    CLOSURE_EXCEPTION = "closure exception may apply"
    UNCONFIRMED = "rule not confirmed"


@dataclass(frozen=True, slots=True)
class Limb:
    """One of the limits that compete for a deadline."""

    rule: ClockRule
    due: date

    @property
    def name(self) -> str:
        return self.rule.limb


@dataclass(frozen=True, slots=True)
class Deadline:
    """One step of a clock.

    due: the last lawful day, included; None only with a `reason`. target: the last school day on or before it, None
    without a calendar that reaches so far. rule: sentences that open with the binding limb where several competed.
    note: what else a person should know, in sentences.
    """

    key: str
    label: str
    due: date | None
    target: date | None
    owner: Owner
    rule: str
    basis: Basis
    source: str
    binding_limb: str = ""
    note: str = ""
    reason: str = ""
    limbs: tuple[Limb, ...] = ()
    flags: frozenset[Flag] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if (self.due is None) != bool(self.reason):
            raise ValueError(f"{self.key} needs either a due date or a reason for having none")

    @property
    def working_date(self) -> date | None:
        """The day to work towards: the school's target, else the legal date."""
        return self.target or self.due


def holidays_around(start: date, bank_holidays: Iterable[date] | None) -> frozenset[date]:
    """Those given, else England's of the year of `start` and the next."""
    return bank_holidays_between(start.year, start.year + 1) if bank_holidays is None else frozenset(bank_holidays)


def end_of(
    rule: ClockRule,
    start: date,
    *,
    calendar: SchoolCalendar | None = None,
    bank_holidays: Iterable[date] | None = None,
) -> date | None:
    """Last day that `rule` allows, counted from `start`.

    None only for a rule in school days when the calendar is missing or ends too early. Bank holidays default to
    England's.
    """
    require_date(start)
    if rule.unit in MONTHS_OF:
        months = rule.period * MONTHS_OF[rule.unit]
        starts_with = rule.counting == Counting.STARTING_WITH
        return period_end(start, months) if starts_with else same_day_months_after(start, months)
    if rule.unit == Unit.SCHOOL_DAYS:
        return calendar.nth_school_day_after(start, rule.period) if calendar else None
    if rule.unit == Unit.WORKING_DAYS:
        return nth_working_day_after(start, rule.period, holidays_around(start, bank_holidays))
    if rule.unit == Unit.WEEKS:
        return weeks_after(start, -rule.period if rule.counting == Counting.BEFORE else rule.period)
    if rule.unit == Unit.DAYS and rule.counting == Counting.STARTING_WITH:
        return days_beginning_with(start, rule.period)
    if rule.unit == Unit.DAYS:
        return days_after(start, -rule.period if rule.counting == Counting.BEFORE else rule.period)
    raise ValueError(f"{rule.key} is no period")


def fixed_day(rule: ClockRule, year: int | None = None) -> date:
    """The last lawful day of a FIXED_DATE rule; `year` for one that returns every year."""
    if rule.fixed:
        named = rule.fixed
    elif rule.month_day and year:
        named = date(year, *rule.month_day)
    else:
        raise ValueError(f"{rule.key} names no date")
    return days_after(named, -1) if rule.counting == Counting.BEFORE_DATE else named


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes the deadlines of one clock: the rules in force on its anchor, and the school's calendar if there is one."""

    rules: RuleBook
    anchor: date
    calendar: SchoolCalendar | None = None

    def rule(self, key: str) -> ClockRule:
        return self.rules.pick(key, self.anchor)

    def limb(self, key: str, start: date) -> Limb:
        rule = self.rule(key)
        due = end_of(rule, start)
        if due is None:
            raise ValueError(f"{key} cannot be a limb")
        return Limb(rule, due)

    def end(self, key: str, start: date) -> date:
        return self.limb(key, start).due

    def single(self, key: str, label: str, rule_key: str, start: date, **more) -> Deadline:
        return self._deadline(key, label, [self.limb(rule_key, start)], 0, **more)

    def earliest(self, key: str, label: str, limbs: Sequence[Limb], **more) -> Deadline:
        """The first limb given wins a tie, so put the law's own period before ours."""
        return self._deadline(key, label, limbs, min(range(len(limbs)), key=lambda i: limbs[i].due), **more)

    def latest(self, key: str, label: str, limbs: Sequence[Limb], **more) -> Deadline:
        return self._deadline(key, label, limbs, max(range(len(limbs)), key=lambda i: limbs[i].due), **more)

    def missing(self, key: str, label: str, rule_key: str, reason: str, **more) -> Deadline:
        rule = self.rule(rule_key)
        return Deadline(key, label, None, None, rule.owner, rule.text, rule.basis, rule.source, reason=reason, **more)

    def _deadline(
        self,
        key: str,
        label: str,
        limbs: Sequence[Limb],
        index: int,
        *,
        note: str = "",
        flags: Iterable[Flag] = (),
        has_target: bool = True,
        aim: date | None = None,
    ) -> Deadline:
        """aim: an earlier day than the due date to work towards, before the calendar pulls it back further."""
        binding = limbs[index]
        rule, all_flags = binding.rule, set(flags)
        target, closed = self._target(aim or binding.due) if has_target else (None, "")
        if closed:
            all_flags.add(Flag.TARGET_EARLIER)
        if not rule.confirmed:
            all_flags.add(Flag.UNCONFIRMED)
        return Deadline(
            key=key,
            label=label,
            due=binding.due,
            target=target,
            owner=rule.owner,
            rule=f"{_sentence(binding.name)} {rule.text}" if len(limbs) > 1 else rule.text,
            basis=rule.basis,
            source=rule.source,
            binding_limb=binding.name,
            note=" ".join(part for part in (note, closed) if part),
            limbs=tuple(limbs),
            flags=frozenset(all_flags),
        )

    def _target(self, due: date) -> tuple[date | None, str]:
        target = self.calendar.last_school_day_on_or_before(due) if self.calendar else None
        if self.calendar is None or target is None or target == due:
            return target, ""
        why = self.calendar.why_closed(due) or "on that day"
        return target, f"School is closed {why}, so work to {long_date(target)}."


def _sentence(limb: str) -> str:
    return f"{limb[0].upper()}{limb[1:]} binds."
