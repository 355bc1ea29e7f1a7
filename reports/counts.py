"""What a governor report counts, read from the data: plain numbers about one school and term, before any protection.

Nothing here may be shown. `reports.figures` takes these counts through the suppression and gives out what is left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q

from provision.rules.dosage import Dosage
from provision.rules.reading import Measured
from pupils.enums import ON_REGISTER, YEAR_ORDER, SenStatus, YearGroup
from pupils.models import Need, Pupil, SenPeriod
from sendco.core.exceptions import Refused
from sendco.core.ui import day
from sendco.schools.models import School, Term, TermName, academic_year_of

TERM_ORDER = {name: place for place, name in enumerate(TermName.values)}
YEAR_LABELS = dict(YearGroup.choices)
YEAR_CODES = list(YearGroup.values)


@dataclass(frozen=True, slots=True)
class Window:
    """The term of a report. on: the day its data are of, the last of the term or today while it runs. points: earlier
    moments to compare with, oldest first: (term key, label, day)."""

    school: School
    academic_year: int
    term: str
    label: str
    starts: date
    ends: date
    on: date
    points: tuple[tuple[str, str, date], ...] = ()

    @property
    def key(self) -> str:
        return f"{self.academic_year}-{self.term}"

    @property
    def year_starts(self) -> date:
        return date(self.academic_year, 9, 1)


def window_of(school: School, academic_year: int, term: str, *, today: date) -> Window:
    """The term, and the ends of the term before and of the same term a year ago where they are entered. One query.

    Raises Refused when the term is not entered or has not begun.
    """
    terms = list(Term.objects.filter(school=school).order_by("starts"))
    row = next((t for t in terms if (t.academic_year, t.name) == (academic_year, term)), None)
    if row is None:
        words = f"The {term} term of {academic_year} to {academic_year + 1} is not entered. Add it in Settings."
        raise Refused(words + _year_before(academic_year, term, terms, today))
    if row.starts > today:
        words = f"The {term} term of the school year {academic_year} to {academic_year + 1} has not begun"
        earlier = _year_before(academic_year, term, terms, today)
        raise Refused(f"{words}, so there is nothing to report yet.{earlier}")
    place = terms.index(row)
    earlier = {t.key: t for t in terms[:place] if t.key == f"{academic_year - 1}-{term}"}
    if place:
        earlier[terms[place - 1].key] = terms[place - 1]
    points = tuple((t.key, t.label, t.ends) for t in sorted(earlier.values(), key=lambda t: t.starts))
    on = min(row.ends, today)
    return Window(school, academic_year, term, row.label, row.starts, row.ends, on, points)


def _year_before(academic_year: int, name: str, terms: Sequence[Term], today: date) -> str:
    """The same term a year earlier, where it has begun: who writes 2026-summer in 2026 often means that one."""
    key = f"{academic_year - 1}-{name}"
    earlier = next((term for term in terms if term.key == key and term.starts <= today), None)
    return f" Did you mean {key}? It began on {day(earlier.starts)}." if earlier else ""


@dataclass(frozen=True, slots=True)
class Child:
    """What is counted of a pupil. year: of the report's academic year."""

    pk: int
    sex: str
    year: str
    is_pupil_premium: bool
    is_eal: bool
    attendance: float | None
    joined_on: date | None
    left_on: date | None

    def on_roll(self, day: date) -> bool:
        return (self.joined_on is None or self.joined_on <= day) and (self.left_on is None or self.left_on > day)


@dataclass
class Roll:
    """Everybody who was on roll since the first point, with their support on any day."""

    children: dict[int, Child]
    periods: dict[int, list[tuple[date, date | None, str]]]
    fallback: dict[int, str]

    def status(self, pk: int, day: date) -> str:
        """Support on a day; of a pupil without any period, what the record says now."""
        rows = self.periods.get(pk)
        if rows is None:
            return self.fallback[pk]
        return next((s for start, end, s in rows if start <= day and (end is None or end >= day)), SenStatus.NONE)

    def on_roll(self, day: date) -> list[Child]:
        return [child for child in self.children.values() if child.on_roll(day)]

    def with_status(self, day: date, *statuses: str) -> set[int]:
        return {child.pk for child in self.on_roll(day) if self.status(child.pk, day) in statuses}

    def register(self, day: date) -> set[int]:
        return self.with_status(day, *ON_REGISTER)


def roll_of(window: Window, since: date) -> Roll:
    """Two queries, whatever the school's size; about 400 plain rows for a primary school."""
    pupils = Pupil.objects.filter(school=window.school).filter(Q(left_on__isnull=True) | Q(left_on__gt=since))
    rows = pupils.order_by().values_list(
        "pk", "sex", "year_group", "is_pupil_premium", "is_eal", "attendance_percent", "joined_on", "left_on", "sen_status",
        "updated_at",
    )  # fmt: skip
    children, fallback = {}, {}
    for pk, sex, year, premium, eal, attendance, joined, left, status, updated in rows:
        as_of = academic_year_of(left or max(updated.date(), window.on))
        children[pk] = Child(
            pk, sex, _year_then(year, as_of - window.academic_year), bool(premium), bool(eal),
            None if attendance is None else float(attendance), joined, left,
        )  # fmt: skip
        fallback[pk] = status
    periods: dict[int, list[tuple[date, date | None, str]]] = defaultdict(list)
    found = SenPeriod.objects.filter(pupil__school=window.school).order_by("-starts", "-pk")
    for pk, start, end, status in found.values_list("pupil_id", "starts", "ends", "status"):
        periods[pk].append((start, end, status))
    return Roll(children, dict(periods), fallback)


def _year_then(code: str, years_ago: int) -> str:
    """The year group some years before; early years before Reception are not told apart."""
    if code not in YEAR_ORDER or code == YearGroup.X:
        return YearGroup.X
    place = YEAR_ORDER[code] - max(years_ago, 0)
    return YEAR_CODES[place] if place >= YEAR_ORDER[YearGroup.R] else YearGroup.N2


def main_needs(window: Window, pupils: Iterable[int]) -> dict[int, str]:
    """{pupil: code of the first-ranked need on the day}. One query."""
    on = window.on
    needs = Need.objects.filter(Q(ends__isnull=True) | Q(ends__gte=on), pupil__school=window.school, starts__lte=on)
    wanted, found = set(pupils), {}
    for pk, code in needs.order_by("-rank", "-pk").values_list("pupil_id", "code"):
        if pk in wanted:
            found[pk] = code
    return found


@dataclass
class Movement:
    """Between two days. joined = found here + came with it; left = no longer needed + left the school."""

    identified: int
    arrived: int
    stepped_off: int
    left_school: int
    up: int
    down: int

    @property
    def joined(self) -> int:
        return self.identified + self.arrived

    @property
    def left(self) -> int:
        return self.stepped_off + self.left_school


def movement(roll: Roll, before: date, on: date) -> Movement:
    was, now = roll.register(before), roll.register(on)
    came = [roll.children[pk] for pk in now - was]
    gone = [roll.children[pk] for pk in was - now]
    plan_before, plan_now = roll.with_status(before, SenStatus.EHCP), roll.with_status(on, SenStatus.EHCP)
    stayed = was & now
    return Movement(
        identified=sum(child.on_roll(before) for child in came),
        arrived=sum(not child.on_roll(before) for child in came),
        stepped_off=sum(child.on_roll(on) for child in gone),
        left_school=sum(not child.on_roll(on) for child in gone),
        up=len((plan_now - plan_before) & stayed),
        down=len((plan_before - plan_now) & stayed),
    )


@dataclass
class Delivery:
    """Sessions of a term until its day. Those lost to a trip leave the plan, as a closed day does."""

    delivered: int = 0
    not_logged: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    planned_minutes: int = 0
    delivered_minutes: int = 0

    @property
    def lost(self) -> int:
        return sum(n for reason, n in self.missed.items() if reason != "trip")

    @property
    def planned(self) -> int:
        return self.delivered + self.not_logged + self.lost

    def __add__(self, other: Delivery) -> Delivery:
        return Delivery(
            self.delivered + other.delivered,
            self.not_logged + other.not_logged,
            self.missed + other.missed,
            self.planned_minutes + other.planned_minutes,
            self.delivered_minutes + other.delivered_minutes,
        )


@dataclass
class Provision:
    """One intervention in the term: who had a place, what it was to cost, how it went. runs, dosages: as on the impact page,
    of this academic year and the last; dosages by line, of every intervention."""

    name: str
    area: str
    pupils: set[int] = field(default_factory=set)
    cost: Decimal = Decimal(0)
    delivery: Delivery = field(default_factory=Delivery)
    runs: list[Measured] = field(default_factory=list)
    dosages: Mapping[int, Dosage] = field(default_factory=dict)


@dataclass
class Duties:
    """Statutory steps that fell due in the term: of the school, of the local authority."""

    due: int = 0
    on_time: int = 0
    pupils: set[int] = field(default_factory=set)


@dataclass
class Counts:
    """Everything of one report, unprotected."""

    window: Window
    roll: Roll
    needs: dict[int, str]
    provisions: dict[str, Provision]
    funding: dict[str, tuple[set[int], Decimal]]
    with_plan: set[int]
    plans_reviewed: set[int]
    plans_late: set[int]
    parents_met: set[int]
    targets: Counter[str]
    school_duties: Duties
    authority_duties: Duties
    duty_steps: dict[str, Duties]
    reviews_held: set[int]
    reviews_late_school: set[int]
    reviews_late_authority: set[int]
    assessments_requested: set[int]
    assessments_agreed: set[int]
    referrals_open: set[int]
    referrals_waiting: set[int]
    support_hours: Decimal
    support_staff: int
    training: list[tuple[str, int]]
    agencies: list[str]
