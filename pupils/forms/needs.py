"""Recording, changing, ending and ordering needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from pupils.enums import Area, SenStatus
from pupils.models import Need, Pupil
from pupils.reference import need_code_rows, need_name
from sendco.core.forms import DateField, SendcoForm, VersionedForm

from .choices import lay_out, past_or_today

NOT_ASSESSED = "NSA"


def code_choices(on: date, keep: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Codes that may be used on a day, under their areas; `keep` stays a choice though it is no longer in use."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in need_code_rows():
        since, until = row["valid_from"], row["valid_to"]
        if row["code"] == keep or ((since is None or since <= on) and (until is None or on <= until)):
            group = Area(row["group"]).label if row["group"] else "Other"
            groups.setdefault(group, []).append((row["code"], f"{need_name(row['code'])} ({row['code']})"))
    order = [area.label for area in Area]
    return sorted(groups.items(), key=lambda item: order.index(item[0]))


class _NeedFields(forms.Form):
    code = forms.ChoiceField(
        label="Need", choices=(), widget=forms.RadioSelect, error_messages={"required": "Choose the need"}
    )
    area = forms.ChoiceField(
        label="Area of need", choices=[("", "As the need says"), *Area.choices], required=False,
        help_text="Only for needs without an area of their own, such as Down syndrome.",
    )  # fmt: skip
    local_label = forms.CharField(
        label="Your own words", max_length=80, required=False, help_text="Shown in lists instead of the census name."
    )
    description = forms.CharField(
        label="What it means for the child", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    starts = DateField(label="Since", error_messages={"required": "Enter the day since when this is known"})

    pupil: Pupil
    today: date

    def clean_starts(self) -> date:
        return past_or_today(self.cleaned_data["starts"], self.today, "Enter today or a day in the past")

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code == NOT_ASSESSED and self.pupil.sen_status == SenStatus.EHCP:
            raise forms.ValidationError("A pupil with an EHC plan has been assessed. Choose the need the plan names")
        return code


class NeedForm(_NeedFields, SendcoForm):
    """A new need. Everything but the code has a good first value, so that two presses record it."""

    rank = forms.TypedChoiceField(label="Rank", coerce=int, choices=())

    def __init__(self, *args: Any, pupil: Pupil, recorded: list[Need], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pupil, self.today = pupil, on
        have = {need.code for need in recorded}
        groups = [(area, [c for c in codes if c[0] not in have]) for area, codes in code_choices(on)]
        self.fields["code"].choices = [group for group in groups if group[1]]
        last = len(recorded) + 1
        self.fields["rank"].choices = [(n, f"{n}, the main need" if n == 1 else str(n)) for n in range(1, last + 1)]
        self.fields["rank"].initial, self.fields["starts"].initial = last, on
        self.order_fields(["code", "rank", "starts", "local_label", "description", "area"])
        lay_out(self)


class NeedEditForm(_NeedFields, VersionedForm):
    """A need as it stands."""

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        need = self.instance
        self.pupil, self.today = need.pupil, on
        self.fields["code"].choices = code_choices(on, keep=need.code)
        self.order_fields(["code", "starts", "local_label", "description", "area", "version"])
        lay_out(self)


class NeedEndForm(SendcoForm):
    """The last day of a need."""

    on = DateField(label="Last day", error_messages={"required": "Enter the last day"})

    def __init__(self, *args: Any, need: Need, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need, self.today = need, today
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        return past_or_today(self.cleaned_data["on"], self.today, "Enter today or a day in the past")


class NeedMoveForm(forms.Form):
    """Up or down by one."""

    direction = forms.ChoiceField(choices=[("up", "Up"), ("down", "Down")])
