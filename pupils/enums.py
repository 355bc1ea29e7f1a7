"""Choices of the pupils app. Codes that the government changes (needs, languages …) are rows, not choices."""

from django.db import models


class SenStatus(models.TextChoices):
    """Census codes N, K and E, and our own M: watched by the school, not on the register of special educational needs."""

    NONE = "N", "No SEN"
    MONITORING = "M", "Monitoring"
    SUPPORT = "K", "SEN support"
    EHCP = "E", "EHC plan"


ON_REGISTER = (SenStatus.SUPPORT, SenStatus.EHCP)


class Area(models.TextChoices):
    """The four broad areas of need (Code of Practice 6.28 to 6.35)."""

    CI = "CI", "Communication and interaction"
    CL = "CL", "Cognition and learning"
    SEMH = "SEMH", "Social, emotional and mental health"
    SP = "SP", "Sensory and physical"
    OTHER = "OTHER", "Other"


class Sex(models.TextChoices):
    FEMALE = "F", "Female"
    MALE = "M", "Male"


class Rating(models.IntegerChoices):
    """How a target or session went. Progress is not pass or fail."""

    NOT_YET = 0, "Not yet"
    WITH_HELP = 1, "With help"
    NEARLY = 2, "Nearly"
    GOT_IT = 3, "Got it"


class PlanKind(models.TextChoices):
    SEN_SUPPORT = "sen_support", "SEN support plan"
    EHCP = "ehcp", "EHC plan targets"


class PlanState(models.TextChoices):
    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    REVIEWED = "reviewed", "Reviewed"


class TargetState(models.TextChoices):
    OPEN = "open", "Open"
    EXCEEDED = "exceeded", "Exceeded"
    MET = "met", "Met"
    PARTLY = "partly", "Partly met"
    NOT_MET = "not_met", "Not yet met"
    STOPPED = "stopped", "Stopped"


class ReviewDecision(models.TextChoices):
    """What a plan review decided. Stepping down after success is good news and is counted."""

    CONTINUE = "continue", "Continue"
    CHANGE_STRATEGY = "change_strategy", "Change strategy"
    CHANGE_PROVISION = "change_provision", "Change provision"
    STEP_UP = "step_up", "Step up"
    STEP_DOWN = "step_down", "Step down"
    SPECIALIST = "specialist", "Ask for specialist advice"
    EHC_ASSESSMENT = "ehc_assessment", "Ask for an EHC needs assessment"
    OFF_REGISTER = "off_register", "Move off the register"


class NoteKind(models.TextChoices):
    NOTE = "note", "Note"
    CONCERN = "concern", "Concern"
    PARENT = "parent", "Contact with parents"
    MEETING = "meeting", "Meeting with parents"


class YearGroup(models.TextChoices):
    E1 = "E1", "Early years 1"
    E2 = "E2", "Early years 2"
    N1 = "N1", "Nursery 1"
    N2 = "N2", "Nursery 2"
    R = "R", "Reception"
    Y1 = "1", "Year 1"
    Y2 = "2", "Year 2"
    Y3 = "3", "Year 3"
    Y4 = "4", "Year 4"
    Y5 = "5", "Year 5"
    Y6 = "6", "Year 6"
    Y7 = "7", "Year 7"
    Y8 = "8", "Year 8"
    Y9 = "9", "Year 9"
    Y10 = "10", "Year 10"
    Y11 = "11", "Year 11"
    Y12 = "12", "Year 12"
    Y13 = "13", "Year 13"
    Y14 = "14", "Year 14"
    X = "X", "Not by year"


YEAR_ORDER = {code: index for index, code in enumerate(YearGroup.values)}
