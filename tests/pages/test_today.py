"""The words of Today: the greeting, the one sentence, the key figures."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from reviews.deadlines import Tone
from sendco.pages import today
from sendco.pages.feeds import Gap, NotLogged, Stuck
from sendco.schools.calendar import ClosureDates, TermDates, calendar_of

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 23)
TERM = TermDates("autumn", date(2026, 9, 2), date(2026, 12, 18), 2026)
HALF_TERM = ClosureDates(date(2026, 10, 26), date(2026, 10, 30), "October half term", "half_term")
CALENDAR = calendar_of([TERM], [HALF_TERM])


@dataclass
class Status:
    tone: Tone


@dataclass
class Item:
    """What the sentence reads of a date."""

    working: date
    due: date
    tone: Tone = Tone.WARN
    is_ours: bool = True
    key: str = "report_by"
    label: str = "Report"
    row: str = "reports"

    @property
    def status(self) -> Status:
        return Status(self.tone)


LATE = Item(date(2026, 11, 20), date(2026, 11, 20), Tone.DANGER)
SOON = Item(date(2026, 11, 27), date(2026, 11, 28))
LATER = Item(date(2027, 1, 15), date(2027, 1, 15), Tone.OK)


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (8, "Good morning, Priya"),
        (12, "Good afternoon, Priya"),
        (16, "Good afternoon, Priya"),
        (17, "Good evening, Priya"),
    ],
)
def test_greeting_follows_the_hour(hour, words):
    assert today.greeting(datetime(2026, 11, 23, hour), "Priya") == words


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (TODAY, "Monday 23 November 2026 · Autumn term, week 12 of 15"),
        (date(2026, 9, 2), "Wednesday 2 September 2026 · Autumn term, week 1 of 15"),
        (date(2026, 10, 28), "Wednesday 28 October 2026 · School is closed for half term"),
        (date(2026, 11, 22), "Sunday 22 November 2026 · School is closed at the weekend"),
        (date(2030, 1, 2), "Wednesday 2 January 2030"),
    ],
)
def test_place_in_term(on, words):
    assert today.place_in_term(on, CALENDAR) == words


@pytest.mark.parametrize(
    ("risky", "gaps", "words"),
    [
        ([LATE, LATE], 3, "Two legal deadlines and three cover gaps need you today. Everything else can wait."),
        ([LATE], 0, "One legal deadline needs you today. Everything else can wait."),
        ([], 1, "One cover gap needs you today. Everything else can wait."),
        ([LATE, SOON], 0, "One legal deadline needs you today. One more date comes soon."),
        (
            [LATE, SOON, SOON],
            2,
            "One legal deadline and two cover gaps need you today. Two more dates come soon.",
        ),
        ([SOON], 0, "One legal deadline needs you soon. Nothing is late."),
        ([SOON, SOON], 0, "Two legal deadlines need you soon. Nothing is late."),
        ([], 12, "12 cover gaps need you today. Everything else can wait."),
        ([], 0, "Nothing needs you today. The next date is 15 January 2027."),
    ],
)
def test_summary_says_what_needs_doing_and_stops(risky, gaps, words):
    assert today.summary(risky, gaps, [LATER], TODAY) == words


@pytest.mark.parametrize(
    ("risky", "gaps", "words"),
    [
        ([LATE, LATE, SOON], 0, "Two legal deadlines need the SENDCo today. One more date comes soon."),
        ([LATE], 0, "One legal deadline needs the SENDCo today. Everything else can wait."),
        ([SOON, SOON], 0, "Two legal deadlines need the SENDCo soon. Nothing is late."),
        ([], 0, "Nothing needs the SENDCo today. The next date is 15 January 2027."),
    ],
)
def test_summary_asks_nothing_of_who_only_looks(risky, gaps, words):
    assert today.summary(risky, gaps, [LATER], TODAY, acts=False) == words


def test_invitations_are_counted_as_the_page_behind_them_lists_them():
    first = Item(date(2026, 12, 4), date(2026, 12, 4), Tone.OK, row="invitations")
    second = Item(date(2026, 12, 11), date(2026, 12, 11), Tone.OK, row="invitations")
    figure = today.invitations_figure([LATE, second, first], "/deadlines/")
    assert figure == {
        "value": 2, "label": "Reviews to invite people to", "url": "/deadlines/", "meta": "The first by 4 December 2026",
    }  # fmt: skip
    assert today.invitations_figure([LATE], "/deadlines/")["meta"] == "Everyone is invited"


def test_summary_without_any_date():
    assert today.summary([], 0, [], TODAY) == "Nothing needs you today."


def test_dates_are_named_by_what_there_is_to_do():
    other = Item(TODAY, TODAY, key="meeting_latest", label="Book the review meeting")
    assert [title for title, _ in today.titled([LATE, other])] == [
        "Send the review report to the local authority",
        "Book the review meeting",
    ]


@pytest.mark.parametrize(
    ("risky", "value", "meta", "status"),
    [
        ([], 0, "All on time", "ok"),
        ([SOON], 1, "1 soon", "warn"),
        ([LATE, SOON], 2, "1 overdue, 1 soon", "danger"),
    ],
)
def test_deadline_figure(risky, value, meta, status):
    figure = today.deadline_figure(risky, TODAY)
    assert (figure["value"], figure["meta"], figure["status"]) == (value, meta, status)


def test_other_figures():
    assert today.not_logged_figure(NotLogged(()), "/sessions/")["meta"] == "All sessions are logged"
    late = today.not_logged_figure(NotLogged((), 7, 4, date(2026, 11, 20)), "/sessions/")
    assert (late["value"], late["meta"]) == (7, "Since Friday 20 November")
    stuck = today.progress_figure([Stuck(1, "A B", "Year 3", "Reads", [1] * 6)], "/register/")
    assert (stuck["value"], stuck["label"], stuck["meta"]) == (1, "Pupil not making progress", "No gain in 6 ratings")
    assert today.cover_figure([], 0)["meta"] == "Nobody is missing today"
    gaps = [Gap(None, why, "", "") for why in ("Leanne Briggs is away", "Leanne Briggs is away", "Nobody runs it yet")]
    assert today.cover_figure(gaps[:2], 2)["meta"] == "Leanne Briggs is away"
    assert today.cover_figure(gaps, 3)["meta"] == "Leanne Briggs is away and 1 more"


@pytest.mark.parametrize(("parts", "words"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_joined(parts, words):
    assert today.joined(parts) == words
