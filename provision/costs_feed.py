"""What each pupil gets and what it costs in an academic year, against what the school pays for first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet

from provision.impact_feed import dosage_by_line, lines_between
from provision.models import Line
from provision.rules.cost import CostLine, CostSettings, TopUp, pounds, top_up
from provision.rules.dosage import Dosage
from provision.rules.reading import total_dose
from provision.windows import Window, within_year
from pupils.enums import SenStatus, YearGroup
from pupils.models import Pupil
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.models import Grade

ORDINARY_TIER = "universal"
YEAR_LABELS = dict(YearGroup.choices)


@dataclass(frozen=True, slots=True)
class PupilCost:
    """One pupil of the list. cost: pounds of what is additional; weekly: minutes a week on the day asked for."""

    pk: int
    name: str
    year: str
    status: str
    cost: Decimal
    weekly: int
    lines: int
    threshold: Decimal

    @property
    def is_above(self) -> bool:
        return self.cost > self.threshold


_LISTED = (
    "pupil_id", "pupil__preferred_forename", "pupil__forename", "pupil__preferred_surname", "pupil__surname",
    "pupil__year_group", "pupil__sen_status", "pupil__joined_on", "pupil__left_on",
    "starts", "ends", "left_on", "cost", "group__minutes", "group__times_per_week",
    "group__intervention__tier__code",
)  # fmt: skip


def pupil_costs(
    lines: QuerySet[Line],
    *,
    window: Window,
    calendar: SchoolCalendar,
    settings: CostSettings,
    on: date,
    by_cost: bool = True,
) -> list[PupilCost]:
    """Every pupil with a line in the academic year, dearest first, or by name. One query.

    lines: of the academic year, of one school and within the reach of who asks.
    """
    pupils: dict[int, tuple] = {}
    costs: dict[int, list[CostLine]] = {}
    weekly: dict[int, int] = {}
    for row in lines.order_by().values_list(*_LISTED):
        pk, starts, ends, left_on, cost, minutes, times = row[0], row[9], row[10], row[11], row[12], row[13], row[14]
        pupils[pk] = row[1:9]
        part = within_year(cost, starts=starts, ends=ends, year=window.year, calendar=calendar)
        costs.setdefault(pk, []).append(CostLine(part, row[15] == ORDINARY_TIER))
        if left_on is None and starts <= on <= ends:
            weekly[pk] = weekly.get(pk, 0) + minutes * times
    listed = []
    for pk, (called, forename, known, surname, year, status, joined_on, left_on) in pupils.items():
        reckoning = top_up(costs[pk], settings=settings, days_on_roll=days_on_roll(joined_on, left_on, window.year))
        listed.append(
            PupilCost(
                pk=pk,
                name=f"{called or forename} {known or surname}",
                year=str(YEAR_LABELS.get(year, "")),
                status=str(SenStatus(status).label),
                cost=reckoning.additional,
                weekly=weekly.get(pk, 0),
                lines=len(costs[pk]),
                threshold=reckoning.threshold,
            )
        )
    return sorted(listed, key=lambda row: (-row.cost if by_cost else 0, row.name.casefold(), row.pk))


def is_ordinary(line: Line) -> bool:
    """What every pupil of the school may have is not additional, so it does not count towards the threshold."""
    return line.group.intervention.tier.code == ORDINARY_TIER


def days_on_roll(joined_on: date | None, left_on: date | None, year: tuple[date, date]) -> int | None:
    """Days of the academic year that a pupil is on roll, as far as is known; None for the whole year."""
    first, last = max(joined_on or year[0], year[0]), min(left_on or year[1], year[1])
    if (first, last) == year:
        return None
    return min(max((last - first).days + 1, 0), 365)


@dataclass(frozen=True, slots=True)
class CostRow:
    """A line of a pupil's costed map. cost and hours: of the academic year; size: pupils in the group now or at its end.

    dose: what the pupil had of what was planned until now, None before the first session.
    """

    line: Line
    cost: Decimal
    hours: Decimal
    size: int
    dose: Dosage | None
    is_ordinary: bool

    @property
    def weekly(self) -> int:
        return self.line.group.minutes * self.line.group.times_per_week

    @property
    def who(self) -> str:
        group = self.line.group
        return f"{Grade(group.grade).label}, {'1:1' if self.size == 1 else f'group of {self.size}'}"

    @property
    def delivery(self) -> int | None:
        return self.dose.dose if self.dose else None


@dataclass(frozen=True, slots=True)
class CostedMap:
    """What one pupil gets in an academic year. reckoning: the additional cost against the threshold."""

    window: Window
    rows: tuple[CostRow, ...]
    reckoning: TopUp
    dose: Dosage | None
    is_whole_year: bool

    @property
    def cost(self) -> Decimal:
        return sum((row.cost for row in self.rows), Decimal(0))

    @property
    def ordinary(self) -> Decimal:
        return self.cost - self.reckoning.additional

    @property
    def section_f(self) -> Decimal:
        return sum((row.cost for row in self.rows if row.line.group.is_section_f), Decimal(0))

    def weekly_on(self, on: date) -> int:
        """Minutes a week of what runs on a day."""
        return sum(
            row.weekly for row in self.rows if row.line.left_on is None and row.line.starts <= on <= row.line.ends
        )

    @property
    def funding(self) -> list[tuple[str, Decimal]]:
        """(who pays, pounds), largest first."""
        sums: dict[str, Decimal] = {}
        for row in self.rows:
            label = row.line.group.get_funding_display()
            sums[label] = sums.get(label, Decimal(0)) + row.cost
        return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def costed_map(
    pupil: Pupil, *, window: Window, calendar: SchoolCalendar, settings: CostSettings, on: date
) -> CostedMap:
    """One pupil's lines of an academic year with cost and dosage. Four queries."""
    lines = lines_between(pupil.school_id, *window.year).filter(pupil=pupil)
    dosages = dosage_by_line(lines, on)
    found = list(
        lines.select_related("group__intervention__tier", "group__deliverer").order_by(
            "-group__is_section_f", "starts", "group__name", "pk"
        )
    )
    sizes = dict(
        Line.objects.filter(group__in={line.group_id for line in found}, left_on__isnull=True)
        .order_by()
        .values_list("group_id")
        .annotate(n=Count("pk"))
    )
    rows = tuple(_row(line, sizes.get(line.group_id, 1), dosages.get(line.pk), window, calendar) for line in found)
    days = days_on_roll(pupil.joined_on, pupil.left_on, window.year)
    reckoning = top_up((CostLine(r.cost, r.is_ordinary) for r in rows), settings=settings, days_on_roll=days)
    return CostedMap(window, rows, reckoning, total_dose(row.dose for row in rows), days is None)


def _row(line: Line, size: int, dose: Dosage | None, window: Window, calendar: SchoolCalendar) -> CostRow:
    year = {"starts": line.starts, "ends": line.ends, "year": window.year, "calendar": calendar}
    return CostRow(
        line=line,
        cost=within_year(line.cost, **year),
        hours=within_year(line.hours, **year),
        size=max(1, size),
        dose=dose if dose and dose.planned else None,
        is_ordinary=is_ordinary(line),
    )


def delivered_cost(row: CostRow) -> Decimal:
    """Staff cost of what the pupil really had until now, shown apart from what was planned."""
    minutes = Decimal(row.dose.attended_minutes) if row.dose else Decimal(0)
    return pounds(minutes / 60 * row.line.group.hourly_rate / row.size)
