"""`manage.py explain_clock`: the dates of a statutory clock, each with its rule and its source.

    explain_clock annual-review --plan-made DATE [--last-decision DATE] [--meeting DATE] [--notice DATE]
                                [--phase-transfer YEAR] [--born DATE] [--json]
    explain_clock needs-assessment --received DATE [--advice-requested DATE] [--draft-served DATE] [--json]
    explain_clock rules

Needs no database. Faulty input gives one sentence on standard error and exit status 2.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from textwrap import wrap
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.clock_rules import RULES, ClockRule, RuleBook, Unit
from reviews.deadlines import (
    ClockInputError,
    Deadline,
    annual_review_clock,
    is_post_16_transfer,
    needs_assessment_clock,
)
from sendco.core.dates import iso_date, long_date, weekday_date

ANNUAL_REVIEW_KEYS = (
    "review_complete_by",
    "anniversary",
    "meeting_latest",
    "invite_by",
    "advice_circulated_by",
    "report_by",
    "decision_by",
    "notice_by",
    "final_plan_by",
    "next_review_complete_by",
)
NEEDS_ASSESSMENT_KEYS = ("decision_by", "advice_by", "no_plan_by", "comments_until", "final_plan_by")

BAD_INPUT = 2
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
WIDTH = 100
ANNUAL_DATES = ("plan_made", "last_decision", "meeting", "notice", "born")
ASSESSMENT_DATES = ("received", "advice_requested", "draft_served")


def parse_date(text: str, option: str) -> date:
    """A date written YYYY-MM-DD; ClockInputError names the option otherwise."""
    day = iso_date(text)
    if day is None:
        raise ClockInputError(f"{option}: “{text}” is not a date; write it as 2026-03-14.")
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ClockInputError(f"{option}: the year of {text} is not between {EARLIEST_YEAR} and {LATEST_YEAR}.")
    return day


def parse_year(text: str, option: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise ClockInputError(f"{option}: “{text}” is not a year; write it as 2027.")
    return int(text)


def as_json(clock: Mapping[str, Deadline], keys: tuple[str, ...]) -> dict[str, dict[str, str | None]]:
    """`{key: {"date", "rule", "source"}}`; where the date is null, also "reason"."""
    answer: dict[str, dict[str, str | None]] = {}
    for key in keys:
        step = clock[key]
        entry = {"date": step.due.isoformat() if step.due else None, "rule": step.rule, "source": step.source}
        if step.reason:
            entry["reason"] = step.reason
        answer[key] = entry
    return answer


def as_table(clock: Mapping[str, Deadline], title: str) -> str:
    """One block a step: what and when on the first line, then owner, rule, note and source, indented."""
    width = max(len(step.label) for step in clock.values()) + 2
    indent = " " * width
    lines = [title, ""]
    for step in clock.values():
        lines.append(f"{step.label:<{width}}{weekday_date(step.due) if step.due else 'No date yet'}")
        details = [step.reason, step.rule, step.note, f"{step.owner[0].upper()}{step.owner[1:]}. {step.source}."]
        for detail in filter(None, details):
            lines.extend(wrap(detail, WIDTH, initial_indent=indent, subsequent_indent=indent))
        lines.append("")
    return "\n".join(lines).rstrip()


def rules_as_markdown(rules: RuleBook = RULES) -> str:
    """The table that docs/reference/clocks.md holds, one row a rule."""
    lines = ["| Key | Limit | Owner | Basis | In force from | Source |", "| --- | --- | --- | --- | --- | --- |"]
    for rule in rules:
        until = f" to {long_date(rule.valid_to)}" if rule.valid_to else ""
        source = rule.source + ("" if rule.confirmed else " (not confirmed)")
        cells = (f"`{rule.key}`", _limit(rule), rule.owner, rule.basis, f"{long_date(rule.valid_from)}{until}", source)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _limit(rule: ClockRule) -> str:
    if rule.fixed:
        return (
            f"{rule.counting} {long_date(rule.fixed)}" if "before" in rule.counting else f"by {long_date(rule.fixed)}"
        )
    if rule.month_day:
        month, day = rule.month_day
        return f"before {day} {date(2000, month, 1):%B}"
    if rule.unit == Unit.TIMES:
        return f"{rule.period} a year"
    return f"{rule.period} {rule.unit if rule.period > 1 else rule.unit.removesuffix('s')}, {rule.counting}"


class Command(BaseCommand):
    help = "Print the dates of a statutory clock, each with its rule and its legal source."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        clocks = parser.add_subparsers(dest="clock", required=True, metavar="CLOCK")
        annual = clocks.add_parser("annual-review", help="the annual review of an EHC plan")
        _add_dates(annual, ANNUAL_DATES)
        annual.add_argument("--phase-transfer", metavar="YEAR", help="calendar year in which the pupil changes phase")
        needs = clocks.add_parser("needs-assessment", help="the 20 weeks of an EHC needs assessment")
        _add_dates(needs, ASSESSMENT_DATES)
        clocks.add_parser("rules", help="every time limit, as a Markdown table")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["clock"] == "rules":
            self.stdout.write(rules_as_markdown())
            return
        try:
            clock, keys, title = _annual(options) if options["clock"] == "annual-review" else _assessment(options)
        except ClockInputError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(clock, keys), indent=2, ensure_ascii=False))
        else:
            self.stdout.write(as_table(clock, title))


def _add_dates(parser: CommandParser, names: tuple[str, ...]) -> None:
    for name in names:
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="DATE", help="YYYY-MM-DD")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _dates(options: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, date | None]:
    """The given dates by name; the first of the names is required."""
    found = {}
    for name in names:
        option = f"--{name.replace('_', '-')}"
        text = options.get(name)
        if text is None and name == names[0]:
            raise ClockInputError(f"{option} is needed: the date on which the clock starts, as 2026-03-14.")
        found[name] = None if text is None else parse_date(str(text), option)
    return found


def _annual(options: Mapping[str, Any]) -> tuple[dict[str, Deadline], tuple[str, ...], str]:
    dates: dict[str, Any] = _dates(options, ANNUAL_DATES)
    given = options.get("phase_transfer")
    year = None if given is None else parse_year(str(given), "--phase-transfer")
    to_post_16 = bool(year and dates["born"] and is_post_16_transfer(dates["born"], year))
    clock = annual_review_clock(**dates, phase_transfer=year, to_post_16=to_post_16)
    anchor, what = dates["plan_made"], "the day the plan was first made"
    if dates["last_decision"]:
        anchor, what = dates["last_decision"], "the day of the last decision"
    return clock, ANNUAL_REVIEW_KEYS, f"Annual review: the clock starts on {long_date(anchor)}, {what}."


def _assessment(options: Mapping[str, Any]) -> tuple[dict[str, Deadline], tuple[str, ...], str]:
    dates: dict[str, Any] = _dates(options, ASSESSMENT_DATES)
    title = f"EHC needs assessment: the clock starts on {long_date(dates['received'])}, the day of receipt."
    return needs_assessment_clock(**dates), NEEDS_ASSESSMENT_KEYS, title
