"""Parents, carers and others to contact."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from pupils.models import Contact, Pupil
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission

from ._trail import described, note_change, values_of

PLAIN = frozenset({"order", "has_parental_responsibility", "may_not_be_contacted", "relationship"})


@transaction.atomic
def add_contact(*, pupil: Pupil, by: User | None, **fields: Any) -> Contact:
    """Add a person to contact, last in order unless `order` is given. Raises NotAllowed. Writes `contact.added`."""
    allow(by, pupil.school_id, Permission.PUPIL_EDIT, Permission.IMPORT_RUN)
    if not fields.get("order"):
        last = Contact.objects.filter(pupil=pupil).aggregate(last=Max("order"))["last"] or 0
        fields["order"] = last + 1
    contact = Contact.objects.create(pupil=pupil, changed_by_name=by.get_full_name() if by else "", **fields)
    note_change("contact.added", pupil=pupil, by=by, target=contact)
    return contact


@transaction.atomic
def change_contact(*, contact: Contact, version: int, by: User | None, **fields: Any) -> Contact:
    """Save `fields` over `version`. Raises NotAllowed or Conflict.

    Writes `contact.changed`, without names or numbers.
    """
    allow(by, contact.pupil.school_id, Permission.PUPIL_EDIT, Permission.IMPORT_RUN)
    before = values_of(contact, list(fields))
    for name, value in fields.items():
        setattr(contact, name, value)
    after = values_of(contact, list(fields))
    if before == after:
        return contact
    contact.save_over(expected=version, by=by, fields=fields)
    note_change(
        "contact.changed", pupil=contact.pupil, by=by, target=contact, details=described(before, after, plain=PLAIN)
    )
    return contact


@transaction.atomic
def remove_contact(*, contact: Contact, by: User | None) -> None:
    """Take a person off the list for good. Raises NotAllowed. Writes `contact.removed`."""
    allow(by, contact.pupil.school_id, Permission.PUPIL_EDIT, Permission.IMPORT_RUN)
    note_change("contact.removed", pupil=contact.pupil, by=by, target=contact)
    contact.delete()
