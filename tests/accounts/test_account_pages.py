"""One's own account: which pages of allauth there are, that each is ours, and that an address is changed under People only."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.urls import urlpatterns as all_of_account
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.template.loader import get_template
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

GONE = {
    "account_confirm_email", "account_confirm_login_code", "account_email", "account_email_verification_sent",
}  # fmt: skip


def names(patterns):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns)
        else:
            yield entry


def ours():
    return {
        entry.name: entry
        for entry in names(get_resolver().url_patterns)
        if (entry.name or "").startswith(("account_", "mfa_"))
    }


def test_only_these_pages_of_allauth_are_reachable():
    theirs = {entry.name for entry in all_of_account}
    assert {name for name in ours() if name.startswith("account_")} == theirs - GONE
    for name in GONE:
        with pytest.raises(NoReverseMatch):
            reverse(name, args=["key"] if name == "account_confirm_email" else [])


def template_names(view):
    """The templates an allauth view may render; none for those that answer with data or send on."""
    chosen = getattr(view, "view_class", None)
    return [
        name
        for name in (getattr(chosen, "template_name", None), getattr(chosen, "template_name_signup_closed", None))
        if name
    ]


@pytest.mark.parametrize("name", sorted(ours()))
def test_each_page_has_a_template_of_ours(name):
    for template in template_names(ours()[name].callback):
        if name == "account_signup" and template == "account/signup.html":
            continue  # signing up is closed: never rendered
        assert str(settings.BASE_DIR / "templates") in get_template(template).origin.name, template


@pytest.fixture
def secured(client, school):
    """A teacher with an app, recovery codes and a fresh sign-in, so that every page of the second step can be opened."""
    user = factories.person(Role.TEACHER, school)
    client.post(reverse("sign-in"), {"login": user.email, "password": factories.PASSWORD})
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Laptop", "credential": {}})
    client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    client.user = user
    return client


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "account_change_password",
    ],
)
def test_pages_of_the_second_step_wear_our_shell(secured, name):
    page = secured.get(reverse(name)).content.decode()
    assert len(re.findall("<h1", page)) == 1
    assert 'class="shell' in page or 'id="main"' in page
    assert "<script>" not in page
    assert "style=" not in page


def test_recovery_codes_to_download_are_in_our_words(secured):
    text = secured.get(reverse("mfa_download_recovery_codes")).content.decode()
    assert text.startswith("SENDCo recovery codes. Each works once.")
    assert len(text.split("\n\n")[1].split()) == 10


def test_the_page_of_sign_in_says_whom_to_ask_about_the_address(secured):
    page = secured.get(reverse("mfa_index")).content.decode()
    assert f"You sign in with <b>{secured.user.email}</b>" in page
    assert "ask your system administrator" in page
    assert secured.get("/account/email/").status_code == 404


def test_a_changed_address_tells_both_and_only_the_new_one_signs_in(
    school, sign_in, django_capture_on_commit_callbacks, client
):
    person = factories.person(Role.TEACHER, school)
    old = person.email
    EmailAddress.objects.create(user=person, email=old, primary=True, verified=True)
    admin = sign_in(Role.SYSTEM_ADMIN, school)
    with django_capture_on_commit_callbacks(execute=True):
        sent = admin.post(
            reverse("accounts:person-edit", args=[person.pk]),
            {"name": person.name, "email": "New.Name@school.invalid", "is_active": "on"},
        )
    assert sent.status_code == 302
    assert sorted(message.to[0] for message in mail.outbox) == sorted([old, "new.name@school.invalid"])
    assert {message.subject for message in mail.outbox} == {"SENDCo: your email address was changed"}
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert "no longer signs in" in bodies[old]
    assert "new.name" not in bodies[old]
    assert "sign in to SENDCo with this email address" in bodies["new.name@school.invalid"]
    assert AuditEvent.objects.get(kind="person.changed").details["fields"].keys() == {"email"}
    client.logout()
    assert client.post(reverse("sign-in"), {"login": old, "password": factories.PASSWORD}).status_code != 302
    assert (
        client.post(
            reverse("sign-in"), {"login": "new.name@school.invalid", "password": factories.PASSWORD}
        ).status_code
        == 302
    )


@pytest.mark.parametrize(("starts", "ends"), [("2026-09-01", None), ("2027-01-04", None), ("2026-09-01", "2026-11-23")])
def test_an_address_that_opens_another_federation_too_is_not_changed(starts, ends, two_schools, sign_in, on_day):
    here, there = two_schools
    person = factories.person(Role.SUPPORT, here)
    old, name = person.email, person.name
    factories.MembershipFactory(
        user=person, school=there, federation=there.federation, role=Role.SENDCO, starts=starts, ends=ends
    )
    admin, url = sign_in(Role.SYSTEM_ADMIN, here), reverse("accounts:person-edit", args=[person.pk])
    refused = admin.post(url, {"name": "Other", "email": "mine@school.invalid", "is_active": "on"})
    person.refresh_from_db()
    assert (refused.status_code, person.email, person.name) == (403, old, name)
    assert "If they want another address for your schools" in refused.content.decode()
    assert admin.post(url, {"name": "New Name", "email": old.upper(), "is_active": "on"}).status_code == 403
    person.refresh_from_db()
    assert (person.email, person.name) == (old, name)


def test_a_role_that_has_ended_elsewhere_does_not_hold_an_address(two_schools, sign_in, on_day):
    here, there = two_schools
    person = factories.person(Role.SUPPORT, here)
    factories.MembershipFactory(
        user=person, school=there, federation=there.federation, role=Role.TEACHER, ends="2026-11-22"
    )
    url = reverse("accounts:person-edit", args=[person.pk])
    data = {"name": person.name, "email": "new@school.invalid", "is_active": "on"}
    assert sign_in(Role.SYSTEM_ADMIN, here).post(url, data).status_code == 302
    person.refresh_from_db()
    assert person.email == "new@school.invalid"


def test_a_changed_name_tells_nobody(school, sign_in, django_capture_on_commit_callbacks):
    person = factories.person(Role.TEACHER, school)
    admin = sign_in(Role.SYSTEM_ADMIN, school)
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(
            reverse("accounts:person-edit", args=[person.pk]),
            {"name": "New Name", "email": person.email, "is_active": "on"},
        )
    assert mail.outbox == []
