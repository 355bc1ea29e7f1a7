"""A pupil's timeline: what happened, from every part of the product, in one query; and what is due next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from provision.models import Line
from pupils.enums import NoteKind, PlanKind, ReviewDecision, SenStatus
from pupils.models import Adjustment, Document, Need, Note, Plan, Profile, Pupil, Score, SenPeriod
from pupils.reference import need_codes
from pupils.rules import age_score_words
from pupils.sight import Sight, documents_q, notes_q
from reviews.enums import Decision
from reviews.models import EhcPlan, Invitee, NeedsAssessment, Review
from sendco.accounts.models import User
from sendco.core.paths import path_to

SHORT = 140
CONFIDENTIAL = "confidential-note"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. a, b, c: text whose meaning depends on the kind; `owner` an id or None."""

    kind: str
    pk: int
    on: date
    a: str
    b: str
    c: str
    owner: int | None


_NOTHING = Value("", TextField())
_NUMBERS = frozenset({"cycle", "value"})
"""Columns that must become text, because all parts of a union have columns of one type."""


def _text(name: str) -> Any:
    if not name:
        return _NOTHING
    return Cast(F(name), TextField()) if name in _NUMBERS else name


def _part(rows: QuerySet, kind: str, on: str, a: str = "", b: str = "", c: str = "", owner: str = "") -> QuerySet:
    """Seven columns of one table in the shape that all parts share: kind, id, day, three texts, an id. Names are of fields."""
    # Bare names wherever they will do: every expression is worked through again for each of some twenty parts.
    columns = ("pk", on, _text(a), _text(b), _text(c), owner or F("pk"))
    return rows.values_list(Value(kind, CharField()), *columns)  # the first is named value1


def events(pupil: Pupil, sight: Sight, user: User, *, on: date) -> QuerySet:
    """Everything up to `on` that this person may see, newest first: rows for `items`. One query when sliced."""

    @cache
    def of_pupil(model: Any) -> QuerySet:
        return model.objects.filter(pupil_id=pupil.pk).order_by()

    def past(model: Any, name: str) -> QuerySet:
        return of_pupil(model).filter(**{f"{name}__lte": on})

    notes = past(Note, "on").filter(notes_q(sight, user))
    columns = ("on", "kind", "text", "written_by__name", "written_by_id")
    parts = [
        _part(past(Profile, "written_on"), "profile", "written_on", "written_with"),
        _part(notes.filter(is_confidential=False), "note", *columns),
        _part(notes.filter(is_confidential=True), CONFIDENTIAL, *columns),
    ]
    if sight.record:
        parts += [
            _part(past(SenPeriod, "starts"), "support", "starts", "status", "reason"),
            _part(past(Need, "starts"), "need", "starts", "code"),
            _part(past(Need, "ends"), "need-end", "ends", "code"),
            _part(past(Adjustment, "starts"), "adjustment", "starts", "adjustment"),
        ]
    if sight.full_plan:
        parts += [
            _part(past(Plan, "agreed_on"), "plan", "agreed_on", "cycle", "kind"),
            _part(past(Plan, "reviewed_on"), "plan-review", "reviewed_on", "cycle", "decision", "review_summary"),
            _part(past(Score, "on"), "score", "on", "instrument__name", "value", "instrument__family"),
        ]
    if sight.documents:
        documents = past(Document, "on").filter(documents_q(sight, user), removed_at__isnull=True)
        parts.append(_part(documents, "document", "on", "title"))
    parts += _from_provision(past) if sight.provision else []
    parts += _from_reviews(pupil, past, on) if sight.reviews else []
    # A union goes by the names of its first part: day, kind, id.
    return parts[0].union(*parts[1:], all=True).order_by("-written_on", "value1", "-pk")


def _from_provision(past: Callable[[Any, str], QuerySet]) -> list[QuerySet]:
    return [
        _part(past(Line, "starts"), "line", "starts", "group__name", "group__deliverer__name", owner="group_id"),
        _part(past(Line, "left_on"), "line-left", "left_on", "group__name", owner="group_id"),
        _part(past(Line, "ends").filter(left_on__isnull=True), "line-end", "ends", "group__name", owner="group_id"),
    ]


def _from_reviews(pupil: Pupil, past: Callable[[Any, str], QuerySet], on: date) -> list[QuerySet]:
    people = Invitee.objects.filter(review__pupil=pupil, advice_received_on__lte=on).order_by()
    return [
        _part(past(EhcPlan, "first_made_on"), "ehc-plan", "first_made_on"),
        _part(past(Review, "invited_on"), "invited", "invited_on"),
        _part(past(Review, "advice_circulated_on"), "advice-sent", "advice_circulated_on"),
        _part(past(Review, "held_on"), "held", "held_on", "kind"),
        _part(past(Review, "report_sent_on"), "report", "report_sent_on"),
        _part(past(Review, "notice_on"), "decision", "notice_on", "decision"),
        _part(past(Review, "final_plan_on"), "final-plan", "final_plan_on"),
        _part(past(NeedsAssessment, "received_on"), "assessment", "received_on"),
        _part(people, "advice", "advice_received_on", "name", "job_title", owner="review_id"),
    ]


# --- In words ---------------------------------------------------------------------------------------------------


def item(event: Event, *, pupil_id: int, user: User, may_change_all: bool, short: bool) -> dict[str, Any]:
    """An entry of the `timeline` component. short: for the overview; long texts are cut, confidential ones left out."""
    title, text, kind, url = _WORDS[event.kind](event, pupil_id)
    if event.kind in ("note", CONFIDENTIAL) and (may_change_all or event.owner == user.pk):
        url = path_to("pupils:note-edit", event.pk)
    if event.kind == CONFIDENTIAL:
        title = f"{title} (confidential)"
        text = "" if short else text
    if short and len(text) > SHORT:
        text = f"{text[:SHORT].rsplit(' ', 1)[0]} …"
    return {"date": event.on, "title": title, "text": text, "kind": kind, "url": url}


Words = tuple[str, str, str, str]


def _note(event: Event, _: int) -> Words:
    name = event.c or "a colleague"
    title = {
        NoteKind.CONCERN: f"Concern from {name}",
        NoteKind.PARENT: f"Contact with parents, {name}",
        NoteKind.MEETING: f"Meeting with parents, {name}",
    }.get(event.a, f"Note from {name}")
    return title, event.b, "" if event.a in (NoteKind.CONCERN, NoteKind.MEETING) else "minor", ""


def _support(event: Event, _: int) -> Words:
    label = {SenStatus.NONE: "Support ended"}.get(event.a, f"{SenStatus(event.a).label} began")
    return label, event.b, "", ""


def _need(event: Event, pupil_id: int) -> Words:
    label = need_codes().get(event.a, (event.a,))[0]
    began = event.kind == "need"
    return (
        f"Need recorded: {label}" if began else f"Need ended: {label}",
        "",
        "minor",
        path_to("pages:pupil-needs", pupil_id),
    )


def _plan(event: Event, pupil_id: int) -> Words:
    url = path_to("pages:pupil-plan", pupil_id)
    if event.kind == "plan":
        return f"Plan agreed, cycle {event.a}", PlanKind(event.b).label, "", url
    return f"Plan reviewed, cycle {event.a}: {ReviewDecision(event.b).label.lower()}", event.c, "", url


def _score(event: Event, _: int) -> Words:
    number = f"{float(event.b):g}"
    if event.c == "age_equivalent":
        number = age_score_words(int(float(event.b)))
    return f"{event.a}: {number}", "", "minor", ""


def _line(event: Event, _: int) -> Words:
    verb = {"line": "started", "line-left": "left", "line-end": "finished"}[event.kind]
    return f"{event.a}: {verb}", event.b, "minor", ""


def _review(title: str) -> Callable[[Event, int], Words]:
    return lambda event, _: (title, "", "", path_to("reviews:review", event.pk))


def _decision(event: Event, _: int) -> Words:
    label = Decision(event.a).label if event.a else "Letter received"
    return f"Local authority: {label[0].lower()}{label[1:]}", "", "", path_to("reviews:review", event.pk)


def _advice(event: Event, _: int) -> Words:
    who = ", ".join(part for part in (event.a, event.b) if part)
    return "Views and advice received", who, "", path_to("reviews:review", event.owner)


_WORDS: dict[str, Callable[[Event, int], Words]] = {
    "profile": lambda e, pk: (
        "One-page profile written",
        f"With {e.a}" if e.a else "",
        "",
        path_to("pages:pupil-profile", pk),
    ),
    "note": _note,
    CONFIDENTIAL: _note,
    "support": _support,
    "need": _need,
    "need-end": _need,
    "adjustment": lambda e, pk: ("Reasonable adjustment", e.a, "minor", path_to("pages:pupil-needs", pk)),
    "plan": _plan,
    "plan-review": _plan,
    "score": _score,
    "document": lambda e, pk: (f"Document: {e.a}", "", "minor", path_to("pages:pupil-documents", pk)),
    "line": _line,
    "line-left": _line,
    "line-end": _line,
    "ehc-plan": lambda e, pk: ("EHC plan made", "", "", path_to("pages:pupil-reviews", pk)),
    "invited": _review("Invitations to the review sent"),
    "advice-sent": _review("Advice sent to everyone invited"),
    "held": _review("Review meeting held"),
    "report": _review("Review report sent"),
    "decision": _decision,
    "final-plan": _review("Final plan received"),
    "assessment": lambda e, pk: ("EHC needs assessment asked for", "", "", path_to("pages:pupil-reviews", pk)),
    "advice": _advice,
}


def items(rows: Any, *, pupil_id: int, user: User, may_change_all: bool, short: bool = False) -> list[dict[str, Any]]:
    """Entries of the timeline from rows of `events`. No query of its own."""
    found = (Event(kind, pk, on, a or "", b or "", c or "", owner) for kind, pk, on, a, b, c, owner in rows)
    return [item(event, pupil_id=pupil_id, user=user, may_change_all=may_change_all, short=short) for event in found]
