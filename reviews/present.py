"""Reviews as their pages show them: statuses in words, the timeline, papers and what to do next. No query of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from sendco.core.dates import long_date, weekday_date
from sendco.core.ui import clock_time
from sendco.schools.calendar import SchoolCalendar

from .clock_rules import Basis, Owner
from .deadlines import ClockStatus, Deadline, State, Tone, notice_given, status_of
from .enums import Decision, InviteeKind, Reply, ReviewState
from .models import Invitee, Review, ReviewStep
from .rules import RIPE

TIMELINE = ("invite_by", "advice_circulated_by", "meeting_latest", "report_by", "decision_by", "final_plan_by")


RECORD = {
    "invite_by": ("reviews:invite-sent", "Record as sent"),
    "advice_circulated_by": ("reviews:advice-circulate", "Record as sent"),
    "meeting_latest": ("reviews:hold", "Record the meeting"),
    "report_by": ("reviews:report-send", "Record as sent"),
    "decision_by": ("reviews:decision", "Record the letter"),
    "final_plan_by": ("reviews:final-plan", "Record the plan"),
}
"""{step: (where it is marked as done by hand, in which words)}"""


def can_be_recorded(review: Review, key: str, *, on: date) -> bool:
    """Whether the form that marks a step as done would take it now."""
    if key == "meeting_latest":
        return review.state == ReviewState.SCHEDULED and review.meeting_on is not None and review.meeting_on <= on
    if review.state not in RIPE.get(key, ()):
        return False
    if key == "advice_circulated_by":
        return review.invited_on is not None
    return key != "report_by" or bool(review.recommendations)


def deadline_of(step: ReviewStep) -> Deadline:
    """The saved step as the clock gave it, so that one function judges both."""
    reason = step.reason or ("" if step.due_on else "No date yet.")
    return Deadline(
        key=step.key,
        label=step.label,
        due=step.due_on,
        target=step.target_on if step.due_on else None,
        owner=Owner(step.owner),
        rule=step.rule,
        basis=Basis(step.basis),
        source=step.source,
        binding_limb=step.binding,
        reason="" if step.due_on else reason,
    )


def step_status(step: ReviewStep, *, on: date, calendar: SchoolCalendar | None = None) -> ClockStatus:
    return status_of(deadline_of(step), on=on, done_on=step.done_on, calendar=calendar)


def owner_words(owner: str, *, la: str = "Local authority") -> str:
    return la if owner == Owner.AUTHORITY else owner[:1].upper() + owner[1:]


def short_source(source: str) -> str:
    """The first place in the law, as a page names it: "Regulation 20(3)". The whole is on the page of dates."""
    first = source.split(";")[0].strip()
    first = re.sub(r"^SEND Regulations 2014 \(SI 2014/1530\), r", "R", first)
    return "Our planning rule" if first.startswith("Planned back") else first


def short_rule(binding: str) -> str:
    """The limb that binds as a small sentence: "Two weeks before the meeting."."""
    return f"{binding[0].upper()}{binding[1:]}." if binding else ""


def short_status(status: ClockStatus) -> str:
    """The status beside the name of who acts: "Waiting, 43 days left"."""
    if status.is_ours or status.days_left is None or status.state in (State.MET, State.MET_LATE):
        return status.text
    days = abs(status.days_left)
    words = f"{days} day{'' if days == 1 else 's'}"
    return f"{words} late" if status.days_left < 0 else f"Waiting, {words} left"


def chip_and_note(status: ClockStatus) -> tuple[str, str]:
    """The status in a word or two, and the days as a sentence to stand beside it: ("Due soon", "16 days left.")."""
    if status.days_left is None:
        return short_status(status), ""
    days = f"{abs(status.days_left)} day{'' if abs(status.days_left) == 1 else 's'}"
    if status.state == State.MET:
        return "Done", f"{days} before." if status.days_left else "On the last day."
    if status.state == State.MET_LATE:
        return "Done late", f"{days} late."
    if status.state == State.OVERDUE:
        return "Overdue" if status.is_ours else "Late", f"By {days}."
    if status.tone == Tone.NONE:  # for information: nobody acts on it
        return status.text, ""
    if not status.days_left:
        return "Due today" if status.is_ours else "Waiting", "" if status.is_ours else "Due today."
    word = {Tone.WARN: "Due soon", Tone.OK: "On track"}.get(status.tone, "Waiting")
    return word, f"{days} left."


def timeline_of(
    review: Review,
    steps: Sequence[ReviewStep],
    *,
    on: date,
    calendar: SchoolCalendar | None = None,
    can_record: bool = False,
) -> list[dict[str, Any]]:
    """The statutory timeline: one entry a step, in the order of the law, for the `countdown` component.

    can_record: each step that can be marked as done by hand now leads to the form that does it.
    """
    rows, now_found = [], False
    for step in steps:
        if step.key not in TIMELINE:
            continue
        status = step_status(step, on=on, calendar=calendar)
        state = "done" if step.done_on else ""
        if not state and not now_found and status.is_ours and step.due_on:
            state, now_found = "now", True
        text, words = chip_and_note(status)
        row = {
            "title": step.label,
            "date": step.done_on or step.due_on,
            "status": str(status.tone),
            "text": text,
            "note": words,
            "state": state,
            "rule": short_rule(step.binding) or step.rule,
            "source": short_source(step.source),
            "owner": "" if status.is_ours else owner_words(step.owner),
            "working_date": step.target_on if status.is_ours and not step.done_on else None,
        }
        if step.key == "invite_by" and step.done_on and review.meeting_on:
            check = notice_given(meeting=review.meeting_on, sent=step.done_on, anchor=review.anchor_on)
            text = "Sent" if check.is_compliant else "Sent too late"
            row |= {"text": text, "note": check.sentence, "status": "ok" if check.is_compliant else "warn"}
        if step.key == "meeting_latest":
            row |= _meeting_row(review, step, on)
        if can_record and not step.done_on and can_be_recorded(review, step.key, on=on):
            url_name, words = RECORD[step.key]
            row |= {"url": reverse(url_name, args=[review.pk]), "action": words}
        rows.append(row)
    return rows


def _meeting_row(review: Review, step: ReviewStep, on: date) -> dict[str, Any]:
    if review.held_on:
        return {"date": review.held_on}
    if not review.meeting_on:
        return {"title": "Book the meeting by"}
    days = (review.meeting_on - on).days
    late = step.due_on and review.meeting_on > step.due_on
    note = ""
    if days < 0:
        status, text = "warn", "Not recorded"
    else:
        status, text = "none", "Today" if days == 0 else f"In {days} day{'' if days == 1 else 's'}"
    where = " ".join(part for part in (clock_time(review.meeting_at), review.place) if part)
    rule = f"{where}. {short_rule(step.binding)}" if where else short_rule(step.binding)
    if late:
        status, note = "warn", f"Later than {long_date(step.due_on)}."
    return {
        "date": review.meeting_on, "status": status, "text": text, "note": note, "working_date": None, "rule": rule,
    }  # fmt: skip


# --- What to do next --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextAction:
    """The one thing to do now. url_name: of the reviews app, taking the review's id (`schedule` takes it as a query)."""

    key: str
    label: str
    sentence: str
    icon: str = "check"


def next_action(
    review: Review, steps: Iterable[ReviewStep], people: Sequence[Invitee], *, on: date
) -> NextAction | None:
    """What the school does next, or None while it waits or all is done."""
    due = {step.key: step.target_on or step.due_on for step in steps}

    def by(key: str, otherwise: str = "") -> str:
        return f" by {weekday_date(due[key])}" if due.get(key) else otherwise

    if review.state == ReviewState.PLANNED:
        latest = due.get("meeting_latest")
        sentence = f"Set a meeting{f' on or before {weekday_date(latest)}' if latest else ''}."
        if latest and latest < on:
            sentence = f"Set a meeting as soon as you can: it had to be on or before {weekday_date(latest)}."
        return NextAction("schedule", "Schedule the meeting", sentence, "calendar-plus")
    if review.state == ReviewState.SCHEDULED:
        return _before_meeting(review, people, on, by)
    if review.state == ReviewState.HELD:
        if review.recommendations:
            return NextAction("report-send", "Send the report", f"Send the report{by('report_by')}.", "send")
        return NextAction(
            "report-edit", "Write the report", f"Write and send the report{by('report_by')}.", "pencil-line"
        )
    if review.state == ReviewState.REPORTED:
        sentence = f"Waiting for the local authority’s decision{by('decision_by')}."
        return NextAction("decision", "Record the letter", sentence, "mail")
    if review.state == ReviewState.DECIDED:
        sentence = f"Waiting for the local authority’s final plan{by('final_plan_by')}."
        return NextAction("final-plan", "Record the final plan", sentence, "file-text")
    return None


def _before_meeting(review: Review, people: Sequence[Invitee], on: date, by: Any) -> NextAction:
    if review.meeting_on and review.meeting_on < on:
        return NextAction(
            "hold", "Record the meeting", f"The meeting was on {weekday_date(review.meeting_on)}. Record it."
        )
    if not review.invited_on:
        waiting = sum(person.invited_on is None for person in people)
        who = f"{waiting} person has" if waiting == 1 else f"{waiting} people have"
        return NextAction(
            "invite",
            "Check and send invitations",
            f"Send the invitations{by('invite_by')}. {who} not been invited.",
            "send",
        )
    received = sum(person.advice_received_on is not None for person in people)
    if not review.advice_circulated_on:
        return NextAction(
            "advice-circulate", "Check and send advice",
            f"Send the advice{by('advice_circulated_by')}. {received} of {len(people)} people have sent theirs.", "send",
        )  # fmt: skip
    return NextAction("hold", "Record the meeting", f"The meeting is on {weekday_date(review.meeting_on)}.")


# --- People and papers ------------------------------------------------------------------------------------

REPLY_STATUS = {Reply.COMING: "ok", Reply.VIDEO: "ok", Reply.SENDS: "none", Reply.NOT_COMING: "none"}


def person_row(person: Invitee, *, on: date, is_before: bool = True, link_ends: date | None = None) -> dict[str, Any]:
    """One row of the people table: how they stand, in words. is_before: the meeting is booked and has not been held."""
    if person.attended is not None:
        coming = ("ok", "Came") if person.attended else ("none", "Was not there")
    elif person.reply:
        coming = (REPLY_STATUS[person.reply], person.get_reply_display())
    elif person.invited_on:
        coming = ("warn", "No reply")
    else:
        coming = ("none", "Not invited yet")
    if person.advice_received_on:
        views = ("ok", f"Received {long_date(person.advice_received_on)}")
    elif person.reminded_on:
        views = ("wait", f"Waiting, reminded {long_date(person.reminded_on)}")
    elif person.advice_asked_on:
        views = ("wait", f"Asked {long_date(person.advice_asked_on)}")
    else:
        views = ("none", "Not asked yet")
    title = person.job_title or person.get_kind_display()
    return {
        "person": person,
        "name": person.name or "Name not known yet",
        "title": title,
        "coming": coming,
        "views": views,
        "can_remind": is_before and bool(person.invited_on and person.email and not person.advice_received_on),
        "link_ends": link_ends,
    }


def papers_of(review: Review, people: Iterable[Invitee], *, outcomes: int, rated: int) -> list[dict[str, str]]:
    """The papers of a review, with state done, wait or todo."""
    papers = []
    for person in people:
        if person.kind == InviteeKind.PUPIL:
            title = f"{review.pupil.first_name}’s views"
        elif person.kind == InviteeKind.PARENT:
            title = "Parent views"
        elif person.kind in (InviteeKind.LA, InviteeKind.HEAD):
            continue
        else:
            title = f"Advice: {person.job_title or person.get_kind_display()}"
        if person.advice_received_on:
            papers.append({"title": title, "state": "done", "note": f"Received {long_date(person.advice_received_on)}"})
        else:
            papers.append({"title": title, "state": "wait" if person.advice_asked_on else "todo", "note": person.name})
    papers.append({"title": "Costed provision map", "state": "done", "note": "Filled in for you"})
    if outcomes:
        state = "done" if rated == outcomes else "todo"
        papers.append({"title": "Progress on outcomes", "state": state, "note": f"{rated} of {outcomes} rated"})
    else:
        papers.append({"title": "Progress on outcomes", "state": "todo", "note": "No outcomes entered yet"})
    papers.append(
        {"title": "Report with recommendations", "state": "done", "note": "Written"}
        if review.recommendations
        else {"title": "Report with recommendations", "state": "todo", "note": "Not started"}
    )
    return papers


def state_chip(review: Review) -> tuple[str, str]:
    """Status and words of a review as a whole."""
    status = {
        ReviewState.PLANNED: "none",
        ReviewState.REPORTED: "wait",
        ReviewState.DECIDED: "wait",
        ReviewState.COMPLETE: "ok",
        ReviewState.CANCELLED: "none",
    }.get(review.state, "ok")
    text = review.get_state_display()
    if review.state == ReviewState.DECIDED and review.decision == Decision.AMEND:
        text = "Waiting for the final plan"
    return status, text
