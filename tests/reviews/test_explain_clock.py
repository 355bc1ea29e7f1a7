import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reviews.clock_rules import RULES
from reviews.management.commands import explain_clock
from reviews.management.commands.explain_clock import ANNUAL_REVIEW_KEYS, NEEDS_ASSESSMENT_KEYS

pytestmark = pytest.mark.unit

BASE = ["annual-review", "--plan-made", "2025-03-14"]


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(explain_clock.Command(), *args, stdout=out)
    return out.getvalue()


def run_json(*args: str) -> dict:
    return json.loads(run(*args, "--json"))


def test_annual_review_as_json_has_the_agreed_keys_and_dates() -> None:
    found = run_json(*BASE, "--meeting", "2026-02-10", "--notice", "2026-03-10")

    assert tuple(found) == ANNUAL_REVIEW_KEYS
    assert {key: entry["date"] for key, entry in found.items()} == {
        "review_complete_by": "2026-03-13",
        "anniversary": "2026-03-14",
        "meeting_latest": "2026-02-13",
        "invite_by": "2026-01-27",
        "advice_circulated_by": "2026-01-27",
        "report_by": "2026-02-24",
        "decision_by": "2026-03-10",
        "notice_by": "2026-03-10",
        "final_plan_by": "2026-05-05",
        "next_review_complete_by": "2027-03-09",
    }
    assert {tuple(entry) for entry in found.values()} == {("date", "rule", "source")}


def test_a_missing_date_is_null_with_a_reason() -> None:
    assert run_json(*BASE)["report_by"] == {
        "date": None,
        "rule": (
            "The written report goes to everyone invited and to the local authority within two weeks of the meeting."
        ),
        "source": "SEND Regulations 2014 (SI 2014/1530), regulation 20; SEND Code of Practice 2015, 9.176",
        "reason": "No meeting date has been set.",
    }


def test_the_rule_names_the_limb_that_binds() -> None:
    assert run_json(*BASE, "--meeting", "2026-03-02")["decision_by"]["rule"].startswith("12-month limit binds. ")


def test_needs_assessment_as_json() -> None:
    found = run_json(
        "needs-assessment",
        "--received=2026-09-07",
        "--advice-requested=2026-10-19",
        "--draft-served=2026-12-21",
    )

    assert tuple(found) == NEEDS_ASSESSMENT_KEYS
    assert [entry["date"] for entry in found.values()] == [
        "2026-10-19",
        "2026-11-30",
        "2026-12-28",
        "2027-01-04",
        "2027-01-25",
    ]


@pytest.mark.parametrize(
    ("born", "latest"),
    [([], "2026-11-22"), (["--born", "2016-05-01"], "2026-11-22"), (["--born", "2011-05-01"], "2027-01-05")],
)
def test_the_age_decides_which_transfer_it_is(born: list[str], latest: str) -> None:
    found = run_json(
        "annual-review", "--plan-made", "2020-01-01", "--last-decision", "2026-04-20", "--phase-transfer", "2027", *born
    )

    assert found["meeting_latest"]["date"] == latest


def test_people_get_a_table_with_weekday_rule_and_source() -> None:
    lines = run(*BASE).splitlines()

    assert lines[0] == "Annual review: the clock starts on 14 March 2025, the day the plan was first made."
    assert lines[2] == "Review complete          Friday 13 March 2026"
    assert "                         School. SEND Regulations 2014 (SI 2014/1530), regulation 20(3)." in lines
    assert "Invitations              No date yet" in lines
    assert max(len(line) for line in lines) <= 100


def test_the_table_of_an_assessment() -> None:
    lines = run("needs-assessment", "--received", "2026-09-07").splitlines()

    assert lines[0] == "EHC needs assessment: the clock starts on 7 September 2026, the day of receipt."
    assert "Final plan                  Monday 25 January 2027" in lines


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["annual-review"], "--plan-made is needed: the date on which the clock starts, as 2026-03-14."),
        (["needs-assessment"], "--received is needed: the date on which the clock starts, as 2026-03-14."),
        (
            ["annual-review", "--plan-made", "2026-02-30"],
            "--plan-made: “2026-02-30” is not a date; write it as 2026-03-14.",
        ),
        (
            ["annual-review", "--plan-made", "20260314"],
            "--plan-made: “20260314” is not a date; write it as 2026-03-14.",
        ),
        (
            ["annual-review", "--plan-made", "14/03/2026"],
            "--plan-made: “14/03/2026” is not a date; write it as 2026-03-14.",
        ),
        (["annual-review", "--plan-made", ""], "--plan-made: “” is not a date; write it as 2026-03-14."),
        ([*BASE, "--meeting", "9999-12-31"], "--meeting: the year of 9999-12-31 is not between 1990 and 2100."),
        ([*BASE, "--phase-transfer", "27"], "--phase-transfer: “27” is not a year; write it as 2027."),
        ([*BASE, "--meeting", "2025-03-01"], "The meeting (1 March 2025) is before the plan was made (14 March 2025)."),
        (
            [*BASE, "--meeting", "2026-02-10", "--notice", "2026-02-01"],
            "The notice (1 February 2026) is before the meeting (10 February 2026).",
        ),
        (
            ["annual-review", "--plan-made", "2014-08-31"],
            "No rule for “12-month limit” was in force on 31 August 2014; the first began on 1 September 2014.",
        ),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(args: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as error:
        run(*args)

    assert (str(error.value), error.value.returncode) == (sentence, 2)


def test_the_shell_sees_status_2_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        explain_clock.Command().run_from_argv(["manage.py", "explain_clock", *BASE, "--meeting", "soon"])

    captured = capsys.readouterr()
    assert stop.value.code == 2
    assert captured.out == ""
    assert captured.err == "CommandError: --meeting: “soon” is not a date; write it as 2026-03-14.\n"


def test_the_reference_page_holds_the_rules_in_force() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "clocks.md").read_text(encoding="utf-8")

    assert explain_clock.rules_as_markdown() in page
    assert run("rules").count("\n") == len(RULES) + 2
