"""Every change of a review, its people, its plan and its steps. The only door: screens, imports and tasks come through here."""

from .assessments import change_needs_assessment, close_needs_assessment, open_needs_assessment
from .contributions import make_link, open_link, revoke_link, save_answer, submit_contribution
from .meetings import hold_meeting, schedule_meeting
from .outcome import rate_outcome, record_decision, record_final_plan, send_report, write_report
from .people import (
    add_invitee,
    change_invitee,
    circulate_advice,
    prefill_invitees,
    record_advice,
    record_invited,
    record_reply,
    remind_invitee,
    remove_invitee,
    send_invitations,
)
from .plans import (
    add_outcome,
    add_section_f,
    cancel_review,
    change_ehc_plan,
    change_outcome,
    change_section_f,
    open_ehc_plan,
    open_review,
    remove_outcome,
    remove_section_f,
)
from .steps import build_steps, clock_of, refresh_steps

__all__ = [
    "add_invitee",
    "add_outcome",
    "add_section_f",
    "build_steps",
    "cancel_review",
    "change_ehc_plan",
    "change_invitee",
    "change_needs_assessment",
    "change_outcome",
    "change_section_f",
    "circulate_advice",
    "clock_of",
    "close_needs_assessment",
    "hold_meeting",
    "make_link",
    "open_ehc_plan",
    "open_link",
    "open_needs_assessment",
    "open_review",
    "prefill_invitees",
    "rate_outcome",
    "record_advice",
    "record_decision",
    "record_final_plan",
    "record_invited",
    "record_reply",
    "refresh_steps",
    "remind_invitee",
    "remove_invitee",
    "remove_outcome",
    "remove_section_f",
    "revoke_link",
    "save_answer",
    "schedule_meeting",
    "send_invitations",
    "send_report",
    "submit_contribution",
    "write_report",
]
