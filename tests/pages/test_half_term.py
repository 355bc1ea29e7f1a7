"""Review this half term: what falls before the next break, and what is late.

The school's autumn term ends on 18 December 2026, with half term from 26 October; spring runs from 4 January to 25 March.
"""

from datetime import date

import pytest

from pupils.models import Plan
from reviews.models import EhcPlan, Review
from sendco.accounts.permissions import Role
from sendco.pages.half_term import ids_to_review
from tests import factories

pytestmark = pytest.mark.integration


def with_plan(school, review_on, state="active"):
    pupil = factories.PupilFactory(school=school, sen_status="K")
    Plan.objects.create(pupil=pupil, state=state, starts=date(2026, 7, 1), review_on=review_on)
    return pupil


def with_review(school, due_on, **fields):
    pupil = factories.PupilFactory(school=school, sen_status="E")
    plan = EhcPlan.objects.create(pupil=pupil, la_code="330", first_made_on=date(2025, 3, 1))
    anchor = date(2026, 3, 1)
    Review.objects.create(pupil=pupil, plan=plan, school=school, anchor_on=anchor, due_on=due_on, **fields)
    return pupil


def found(school, on) -> set[int]:
    return {row["pupil_id"] for row in ids_to_review(school.pk, "half_term", on)}


@pytest.mark.parametrize(
    ("on", "review_on", "counts"),
    [
        (date(2026, 9, 10), date(2026, 10, 23), True),
        (date(2026, 9, 10), date(2026, 10, 25), True),
        (date(2026, 9, 10), date(2026, 10, 26), False),
        (date(2026, 10, 28), date(2026, 12, 18), True),
        (date(2026, 11, 23), date(2026, 12, 18), True),
        (date(2026, 11, 23), date(2026, 12, 19), False),
        (date(2026, 11, 23), date(2026, 9, 1), True),
        (date(2026, 12, 28), date(2027, 3, 25), True),
        (date(2026, 12, 28), date(2027, 3, 26), False),
    ],
)
def test_a_plan_counts_when_it_is_due_before_the_next_break(on, review_on, counts, school):
    pupil = with_plan(school, review_on)
    assert found(school, on) == ({pupil.pk} if counts else set())


def test_annual_reviews_count_by_their_meeting_else_by_their_limit(school):
    on = date(2026, 11, 23)
    early = with_review(school, date(2027, 2, 1), meeting_on=date(2026, 12, 1), state="scheduled")
    due = with_review(school, date(2026, 12, 10))
    with_review(school, date(2027, 2, 1))
    with_review(school, date(2026, 12, 10), state="held", held_on=date(2026, 11, 2))
    with_plan(school, date(2026, 12, 1), state="draft")
    assert found(school, on) == {early.pk, due.pk}


@pytest.mark.usefixtures("on_day")
def test_the_register_has_a_tab_for_it(sign_in, school):
    pupil = with_plan(school, date(2026, 12, 1))
    with_plan(school, date(2027, 2, 1))
    page = sign_in(Role.SENDCO, school).get("/register/?review=half_term").context["register"]
    tab = next(tab for tab in page.tabs if tab["text"] == "Review this half term")
    assert (tab["count"], tab["current"]) == (1, True)
    assert [row.pupil for row in page.rows] == [pupil]
    assert [pill["text"] for pill in page.pills] == ["This half term"]
