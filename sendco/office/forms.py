"""Forms for people and settings."""

from __future__ import annotations

from django import forms

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import FEDERATION_ROLES, Role
from sendco.core.figures import LARGEST_THRESHOLD, SMALLEST_THRESHOLD
from sendco.core.forms import DateField, RowsField, SendcoForm, VersionedForm
from sendco.schools.models import ClosureKind, Grade, School, SchoolClass, SchoolKind, TermName


class PersonForm(SendcoForm):
    name = forms.CharField(label="Full name", max_length=120)
    email = forms.EmailField(label="Email address", help_text="They sign in with it. We send a link to set a password.")


class PersonEditForm(SendcoForm):
    name = forms.CharField(label="Full name", max_length=120)
    email = forms.EmailField(
        label="Email address",
        help_text="They sign in with it. When it changes, the old and the new address get a notice.",
    )
    is_active = forms.BooleanField(label="May sign in", required=False)

    def __init__(self, *args, person: User, **kwargs):
        kwargs["initial"] = {"name": person.name, "email": person.email, "is_active": person.is_active}
        super().__init__(*args, **kwargs)


class MembershipForm(SendcoForm):
    """A role in one of the federation's schools."""

    role = forms.ChoiceField(choices=Role.choices)
    school = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Leave empty for a federation lead or a system administrator.",
    )
    grade = forms.ChoiceField(
        label="Grade of pay", required=False, help_text="Used to work out what an hour of support costs."
    )
    job_title = forms.CharField(label="Job title", max_length=80, required=False)
    starts = DateField(label="First day")
    classes = RowsField(
        SchoolClass.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, help_text="For a teacher."
    )

    def __init__(self, *args, schools: list[School], academic_year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.schools = {school.pk: school for school in schools}
        self.fields["school"].choices = [("", "Whole federation"), *((school.pk, school.name) for school in schools)]
        self.fields["grade"].choices = [("", "None"), *Grade.choices]
        classes = SchoolClass.objects.filter(school__in=schools, academic_year=academic_year).select_related("school")
        self.fields["classes"].queryset = classes
        self.fields["classes"].label_from_instance = lambda row: f"{row.name}, {row.school.name}"

    def clean(self):
        data = super().clean()
        role, school = data.get("role"), data.get("school")
        if role and role not in FEDERATION_ROLES and not school:
            self.add_error("school", "Choose the school in which they hold this role")
        if data.get("classes") and any(row.school_id != school for row in data["classes"]):
            self.add_error("classes", "Choose classes of the same school")
        return data


class ClassesForm(SendcoForm):
    classes = RowsField(SchoolClass.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, membership: Membership, academic_year: int, **kwargs):
        kwargs["initial"] = {"classes": list(membership.classes.all())}
        super().__init__(*args, **kwargs)
        self.fields["classes"].queryset = SchoolClass.objects.filter(
            school=membership.school_id, academic_year=academic_year
        )
        self.fields["classes"].label_from_instance = lambda row: row.name


class EndForm(SendcoForm):
    on = DateField(label="Last day")


class ConfirmForm(SendcoForm):
    """A button that must be meant."""


class FederationForm(VersionedForm):
    name = forms.CharField(label="Name of the federation", max_length=120)
    small_number_threshold = forms.IntegerField(
        label="Small numbers",
        min_value=SMALLEST_THRESHOLD,
        max_value=LARGEST_THRESHOLD,
        help_text=f"Reports to governors do not show counts from 1 to this number: {SMALLEST_THRESHOLD}, the usual choice, "
        f"to {LARGEST_THRESHOLD}.",
    )


class SchoolForm(VersionedForm):
    name = forms.CharField(label="Name of the school", max_length=120)
    kind = forms.ChoiceField(label="Kind of school", choices=SchoolKind.choices)
    telephone = forms.CharField(
        max_length=30, required=False, help_text="Shown to parents and professionals who get a link."
    )
    email = forms.EmailField(label="Email address", required=False)


class TermForm(SendcoForm):
    academic_year = forms.TypedChoiceField(label="School year", coerce=int)
    name = forms.ChoiceField(label="Term", choices=TermName.choices)
    starts = DateField(label="First day for pupils")
    ends = DateField(label="Last day for pupils")

    def __init__(self, *args, this_year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["academic_year"].choices = [
            (year, f"{year} to {year + 1}") for year in range(this_year - 2, this_year + 3)
        ]


class ClosureForm(SendcoForm):
    kind = forms.ChoiceField(label="Why the school is closed", choices=ClosureKind.choices)
    label = forms.CharField(label="What to call it", max_length=60, help_text="Such as October half term.")
    starts = DateField(label="First day closed")
    ends = DateField(label="Last day closed")


class RateForm(SendcoForm):
    grade = forms.ChoiceField(choices=Grade.choices)
    hourly = forms.DecimalField(
        label="Cost of an hour with pupils",
        min_value=1,
        max_value=500,
        decimal_places=2,
        max_digits=7,
        help_text="In pounds, with pension and National Insurance.",
    )
    valid_from = DateField(label="From")
    source = forms.CharField(label="Where the figure comes from", max_length=120, required=False)


class ClassNamesForm(SendcoForm):
    academic_year = forms.TypedChoiceField(label="School year", coerce=int)
    names = forms.CharField(
        label="Class names", widget=forms.Textarea(attrs={"rows": 8}), help_text="One on each line."
    )

    def __init__(self, *args, this_year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["academic_year"].choices = [(year, f"{year} to {year + 1}") for year in (this_year, this_year + 1)]

    def clean_names(self) -> list[str]:
        names = list(dict.fromkeys(line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()))
        long = next((name for name in names if len(name) > 40), None)
        if long:
            raise forms.ValidationError("A class name may have 40 characters. Shorten the longest")
        return names
