"""What rounds a school off: tags, saved views, needs assessments, people away today."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from django.db.models import Count

from provision.models import Session
from pupils import actions as pupil_actions
from pupils.enums import ON_REGISTER, SenStatus
from pupils.models import Pupil
from reports import actions as report_actions
from reviews import actions as review_actions
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Role
from sendco.core import clock
from sendco.schools.models import Federation, School, Term
from staff.agencies import actions as agency_actions
from staff.agencies.models import Agency
from staff.deployment.actions import add_absence

from . import words
from .children import Child
from .people import Staff


def for_school(
    school: School, staff: Staff, children: list[Child], today: date, rng: Random, *, is_first: bool
) -> None:
    tagged = [child.pupil for child in children if child.pupil.is_pupil_premium and child.status != SenStatus.NONE]
    if tagged:
        pupil_actions.tag_pupils(pupils=tagged, name="Pupil premium", by=staff.sendco)
    _assessments(staff, children, today, rng)


def _assessments(staff: Staff, children: list[Child], today: date, rng: Random) -> None:
    """Two requests for an assessment: one whose decision is due, one in which our advice is due."""
    waiting = [child for child in children if child.status == SenStatus.SUPPORT]
    for child, weeks, asked in zip(rng.sample(waiting, min(2, len(waiting))), (5, 11), (False, True), strict=False):
        received = today - timedelta(days=weeks * 7 + 2)
        with clock.moved_to(received):
            assessment = review_actions.open_needs_assessment(pupil=child.pupil, received_on=received, by=staff.sendco)
        if asked:
            decided = received + timedelta(days=40)
            with clock.moved_to(decided):
                review_actions.change_needs_assessment(
                    assessment=assessment, version=assessment.version, by=staff.sendco, decided_on=decided, is_agreed=True,
                    advice_requested_on=decided,
                )  # fmt: skip


def for_federation(schools: list[School], today: date, rng: Random) -> None:
    """Agencies and the people in them, referrals in every state, somebody away today, and the reports to governors."""
    agencies = _agencies(schools[0].federation)
    for number, school in enumerate(schools):
        sendco = _first(school, Role.SENDCO)
        _referrals(school, agencies, sendco, today, rng)
        _absence(school, sendco, today)
        _reports(school, sendco, today, drafts=number == 0)


def _first(school: School, role: Role) -> User:
    return User.objects.filter(memberships__school=school, memberships__role=role).order_by("pk")[0]


def _agencies(federation: Federation) -> list[Agency]:
    made = []
    for name, kind, person, title in words.AGENCIES:
        domain = name.lower().replace(" ", "-")
        agency = agency_actions.add_agency(
            federation=federation,
            by=None,
            name=name,
            kind=kind,
            telephone="01632 960 777",
            email=f"office@{domain}.invalid",
        )
        email = f"{person.split()[-1].lower()}@{domain}.invalid"
        agency_actions.add_professional(agency=agency, by=None, name=person, job_title=title, email=email)
        made.append(agency)
    return made


def _referrals(school: School, agencies: list[Agency], by: User, today: date, rng: Random) -> None:
    """One referral for each way a request can go, for pupils on the register."""
    pupils = list(Pupil.objects.filter(school=school, sen_status__in=ON_REGISTER).order_by("pk"))
    for pupil, path in zip(rng.sample(pupils, min(len(pupils), len(words.REFERRALS))), words.REFERRALS, strict=False):
        agency = agencies[len(path) % len(agencies)]
        day = today - timedelta(days=18 * len(path) + 6)
        with clock.moved_to(day):
            referral = agency_actions.open_referral(
                pupil=pupil, agency=agency, by=by, on=day,
                reason="Support at school has not been enough. We ask for an assessment and advice.",
            )  # fmt: skip
        for state in path:
            day += timedelta(days=12)
            consent = {"consent_by": "Parent", "consent_on": day, "consent_how": "signed"} if state == "sent" else {}
            with clock.moved_to(day):
                referral = agency_actions.move_referral(
                    referral=referral, version=referral.version, state=state, on=day, by=by, **consent
                )


def _absence(school: School, by: User, today: date) -> None:
    """Whoever has the most sessions today is away, so that there is something to cover."""
    sessions = Session.objects.filter(school=school, on=today, state="planned", deliverer__isnull=False)
    busiest = sessions.order_by().values("deliverer").annotate(n=Count("pk")).order_by("-n", "deliverer").first()
    if busiest:
        member = Membership.objects.get(school=school, user=busiest["deliverer"], role=Role.SUPPORT)
        add_absence(membership=member, starts=today, ends=today, kind="away", by=by)


def _reports(school: School, by: User, today: date, *, drafts: bool) -> None:
    """Last term's report, published a week after the term; in the first school also the draft of this term's."""
    terms = list(Term.objects.filter(school=school, starts__lte=today - timedelta(days=14)).order_by("starts"))
    if len(terms) < 2:
        return
    last, present = terms[-2], terms[-1]
    day = min(last.ends + timedelta(days=7), today - timedelta(days=1))
    with clock.moved_to(day):
        report = report_actions.start_report(
            school=school, academic_year=last.academic_year, term=last.name, by=by, on=day
        )
        report = report_actions.write_report(
            report=report, version=report.version, by=by, narrative={**report.narrative, **words.REPORT},
            written_by=f"{by.get_full_name()}, SENDCo", meeting_on=day + timedelta(days=7),
        )  # fmt: skip
        report_actions.publish_report(report=report, version=report.version, by=by, now=clock.now())
    if drafts:
        report_actions.start_report(
            school=school, academic_year=present.academic_year, term=present.name, by=by, on=today
        )
