"""The e-mails of a review: invitation, new date, cancelling, reminder, advice. Initials only; one for each person and change."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from reviews import ics, links
from reviews.models import ContributionLink, Invitee, Review
from sendco.core import clock
from sendco.core.clock import LONDON
from sendco.core.dates import weekday_date
from sendco.core.ui import clock_time
from sendco.notifications.actions import queue_email

SUBJECTS = {
    "invitation": "Invitation: {what} for {who}, {when}",
    "change": "Changed: {what} for {who}, now {when}",
    "cancelled": "Cancelled: {what} for {who}, {when}",
    "reminder": "Reminder: your views for the {what} of {who}, {when}",
    "advice": "Papers for the {what} of {who}, {when}",
}
METHODS = {"invitation": ics.REQUEST, "change": ics.REQUEST, "cancelled": ics.CANCEL}


def what_of(review: Review) -> str:
    return {"annual": "annual review", "phase": "phase transfer review", "early": "early review"}.get(
        review.kind, "interim meeting"
    )


def entry_of(review: Review, *, attendee: str = "") -> ics.MeetingEntry:
    """The calendar entry of a review with a meeting date. Its uid never changes."""
    host = urlsplit(settings.BASE_URL).hostname
    at = review.meeting_at
    starts = datetime(
        review.meeting_on.year, review.meeting_on.month, review.meeting_on.day, at.hour if at else 9, at.minute if at else 0,
        tzinfo=LONDON,
    )  # fmt: skip
    place = " or ".join(part for part in (review.place, "video call" if review.video_link else "") if part)
    description = f"Arranged by {review.school.name}."
    if review.video_link:
        description += f" Join by video: {review.video_link}"
    return ics.MeetingEntry(
        uid=f"review-{review.pk}@{host}",
        sequence=review.sequence,
        starts=starts,
        minutes=review.minutes,
        summary=f"{what_of(review).capitalize()} ({review.pupil.initials})",
        place=place,
        description=description,
        organiser=review.school.email
        or settings.DEFAULT_FROM_EMAIL.partition("<")[2].rstrip(">")
        or settings.DEFAULT_FROM_EMAIL,
        attendee=attendee,
    )


def address_for(invitee: Invitee, link: ContributionLink | None) -> str:
    """Where a person gives their views: their account, or the mark of their one-off link."""
    if invitee.user_id:
        return settings.BASE_URL + reverse("reviews:invitee-advice", args=[invitee.pk])
    return links.mark_of(link) if link else ""


def send(
    kind: str, review: Review, invitee: Invitee, *, key: str, link: ContributionLink | None = None, **more
) -> bool:
    """Queue one e-mail. False when the person has no address or it was queued before. `key` tells repeats of a kind apart."""
    if not invitee.email or review.meeting_on is None:
        return False
    when = weekday_date(review.meeting_on)
    subject = SUBJECTS[kind].format(what=what_of(review), who=review.pupil.initials, when=when)
    context = {
        "what": what_of(review),
        "who": review.pupil.initials,
        "when": when,
        "at": clock_time(review.meeting_at),
        "place": entry_of(review).place,
        "video_link": review.video_link,
        "school": review.school.name,
        "telephone": review.school.telephone,
        "address": address_for(invitee, link),
        "has_account": bool(invitee.user_id),
        **more,
    }
    attachments = []
    if method := METHODS.get(kind):
        text = ics.calendar_text(entry_of(review, attendee=invitee.email), method=method, stamp=clock.now())
        attachments.append({"name": "meeting.ics", "mime": f"text/calendar; method={method}", "text": text})
    _, is_new = queue_email(
        dedupe_key=f"review:{review.pk}:{kind}:{invitee.pk}:{key}",
        kind=f"review_{kind}",
        to_email=invitee.email,
        to_user=invitee.user,
        school_id=review.school_id,
        subject=subject[:150],
        text=render_to_string(f"reviews/email/{kind}.txt", context),
        attachments=attachments,
        reply_to=review.school.email,
    )
    return is_new


def current_links(review: Review) -> dict[int, ContributionLink]:
    """{invitee id: its working link}. One query."""
    found = ContributionLink.objects.filter(invitee__review=review, revoked_at__isnull=True)
    return {link.invitee_id: link for link in found}


def _told(review: Review) -> list[Invitee]:
    return list(
        Invitee.objects.filter(review=review, invited_on__isnull=False).exclude(email="").select_related("user")
    )


def tell_of_change(review: Review) -> int:
    """Send the new date to everyone who was invited before. Returns how many."""
    working = current_links(review)
    return sum(
        send("change", review, person, key=str(review.sequence), link=working.get(person.pk))
        for person in _told(review)
    )


def tell_of_cancelling(review: Review) -> int:
    return sum(send("cancelled", review, person, key=str(review.sequence)) for person in _told(review))
