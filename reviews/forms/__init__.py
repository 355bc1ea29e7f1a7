"""Forms of the reviews app, by screen."""

from .assessment import AssessmentAddForm, AssessmentForm, CloseAssessmentForm
from .meeting import CancelForm, HoldForm, ScheduleForm
from .outcome import DecisionForm, FinalPlanForm, RateForm, ReportForm, ReportSentForm
from .people import AdviceForm, CirculateForm, InviteeForm, InviteSentForm, PressForm, ReplyForm
from .plan import EhcPlanForm, OutcomeForm, ReviewAddForm, SectionFForm
from .public import AnswerForm

__all__ = [
    "AdviceForm",
    "AnswerForm",
    "AssessmentAddForm",
    "AssessmentForm",
    "CancelForm",
    "CirculateForm",
    "CloseAssessmentForm",
    "DecisionForm",
    "EhcPlanForm",
    "FinalPlanForm",
    "HoldForm",
    "InviteSentForm",
    "InviteeForm",
    "OutcomeForm",
    "PressForm",
    "RateForm",
    "ReplyForm",
    "ReportForm",
    "ReportSentForm",
    "ReviewAddForm",
    "ScheduleForm",
    "SectionFForm",
]
