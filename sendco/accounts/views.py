"""Where a page of allauth has to do more than allauth knows."""

from __future__ import annotations

from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.http import HttpResponse

from .forms import PasskeySignInForm
from .middleware import mark_device


class PasskeySignInView(LoginWebAuthnView):
    form_class = PasskeySignInForm

    def form_valid(self, form: PasskeySignInForm) -> HttpResponse:
        response = super().form_valid(form)
        mark_device(self.request, is_shared=form.cleaned_data["shared"])
        return response
