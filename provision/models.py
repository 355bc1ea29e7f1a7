"""The catalogue, groups, lines of the Provision Map, and sessions."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from pupils.enums import Area, Rating
from pupils.models import Instrument, Pupil, Score
from sendco.core.models import Quiet, Stamped, Versioned
from sendco.core.paths import path_to
from sendco.schools.models import Grade

from .enums import DecisionKind, Funding, GroupState, MissedReason, SessionState, Weekday
from .querysets import GroupQuerySet, InterventionQuerySet, LineQuerySet, SessionQuerySet


class Tier(Quiet):
    """A layer of support: universal, targeted, specialist. Rows, because the 2026 proposals may rename them."""

    code = models.CharField(max_length=20, unique=True)
    label = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["order"]


class Intervention(Versioned):
    """An entry of the catalogue. A row with a federation is that federation's own and overrides the national one of its code."""

    federation = models.ForeignKey(
        "schools.Federation", models.CASCADE, null=True, blank=True, related_name="interventions"
    )
    code = models.CharField(max_length=20)
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    area = models.CharField(max_length=5, choices=Area)
    strand = models.CharField(max_length=80, blank=True)
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="interventions")
    years = models.CharField(max_length=40, blank=True)
    group_min = models.PositiveSmallIntegerField(default=1)
    group_max = models.PositiveSmallIntegerField(default=1)
    times_per_week = models.PositiveSmallIntegerField(default=1)
    minutes = models.PositiveSmallIntegerField(default=30)
    weeks = models.PositiveSmallIntegerField(default=10)
    grade = models.CharField(max_length=8, choices=Grade, default=Grade.TA2)
    training = models.CharField(max_length=120, blank=True)
    instrument = models.ForeignKey(Instrument, models.SET_NULL, null=True, blank=True, related_name="interventions")
    entry_measure = models.CharField(max_length=120, blank=True)
    evidence_level = models.CharField(max_length=20, blank=True)
    evidence_text = models.TextField(blank=True)
    evidence_checked = models.BooleanField(default=False)
    source_title = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=300, blank=True)
    is_archived = models.BooleanField(default=False)

    objects = InterventionQuerySet.as_manager()

    class Meta:
        ordering = ["area", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(federation__isnull=True), name="one_national_intervention_a_slug"
            ),
            models.UniqueConstraint(
                fields=["federation", "slug"], condition=Q(federation__isnull=False), name="one_own_intervention_a_slug"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("provision:intervention", args=[self.slug])


class Group(Versioned):
    """An intervention that runs for named pupils, from a day until a day, at a dose, by an adult. 1:1 is a group of one.

    hourly_rate: pounds for an hour with pupils, copied from the rate of the grade when the group was planned, so that a new
    rate changes no past cost. materials_cost: pounds for the whole group.
    """

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="groups")
    intervention = models.ForeignKey(Intervention, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=GroupState, default=GroupState.RUNNING)
    starts = models.DateField()
    ends = models.DateField()
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(5), MaxValueValidator(400)])
    times_per_week = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(25)])
    weeks = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(52)])
    deliverer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="delivered_groups"
    )
    grade = models.CharField(max_length=8, choices=Grade)
    hourly_rate = models.DecimalField(max_digits=7, decimal_places=2)
    materials_cost = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    place = models.CharField(max_length=60, blank=True)
    funding = models.CharField(max_length=14, choices=Funding, default=Funding.NOTIONAL)
    is_section_f = models.BooleanField("in Section F of the EHC plan", default=False)
    closing_note = models.CharField(max_length=300, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="group_ends_after_it_starts")]
        indexes = [models.Index(fields=["school", "state"], name="groups_of_a_school")]

    def get_absolute_url(self) -> str:
        return path_to("provision:group", self.pk)


class Slot(Quiet):
    """When a group meets each week. Sessions are made from slots and the school's calendar."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts_at = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts_at"]
        constraints = [models.UniqueConstraint(fields=["group", "weekday", "starts_at"], name="one_slot_a_time")]


class Line(Versioned):
    """A line of the Provision Map: what one pupil gets. Belongs to a group, which gives what, when, who and dose.

    cost: pounds for this pupil over the line's own dates, worked out by `provision.actions` whenever dose, dates, members or
    rate change. entry, exit: scores before and after.
    """

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="lines")
    group = models.ForeignKey(Group, models.PROTECT, related_name="lines")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    cost = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    target = models.ForeignKey("pupils.Target", models.SET_NULL, null=True, blank=True, related_name="lines")
    outcome = models.CharField(max_length=200, blank=True)
    entry = models.ForeignKey(Score, models.SET_NULL, null=True, blank=True, related_name="+")
    exit = models.ForeignKey(Score, models.SET_NULL, null=True, blank=True, related_name="+")
    no_exit_reason = models.CharField(max_length=200, blank=True)
    left_on = models.DateField(null=True, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["pupil", "group"], name="one_line_a_pupil_and_group"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="line_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["school", "starts", "ends"], name="lines_of_a_school")]


class Session(Versioned):
    """One meeting of a group. Planned from slots on open school days; logged as happened or not."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="sessions")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="+")
    on = models.DateField()
    starts_at = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    deliverer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="sessions"
    )
    state = models.CharField(max_length=9, choices=SessionState, default=SessionState.PLANNED)
    reason = models.CharField(max_length=12, choices=MissedReason, blank=True)
    note = models.CharField(max_length=300, blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    logged_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["on", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "on", "starts_at"], name="one_session_a_time"),
            models.CheckConstraint(
                condition=Q(state="planned", logged_at__isnull=True)
                | (~Q(state="planned") & Q(logged_at__isnull=False)),
                name="session_logged_when_not_planned",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "on", "state"], name="sessions_of_a_school"),
            models.Index(fields=["deliverer", "on"], name="sessions_of_an_adult"),
        ]

    def get_absolute_url(self) -> str:
        return path_to("provision:session-log", self.pk)


class SessionEntry(Quiet):
    """How it went for one pupil in one session. was_away: no rating then. school and on repeat the session's, for indexes."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="entries")
    line = models.ForeignKey(Line, models.CASCADE, related_name="entries")
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="session_entries")
    on = models.DateField()
    was_away = models.BooleanField(default=False)
    rating = models.PositiveSmallIntegerField(choices=Rating, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "pupil"], name="one_entry_a_pupil_and_session"),
            models.CheckConstraint(condition=Q(was_away=False) | Q(rating__isnull=True), name="no_rating_when_away"),
        ]
        indexes = [models.Index(fields=["pupil", "-on"], name="entries_of_a_pupil")]


class Decision(Stamped):
    """What a school decided about an intervention, and on what it rested. Rows are only added; the newest holds.

    effect: the word that the impact page showed then, and `pupils` how many scores it stood on, because both move on.
    reason: what will change or why. Never about one child.
    """

    school = models.ForeignKey("schools.School", models.CASCADE, related_name="decisions")
    intervention = models.ForeignKey(Intervention, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=DecisionKind)
    reason = models.CharField(max_length=500)
    on = models.DateField()
    effect = models.CharField(max_length=20, blank=True)
    pupils = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["school", "-on"], name="decisions_of_a_school")]


class CostConstants(Stamped):
    """What costs are worked out with from a day until the next row: of one school, or of the whole federation when `school`
    is empty. Rows are only added, so no past year changes. Percentages are stored as they are said: 20 is 20%.

    Where no row holds, `rules.cost.CostSettings` does.
    """

    federation = models.ForeignKey("schools.Federation", models.CASCADE, related_name="+")
    school = models.ForeignKey("schools.School", models.CASCADE, null=True, blank=True, related_name="+")
    valid_from = models.DateField()
    top_up_threshold = models.DecimalField(max_digits=8, decimal_places=2)
    pupil_weeks = models.DecimalField(max_digits=4, decimal_places=1)
    paid_weeks = models.DecimalField(max_digits=5, decimal_places=2)
    full_time_hours = models.DecimalField(max_digits=4, decimal_places=1)
    teacher_hours = models.DecimalField(max_digits=6, decimal_places=1)
    support_pension = models.DecimalField(max_digits=5, decimal_places=2)
    teacher_pension = models.DecimalField(max_digits=5, decimal_places=2)
    national_insurance = models.DecimalField(max_digits=5, decimal_places=2)
    insurance_threshold = models.DecimalField(max_digits=8, decimal_places=2)
    source = models.CharField(max_length=200, blank=True)
    added_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["federation", "valid_from"],
                condition=Q(school__isnull=True),
                name="one_federation_constants_a_day",
            ),
            models.UniqueConstraint(
                fields=["school", "valid_from"], condition=Q(school__isnull=False), name="one_school_constants_a_day"
            ),
        ]


class InstrumentFacts(Versioned):
    """How exact a test is, as a federation read it in the manual. An empty field leaves what the instrument itself says.

    sd: spread of scores in the norm group; reliability: from 0 to 1. Both are needed to tell a change from chance.
    """

    federation = models.ForeignKey("schools.Federation", models.CASCADE, related_name="+")
    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="+")
    sd = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    reliability = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "instrument"], name="one_facts_a_federation_and_instrument"),
            models.CheckConstraint(
                condition=Q(reliability__isnull=True) | Q(reliability__gt=0, reliability__lt=1),
                name="reliability_between_0_and_1",
            ),
            models.CheckConstraint(condition=Q(sd__isnull=True) | Q(sd__gt=0), name="spread_above_0"),
        ]
