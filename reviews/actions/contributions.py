"""Views given by a one-off link, without an account."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_hex

from django.db import transaction

from reviews import links, rules
from reviews.enums import ReviewState
from reviews.models import ContributionLink, Invitee, Review
from reviews.permissions import check_edit
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.dates import long_date
from sendco.core.exceptions import NotFound, Refused
from sendco.notifications.actions import notify, people_to_tell


class LinkGone(Refused):
    """The link was real and works no more. Its message tells whom to ask."""

    status = 410


@transaction.atomic
def make_link(*, invitee: Invitee, by: User | None) -> ContributionLink:
    """A new link for one person; an earlier one stops working. What was typed so far comes along. It ends with the meeting."""
    review = invitee.review
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.SCHEDULED,), "make a link")
    Invitee.objects.select_for_update().get(pk=invitee.pk)  # or two links made at once would both work
    before = ContributionLink.objects.filter(invitee=invitee).order_by("-pk").first()
    if before is not None and before.submitted_at:
        raise Refused("This person has sent their views.")
    ContributionLink.objects.filter(invitee=invitee, revoked_at__isnull=True).update(revoked_at=clock.now())
    link = ContributionLink.objects.create(
        invitee=invitee,
        token_hash=token_hex(32),  # a stand-in until the row has the id from which its token is made
        expires_on=review.meeting_on,
        answers=before.answers if before else {},
    )
    link.token_hash = links.hash_of(links.token_of(link))
    link.save(update_fields=["token_hash"])
    audit.record("contribution.link_made", by=by, target=invitee, school_id=review.school_id, pupil_id=review.pupil_id)
    return link


@transaction.atomic
def revoke_link(*, invitee: Invitee, by: User | None) -> int:
    """Stop a person's link at once. Returns how many were stopped."""
    check_edit(by, invitee.review)
    stopped = ContributionLink.objects.filter(invitee=invitee, revoked_at__isnull=True).update(revoked_at=clock.now())
    review = invitee.review
    audit.record(
        "contribution.link_stopped", by=by, target=invitee, school_id=review.school_id, pupil_id=review.pupil_id
    )
    return stopped


def open_link(token: str, *, on: date) -> ContributionLink:
    """The link of a token, with its invitee, review, pupil and school. One query.

    Raises NotFound for a token that was never given out, LinkGone for one that has expired or was stopped. A link whose views
    were sent stays open for reading the thanks until it expires.
    """
    link = (
        ContributionLink.objects.filter(token_hash=links.hash_of(token))
        .select_related("invitee__review__pupil", "invitee__review__school")
        .first()
    )
    if link is None:
        raise NotFound("We do not know this link. Check that you copied all of it.")
    school = link.invitee.review.school
    ask = f"Ask the school for a new one: {school.telephone}." if school.telephone else "Ask the school for a new one."
    if link.revoked_at:
        raise LinkGone(f"This link was replaced or stopped. {ask}")
    if on > link.expires_on:
        raise LinkGone(f"This link stopped working on {long_date(link.expires_on)}. {ask}")
    return link


@transaction.atomic
def save_answer(*, link: ContributionLink, key: str, text: str, at: datetime) -> ContributionLink:
    """Keep one answer, beside those that another window keeps meanwhile. Refused once the views were sent. Two queries."""
    if key not in rules.ANSWER_KEYS:
        raise NotFound("There is no such question.")
    link = ContributionLink.objects.select_for_update().get(pk=link.pk)
    if link.submitted_at:
        raise Refused("You have sent your views already. Ask the school if you want to add something.")
    link.answers = {**link.answers, key: text.strip()[: rules.ANSWER_MAX]}
    link.opened_at = link.opened_at or at
    link.save(update_fields=["answers", "opened_at", "updated_at"])
    return link


def _arrangers(review: Review, on: date) -> list[User]:
    """Who is told that views have come in: the owner of the review, else everybody who arranges reviews in the school."""
    if review.owner and review.owner.is_active:
        return [review.owner]
    ids = people_to_tell(school_id=review.school_id, permission=Permission.REVIEW_EDIT, on=on)
    return list(User.objects.filter(pk__in=ids))


@transaction.atomic
def submit_contribution(*, link: ContributionLink, at: datetime) -> ContributionLink:
    """Send the views to the school. Refused when every answer is empty. Who arranges the review is told, by initials."""
    link = (
        ContributionLink.objects.select_for_update(of=("self",))
        .select_related("invitee__review__pupil")
        .get(pk=link.pk)
    )
    if link.submitted_at:
        return link
    if not any(link.answers.get(key) for key in rules.ANSWER_KEYS):
        raise Refused("Write something in at least one answer before you send.")
    link.submitted_at = at
    link.save(update_fields=["submitted_at", "updated_at"])
    invitee = link.invitee
    Invitee.objects.filter(pk=invitee.pk).update(advice_received_on=at.date())
    review: Review = invitee.review
    audit.record(
        "contribution.sent",
        by="Invited person, by link",
        target=invitee,
        school_id=review.school_id,
        pupil_id=review.pupil_id,
    )
    for person in _arrangers(review, at.date()):
        notify(
            recipient=person,
            kind="contribution",
            subject_key=f"invitee:{invitee.pk}",
            due_on=at.date(),
            text=f"Views for the review of {review.pupil.initials} have come in",
            path=review.get_absolute_url(),
            school_id=review.school_id,
        )
    return link
