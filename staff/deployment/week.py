"""One week of a school's staff as it stands: who works, who is away, who runs what, who was asked to cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q

from provision.enums import SessionState
from provision.models import Line, Session
from staff.models import Absence, StaffSkill
from staff.people import Person, people_of
from staff.rules import Span, holds, minutes_of

from .models import Cover, CoverState
from .querysets import needs_cover, with_need
from .rules import Adult, Busy, Gap

LAST_DAY = timedelta(days=6)
SHOWN = (
    "group__name", "group__place", "group__is_section_f", "group__intervention__name", "group__intervention__training",
    "deliverer__name",
)  # fmt: skip
"""What a week shows of the group and the adult of a session: both have many more columns."""


@dataclass(slots=True)
class Week:
    """Rows of one school and week, read once. sessions: the school's own, and those that its people run elsewhere."""

    school_id: int
    monday: date
    people: dict[int, Person]
    absences: dict[int, list[Absence]]
    sessions: list[Session]
    lines: dict[int, list[Line]]
    covers: dict[int, list[Cover]]

    def absence_of(self, user_id: int | None, on: date) -> Absence | None:
        return next((each for each in self.absences.get(user_id, ()) if each.starts <= on <= each.ends), None)

    def pupils_of(self, session: Session) -> list[Line]:
        """Lines of the pupils who belong in a session."""
        return [
            line
            for line in self.lines.get(session.group_id, ())
            if line.starts <= session.on <= line.ends and (line.left_on is None or line.left_on > session.on)
        ]

    def own_sessions(self) -> list[Session]:
        return [session for session in self.sessions if session.school_id == self.school_id]

    def gaps(self, on: date) -> list[Session]:
        """Sessions of the school from `on` that need cover, in order of time."""
        return [session for session in self.own_sessions() if needs_cover(session, on)]

    def agreed(self, session: Session) -> Cover | None:
        """Whoever stands in for the session's own adult."""
        return next(
            (
                cover
                for cover in self.covers.get(session.pk, ())
                if cover.state == CoverState.AGREED and cover.asked_id == session.deliverer_id
            ),
            None,
        )

    def asked(self, session: Session) -> list[Cover]:
        return [cover for cover in self.covers.get(session.pk, ()) if cover.state == CoverState.ASKED]

    def minutes_of(self, user_id: int) -> int:
        """Minutes of the school's sessions that a person runs in the week; those that did not happen are left out."""
        return sum(
            session.minutes
            for session in self.own_sessions()
            if session.deliverer_id == user_id and session.state != SessionState.MISSED
        )


def span_of(session: Session) -> Span:
    starts = minutes_of(session.starts_at)
    return starts, starts + session.minutes


def load_week(school_id: int, federation_id: int, on: date) -> Week:
    """The week of `on`. Five queries for any number of people and sessions."""
    monday = on - timedelta(days=on.weekday())
    last = monday + LAST_DAY
    people = people_of(school_id, monday, last)
    sessions = list(
        with_need(Session.objects.filter(Q(school_id=school_id) | Q(deliverer_id__in=people), on__range=(monday, last)))
        .select_related("group__intervention", "deliverer")
        .only(*(field.name for field in Session._meta.concrete_fields), *SHOWN)
        .order_by("on", "starts_at", "pk")
    )
    absences: dict[int, list[Absence]] = defaultdict(list)
    away = Absence.objects.during(monday, last).filter(
        membership__user_id__in=people, membership__federation_id=federation_id
    )
    for absence in away.select_related("membership").order_by("starts", "pk"):
        absences[absence.membership.user_id].append(absence)
    own = {session.group_id for session in sessions if session.school_id == school_id}
    lines: dict[int, list[Line]] = defaultdict(list)
    running = Line.objects.filter(group_id__in=own, starts__lte=last, ends__gte=monday).select_related("pupil")
    for line in running.order_by("pk"):
        lines[line.group_id].append(line)
    covers: dict[int, list[Cover]] = defaultdict(list)
    found = Cover.objects.filter(session__school_id=school_id, session__on__range=(monday, last))
    for cover in found.select_related("asked", "instead_of").order_by("pk"):
        covers[cover.session_id].append(cover)
    return Week(school_id, monday, people, dict(absences), sessions, dict(lines), dict(covers))


@dataclass(slots=True)
class Experience:
    """What people are trained in and have run before. skills: (name, last day) by user."""

    skills: dict[int, list[tuple[str, date | None]]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    interventions: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def load_experience(week: Week, federation_id: int, gaps: Iterable[Session]) -> Experience:
    """For those who could take `gaps`. Two queries; none when there is no gap."""
    experience = Experience()
    wanted = {session.group.intervention_id for session in gaps}
    if not wanted:
        return experience
    held = StaffSkill.objects.filter(
        membership__user_id__in=week.people, membership__federation_id=federation_id
    ).values_list("membership__user_id", "skill__name", "expires_on")
    for user_id, name, expires_on in held:
        experience.skills[user_id].append((name, expires_on))
    led = (
        Session.objects.filter(
            school_id=week.school_id,
            state=SessionState.DELIVERED,
            deliverer_id__in=week.people,
            group__intervention_id__in=wanted,
        )
        .order_by()
        .values_list("deliverer_id", "group_id", "group__intervention_id")
        .distinct()
    )
    for user_id, group_id, intervention_id in led:
        experience.groups[user_id].add(group_id)
        experience.interventions[user_id].add(intervention_id)
    return experience


def gap_of(session: Session) -> Gap:
    """A session read with its group and intervention, for the rules."""
    intervention = session.group.intervention
    return Gap(
        session_id=session.pk,
        on=session.on,
        span=span_of(session),
        group_id=session.group_id,
        intervention_id=intervention.pk,
        intervention=intervention.name,
        training=intervention.training,
        is_section_f=session.group.is_section_f,
        deliverer_id=session.deliverer_id,
    )


def adults_on(week: Week, on: date, experience: Experience) -> list[Adult]:
    """Everybody who may run sessions in the school on a day, for the rules. No query."""
    busy: dict[int, list[Busy]] = defaultdict(list)
    for session in week.sessions:
        if session.on == on and session.deliverer_id and session.state != SessionState.MISSED:
            is_own = session.school_id == week.school_id
            what = f"Running {session.group.name}" if is_own else "At another school"
            busy[session.deliverer_id].append(Busy(span_of(session), what, is_own and session.group.is_section_f))
    return [
        Adult(
            user_id=person.user_id,
            name=person.name,
            is_support=person.is_support,
            is_away=week.absence_of(person.user_id, on) is not None,
            works=person.spans_on(on),
            busy=tuple(busy[person.user_id]),
            skills=frozenset(name for name, expires_on in experience.skills[person.user_id] if holds(expires_on, on)),
            led_groups=frozenset(experience.groups[person.user_id]),
            led_interventions=frozenset(experience.interventions[person.user_id]),
            load=week.minutes_of(person.user_id),
            role=person.role_words,
        )
        for person in week.people.values()
        if person.runs_sessions
    ]
