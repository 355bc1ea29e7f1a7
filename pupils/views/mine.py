"""My pupils: what a teacher or teaching assistant must know, at a glance; and my notes, what one wrote about them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pupils import register_page
from pupils.enums import SenStatus
from pupils.models import Note, Pupil
from pupils.querysets import granted_to, within_reach
from sendco.accounts.guards import may
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import NotAllowed

NOTES_A_PAGE = 30
_SEES_PUPILS = (Permission.PUPIL_VIEW_ALL, Permission.PUPIL_VIEW_CLASS, Permission.PUPIL_VIEW_GROUP)


@require_GET
def my_pupils(request: HttpRequest) -> HttpResponse:
    """Pupils one works with who have any support, or whom one may see for a time.

    Seven queries for any number of rows.
    """
    user, on = request.user, clock.today()
    matters = ~Q(sen_status=SenStatus.NONE) | Q(key_adult=user) | Q(pk__in=granted_to(user))
    near = Pupil.objects.near_to(user).on_roll(on).filter(matters)
    pupils = list(near.order_by("surname", "forename", "pk").for_my_pupils(on))
    if not pupils and not any(user.access.can_anywhere(permission) for permission in _SEES_PUPILS):
        raise NotAllowed("Your role does not include pupils. Ask your SENDCo if you need to see one.")
    cards = [register_page.card_of(pupil, targets=may(user, Permission.PLAN_VIEW, pupil)) for pupil in pupils]
    has_notes = user.access.can_anywhere(Permission.NOTE_ADD)
    return render(request, "pupils/mine.html", {"cards": cards, "has_notes": has_notes})


@require_GET
def my_notes(request: HttpRequest) -> HttpResponse:
    """What one wrote, newest first, of pupils one can still see. Every look at a child's record is recorded.

    Seven queries for any number of rows.
    """
    user = request.user
    if not user.access.can_anywhere(Permission.NOTE_ADD):
        raise NotAllowed("Your role does not include writing notes. Ask your SENDCo if you need to.")
    notes = within_reach(Note.objects.filter(written_by=user), user).order_by("-on", "-pk")
    page = Paginator(notes, NOTES_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    pupils = {note.pupil_id: note.pupil for note in shown}
    audit.record_many(
        audit.build("pupil.viewed", by=user, target=pupil, label=pupil.initials, details={"page": "my-notes"})
        for pupil in pupils.values()
    )
    return render(request, "pupils/notes.html", {"page": page, "notes": shown})
