"""Pages on which a SENDCo plans, changes and finishes a group, and the list of sessions."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.urls import reverse

from provision.models import Group, Line, Session
from provision.preview import preview
from provision.reminders import not_logged
from sendco.accounts.permissions import Role
from sendco.notifications.models import Notification
from tests import factories

from .conftest import MONDAY

pytestmark = pytest.mark.integration


@pytest.fixture
def as_sendco(enter, sendco, on_day):
    return enter(sendco)


def form(**fields):
    """What the plan form sends: twice a week for half an hour, five weeks from 9 November."""
    return {
        "name": "Number, Willow", "grade": "ta2", "starts": "2026-11-09", "weeks": 5, "times_per_week": 2,
        "minutes": 30, "funding": "notional", "slot_0_a": "10:15", "slot_2_a": "10:15",
    } | fields  # fmt: skip


def test_plan_form_takes_the_usual_dose_from_the_catalogue(as_sendco, number_group):
    response = as_sendco.get(reverse("provision:group-add", args=[number_group.slug]))
    initial = response.context["form"].initial
    assert {name: initial[name] for name in ("times_per_week", "minutes", "weeks", "grade")} == {
        "times_per_week": 3, "minutes": 30, "weeks": 10, "grade": "ta2",
    }  # fmt: skip
    assert response.context["plan"].whole == Decimal("309.00")


def test_plan_form_without_an_intervention_offers_the_catalogue(as_sendco, number_group):
    page = as_sendco.get("/groups/add/").content.decode()
    assert f'<option value="{number_group.slug}">' in page
    assert as_sendco.get(f"/groups/add/?intervention={number_group.slug}").context["chosen"] == number_group
    assert as_sendco.get("/interventions/no-such-thing/groups/add/").status_code == 404


def test_plan_form_plans(as_sendco, number_group, maya, make_pupils):
    pupils = make_pupils(2)
    response = as_sendco.post(
        "/groups/add/", form(intervention=number_group.pk, pupils=[p.pk for p in pupils], deliverer=maya.pk)
    )
    group = Group.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/groups/{group.pk}/")
    # Five school weeks from 9 November end on Friday 11 December; £20.60 x 5 hours, shared by two.
    assert (group.ends, group.deliverer, group.sessions.count()) == (date(2026, 12, 11), maya, 10)
    assert [line.cost for line in group.lines.all()] == [Decimal("51.50")] * 2
    page = as_sendco.get(response["Location"]).content.decode()
    assert "£103" in page
    assert "Monday 10:15am, Wednesday 10:15am" in page


def test_plan_form_says_what_is_wrong_and_plans_nothing(as_sendco, number_group):
    response = as_sendco.post("/groups/add/", form(intervention=number_group.pk, name="", times_per_week=3))
    page = response.content.decode()
    assert response.status_code == 422
    for words in ("Enter a name for the group", "Choose at least one pupil", "You chose 2 times in the week below."):
        assert words in page
    assert not Group.objects.exists()


def test_plan_form_shows_the_cost_before_anything_is_saved(as_sendco, number_group, make_pupils):
    pupils = make_pupils(4)
    data = form(intervention=number_group.pk, pupils=[p.pk for p in pupils], name="", preview="1", materials_cost="20")
    page = as_sendco.post("/groups/add/", data)
    assert page.status_code == 200
    assert "<b>£30.75</b> for each of 4 pupils" in page.content.decode()
    assert "There is a problem" not in page.content.decode()
    part = as_sendco.post("/groups/add/", data, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<section class="panel cost-preview" id="cost-preview"')
    assert "£123.00 for the group" in part
    assert not Group.objects.exists()


def test_preview_warns_of_closed_days_and_unknown_terms(school):
    cleaned = {"grade": "ta2", "times_per_week": 1, "minutes": 30, "slots": [MONDAY]}
    short = preview(school.pk, cleaned | {"starts": date(2026, 10, 19), "weeks": 2, "ends": date(2026, 10, 30)})
    assert (short.sessions, short.planned, short.is_short, short.unknown_from) == (1, 2, True, None)
    far = preview(school.pk, cleaned | {"starts": date(2027, 3, 15), "weeks": 6})
    assert (far.unknown_from, far.ends) == (date(2027, 3, 25), date(2027, 4, 23))
    assert preview(school.pk, cleaned) is None


def test_plan_form_offers_pupils_with_support_or_everyone(as_sendco, number_group, make_pupils, two_schools):
    (kofi,), (other,) = make_pupils(1), make_pupils(1, sen_status="N")
    (stranger,) = make_pupils(1, school=two_schools[1])
    url = reverse("provision:group-add", args=[number_group.slug])
    assert list(as_sendco.get(url).context["form"].fields["pupils"].queryset) == [kofi]
    everyone = as_sendco.get(f"{url}?pupils=all").context["form"].fields["pupils"].queryset
    assert set(everyone) == {kofi, other}
    response = as_sendco.post(url, form(intervention=number_group.pk, pupils=[stranger.pk]))
    assert response.status_code == 422


def test_change_form_saves_and_costs_again(as_sendco, plan, maya):
    group = plan(starts=date(2026, 11, 9), ends=date(2026, 12, 11), weeks=5, times_per_week=2)
    data = form(version=1, ends="2026-12-11", deliverer=maya.pk, minutes=60, place="Library")
    response = as_sendco.post(reverse("provision:group-edit", args=[group.pk]), data)
    assert response.status_code == 302
    group.refresh_from_db()
    assert (group.place, group.minutes, group.version) == ("Library", 60, 2)
    assert group.lines.first().cost == Decimal("51.50")


def test_change_form_shows_both_versions(as_sendco, plan):
    group = plan(starts=date(2026, 11, 9), ends=date(2026, 12, 11), weeks=5, times_per_week=2)
    url = reverse("provision:group-edit", args=[group.pk])
    assert as_sendco.post(url, form(version=1, ends="2026-12-11", name="First")).status_code == 302
    response = as_sendco.post(url, form(version=1, ends="2026-12-11", name="Second"))
    page = response.content.decode()
    assert response.status_code == 409
    assert '<span class="kept">Second</span></td><td data-label="Their version"><span class="kept">First' in page
    assert 'name="version" value="2"' in page
    assert 'value="Second"' in page
    assert as_sendco.post(url, form(version=2, ends="2026-12-11", name="Second")).status_code == 302


def test_members_come_and_go(as_sendco, plan, make_pupils):
    group = plan(pupils=1, starts=date(2026, 11, 9), ends=date(2026, 12, 11))
    (pupil,) = make_pupils(1)
    url = reverse("provision:group-members", args=[group.pk])
    assert as_sendco.post(url, {"pupil": pupil.pk, "starts": "2026-11-16"}).status_code == 302
    line = Line.objects.get(pupil=pupil)
    assert line.starts == date(2026, 11, 16)
    end = reverse("provision:member-end", args=[group.pk, line.pk])
    assert pupil.known_as in as_sendco.get(end).content.decode()
    assert as_sendco.post(end, {"on": "2026-11-20"}).status_code == 302
    line.refresh_from_db()
    assert line.left_on == date(2026, 11, 20)
    assert as_sendco.post(url, {"pupil": "", "starts": ""}).status_code == 422


def test_scores_are_saved_where_they_changed(as_sendco, plan):
    group = plan(pupils=2)
    first, second = group.lines.all()
    url = reverse("provision:group-scores", args=[group.pk])
    data = {f"entry-{first.pk}": "84", f"entry_q-{first.pk}": "<", f"entry-{second.pk}": "90.5"}
    assert as_sendco.post(url, data).status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.entry.value, first.entry.qualifier, first.entry.on) == (84, "<", group.starts)
    entry = second.entry_id
    data = {
        f"entry-{second.pk}": "90.5", f"entry_on-{second.pk}": "2026-09-07",
        f"exit-{second.pk}": "99", f"exit_on-{second.pk}": "2026-11-19",
    }  # fmt: skip
    assert as_sendco.post(url, data).status_code == 302
    second.refresh_from_db()
    assert (second.entry_id, second.exit.value, second.exit.on) == (entry, 99, date(2026, 11, 19))


def test_scores_off_the_range_or_ahead_are_refused(as_sendco, plan):
    line = (group := plan(pupils=1)).lines.get()
    url = reverse("provision:group-scores", args=[group.pk])
    page = as_sendco.post(url, {f"entry-{line.pk}": "20"})
    assert page.status_code == 422
    assert "Enter a score from 48 to 192" in page.content.decode()
    page = as_sendco.post(url, {f"entry-{line.pk}": "60", f"entry_on-{line.pk}": "2026-12-01"})
    assert "Enter a day that is not ahead" in page.content.decode()
    page = as_sendco.post(url, {f"entry_on-{line.pk}": "2026-11-01"})
    assert "Enter the score for this day" in page.content.decode()


def test_scores_of_an_intervention_without_a_test(as_sendco, plan, number_group):
    number_group.instrument = None
    number_group.save()
    page = as_sendco.get(reverse("provision:group-scores", args=[plan().pk])).content.decode()
    assert "This intervention has no test" in page


def test_finish_asks_then_finishes(as_sendco, plan):
    group = plan(pupils=2)
    first, second = group.lines.all()
    url = reverse("provision:group-finish", args=[group.pk])
    page = as_sendco.post(url, {"version": 1, "on": "2026-11-20"})
    assert page.status_code == 422
    assert f"Enter a score for {first.pupil.first_name}, or say why there is none" in page.content.decode()
    data = {"version": 1, "on": "2026-11-20", f"exit-{first.pk}": "96", f"why-{second.pk}": "Moved away"}
    assert as_sendco.post(url, data | {"version": 9}).status_code == 409
    assert as_sendco.post(url, data).status_code == 302
    page = as_sendco.get(f"/groups/{group.pk}/").content.decode()
    assert "Finished on 20 November 2026." in page
    assert "Moved away" in page


def test_add_a_session(as_sendco, plan):
    group = plan(starts=date(2026, 11, 9), ends=date(2026, 12, 11))
    url = reverse("provision:session-add", args=[group.pk])
    assert as_sendco.get(url).context["form"].initial["minutes"] == 30
    assert as_sendco.post(url, {"on": "2026-11-24", "starts_at": "14:00", "minutes": 20}).status_code == 302
    again = as_sendco.post(url, {"on": "2026-11-24", "starts_at": "14:00", "minutes": 20})
    assert again.status_code == 422
    assert Session.objects.filter(group=group, on=date(2026, 11, 24), starts_at=time(14)).count() == 1


@pytest.mark.parametrize(
    ("role", "code"), [(Role.HEAD, 403), (Role.SUPPORT, 404), (Role.GOVERNOR, 404), (Role.ADMIN, 404)]
)
@pytest.mark.parametrize("name", ["group-edit", "group-members", "group-scores", "group-finish", "session-add"])
def test_who_may_not_change_a_group(sign_in, school, plan, on_day, role, code, name):
    url = reverse(f"provision:{name}", args=[plan(pupils=1).pk])
    assert sign_in(role, school).get(url).status_code == code


@pytest.mark.parametrize(
    ("role", "code"), [(Role.HEAD, 403), (Role.SUPPORT, 403), (Role.TEACHER, 403), (Role.GOVERNOR, 403)]
)
def test_who_may_not_plan(sign_in, school, on_day, role, code):
    assert sign_in(role, school).get("/groups/add/").status_code == code


def test_a_group_of_another_school_is_not_found(sign_in, two_schools, plan, on_day):
    assert sign_in(Role.SENDCO, two_schools[1]).get(f"/groups/{plan().pk}/").status_code == 404


def test_the_adult_who_runs_a_group_sees_it_without_costs(enter, maya, plan, on_day):
    group = plan(starts=date(2026, 11, 9), ends=date(2026, 12, 11))
    page = enter(maya).get(f"/groups/{group.pk}/").content.decode()
    assert "Number, Willow" in page
    assert "£" not in page
    assert "/edit/" not in page


@pytest.mark.parametrize("size", [1, 5])
def test_group_page_takes_the_same_queries_for_any_size(as_sendco, plan, django_assert_num_queries, size):
    group = plan(pupils=size, starts=date(2026, 11, 9), ends=date(2026, 11, 9 + 3 * size))
    as_sendco.get(f"/groups/{group.pk}/")
    with django_assert_num_queries(8):
        as_sendco.get(f"/groups/{group.pk}/")


# --- The list of sessions ---------------------------------------------------------------------------------


@pytest.fixture
def three_weeks(plan, school):
    """Monday sessions from 2 to 23 November: one happened, one missed, one not logged, one today."""
    group = plan(starts=date(2026, 11, 2), ends=date(2026, 12, 18), slots=[MONDAY])
    first, second, *_ = group.sessions.all()
    stamp = "2026-11-02T12:00:00Z"
    Session.objects.filter(pk=first.pk).update(state="delivered", logged_at=stamp)
    Session.objects.filter(pk=second.pk).update(state="missed", reason="trip", logged_at=stamp)
    return group


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", [23, 16, 9, 2]),
        ("?state=not_logged", [16]),
        ("?state=missed", [9]),
        ("?state=missed&reason=trip", [9]),
        ("?state=missed&reason=room", []),
        ("?state=delivered", [2]),
        ("?week=2026-11-18", [16]),
        ("?deliverer=0", []),
        ("?state=nonsense&week=soon&deliverer=x", [23, 16, 9, 2]),
    ],
)
def test_sessions_are_filtered(as_sendco, three_weeks, query, days):
    response = as_sendco.get(f"/sessions/{query}")
    assert [session.on.day for session in response.context["page"]] == days


def test_group_page_leaves_trips_out_of_what_was_planned(as_sendco, three_weeks):
    response = as_sendco.get(f"/groups/{three_weeks.pk}/")
    # Happened on the 2nd, a trip on the 9th, nobody logged the 16th.
    assert response.context["figures"][1]["value"] == "1 of 2"
    assert "Trip or event" in response.content.decode()


def test_sessions_say_what_did_not_happen(as_sendco, three_weeks, maya):
    response = as_sendco.get("/sessions/?state=not_logged")
    page = response.content.decode()
    assert "1 session not logged, by 1 person." in page
    assert [figure["value"] for figure in response.context["figures"]] == ["50%", 1, 1]
    assert response.context["waiting"] == [{"id": maya.pk, "name": maya.name, "count": 1}]
    assert f'Remind<span class="visually-hidden"> {maya.name}</span>' in page
    assert "Trip or event" in as_sendco.get("/sessions/?state=missed").content.decode()


def test_sessions_of_an_adult(as_sendco, three_weeks, maya):
    response = as_sendco.get(f"/sessions/?deliverer={maya.pk}")
    assert len(response.context["page"]) == 4
    assert response.context["pills"] == [{"text": maya.name, "url": "?"}]


def test_remind_tells_each_adult_once_a_day(as_sendco, three_weeks, maya):
    response = as_sendco.post("/sessions/remind/", {"deliverer": maya.pk})
    assert (response.status_code, response["Location"]) == (302, "/sessions/?state=not_logged")
    as_sendco.post("/sessions/remind/")
    notice = Notification.objects.get(recipient=maya)
    assert (notice.text, notice.path, notice.due_on) == ("1 session is not logged", "/my-day/", date(2026, 11, 23))
    assert "They were reminded today already" in as_sendco.get("/sessions/").content.decode()


def test_every_morning_says_who_has_not_logged(three_weeks, maya, django_assert_num_queries):
    with django_assert_num_queries(1):
        (reminder,) = not_logged(date(2026, 11, 23))
    assert (reminder.recipient_id, reminder.due_on, reminder.text) == (
        maya.pk,
        date(2026, 11, 16),
        "1 session is not logged",
    )
    # Nothing new was due on Sunday the 22nd, so the same reminder comes again and is told once.
    assert list(not_logged(date(2026, 11, 22))) == [reminder]
    assert next(not_logged(date(2026, 11, 24))).text == "2 sessions are not logged"


@pytest.mark.parametrize("role", [Role.HEAD, Role.SUPPORT, Role.GOVERNOR])
def test_who_may_not_remind(sign_in, school, on_day, role):
    assert sign_in(role, school).post("/sessions/remind/").status_code == 403


def test_a_head_sees_sessions_and_may_not_log(sign_in, school, three_weeks, on_day):
    page = sign_in(Role.HEAD, school).get("/sessions/").content.decode()
    assert "Number, Willow" in page
    assert "/log/" not in page


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.TEACHER, Role.ADMIN, Role.GOVERNOR])
def test_who_may_not_see_every_session(sign_in, school, on_day, role):
    assert sign_in(role, school).get("/sessions/").status_code == 403


@pytest.mark.parametrize("groups", [1, 4])
def test_sessions_take_the_same_queries_for_any_number(as_sendco, plan, school, django_assert_num_queries, groups):
    for _ in range(groups):
        plan(starts=date(2026, 11, 2), ends=date(2026, 12, 18), deliverer=factories.person(Role.SUPPORT, school))
    as_sendco.get("/sessions/")
    with django_assert_num_queries(9):
        as_sendco.get("/sessions/")
