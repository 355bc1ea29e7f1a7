"""Models of the pupils app, a file for each family."""

from .codes import ReferenceCode
from .grants import PupilGroupObjectPermission, PupilUserObjectPermission
from .plans import Plan, ProgressRecord, Target
from .pupil import Contact, Need, Pupil, SenPeriod, Tag
from .record import Adjustment, Document, Note, Profile, SavedView, Strategy
from .scores import Instrument, Score

__all__ = [
    "Adjustment",
    "Contact",
    "Document",
    "Instrument",
    "Need",
    "Note",
    "Plan",
    "Profile",
    "ProgressRecord",
    "Pupil",
    "PupilGroupObjectPermission",
    "PupilUserObjectPermission",
    "ReferenceCode",
    "SavedView",
    "Score",
    "SenPeriod",
    "Strategy",
    "Tag",
    "Target",
]
