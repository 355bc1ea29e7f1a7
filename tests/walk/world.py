"""Two schools of different federations with one of everything that has an address, in which data could leak.

Every pupil of a school carries its secret surname, so that a page that names one of the other school's is found by a
search for that word. `build()` gives both; it costs a second or two, so it is made once a module.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, time
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from provision.actions import plan_group
from provision.models import Intervention, Session, SessionEntry
from pupils.enums import NoteKind
from pupils.models import (
    Adjustment,
    Contact,
    Document,
    Instrument,
    Need,
    Note,
    Plan,
    Profile,
    ProgressRecord,
    Pupil,
    PupilUserObjectPermission,
    SavedView,
    Score,
    SenPeriod,
    Strategy,
    Tag,
    Target,
)
from reports.actions import start_report
from reviews import actions as review_actions
from reviews.links import hash_of, token_of
from reviews.models import ContributionLink, EhcOutcome, Invitee, NeedsAssessment, SectionFItem
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import FEDERATION_ROLES, Role
from sendco.imports.models import ImportBatch
from sendco.notifications.models import Notification
from sendco.schools.models import Federation, School
from staff.agencies.models import Agency, Professional, Referral
from staff.deployment.models import Cover
from staff.models import Absence, Skill, StaffSkill
from tests import factories

TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 20)
"""The last school day before today, a Monday."""
SECRETS = {"own": "Quillfeather", "other": "Zandervane"}
FIRST_NAMES = ("Ottoline", "Peregrine", "Marigold", "Lysander")

TERMS = (
    (2025, "autumn", "2025-09-02", "2025-12-19"),
    (2025, "spring", "2026-01-05", "2026-03-27"),
    (2025, "summer", "2026-04-13", "2026-07-21"),
    (2026, "autumn", "2026-09-02", "2026-12-18"),
    (2026, "spring", "2027-01-04", "2027-03-25"),
)
REPORTS = {"own": ((2025, "summer"), (2026, "autumn")), "other": ((2025, "autumn"), (2025, "spring"))}
"""Terms of the published report and of the draft. They differ, since an address of a report does not name the school."""
STRANGER_TEACHER, STRANGER_SUPPORT = "stranger_teacher", "stranger_support"


@dataclass
class Place:
    """One school: its people by role and its objects by name. at: what stands in each URL's place, by name."""

    school: School
    federation: Federation
    secret: str
    people: dict[str, User] = field(default_factory=dict)
    at: dict[str, Any] = field(default_factory=dict)
    objects: SimpleNamespace = field(default_factory=SimpleNamespace)


def build() -> dict[str, Place]:
    return {name: build_place(name, secret) for name, secret in SECRETS.items()}


def build_place(which: str, secret: str) -> Place:
    school = factories.SchoolFactory(name=f"{secret[:4]} School")
    place = Place(school, school.federation, secret)
    for year, name, starts, ends in TERMS:
        term = factories.TermFactory(school=school, academic_year=year, name=name, starts=starts, ends=ends)
        place.at[f"term_{year}_{name}"] = term.pk
    place.at["closure"] = factories.ClosureFactory(school=school).pk
    for grade in ("ta2", "teacher", "leader"):
        factories.PayRateFactory(school=school, grade=grade)
    _people(place)
    _pupils(place)
    _record(place)
    _plans(place)
    _provision(place)
    _reviews(place)
    _staff(place)
    _reports(place, *REPORTS[which])
    _rest(place)
    return place


def _people(place: Place) -> None:
    the_class = factories.SchoolClassFactory(school=place.school, name="Alder")
    place.objects.school_class = the_class
    for role in Role:
        place.people[role] = _person(place, role)
    place.people[STRANGER_TEACHER] = _person(place, Role.TEACHER)
    place.people[STRANGER_SUPPORT] = _person(place, Role.SUPPORT)
    place.objects.membership = Membership.objects.get(user=place.people[Role.TEACHER])
    place.objects.membership.classes.add(the_class)
    place.at |= {
        "person": place.people[Role.TEACHER].pk,
        "membership": Membership.objects.get(user=place.people[Role.SUPPORT]).pk,
        "teacher_membership": place.objects.membership.pk,
    }


def _person(place: Place, role: Role) -> User:
    user = factories.UserFactory(password="!")  # nobody signs in by password here, and a hash would cost time
    Membership.objects.create(
        user=user,
        school=None if role in FEDERATION_ROLES else place.school,
        federation=place.federation,
        role=role,
        grade="ta2",
        starts=date(2024, 9, 1),
    )
    return user


def _pupils(place: Place) -> None:
    """Four pupils of the class; the first has an EHC plan and one of everything."""
    pupils = [
        factories.PupilFactory(
            school=place.school,
            forename=forename,
            surname=place.secret,
            school_class=place.objects.school_class,
            sen_status="E" if number == 0 else "K",
            main_area="CI",
            main_need="SLCN",
        )
        for number, forename in enumerate(FIRST_NAMES)
    ]
    _roll(place)
    left = factories.PupilFactory(school=place.school, surname=place.secret, left_on=date(2026, 7, 20), sen_status="K")
    place.objects.pupils, place.objects.pupil = pupils, pupils[0]
    place.at |= {"pupil": pupils[0].pk, "pupil_with_draft": pupils[1].pk, "left_pupil": left.pk}
    for pupil in pupils:
        SenPeriod.objects.create(pupil=pupil, status=pupil.sen_status, starts=date(2025, 9, 1))


def _roll(place: Place) -> None:
    """The rest of the roll: a report of fewer pupils cannot be protected."""
    kinds = [("E", 10), ("K", 24), ("N", 60)]
    pupils = [
        factories.PupilFactory.build(
            school=place.school, surname=place.secret, forename=f"{status}{number}", sen_status=status, sex="FM"[number % 2],
            year_group=str(number % 6 + 1), year_order=number % 6 + 5, is_pupil_premium=number % 2 == 0,
        )
        for status, count in kinds
        for number in range(count)
    ]  # fmt: skip
    for pupil in Pupil.objects.bulk_create(pupils):
        if pupil.sen_status != "N":
            SenPeriod.objects.create(pupil=pupil, status=pupil.sen_status, starts=date(2022, 9, 1))


def _record(place: Place) -> None:
    pupil, sendco = place.objects.pupil, place.people[Role.SENDCO]
    on = date(2026, 10, 1)
    need = Need.objects.create(pupil=pupil, code="SLCN", area="CI", rank=1, starts=on)
    Need.objects.create(pupil=pupil, code="SPLD", area="CL", rank=2, starts=on)
    contact = Contact.objects.create(
        pupil=pupil, name=f"Parent {place.secret}", email="p@home.invalid", has_parental_responsibility=True
    )
    pupil.tags.add(Tag.objects.create(school=place.school, name="New arrival"))
    Profile.objects.create(pupil=pupil, liked_about_me="Kind", written_on=on)
    strategy = Strategy.objects.create(pupil=pupil, area="CI", text="Short sentences", starts=on)
    adjustment = Adjustment.objects.create(pupil=pupil, barrier="Noise", adjustment="Ear defenders", starts=on)
    note = Note.objects.create(pupil=pupil, kind=NoteKind.NOTE, on=on, text="A note.", written_by=sendco)
    secret_note = Note.objects.create(
        pupil=pupil,
        kind=NoteKind.CONCERN,
        on=date(2026, 11, 16),
        text="In trust.",
        is_confidential=True,
        written_by=sendco,
    )
    documents = [_document(pupil, sendco, is_confidential=value) for value in (False, True)]
    removed = _document(pupil, sendco)
    Document.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    score = Score.objects.create(
        pupil=pupil, instrument=Instrument.objects.first(), on=on, value=90, recorded_by=sendco
    )
    grant = PupilUserObjectPermission.objects.create(
        user=factories.UserFactory(password="!"),
        permission=_view_permission(),
        content_object=pupil,
        granted_by=sendco,
        reason="Observation",
        starts=on,
        ends=date(2027, 7, 1),
    )
    place.people["grantee"] = grant.user
    view = SavedView.objects.create(
        school=place.school,
        owner=sendco,
        name="Shared",
        slug=f"shared-{place.secret.lower()}",
        query="status=E",
        is_shared=True,
    )
    place.at |= {
        "need": need.pk, "contact": contact.pk, "strategy": strategy.pk, "adjustment": adjustment.pk, "note": note.pk,
        "secret_note": secret_note.pk, "document": documents[0].pk, "secret_document": documents[1].pk,
        "removed_document": removed.pk, "score": score.pk, "grant": grant.pk, "view": view.slug,
    }  # fmt: skip


def _view_permission():
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename="view_pupil", content_type__app_label="pupils")


def _document(pupil: Pupil, by: User, **extra: Any) -> Document:
    return Document.objects.create(
        pupil=pupil, title="Letter", on=date(2026, 10, 1), file=ContentFile(b"%PDF-1.4", name="a.pdf"), size=8,
        media_type="application/pdf", sha256="0" * 64, added_by=by, **extra,
    )  # fmt: skip


def _plans(place: Place) -> None:
    starts = date(2026, 9, 7)
    active = Plan.objects.create(
        pupil=place.objects.pupil, state="active", starts=starts, review_on=date(2026, 12, 4), agreed_on=starts
    )
    target = Target.objects.create(plan=active, area="CI", text="Asks for help", due_on=date(2026, 12, 4))
    record = ProgressRecord.objects.create(
        target=target, on=TODAY, rating=1, recorded_by=place.people[Role.SENDCO], recorded_at=timezone.now()
    )
    draft = Plan.objects.create(pupil=place.objects.pupils[1], starts=starts, review_on=date(2026, 12, 4))
    Target.objects.create(plan=draft, area="CL", text="Reads 40 words", due_on=date(2026, 12, 4))
    place.objects.target = target
    place.at |= {"plan": active.pk, "target": target.pk, "progress": record.pk, "draft": draft.pk}


def _provision(place: Place) -> None:
    """A group of two run by the teaching assistant, which met twice a week; the last sessions are not logged."""
    national = Intervention.objects.get(slug="1stclassnumber-1")
    own = Intervention.objects.create(
        federation=place.federation, code=f"own-{place.secret[:4]}", slug=f"own-{place.secret.lower()}", name="Our own",
        area="CI", tier=national.tier, instrument=national.instrument,
    )  # fmt: skip
    group = plan_group(
        school=place.school, intervention=own, name=f"Talk, {FIRST_NAMES[0]}", starts=date(2026, 9, 7), ends=date(2026, 12, 11),
        minutes=30, times_per_week=2, weeks=13, deliverer=place.people[Role.SUPPORT], grade="ta2",
        pupils=place.objects.pupils[:2], slots=[(0, time(10, 15)), (4, time(9, 0))], by=place.people[Role.SENDCO],
    )  # fmt: skip
    sessions = list(Session.objects.filter(group=group).order_by("on"))
    line = group.lines.get(pupil=place.objects.pupil)
    past = [session for session in sessions if session.on < date(2026, 11, 13)]
    for session in past:
        session.state, session.logged_at, session.logged_by = "delivered", timezone.now(), place.people[Role.SUPPORT]
    Session.objects.bulk_update(past, ["state", "logged_at", "logged_by"])
    SessionEntry.objects.bulk_create(
        SessionEntry(session=session, line=line, pupil=line.pupil, on=session.on, rating=1) for session in past
    )
    late = next(session for session in sessions if session.on == YESTERDAY)
    today = next(session for session in sessions if session.on == TODAY)
    place.objects.group, place.objects.line, place.objects.today = group, line, today
    place.at |= {
        "own_intervention": own.slug, "national_intervention": national.slug, "group": group.pk, "line": line.pk,
        "session": late.pk, "logged_session": past[0].pk, "session_today": today.pk,
    }  # fmt: skip


def _reviews(place: Place) -> None:
    sendco, pupil = place.people[Role.SENDCO], place.objects.pupil
    plan = review_actions.open_ehc_plan(
        pupil=pupil, la_code="330", first_made_on=date(2024, 12, 12), last_decision_on=date(2025, 12, 5), by=sendco
    )
    review = review_actions.open_review(plan=plan, kind="annual", by=sendco, on=date(2026, 10, 5), owner=sendco)
    review = review_actions.schedule_meeting(
        review=review, version=review.version, meeting_on=TODAY, meeting_at=time(14, 0), place="Sunshine room", by=sendco,
        on=date(2026, 10, 5),
    )  # fmt: skip
    outcome = EhcOutcome.objects.create(plan=plan, number=1, text="Talks with friends")
    section_f = SectionFItem.objects.create(plan=plan, number=1, text="Two hours a week")
    invitee = Invitee.objects.create(
        review=review, kind="teacher", name="The teacher", user=place.people[Role.TEACHER], invited_on=date(2026, 10, 6),
        advice_asked_on=date(2026, 10, 6),
    )  # fmt: skip
    parent = Invitee.objects.create(review=review, kind="parent", name=f"Parent {place.secret}", email="p@home.invalid")
    link = ContributionLink.objects.create(invitee=parent, token_hash="", expires_on=date(2026, 12, 20))
    token = token_of(link)
    ContributionLink.objects.filter(pk=link.pk).update(token_hash=hash_of(token))
    asked = NeedsAssessment.objects.create(
        pupil=place.objects.pupils[2], school=place.school, received_on=date(2026, 9, 14)
    )
    place.objects.review = review
    place.at |= {
        "ehc_plan": plan.pk, "review": review.pk, "outcome": outcome.pk, "section_f": section_f.pk, "invitee": invitee.pk,
        "parent": parent.pk, "token": token, "assessment": asked.pk,
    }  # fmt: skip


def _staff(place: Place) -> None:
    support = Membership.objects.get(user=place.people[Role.SUPPORT])
    absence = Absence.objects.create(membership=support, starts=TODAY, ends=TODAY)
    skill = Skill.objects.create(federation=place.federation, name=f"Makaton {place.secret[:4]}")
    held = StaffSkill.objects.create(membership=support, skill=skill, gained_on=date(2025, 9, 1))
    cover = Cover.objects.create(
        session=place.objects.today, asked=place.people[STRANGER_SUPPORT], instead_of=place.people[Role.SUPPORT]
    )
    agreed = Cover.objects.create(session=place.objects.today, asked=place.people[STRANGER_TEACHER], state="declined")
    agency = Agency.objects.create(federation=place.federation, name=f"Service {place.secret[:4]}", kind="ep")
    professional = Professional.objects.create(agency=agency, name="A. Psychologist")
    referral = Referral.objects.create(
        pupil=place.objects.pupil,
        school=place.school,
        agency=agency,
        reason="Language",
        owner=place.people[Role.SENDCO],
    )
    place.at |= {
        "absence": absence.pk, "skill": held.pk, "cover": cover.pk, "declined_cover": agreed.pk, "agency": agency.pk,
        "professional": professional.pk, "referral": referral.pk,
    }  # fmt: skip


def _reports(place: Place, published: tuple[int, str], draft: tuple[int, str]) -> None:
    """One that governors can read, and one that is still written."""
    lead, pdf = place.people[Role.SENDCO], b"%PDF-1.7 made elsewhere"
    read = start_report(school=place.school, academic_year=published[0], term=published[1], by=lead, on=TODAY)
    read.pdf.save("report.pdf", ContentFile(pdf), save=False)
    read.state, read.published_at, read.pdf_sha256 = "published", timezone.now(), hashlib.sha256(pdf).hexdigest()
    read.save()
    start_report(school=place.school, academic_year=draft[0], term=draft[1], by=lead, on=TODAY)
    place.at |= {
        "published_year": published[0], "published_term": published[1], "draft_year": draft[0], "draft_term": draft[1]
    }  # fmt: skip


def _rest(place: Place) -> None:
    batch = ImportBatch.objects.create(
        school=place.school,
        uploaded_by=place.people[Role.SENDCO],
        file_name="pupils.csv",
        sha256="0" * 64,
        format="csv",
    )
    place.at["batch"] = batch.pk
    for role, user in place.people.items():
        notice = Notification.objects.create(
            recipient=user, school=place.school, kind="test", subject_key=f"test:{role}", due_on=TODAY, text="Something is due",
            path="/",
        )  # fmt: skip
    place.at["notice"] = notice.pk
