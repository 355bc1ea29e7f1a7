"""Audit events about a pupil in words that a SENDCo reads. Pure over the event."""

from __future__ import annotations

from sendco.audit.models import AuditEvent

KINDS = {
    "pupil.viewed": "Looked at the record",
    "pupil.printed": "Printed the record",
    "pupil.changed": "Changed the details",
    "pupil.added": "Added to the roll",
    "pupil.left": "Taken off the roll",
    "pupil.returned": "Put back on the roll",
    "support.changed": "Changed the support",
    "support.parents_told": "Recorded that parents were told",
    "register.exported": "Exported in a list",
    "register.printed": "Printed in a list",
    "need.added": "Recorded a need",
    "need.changed": "Changed a need",
    "need.moved": "Changed the order of needs",
    "need.ended": "Ended a need",
    "contact.added": "Added a contact",
    "contact.changed": "Changed a contact",
    "contact.removed": "Removed a contact",
    "tags.changed": "Changed the tags",
    "grant.given": "Gave a person access",
    "grant.ended": "Ended a person’s access",
    "plan.started": "Drafted a plan",
    "plan.changed": "Changed a plan",
    "plan.agreed": "Agreed a plan",
    "plan.reviewed": "Reviewed a plan",
    "target.added": "Added a target",
    "target.changed": "Changed a target",
    "target.progress": "Recorded progress",
    "target.progress_undone": "Took a rating back",
    "profile.written": "Wrote the one-page profile",
    "strategy.added": "Added a strategy",
    "strategy.changed": "Changed a strategy",
    "strategy.ended": "Ended a strategy",
    "adjustment.added": "Added an adjustment",
    "adjustment.changed": "Changed an adjustment",
    "note.added": "Added a note",
    "note.changed": "Changed a note",
    "score.added": "Added a test score",
    "score.removed": "Took a test score back",
    "document.added": "Added a document",
    "document.read": "Opened a document",
    "document.removed": "Removed a document",
    "document.restored": "Brought a document back",
}
PAGES = {
    "overview": "overview",
    "profile": "one-page profile",
    "needs": "needs",
    "plan": "plan",
    "provision": "provision",
    "reviews": "reviews",
    "documents": "documents",
    "timeline": "timeline",
    "access": "who has looked",
    "print": "page for printing",
}


def words_of(event: AuditEvent) -> str:
    """`Looked at the record: plan`. A kind of an app that has no words here reads as its name: `Session logged`."""
    words = KINDS.get(event.kind)
    if words is None:
        noun, _, verb = event.kind.partition(".")
        words = f"{noun} {verb}".replace("_", " ").capitalize()
    page = PAGES.get(str(event.details.get("page", "")))
    return f"{words}: {page}" if page and event.kind == "pupil.viewed" else words
