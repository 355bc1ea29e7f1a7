"""The parts of a pupil's page, composed from every app: small lists, the plan's steps, provision and reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from provision.enums import MissedReason, SessionState
from provision.models import Line, Session, SessionEntry
from pupils import rules
from pupils.enums import PlanState, SenStatus, TargetState
from pupils.models import Contact, Document, Need, Note, Plan, Pupil, Strategy
from pupils.reference import need_codes
from pupils.register import AREA_SHAPES
from pupils.sight import Sight, documents_q
from pupils.targets import TargetRow
from reviews.models import Review
from reviews.present import state_chip
from sendco.accounts.models import User
from sendco.core.dates import academic_year_of
from sendco.core.ui import day_month, minutes_words, plural_words
from sendco.schools.services import calendar_for

RESTRICTED = 1000
"""Added to the order of a contact who may not be contacted, so that they stand last and can be told apart."""
FILE_WORDS = {"application/pdf": "PDF", "image/png": "Picture", "image/jpeg": "Picture"}
TRAIL = 6
MET = (TargetState.MET, TargetState.EXCEEDED)


# --- Small lists, in one query ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A row of one of the small lists; what `a` to `d` and `n` hold depends on the list."""

    pk: int
    on: date | None
    a: str
    b: str
    c: str
    d: str
    n: int


class NeedPiece(Piece):
    """A need by its own names, as `shown_need` reads them."""

    __slots__ = ()
    code = property(lambda self: self.a)
    area = property(lambda self: self.b)
    local_label = property(lambda self: self.c)
    description = property(lambda self: self.d)


@dataclass(slots=True)
class Pieces:
    """needs by rank; strategies by area; documents and reviews newest first; contacts in order."""

    needs: list[NeedPiece] = field(default_factory=list)
    strategies: list[Piece] = field(default_factory=list)
    documents: list[Piece] = field(default_factory=list)
    contacts: list[Piece] = field(default_factory=list)
    reviews: list[Piece] = field(default_factory=list)


def _part(kind: str, rows: QuerySet, day: str, *columns: str, n: Any = 0) -> QuerySet:
    text = CharField()
    cells = [F(name) if name else Value("", text) for name in (*columns, "", "", "", "")[:4]]
    number = Value(n, IntegerField()) if isinstance(n, int) else n
    return rows.order_by().values_list(
        Value(kind, text), "pk", F(day) if day else Value(None, DateField()), *cells, number
    )


def pieces(pupil: Pupil, sight: Sight, user: User, *, on: date) -> Pieces:
    """Needs and strategies, and what else this person may see of documents, contacts and reviews. One query in all."""
    own = Q(pupil=pupil)
    strategies = Strategy.objects.filter(own).filter(Q(ends__isnull=True) | Q(ends__gte=on))
    parts = [_part("strategies", strategies, "starts", "area", "text")]
    if sight.documents:
        documents = Document.objects.filter(own, documents_q(sight, user), removed_at__isnull=True)
        parts.append(_part("documents", documents, "on", "title", "media_type", n=F("size")))
    if sight.contacts:
        place = Case(
            When(may_not_be_contacted=True, then=F("order") + RESTRICTED),
            default=F("order"),
            output_field=IntegerField(),
        )
        parts.append(
            _part("contacts", Contact.objects.filter(own), "", "name", "relationship", "telephone", "email", n=place)
        )
    if sight.reviews:
        shown_on = Coalesce("held_on", "meeting_on", "due_on")
        reviews = Review.objects.filter(own).annotate(shown_on=shown_on)
        parts.append(_part("reviews", reviews, "shown_on", "kind", "state", "decision"))
    needs = Need.objects.filter(own, ends__isnull=True)
    found = _part("needs", needs, "starts", "code", "area", "local_label", "description", n=F("rank"))
    lists = Pieces()
    for kind, *row in found.union(*parts, all=True):
        getattr(lists, kind).append(NeedPiece(*row) if kind == "needs" else Piece(*row))
    lists.needs.sort(key=lambda piece: (piece.n, piece.pk))
    lists.contacts.sort(key=lambda piece: (piece.n, piece.pk))
    lists.strategies.sort(key=lambda piece: (piece.a, piece.pk))
    for newest_first in (lists.documents, lists.reviews):
        newest_first.sort(key=lambda piece: (piece.on or date.min, piece.pk), reverse=True)
    return lists


def file_words(media_type: str, size: int) -> str:
    """PDF, 1.2 MB."""
    kind = FILE_WORDS.get(media_type, "Text document")
    return f"{kind}, {size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{kind}, {max(1, round(size / 1024))} kB"


def document_rows(found: Sequence[Piece]) -> list[dict[str, Any]]:
    return [{"pk": p.pk, "title": p.a, "on": p.on, "words": file_words(p.b, p.n)} for p in found]


def contact_rows(found: Sequence[Piece]) -> list[dict[str, Any]]:
    return [
        {
            "pk": p.pk,
            "name": p.a,
            "relationship": p.b,
            "telephone": p.c,
            "email": p.d,
            "is_restricted": p.n >= RESTRICTED,
        }
        for p in found
    ]


def review_rows(found: Sequence[Piece]) -> list[dict[str, Any]]:
    """Rows of the overview's table: name, day and state in words."""
    rows = []
    for piece in found:
        review = Review(pk=piece.pk, kind=piece.a, state=piece.b, decision=piece.c)
        status, text = state_chip(review)
        rows.append({"review": review, "on": piece.on, "status": status, "text": text})
    return rows


def need_groups(needs: Sequence[Any]) -> list[dict[str, Any]]:
    """Needs by rank with the words for a page: label, shape of the area, description."""
    rows = []
    for need in needs:
        label = need_codes().get(need.code, (need.code, need.code, ""))[0]
        rows.append(
            {"need": need, "shape": AREA_SHAPES.get(need.area, ""), "label": need.local_label or label, "full": label}
        )
    return rows


# --- The plan -------------------------------------------------------------------------------------------------------


def apdr_steps(plan: Plan, on: date) -> list[dict[str, str]]:
    """Assess, plan, do, review with a date under each, for the `apdr` component."""
    weeks = max(1, -(-(plan.review_on - plan.starts).days // 7))
    week = min(weeks, max(1, (on - plan.starts).days // 7 + 1))
    is_agreed, is_reviewed = plan.agreed_on is not None, plan.state == PlanState.REVIEWED
    is_due = is_agreed and not is_reviewed and on >= plan.review_on
    assessed = f"Done {day_month(plan.assessed_on)}" if plan.assessed_on else "No date recorded"
    agreed = f"Agreed {day_month(plan.agreed_on)}" if is_agreed else "Draft, now"
    if is_reviewed or is_due or not is_agreed:
        doing = plural_words(weeks, "week")
    else:
        doing = f"Week {week} of {weeks}, now" if on >= plan.starts else f"From {day_month(plan.starts)}"
    review = f"Done {day_month(plan.reviewed_on)}" if is_reviewed else f"With parents, {day_month(plan.review_on)}"
    return [
        {"label": "Assess", "note": assessed, "state": "done"},
        {"label": "Plan", "note": agreed, "state": "done" if is_agreed else "now"},
        {"label": "Do", "note": doing, "state": "done" if is_reviewed or is_due else "now" if is_agreed else ""},
        {"label": "Review", "note": review, "state": "done" if is_reviewed else "now" if is_due else ""},
    ]


def past_rows(plans: Sequence[Plan], targets: Mapping[int, Sequence[TargetRow]]) -> list[dict[str, Any]]:
    """Reviewed plans, newest first, with what became of their targets. targets: {plan id: rows}."""
    rows = []
    for plan in plans:
        if plan.state == PlanState.REVIEWED:
            found = targets[plan.pk]
            met = sum(row.target.state in MET for row in found)
            rows.append({"plan": plan, "met": met, "count": len(found), "targets": found})
    return rows


def reviewed_plans(pupil: Pupil) -> list[dict[str, Any]]:
    """The same without the targets themselves. One query."""
    plans = Plan.objects.filter(pupil=pupil, state=PlanState.REVIEWED).order_by("-cycle")
    counted = plans.annotate(count=Count("targets"), met=Count("targets", filter=Q(targets__state__in=MET)))
    return [{"plan": plan, "met": plan.met, "count": plan.count} for plan in counted]


def meetings(pupil: Pupil, plans: Sequence[Plan], on: date) -> rules.Meetings | None:
    """Meetings with the parents this year, for a pupil on SEN support; None for others. 2 queries.

    pupil: as `find_pupil` reads it, with the open period of support.
    """
    if pupil.sen_status != SenStatus.SUPPORT:
        return None
    year = academic_year_of(on)
    held = set(Note.objects.filter(pupil=pupil, kind="meeting").values_list("on", flat=True))
    held |= {plan.parents_met_on for plan in plans if plan.parents_met_on}
    terms = [(term.starts, term.ends) for term in calendar_for(pupil.school_id).terms_of(year)]
    since = pupil.period_now.starts if pupil.period_now else None
    return rules.meetings_needed(held_on=sorted(held), academic_year=year, terms=terms, on=on, on_support_from=since)


# --- Provision ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineRow:
    """What the pupil gets. done and planned: sessions until today while the pupil was in the group, trips left out."""

    line: Line
    what: str
    who: str
    done: int
    planned: int
    weekly: int
    trail: Sequence[int | None] = ()


LINE_SHOWS = ("name", "minutes", "times_per_week", "is_section_f", "state", "deliverer__name")


def lines_of(pupil: Pupil, on: date) -> QuerySet[Line]:
    """Lines with what a list shows of group and adult, and `planned_count` and `done_count` until `on`. One query."""
    last = Coalesce(OuterRef("left_on"), OuterRef("ends"))
    sessions = Session.objects.filter(group=OuterRef("group"), on__gte=OuterRef("starts"), on__lte=last).order_by()
    past = sessions.filter(Q(on__lt=on) | Q(on=on, state=SessionState.DELIVERED))
    past = past.exclude(state=SessionState.MISSED, reason=MissedReason.TRIP)

    def count(rows: QuerySet) -> Coalesce:
        return Coalesce(Subquery(rows.values("group").annotate(n=Count("pk")).values("n")), 0)

    return (
        Line.objects.filter(pupil=pupil)
        .select_related("group__deliverer")
        .only("starts", "ends", "left_on", *(f"group__{name}" for name in LINE_SHOWS))
        .annotate(planned_count=count(past), done_count=count(past.filter(state=SessionState.DELIVERED)))
        .order_by("-group__is_section_f", "group__name", "pk")
    )


def current_lines(pupil: Pupil, on: date) -> list[LineRow]:
    """What the pupil gets now. One query."""
    return [line_row(line) for line in lines_of(pupil, on).current(on).exclude(group__state="finished")]


def line_row(line: Line, trail: Sequence[int | None] = ()) -> LineRow:
    group = line.group
    who = group.deliverer.get_full_name() if group.deliverer else "Nobody yet"
    times = "every day" if group.times_per_week == 5 else f"{plural_words(group.times_per_week, 'time')} a week"
    parts = [who, times, "in Section F of the plan" if group.is_section_f else ""]
    return LineRow(
        line=line,
        what=group.name,
        who=", ".join(part for part in parts if part),
        done=line.done_count,
        planned=line.planned_count,
        weekly=group.minutes * group.times_per_week,
        trail=trail,
    )


def provision_lead(rows: Sequence[LineRow]) -> str:
    """16 hours 5 minutes a week. 92% of planned sessions have happened."""
    if not rows:
        return ""
    planned, done = sum(row.planned for row in rows), sum(row.done for row in rows)
    share = f" {done * 100 // planned}% of planned sessions have happened" if planned else ""
    return f"{minutes_words(sum(row.weekly for row in rows))} a week.{share}"


def trails(pupil: Pupil, on: date) -> dict[int, list[int | None]]:
    """{line id: its last six ratings, oldest first, None for away}. One query."""
    newest = Window(RowNumber(), partition_by=F("line_id"), order_by=[F("on").desc(), F("pk").desc()])
    rows = (
        SessionEntry.objects.filter(pupil=pupil, on__lte=on)
        .annotate(place=newest)
        .filter(place__lte=TRAIL)
        .order_by("line_id", "-place")
        .values_list("line_id", "rating")
    )
    found: dict[int, list[int | None]] = {}
    for line_id, rating in rows:
        found.setdefault(line_id, []).append(rating)
    return found


def recent_sessions(pupil: Pupil, on: date, count: int = 15) -> list[dict[str, Any]]:
    """The last sessions that the pupil was meant to have, logged as happened or not, newest first. 2 queries.

    note: only of a session for this pupil alone, since a group's note may tell of other children.
    """
    lines = Line.objects.filter(
        pupil=pupil, group=OuterRef("group"), starts__lte=OuterRef("on"), ends__gte=OuterRef("on")
    )
    alone = SessionEntry.objects.filter(session=OuterRef("pk")).exclude(pupil=pupil)
    sessions = list(
        Session.objects.filter(Exists(lines), on__lte=on)
        .exclude(state=SessionState.PLANNED)
        .annotate(is_shared=Exists(alone))
        .select_related("group")
        .order_by("-on", "-starts_at", "-pk")[:count]
    )
    entries = {entry.session_id: entry for entry in SessionEntry.objects.filter(pupil=pupil, session__in=sessions)}
    return [
        {"session": session, "entry": entries.get(session.pk), "note": "" if session.is_shared else session.note}
        for session in sessions
    ]
