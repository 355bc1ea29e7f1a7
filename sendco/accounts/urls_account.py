"""Signing in and one's own account: the pages of allauth that the product has, by name, and no others.

The page on which people change their own address is left out: the address is how a school knows whom it gave a role, so it is
changed under People, with a notice to the old and the new one.
"""

from allauth.account import views
from django.urls import include, path, re_path

from .views import PasskeySignInView

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),  # says that accounts are made by an administrator
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/webauthn/login/", PasskeySignInView.as_view(), name="mfa_login_webauthn"),  # in front of allauth's own
    path("2fa/", include("allauth.mfa.urls")),
]
