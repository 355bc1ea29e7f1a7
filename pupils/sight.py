"""Which parts of a pupil's record a person sees, once they may see the pupil at all. Pure over what `User.access` holds.

The one place that decides it: pages, partials, downloads, print-outs and the timeline all ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from sendco.accounts.permissions import Permission as P

if TYPE_CHECKING:
    from pupils.models import Note
    from sendco.accounts.models import User


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see of the pupils of one school. Profile and strategies show to everyone who reaches the pupil.

    record: the record beyond profile, strategies and targets: needs, support, facts. plan: targets. full_plan: assessment,
    views and past cycles as well. provision: groups, sessions and ratings. reviews: dates of reviews. notes: notes that are
    not confidential.
    """

    record: bool
    plan: bool
    full_plan: bool
    provision: bool
    reviews: bool
    notes: bool
    confidential: bool
    documents: bool
    contacts: bool
    audit: bool

    @classmethod
    def of(cls, user: User, school_id: int) -> Sight:
        """No query beyond the memberships, once a request."""

        def can(*permissions: P) -> bool:
            return any(user.access.can(permission, school_id) for permission in permissions)

        record, plan = can(P.REGISTER_VIEW), can(P.PLAN_VIEW)
        return cls(
            record=record,
            plan=plan,
            full_plan=record and plan,
            provision=can(P.MAP_VIEW) or (record and can(P.SESSION_LOG)),
            reviews=record and can(P.REVIEW_VIEW, P.REVIEW_DATES, P.REVIEW_CONTRIBUTE),
            notes=record and can(P.NOTE_ADD),
            confidential=can(P.NOTE_CONFIDENTIAL),
            documents=can(P.DOCUMENT_VIEW),
            contacts=can(P.CONTACT_VIEW),
            audit=can(P.AUDIT_VIEW),
        )


def may_read_note(sight: Sight, *, is_confidential: bool, is_writer: bool) -> bool:
    """May this person read one note of a pupil within reach? Whoever wrote a note may always read it again."""
    if is_writer:
        return True
    return sight.confidential if is_confidential else sight.notes


def notes_q(sight: Sight, user: User) -> Q:
    """`may_read_note` as a condition on Note, for lists. The table of cases in the tests holds the two together."""
    question = Q(written_by=user)
    if sight.notes:
        question |= Q(is_confidential=False)
    if sight.confidential:
        question |= Q(is_confidential=True)
    return question


def may_change_note(user: User, note: Note) -> bool:
    """The writer, while they may still add notes; and who may read confidential notes, to take one out of ordinary view."""
    school_id = note.pupil.school_id
    if user.access.can(P.NOTE_CONFIDENTIAL, school_id):
        return True
    return note.written_by_id == user.pk and user.access.can(P.NOTE_ADD, school_id)


def may_open_document(sight: Sight, *, is_confidential: bool, is_adder: bool) -> bool:
    """Documents need their own permission; a confidential one that of confidential notes, or to have added it."""
    return sight.documents and (not is_confidential or sight.confidential or is_adder)


def documents_q(sight: Sight, user: User) -> Q:
    """`may_open_document` as a condition on Document."""
    if not sight.documents:
        return Q(pk__in=())
    return Q() if sight.confidential else Q(is_confidential=False) | Q(added_by=user)
