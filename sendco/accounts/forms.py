"""Signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .middleware import mark_device


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
        self.fields["shared"].widget.attrs["data-also-for"] = "mfa_login"
        self.fields["shared"].help_text = f"Sign me out after {minutes} minutes without use"
        self.order_fields(["login", "password", "shared"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url)
        mark_device(request, is_shared=self.cleaned_data["shared"])
        return response


class PasskeySignInForm(LoginWebAuthnForm):
    """The box stands once on the page, in the form with the password. The script of the page sends it with a passkey too."""

    shared = forms.BooleanField(required=False)


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey is for signing in with it alone, unless somebody wants it beside the password only."""

    field_order = ("name", "passwordless")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = self.fields["passwordless"]
        alone.label, alone.initial = "Sign in with this passkey alone", True
        alone.help_text = (
            "Without the password. Take this off for a key that has neither a PIN nor reads your finger or face."
        )
