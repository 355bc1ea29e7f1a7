"""From counts to what governors may read: one table of every figure of pupils, protected together, then frozen as JSON.

`build` gives the data of the page and the PDF, suppressed already, and the snapshot that protects the next report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from pupils.enums import YEAR_ORDER, SenStatus
from sendco.core.exceptions import Refused
from sendco.core.figures import LARGEST_THRESHOLD, SMALLEST_THRESHOLD
from sendco.schools.models import School

from .counts import YEAR_LABELS, Counts, Movement, movement
from .provision_figures import Block, fold, places
from .suppression import (
    CannotProtect,
    Change,
    Figure,
    Inconsistent,
    Protected,
    Snapshot,
    Table,
    Unit,
    Why,
    compare,
    compare_with_prior,
    figure,
    percent,
    protect,
)
from .suppression.figures import NOT_SHOWN
from .suppression.table import PRIOR, Label

NEEDS = {
    "SLCN": "Speech, language and communication",
    "SEMH": "Social, emotional and mental health",
    "ASD": "Autism",
    "SPLD": "Specific learning difficulty",
    "MLD": "Moderate learning difficulty",
}
OTHER_NEEDS = "Sensory, physical and other"
NO_NEED = "Not recorded"
"""The same six headings in every report, whatever their sizes: a heading chosen by size would tell the size."""
GIRLS, BOYS, SEX_UNKNOWN = "Girls", "Boys", "Sex not recorded"


@dataclass
class Prior:
    """A published report of the school, newest first. key: term key; data and snapshot as they were stored."""

    pk: int
    key: str
    as_at: date
    data: dict[str, Any]
    snapshot: Snapshot
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A year group, or neighbours together where one alone has so few pupils that anybody could name them."""

    codes: tuple[str, ...]
    roll: int

    @property
    def key(self) -> str:
        return "+".join(self.codes)

    @property
    def label(self) -> str:
        first, last = year_label(self.codes[0]), year_label(self.codes[-1])
        if first == last:
            return first
        return f"{first} {'and' if len(self.codes) == 2 else 'to'} {last}"


def bands_of(rolls: dict[str, int], threshold: int) -> list[Band]:
    """Year groups in order, each with more than `threshold` pupils on roll: a smaller one joins its smaller neighbour.

    Who is on roll in a year group everybody can see, so "5 or fewer" of one child would say which child.
    """
    bands = [Band((code,), rolls[code]) for code in sorted(rolls, key=YEAR_ORDER.__getitem__)]
    while len(bands) > 1 and (small := [place for place, band in enumerate(bands) if band.roll <= threshold]):
        place = min(small, key=lambda place: bands[place].roll)
        near = [other for other in (place - 1, place + 1) if 0 <= other < len(bands)]
        other = min(near, key=lambda other: bands[other].roll)
        first, second = sorted((place, other))
        joined = Band(bands[first].codes + bands[second].codes, bands[first].roll + bands[second].roll)
        bands[first : second + 1] = [joined]
    return bands


@dataclass
class Sheet:
    """A table being filled, with what is needed to read it afterwards."""

    counts: Counts
    priors: list[Prior]
    threshold: int
    table: Table = field(init=False)
    years: list[Band] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    own_points: list[tuple[str, str]] = field(default_factory=list)
    moved: Movement | None = None
    optional: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.table = Table(threshold=self.threshold)

    @property
    def last(self) -> Prior | None:
        return self.priors[0] if self.priors else None

    def count(self, name: str, who: Iterable[int]) -> str:
        return self.table.cell(name, len(set(who)))


def threshold_of(school: School) -> int:
    """The federation's setting, kept within what may be chosen even where a row was written by other means."""
    return min(max(school.federation.small_number_threshold, SMALLEST_THRESHOLD), LARGEST_THRESHOLD)


# --- the parts of the table


def _register(sheet: Sheet) -> None:
    table, roll, on = sheet.table, sheet.counts.roll, sheet.counts.window.on
    for name, status in (("K", SenStatus.SUPPORT), ("E", SenStatus.EHCP)):
        sheet.count(name, roll.with_status(on, status))
    table.total("Register", ["K", "E"])
    sheet.count("Monitoring", roll.with_status(on, SenStatus.MONITORING))


def _roll(sheet: Sheet) -> None:
    """The roll, which everybody can look up, and who of it is on the register, now and at earlier moments."""
    roll, days = sheet.counts.roll, {key: day for key, _, day in sheet.counts.window.points}
    moments = [("", sheet.counts.window.on), *((f"at:{key}/", days[key]) for key, _ in sheet.own_points)]
    for at, day in moments:
        sheet.table.cell(f"{at}On roll", len(roll.on_roll(day)), public=True)
        for name in ("K", "E", "Register"):
            sheet.table.share(f"{at}{name}", f"{at}On roll")


def _years(sheet: Sheet) -> None:
    roll, on = sheet.counts.roll, sheet.counts.window.on
    here, register = roll.on_roll(on), roll.register(on)
    sheet.years = bands_of(Counter(child.year for child in here), sheet.threshold)
    for band in sheet.years:
        sheet.count(f"Year {band.key}", register & {child.pk for child in here if child.year in band.codes})
    if sheet.years:
        sheet.table.total("Register", [f"Year {band.key}" for band in sheet.years])


def _known(sheet: Sheet) -> None:
    """What everybody can look up, whether the report says it or not: how many pupils there are at all."""
    table, here = sheet.table, sheet.counts.roll.on_roll(sheet.counts.window.on)
    table.cell("Known roll", len(here), public=True)
    for name in ("Register", "Monitoring"):
        table.within(name, "Known roll")
    for band in sheet.years:
        table.cell(f"Known roll {band.key}", band.roll, public=True)
        table.within(f"Year {band.key}", f"Known roll {band.key}")


def _year_rolls(sheet: Sheet) -> None:
    """Needs the roll."""
    table = sheet.table
    for band in sheet.years:
        table.cell(f"Roll {band.key}", band.roll, public=True)
        table.share(f"Year {band.key}", f"Roll {band.key}")
    if sheet.years:
        table.total("On roll", [f"Roll {band.key}" for band in sheet.years])


def _needs(sheet: Sheet) -> None:
    found: dict[str, set[int]] = {label: set() for label in [*NEEDS.values(), OTHER_NEEDS, NO_NEED]}
    for pk in sheet.counts.roll.register(sheet.counts.window.on):
        code = sheet.counts.needs.get(pk)
        found[NO_NEED if code is None else NEEDS.get(code, OTHER_NEEDS)].add(pk)
    sheet.needs = list(found)
    sheet.table.total("Register", [sheet.count(f"Need: {label}", who) for label, who in found.items()])


def _by_sex(sheet: Sheet) -> dict[str, set[int]]:
    names = {"F": GIRLS, "M": BOYS}
    found: dict[str, set[int]] = {label: set() for label in (GIRLS, BOYS, SEX_UNKNOWN)}
    for child in sheet.counts.roll.on_roll(sheet.counts.window.on):
        found[names.get(child.sex, SEX_UNKNOWN)].add(child.pk)
    return found


def _sexes(sheet: Sheet) -> None:
    register = sheet.counts.roll.register(sheet.counts.window.on)
    parts = [sheet.count(label, who & register) for label, who in _by_sex(sheet).items()]
    sheet.table.total("Register", parts)
    sheet.table.share(BOYS, "Register")


def _sex_rolls(sheet: Sheet) -> None:
    """Needs the roll."""
    found = _by_sex(sheet)
    for label, who in found.items():
        sheet.table.cell(f"Roll {label}", len(who), public=True)
        sheet.table.share(label, f"Roll {label}")
    sheet.table.total("On roll", [f"Roll {label}" for label in found])


def _group(label: str, wanted: Callable[[Any], bool]) -> Callable[[Sheet], None]:
    """A group of pupils on the register, and in the whole school."""

    def add(sheet: Sheet) -> None:
        roll, on = sheet.counts.roll, sheet.counts.window.on
        who = {child.pk for child in roll.on_roll(on) if wanted(child)}
        sheet.count(f"All {label}", who)
        sheet.count(label, who & roll.register(on))
        sheet.table.share(label, "Register")
        sheet.table.share(label, f"All {label}")
        sheet.table.share(f"All {label}", "On roll")

    return add


def _points(sheet: Sheet) -> None:
    """Earlier moments that no published report has told yet; the others keep what was said then."""
    roll, told = sheet.counts.roll, told_points(sheet.priors)
    for key, label, day in sheet.counts.window.points:
        if key in told:
            continue
        at = f"at:{key}/"
        sheet.own_points.append((key, label))
        for name, status in (("K", SenStatus.SUPPORT), ("E", SenStatus.EHCP)):
            sheet.count(f"{at}{name}", roll.with_status(day, status))
        sheet.table.total(f"{at}Register", [f"{at}K", f"{at}E"])


def _provision(sheet: Sheet) -> None:
    sheet.blocks = fold(sheet.counts.provisions.values(), sheet.threshold)
    areas = []
    for block in sheet.blocks:
        parts = [sheet.table.cell(f"Places: {item.name}", len(item.pupils)) for item in block.rows]
        if block.rest:
            parts.append(sheet.table.cell(f"Other places: {block.label}", places(block.rest)))
        areas.append(sheet.table.total(f"Area: {block.label}", parts, breakdown=False))
    if areas:
        sheet.table.total("Places", areas, breakdown=False)
    sheet.count("Supported", set().union(*(item.pupils for item in sheet.counts.provisions.values())))


def _targets(sheet: Sheet) -> None:
    found = sheet.counts.targets
    sheet.table.cell("Targets met", found["met"] + found["exceeded"])
    sheet.table.cell("Targets partly met", found["partly"])
    sheet.table.cell("Targets not yet met", found["not_met"])
    sheet.table.total("Targets", ["Targets met", "Targets partly met", "Targets not yet met"])
    sheet.table.share("Targets met", "Targets")


def _plans(sheet: Sheet) -> None:
    counts, table = sheet.counts, sheet.table
    sheet.count("With a plan", counts.with_plan)
    table.share("With a plan", "Register")
    for name, who in (("Plan reviewed", counts.plans_reviewed), ("Plan late", counts.plans_late)):
        sheet.count(name, who)
        table.share(name, "With a plan")
    sheet.count("Parents met", counts.parents_met)
    table.share("Parents met", "Register")


def _duties(sheet: Sheet) -> None:
    """Legal steps of reviews. They count as pupils do, because nearly every step is one pupil's."""
    for name, duties in (("Ours", sheet.counts.school_duties), ("Theirs", sheet.counts.authority_duties)):
        sheet.table.cell(f"{name}: on time", duties.on_time)
        sheet.table.cell(f"{name}: late", duties.due - duties.on_time)
        sheet.table.total(f"{name}: due", [f"{name}: on time", f"{name}: late"], breakdown=False)


def _reviews(sheet: Sheet) -> None:
    counts = sheet.counts
    for name, who in (
        ("Reviews held", counts.reviews_held),
        ("Reviews late here", counts.reviews_late_school),
        ("Reviews late there", counts.reviews_late_authority),
    ):
        sheet.count(name, who)
        sheet.table.share(name, "E")
    sheet.count("Assessments asked", counts.assessments_requested)
    sheet.count("Assessments agreed", counts.assessments_agreed)


def _referrals(sheet: Sheet) -> None:
    sheet.count("Referrals open", sheet.counts.referrals_open)
    sheet.count("Referrals waiting", sheet.counts.referrals_waiting)
    sheet.table.share("Referrals waiting", "Referrals open")


def _movement(parts: bool) -> Callable[[Sheet], None]:
    """Joined and left since the last report, else since the end of last term. parts: with the ways in and out."""

    def add(sheet: Sheet) -> None:
        since, before = compared_with(sheet)
        if before is None:
            return
        found = sheet.moved = movement(sheet.counts.roll, before, sheet.counts.window.on)
        table = sheet.table
        if parts:
            table.cells_of({
                "Identified": found.identified, "Arrived": found.arrived,
                "Stepped off": found.stepped_off, "Left school": found.left_school,
            })  # fmt: skip
            table.total("Joined", ["Identified", "Arrived"])
            table.total("Left", ["Stepped off", "Left school"])
        else:
            table.cells_of({"Joined": found.joined, "Left": found.left})
        table.cells_of({"Moved up": found.up, "Moved down": found.down})
        table.flow("Register", last=f"{since}Register", joined="Joined", left="Left")

    return add


def compared_with(sheet: Sheet) -> tuple[str, date | None]:
    """(prefix of the cells to compare with, their day): the last published report, else the term before."""
    if sheet.last is not None:
        return PRIOR, sheet.last.as_at
    points = [(key, day) for key, _, day in sheet.counts.window.points]
    return (f"at:{points[-1][0]}/", points[-1][1]) if points else ("", None)


CORE = (_register, _years, _known, _needs, _sexes, _points, _provision, _targets, _duties)
OPTIONAL: dict[str, Callable[[Sheet], None]] = {
    "roll": _roll,
    "year rolls": _year_rolls,
    "sex rolls": _sex_rolls,
    "plans": _plans,
    "reviews": _reviews,
    "referrals": _referrals,
    "movement": _movement(parts=False),
    "movement parts": _movement(parts=True),
    "pupil premium": _group("Pupil premium", lambda child: child.is_pupil_premium),
    "EAL": _group("EAL", lambda child: child.is_eal),
}

EVERYTHING = tuple(name for name in OPTIONAL if name != "movement")
"""What is added when nothing stands against it; its parts stand for the movement."""
NEED_ROLL = ("year rolls", "sex rolls", "pupil premium", "EAL")


# --- protecting it


@dataclass
class Built:
    """data: what the page and the PDF show, suppressed. snapshot: true counts, to protect the next report with."""

    sheet: Sheet
    safe: Protected


def told_points(priors: Iterable[Prior]) -> dict[str, dict[str, Any]]:
    """{term key: what was published of it}, from the earliest report that told it."""
    told: dict[str, dict[str, Any]] = {}
    for prior in priors:
        told |= prior.data["points"]
    return told


def build(counts: Counts, priors: list[Prior]) -> Built:
    """Fill and protect the table. Whatever would hide a figure of the core for its own sake is left out instead.

    Raises Refused for a school so small that any number is about children whom everybody can name, and when even the core
    cannot be protected against what was published before.
    """
    if 0 < len(counts.roll.on_roll(counts.window.on)) <= threshold_of(counts.window.school):
        raise Refused(
            "The school has so few pupils on roll that every number would be about a child whom anybody can name. "
            "Tell governors in words what you do, without a report of numbers."
        )
    for place, prior in enumerate(priors):
        prior.prefix = PRIOR if place == 0 else f"{prior.key}:"
    try:
        best = _protected(counts, priors, [])
    except CannotProtect as error:
        raise Refused(
            "These figures cannot be protected: with what earlier reports said, or with the size of the school, a small number "
            "could be worked out. Wait for the next term, or leave this report out."
        ) from error
    core = {name for name in best.safe.cells if best.safe.is_plain(name)}
    chosen: list[str] = []
    everything = _with_core(counts, priors, EVERYTHING, core)  # nearly always so, and three times as fast
    if everything is not None:
        everything.sheet.optional = set(EVERYTHING)
        return everything
    for name in OPTIONAL:
        if name in NEED_ROLL and "roll" not in chosen:
            continue
        wanted = [*(c for c in chosen if not (name == "movement parts" and c == "movement")), name]
        tried = _with_core(counts, priors, wanted, core)
        if tried is not None:
            best, chosen = tried, wanted
    best.sheet.optional = set(chosen)
    return best


def _with_core(counts: Counts, priors: list[Prior], parts: Iterable[str], core: set[str]) -> Built | None:
    """The table with these parts, or None where it cannot be protected or would hide a figure of the core."""
    try:
        tried = _protected(counts, priors, parts)
    except (CannotProtect, Inconsistent):
        return None
    return tried if all(tried.safe.is_plain(cell) for cell in core) else None


def _protected(counts: Counts, priors: list[Prior], optional: Iterable[str]) -> Built:
    sheet = Sheet(counts, priors, threshold_of(counts.window.school))
    for prior in priors:
        sheet.table.prior(prior.snapshot, prior.prefix)
    for newer, older in pairwise(priors):
        if newer.data["since"] == older.key:
            _old_flow(sheet.table, newer.prefix, older.prefix)
    for add in CORE:
        add(sheet)
    for name in optional:
        OPTIONAL[name](sheet)
    return Built(sheet, protect(sheet.table))


def _old_flow(table: Table, newer: str, older: str) -> None:
    """A snapshot does not keep the sum that reached into the report before it."""
    names = {"this": f"{newer}Register", "last": f"{older}Register", "joined": f"{newer}Joined", "left": f"{newer}Left"}
    if all(name in table.cells for name in names.values()):
        table.flow(names.pop("this"), **names)


# --- reading it


def show(built: Built, name: str) -> Figure:
    return figure(built.safe, name)


def share(built: Built, part: str, whole: str) -> Figure:
    """Not shown where the share was left out, because it could not be protected."""
    if (part, whole) not in built.safe.shares:
        return Figure(None, NOT_SHOWN, True, Why.PROTECTS_OTHERS, Unit.PERCENT, built.sheet.threshold)
    return percent(built.safe, part, whole)


def change(built: Built, name: str) -> Change:
    """Since the last published report; of the register itself also since the term before, where none was published."""
    prefix, _ = compared_with(built.sheet)
    if built.sheet.last is not None:
        return compare_with_prior(built.safe, name)
    known = f"{prefix}{name}" in built.safe.cells
    return compare(show(built, name), show(built, f"{prefix}{name}") if known else None)


def is_shown(built: Built, name: str) -> bool:
    return name in built.safe.labels and built.safe.labels[name] is not Label.SILENT


def year_label(code: str) -> str:
    return "Early years" if YEAR_ORDER[code] < YEAR_ORDER["R"] else YEAR_LABELS[code]
