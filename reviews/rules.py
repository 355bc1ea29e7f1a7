"""What may follow what in a review, and the words of its contribution pages. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sendco.core.exceptions import Refused

from .enums import Decision, ReviewKind, ReviewState

OPEN_STATES = (ReviewState.PLANNED, ReviewState.SCHEDULED, ReviewState.HELD, ReviewState.REPORTED)
UNFINISHED_STATES = (*OPEN_STATES, ReviewState.DECIDED)
"""Until the last step is done; the school has nothing to do any more once the authority has decided."""
BEFORE_MEETING = (ReviewState.PLANNED, ReviewState.SCHEDULED)
AFTER_MEETING = (ReviewState.HELD, ReviewState.REPORTED)
RIPE = {
    "invite_by": (ReviewState.SCHEDULED,),
    "advice_circulated_by": (ReviewState.SCHEDULED,),
    "report_by": (ReviewState.HELD,),
    "decision_by": AFTER_MEETING,
    "final_plan_by": (ReviewState.DECIDED,),
}
"""States in which a step can be recorded. The authority's own steps count as awaited only then."""
FORMAL_KINDS = (ReviewKind.ANNUAL, ReviewKind.PHASE)
NEEDS_REASON = frozenset({"short_notice", "after_limit", "school_closed", "past"})
"""Problems of a meeting date (codes of `deadlines.meeting_problems`) with which it is booked only for a reason."""


def check_state(state: str, allowed: Collection[str], doing: str) -> None:
    """Refused unless a review in `state` may be changed so. `doing` finishes "You cannot …"."""
    if state not in allowed:
        raise Refused(f"You cannot {doing}. This review stands at “{ReviewState(state).label.lower()}”.")


def check_decision(decision: str, notice_on: date | None, reference: str) -> None:
    """A school records what the local authority's letter says, never a decision of its own."""
    if decision not in Decision.values:
        raise Refused("Choose what the local authority decided.")
    if notice_on is None or not reference.strip():
        raise Refused(
            "Enter the date and the reference of the local authority’s letter. Only the letter is a decision."
        )


@dataclass(frozen=True)
class Question:
    """One page of the contribution. `{name}` stands for the child's first name."""

    key: str
    text: str
    hint: str
    to_child: str
    child_hint: str


QUESTIONS = (
    Question(
        "liked", "What do you like about {name}?", "What {name} is good at, enjoys and cares about.",
        "What do people like about you?", "Things you are good at and enjoy.",
    ),
    Question(
        "working", "What is going well for {name}?", "At home, at school or anywhere else. What helps?",
        "What is going well for you?", "At home, at school or anywhere else. What helps?",
    ),
    Question(
        "not_working", "What is hard for {name} at the moment?", "At home, at school or anywhere else. A few words are fine.",
        "What is hard for you at the moment?", "At home, at school or anywhere else. A few words are fine.",
    ),
    Question(
        "next", "What would you like to happen next?", "In the next year, and later. What should change in the plan?",
        "What would you like to happen next?", "What would you like to learn or do?",
    ),
)  # fmt: skip
ANSWER_KEYS = tuple(question.key for question in QUESTIONS)
ANSWER_MAX = 4000


def asked_and_answered(answers: Mapping[str, str] | None, first_name: str) -> list[tuple[str, str]]:
    """(question, answer) of what came by link, "" where one was left out. Empty when nothing came."""
    if answers is None:
        return []
    return [(each.text.replace("{name}", first_name), answers.get(each.key, "")) for each in QUESTIONS]
