"""People to contact about a pupil."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pupils import actions
from pupils.forms.contacts import ContactEditForm, ContactForm
from pupils.models import Contact
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.form_pages import data_of, form_page

from .pages import crumbs_to, find_child, find_pupil


@require_http_methods(["GET", "POST"])
def contact_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.PUPIL_EDIT)
    form = ContactForm(data_of(request))
    return form_page(
        request, form, lambda: actions.add_contact(pupil=pupil, by=request.user, **form.cleaned_data),
        title=f"Add a contact for {pupil.first_name}", button="Save contact", message="Contact saved",
        to=pupil.get_absolute_url(), crumbs=crumbs_to(request, pupil),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = find_child(request, Contact, pk, Permission.PUPIL_EDIT)
    form = ContactEditForm(data_of(request), instance=contact)
    if request.method == "GET":
        audit.record(
            "pupil.viewed",
            by=request.user,
            target=contact.pupil,
            label=contact.pupil.initials,
            details={"page": "contact"},
        )

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_contact(contact=contact, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request, form, act, title="Change a contact", button="Save contact", message="Contact saved",
        to=contact.pupil.get_absolute_url(), crumbs=crumbs_to(request, contact.pupil),
        remove_url=reverse("pupils:contact-remove", args=[pk]), remove_text="Remove this contact",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contact_remove(request: HttpRequest, pk: int) -> HttpResponse:
    contact = find_child(request, Contact, pk, Permission.PUPIL_EDIT)
    form = forms.Form(data_of(request))
    return form_page(
        request, form, lambda: actions.remove_contact(contact=contact, by=request.user),
        title=f"Remove {contact.name}?", button="Remove contact", message="Contact removed",
        to=contact.pupil.get_absolute_url(), crumbs=crumbs_to(request, contact.pupil), danger=True,
        lead=f"{contact.name} is taken off {contact.pupil.first_name}’s record for good.",
    )  # fmt: skip
