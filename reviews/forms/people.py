"""People of a review: who they are, what they answer, what they send."""

from __future__ import annotations

from datetime import date

from django import forms

from reviews.enums import InviteeKind, Reply
from reviews.models import Invitee
from sendco.core.forms import SendcoForm, VersionedForm

from ._fields import PastDateField, text_area


class PressForm(SendcoForm):
    """A button and nothing else: it still passes a form."""


class InviteeForm(VersionedForm):
    kind = forms.ChoiceField(label="Invited as", choices=InviteeKind)
    name = forms.CharField(label="Name", max_length=120)
    job_title = forms.CharField(label="Job or relationship", max_length=80, required=False)
    method = forms.ChoiceField(label="Invite by", choices=[("email", "E-mail"), ("post", "Post"), ("hand", "By hand")])
    email = forms.EmailField(label="E-mail address", required=False)

    def __init__(self, *args, instance: Invitee | None = None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        if instance is None:
            del self.fields["version"]

    def clean(self):
        data = super().clean()
        if data.get("method") == "email" and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "Enter an e-mail address, or invite by post or by hand")
        return data


class ReplyForm(VersionedForm):
    reply = forms.ChoiceField(label="Reply", choices=Reply, required=False, widget=forms.RadioSelect)


class AdviceForm(VersionedForm):
    """What a person sent on paper, or writes here."""

    on = PastDateField(label="Received on")
    advice = forms.CharField(label="Views or advice", widget=text_area(10), max_length=20_000)

    def __init__(self, *args, today: date, is_own: bool, **kwargs):
        kwargs.setdefault("initial", {}).setdefault("on", kwargs["instance"].advice_received_on or today)
        super().__init__(*args, **kwargs)
        self.fields["on"].on = today
        if is_own:
            del self.fields["on"]
            self.fields["advice"].label = "Your advice"
            self.fields["advice"].help_text = "What is going well, what is hard, and what should happen next."


class CirculateForm(SendcoForm):
    on = PastDateField(label="Sent to everyone on")

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].on = today


class InviteSentForm(CirculateForm):
    """Invitations that went another way, before or beside SENDCo."""
