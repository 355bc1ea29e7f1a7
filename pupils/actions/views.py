"""Saved views of the register: a filter with a name, a person's own or the school's."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify

from pupils.models import SavedView
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core.exceptions import NotAllowed, Refused

BUILT_IN = ("add", "all")


def _free_slug(school_id: int, name: str) -> str:
    base = slugify(name)[:60] or "view"
    taken = set(SavedView.objects.filter(school_id=school_id, slug__startswith=base).values_list("slug", flat=True))
    taken.update(BUILT_IN)
    return base if base not in taken else next(f"{base}-{n}" for n in range(2, 10_000) if f"{base}-{n}" not in taken)


@transaction.atomic
def save_view(*, school_id: int, name: str, query: str, is_shared: bool, by: User) -> SavedView:
    """Keep a filter under a name. query: as `Filter.query()` writes it, without a pupil's name.

    Raises NotAllowed, or Refused when the person has a view of this name. Sharing takes the right to export the
    register.
    """
    allow(by, school_id, Permission.REGISTER_VIEW)
    if is_shared:
        allow(by, school_id, Permission.REGISTER_EXPORT)
    if SavedView.objects.filter(school_id=school_id, owner=by, name__iexact=name).exists():
        raise Refused("You have a view of this name already. Choose another name.")
    slug = _free_slug(school_id, name)
    return SavedView.objects.create(
        school_id=school_id, owner=by, name=name, slug=slug, query=query, is_shared=is_shared
    )


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Remove one's own view, or a shared one as somebody who may change the register. Raises NotAllowed."""
    shared_and_may = view.is_shared and by.access.can(Permission.REGISTER_EDIT, view.school_id)
    if view.owner_id != by.pk and not shared_and_may:
        raise NotAllowed("This view belongs to somebody else.")
    view.delete()
