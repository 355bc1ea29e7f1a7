"""The register's filter, columns and next steps. Pure: no ORM, no request, no clock.

Apps above this one add what they know: `register_column_source` a value for each row, `register_filter_source` a way to
filter. Both are called in their `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlencode

from pupils.enums import ON_REGISTER, Area, SenStatus, YearGroup
from sendco.accounts.permissions import Permission
from sendco.core import params, ui

PAGE_ROWS = 50
MOST_ROWS = 5000
"""Rows of one export or print: far above any school's register."""
MOST_LETTERS = 80
"""Of one value in the URL: longer than any code or id, and enough of a name."""
PLAN_DUE_DAYS = 30
SORTS = ("name", "support", "year", "next")
PLAN_OPTIONS = {"none": "No plan", "due": f"Review due in {PLAN_DUE_DAYS} days", "overdue": "Review overdue"}
TOLD_OPTIONS = {"no": "Not told of the support yet"}
STATUS_OPTIONS = {
    SenStatus.EHCP.value: "EHC plan",
    SenStatus.SUPPORT.value: "SEN support",
    SenStatus.MONITORING.value: "Monitoring",
    SenStatus.NONE.value: "Not on the register",
}
AREA_SHAPES = {Area.CI: "ci", Area.CL: "cl", Area.SEMH: "se", Area.SP: "sp"}
ON_THE_REGISTER = tuple(status.value for status in ON_REGISTER)


class Query(Protocol):
    """A QueryDict, or anything like it."""

    def getlist(self, key: str) -> list[str]: ...


# --- What apps above add --------------------------------------------------------------------------------

Values = Callable[[Sequence[int], date], Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Trail:
    """How a pupil's sessions went of late. last: six at most, oldest first, None for away, of whatever group.

    is_stuck: no gain in six ratings of one group. The last six of a pupil may be of two groups, so they do not tell.
    """

    last: Sequence[int | None] = ()
    is_stuck: bool = False


@dataclass(frozen=True, slots=True)
class FilterSource:
    """A filter that an app above answers.

    options: {value in the URL: words}. tabs: {value: words} of those that have a tab of their own, counted with the page,
    so their ids must be a queryset. ids: (school id, value, day) to a queryset or collection of pupil ids; a
    queryset becomes a part of the page's own query.
    """

    key: str
    label: str
    options: Mapping[str, str]
    ids: Callable[[int, str, date], Any]
    tabs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChosenAction:
    """Something that an app above does with chosen rows. url_name: a page that takes the ids as `?pupil=1&pupil=2`."""

    key: str
    label: str
    icon: str
    url_name: str
    permission: Permission


_actions: dict[str, ChosenAction] = {}
_columns: dict[str, Values] = {}
_filters: dict[str, FilterSource] = {}


def register_column_source(name: str, values: Values) -> None:
    """Add values for the rows of the register: `values(pupil_ids, on) -> {pupil_id: value}`, one query for any number.

    name: `hours` (minutes a week, an int), `ratings` (a Trail) or `next_step` (a NextStep).
    """
    if name not in ("hours", "ratings", "next_step"):
        raise ValueError(f"the register has no column {name}")
    _columns[name] = values


def register_filter_source(source: FilterSource) -> None:
    """Add a filter; its key becomes a parameter of the URL."""
    _filters[source.key] = source


def register_chosen_action(action: ChosenAction) -> None:
    """Add a button to the bar above the chosen rows, for who holds its permission."""
    _actions[action.key] = action


def chosen_actions() -> tuple[ChosenAction, ...]:
    return tuple(_actions.values())


def column_values(pupil_ids: Sequence[int], on: date) -> dict[str, Mapping[int, Any]]:
    """{column: {pupil_id: value}}. One query for each source that is registered."""
    return {name: values(pupil_ids, on) if pupil_ids else {} for name, values in _columns.items()}


def filter_sources() -> tuple[FilterSource, ...]:
    return tuple(_filters.values())


# --- The filter --------------------------------------------------------------------------------------------

_FIXED: dict[str, frozenset[str] | None] = {
    "status": frozenset(STATUS_OPTIONS),
    "area": frozenset(Area.values),
    "need": None,
    "year": frozenset(YearGroup.values),
    "class": None,
    "adult": None,
    "tag": None,
    "plan": frozenset(PLAN_OPTIONS),
    "told": frozenset(TOLD_OPTIONS),
}
_NUMBERS = frozenset({"class", "adult", "tag"})


@dataclass(frozen=True)
class Filter:
    """What the register shows. chosen: {key: values}, any of which may hold; all keys must hold.

    words: beginnings of names, or a whole UPN. sort: one of SORTS, with a minus for the other way round.
    """

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    sort: str = "name"

    @property
    def statuses(self) -> tuple[str, ...]:
        """Those asked for; else those on the register."""
        return self.chosen.get("status") or ON_THE_REGISTER

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(key, value) for key, values in self.chosen.items() for value in values]

    @property
    def is_plain(self) -> bool:
        return not self.chosen and not self.words

    def has(self, key: str, value: str) -> bool:
        return value in self.chosen.get(key, ())

    def without(self, key: str, value: str) -> Filter:
        chosen = {each: tuple(v for v in values if (each, v) != (key, value)) for each, values in self.chosen.items()}
        return replace(self, chosen={each: values for each, values in chosen.items() if values})

    def query(self, *, words: bool = True, sort: bool = True) -> str:
        """As in a URL, in a fixed order, so that the same filter is the same text. words=False leaves a name out."""
        pairs = self.pairs
        if words and self.words:
            pairs.append(("q", self.words))
        if sort and self.sort != "name":
            pairs.append(("sort", self.sort))
        return urlencode(pairs)


def parse(query: Query) -> Filter:
    """The filter of a URL. What is unknown or malformed is left out, so that an old link still opens."""
    chosen: dict[str, tuple[str, ...]] = {}
    known: dict[str, frozenset[str] | None] = {**_FIXED, **{s.key: frozenset(s.options) for s in filter_sources()}}
    for key, allowed in known.items():
        # A saved view is read from a form's text, which may hold in escapes what no database takes, such as a NUL.
        values = dict.fromkeys(params.words(value, most=MOST_LETTERS) for value in query.getlist(key))
        if key in _NUMBERS:
            kept = tuple(value for value in values if params.number(value) is not None)
        else:
            kept = tuple(value for value in values if value and (allowed is None or value in allowed))
        if kept:
            chosen[key] = kept[:40]
    words = params.words((query.getlist("q") or [""])[-1], most=MOST_LETTERS)
    sort = (query.getlist("sort") or ["name"])[-1]
    return Filter(chosen=chosen, words=words, sort=sort if sort.removeprefix("-") in SORTS else "name")


# --- The next step ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NextStep:
    """What has to be done next. status: danger, warn, ok, wait or none; chip: its words; text: what and when."""

    status: str
    chip: str
    text: str = ""

    @property
    def is_pressing(self) -> bool:
        return self.status in ("danger", "warn")


def plan_step(review_on: date | None, *, status: str, on: date) -> NextStep | None:
    """The next step that follows from the plan alone. A plan review is good practice, not law, so never red."""
    if review_on is None:
        return NextStep("none", "No plan yet", "Start a plan") if status in ON_THE_REGISTER else None
    days = (review_on - on).days
    text = f"Review plan {ui.day_month(review_on)}"
    if days < 0:
        return NextStep("warn", f"Overdue by {ui.plural_words(-days, 'day')}", text)
    if days == 0:
        return NextStep("warn", "Due today", text)
    if days <= 7:
        return NextStep("warn", f"Due in {ui.plural_words(days, 'day')}", text)
    return NextStep("ok", "On track", text)


def next_step(from_above: NextStep | None, from_plan: NextStep | None, *, is_stuck: bool) -> NextStep | None:
    """The most pressing: a legal step first, then a plan that is due, then six ratings without gain, then the rest."""
    if from_above is not None and from_above.is_pressing:
        return from_above
    if from_plan is not None and from_plan.is_pressing:
        return from_plan
    if is_stuck:
        return NextStep("warn", "No progress", "Review plan")
    return from_above or from_plan


# --- Words ------------------------------------------------------------------------------------------------------


def summary(*, total: int, ehc: int, support: int, own_only: bool = False) -> str:
    """The sentence under the title: 71 of 412 pupils: 14 with an EHC plan and 57 with SEN support."""
    if not total:
        return "No pupils are on the roll yet. Import them from your school's system, or add one."
    whose = "of your pupils" if own_only else "pupils"
    return f"{ehc + support:,} of {total:,} {whose}: {ehc:,} with an EHC plan and {support:,} with SEN support."


def summary_of(names: Iterable[str]) -> str:
    """What a closed filter menu says: Any, Year 3, or 2 chosen."""
    chosen = list(names)
    if not chosen:
        return "Any"
    return chosen[0] if len(chosen) == 1 else f"{len(chosen)} chosen"
