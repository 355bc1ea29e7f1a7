"""Federations, schools, their year, classes and rates of pay."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from sendco.core.figures import DEFAULT_THRESHOLD, LARGEST_THRESHOLD, SMALLEST_THRESHOLD
from sendco.core.models import Stamped, Versioned


class Federation(Versioned):
    """One or more schools that share settings and leaders. A single school is a federation of one."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    small_number_threshold = models.PositiveSmallIntegerField(
        default=DEFAULT_THRESHOLD,
        validators=[MinValueValidator(SMALLEST_THRESHOLD), MaxValueValidator(LARGEST_THRESHOLD)],
        help_text="Counts from 1 to this number are not shown in reports to governors.",
    )

    class Meta:
        ordering = ["name"]


class SchoolKind(models.TextChoices):
    PRIMARY = "primary", "Primary"
    INFANT = "infant", "Infant"
    JUNIOR = "junior", "Junior"
    FIRST = "first", "First"
    MIDDLE = "middle", "Middle"
    SECONDARY = "secondary", "Secondary"
    ALL_THROUGH = "all_through", "All-through"
    SPECIAL = "special", "Special"


class School(Versioned):
    """A school. The URN is its stable key; LA code and establishment number together name it in a Common Transfer File."""

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="schools")
    name = models.CharField(max_length=120)
    urn = models.CharField(max_length=6, unique=True)
    la_code = models.CharField(max_length=3)
    establishment_number = models.CharField(max_length=4)
    kind = models.CharField(max_length=12, choices=SchoolKind, default=SchoolKind.PRIMARY)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("schools:settings")


class TermName(models.TextChoices):
    AUTUMN = "autumn", "Autumn"
    SPRING = "spring", "Spring"
    SUMMER = "summer", "Summer"


class Term(Stamped):
    """A term of a school. `academic_year` is the year in which it starts: 2026 is 2026 to 2027."""

    school = models.ForeignKey(School, models.CASCADE, related_name="terms")
    academic_year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=6, choices=TermName)
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.UniqueConstraint(fields=["school", "academic_year", "name"], name="one_term_of_a_name_a_year"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="term_ends_after_it_starts"),
        ]

    @property
    def key(self) -> str:
        """As in URLs and commands: `2026-autumn`."""
        return f"{self.academic_year}-{self.name}"

    @property
    def label(self) -> str:
        """The calendar year in which the term falls, as schools say it: Spring term 2027."""
        return f"{self.get_name_display()} term {self.starts.year}"


class ClosureKind(models.TextChoices):
    HALF_TERM = "half_term", "Half term"
    INSET = "inset", "Staff training day"
    BANK_HOLIDAY = "bank_holiday", "Bank holiday"
    OTHER = "other", "Closed"


class Closure(Stamped):
    """Days inside a term on which the school has no session."""

    school = models.ForeignKey(School, models.CASCADE, related_name="closures")
    kind = models.CharField(max_length=12, choices=ClosureKind)
    label = models.CharField(max_length=60)
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        ordering = ["starts"]
        constraints = [models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="closure_ends_after_it_starts")]


class SchoolClass(Stamped):
    """A registration class in one academic year. Pupils carry their own year group, so a class may be mixed."""

    school = models.ForeignKey(School, models.PROTECT, related_name="classes")
    academic_year = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["name"]
        verbose_name = "class"
        constraints = [
            models.UniqueConstraint(fields=["school", "academic_year", "name"], name="one_class_of_a_name_a_year")
        ]


class Grade(models.TextChoices):
    """Grades of pay that cost an hour of support."""

    TA2 = "ta2", "Teaching assistant, level 2"
    TA3 = "ta3", "Teaching assistant, level 3"
    HLTA = "hlta", "Higher level teaching assistant"
    TEACHER = "teacher", "Teacher"
    LEADER = "leader", "SENDCo or leader"
    EXTERNAL = "external", "Outside professional"


class PayRate(Stamped):
    """What an hour with pupils costs, in pounds, for a grade, from a date. The newest row not after a day applies."""

    school = models.ForeignKey(School, models.CASCADE, related_name="pay_rates")
    grade = models.CharField(max_length=8, choices=Grade)
    hourly = models.DecimalField(max_digits=7, decimal_places=2, validators=[MinValueValidator(0)])
    valid_from = models.DateField()
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["grade", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["school", "grade", "valid_from"], name="one_rate_a_grade_a_day")]


def academic_year_of(day: date) -> int:
    """The academic year, named by its first calendar year; it starts on 1 September."""
    return day.year if day.month >= 9 else day.year - 1
