"""What rounds a school off: tags, saved views, needs assessments, people away today."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from pupils import actions as pupil_actions
from pupils.enums import SenStatus
from reviews import actions as review_actions
from sendco.accounts.permissions import Role
from sendco.core import clock
from sendco.schools.models import School

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


def for_federation(schools: list[School], named: dict[Role, object], today: date, rng: Random) -> None:
    """What belongs to the federation as a whole."""
