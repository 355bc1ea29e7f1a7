"""Every address of the product, from the resolver, and what fills it in."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from .world import Place

# What stands for `pk` (or another parameter) in an address, by its name: names of `Place.at`, or values.
FILLED: dict[str, dict[str, str | int]] = {}


def names() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name with its namespace, parameters) of every pattern; a name with two shapes comes twice."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, inner)
        else:
            yield f"{space}{entry.name or entry.pattern}", tuple(entry.pattern.regex.groupindex)


def fill(name: str, place: Place) -> str:
    """The address of `name` with the objects of one school."""
    # A row may be about another shape or object of the same name: "pupils:plan-edit#draft".
    url_name = name.partition("#")[0]
    given = FILLED.get(name, {})
    return reverse(url_name, kwargs={key: place.at.get(value, value) for key, value in given.items()})


def _fill_in(parameter: str, pairs: str) -> None:
    for line in pairs.split("\n"):
        key, _, listed = line.strip().partition(": ")
        for name in listed.split():
            FILLED.setdefault(name, {})[parameter] = key


_fill_in(
    "pk",
    """
    pupil: pages:pupil pages:pupil-profile pages:pupil-needs pages:pupil-plan pages:pupil-provision
    pupil: pages:pupil-reviews pages:pupil-documents pages:pupil-timeline pages:pupil-access pages:pupil-print
    pupil: pupils:support-withdraw
    pupil: pupils:pupil-edit pupils:support-change pupils:support-told pupils:tags-edit pupils:pupil-leave
    pupil: pupils:need-add pupils:contact-add pupils:grants pupils:grant-add pupils:plan-add pupils:profile-edit
    pupil: pupils:strategy-add pupils:adjustment-add pupils:note-add pupils:score-add pupils:document-add
    pupil: provision:pupil-map provision:pupil-map-export provision:pupil-map-print reviews:review-add
    pupil: reviews:ehc-plan-add
    pupil_with_draft: reviews:assessment-add
    left_pupil: pupils:pupil-return pages:pupil#left
    need: pupils:need-edit pupils:need-end pupils:need-move
    contact: pupils:contact-edit pupils:contact-remove
    grant: pupils:grant-end
    plan: pupils:plan-edit pupils:plan-review pupils:target-add
    draft: pupils:plan-agree pupils:plan-edit#draft
    target: pupils:target-edit pupils:target-progress
    progress: pupils:progress-undo
    strategy: pupils:strategy-edit pupils:strategy-end
    adjustment: pupils:adjustment-edit
    note: pupils:note-edit
    secret_note: pupils:note-edit#confidential
    score: pupils:score-remove
    document: pupils:document pupils:document-remove
    secret_document: pupils:document#confidential pupils:document-remove#confidential
    removed_document: pupils:document-undo pupils:document#removed
    session: provision:session-log provision:session-missed
    logged_session: provision:session-undo
    group: provision:group provision:group-edit provision:group-members provision:member-end provision:group-scores
    group: provision:session-add provision:group-finish
    review: reviews:review reviews:dates reviews:pack reviews:ics reviews:cancel reviews:compare reviews:invite
    review: reviews:invite-sent reviews:invitee-add reviews:advice-circulate reviews:hold reviews:outcome-rate
    review: reviews:report-edit reviews:report-send reviews:decision reviews:final-plan
    invitee: reviews:invitee-advice
    parent: reviews:invitee-edit reviews:invitee-remove reviews:invitee-remind reviews:invitee-reply
    parent: reviews:invitee-link reviews:invitee-link-stop reviews:invitee-advice#parent
    ehc_plan: reviews:ehc-plan reviews:ehc-plan-edit reviews:outcome-add reviews:section-f-add
    outcome: reviews:outcome-edit reviews:outcome-remove
    section_f: reviews:section-f-edit reviews:section-f-remove
    assessment: reviews:assessment reviews:assessment-edit reviews:assessment-close
    membership: staff:member staff:contract-edit staff:skill-add accounts:membership-end
    teacher_membership: accounts:membership-classes
    skill: staff:skill-remove
    absence: staff:absence staff:absence-edit staff:absence-remove
    session_today: staff:cover staff:cover-ask staff:cover-give
    cover: staff:cover-answer
    declined_cover: staff:cover-undo
    agency: agencies:agency agencies:agency-edit agencies:professional-add
    professional: agencies:professional-edit
    referral: agencies:referral agencies:referral-edit agencies:referral-step agencies:referral-discard
    batch: imports:preview imports:mapping imports:rows imports:apply imports:discard imports:undo
    person: accounts:person accounts:person-edit accounts:password-link accounts:membership-add
    term_2026_spring: schools:term schools:term-remove
    closure: schools:closure schools:closure-remove
    """,
)
_fill_in("line_pk", "line: provision:member-end")
_fill_in("outcome_pk", "outcome: reviews:outcome-rate")
_fill_in("slug", "view: pupils:saved-view pupils:saved-view-delete")
_fill_in(
    "slug",
    """
    own_intervention: provision:intervention provision:intervention-edit provision:intervention-impact
    own_intervention: provision:impact-export provision:group-add#intervention
    """,
)
_fill_in("slug", "standard-score: provision:test-edit")
_fill_in("token", "token: reviews:contribution reviews:contribution-question reviews:contribution-done")
for _part in ("year", "term"):
    _fill_in(_part, f"published_{_part}: reports:governors reports:governors-pdf")
    _fill_in(
        _part,
        f"draft_{_part}: reports:governors#draft reports:governors-build reports:governors-count reports:governors-publish",
    )
_fill_in("pk", "1: mfa_remove_webauthn mfa_edit_webauthn")
_fill_in("key", "no-such-key: account_reset_password_from_key")
_fill_in("uidb36", "1: account_reset_password_from_key")
FILLED["reviews:contribution-question"]["n"] = 1
