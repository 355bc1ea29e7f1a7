"""Statutory clocks: pure functions from dates to dates. Every page, e-mail, report and task asks here.

Nothing in this package reads a database or today's date. `annual_review_clock` and `needs_assessment_clock` give the
dates of a whole process; `status_of` says how one of them stands. The limits themselves are the dated rows of
`reviews.clock_rules`.
"""

from reviews.clock_rules import ClockInputError

from .anchors import (
    Anchor,
    PastReview,
    PhaseTransfer,
    anchor_after,
    is_post_16_transfer,
    must_consider_adulthood,
    next_phase_transfer,
    phase_transfer_in,
)
from .annual import annual_review_clock
from .assessment import Applies, ExceptionWindow, closure_exception, closure_window, needs_assessment_clock
from .meetings import MeetingProblem, NoticeCheck, authority_list_by, meeting_problems, notice_given
from .moves import appeal_by, new_authority_clock, plan_passes_on
from .records import complaint_acknowledged_by, educational_record_by, pupil_file_by, retain_until, subject_access_by
from .school import (
    MeetingsState,
    SupportMeetings,
    Verdict,
    inclusion_strategy_clock,
    national_award_counts,
    senco_qualification_by,
    support_meetings,
)
from .status import ClockStatus, State, Tone, status_of, status_on
from .values import Deadline, Flag, Limb

__all__ = [
    "Anchor",
    "Applies",
    "ClockInputError",
    "ClockStatus",
    "Deadline",
    "ExceptionWindow",
    "Flag",
    "Limb",
    "MeetingProblem",
    "MeetingsState",
    "NoticeCheck",
    "PastReview",
    "PhaseTransfer",
    "State",
    "SupportMeetings",
    "Tone",
    "Verdict",
    "anchor_after",
    "annual_review_clock",
    "appeal_by",
    "authority_list_by",
    "closure_exception",
    "closure_window",
    "complaint_acknowledged_by",
    "educational_record_by",
    "inclusion_strategy_clock",
    "is_post_16_transfer",
    "meeting_problems",
    "must_consider_adulthood",
    "national_award_counts",
    "needs_assessment_clock",
    "new_authority_clock",
    "next_phase_transfer",
    "notice_given",
    "phase_transfer_in",
    "plan_passes_on",
    "pupil_file_by",
    "retain_until",
    "senco_qualification_by",
    "status_of",
    "status_on",
    "subject_access_by",
    "support_meetings",
]
