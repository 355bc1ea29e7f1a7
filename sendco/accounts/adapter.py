"""allauth: accounts are made by an administrator, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from sendco.core.http import caller_address, next_url

from .kept_work import kept_for


class InvitedOnlyAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Check your email address and password. If you have forgotten it, choose “I cannot sign in”.",
        "too_many_login_attempts": "There were too many tries. Wait 5 minutes, then try again.",
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same for every limit of the product, allauth's own included."""
        return caller_address(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if kept_for(request):
            return reverse("pages:kept-work")
        return next_url(request, "/")
