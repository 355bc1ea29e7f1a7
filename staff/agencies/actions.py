"""Every change to agencies and referrals. Keyword-only; `by=None` is the machine."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from pupils.models import Pupil
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.exceptions import NotAllowed, Refused
from sendco.schools.models import Federation
from sendco.schools.services import calendar_for

from .models import Agency, AgencyKind, Professional, Referral, ReferralEvent, ReferralState
from .rules import STEP_WORDS, may_move, next_step

CANNOT_EDIT = "Your role does not let you write referrals and agencies. Ask your SENDCo."
AGENCY_FIELDS = ("name", "kind", "email", "telephone", "website", "chase_after", "is_archived")
PROFESSIONAL_FIELDS = ("name", "job_title", "email", "telephone")
CONSENT_FIELDS = ("consent_by", "consent_on", "consent_how")
REFERRAL_FIELDS = ("agency", "professional", "reason", "owner", "next_step", "next_step_on", *CONSENT_FIELDS)


def can_edit_agencies(user: User, federation_id: int) -> bool:
    """Whoever writes referrals in one school of the federation keeps its list of agencies."""
    return any(
        place.federation_id == federation_id and user.access.can(Permission.AGENCY_EDIT, place.id)
        for place in user.access.places
    )


def check_can_edit_agencies(by: User | None, federation_id: int) -> None:
    if by is not None and not can_edit_agencies(by, federation_id):
        raise NotAllowed(CANNOT_EDIT)


def check_can_write(by: User | None, school_id: int) -> None:
    if by is not None and not by.access.can(Permission.AGENCY_EDIT, school_id):
        raise NotAllowed(CANNOT_EDIT)


@transaction.atomic
def add_agency(*, federation: Federation | int, by: User | None, **fields: Any) -> Agency:
    """Add a service to the federation's list. Raises NotAllowed, or Refused when the name is taken."""
    federation_id = getattr(federation, "pk", federation)
    check_can_edit_agencies(by, federation_id)
    _check_name(federation_id, fields["name"])
    agency = Agency.objects.create(federation_id=federation_id, changed_by_name=_name(by), **fields)
    audit.record("agency.added", by=by, target=agency, label=agency.name)
    return agency


@transaction.atomic
def change_agency(*, agency: Agency, version: int, by: User | None, **fields: Any) -> Agency:
    """Raises NotAllowed, Refused or Conflict."""
    check_can_edit_agencies(by, agency.federation_id)
    if "name" in fields:
        _check_name(agency.federation_id, fields["name"], but=agency.pk)
    before = _set(agency, fields, AGENCY_FIELDS)
    agency.save_over(expected=version, by=by, fields=fields)
    details = {"fields": audit.changed_fields(before, fields)}
    audit.record("agency.changed", by=by, target=agency, label=agency.name, details=details)
    return agency


@transaction.atomic
def add_professional(*, agency: Agency, by: User | None, **fields: Any) -> Professional:
    check_can_edit_agencies(by, agency.federation_id)
    person = Professional.objects.create(agency=agency, changed_by_name=_name(by), **fields)
    audit.record("professional.added", by=by, target=person, label=person.name, details={"agency": agency.pk})
    return person


@transaction.atomic
def change_professional(*, professional: Professional, version: int, by: User | None, **fields: Any) -> Professional:
    """Raises NotAllowed or Conflict."""
    check_can_edit_agencies(by, professional.agency.federation_id)
    before = _set(professional, fields, PROFESSIONAL_FIELDS)
    professional.save_over(expected=version, by=by, fields=fields)
    details = {"fields": audit.changed_fields(before, fields)}
    audit.record("professional.changed", by=by, target=professional, label=professional.name, details=details)
    return professional


@transaction.atomic
def open_referral(
    *,
    pupil: Pupil,
    agency: Agency,
    reason: str,
    by: User | None,
    on: date,
    owner: User | None = None,
    professional: Professional | None = None,
    **consent: Any,
) -> Referral:
    """Start a referral as a draft. consent: any of CONSENT_FIELDS. Raises NotAllowed or Refused. Four queries."""
    check_can_write(by, pupil.school_id)
    _check_agency(agency, professional, pupil)
    _check_trusted(by, agency, pupil.school_id)
    step = _step(ReferralState.DRAFT, agency, pupil.school_id, on)
    referral = Referral.objects.create(
        pupil=pupil, school_id=pupil.school_id, agency=agency, professional=professional, reason=reason,
        owner=owner or by, next_step=step.text, next_step_on=step.on, changed_by_name=_name(by), **consent,
    )  # fmt: skip
    _event(referral, on, "Started", by)
    _record("referral.opened", referral, by)
    return referral


@transaction.atomic
def change_referral(*, referral: Referral, version: int, by: User | None, **fields: Any) -> Referral:
    """Change reason, people, consent or the next step. The service stays once it is sent. Raises NotAllowed or Conflict."""
    check_can_write(by, referral.school_id)
    agency = fields.get("agency", referral.agency)
    if referral.state != ReferralState.DRAFT and agency.pk != referral.agency_id:
        raise Refused("The service cannot be changed once a referral is sent. Close this one and start another.")
    _check_agency(agency, fields.get("professional", referral.professional), referral.pupil)
    _check_trusted(by, agency, referral.school_id)
    if referral.state != ReferralState.DRAFT and "consent_on" in fields and fields["consent_on"] is None:
        raise Refused("A referral that was sent keeps its consent. Close it when the family takes the consent back.")
    before = _set(referral, fields, REFERRAL_FIELDS)
    referral.save_over(expected=version, by=by, fields=fields)
    # What was written about a child stays in the record: the trail says which fields, not the words.
    changed = sorted(audit.changed_fields(before, fields))
    _record("referral.changed", referral, by, fields=changed)
    return referral


@transaction.atomic
def move_referral(
    *,
    referral: Referral,
    version: int,
    state: str,
    on: date,
    by: User | None,
    text: str = "",
    next_step_text: str | None = None,
    next_step_on: date | None = None,
    **consent: Any,
) -> Referral:
    """Take a referral to its next state, with what happened and what comes next. Sending needs a consent.

    next_step_text: what to do next; proposed from the state when left out. consent: any of CONSENT_FIELDS.
    Raises NotAllowed, Refused or Conflict. Five queries.
    """
    check_can_write(by, referral.school_id)
    old = referral.state
    if not may_move(old, state):
        raise Refused(
            f"A referral that is {ReferralState(old).label.lower()} cannot become {ReferralState(state).label.lower()}."
        )
    _set(referral, consent, CONSENT_FIELDS)
    if state == ReferralState.SENT:
        _check_consent(referral, on)
        referral.sent_on = on
    step = _step(state, referral.agency, referral.school_id, on)
    referral.state = state
    referral.next_step = step.text if next_step_text is None else next_step_text
    referral.next_step_on = step.on if next_step_text is None else next_step_on
    referral.closed_on = on if state == ReferralState.CLOSED else None
    if state == ReferralState.CLOSED:
        referral.next_step, referral.next_step_on = "", None
    fields = ("state", "sent_on", "next_step", "next_step_on", "closed_on", *CONSENT_FIELDS)
    referral.save_over(expected=version, by=by, fields=fields)
    _event(referral, on, text or STEP_WORDS.get(state, ""), by)
    _record("referral.moved", referral, by, old=old, new=str(state))
    return referral


@transaction.atomic
def note_contact(
    *,
    referral: Referral,
    version: int,
    on: date,
    text: str,
    by: User | None,
    next_step_text: str | None = None,
    next_step_on: date | None = None,
) -> Referral:
    """Record that we asked, or that they said something, in the same state; the chase clock starts again.

    Raises NotAllowed, Refused when it is closed, or Conflict.
    """
    check_can_write(by, referral.school_id)
    if referral.state == ReferralState.CLOSED:
        raise Refused("This referral is closed. Open it again first.")
    step = _step(referral.state, referral.agency, referral.school_id, on)
    referral.next_step = step.text if next_step_text is None else next_step_text
    referral.next_step_on = step.on if next_step_text is None else next_step_on
    referral.save_over(expected=version, by=by, fields=("next_step", "next_step_on"))
    _event(referral, on, text, by)
    _record("referral.contacted", referral, by)
    return referral


@transaction.atomic
def discard_referral(*, referral: Referral, by: User | None) -> None:
    """Throw a draft away. Raises NotAllowed, or Refused when it was sent."""
    check_can_write(by, referral.school_id)
    if referral.state != ReferralState.DRAFT:
        raise Refused("Only a draft can be thrown away. Close this referral instead.")
    _record("referral.discarded", referral, by)
    referral.delete()


def _step(state: str, agency: Agency, school_id: int, on: date) -> Any:
    return next_step(state, on=on, chase_after=agency.chase_after, calendar=calendar_for(school_id))


def _check_consent(referral: Referral, on: date) -> None:
    if not (referral.consent_by.strip() and referral.consent_on and referral.consent_how):
        raise Refused("Record whose consent you have, from when and how, before you send it.")
    if referral.consent_on > on:
        raise Refused("The consent is from a day after the day of sending. Correct one of them.")


def _check_agency(agency: Agency, professional: Professional | None, pupil: Pupil) -> None:
    if agency.federation_id != pupil.school.federation_id:
        raise Refused("Choose a service of your own federation.")
    if professional is not None and professional.agency_id != agency.pk:
        raise Refused("This person does not work for the service you chose.")


def _check_trusted(by: User | None, agency: Agency, school_id: int) -> None:
    """Referrals to social care are written by who may read them afterwards."""
    if (
        by is not None
        and agency.kind == AgencyKind.SOCIAL
        and not by.access.can(Permission.NOTE_CONFIDENTIAL, school_id)
    ):
        raise NotAllowed("Referrals to social care are confidential. Ask your SENDCo to write it.")


def _check_name(federation_id: int, name: str, *, but: int | None = None) -> None:
    if Agency.objects.filter(federation_id=federation_id, name__iexact=name).exclude(pk=but).exists():
        raise Refused("There is a service of this name already. Open that one, or choose another name.")


def _set(row: Any, fields: dict[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
    """Set the fields and return what they were."""
    for name in fields:
        if name not in allowed:
            raise TypeError(f"{name} cannot be changed here")
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    return before


def _event(referral: Referral, on: date, text: str, by: User | None) -> None:
    ReferralEvent.objects.create(referral=referral, on=on, state=referral.state, text=text[:300], by=by)


def _record(kind: str, referral: Referral, by: User | None, **details: Any) -> None:
    audit.record(
        kind, by=by, target=referral, label=referral.pupil.initials, details={"agency": referral.agency_id, **details}
    )


def _name(by: User | None) -> str:
    return by.get_full_name() if by is not None else ""
