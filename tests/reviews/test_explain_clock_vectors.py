"""Every vector of an annual review and of a needs assessment through the command itself, for people and as JSON."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from reviews.management.commands import explain_clock
from reviews.management.commands.explain_clock import ANNUAL_REVIEW_KEYS, NEEDS_ASSESSMENT_KEYS
from sendco.core.dates import weekday_date

pytestmark = pytest.mark.unit

SHORT = {
    "limit": "review_complete_by", "anniversary": "anniversary", "meet": "meeting_latest", "invite": "invite_by",
    "advice": "advice_circulated_by", "report": "report_by", "decision": "decision_by", "notice": "notice_by",
    "final": "final_plan_by", "next": "next_review_complete_by",
}  # fmt: skip
OPTIONS = {
    "plan": "--plan-made", "last": "--last-decision", "meeting": "--meeting", "sent": "--notice",
    "phase": "--phase-transfer", "born": "--born",
}  # fmt: skip


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(explain_clock.Command(), *args, stdout=out)
    return out.getvalue()


def options(text: str) -> list[str]:
    """`plan 2025-03-14, meeting 2026-02-10` as options of the command."""
    return [part for pair in text.split(", ") for part in (OPTIONS[pair.split()[0]], pair.split()[1])]


def dates(text: str) -> dict[str, str]:
    return {SHORT[pair.split()[0]]: pair.split()[1] for pair in text.split(", ")}


VECTORS = {
    "V01": (
        "plan 2025-03-14, meeting 2026-02-10, sent 2026-03-10",
        "limit 2026-03-13, anniversary 2026-03-14, invite 2026-01-27, advice 2026-01-27, report 2026-02-24, "
        "decision 2026-03-10, notice 2026-03-10, final 2026-05-05, next 2027-03-09",
    ),
    "V02": ("plan 2025-03-14, meeting 2026-03-02", "decision 2026-03-13, report 2026-03-16"),
    "V03": ("plan 2025-03-14, meeting 2026-02-13", "decision 2026-03-13, meet 2026-02-13"),
    "V04": (
        "plan 2024-03-01, last 2026-03-06",
        "limit 2027-03-05, anniversary 2027-03-06, meet 2027-02-05",
    ),
    "V05": (
        "plan 2023-12-10, meeting 2024-11-01, sent 2024-11-25",
        "decision 2024-11-29, next 2025-11-24",
    ),
    "V06": ("plan 2024-02-29", "limit 2025-02-28, anniversary 2025-02-28"),
    "V07": ("plan 2026-01-05, last 2027-03-01", "limit 2028-02-29, anniversary 2028-03-01"),
    "V08": ("plan 2026-01-05, last 2027-02-28", "limit 2028-02-27, anniversary 2028-02-28"),
    "V09": ("plan 2026-01-01", "limit 2026-12-31, anniversary 2027-01-01"),
    "V10": (
        "plan 2026-01-20, meeting 2027-01-07",
        "invite 2026-12-24, decision 2027-01-19, report 2027-01-21",
    ),
    "V11": (
        "plan 2025-09-30, meeting 2026-07-17, sent 2026-08-14",
        "invite 2026-07-03, report 2026-07-31, decision 2026-08-14, final 2026-10-09",
    ),
    "V12": ("plan 2025-01-10, last 2026-04-20, meeting 2026-11-10, sent 2026-11-24", "final 2027-01-19"),
    "V13": (
        "plan 2025-01-10, last 2026-04-20, meeting 2026-11-10, sent 2026-12-22",
        "decision 2026-12-08, final 2027-02-02",
    ),
    "V14": (
        "plan 2025-01-10, last 2026-04-20, meeting 2026-10-15, sent 2026-11-12, phase 2027",
        "invite 2026-10-01, report 2026-10-29, decision 2026-11-12, final 2027-01-07, meet 2026-11-22",
    ),
    "V15": (
        "plan 2025-01-10, last 2026-04-20, meeting 2026-12-01, sent 2026-12-29, phase 2027",
        "invite 2026-11-17, report 2026-12-15, decision 2026-12-29, final 2027-02-14",
    ),
    "V16": ("plan 2025-01-10, last 2026-04-20, phase 2027", "meet 2026-11-22"),
    "V17": ("plan 2015-01-10, last 2026-04-20, phase 2027, born 2011-05-01", "meet 2027-01-05"),
    "V18": ("plan 2025-01-10, last 2027-04-20, phase 2028", "meet 2027-11-22"),
    "V19": ("plan 2025-12-10, meeting 2026-11-24", "invite 2026-11-10"),
    "V21": ("plan 2025-12-10, meeting 2026-10-30", "invite 2026-10-16"),
    "V22": (
        "plan 2025-11-28, meeting 2026-11-02",
        "report 2026-11-16, decision 2026-11-27, notice 2026-11-30, final 2027-01-25",
    ),
    "V23": ("plan 2026-02-27, meeting 2027-02-01", "limit 2027-02-26, decision 2027-02-26, meet 2027-01-29"),
    "V24": ("plan 2025-03-14, meeting 2026-02-10", "limit 2026-03-13"),
    "V27": ("plan 2026-08-31, born 2023-05-01", "limit 2027-08-30"),
    "Easter": (
        "plan 2026-04-20, meeting 2027-03-29, sent 2027-04-16",  # Easter Monday, in the holiday: nothing rolls
        "limit 2027-04-19, invite 2027-03-15, report 2027-04-12, decision 2027-04-19, final 2027-06-11, next 2028-04-15",
    ),
    "leap meeting": (
        "plan 2027-03-20, meeting 2028-02-15, sent 2028-02-29",
        "report 2028-02-29, decision 2028-03-14, final 2028-04-25, next 2029-02-28",
    ),
    "all at once": (
        "plan 2018-02-28, last 2026-04-20, meeting 2026-12-01, sent 2026-12-29, phase 2027, born 2016-02-29",
        "limit 2027-04-19, decision 2026-12-29, final 2027-02-14, next 2027-12-28",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), VECTORS.values(), ids=VECTORS.keys())
def test_annual_review(given: str, expected: str) -> None:
    found = json.loads(run("annual-review", *options(given), "--json"))

    assert tuple(found) == ANNUAL_REVIEW_KEYS
    wanted = dates(expected)
    assert {key: found[key]["date"] for key in wanted} == wanted
    for entry in found.values():
        keys = {"date", "rule", "source"} if entry["date"] else {"date", "rule", "source", "reason"}
        assert set(entry) == keys
        assert all(entry[key] for key in keys - {"date"})


@pytest.mark.parametrize(("given", "expected"), VECTORS.values(), ids=VECTORS.keys())
def test_annual_review_for_people(given: str, expected: str) -> None:
    text = run("annual-review", *options(given))

    for day in dates(expected).values():
        assert weekday_date(date.fromisoformat(day)) in text


ASSESSMENTS = {
    "V28": (
        ["--received", "2026-09-07", "--advice-requested", "2026-10-19", "--draft-served", "2026-12-21"],
        ["2026-10-19", "2026-11-30", "2026-12-28", "2027-01-04", "2027-01-25"],
    ),
    "V29": (["--received", "2026-07-20"], ["2026-08-31", None, "2026-11-09", None, "2026-12-07"]),
    "V30": (["--received", "2027-10-11"], ["2027-11-22", None, "2028-01-31", None, "2028-02-28"]),
    "V31": (["--received", "2024-01-18"], ["2024-02-29", None, "2024-05-09", None, "2024-06-06"]),
    "V34": (
        ["--received", "2026-09-07", "--draft-served", "2026-12-18"],
        ["2026-10-19", None, "2026-12-28", "2027-01-01", "2027-01-25"],
    ),
    "asked on a leap day": (
        ["--received", "2028-02-29", "--advice-requested", "2028-02-29"],
        ["2028-04-11", "2028-04-11", "2028-06-20", None, "2028-07-18"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ASSESSMENTS.values(), ids=ASSESSMENTS.keys())
def test_needs_assessment(given: list[str], expected: list[str | None]) -> None:
    found = json.loads(run("needs-assessment", *given, "--json"))

    assert tuple(found) == NEEDS_ASSESSMENT_KEYS
    assert [entry["date"] for entry in found.values()] == expected
    assert [("reason" in entry) for entry in found.values()] == [day is None for day in expected]
    text = run("needs-assessment", *given)
    for day in filter(None, expected):
        assert weekday_date(date.fromisoformat(day)) in text


def test_the_first_possible_day_of_a_final_plan_is_shown_to_people() -> None:
    assert "Saturday 2 January 2027" in run("needs-assessment", "--received=2026-09-07", "--draft-served=2026-12-18")


REFUSED = {
    "annual-review --plan-made 2026-01-01 --meeting 2025-12-31": (
        "The meeting (31 December 2025) is before the plan was made (1 January 2026)."
    ),
    "annual-review --plan-made 2026-01-01 --last-decision 2025-12-31": (
        "The last decision (31 December 2025) is before the plan was made (1 January 2026)."
    ),
    "annual-review --plan-made 2025-01-01 --last-decision 2026-01-10 --meeting 2026-01-09": (
        "The meeting (9 January 2026) is before the last decision (10 January 2026), "
        "so it belongs to the review that decision ended."
    ),
    "annual-review --plan-made 2025-01-01 --last-decision 2026-01-10 --notice 2026-01-09": (
        "The notice (9 January 2026) is before the last decision (10 January 2026), "
        "so it belongs to the review that decision ended."
    ),
    "annual-review --plan-made 2025-01-01 --meeting 2025-11-10 --notice 2025-11-09": (
        "The notice (9 November 2025) is before the meeting (10 November 2025)."
    ),
    "annual-review --plan-made 2025-01-01 --born 2025-01-02": (
        "The plan (1 January 2025) is before the child was born (2 January 2025)."
    ),
    "annual-review --plan-made 2025-01-01 --phase-transfer 2024": (
        "The phase transfer (2024) is before the plan was made (1 January 2025)."
    ),
    "annual-review --plan-made 2025-01-01 --phase-transfer 27": "--phase-transfer: “27” is not a year; write it as 2027.",
    "annual-review --plan-made 2025-01-01 --phase-transfer=": "--phase-transfer: “” is not a year; write it as 2027.",
    "annual-review --plan-made 2025-02-29": "--plan-made: “2025-02-29” is not a date; write it as 2026-03-14.",
    "annual-review --plan-made 14/03/2025": "--plan-made: “14/03/2025” is not a date; write it as 2026-03-14.",
    "annual-review --plan-made 2025-W10-1": "--plan-made: “2025-W10-1” is not a date; write it as 2026-03-14.",
    "annual-review --plan-made 2013-05-01": (
        "No rule for “12-month limit” was in force on 1 May 2013; the first began on 1 September 2014."
    ),
    "annual-review --plan-made 9999-12-31": "--plan-made: the year of 9999-12-31 is not between 1990 and 2100.",
    "needs-assessment --received 2026-09-07 --advice-requested 2026-09-06": (
        "The request for advice (6 September 2026) is before the request was received (7 September 2026)."
    ),
    "needs-assessment --received 2026-09-07 --draft-served 2026-09-06": (
        "The draft plan (6 September 2026) is before the request was received (7 September 2026)."
    ),
    "needs-assessment --received yesterday": "--received: “yesterday” is not a date; write it as 2026-03-14.",
    "annual-review --meeting 2026-02-10": "--plan-made is needed: the date on which the clock starts, as 2026-03-14.",
}


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["people", "json"])
@pytest.mark.parametrize(("line", "sentence"), REFUSED.items(), ids=REFUSED.keys())
def test_faulty_input_gives_one_sentence_and_status_2(line: str, sentence: str, more: list[str]) -> None:
    with pytest.raises(CommandError) as refused:
        run(*line.split(), *more)

    assert (str(refused.value), refused.value.returncode) == (sentence, 2)
