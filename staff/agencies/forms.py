"""Forms of agencies, the people in them, and referrals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.db.models import QuerySet

from pupils.models import Contact, Pupil
from sendco.accounts.models import User
from sendco.core.forms import DateField, SendcoForm, VersionedForm

from .models import Agency, AgencyKind, ConsentMethod, Professional, Referral, ReferralState
from .rules import SENT


class AgencyFields(forms.Form):
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the name of the service"})
    kind = forms.ChoiceField(
        label="Kind", choices=[("", "Choose a kind"), *AgencyKind.choices],
        error_messages={"required": "Choose what kind of service it is"},
    )  # fmt: skip
    email = forms.EmailField(label="E-mail", required=False)
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)
    website = forms.URLField(label="Website", required=False, assume_scheme="https", max_length=200)
    chase_after = forms.IntegerField(
        label="Ask again after", min_value=1, max_value=100, initial=10,
        help_text="School days without an answer. Use the time that the service itself names.",
        error_messages={"required": "Enter a number of school days"},
    )  # fmt: skip


class AgencyForm(AgencyFields, SendcoForm):
    """A new service."""


class AgencyEditForm(AgencyFields, VersionedForm):
    is_archived = forms.BooleanField(
        label="We do not work with this service any more", required=False,
        help_text="It stays with its referrals, and is not offered for new ones.",
    )  # fmt: skip


class ProfessionalFields(forms.Form):
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter a name"})
    job_title = forms.CharField(label="Job", max_length=80, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    telephone = forms.CharField(label="Telephone", max_length=30, required=False)


class ProfessionalForm(ProfessionalFields, SendcoForm):
    """Somebody in a service."""


class ProfessionalEditForm(ProfessionalFields, VersionedForm):
    """The same, changed."""


class NamedChoiceField(forms.ModelChoiceField):
    """Rows by their name."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class ProfessionalChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Professional) -> str:
        return f"{obj.name}, {obj.agency.name}"


class PupilChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Pupil) -> str:
        place = obj.school_class.name if obj.school_class else obj.year_label
        return f"{obj.known_as}, {place}" if place else obj.known_as


class ConsentFields(forms.Form):
    """Whose consent, from when and how: one with parental responsibility."""

    consent_by = forms.CharField(
        label="Whose consent", max_length=120, required=False,
        help_text="Somebody with parental responsibility.",
    )  # fmt: skip
    consent_on = DateField(label="Consent from", required=False)
    consent_how = forms.ChoiceField(
        label="How it was given", required=False, choices=[("", "Not given yet"), *ConsentMethod.choices]
    )

    def offer_contacts(self, contacts: Iterable[Contact]) -> None:
        """Names to choose from, as words under the field; the name itself is typed or pasted."""
        names = [contact.name for contact in contacts if contact.has_parental_responsibility]
        if names:
            self.fields["consent_by"].help_text = f"Parental responsibility: {', '.join(names)}."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        given = [name for name in ("consent_by", "consent_on", "consent_how") if cleaned.get(name)]
        missing = {
            "consent_by": "Enter whose consent you have",
            "consent_on": "Enter the day of the consent",
            "consent_how": "Choose how the consent was given",
        }
        if given:
            for name, words in missing.items():
                if name not in given and name not in self.errors:
                    self.add_error(name, words)
        today = getattr(self, "today", None)
        if today and cleaned.get("consent_on") and cleaned["consent_on"] > today:
            self.add_error("consent_on", "Enter a day that is not in the future")
        return cleaned


class ReferralFields(ConsentFields):
    agency = NamedChoiceField(
        label="Service", queryset=Agency.objects.none(), empty_label="Choose a service",
        error_messages={"required": "Choose a service"},
    )  # fmt: skip
    professional = ProfessionalChoiceField(
        label="Person there", queryset=Professional.objects.none(), required=False, empty_label="Nobody named"
    )
    reason = forms.CharField(
        label="What you ask, and why", widget=forms.Textarea({"rows": 5}),
        help_text="What the pupil finds hard, what has been tried, what you hope for.",
        error_messages={"required": "Write what you ask, and why"},
    )  # fmt: skip
    owner = NamedChoiceField(
        label="Who sees to it", queryset=User.objects.none(), required=False, empty_label="Nobody yet",
        help_text="This person is reminded of the next step.",
    )  # fmt: skip

    def offer(self, *, agencies: QuerySet[Agency], owners: QuerySet[User]) -> None:
        self.fields["agency"].queryset = agencies
        people = Professional.objects.filter(agency__in=agencies).select_related("agency")
        self.fields["professional"].queryset = people.order_by("agency__name", "name")
        self.fields["owner"].queryset = owners

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        person, agency = cleaned.get("professional"), cleaned.get("agency")
        if person and agency and person.agency_id != agency.pk:
            self.add_error("professional", f"Choose somebody of {agency.name}, or nobody")
        return cleaned


class ReferralForm(ReferralFields, SendcoForm):
    """Start a referral for one pupil. pupils: offered when none is chosen yet."""

    field_order = (
        "pupil", "agency", "professional", "reason", "owner", "consent_by", "consent_on", "consent_how"
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        pupil: Pupil | None,
        pupils: QuerySet[Pupil],
        agencies: QuerySet[Agency],
        owners: QuerySet[User],
        contacts: Iterable[Contact],
        today: date,
        owner: User,
    ) -> None:
        super().__init__(data, initial={"owner": owner.pk})
        self.today = today
        self.offer(agencies=agencies, owners=owners)
        self.offer_contacts(contacts)
        if pupil is None:
            self.fields["pupil"] = PupilChoiceField(
                label="Pupil", queryset=pupils, empty_label="Choose a pupil",
                error_messages={"required": "Choose a pupil"},
            )  # fmt: skip
            self.order_fields(self.field_order)


class ReferralEditForm(ReferralFields, VersionedForm):
    """Change what a referral says. The service is fixed once it is sent."""

    next_step = forms.CharField(label="Next step", max_length=200, required=False)
    next_step_on = DateField(label="By", required=False)
    field_order = (
        "version", "agency", "professional", "reason", "owner", "next_step", "next_step_on", "consent_by",
        "consent_on", "consent_how",
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        instance: Referral,
        agencies: QuerySet[Agency],
        owners: QuerySet[User],
        contacts: Iterable[Contact],
        today: date,
    ) -> None:
        super().__init__(data, instance=instance)
        self.today = today
        self.offer(agencies=agencies, owners=owners)
        self.offer_contacts(contacts)
        if instance.state != ReferralState.DRAFT:
            self.fields["agency"].queryset = Agency.objects.filter(pk=instance.agency_id)
            self.fields["agency"].empty_label = None
            self.fields["professional"].queryset = Professional.objects.filter(
                agency_id=instance.agency_id
            ).select_related("agency")


class StepForm(ConsentFields, VersionedForm):
    """One step in the life of a referral: when, what happened, and what comes next."""

    on = DateField(label="Day", error_messages={"required": "Enter the day"})
    text = forms.CharField(
        label="What happened", max_length=300, required=False, widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write what happened"},
    )  # fmt: skip
    next_step = forms.CharField(label="Next step", max_length=200, required=False)
    next_step_on = DateField(label="By", required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        instance: Referral,
        state: str,
        proposed: Any,
        today: date,
        contacts: Iterable[Contact],
    ) -> None:
        """state: where it goes; the state it is in means a contact without a change."""
        initial = {"on": today, "next_step": proposed.text, "next_step_on": proposed.on}
        super().__init__(data, instance=instance, initial=initial)
        self.today, self.state = today, state
        self.is_sending = state == SENT != instance.state
        rows: list[Any] = ["version"]
        if self.is_sending:
            rows += ["consent_by", Row(Column("consent_on"), Column("consent_how"))]
            for name in ("consent_by", "consent_on", "consent_how"):
                self.fields[name].required = True
            self.fields["consent_by"].error_messages["required"] = "Enter whose consent you have"
            self.fields["consent_on"].error_messages["required"] = "Enter the day of the consent"
            self.fields["consent_how"].error_messages["required"] = "Choose how the consent was given"
            self.offer_contacts(contacts)
        else:
            for name in ("consent_by", "consent_on", "consent_how"):
                del self.fields[name]
        if state == ReferralState.CLOSED:
            del self.fields["next_step"], self.fields["next_step_on"]
        if state == instance.state:
            self.fields["text"].required = True
        rows += ["on", "text"]
        if "next_step" in self.fields:
            rows += [Row(Column("next_step"), Column("next_step_on"))]
        self.helper.layout = Layout(*rows)

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError("Enter a day that is not in the future")
        return on

    def values(self) -> dict[str, Any]:
        """For `move_referral` and `note_contact`. Only of a valid form."""
        cleaned = self.cleaned_data
        values = {"version": cleaned["version"], "on": cleaned["on"], "text": cleaned["text"]}
        if "next_step" in cleaned:
            values |= {"next_step_text": cleaned["next_step"], "next_step_on": cleaned["next_step_on"]}
        if self.is_sending:
            values |= {name: cleaned[name] for name in ("consent_by", "consent_on", "consent_how")}
        return values


class ReferralFilter(forms.Form):
    """Filters of the list, from the URL. What makes no sense is left out, not refused."""

    agency = NamedChoiceField(
        queryset=Agency.objects.none(), required=False, label="Service", empty_label="Any service"
    )
    q = forms.CharField(required=False, max_length=80, label="Pupil")

    def __init__(self, data: Any, *, agencies: QuerySet[Agency]) -> None:
        super().__init__(data)
        self.fields["agency"].queryset = agencies

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
