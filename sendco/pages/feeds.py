"""What the first page of the day shows, read from every app: one function a panel, each with its price in queries.

Nothing here decides who may see a panel: `sendco.pages.views.home` asks for a permission before it calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from provision.enums import GroupState, SessionState
from provision.models import Line, Session, SessionEntry
from provision.querysets import NOT_LOGGED_DAYS
from pupils.enums import NoteKind, PlanState, TargetState
from pupils.models import Note, Plan, Pupil, Target
from pupils.models.pupil import NAME_FIELDS
from pupils.rules import LOOKED_BACK_DAYS, RATINGS_LOOKED_AT, is_not_progressing
from reviews.enums import ReviewState
from reviews.models import Invitee, Review
from sendco.accounts.models import User
from sendco.core import ui
from sendco.core.dates import days_after
from sendco.core.paths import path_to
from sendco.notifications.models import Notification
from staff.deployment.feeds import why_uncovered
from staff.deployment.models import Cover, CoverState
from staff.deployment.querysets import needing_cover

QUIET_DAYS = 21
"""A target that nobody rated for three weeks asks for a look."""
PLAN_DAYS = 30
CONCERN_DAYS = 28
MEETING_DAYS = 14
COMING = ("coming", "video")


@dataclass(frozen=True, slots=True)
class Messages:
    """The newest unread messages of a person, and how many are unread."""

    rows: Sequence[Notification]
    unread: int


def messages_of(user: User, how_many: int = 3) -> Messages:
    """One query."""
    found = Notification.objects.filter(recipient=user, read_at__isnull=True)
    rows = list(found.annotate(all_unread=Window(Count("pk"))).order_by("-created_at", "-pk")[:how_many])
    return Messages(rows, rows[0].all_unread if rows else 0)


# --- Sessions ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotLogged:
    """Sessions of the last four weeks that nobody logged. people: how many adults could be reminded."""

    rows: Sequence[Session]
    total: int = 0
    people: int = 0
    since: date | None = None


def not_logged(user: User, school_id: int, on: date, how_many: int = 4) -> NotLogged:
    """The newest few, with the figures of all of them. One query."""
    waiting = Session.objects.visible_to(user).filter(school_id=school_id).not_logged(on)
    adults = waiting.order_by().values("school_id").annotate(n=Count("deliverer", distinct=True)).values("n")
    rows = list(
        waiting.annotate(total=Window(Count("pk")), since=Window(Min("on")), people=Subquery(adults))
        .select_related("group", "deliverer")
        .only("on", "starts_at", "group__name", "deliverer__name")
        .order_by("-on", "-starts_at", "-pk")[:how_many]
    )
    if not rows:
        return NotLogged(())
    return NotLogged(rows, rows[0].total, rows[0].people, rows[0].since)


@dataclass(frozen=True, slots=True)
class Gap:
    """One session of today without an adult. asked: who was asked and has not answered."""

    session: Session
    why: str
    asked: str
    url: str


def gaps(school_id: int, on: date) -> list[Gap]:
    """Sessions of one day that need somebody, EHC plans first. One query."""
    asked = Cover.objects.filter(session=OuterRef("pk"), state=CoverState.ASKED).order_by("pk")
    rows = (
        needing_cover(Session.objects.filter(school_id=school_id, on=on), on)
        .annotate(asked_name=Subquery(asked.values("asked__name")[:1]))
        .select_related("group", "deliverer")
        .only("on", "starts_at", "group__name", "deliverer__name")
        .order_by("-group__is_section_f", "starts_at", "pk")
    )
    return [Gap(row, why_uncovered(row), row.asked_name or "", path_to("staff:cover", row.pk)) for row in rows]


# --- Progress ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stuck:
    """A pupil whose last six ratings in one group hold no gain. trail: oldest first; what: the target, else the group."""

    pupil_id: int
    pupil: str
    year: str
    what: str
    trail: Sequence[int]

    @property
    def url(self) -> str:
        return path_to("pages:pupil-provision", self.pupil_id)


def ratings_by_line(pupils: QuerySet[Pupil], on: date) -> QuerySet[SessionEntry]:
    """The last six ratings of each line that runs, newest first by line; days away say nothing and do not count."""
    newest = Window(RowNumber(), partition_by=F("line_id"), order_by=[F("on").desc(), F("pk").desc()])
    return (
        SessionEntry.objects.filter(
            pupil__in=pupils, on__range=(days_after(on, -LOOKED_BACK_DAYS), on), rating__isnull=False,
            line__left_on__isnull=True, line__ends__gte=on,
        )
        .exclude(line__group__state=GroupState.FINISHED)
        .annotate(place=newest)
        .filter(place__lte=RATINGS_LOOKED_AT)
        .order_by("line_id", "place")
    )  # fmt: skip


def not_progressing(pupils: QuerySet[Pupil], on: date) -> list[Stuck]:
    """Of these pupils, those with no gain in six ratings, by name; once each. One query for any number."""
    rows = ratings_by_line(pupils, on).values_list(
        "line_id",
        "rating",
        "pupil_id",
        "line__target__text",
        "line__group__name",
        *(f"pupil__{name}" for name in NAME_FIELDS),
    )
    lines: dict[int, list[Any]] = {}
    for row in rows:
        lines.setdefault(row[0], []).append(row)
    found: dict[int, Stuck] = {}
    for group in lines.values():
        trail = [row[1] for row in reversed(group)]
        _, _, pupil_id, target, name, *parts = group[0]
        if pupil_id not in found and is_not_progressing(trail):
            pupil = Pupil(pk=pupil_id, **dict(zip(NAME_FIELDS, parts, strict=True)))
            found[pupil_id] = Stuck(pupil_id, pupil.known_as, pupil.year_label, target or name, trail)
    return sorted(found.values(), key=lambda row: (row.pupil.casefold(), row.pupil_id))


def stuck_ids(school_id: int, value: str, on: date) -> list[int]:
    """For the register's filter: ids of a school's pupils with no gain in six ratings. One query."""
    return [row.pupil_id for row in not_progressing(Pupil.objects.filter(school_id=school_id).on_roll(on), on)]


# --- The day of one person --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a person's day. at: None when no time was set."""

    at: time | None
    title: str
    text: str
    url: str
    is_past: bool = False


_COLUMNS = ("e_at", "e_kind", "e_pk", "e_title", "e_place", "e_forename", "e_surname", "e_people", "e_coming")


def agenda(user: User, school_id: int, now: datetime, *, with_reviews: bool) -> list[Entry]:
    """Own sessions of today and, with_reviews, the review meetings of the school, by time. One query."""
    rows = _own_sessions(user, now.date())
    if with_reviews:
        rows = rows.union(_meetings_today(user, school_id, now.date()), all=True)
    found = [_entry(dict(zip(_COLUMNS, row, strict=True)), now) for row in rows]
    return sorted(found, key=lambda entry: (entry.at is None, entry.at or time(0), entry.url))


def _own_sessions(user: User, on: date) -> QuerySet:
    blank, none = Value("", CharField()), Value(0, IntegerField())
    found = Session.objects.filter(deliverer=user, on=on).exclude(state=SessionState.MISSED).order_by()
    return found.annotate(
        e_at=F("starts_at"), e_kind=Value("session", CharField()), e_pk=F("pk"), e_title=F("group__name"),
        e_place=F("group__place"), e_forename=blank, e_surname=blank, e_people=none, e_coming=none,
    ).values_list(*_COLUMNS)  # fmt: skip


def _meetings_today(user: User, school_id: int, on: date) -> QuerySet:
    found = Review.objects.visible_to(user).filter(
        school_id=school_id, meeting_on=on, state__in=[ReviewState.SCHEDULED, ReviewState.HELD]
    )

    def name(part: str) -> Case:
        usual = When(~Q(**{f"pupil__preferred_{part}": ""}), then=F(f"pupil__preferred_{part}"))
        return Case(usual, default=F(f"pupil__{part}"))

    people = (
        Invitee.objects.filter(review=OuterRef("pk")).order_by().values("review").annotate(n=Count("pk")).values("n")
    )
    return (
        found.order_by()
        .annotate(
            e_at=F("meeting_at"), e_kind=Value("review", CharField()), e_pk=F("pk"), e_title=Value("", CharField()),
            e_place=F("place"), e_forename=name("forename"), e_surname=name("surname"),
            e_people=Coalesce(Subquery(people), 0), e_coming=Coalesce(Subquery(people.filter(reply__in=COMING)), 0),
        )
        .values_list(*_COLUMNS)
    )  # fmt: skip


def _entry(row: dict[str, Any], now: datetime) -> Entry:
    at, pk, place = row["e_at"], row["e_pk"], row["e_place"]
    is_past = at is not None and at < now.time().replace(tzinfo=None)
    if row["e_kind"] == "session":
        return Entry(at, row["e_title"], place, path_to("provision:session-log", pk), is_past)
    coming = f"{row['e_coming']} of {ui.plural_words(row['e_people'], 'person', 'people')} coming"
    text = f"{place}. {coming}" if place else coming
    title = f"Annual review, {row['e_forename']} {row['e_surname']}"
    return Entry(at, title, text, path_to("reviews:review", pk), is_past)


def meetings_soon(user: User, school_id: int, on: date, how_many: int = 8) -> list[Review]:
    """Review meetings booked for the next two weeks, with the pupil, `people` and `coming`. One query."""
    return list(
        Review.objects.visible_to(user)
        .filter(school_id=school_id, state=ReviewState.SCHEDULED, meeting_on__range=(on, days_after(on, MEETING_DAYS)))
        .annotate(people=Count("invitees"), coming=Count("invitees", filter=Q(invitees__reply__in=COMING)))
        .select_related("pupil")
        .order_by("meeting_on", "meeting_at", "pk")[:how_many]
    )


def concerns(user: User, school_id: int, on: date, how_many: int = 6) -> list[Note]:
    """Concerns of the last four weeks that the person may read, newest first, with `total`. One query.

    For those who read confidential notes: the page shows whose and by whom, never the text.
    """
    return list(
        Note.objects.filter(
            kind=NoteKind.CONCERN, on__range=(days_after(on, -CONCERN_DAYS), on), pupil__school_id=school_id,
            pupil__in=Pupil.objects.visible_to(user),
        )
        .annotate(total=Window(Count("pk")))
        .select_related("pupil", "written_by")
        .order_by("-on", "-pk")[:how_many]
    )  # fmt: skip


# --- A class ----------------------------------------------------------------------------------------------


def class_pupils(user: User, school_id: int) -> QuerySet[Pupil]:
    """Pupils of a teacher's own classes, and those they are key adult of, in one school. No query of its own."""
    own = Q(school_class_id__in=user.access.class_ids) | Q(key_adult=user)
    return Pupil.objects.visible_to(user).filter(own, school_id=school_id)


@dataclass(frozen=True, slots=True)
class ClassSession:
    """One session of today that takes pupils of the class, or that the teacher runs. who: first name and initial."""

    session: Session
    who: Sequence[str]
    is_own: bool

    @property
    def who_words(self) -> str:
        return ", ".join(self.who)


def class_sessions(
    user: User, school_id: int, pupils: QuerySet[Pupil], on: date
) -> tuple[list[ClassSession], list[Session]]:
    """Today's sessions of the class, by time, and the teacher's own of four weeks that are not logged. Two queries."""
    theirs = Line.objects.filter(group=OuterRef("group"), pupil__in=pupils, starts__lte=on, ends__gte=on, left_on=None)
    since = on - timedelta(days=NOT_LOGGED_DAYS)
    late = Q(deliverer=user, state=SessionState.PLANNED, on__gte=since, on__lt=on)
    found = list(
        Session.objects.filter(school_id=school_id)
        .filter(late | Q(on=on) & (Q(deliverer=user) | Exists(theirs)))
        .select_related("group", "deliverer")
        .order_by("on", "starts_at", "pk")
    )
    today = [row for row in found if row.on == on]
    names: dict[int, list[str]] = {}
    lines = Line.objects.filter(
        group__in=[row.group_id for row in today], pupil__in=pupils, starts__lte=on, ends__gte=on, left_on=None
    )
    for line in lines.select_related("pupil").order_by("pupil__forename", "pupil__surname", "pk"):
        names.setdefault(line.group_id, []).append(line.pupil.short_name)
    rows = [ClassSession(row, names.get(row.group_id, ()), row.deliverer_id == user.pk) for row in today]
    return rows, [row for row in found if row.on < on]


def quiet_targets(pupils: QuerySet[Pupil], on: date, how_many: int = 8) -> list[Target]:
    """Open targets of plans in force that nobody rated for three weeks, longest first, with `total`. One query."""
    limit = days_after(on, -QUIET_DAYS)
    quiet = Q(latest_on__isnull=True, plan__starts__lte=limit) | Q(latest_on__lte=limit)
    return list(
        Target.objects.filter(quiet, state=TargetState.OPEN, plan__state=PlanState.ACTIVE, plan__pupil__in=pupils)
        .filter(Q(plan__pupil__left_on__isnull=True) | Q(plan__pupil__left_on__gt=on))
        .annotate(total=Window(Count("pk")))
        .select_related("plan__pupil")
        .order_by(F("latest_on").asc(nulls_first=True), "plan__pupil__surname", "order", "pk")[:how_many]
    )


def plans_to_review(pupils: QuerySet[Pupil], on: date, how_many: int = 8) -> list[Plan]:
    """Plans in force whose review has come or comes within 30 days, soonest first, with `total`. One query."""
    return list(
        Plan.objects.filter(state=PlanState.ACTIVE, review_on__lte=days_after(on, PLAN_DAYS), pupil__in=pupils)
        .filter(Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=on))
        .annotate(total=Window(Count("pk")))
        .select_related("pupil")
        .order_by("review_on", "pk")[:how_many]
    )


def advice_asked(user: User) -> list[Invitee]:
    """Reviews for which a person is asked for advice and has given none. One query."""
    return list(
        Invitee.objects.filter(
            user=user, advice_asked_on__isnull=False, advice_received_on__isnull=True,
            review__state__in=[ReviewState.PLANNED, ReviewState.SCHEDULED], review__in=Review.objects.visible_to(user),
        )
        .select_related("review__pupil")
        .order_by("review__meeting_on", "pk")
    )  # fmt: skip
