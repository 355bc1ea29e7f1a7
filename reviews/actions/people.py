"""Who is invited to a review, what they answer and the advice they send."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from pupils.models import Contact
from reviews import rules
from reviews.deadlines import NoticeCheck, notice_given
from reviews.enums import REQUIRED_INVITEES, InviteeKind, Reply, ReviewState
from reviews.models import Invitee, Review
from reviews.permissions import check_edit, may_write_advice
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Role
from sendco.audit import audit
from sendco.core.exceptions import NotAllowed, Refused
from staff.agencies.models import AgencyKind, Professional, Referral

from . import mail
from .contributions import make_link
from .steps import refresh_steps

HEALTH_KINDS = (
    AgencyKind.SALT, AgencyKind.OT, AgencyKind.PHYSIO, AgencyKind.CAMHS, AgencyKind.PAEDIATRICS, AgencyKind.NURSE,
)  # fmt: skip
INVITEE_FIELDS = ("kind", "name", "job_title", "email", "method")


@dataclass
class Sent:
    """What came of sending invitations. missing: required people who could not be invited, in words."""

    emailed: int = 0
    by_hand: int = 0
    missing: list[str] = field(default_factory=list)
    notice: NoticeCheck | None = None


# --- Who ------------------------------------------------------------------------------------------------


def prefill_invitees(*, review: Review, on: date) -> list[Invitee]:
    """Put the five whom regulation 20(2) names on the list, with the pupil and the class teacher. 6 queries.

    A parent who may not be contacted is left out. Where nobody is known for a place, an entry without a name holds it open.
    """
    pupil, school = review.pupil, review.school
    people = [
        Invitee(kind=InviteeKind.PARENT, name=contact.name, email=contact.email, job_title=contact.relationship[:80])
        for contact in Contact.objects.filter(pupil=pupil, has_parental_responsibility=True, may_not_be_contacted=False)
    ]
    staff = Membership.objects.current(on).filter(school=school).select_related("user")
    wanted = Q(role=Role.HEAD)
    if pupil.school_class_id:
        wanted |= Q(role=Role.TEACHER, classes=pupil.school_class_id)
    members = list(staff.filter(wanted).distinct())
    heads = [m for m in members if m.role == Role.HEAD][:1]
    teachers = [m for m in members if m.role == Role.TEACHER]
    people += [_colleague(InviteeKind.HEAD, m, "Headteacher") for m in heads]
    people += _professionals(review)
    for kind in REQUIRED_INVITEES:
        if not any(person.kind == kind for person in people):
            people.append(Invitee(kind=kind))
    people.sort(key=lambda person: REQUIRED_INVITEES.index(person.kind))
    people += [_colleague(InviteeKind.SCHOOL, m, "Class teacher") for m in teachers]
    people.append(Invitee(kind=InviteeKind.PUPIL, name=pupil.known_as, method="hand"))
    for person in people:
        person.review, person.is_required = review, person.kind in REQUIRED_INVITEES
        if not person.email and person.kind == InviteeKind.PARENT and person.name:
            person.method = "post"
    return Invitee.objects.bulk_create(people)


def _colleague(kind: str, member: Membership, title: str) -> Invitee:
    user = member.user
    return Invitee(kind=kind, name=user.name, email=user.email, user=user, job_title=member.job_title or title)


def _professionals(review: Review) -> list[Invitee]:
    """The local authority's and social care's officers in the federation's directory, and who of health sees this pupil."""
    known = Professional.objects.filter(agency__federation_id=review.school.federation_id, agency__is_archived=False)
    officers: dict[str, Professional] = {}
    for person in (
        known.filter(agency__kind__in=[AgencyKind.LA_SEND, AgencyKind.SOCIAL]).select_related("agency").order_by("pk")
    ):
        officers.setdefault(person.agency.kind, person)
    referral = (
        Referral.objects.filter(pupil_id=review.pupil_id, agency__kind__in=HEALTH_KINDS, professional__isnull=False)
        .select_related("professional__agency")
        .order_by("-pk")
        .first()
    )
    found = (
        (InviteeKind.LA, officers.get(AgencyKind.LA_SEND)),
        (InviteeKind.HEALTH, referral.professional if referral else None),
        (InviteeKind.SOCIAL_CARE, officers.get(AgencyKind.SOCIAL)),
    )
    return [
        Invitee(kind=kind, name=p.name, email=p.email or p.agency.email, job_title=p.job_title or p.agency.name[:80])
        for kind, p in found
        if p is not None
    ]


@transaction.atomic
def add_invitee(*, review: Review, by: User | None, kind: str, name: str, **fields: Any) -> Invitee:
    """Put somebody on the list. fields: job_title, email, method, user. A named required person takes the empty place."""
    check_edit(by, review)
    _check_open(review)
    Invitee.objects.filter(review=review, kind=kind, name="", invited_on__isnull=True).delete()
    invitee = Invitee.objects.create(
        review=review, kind=kind, name=name, is_required=kind in REQUIRED_INVITEES, **fields
    )
    _settle_notice(review)
    _record("invitee.added", invitee, by)
    return invitee


@transaction.atomic
def change_invitee(*, invitee: Invitee, version: int, by: User | None, **fields: Any) -> Invitee:
    """Change who somebody is or how they are invited. fields: any of INVITEE_FIELDS. Raises Conflict."""
    check_edit(by, invitee.review)
    _check_open(invitee.review)
    for name, value in fields.items():
        setattr(invitee, name, value)
    invitee.is_required = invitee.kind in REQUIRED_INVITEES
    invitee.save_over(expected=version, by=by, fields=(*INVITEE_FIELDS, "is_required"))
    _settle_notice(invitee.review)
    _record("invitee.changed", invitee, by)
    return invitee


@transaction.atomic
def remove_invitee(*, invitee: Invitee, by: User | None) -> None:
    """Take somebody off the list. Refused for the last of a required kind, and once they were invited."""
    review = invitee.review
    check_edit(by, review)
    _check_open(review)
    if invitee.invited_on:
        raise Refused("This person has been invited, so they stay on the list. Record their reply instead.")
    others = Invitee.objects.filter(review=review, kind=invitee.kind).exclude(pk=invitee.pk)
    if invitee.kind in REQUIRED_INVITEES and not others.exists():
        raise Refused("The law asks us to invite this person. Regulation 20(2)")
    _record("invitee.removed", invitee, by)
    invitee.delete()


def _check_open(review: Review) -> None:
    if review.state in (ReviewState.COMPLETE, ReviewState.CANCELLED):
        raise Refused("This review is over.")


# --- Inviting -------------------------------------------------------------------------------------------


@transaction.atomic
def send_invitations(*, review: Review, by: User | None, on: date) -> Sent:
    """Invite everyone who has not been invited: e-mail with a calendar entry and their own link, or recorded as by hand or post.

    The review counts as invited on the day on which the last of the required people was. A late invitation is sent all the
    same, and `notice` says by how much it is late. Raises Refused without a meeting date, NotAllowed.
    """
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.SCHEDULED,), "send invitations")
    result, invited = Sent(), []
    for person in Invitee.objects.filter(review=review, invited_on__isnull=True).select_related("user"):
        person.review = review
        if not person.name or (person.method == "email" and not person.email):
            if person.is_required:
                result.missing.append(person.get_kind_display())
            continue
        if person.method == "email":
            link = None if person.user_id else make_link(invitee=person, by=by)
            mail.send("invitation", review, person, key=str(review.sequence), link=link)
            result.emailed += 1
        else:
            result.by_hand += 1
        person.invited_on = person.advice_asked_on = on
        invited.append(person)
    Invitee.objects.bulk_update(invited, ["invited_on", "advice_asked_on"])
    _settle_notice(review)
    result.notice = notice_given(meeting=review.meeting_on, sent=on, anchor=review.anchor_on)
    audit.record(
        "review.invited", by=by, target=review, label=review.pupil.initials,
        details={"emailed": result.emailed, "by_hand": result.by_hand, "missing": len(result.missing)},
    )  # fmt: skip
    return result


@transaction.atomic
def record_invited(*, review: Review, on: date, by: User | None) -> Review:
    """Record that everyone on the list was invited on a day, by letter or from another system. Nothing is sent."""
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.SCHEDULED,), "record invitations")
    waiting = Invitee.objects.filter(review=review, invited_on__isnull=True)
    if waiting.filter(name="").exists():
        raise Refused("Enter the names of those who must be invited first.")
    waiting.update(invited_on=on, advice_asked_on=on)
    _settle_notice(review)
    audit.record(
        "review.invited",
        by=by,
        target=review,
        label=review.pupil.initials,
        details={"on": on.isoformat(), "sent": False},
    )
    return review


def _settle_notice(review: Review) -> None:
    """Set the day on which all required people had been invited, once there is one; it does not move afterwards."""
    if review.invited_on or review.state != ReviewState.SCHEDULED:
        return
    asked = list(Invitee.objects.filter(review=review, is_required=True).values_list("kind", "invited_on"))
    complete = {kind for kind, _ in asked} >= set(REQUIRED_INVITEES) and all(day for _, day in asked)
    if complete:
        review.invited_on = max(day for _, day in asked if day)
        review.save(update_fields=["invited_on"])
    refresh_steps(review)


@transaction.atomic
def remind_invitee(*, invitee: Invitee, by: User | None, on: date) -> bool:
    """Ask again for views or a reply; one e-mail a person a day. False when it went today already."""
    review = invitee.review
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.SCHEDULED,), "remind people")
    if invitee.invited_on is None:
        raise Refused("Invite this person first.")
    if not invitee.email:
        raise Refused("There is no e-mail address for this person. Ring or write instead.")
    link = None
    if not invitee.user_id:
        link = mail.current_links(review).get(invitee.pk) or make_link(invitee=invitee, by=by)
    is_new = mail.send("reminder", review, invitee, key=on.isoformat(), link=link)
    Invitee.objects.filter(pk=invitee.pk).update(reminded_on=on)
    if is_new:
        _record("invitee.reminded", invitee, by)
    return is_new


@transaction.atomic
def record_reply(*, invitee: Invitee, version: int, reply: str, by: User | None) -> Invitee:
    """Write down whether somebody is coming. Raises Conflict."""
    check_edit(by, invitee.review)
    _check_open(invitee.review)
    if reply not in Reply.values:
        raise Refused("Choose one of the replies.")
    invitee.reply = reply
    invitee.save_over(expected=version, by=by, fields=["reply"])
    _record("invitee.replied", invitee, by, reply=reply)
    return invitee


@transaction.atomic
def record_advice(*, invitee: Invitee, version: int, text: str, on: date, by: User) -> Invitee:
    """Keep advice that came in on paper or by e-mail, or that a colleague writes here. Raises Conflict, NotAllowed."""
    if not may_write_advice(by, invitee):
        raise NotAllowed("You can write your own advice only.")
    _check_open(invitee.review)
    invitee.advice, invitee.advice_received_on = text, on
    invitee.save_over(expected=version, by=by, fields=["advice", "advice_received_on"])
    _record("invitee.advice", invitee, by)
    return invitee


@transaction.atomic
def circulate_advice(*, review: Review, on: date, by: User | None) -> int:
    """Record that the advice went to everyone invited, and tell those with an account or e-mail. Returns how many were told.

    Advice itself never travels by e-mail: people with an account open it here, others get the papers from the school.
    """
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.SCHEDULED,), "record the advice as sent")
    people = list(Invitee.objects.filter(review=review).select_related("user"))
    if not any(person.advice_received_on for person in people):
        raise Refused("Nobody has sent advice yet. Record what came in first.")
    if not any(person.invited_on for person in people):
        raise Refused("Send the invitations first.")
    review.advice_circulated_on = on
    review.save(update_fields=["advice_circulated_on"])
    refresh_steps(review)
    told = sum(
        mail.send("advice", review, person, key=on.isoformat())
        for person in people
        if person.invited_on and person.email and person.kind != InviteeKind.PUPIL
    )
    audit.record(
        "review.advice_circulated", by=by, target=review, label=review.pupil.initials, details={"on": on.isoformat()}
    )
    return told


def _record(kind: str, invitee: Invitee, by: User | None, **details: Any) -> None:
    review = invitee.review
    audit.record(
        kind, by=by, target=invitee, school_id=review.school_id, pupil_id=review.pupil_id, label=review.pupil.initials,
        details={"as": str(invitee.kind), **details},
    )  # fmt: skip
