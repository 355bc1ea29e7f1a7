"""Who someone is: a user, and their memberships: a role and a grade in a school, for a time."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from guardian.mixins import GuardianUserMixin

from sendco.core import clock
from sendco.core.models import Quiet, Stamped
from sendco.schools.models import Federation, Grade, School, SchoolClass

from .access import Access
from .permissions import Role


class UserManager(BaseUserManager):
    def create_user(self, email: str, name: str, password: str | None = None, **extra) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None, **extra) -> User:
        return self.create_user(email, name, password, is_superuser=True, is_staff=True, **extra)

    def get_by_natural_key(self, email: str) -> User:
        return self.get(email=email.lower())


class Theme(models.TextChoices):
    AUTO = "auto", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"
    CONTRAST = "contrast", "High contrast"


class Tint(models.TextChoices):
    PAPER = "paper", "Paper"
    CREAM = "cream", "Cream"
    BLUE = "blue", "Blue"
    ROSE = "rose", "Rose"


class Spacing(models.TextChoices):
    NORMAL = "normal", "Normal"
    WIDE = "wide", "Wide"


class User(GuardianUserMixin, Quiet, AbstractBaseUser, PermissionsMixin):
    """A person with an account. Signs in by e-mail. What they may do follows from memberships, never from staff flags."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    telephone = models.CharField(max_length=30, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=clock.now)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    tint = models.CharField(max_length=5, choices=Tint, default=Tint.PAPER)
    spacing = models.CharField(max_length=6, choices=Spacing, default=Spacing.NORMAL)
    wants_digest = models.BooleanField("e-mail me what is due, once a day", default=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @cached_property
    def access(self) -> Access:
        """What this person may do and where. One query, once a request."""
        return Access.of(self, on=clock.today())


class MembershipQuerySet(models.QuerySet):
    def current(self, on) -> MembershipQuerySet:
        return self.filter(Q(starts__lte=on), Q(ends__isnull=True) | Q(ends__gte=on))


class Membership(Stamped):
    """A role and a grade of a person in one school, or in the whole federation for federation roles."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    federation = models.ForeignKey(Federation, models.PROTECT, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    job_title = models.CharField(max_length=80, blank=True)
    grade = models.CharField(max_length=8, choices=Grade, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    classes = models.ManyToManyField(SchoolClass, blank=True, related_name="teachers")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "school", "role"], condition=Q(ends__isnull=True), name="one_open_membership_a_role"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="membership_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["federation_lead", "system_admin"]) | Q(school__isnull=False),
                name="membership_has_a_school",
            ),
        ]
