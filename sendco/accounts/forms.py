"""Signing in."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .middleware import SESSION_SHARED


class SignInForm(LoginForm):
    """allauth's form in our words. Password managers and pasting work.

    On any device the session ends with the browser; on a shared one also after a few minutes without use.
    """

    shared = forms.BooleanField(label="This is a shared device", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Email address"
        self.fields["login"].widget.attrs.update({"autocomplete": "username", "placeholder": "", "spellcheck": "false"})
        self.fields["password"].widget.attrs.update({"placeholder": ""})
        self.fields["password"].help_text = ""  # the page has its own link for it
        self.fields.pop("remember", None)
        minutes = settings.SHARED_IDLE_SECONDS // 60
        self.fields["shared"].help_text = f"Sign me out after {minutes} minutes without use"
        self.order_fields(["login", "password", "shared"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """The mark is set after the password was right, and stays while a second factor is asked for."""
        response = super().login(request, redirect_url)
        if self.cleaned_data["shared"]:
            request.session[SESSION_SHARED] = True
        else:
            request.session.pop(SESSION_SHARED, None)
        return response
