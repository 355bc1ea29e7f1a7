"""Plan, change and finish a group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from provision.enums import Funding, Weekday
from provision.models import Group, Intervention
from pupils.models import Pupil
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission
from sendco.core.dates import long_date
from sendco.core.forms import DateField, RowsField, SendcoForm, VersionedForm
from sendco.schools.models import Grade

SLOTS_A_DAY = ("a", "b")
LOGGING_ROLES = [role for role, held in ROLE_PERMISSIONS.items() if Permission.SESSION_LOG in held]


def adults_of(school_id: int, on: date) -> QuerySet[User]:
    """Adults of a school who may run and log sessions on a day, by name."""
    memberships = Membership.objects.filter(school_id=school_id, role__in=LOGGING_ROLES).current(on)
    return User.objects.filter(pk__in=memberships.values("user_id"), is_active=True).order_by("name")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "form-control", **(attrs or {})}, format="%H:%M")


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return obj.name


class InterventionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Intervention) -> str:
        return obj.name


class PupilsField(RowsField):
    def label_from_instance(self, obj: Pupil) -> str:
        place = obj.school_class.name if obj.school_class else obj.year_label
        return f"{obj.known_as}, {place}" if place else obj.known_as


class GroupFields(forms.Form):
    """What both planning and changing ask."""

    name = forms.CharField(
        label="Name of the group", max_length=80, help_text="What staff call it, such as Talk Together, Willow.",
        error_messages={"required": "Enter a name for the group"},
    )  # fmt: skip
    deliverer = PersonField(
        label="Who runs it", queryset=User.objects.none(), required=False, empty_label="Nobody yet",
        help_text="This person sees the sessions in My day.",
    )  # fmt: skip
    grade = forms.ChoiceField(label="Grade, for the cost", choices=Grade.choices)
    starts = DateField(label="First day", error_messages={"required": "Enter the first day"})
    weeks = forms.IntegerField(
        label="School weeks", min_value=1, max_value=52,
        error_messages={"required": "Enter for how many weeks", "max_value": "Enter 52 weeks or fewer"},
    )  # fmt: skip
    ends = DateField(label="Last day", required=False, help_text="Leave empty to work it out from the school weeks.")
    times_per_week = forms.IntegerField(
        label="Times a week", min_value=1, max_value=25, error_messages={"required": "Enter how many times a week"}
    )
    minutes = forms.IntegerField(
        label="Minutes each time", min_value=5, max_value=400,
        error_messages={"required": "Enter how many minutes", "min_value": "Enter at least 5 minutes"},
    )  # fmt: skip
    place = forms.CharField(label="Where", max_length=60, required=False)
    materials_cost = forms.DecimalField(
        label="Materials for the whole group, in pounds", min_value=0, max_digits=8, decimal_places=2, required=False
    )
    funding = forms.ChoiceField(label="Paid from", choices=Funding.choices)
    is_section_f = forms.BooleanField(
        label="This is written in Section F of an EHC plan", required=False,
        help_text="The local authority must secure it, so a missed session matters more.",
    )  # fmt: skip

    def slot_rows(self) -> list[dict[str, Any]]:
        """A row for each weekday with its two time fields, for the template."""
        return [
            {"label": day.label, "fields": [self[f"slot_{day.value}_{part}"] for part in SLOTS_A_DAY]}
            for day in Weekday
        ]

    def add_slots(self, slots: Iterable[tuple[int, time]] = ()) -> None:
        given: dict[int, list[time]] = {}
        for weekday, at in slots:
            given.setdefault(weekday, []).append(at)
        for day in Weekday:
            times = sorted(given.get(day.value, ()))
            for index, part in enumerate(SLOTS_A_DAY):
                self.fields[f"slot_{day.value}_{part}"] = forms.TimeField(
                    label=f"{day.label}, {'second time' if index else 'time'}", required=False, widget=TimeInput(),
                    initial=times[index] if index < len(times) else None,
                    error_messages={"invalid": f"Enter a real time for {day.label}, such as 10:15"},
                )  # fmt: skip

    def clean_slots(self, cleaned: dict[str, Any]) -> None:
        slots = {
            (day.value, cleaned[name])
            for day in Weekday
            for part in SLOTS_A_DAY
            if cleaned.get(name := f"slot_{day.value}_{part}")
        }
        cleaned["slots"] = sorted(slots)
        times = cleaned.get("times_per_week")
        if slots and times and len(slots) != times:
            self.add_error(
                "times_per_week",
                f"You chose {len(slots)} {'time' if len(slots) == 1 else 'times'} in the week below. "
                f"Enter {len(slots)} here, or change the times",
            )

    def clean_dates(self, cleaned: dict[str, Any]) -> None:
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", f"Enter a last day on or after {long_date(starts)}")
        if cleaned.get("materials_cost") is None and "materials_cost" not in self.errors:
            cleaned["materials_cost"] = Decimal(0)


class PlanForm(GroupFields, SendcoForm):
    """Plan a group. The defaults come from the catalogue."""

    field_order = ("intervention", "name", "pupils")

    def __init__(
        self,
        data: Any = None,
        *,
        interventions: QuerySet[Intervention],
        chosen: Intervention | None,
        pupils: QuerySet[Pupil],
        adults: QuerySet[User],
        on: date,
        picked: Iterable[int] = (),
    ) -> None:
        initial: dict[str, Any] = {"starts": on, "pupils": list(picked), "funding": Funding.NOTIONAL}
        if chosen is not None:
            initial |= {
                "intervention": chosen.pk, "name": chosen.name[:80], "grade": chosen.grade, "weeks": chosen.weeks,
                "times_per_week": chosen.times_per_week, "minutes": chosen.minutes,
            }  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields["intervention"] = InterventionField(
            label="Intervention", queryset=interventions, empty_label="Choose from the catalogue",
            error_messages={"required": "Choose an intervention"},
        )  # fmt: skip
        self.fields["pupils"] = PupilsField(
            label="Pupils", queryset=pupils, widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Choose at least one pupil"},
        )  # fmt: skip
        self.fields["deliverer"].queryset = adults
        self.add_slots()
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_slots(cleaned)
        self.clean_dates(cleaned)
        return cleaned


class ChangeForm(GroupFields, VersionedForm):
    """Change a group. new_rate is offered only when the school's rate is another by now."""

    def __init__(
        self,
        data: Any = None,
        *,
        instance: Group,
        slots: Iterable[tuple[int, time]],
        adults: QuerySet[User],
        rate_now: Decimal | None = None,
    ) -> None:
        super().__init__(data, instance=instance)
        self.fields["deliverer"].queryset = adults
        if rate_now is not None and rate_now != instance.hourly_rate:
            self.fields["new_rate"] = forms.BooleanField(
                label=f"Cost the whole group at the present rate, £{rate_now} an hour", required=False,
                help_text=f"It was planned at £{instance.hourly_rate}.",
            )  # fmt: skip
        self.add_slots(slots)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_slots(cleaned)
        self.clean_dates(cleaned)
        return cleaned


class MemberForm(SendcoForm):
    """Bring one pupil into a group."""

    pupil = forms.ModelChoiceField(
        label="Pupil", queryset=Pupil.objects.none(), empty_label="Choose a pupil",
        error_messages={"required": "Choose a pupil"},
    )  # fmt: skip
    starts = DateField(label="First day in the group", error_messages={"required": "Enter the first day"})

    def __init__(self, data: Any = None, *, pupils: QuerySet[Pupil], on: date) -> None:
        super().__init__(data, initial={"starts": on})
        self.fields["pupil"].queryset = pupils
        self.fields["pupil"].label_from_instance = PupilsField.label_from_instance.__get__(self.fields["pupil"])


class LeaveForm(SendcoForm):
    """The last day of one pupil in a group."""

    on = DateField(label="Last day in the group", error_messages={"required": "Enter the last day"})

    def __init__(self, data: Any = None, *, on: date) -> None:
        super().__init__(data, initial={"on": on})
