"""What the views of reviews share: fetching within reach, running an action from a form, and the plain form page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pupils.models import Pupil
from reviews.models import EhcPlan, Invitee, Review
from sendco.accounts.guards import check, find
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.conflicts import conflict_page
from sendco.core.exceptions import Conflict, NotAllowed, Refused

EDIT, VIEW = Permission.REVIEW_EDIT, Permission.REVIEW_VIEW


def get_review(request: HttpRequest, pk: int, permission: Permission | None = None) -> Review:
    """One review within reach with plan, pupil and school: 404 unseen, 403 without `permission`. One query, and the look at a
    form is noted: it shows a part of the record."""
    item = find(request, Review.objects.visible_to(request.user).for_page(), permission, pk=pk)
    if permission is EDIT:
        note_look(request, "review.viewed", item, item.pupil)
    return item


def note_look(request: HttpRequest, kind: str, target: Any, pupil: Pupil) -> None:
    """In the audit trail: somebody opened a form. Nothing for what is sent, which is noted as what it changes."""
    if request.method == "GET":
        audit.record(
            kind, by=request.user, target=target, school_id=pupil.school_id, pupil_id=pupil.pk, label=pupil.initials,
            details={"page": request.resolver_match.url_name},
        )  # fmt: skip


def get_invitee(request: HttpRequest, pk: int, permission: Permission | None = None) -> Invitee:
    """One person of a review within reach. One query."""
    people = Invitee.objects.select_related("review__pupil", "review__school", "review__plan", "review__owner", "user")
    invitee = find(request, people.filter(review__in=Review.objects.visible_to(request.user)), None, pk=pk)
    if permission is not None:
        check(request.user, permission, invitee.review)
    return invitee


def get_pupil(request: HttpRequest, pk: int, permission: Permission) -> Pupil:
    return find(request, Pupil.objects.visible_to(request.user).select_related("school"), permission, pk=pk)


def get_plan(request: HttpRequest, permission: Permission, **lookup: Any) -> EhcPlan:
    """The EHC plan of a pupil within reach. The look at a form is noted."""
    plans = EhcPlan.objects.select_related("pupil__school")
    plan = find(request, plans.filter(pupil__in=Pupil.objects.visible_to(request.user)), permission, **lookup)
    if permission is EDIT:
        note_look(request, "ehc_plan.viewed", plan, plan.pupil)
    return plan


def review_crumbs(review: Review) -> list[tuple[str, str]]:
    return [
        ("Annual reviews", reverse("reviews:list")),
        (f"{review.get_kind_display()}, {review.pupil.known_as}", review.get_absolute_url()),
    ]


def form_page(
    request: HttpRequest, form: Form, *, title: str, submit: str, back: str, status: int | None = None, **more: Any
) -> HttpResponse:
    """A page that is one form. more: lead, crumbs, notes (sentences above the form), kind of the button, template."""
    context = page_context(form, title=title, submit=submit, back=back, **more)
    template = more.get("template", "reviews/form.html")
    return render(request, template, context, status=status or (422 if form.errors else 200))


def page_context(form: Form, *, title: str, submit: str, back: str, **more: Any) -> dict[str, Any]:
    crumbs = more.pop("crumbs", [])
    return {"form": form, "title": title, "submit": submit, "back": back, "links": crumbs, "current": title, **more}


def run(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], HttpResponse],
    *,
    page: dict[str, Any],
    theirs_url: str = "",
) -> HttpResponse:
    """The usual life of a form page: show it, refuse it in words, show both versions when somebody was faster, or `act`.

    act: takes the cleaned data, calls one action and answers. page: keyword arguments of `form_page`.
    """
    if request.method == "POST" and form.is_valid():
        try:
            return act(form.cleaned_data)
        except Conflict as error:
            context = page_context(form, **page)
            template = page.get("template", "reviews/form.html")
            return conflict_page(request, error, form, template, context, theirs_url=theirs_url or page["back"])
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error(None, error.message)
    return form_page(request, form, **page)


def bound(request: HttpRequest) -> Any:
    """The posted data, or None."""
    return request.POST if request.method == "POST" else None
