"""Forms of pages that belong to no one app."""

from crispy_forms.helper import FormHelper
from django import forms

from sendco.accounts.models import User


class DisplayForm(forms.ModelForm):
    """How pages look for this person, and whether the daily e-mail comes."""

    class Meta:
        model = User
        fields = ["theme", "tint", "spacing", "wants_digest"]
        labels = {"tint": "Background", "spacing": "Spacing"}
        widgets = {"theme": forms.RadioSelect, "tint": forms.RadioSelect, "spacing": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class SchoolForm(forms.Form):
    school = forms.IntegerField(min_value=1)
