"""A pupil, their needs, their support over time and the people to contact."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pupils.enums import Area, SenStatus, Sex, YearGroup
from pupils.querysets import PupilQuerySet
from sendco.core.models import Quiet, Stamped, Versioned
from sendco.core.paths import path_to

NAME_FIELDS = ("forename", "surname", "preferred_forename", "preferred_surname", "year_group")
"""What says who a pupil is, for queries that read nothing else of one."""


class Tag(Quiet):
    """A school's own label for pupils, such as `Pupil premium` or `New arrival`."""

    school = models.ForeignKey("schools.School", models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="one_tag_of_a_name")]


class Pupil(Versioned):
    """A child on the roll of a school, or who was. The UPN may change, so it is never a key.

    sen_status and main_need repeat the open `SenPeriod` and the first-ranked `Need`, so that the register can filter and sort on
    an index; `pupils.actions` keeps them in step. search_name: folded, for prefix search.
    """

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="pupils")
    upn = models.CharField("UPN", max_length=13, blank=True)
    former_upn = models.CharField("former UPN", max_length=13, blank=True)
    admission_number = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=64, blank=True)
    surname = models.CharField(max_length=80)
    forename = models.CharField(max_length=80)
    middle_names = models.CharField(max_length=80, blank=True)
    preferred_surname = models.CharField(max_length=80, blank=True)
    preferred_forename = models.CharField(max_length=80, blank=True)
    search_name = models.CharField(max_length=180, editable=False)
    born = models.DateField("date of birth")
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    year_group = models.CharField(max_length=2, choices=YearGroup, blank=True)
    year_order = models.PositiveSmallIntegerField(default=0, editable=False)
    school_class = models.ForeignKey(
        "schools.SchoolClass", models.SET_NULL, null=True, blank=True, related_name="pupils"
    )
    key_adult = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="key_pupils"
    )
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    sen_status = models.CharField("support", max_length=1, choices=SenStatus, default=SenStatus.NONE)
    main_need = models.CharField(max_length=20, blank=True, editable=False)
    main_area = models.CharField(max_length=5, choices=Area, blank=True, editable=False)
    ethnicity = models.CharField(max_length=4, blank=True)
    first_language = models.CharField(max_length=4, blank=True)
    is_eal = models.BooleanField("English as an additional language", null=True, blank=True)
    is_fsm = models.BooleanField("free school meals", null=True, blank=True)
    is_pupil_premium = models.BooleanField("pupil premium", null=True, blank=True)
    is_looked_after = models.BooleanField("looked after", null=True, blank=True)
    is_service_child = models.BooleanField("service child", null=True, blank=True)
    attendance_percent = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    medical_summary = models.CharField(max_length=200, blank=True)
    home_languages = models.CharField(max_length=120, blank=True)
    strengths = models.TextField(blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="pupils")

    objects = PupilQuerySet.as_manager()

    class Meta:
        ordering = ["surname", "forename", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "upn"], condition=~Q(upn=""), name="one_pupil_a_upn_in_a_school"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="pupil_leaves_after_joining",
            ),
        ]
        indexes = [
            models.Index(fields=["school", "sen_status", "surname", "forename"], name="register_of_a_school"),
            models.Index(fields=["school", "search_name"], name="pupils_by_name"),
            models.Index(fields=["school", "year_order"], name="pupils_by_year"),
            models.Index(fields=["school_class"], name="pupils_of_a_class"),
        ]

    @property
    def known_as(self) -> str:
        """First name and surname the child uses. For pages behind reach only."""
        return f"{self.preferred_forename or self.forename} {self.preferred_surname or self.surname}"

    @property
    def short_name(self) -> str:
        """First name and initial, for shared spaces: Kofi M."""
        return f"{self.preferred_forename or self.forename} {(self.preferred_surname or self.surname)[:1]}"

    @property
    def first_name(self) -> str:
        return self.preferred_forename or self.forename

    @property
    def initials(self) -> str:
        """For e-mail and audit labels."""
        return f"{(self.preferred_forename or self.forename)[:1]}{(self.preferred_surname or self.surname)[:1]}".upper()

    @property
    def year_label(self) -> str:
        return self.get_year_group_display()

    def get_absolute_url(self) -> str:
        return path_to("pages:pupil", self.pk)


class SenPeriod(Stamped):
    """One status of support from a day until a day. Exactly one is open for a pupil who has ever had one."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="sen_periods")
    status = models.CharField(max_length=1)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    parents_told_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-starts", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pupil"], condition=Q(ends__isnull=True), name="one_open_sen_period"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="sen_period_ends_after_start"
            ),
        ]


class Need(Versioned):
    """A need of a pupil, ranked; ranks 1 and 2 go to the census. A diagnosis is not needed.

    code: of list `sen_type`. area repeats the code's area, or what the SENDCo chose for codes that have none.
    """

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="needs")
    code = models.CharField(max_length=20)
    area = models.CharField(max_length=5, choices=Area)
    rank = models.PositiveSmallIntegerField()
    local_label = models.CharField(max_length=80, blank=True)
    description = models.TextField(blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil", "rank"], condition=Q(ends__isnull=True), name="one_current_need_a_rank"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1) & Q(rank__lte=99), name="need_rank_from_1_to_99"),
        ]


class Contact(Versioned):
    """A parent, carer or other person to contact: several, some without parental responsibility."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    relationship = models.CharField(max_length=40, blank=True)
    has_parental_responsibility = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=1)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=40, blank=True)
    may_not_be_contacted = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "pk"]


def fold_name(*parts: str) -> str:
    """Names as one lower-case string without accents, for search: `Łukasz`, `Zoë` and `O'Neil` are found as typed plainly."""
    import unicodedata

    text = " ".join(part for part in parts if part).lower().replace("ł", "l").replace("ø", "o").replace("ß", "ss")
    folded = unicodedata.normalize("NFKD", text)
    return "".join(char for char in folded if not unicodedata.combining(char) and char not in "'’-")[:180]


__all__ = ["Contact", "Need", "Pupil", "SenPeriod", "Tag", "fold_name"]
