"""Pupils chosen on the register: a place in a group with its undo, and the way to their reviews."""

import re
from datetime import date, time

import pytest

from provision import actions as provision
from provision.models import Intervention, Line
from pupils.models import Pupil
from reviews.models import EhcPlan, Review
from sendco.accounts.permissions import Role
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day")]
ON = date(2026, 11, 23)


@pytest.fixture
def pupils(school):
    return [factories.PupilFactory(school=school, surname=name, sen_status="K") for name in ("Aa", "Bb", "Cc")]


@pytest.fixture
def group(school, pupils):
    """Runs from September to December; the first pupil is in it."""
    adult = factories.person(Role.SUPPORT, school)
    return provision.plan_group(
        school=school, intervention=Intervention.objects.order_by("pk").first(), name="Talking", starts=date(2026, 9, 21),
        ends=date(2026, 12, 11), minutes=15, times_per_week=1, weeks=11, deliverer=adult, grade="ta2",
        pupils=pupils[:1], slots=[(0, time(9))], by=None,
    )  # fmt: skip


@pytest.fixture
def web(sign_in, school):
    return sign_in(Role.SENDCO, school)


def address(name, pupils):
    return f"/register/chosen/{name}/?" + "&".join(f"pupil={pupil.pk}" for pupil in pupils)


def inside(group) -> list[str]:
    lines = Line.objects.filter(group=group, left_on__isnull=True)
    return sorted(lines.values_list("pupil__surname", flat=True))


def test_the_register_leads_to_both(web, pupils):
    page = web.get("/register/").content.decode()
    assert "Add to a group" in page
    assert "Schedule a review" in page
    sent = {"pupil": [pupil.pk for pupil in pupils], "action": "group"}
    assert web.post("/register/chosen/", sent)["Location"] == address("group", pupils)


def test_chosen_pupils_join_a_group_and_leave_it_again(web, group, pupils):
    url = address("group", pupils)
    page = web.get(url).content.decode()
    assert "Add 3 pupils to a group" in page
    assert "Talking (" in page
    sent = {"group": group.pk, "starts": "2026-11-24"}
    page = web.post(url, sent, follow=True).content.decode()
    assert "2 pupils added to Talking. 1 in it already" in page
    assert inside(group) == ["Aa", "Bb", "Cc"]
    undo = re.search(r'action="(/register/chosen/group/undo/[^"]+)"', page)[1].replace("&amp;", "&")
    assert "2 pupils taken out of Talking again" in web.post(undo, follow=True).content.decode()
    assert inside(group) == ["Aa"]
    assert Line.objects.filter(group=group).count() == 1
    assert "0 pupils taken out" not in web.post(undo, follow=True).content.decode()


def test_sending_twice_adds_nobody_twice(web, group, pupils):
    url, sent = address("group", pupils), {"group": group.pk, "starts": "2026-11-24"}
    web.post(url, sent)
    page = web.post(url, sent, follow=True).content.decode()
    assert "All of them are in Talking already" in page
    assert Line.objects.filter(group=group).count() == 3


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"group": "", "starts": "2026-11-24"}, "Choose the group"),
        ({"group": "999999", "starts": "2026-11-24"}, "Select a valid choice"),
        ({"group": "own", "starts": ""}, "Enter the first day"),
        ({"group": "own", "starts": "0001-01-01"}, "Enter a real date"),
        ({"group": "own", "starts": "2027-02-01"}, "The group ends before that day"),
    ],
)
def test_what_cannot_be_is_refused_and_nobody_joins(sent, words, web, group, pupils):
    data = {**sent, "group": group.pk} if sent["group"] == "own" else sent
    response = web.post(address("group", pupils), data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert inside(group) == ["Aa"]


@pytest.mark.parametrize("name", ["group", "reviews"])
@pytest.mark.parametrize("query", ["", "pupil=x", "pupil=0", "pupil=99999999999999999999", "pupil=²"])
def test_without_pupils_one_is_sent_to_choose_some(name, query, web):
    page = web.get(f"/register/chosen/{name}/?{query}", follow=True)
    assert "Choose pupils on the register first" in page.content.decode()


def test_pupils_of_another_school_are_nobody(web, two_schools):
    other = factories.PupilFactory(school=two_schools[1], sen_status="K")
    for name in ("group", "reviews"):
        assert web.get(address(name, [other]))["Location"] == "/register/"


def test_undo_without_a_place_within_reach_says_so(web, two_schools):
    page = web.post("/register/chosen/group/undo/?group=1&line=1", follow=True)
    assert "There is nothing to take back" in page.content.decode()


# --- Reviews ------------------------------------------------------------------------------------------------


def review_of(pupil, **fields):
    Pupil.objects.filter(pk=pupil.pk).update(sen_status="E")
    plan = EhcPlan.objects.create(pupil=pupil, la_code="330", first_made_on=date(2025, 3, 1))
    values = {"anchor_on": date(2026, 3, 1), "due_on": date(2027, 2, 28), **fields}
    return Review.objects.create(pupil=pupil, plan=plan, school_id=pupil.school_id, **values)


def test_one_pupil_with_an_open_review_goes_straight_to_the_scheduler(web, pupils):
    review = review_of(pupils[0])
    assert web.get(address("reviews", pupils[:1]))["Location"] == f"/meetings/schedule/?review={review.pk}"


def test_several_pupils_each_get_their_own_way_on(web, pupils, django_assert_num_queries):
    review_of(pupils[0])
    review_of(pupils[1], state="held", held_on=date(2026, 11, 2))
    url = address("reviews", pupils)
    rows = web.get(url).context["rows"]
    assert [bool(row["schedule_url"]) for row in rows] == [True, False, False]
    assert [row["review"] is not None for row in rows] == [True, True, False]
    page = web.get(url).content.decode()
    assert "Choose a day" in page
    assert "No EHC plan: the plan is reviewed at school" in page
    with django_assert_num_queries(6):
        web.get(url)
