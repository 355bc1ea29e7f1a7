"""People of a review: inviting, reminding, replies and advice."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from reviews import actions, forms, links, present, rules
from reviews.deadlines import notice_given
from reviews.enums import ReviewState
from reviews.models import Invitee
from reviews.permissions import may_read_advice, may_write_advice
from sendco.audit import audit
from sendco.core import clock
from sendco.core.dates import long_date
from sendco.core.exceptions import NotAllowed, Refused
from sendco.core.http import saved

from ._shared import EDIT, bound, get_invitee, get_review, review_crumbs, run


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the list, then send. One press sends to everyone who has not been invited."""
    item, on = get_review(request, pk, EDIT), clock.today()
    rules.check_state(item.state, (ReviewState.SCHEDULED,), "send invitations")
    people = list(item.invitees.all())
    check = notice_given(meeting=item.meeting_on, sent=on, anchor=item.anchor_on)

    def act(data: dict[str, Any]) -> HttpResponse:
        sent = actions.send_invitations(review=item, by=request.user, on=on)
        return saved(request, sent_words(sent), to=item)

    waiting = [person for person in people if not person.invited_on]
    reachable = [p for p in waiting if p.name and (p.method != "email" or p.email)]
    count = f"{len(reachable)} {'person' if len(reachable) == 1 else 'people'}"
    page = {
        "title": "Check and send invitations",
        "submit": f"Invite {count}" if reachable else "",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "template": "reviews/invite.html",
        "review": item,
        "people": [present.person_row(person, on=on) for person in people],
        "missing": [person for person in waiting if person not in reachable],
        "check": check,
    }
    return run(request, forms.PressForm(bound(request)), act, page=page)


def sent_words(sent: actions.people.Sent) -> str:
    """What a toast says after inviting."""
    parts = []
    if sent.emailed:
        parts.append(f"{sent.emailed} {'invitation' if sent.emailed == 1 else 'invitations'} sent")
    if sent.by_hand:
        parts.append(f"{sent.by_hand} to hand over or post")
    if sent.missing:
        parts.append(f"not invited: {', '.join(sent.missing).lower()}")
    return ". ".join(part[0].upper() + part[1:] for part in parts) or "Everyone had been invited"


@require_http_methods(["GET", "POST"])
def invite_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that invitations went another way."""
    item, on = get_review(request, pk, EDIT), clock.today()

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.record_invited(review=item, on=data["on"], by=request.user)
        return saved(request, "Invitations recorded", to=item)

    page = {
        "title": "Record invitations",
        "submit": "Record invitations",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "notes": ["Use this when the school invited everyone by letter or from another system. Nothing is sent."],
    }
    return run(request, forms.InviteSentForm(bound(request), today=on, initial={"on": on}), act, page=page)


@require_http_methods(["GET", "POST"])
def invitee_add(request: HttpRequest, pk: int) -> HttpResponse:
    item = get_review(request, pk, EDIT)

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.add_invitee(review=item, by=request.user, **data)
        return saved(request, f"{data['name']} is on the list", to=item)

    page = {
        "title": "Invite someone else",
        "submit": "Add to the list",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
    }
    initial = {"kind": request.GET.get("kind", "other")}
    return run(request, forms.InviteeForm(bound(request), initial=initial), act, page=page)


@require_http_methods(["GET", "POST"])
def invitee_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_invitee(request, pk, EDIT)
    item = person.review

    def act(data: dict[str, Any]) -> HttpResponse:
        version = data.pop("version")
        actions.change_invitee(invitee=person, version=version, by=request.user, **data)
        return saved(request, "Person saved", to=item)

    page = {
        "title": f"Change {person.name or person.get_kind_display().lower()}",
        "submit": "Save person",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "remove_url": "" if person.invited_on else reverse("reviews:invitee-remove", args=[person.pk]),
        "remove_text": "Take off the list",
    }
    return run(request, forms.InviteeForm(bound(request), instance=person), act, page=page)


@require_POST
def invitee_remove(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_invitee(request, pk, EDIT)
    if not forms.PressForm(request.POST).is_valid():
        raise Refused("Send the form again.")
    actions.remove_invitee(invitee=person, by=request.user)
    return saved(request, "Taken off the list", to=person.review)


@require_POST
def invitee_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """One press, one e-mail. htmx swaps the row."""
    person = get_invitee(request, pk, EDIT)
    if not forms.PressForm(request.POST).is_valid():
        raise Refused("Send the form again.")
    is_new = actions.remind_invitee(invitee=person, by=request.user, on=clock.today())
    text = f"Reminder sent to {person.name}" if is_new else f"{person.name} was reminded today already"
    return saved(request, text, to=person.review)


@require_http_methods(["GET", "POST"])
def invitee_reply(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_invitee(request, pk, EDIT)

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.record_reply(invitee=person, version=data["version"], reply=data["reply"], by=request.user)
        return saved(request, "Reply saved", to=person.review)

    page = {
        "title": f"Is {person.name or 'this person'} coming?",
        "submit": "Save reply",
        "back": person.review.get_absolute_url(),
        "crumbs": review_crumbs(person.review),
    }
    return run(request, forms.ReplyForm(bound(request), instance=person), act, page=page)


@require_http_methods(["GET", "POST"])
def invitee_advice(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person sent, for who may read it; and the place to write it down."""
    person = get_invitee(request, pk)
    item, on = person.review, clock.today()
    can_read, can_write = may_read_advice(request.user, person), may_write_advice(request.user, person)
    if not can_read and not can_write:
        raise NotAllowed("You can see this review, but not what other people sent. Ask your SENDCo.")
    is_own = person.user_id == request.user.pk
    if request.method == "GET" and can_read:
        audit.record(
            "contribution.read", by=request.user, target=person, school_id=item.school_id, pupil_id=item.pupil_id,
            label=item.pupil.initials,
        )  # fmt: skip

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.record_advice(
            invitee=person, version=data["version"], text=data["advice"], on=data.get("on") or on, by=request.user
        )
        return saved(request, "Advice saved", to=item)

    link = person.links.exclude(submitted_at=None).first() if can_read else None
    initial = {} if can_read else {"advice": ""}
    is_open = item.state not in (ReviewState.COMPLETE, ReviewState.CANCELLED)
    page = {
        "title": f"Advice for {item.pupil.first_name}’s review" if is_own else f"What {person.name or 'they'} sent",
        "submit": ("Save advice" if can_write and is_open else ""),
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "template": "reviews/advice.html",
        "person": person,
        "answers": rules.asked_and_answered(link.answers if link else None, item.pupil.first_name),
        "sent_at": link.submitted_at if link else None,
        "can_write": can_write and is_open,
        "can_read": can_read,
    }
    form = forms.AdviceForm(bound(request), instance=person, today=on, is_own=is_own, initial=initial)
    return run(request, form, act, page=page)


@never_cache
@require_POST
def invitee_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new link and show it once, to print or to read out. Earlier links of the person stop working."""
    person = get_invitee(request, pk, EDIT)
    if not forms.PressForm(request.POST).is_valid():
        raise Refused("Send the form again.")
    link = actions.make_link(invitee=person, by=request.user)
    item = person.review
    context = {
        "person": person,
        "review": item,
        "address": links.address_of(link),
        "until": long_date(link.expires_on),
        "links": review_crumbs(item),
        "current": "New link",
    }
    return render(request, "reviews/link.html", context)


@require_POST
def invitee_link_stop(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_invitee(request, pk, EDIT)
    if not forms.PressForm(request.POST).is_valid():
        raise Refused("Send the form again.")
    actions.revoke_link(invitee=person, by=request.user)
    return saved(request, "The link has stopped working", to=person.review)


@require_http_methods(["GET", "POST"])
def advice_circulate(request: HttpRequest, pk: int) -> HttpResponse:
    item, on = get_review(request, pk, EDIT), clock.today()
    people = list(Invitee.objects.filter(review=item))

    def act(data: dict[str, Any]) -> HttpResponse:
        told = actions.circulate_advice(review=item, on=data["on"], by=request.user)
        return saved(request, f"Advice recorded as sent. {told} told by e-mail", to=item)

    page = {
        "title": "Check and send advice",
        "submit": "Record as sent and tell everyone",
        "back": item.get_absolute_url(),
        "crumbs": review_crumbs(item),
        "template": "reviews/circulate.html",
        "review": item,
        "people": [present.person_row(person, on=on) for person in people],
    }
    return run(request, forms.CirculateForm(bound(request), today=on, initial={"on": on}), act, page=page)
