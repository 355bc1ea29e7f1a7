"""The screens of staff: timetable, team, member, absence, cover. Who sees what, at what price."""

from datetime import date, time
from decimal import Decimal

import pytest

from provision.models import Session
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from staff.actions import record_skill
from staff.deployment.actions import ask_to_cover, give_cover
from staff.deployment.models import Cover
from staff.models import Absence, Contract, StaffSkill
from tests import factories

from .conftest import MONDAY

pytestmark = pytest.mark.integration


@pytest.fixture
def as_sendco(client, sendco, on_day):
    client.force_login(sendco)
    return client


def grid(response):
    """{name: [(name, state, note) of each block] for each day}."""
    return {
        row.person.name if row.person else "": [
            [(block.name, block.state, block.note) for block in cell.blocks] for cell in row.cells
        ]
        for row in response.context["rows"]
    }


def test_timetable_shows_adults_by_day_with_gaps_and_cover(as_sendco, gap, run, leanne, tom, sendco):
    isla = run("Isla, 1:1", leanne, [(0, time(9, 0))], pupils=1, is_section_f=True)
    child = isla.lines.get().pupil
    give_cover(session=isla.sessions.get(on=MONDAY), person=tom, by=sendco, on=MONDAY)
    response = as_sendco.get("/staff/timetable/")
    shown = grid(response)
    assert shown["Leanne Briggs"][0] == [
        (child.short_name, "cover", "Tom Hallam"),
        ("Phonics, Rowan", "gap", "Needs cover"),
    ]
    assert shown["Tom Hallam"][0] == [(child.short_name, "cover", "For Leanne")]
    assert shown["Leanne Briggs"][1] == [("Phonics, Rowan", "", "")]
    page = response.content.decode()
    assert "Leanne Briggs is off today: 1 session needs cover." in page
    assert "Cover for today" in page
    assert f'name="person" value="{tom.pk}">Ask Tom' in page
    assert child.surname not in page


def test_timetable_of_a_week_with_part_time_and_training(as_sendco, adult, away):
    jan = adult("Jan Kowalczyk", times=[(0, time(9, 0), time(12, 0))], hours="3")
    away(jan, starts=date(2026, 11, 25), kind="training")
    response = as_sendco.get("/staff/timetable/?week=2026-11-27")
    (row,) = [row for row in response.context["rows"] if row.person.name == "Jan Kowalczyk"]
    assert [cell.off for cell in row.cells] == [
        "", "Does not work Tuesdays", "Training", "Does not work Thursdays", "Does not work Fridays",
    ]  # fmt: skip
    assert row.hours_words == "0 of 3 hours"


def test_timetable_of_a_closed_week_says_so(as_sendco, leanne):
    page = as_sendco.get("/staff/timetable/?week=2026-10-28").content.decode()
    assert "School is closed for half term." in page


@pytest.mark.parametrize("query", ["?week=nonsense", "?day=2026-13-01", "?week="])
def test_timetable_with_a_week_that_makes_no_sense_is_this_week(as_sendco, query):
    assert as_sendco.get(f"/staff/timetable/{query}").context["week"].monday == MONDAY


def test_timetable_day_of_a_phone(as_sendco, phonics):
    days = as_sendco.get("/staff/timetable/?day=2026-11-26").context["days"]
    assert [day.short for day in days if day.is_shown] == ["Thu"]


def test_timetable_as_a_list(as_sendco, gap):
    response = as_sendco.get("/staff/timetable/?as=list")
    assert [(row["session"].on.day, row["block"].state) for row in response.context["list_rows"]] == [
        (23, "gap"),
        (24, ""),
    ]
    assert "Needs cover" in response.content.decode()


def test_timetable_to_print_is_audited(as_sendco, phonics):
    assert as_sendco.get("/staff/timetable/print/").status_code == 200
    assert AuditEvent.objects.get(kind="timetable.printed").details == {"week": "2026-11-23"}


def test_admin_assistant_records_an_absence_and_arranges_cover(sign_in, gap, school, tom, leanne, on_day):
    client = sign_in(Role.ADMIN, school)
    page = client.get("/staff/timetable/").content.decode()
    assert "Record absence" in page
    assert f"/staff/cover/{gap.pk}/ask/" in page
    assert (
        "Cover asked: Tom Hallam"
        in client.post(f"/staff/cover/{gap.pk}/ask/", {"person": tom.pk}, follow=True).content.decode()
    )
    form = {"person": tom.memberships.get().pk, "starts": "2026-12-01", "ends": "", "kind": "training"}
    assert client.post("/staff/absences/new/", form).status_code == 302
    assert Absence.objects.filter(membership__user=tom, kind="training").count() == 1


def test_admin_assistant_changes_no_contract(sign_in, school, leanne, on_day):
    client, pk = sign_in(Role.ADMIN, school), leanne.memberships.get().pk
    page = client.get(f"/staff/team/{pk}/").content.decode()
    assert "Record absence" in page
    assert "Change contract" not in page
    assert "Add a skill" not in page


@pytest.mark.parametrize("path", ["timetable/", "team/", "timetable/print/", "absences/new/"])
@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.GOVERNOR, Role.SAFEGUARDING, Role.SYSTEM_ADMIN])
def test_who_does_not_see_staff(sign_in, school, role, path, on_day):
    assert sign_in(role, school).get(f"/staff/{path}").status_code == 403


@pytest.mark.parametrize("role", [Role.HEAD, Role.FEDERATION_LEAD])
def test_who_sees_and_does_not_change(sign_in, school, leanne, role, on_day):
    client, pk = sign_in(role, school), leanne.memberships.get().pk
    assert client.get(f"/staff/team/{pk}/").status_code == 200
    for path in ("absences/new/", f"team/{pk}/contract/", f"team/{pk}/skills/add/"):
        assert client.get(f"/staff/{path}").status_code == 403


def test_nothing_of_another_school_is_within_reach(sign_in, gap, leanne, tom, sendco, two_schools, on_day):
    absence, member = Absence.objects.get(), leanne.memberships.get()
    held = record_skill(membership=member, name="Makaton", gained_on=date(2026, 1, 5), by=None)
    cover = ask_to_cover(session=gap, person=tom, by=sendco, on=MONDAY)
    client = sign_in(Role.SENDCO, two_schools[1])
    for path in (
        f"team/{member.pk}/", f"team/{member.pk}/contract/", f"team/{member.pk}/skills/add/", f"skills/{held.pk}/remove/",
        f"absences/{absence.pk}/", f"absences/{absence.pk}/edit/", f"absences/{absence.pk}/remove/", f"cover/{gap.pk}/",
    ):  # fmt: skip
        assert client.get(f"/staff/{path}").status_code == 404, path
    for path in (
        f"cover/{gap.pk}/ask/", f"cover/{gap.pk}/give/", f"cover/requests/{cover.pk}/answer/",
        f"cover/requests/{cover.pk}/undo/",
    ):  # fmt: skip
        assert client.post(f"/staff/{path}", {"person": tom.pk, "answer": "yes"}).status_code == 404, path
    for path in ("timetable/", "team/", "timetable/?as=list"):
        page = client.get(f"/staff/{path}").content.decode()
        assert "Leanne" not in page
        assert "Phonics, Rowan" not in page


def test_a_member_of_another_school_cannot_be_recorded_absent(as_sendco, two_schools):
    other = factories.MembershipFactory(school=two_schools[1], role=Role.SUPPORT)
    data = {"person": other.pk, "starts": "2026-11-23", "ends": "", "kind": "away"}
    assert as_sendco.post("/staff/absences/new/", data).status_code == 422
    assert not Absence.objects.exists()


@pytest.mark.parametrize("size", [1, 4])
def test_timetable_takes_the_same_queries_for_any_number(
    as_sendco, adult, run, away, sendco, size, django_assert_num_queries
):
    for n in range(size):
        person = adult(f"Adult Number{n}")
        group = run(f"Group {n}", person, [(0, time(9 + n, 0)), (2, time(9 + n, 0))])
        away(person)
        helper = adult(f"Helper Number{n}")
        ask_to_cover(session=group.sessions.get(on=MONDAY), person=helper, by=sendco, on=MONDAY)
    as_sendco.get("/staff/timetable/")
    with django_assert_num_queries(11):
        as_sendco.get("/staff/timetable/")


@pytest.mark.parametrize("size", [1, 4])
def test_other_pages_take_the_same_queries_for_any_number(
    as_sendco, adult, run, away, sendco, size, django_assert_num_queries
):
    leanne = adult("Leanne Briggs")
    away(leanne)
    member = leanne.memberships.get()
    for n in range(size):
        adult(f"Adult Number{n}")
        run(f"Group {n}", leanne, [(0, time(9 + n, 0))])
        record_skill(membership=member, name=f"Skill {n}", gained_on=date(2026, 1, 5), by=None)
        away(leanne, starts=date(2026, 9, 7 + n))
    session, absence = Session.objects.filter(on=MONDAY).first(), Absence.objects.get(starts=MONDAY)
    for path, count in (
        ("team/", 9), (f"team/{member.pk}/", 11), (f"absences/{absence.pk}/", 6), (f"cover/{session.pk}/", 11),
        ("timetable/?as=list", 11),
    ):  # fmt: skip
        as_sendco.get(f"/staff/{path}")
        with django_assert_num_queries(count):
            as_sendco.get(f"/staff/{path}")


def test_absence_in_three_presses_shows_what_needs_cover(as_sendco, phonics, leanne):
    page = as_sendco.get("/staff/absences/new/")
    assert page.context["form"]["starts"].value() == MONDAY
    data = {"person": leanne.memberships.get().pk, "starts": "2026-11-23", "ends": "", "kind": "away"}
    response = as_sendco.post("/staff/absences/new/", data, follow=True)
    absence = Absence.objects.get()
    assert response.redirect_chain == [(f"/staff/absences/{absence.pk}/", 302)]
    assert (absence.starts, absence.ends) == (MONDAY, MONDAY)
    page = response.content.decode()
    assert "1 session needs cover." in page
    assert f'href="/staff/cover/{phonics.sessions.get(on=MONDAY).pk}/"' in page


def test_absence_is_changed_refused_and_removed(as_sendco, gap, leanne):
    absence = Absence.objects.get()
    path = f"/staff/absences/{absence.pk}/edit/"
    data = {"version": 1, "starts": "2026-11-23", "ends": "2026-11-20", "kind": "away"}
    response = as_sendco.post(path, data)
    assert response.status_code == 422
    assert "Enter a last day on or after 23 November 2026" in response.content.decode()
    assert as_sendco.post(path, data | {"ends": "2026-11-24"}).status_code == 302
    late = as_sendco.post(path, data | {"ends": "2026-11-26"})
    assert late.status_code == 409
    assert as_sendco.post(f"/staff/absences/{absence.pk}/remove/").status_code == 302
    assert not Absence.objects.exists()


def test_cover_page_ranks_people_with_reasons(as_sendco, gap, tom, adult, run):
    adult("Callum Reid")
    record_skill(membership=tom.memberships.get(), name="Phonics", gained_on=date(2026, 1, 5), by=None)
    record_skill(
        membership=adult("Sadia Rahman").memberships.get(), name="Phonics", gained_on=date(2025, 1, 5), by=None,
        expires_on=date(2026, 11, 22),
    )  # fmt: skip
    run("Number", adult("Maya Osei"), [(0, time(10, 15))])
    response = as_sendco.get(f"/staff/cover/{gap.pk}/")
    assert [(each.adult.name, each.words) for each in response.context["free"]][:3] == [
        ("Tom Hallam", "Free. Trained: Phonics"),
        ("Callum Reid", "Free. No training recorded"),
        ("Sadia Rahman", "Free. No training recorded"),
    ]
    assert [each.words for each in response.context["busy"]] == ["Running Number, until 10:45am"]


def test_ask_says_so_and_offers_undo(as_sendco, gap, tom):
    response = as_sendco.post(f"/staff/cover/{gap.pk}/ask/", {"person": tom.pk}, follow=True)
    page = response.content.decode()
    assert "Cover asked: Tom Hallam" in page
    cover = Cover.objects.get()
    assert f"/staff/cover/requests/{cover.pk}/undo/" in page
    as_sendco.post(f"/staff/cover/requests/{cover.pk}/undo/")
    assert not Cover.objects.exists()


def test_the_person_asked_answers_and_finds_it_in_their_day(client, gap, tom, sendco, on_day):
    cover = ask_to_cover(session=gap, person=tom, by=sendco, on=MONDAY)
    client.force_login(tom)
    page = client.get(f"/staff/cover/{gap.pk}/").content.decode()
    assert "Can you take this session?" in page
    assert "Who could take it" not in page
    response = client.post(f"/staff/cover/requests/{cover.pk}/answer/", {"answer": "yes"})
    assert response.url == "/my-day/?on=2026-11-23"
    assert [row["session"].pk for row in client.get(response.url).context["rows"]] == [gap.pk]
    assert "This session is yours." in client.get(f"/staff/cover/{gap.pk}/").content.decode()


def test_who_is_not_asked_does_not_know_of_it(client, gap, tom, on_day):
    client.force_login(tom)
    assert client.get(f"/staff/cover/{gap.pk}/").status_code == 404
    assert client.post(f"/staff/cover/{gap.pk}/ask/", {"person": tom.pk}).status_code == 404


def test_the_person_asked_arranges_nothing(client, gap, tom, sendco, on_day):
    cover = ask_to_cover(session=gap, person=tom, by=sendco, on=MONDAY)
    client.force_login(tom)
    assert client.post(f"/staff/cover/{gap.pk}/give/", {"person": tom.pk}).status_code == 403
    assert client.post(f"/staff/cover/requests/{cover.pk}/undo/").status_code == 403


def test_team_by_skill(as_sendco, leanne, tom):
    held = record_skill(membership=tom.memberships.get(), name="Makaton", gained_on=date(2026, 1, 5), by=None)
    response = as_sendco.get(f"/staff/team/?skill={held.skill_id}")
    assert [row["person"].name for row in response.context["people"]] == ["Tom Hallam"]


def test_contract_is_corrected_and_followed_by_another(as_sendco, leanne):
    member = leanne.memberships.get()
    path = f"/staff/team/{member.pk}/contract/"
    data = {"version": 1, "starts": "2025-09-01", "hours_per_week": "25", "weeks_per_year": "39"}
    times = {"from_0_a": "08:30", "to_0_a": "12:00", "from_0_b": "12:45", "to_0_b": "15:00"}
    assert as_sendco.post(path, data | times).status_code == 302
    contract = Contract.objects.get()
    assert (contract.hours_per_week, contract.version) == (Decimal(25), 2)
    assert list(contract.times.values_list("weekday", "starts_at", "ends_at")) == [
        (0, time(8, 30), time(12, 0)),
        (0, time(12, 45), time(15, 0)),
    ]
    assert as_sendco.post(path, data | times).status_code == 409
    assert as_sendco.post(path, data | times | {"version": 2, "starts": "2027-01-04"}).status_code == 302
    assert list(Contract.objects.order_by("starts").values_list("starts", "ends")) == [
        (date(2025, 9, 1), date(2027, 1, 3)),
        (date(2027, 1, 4), None),
    ]


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({"from_0_a": "08:30"}, "Enter both times for Monday, or neither"),
        ({"from_1_a": "12:30", "to_1_a": "12:30"}, "Enter an end for Tuesday that is after the start"),
        ({"from_0_a": "08:30", "to_0_a": "12:00", "from_0_b": "11:00", "to_0_b": "13:00"}, "run into each other"),
        ({"starts": "2024-09-01"}, "The contract in force began on 1 September 2025"),
        ({"hours_per_week": ""}, "Enter the hours a week"),
    ],
)
def test_contract_is_refused(as_sendco, leanne, extra, sentence):
    data = {"version": 1, "starts": "2025-09-01", "hours_per_week": "25", "weeks_per_year": "39"}
    response = as_sendco.post(f"/staff/team/{leanne.memberships.get().pk}/contract/", data | extra)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_skill_is_added_renewed_and_removed(as_sendco, leanne):
    member = leanne.memberships.get()
    path = f"/staff/team/{member.pk}/skills/add/"
    data = {"skill": "Paediatric first aid", "gained_on": "2024-01-05"}
    assert as_sendco.post(path, data).status_code == 302
    held = StaffSkill.objects.get()
    assert held.expires_on == date(2027, 1, 5)
    assert as_sendco.post(path, data | {"gained_on": "2026-11-02"}).status_code == 302
    held.refresh_from_db()
    assert held.expires_on == date(2029, 11, 2)
    assert as_sendco.post(path, {"skill": "", "gained_on": "2026-11-02"}).status_code == 422
    assert as_sendco.post(f"/staff/skills/{held.pk}/remove/").status_code == 302
    assert not StaffSkill.objects.exists()
    assert list(AuditEvent.objects.filter(kind__startswith="skill").order_by("pk").values_list("kind", flat=True)) == [
        "skill.recorded", "skill.recorded", "skill.removed",
    ]  # fmt: skip


def test_member_page_counts_this_weeks_hours(as_sendco, phonics, leanne):
    page = as_sendco.get(f"/staff/team/{leanne.memberships.get().pk}/").content.decode()
    assert "1 of 30 hours" in page
    assert "8:30am to 3:15pm" in page
