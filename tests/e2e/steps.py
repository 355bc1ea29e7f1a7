"""What the journeys share: a count of presses, signing in by hand, and a small school in which something happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from playwright.sync_api import Locator, Page, expect

from provision.actions import plan_group
from provision.models import Group, Intervention, Session
from pupils import actions as pupil_actions
from pupils.models import Plan, Pupil, Target
from sendco.accounts.models import User
from sendco.accounts.permissions import Role
from sendco.schools.models import School
from tests import factories

MONDAY = date(2026, 11, 23)
SIX = ("Ada", "Ben", "Cem", "Dan", "Eva", "Fay")


@dataclass
class Presses:
    """Clicks and taps of one job, counted as a person makes them. Typing is not counted."""

    count: int = 0

    def __call__(self, part: Locator) -> None:
        part.click()
        self.count += 1


def sign_in(page: Page, user: User, password: str = factories.PASSWORD) -> None:
    """By hand, on the sign-in page that stands open."""
    page.get_by_label("Email address").fill(user.email)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def told(page: Page, words: str) -> None:
    """The page says this about what was just done."""
    expect(page.locator("#toasts")).to_contain_text(words)


@dataclass
class Place:
    """A school on Monday morning: six pupils with support in one group that an assistant runs at half past nine and two."""

    school: School
    sendco: User
    teacher: User
    assistant: User
    admin: User
    pupils: list[Pupil]
    group: Group
    plan: Plan
    target: Target
    sessions: list[Session] = field(default_factory=list)

    @property
    def ada(self) -> Pupil:
        """Has the plan with its one target."""
        return self.pupils[0]


def furnish(school: School) -> Place:
    """Through the actions, as the screens do."""
    people: dict[str, Any] = {
        name: factories.person(role, school)
        for name, role in (
            ("sendco", Role.SENDCO), ("teacher", Role.TEACHER), ("assistant", Role.SUPPORT), ("admin", Role.ADMIN),
        )
    }  # fmt: skip
    willow = factories.SchoolClassFactory(school=school, name="Willow")
    people["teacher"].memberships.get().classes.add(willow)
    pupils = [
        factories.PupilFactory(
            school=school, forename=forename, surname="Ashdown", school_class=willow, sen_status="K", main_area="CI"
        )
        for forename in SIX
    ]
    plan = pupil_actions.start_plan(
        pupil=pupils[0], by=people["sendco"], kind="sen_support", starts=MONDAY, review_on=date(2027, 2, 1),
        assessed_on=MONDAY, assessment="", pupil_views="", parent_views="",
    )  # fmt: skip
    target = pupil_actions.add_target(
        plan=plan, by=people["sendco"], text="Asks for help with a card", area="CI", due_on=date(2027, 2, 1),
        baseline="", success="", strategies="",
    )  # fmt: skip
    pupil_actions.agree_plan(plan=plan, by=people["sendco"], on=MONDAY, parents_met_on=None)
    group = plan_group(
        school=school, intervention=Intervention.objects.get(federation=None, slug="talk-boost-ks2"), name="Talk Boost, Willow",
        pupils=pupils, deliverer=people["assistant"], grade="ta2", starts=MONDAY, ends=date(2026, 12, 18), weeks=4,
        times_per_week=2, minutes=30, place="Library", materials_cost=0, funding="notional", is_section_f=False,
        slots=[(0, time(9, 30)), (0, time(14, 0))], by=people["sendco"],
    )  # fmt: skip
    sessions = list(Session.objects.filter(group=group, on=MONDAY).order_by("starts_at"))
    return Place(school=school, pupils=pupils, group=group, plan=plan, target=target, sessions=sessions, **people)
