"""What the register's page shows: rows, filter menus, pills and tabs.

The views are HTTP only; the queries are named shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse

from pupils import register
from pupils.enums import Area, SenStatus, YearGroup
from pupils.models import Pupil
from pupils.querysets import Conditions
from pupils.reference import need_code_rows, need_codes
from pupils.register import Filter, NextStep, Trail
from sendco.accounts.access import Place
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission

NEEDS_SHOWN = 2
VIEWS_COUNTED = 12
ALWAYS_SHOWN = ("status", "need", "year", "class")
_NO_TRAIL = Trail()


@dataclass(frozen=True, slots=True)
class ShownNeed:
    """A need as its area's shape and a few words."""

    shape: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the register. minutes and ratings are None and empty while nobody provides them."""

    pupil: Pupil
    name: str
    place: str
    needs: tuple[ShownNeed, ...]
    more_needs: int
    minutes: int | None
    ratings: Sequence[int | None]
    next: NextStep | None

    @property
    def hours(self) -> str:
        return f"{self.minutes / 60:.1f}" if self.minutes else ""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    on: bool
    key: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A filter as a closed list of checkboxes. summary: what the closed list says."""

    key: str
    label: str
    options: tuple[Option, ...]

    @property
    def first(self) -> bool:
        """Always in sight; the others open on demand."""
        return self.key in ALWAYS_SHOWN

    @property
    def summary(self) -> str:
        return register.summary_of(option.label for option in self.options if option.on)


def shown_need(need: Any) -> ShownNeed:
    return ShownNeed(
        register.AREA_SHAPES.get(need.area, ""), need.local_label or need_codes().get(need.code, ("", need.code))[1]
    )


def place_of(pupil: Pupil) -> str:
    """Year 4, Beech."""
    return ", ".join(part for part in (pupil.year_label, pupil.school_class.name if pupil.school_class else "") if part)


def rows_of(pupils: Sequence[Pupil], on: date) -> list[Row]:
    """The lines of these pupils. One query for each column that an app above provides."""
    values = register.column_values([pupil.pk for pupil in pupils], on)
    hours, ratings, steps = (values.get(name, {}) for name in ("hours", "ratings", "next_step"))
    rows = []
    for pupil in pupils:
        needs = pupil.current_needs
        trail = ratings.get(pupil.pk, _NO_TRAIL)
        from_plan = register.plan_step(pupil.plan_review_on, status=pupil.sen_status, on=on)
        rows.append(
            Row(
                pupil=pupil,
                name=pupil.known_as,
                place=place_of(pupil),
                needs=tuple(shown_need(need) for need in needs[:NEEDS_SHOWN]),
                more_needs=max(0, len(needs) - NEEDS_SHOWN),
                minutes=hours.get(pupil.pk),
                ratings=trail.last,
                next=register.next_step(steps.get(pupil.pk), from_plan, is_stuck=trail.is_stuck),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Card:
    """A pupil at a glance: what helps and what is being worked on. Targets only where the person may see plans."""

    pupil: Pupil
    name: str
    place: str
    needs: tuple[ShownNeed, ...]
    liked: tuple[str, ...]
    important: tuple[str, ...]
    helps: tuple[str, ...]
    profile: Any
    strategies: Sequence[Any]
    targets: Sequence[Any]


def card_of(pupil: Pupil, *, targets: bool = False) -> Card:
    """From a pupil read by `for_profiles`, or by `for_my_pupils` when targets are wanted. No query."""
    profile = pupil.current_profiles[0] if pupil.current_profiles else None
    plan = pupil.active_plans[0] if targets and pupil.active_plans else None

    def points(name: str) -> tuple[str, ...]:
        return tuple(line.strip() for line in getattr(profile, name, "").splitlines() if line.strip())

    return Card(
        pupil=pupil,
        name=pupil.known_as,
        place=place_of(pupil),
        needs=tuple(shown_need(need) for need in pupil.current_needs),
        liked=points("liked_about_me"),
        important=points("important_to_me"),
        helps=points("how_to_help_me"),
        profile=profile,
        strategies=pupil.current_strategies,
        targets=plan.open_targets if plan else (),
    )


# --- Filter menus, pills, tabs --------------------------------------------------------------------------


def menus_of(chosen: Filter, choices: Mapping[str, list[dict]]) -> list[Menu]:
    """The filters in the order of the page. Menus without a choice are left out. No query."""
    years = [
        (row["label"], YearGroup(row["label"]).label) for row in choices["year"] if row["label"] in YearGroup.values
    ]
    needs = [("area", area.value, area.label) for area in Area if area != Area.OTHER]
    needs += [("need", row["code"], row["short"] or row["label"]) for row in need_code_rows() if _offered(row, chosen)]
    found = [
        _menu(chosen, "status", "Support", register.STATUS_OPTIONS.items()),
        Menu("need", "Need", tuple(Option(value, label, chosen.has(key, value), key) for key, value, label in needs)),
        _menu(chosen, "year", "Year", years),
        *(
            _menu(chosen, key, label, _rows(choices[key]))
            for key, label in (("class", "Class"), ("adult", "Key adult"), ("tag", "Tag"))
        ),
        _menu(chosen, "plan", "Plan", register.PLAN_OPTIONS.items()),
        _menu(chosen, "told", "Parents", register.TOLD_OPTIONS.items()),
        *(_menu(chosen, source.key, source.label, source.options.items()) for source in register.filter_sources()),
    ]
    return [menu for menu in found if menu.options]


def _offered(row: Mapping[str, Any], chosen: Filter) -> bool:
    """Codes in use, and an old one only while it is asked for. SEMH is offered as the area, which holds its codes."""
    return (row["is_current"] and row["code"] != Area.SEMH) or chosen.has("need", row["code"])


def _rows(choices: list[dict]) -> list[tuple[str, str]]:
    return [(str(row["id"]), row["label"]) for row in choices]


def _menu(chosen: Filter, key: str, label: str, options: Any) -> Menu:
    return Menu(key, label, tuple(Option(value, text, chosen.has(key, value), key) for value, text in options))


def pills_of(chosen: Filter, menus: Sequence[Menu], path: str) -> list[dict[str, str]]:
    """Each filter in force, with the link that takes it off. A value nobody offers any more still shows, as Other."""
    names = {(option.key, option.value): option.label for menu in menus for option in menu.options}
    pills = []
    if chosen.words:
        bare = Filter(chosen.chosen, "", chosen.sort)
        pills.append({"text": f"Name: {chosen.words}", "url": f"{path}?{bare.query()}"})
    for key, value in chosen.pairs:
        pills.append({"text": names.get((key, value), "Other"), "url": f"{path}?{chosen.without(key, value).query()}"})
    return pills


BUILT_IN = (
    ("all", "All pupils", ""),
    ("ehc", "EHC plans", f"status={SenStatus.EHCP.value}"),
    ("support", "SEN support", f"status={SenStatus.SUPPORT.value}"),
    ("monitoring", "Monitoring", f"status={SenStatus.MONITORING.value}"),
)


def built_in() -> list[tuple[str, str, str]]:
    """(key, words, query) of the views that everybody has: ours, and those of filters from above."""
    more = [(source.key, value, words) for source in register.filter_sources() for value, words in source.tabs.items()]
    return [*BUILT_IN, *((f"{key}_{value}", words, f"{key}={value}") for key, value, words in more)]


def tabs_of(chosen: Filter, views: Sequence[dict], counts: Mapping[str, int], *, slug: str) -> list[dict[str, Any]]:
    """Built-in views, then saved ones. The one in force is marked: by its slug, or because the filter is the same."""
    path, now = reverse("pupils:register"), chosen.query(sort=False)
    saved_now = slug or next((view["slug"] for view in views if view["query"] and _same(view["query"], now)), "")
    tabs = [
        {
            "text": text,
            "url": f"{path}?{query}" if query else path,
            "count": counts[key],
            "current": not saved_now and query == now,
        }
        for key, text, query in built_in()
    ]
    for view in views:
        url = reverse("pupils:saved-view", args=[view["slug"]])
        current = view["slug"] == saved_now
        tabs.append({"text": view["label"], "url": url, "count": counts.get(f"view_{view['id']}"), "current": current})
    return tabs


def _same(query: str, now: str) -> bool:
    return register.parse(QueryDict(query)).query(sort=False) == now


# --- The page -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the register's template needs."""

    rows: list[Row]
    page: Any
    chosen: Filter
    menus: list[Menu]
    pills: list[dict[str, str]]
    tabs: list[dict[str, Any]]
    views: list[dict]
    counts: Mapping[str, int]
    tags: list[dict]
    lead: str

    @property
    def more_open(self) -> bool:
        return any(option.on for menu in self.menus if not menu.first for option in menu.options)

    @property
    def matched(self) -> int:
        return self.counts["matched"]


class _Counted(Paginator):
    """A paginator that is told the count, since one query has counted all the views of the page together."""

    def __init__(self, rows: Any, count: int) -> None:
        self._told = count
        super().__init__(rows, register.PAGE_ROWS)

    @property
    def count(self) -> int:
        return self._told


def build(
    *,
    user: User,
    school: Place,
    chosen: Filter,
    number: str | None,
    on: date,
    choices: Mapping[str, list[dict]],
    slug: str = "",
) -> Page:
    """choices: as `choices_for_register` gives them; slug: of the saved view in force.

    Three queries, what filters from above ask, and one for each column that an app above provides, for any number of rows."""
    conditions = Conditions(school_id=school.id, on=on)
    reach = Pupil.objects.visible_in(user, school.id)
    counts = reach.on_roll(on).counted(_counted_filters(chosen, choices["view"]), conditions)
    pages = _Counted(reach.for_register(chosen, conditions).for_rows(), counts["matched"])
    page = pages.get_page(number)
    menus = menus_of(chosen, choices)
    lead = register.summary(
        total=counts["total"],
        ehc=counts["ehc"],
        support=counts["support"],
        own_only=not user.access.can(Permission.PUPIL_VIEW_ALL, school.id),
    )
    return Page(
        rows=rows_of(list(page.object_list), on),
        page=page,
        chosen=chosen,
        menus=menus,
        pills=pills_of(chosen, menus, reverse("pupils:register")),
        tabs=tabs_of(chosen, choices["view"], counts, slug=slug),
        views=choices["view"],
        counts=counts,
        tags=choices["tag"],
        lead=lead,
    )


def _counted_filters(chosen: Filter, views: Sequence[dict]) -> dict[str, Filter]:
    """{name: filter} of all that the page counts: everybody, what is asked for, and each tab."""
    filters = {key: register.parse(QueryDict(query)) for key, _, query in built_in()}
    filters["total"] = Filter({"status": tuple(register.STATUS_OPTIONS)})
    filters["matched"] = chosen
    filters.update({f"view_{view['id']}": register.parse(QueryDict(view["query"])) for view in views[:VIEWS_COUNTED]})
    return filters
