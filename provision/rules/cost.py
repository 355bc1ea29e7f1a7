"""What an hour of support and a line of provision cost.

All money is `Decimal` pounds. Rates and line costs are rounded half up to the penny when they are worked out, so a
total on a map is the sum of the figures shown beside it. Constants are dated rows (`CostSettings`); pick one with
`settings_on`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

PENNY = Decimal("0.01")
MINUTES_IN_HOUR = Decimal(60)


class CostBand(StrEnum):
    """Staff cost for one pupil over the whole run: under £100, £300, £1,000, and beyond."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class Basis(StrEnum):
    """Whose price: what the school pays, or what the local authority counts towards top-up."""

    ACTUAL = "actual"
    TARIFF = "tariff"


@dataclass(frozen=True, slots=True)
class CostSettings:
    """The constants in force from `valid_from` until the next row.

    Defaults are those of 2025/26. The support-staff pension rate, the paid weeks and the next awards differ by fund and
    year, so schools edit them.
    """

    valid_from: date
    pupil_weeks: Decimal = Decimal(38)
    weeks_in_year: Decimal = Decimal("52.143")
    full_time_hours: Decimal = Decimal(37)
    paid_weeks: Decimal = Decimal("44.7")
    support_pension: Decimal = Decimal("0.20")
    teacher_pension: Decimal = Decimal("0.2868")
    national_insurance: Decimal = Decimal("0.15")
    insurance_threshold: Decimal = Decimal(5000)
    teacher_hours: Decimal = Decimal(1265)
    top_up_threshold: Decimal = Decimal(6000)
    days_in_year: int = 365


@dataclass(frozen=True, slots=True)
class Tariff:
    """A local authority's price for one hour a week through the year, for example £653.60 over 38 weeks."""

    annual_price: Decimal
    weeks: Decimal = Decimal(38)

    @property
    def hour_rate(self) -> Decimal:
        return pounds(self.annual_price / self.weeks)


@dataclass(frozen=True, slots=True)
class Timing:
    """How much is planned: `sessions_per_week` of `minutes` for `weeks`."""

    sessions_per_week: Decimal | int
    minutes: Decimal | int
    weeks: Decimal | int

    @property
    def hours(self) -> Decimal:
        """Adult hours over the whole run, before sharing."""
        return Decimal(self.sessions_per_week) * Decimal(self.minutes) * Decimal(self.weeks) / MINUTES_IN_HOUR

    @property
    def weekly_hours(self) -> Decimal:
        return Decimal(self.sessions_per_week) * Decimal(self.minutes) / MINUTES_IN_HOUR


@dataclass(frozen=True, slots=True)
class Extras:
    """Costs other than staff time. `resources` is for the whole group; the two shares are already one pupil's."""

    resources: Decimal = Decimal(0)
    licence_share: Decimal = Decimal(0)
    training_share: Decimal = Decimal(0)


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of a pupil's map. `is_ordinary` marks what every pupil is entitled to, which is not additional."""

    cost: Decimal
    is_ordinary: bool = False


@dataclass(frozen=True, slots=True)
class TopUp:
    """A pupil's additional cost against the threshold for the part of the year spent on roll."""

    additional: Decimal
    threshold: Decimal

    @property
    def gap(self) -> Decimal:
        """Pounds above the threshold; negative when below."""
        return self.additional - self.threshold

    @property
    def is_above(self) -> bool:
        return self.gap > 0


def pounds(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


def settings_on(rows: Iterable[CostSettings], on: date) -> CostSettings:
    """The row in force on a day. Raises LookupError when the first row starts later."""
    started = [row for row in rows if row.valid_from <= on]
    if not started:
        raise LookupError(f"no cost settings in force on {on.isoformat()}")
    return max(started, key=lambda row: row.valid_from)


def term_time_gross(fte_salary: Decimal, *, weekly_hours: Decimal, settings: CostSettings) -> Decimal:
    """Yearly pay of somebody on `weekly_hours` in term time only. Not rounded: it is an intermediate figure."""
    weekly_full_time = fte_salary / settings.weeks_in_year
    return weekly_full_time * settings.paid_weeks * weekly_hours / settings.full_time_hours


def contact_hour_rate(fte_salary: Decimal, *, weekly_hours: Decimal, settings: CostSettings) -> Decimal:
    """What one hour with pupils costs the school: pay, pension and National Insurance over the 38 pupil weeks.

    Dividing the salary by 52 weeks instead would under-cost by about half. Raises ValueError for no hours.
    """
    if weekly_hours <= 0:
        raise ValueError("weekly hours must be more than 0")
    gross = term_time_gross(fte_salary, weekly_hours=weekly_hours, settings=settings)
    total = gross * (1 + settings.support_pension) + _insurance(gross, settings)
    return pounds(total / (weekly_hours * settings.pupil_weeks))


def teacher_hour_rate(salary: Decimal, *, settings: CostSettings) -> Decimal:
    """What one directed hour of a full-time teacher costs (1,265 hours a year)."""
    total = salary * (1 + settings.teacher_pension) + _insurance(salary, settings)
    return pounds(total / settings.teacher_hours)


def _insurance(gross: Decimal, settings: CostSettings) -> Decimal:
    return max(Decimal(0), gross - settings.insurance_threshold) * settings.national_insurance


def pupil_share_hours(timing: Timing, *, group_size: int, exclusive_to_pupil: bool = False) -> Decimal:
    """Adult hours counted to one pupil: the group's hours divided by its size.

    A group that exists only because of one pupil counts whole to that pupil. Raises ValueError for an empty group.
    """
    if group_size < 1:
        raise ValueError("a group has at least 1 pupil")
    return timing.hours if exclusive_to_pupil else timing.hours / group_size


def pupil_cost(
    timing: Timing,
    *,
    hour_rate: Decimal,
    group_size: int = 1,
    exclusive_to_pupil: bool = False,
    extras: Extras = NO_EXTRAS,
) -> Decimal:
    """Cost of one provision to one pupil over its whole run, to the penny. Resources are always shared by the group."""
    hours = pupil_share_hours(timing, group_size=group_size, exclusive_to_pupil=exclusive_to_pupil)
    return pounds(hours * hour_rate + extras.resources / group_size + extras.licence_share + extras.training_share)


def delivered_cost(attended_minutes: int, *, hour_rate: Decimal, group_size: int = 1) -> Decimal:
    """Staff cost of what one pupil really had. Planned and delivered cost are shown apart, never mixed in one total."""
    if group_size < 1:
        raise ValueError("a group has at least 1 pupil")
    return pounds(Decimal(attended_minutes) / MINUTES_IN_HOUR * hour_rate / group_size)


def group_cost(timing: Timing, *, hour_rate: Decimal, adults: int = 1, resources: Decimal = Decimal(0)) -> Decimal:
    """Cost of the whole group over its run, for the whole-school map."""
    return pounds(timing.hours * hour_rate * adults + resources)


def annualised_weekly(weekly_hours: Decimal, *, hour_rate: Decimal, settings: CostSettings) -> Decimal:
    """A weekly amount of support over a school year. 38 weeks: the 39th is staff training."""
    return pounds(weekly_hours * hour_rate * settings.pupil_weeks)


def additional_total(lines: Iterable[CostLine]) -> Decimal:
    return sum((pounds(line.cost) for line in lines if not line.is_ordinary), Decimal(0))


def top_up(lines: Iterable[CostLine], *, settings: CostSettings, days_on_roll: int | None = None) -> TopUp:
    """Additional cost over twelve months against the threshold, pro rata to days on roll (a whole year when None).

    Source of the £6,000: the notional SEN budget rules; it is a dated setting because it is set in yearly regulations.
    """
    days = settings.days_in_year if days_on_roll is None else days_on_roll
    if not 0 <= days <= 366:
        raise ValueError("days on roll are between 0 and 366")
    share = min(Decimal(days) / settings.days_in_year, Decimal(1))
    return TopUp(additional=additional_total(lines), threshold=pounds(settings.top_up_threshold * share))


def break_even_weekly_hours(*, hour_rate: Decimal, settings: CostSettings) -> Decimal:
    """Hours of one-to-one a week at which the threshold is reached, to two places."""
    return (settings.top_up_threshold / (hour_rate * settings.pupil_weeks)).quantize(PENNY, rounding=ROUND_HALF_UP)


def cost_per_point(total: Decimal, *, gains: Sequence[float]) -> Decimal | None:
    """Pounds for each point of total gain; None when the group did not gain, because the figure would mean nothing."""
    gained = sum(gains)
    return pounds(total / Decimal(str(gained))) if gained > 0 else None


def cost_band(cost: Decimal) -> CostBand:
    if cost < 100:
        return CostBand.LOW
    if cost < 300:
        return CostBand.MEDIUM
    return CostBand.HIGH if cost < 1000 else CostBand.VERY_HIGH
