from django import forms


class ReadForm(forms.Form):
    """Which notice was read; none means all of them."""

    notice = forms.IntegerField(required=False, min_value=1)
