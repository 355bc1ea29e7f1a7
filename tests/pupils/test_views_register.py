"""The register's pages: what they show, to whom, at what price; the workbook, the print, the saved views, chosen rows."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from pupils import actions, register
from pupils.models import Plan, Profile, Pupil, SavedView, SenPeriod, Strategy, Tag, Target
from pupils.register import ChosenAction, FilterSource, NextStep, Trail
from sendco.accounts.permissions import Permission, Role
from sendco.audit.models import AuditEvent
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day", "columns")]
ON = date(2026, 11, 23)
REGISTER = "/register/"


@pytest.fixture
def columns(monkeypatch):
    """Three columns from above, each of one query, so that counts do not depend on the apps that provide them."""

    def values(make):
        return lambda ids, on: {pk: make(pk) for pk in Pupil.objects.filter(pk__in=ids).values_list("pk", flat=True)}

    found = {
        "hours": values(lambda pk: 90),
        "ratings": values(lambda pk: Trail([0, 1, None, 2, 2, 3])),
        "next_step": values(lambda pk: None),
    }
    monkeypatch.setattr(register, "_columns", found)
    monkeypatch.setattr(register, "_filters", {})
    return found


def make(school, surname, status="K", **extra):
    row = factories.PupilFactory(
        school=school, surname=surname, forename=extra.pop("forename", "Kofi"), sen_status=status, **extra
    )
    Pupil.objects.filter(pk=row.pk).update(search_name=f"{row.surname} {row.forename}".lower())
    SenPeriod.objects.create(pupil=row, status=status, starts=date(2026, 9, 2))
    return row


def names(response) -> list[str]:
    return [row.name for row in response.context["register"].rows]


@pytest.fixture
def web(sign_in, school):
    """A client signed in as the SENDCo."""
    return sign_in(Role.SENDCO, school)


# --- The list ------------------------------------------------------------------------------------------------


def test_register_shows_those_on_it_by_surname_with_the_columns(web, school):
    beech = factories.SchoolClassFactory(school=school, name="Beech")
    pupil = make(school, "Mensah", "E", school_class=beech)
    actions.add_need(pupil=pupil, code="ASD", starts=ON, by=None)
    actions.add_need(pupil=pupil, code="HI", starts=ON, by=None)
    actions.add_need(pupil=pupil, code="VI", starts=ON, by=None)
    make(school, "Ahmed")
    make(school, "Monitored", "M")
    factories.PupilFactory(school=school)
    response = web.get(REGISTER)
    assert names(response) == ["Kofi Ahmed", "Kofi Mensah"]
    row = response.context["register"].rows[1]
    assert (row.place, row.hours, row.more_needs) == ("Year 4, Beech", "1.5", 1)
    assert [(need.shape, need.text) for need in row.needs] == [("ci", "Autism"), ("sp", "Hearing")]
    assert row.next == NextStep("none", "No plan yet", "Start a plan")
    page = response.content.decode()
    assert "2 of 4 pupils: 1 with an EHC plan and 1 with SEN support." in page
    assert "not yet, with help, away, nearly, nearly, got it" in page
    assert f'href="{reverse("pages:pupil", args=[pupil.pk])}"' in page


def test_register_counts_every_view_in_its_tab(web, school):
    make(school, "A", "E")
    make(school, "B", year_group="3")
    make(school, "C", "M")
    actions.save_view(school_id=school.pk, name="Year 3", query="year=3", is_shared=True, by=web.user)
    tabs = web.get(REGISTER).context["register"].tabs
    assert [(tab["text"], tab["count"], tab["current"]) for tab in tabs] == [
        ("All pupils", 2, True),
        ("EHC plans", 1, False),
        ("SEN support", 1, False),
        ("Monitoring", 1, False),
        ("Year 3", 1, False),
    ]


def test_register_leaves_out_leavers_and_other_schools(web, two_schools):
    here, there = two_schools
    make(here, "Gone", left_on=ON)
    make(here, "Going", left_on=ON + timedelta(days=1))
    make(there, "Stranger")
    assert names(web.get(REGISTER)) == ["Kofi Going"]
    assert web.get(REGISTER).context["register"].counts["total"] == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=E", ["Bb"]),
        ("status=M", ["Cc"]),
        ("status=E&status=M", ["Bb", "Cc"]),
        ("year=3", ["Bb"]),
        ("year=3&year=4", ["Aa", "Bb"]),
        ("area=CI", ["Aa"]),
        ("need=ASD", ["Aa"]),
        ("need=HI&area=CI", ["Aa", "Bb"]),
        ("need=VI", []),
        ("q=aa", ["Aa"]),
        ("q=kof b", ["Bb"]),
        ("q=K%C3%B2f", ["Aa", "Bb"]),
        ("q=ofi", []),
        ("q=!!", []),
        ("q=a123456789012", ["Aa"]),
        ("plan=none", ["Aa"]),
        ("plan=overdue", ["Bb"]),
        ("plan=due", []),
        ("told=no", ["Aa"]),
        ("sort=-name", ["Bb", "Aa"]),
        ("sort=support", ["Bb", "Aa"]),
        ("sort=next", ["Bb", "Aa"]),
        ("sort=-next", ["Bb", "Aa"]),
        ("sort=year", ["Bb", "Aa"]),
        ("status=nonsense&class=abc", ["Aa", "Bb"]),
    ],
)
def test_register_filters_and_sorts(query, expected, web, school):
    first = make(school, "Aa", year_group="4", upn="A123456789012")
    second = make(school, "Bb", "E", year_group="3", year_order=7)
    make(school, "Cc", "M", year_group="5")
    actions.add_need(pupil=first, code="ASD", starts=ON, by=None)
    actions.add_need(pupil=second, code="HI", starts=ON, by=None)
    ended = actions.add_need(pupil=first, code="VI", starts=ON, by=None)
    actions.end_need(need=ended, on=ON, by=None)
    Plan.objects.create(pupil=second, state="active", starts=date(2026, 9, 2), review_on=ON - timedelta(days=1))
    assert names(web.get(f"{REGISTER}?{query}")) == [f"Kofi {name}" for name in expected]


def test_register_filters_by_class_adult_and_tag_and_shows_each_as_a_pill(web, school):
    beech = factories.SchoolClassFactory(school=school, name="Beech")
    adult = factories.person(Role.SUPPORT, school)
    pupil = make(school, "Aa", school_class=beech, key_adult=adult)
    make(school, "Bb")
    actions.set_tags(pupil=pupil, names=["New arrival"], by=None)
    tag = Tag.objects.get()
    for query, words in (
        (f"class={beech.pk}", "Beech"),
        (f"adult={adult.pk}", adult.name),
        (f"tag={tag.pk}", "New arrival"),
        ("class=999999", "Other"),
    ):
        response = web.get(f"{REGISTER}?{query}")
        found = response.context["register"]
        assert [pill["text"] for pill in found.pills] == [words]
        assert names(response) == ([] if words == "Other" else ["Kofi Aa"])
        assert found.pills[0]["url"] == f"{REGISTER}?"


def test_register_asks_the_sources_from_above(web, school, columns):
    first, second = make(school, "Aa"), make(school, "Bb")
    columns["next_step"] = lambda ids, on: {first.pk: NextStep("danger", "Overdue by 2 days", "Send the report")}
    reach = Pupil.objects.filter(pk=second.pk)
    source = FilterSource("progress", "Progress", {"none": "Not making progress"}, lambda school, value, on: reach)
    register.register_filter_source(source)
    rows = web.get(REGISTER).context["register"].rows
    assert rows[0].next == NextStep("danger", "Overdue by 2 days", "Send the report")
    response = web.get(f"{REGISTER}?progress=none")
    assert names(response) == ["Kofi Bb"]
    assert response.context["register"].pills[0]["text"] == "Not making progress"


def test_register_pages_of_fifty_keep_the_filter(web, school):
    for number in range(53):
        factories.PupilFactory(school=school, sen_status="K", surname=f"S{number:03}")
    first = web.get(f"{REGISTER}?year=4")
    assert (len(first.context["register"].rows), first.context["register"].matched) == (50, 53)
    assert 'href="?year=4&amp;page=2"' in first.content.decode()
    assert len(web.get(f"{REGISTER}?year=4&page=2").context["register"].rows) == 3
    assert web.get(f"{REGISTER}?page=junk").status_code == 200


def _measure(client, assert_num, url, queries):
    client.get(url)
    with assert_num(queries):
        assert client.get(url).status_code == 200


def test_register_costs_ten_queries_for_one_row_and_for_many(web, school, django_assert_num_queries):
    """Session, person, memberships; choices, counts, rows, needs; three columns."""
    actions.add_need(pupil=make(school, "Only"), code="ASD", starts=ON, by=None)
    _measure(web, django_assert_num_queries, REGISTER, 10)
    for number in range(12):
        pupil = make(school, f"Many{number}", key_adult=web.user)
        actions.add_need(pupil=pupil, code="ASD", starts=ON, by=None)
        actions.set_tags(pupil=pupil, names=[f"Tag {number}"], by=None)
        actions.save_view(
            school_id=school.pk,
            name=f"View {number}",
            query=f"area=CI&year={number % 4 + 1}",
            is_shared=False,
            by=web.user,
        )
    _measure(web, django_assert_num_queries, REGISTER, 10)
    _measure(web, django_assert_num_queries, f"{REGISTER}?area=CI&plan=none&sort=next", 10)


def test_register_of_fifty_rows_weighs_less_than_80_kb(web, school):
    for number in range(50):
        pupil = make(school, f"Featherstonehaugh{number:02}", forename="Alexandria")
        actions.add_need(pupil=pupil, code="SLCN", starts=ON, by=None)
        actions.add_need(pupil=pupil, code="ASD", starts=ON, by=None)
    response = web.get(REGISTER)
    assert len(response.context["register"].rows) == 50
    assert len(response.content) < 80_000


def test_register_partial_has_no_page_around_it_and_tells_the_address(web, school):
    make(school, "Aa")
    response = web.get(f"{REGISTER}?q=&year=4&sort=name", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert page.startswith('<div id="results"')
    assert "<html" not in page
    assert 'id="s-year" hx-swap-oob="true">Year 4<' in page
    assert response["HX-Push-Url"] == f"{REGISTER}?year=4"
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SENDCO, 200), (Role.HEAD, 200), (Role.ADMIN, 200), (Role.SAFEGUARDING, 200), (Role.FEDERATION_LEAD, 200),
        (Role.TEACHER, 200), (Role.SUPPORT, 403), (Role.GOVERNOR, 403), (Role.SYSTEM_ADMIN, 403),
    ],
)  # fmt: skip
def test_register_by_role(role, status, sign_in, school):
    assert sign_in(role, school).get(REGISTER).status_code == status


@pytest.mark.parametrize("url", ["/register/export/", "/register/print/"])
@pytest.mark.parametrize(
    ("role", "status"), [(Role.HEAD, 200), (Role.ADMIN, 200), (Role.TEACHER, 403), (Role.SAFEGUARDING, 403)]
)
def test_export_and_print_by_role(url, role, status, sign_in, school):
    assert sign_in(role, school).get(url).status_code == status


def test_teacher_sees_own_pupils_only_and_no_way_to_take_them_out(sign_in, school):
    mine = factories.SchoolClassFactory(school=school)
    make(school, "Mine", school_class=mine)
    make(school, "Theirs")
    client = sign_in(Role.TEACHER, school)
    client.user.memberships.get().classes.add(mine)
    response = client.get(REGISTER)
    assert names(response) == ["Kofi Mine"]
    page = response.content.decode()
    assert "1 of 1 of your pupils" in page
    assert "/register/export/" not in page
    assert 'name="pupil"' not in page


def test_register_without_pupils_says_what_to_do(web, school):
    assert "Nobody is on the register yet" in web.get(REGISTER).content.decode()
    make(school, "Aa")
    assert "No pupils match" in web.get(f"{REGISTER}?year=6").content.decode()


def test_register_needs_a_sign_in(web, school):
    web.logout()
    assert web.get(REGISTER)["Location"] == "/sign-in/?next=/register/"


# --- Saved views ---------------------------------------------------------------------------------------------------


def test_view_is_saved_without_a_name_and_opens_at_its_address(web, school):
    make(school, "Aa", year_group="4")
    make(school, "Bb", year_group="5")
    page = web.get("/register/views/add/?year=4&q=Kofi")
    assert page.context["form"]["query"].value() == "year=4"
    response = web.post("/register/views/add/", {"name": "Year 4", "is_shared": "on", "query": "year=4&q=Kofi&evil=1"})
    assert response["Location"] == f"{REGISTER}?year=4&q=Kofi"
    view = SavedView.objects.get()
    assert (view.slug, view.query, view.is_shared, view.owner) == ("year-4", "year=4", True, web.user)
    shown = web.get("/register/views/year-4/")
    assert names(shown) == ["Kofi Aa"]
    assert [tab["text"] for tab in shown.context["register"].tabs if tab["current"]] == ["Year 4"]
    assert names(web.get("/register/views/year-4/?sort=-name")) == ["Kofi Aa"]
    assert web.post("/register/views/year-4/delete/").status_code == 302
    assert SavedView.objects.count() == 0


def test_view_keeps_nothing_that_no_database_takes(web, school):
    """A NUL in the address is refused at the door; in a form's text it stands as an escape until the view is opened."""
    make(school, "Aa")
    web.post("/register/views/add/", {"name": "Odd", "query": "need=%00&q=%00&year=%00"})
    SavedView.objects.create(school=school, owner=web.user, name="Older", slug="older", query="need=%00&class=%00")
    assert SavedView.objects.get(name="Odd").query == ""
    for slug in ("odd", "older"):
        assert names(web.get(f"/register/views/{slug}/")) == ["Kofi Aa"]


def test_view_without_a_name_is_refused_in_words(web):
    response = web.post("/register/views/add/", {"name": "", "query": "year=4"})
    assert response.status_code == 422
    assert "Enter a name" in response.content.decode()


def test_view_of_anothers_own_or_of_another_school_does_not_exist(web, two_schools):
    here, there = two_schools
    colleague, stranger = factories.person(Role.HEAD, here), factories.person(Role.SENDCO, there)
    actions.save_view(school_id=here.pk, name="Own", query="", is_shared=False, by=colleague)
    actions.save_view(school_id=there.pk, name="Theirs", query="", is_shared=True, by=stranger)
    for slug in ("own", "theirs", "none"):
        assert web.get(f"/register/views/{slug}/").status_code == 404
        assert web.post(f"/register/views/{slug}/delete/").status_code == 404
    assert [tab["text"] for tab in web.get(REGISTER).context["register"].tabs][4:] == []


# --- Workbook and print --------------------------------------------------------------------------------------------------


def read(response) -> list[tuple]:
    return list(load_workbook(BytesIO(response.content))["SEND register"].iter_rows(values_only=True))


def test_export_holds_what_the_filter_finds_and_no_formula(web, school):
    beech = factories.SchoolClassFactory(school=school, name="=HYPERLINK(1)")
    pupil = make(school, "+SUM(A1)", school_class=beech, key_adult=web.user, upn="A123456789012")
    make(school, "Other", year_group="5")
    actions.add_need(pupil=pupil, code="ASD", starts=ON, by=None)
    actions.add_need(pupil=pupil, code="HI", starts=ON, by=None)
    actions.set_tags(pupil=pupil, names=["@tag"], by=None)
    Plan.objects.create(pupil=pupil, state="active", starts=ON, review_on=date(2027, 2, 1))
    response = web.get("/register/export/?year=4&q=kofi")
    assert response["Content-Disposition"] == 'attachment; filename="send-register-2026-11-23.xlsx"'
    assert response["Cache-Control"] == "no-store, private"
    headings, row = read(response)
    assert headings[:3] == ("Surname", "First name", "UPN")
    values = [value.date() if hasattr(value, "date") else value for value in row]
    assert values == [
        "'+SUM(A1)", "Kofi", "A123456789012", date(2018, 5, 3), "Year 4", "'=HYPERLINK(1)", "SEN support",
        date(2026, 9, 2), "Autism", "Hearing impairment", web.user.name, "'@tag", date(2027, 2, 1),
    ]  # fmt: skip
    event = AuditEvent.objects.get(kind="register.exported")
    assert (event.actor_id, event.school_id, event.details) == (web.user.pk, school.pk, {"rows": 1, "filter": "year=4"})


@pytest.mark.parametrize(("url", "queries"), [("/register/export/", 8), ("/register/print/", 11)])
def test_export_and_print_cost_the_same_for_one_and_for_many(url, queries, web, school, django_assert_num_queries):
    """Session, person, memberships; rows, needs, tags, periods; the event; and three columns in print."""
    make(school, "Aa")
    _measure(web, django_assert_num_queries, url, queries)
    for number in range(5):
        make(school, f"Bb{number}")
    _measure(web, django_assert_num_queries, url, queries)


def test_print_says_who_printed_it_and_is_audited(web, school):
    make(school, "Mensah", key_adult=web.user)
    page = web.get("/register/print/?status=K").content.decode()
    assert "Printed by" in page
    assert "Contains personal data" in page
    assert "Kofi Mensah" in page
    assert AuditEvent.objects.get(kind="register.printed").details == {"rows": 1, "filter": "status=K"}


# --- Chosen rows -------------------------------------------------------------------------------------------------------------


def test_chosen_rows_are_exported_printed_and_tagged(web, school):
    first, second = make(school, "Aa"), make(school, "Bb")
    Profile.objects.create(pupil=first, how_to_help_me="Show me\n\nThen tell me", written_on=ON)
    Strategy.objects.create(pupil=first, area="CI", text="Say my name first", starts=ON)
    Strategy.objects.create(pupil=first, area="CI", text="Over", starts=ON, ends=ON - timedelta(days=1))
    url = "/register/chosen/?year=4"
    assert [row[0] for row in read(web.post(url, {"pupil": [second.pk], "action": "export"}))] == ["Surname", "Bb"]
    page = web.post(url, {"pupil": [first.pk, second.pk], "action": "print"}).content.decode()
    assert re.findall(r"<li>(.*?)</li>", page) == ["Show me", "Then tell me", "Say my name first"]
    assert page.index("Kofi Aa") < page.index("Kofi Bb")
    printed = AuditEvent.objects.filter(kind="profile.printed").values_list("pupil_id", flat=True)
    assert sorted(printed) == [first.pk, second.pk]
    response = web.post(url, {"pupil": [first.pk, second.pk], "action": "tag", "tag": " Trip  to Hull "})
    assert response["Location"] == f"{REGISTER}?year=4"
    assert sorted(Tag.objects.get(name="Trip to Hull").pupils.values_list("pk", flat=True)) == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"action": "export"}, "Choose one pupil or more"),
        ({"action": "tag", "pupil": "own"}, "Enter the tag to add"),
        ({"action": "tag", "pupil": "own", "tag": "x" * 41}, "Enter a tag of 40 characters or fewer"),
        ({"action": "tag", "pupil": "own", "tag": "a\x00b"}, "Null characters are not allowed"),
        ({"action": "vanish", "pupil": "own"}, "Choose what to do with these pupils"),
        ({"action": "export", "pupil": "other"}, "no longer in your list"),
        ({"action": "print", "pupil": "x' or 1"}, "no longer in your list"),
    ],
)
def test_chosen_rows_are_refused_in_words(data, words, web, two_schools):
    own, other = make(two_schools[0], "Own"), make(two_schools[1], "Other")
    sent = dict(data)
    if "pupil" in sent:
        sent["pupil"] = {"own": own.pk, "other": other.pk}.get(sent["pupil"], sent["pupil"])
    response = web.post("/register/chosen/", sent, follow=True)
    assert words in response.content.decode()
    assert AuditEvent.objects.filter(kind__in=["register.exported", "profile.printed"]).count() == 0


def test_a_tag_for_chosen_rows_can_be_taken_back(web, school):
    had, gained = make(school, "Aa"), make(school, "Bb")
    actions.set_tags(pupil=had, names=["Trip"], by=None)
    sent = {"pupil": [had.pk, gained.pk], "action": "tag", "tag": "trip"}
    page = web.post("/register/chosen/?year=4", sent, follow=True).content.decode()
    assert "Tag Trip added to 1 pupil" in page
    undo = re.search(r'action="(/register/untag/[^"]+)"', page)[1].replace("&amp;", "&")
    response = web.post(undo)
    assert response["Location"] == f"{REGISTER}?year=4"
    assert list(Tag.objects.get(name="Trip").pupils.all()) == [had]


@pytest.mark.parametrize("query", ["", "?tag=x&pupil=y", "?tag=99999999999999999999&pupil=1", "?tag=²&pupil=²"])
def test_taking_back_nothing_says_so(query, web, school):
    page = web.post(f"/register/untag/{query}", follow=True)
    assert "There is nothing to take back" in page.content.decode()


def test_a_tag_of_another_school_is_not_taken_back(web, two_schools):
    other = make(two_schools[1], "Other")
    tag, _ = actions.tag_pupils(pupils=[other], name="Trip", by=None)
    web.post(f"/register/untag/?tag={tag.pk}&pupil={other.pk}")
    assert list(tag.pupils.all()) == [other]


def test_chosen_rows_lead_to_what_an_app_above_does_with_them(web, school, monkeypatch):
    action = ChosenAction("walk", "Walk", "users", "pupils:mine", Permission.PROVISION_EDIT)
    monkeypatch.setattr(register, "_actions", {"walk": action})
    second, first = make(school, "Bb"), make(school, "Aa")
    assert 'name="action" value="walk"' in web.get(REGISTER).content.decode()
    response = web.post("/register/chosen/", {"pupil": [second.pk, first.pk], "action": "walk"})
    assert response["Location"] == f"/my-pupils/?pupil={first.pk}&pupil={second.pk}"


def test_chosen_rows_by_a_teacher_are_refused(sign_in, school):
    client = sign_in(Role.TEACHER, school)
    pupil = make(school, "Aa", key_adult=client.user)
    for action in ("export", "print", "tag"):
        assert client.post("/register/chosen/", {"pupil": pupil.pk, "action": action, "tag": "x"}).status_code == 403
    assert Tag.objects.count() == 0


# --- My pupils ------------------------------------------------------------------------------------------------------------------


def with_everything(pupil):
    actions.add_need(pupil=pupil, code="ASD", starts=ON, by=None)
    Strategy.objects.create(pupil=pupil, area="CI", text="Say my name first", starts=ON)
    Profile.objects.create(pupil=pupil, how_to_help_me="Show me", written_on=ON)
    plan = Plan.objects.create(pupil=pupil, state="active", starts=ON, review_on=ON)
    Target.objects.create(plan=plan, area="CI", text="Asks for help", due_on=ON, latest_rating=2, latest_on=ON)
    Target.objects.create(plan=plan, area="CI", text="Long met", due_on=ON, state="met")


def test_my_pupils_shows_what_helps_and_open_targets(sign_in, school):
    client = sign_in(Role.SUPPORT, school)
    with_everything(make(school, "Mine", key_adult=client.user))
    make(school, "Theirs")
    page = client.get("/my-pupils/").content.decode()
    for words in ("Kofi Mine", "Say my name first", "Show me", "Asks for help", "Nearly, 23 November"):
        assert words in page
    assert "Theirs" not in page
    assert "Long met" not in page


def test_my_pupils_of_a_teacher_leaves_out_classmates_without_support(sign_in, school):
    mine = factories.SchoolClassFactory(school=school)
    client = sign_in(Role.TEACHER, school)
    client.user.memberships.get().classes.add(mine)
    make(school, "Supported", school_class=mine)
    make(school, "Plain", "N", school_class=mine)
    assert [card.name for card in client.get("/my-pupils/").context["cards"]] == ["Kofi Supported"]


def test_my_pupils_of_somebody_with_a_grant_only_shows_no_targets(web, school):
    outside = factories.UserFactory()
    pupil = make(school, "Granted")
    with_everything(pupil)
    actions.grant_access(pupil=pupil, user=outside, starts=ON, ends=ON, reason="Assessment", by=web.user)
    web.force_login(outside, backend="allauth.account.auth_backends.AuthenticationBackend")
    card = web.get("/my-pupils/").context["cards"][0]
    assert (card.name, list(card.targets), len(card.strategies)) == ("Kofi Granted", [], 1)


@pytest.mark.parametrize(("role", "status"), [(Role.GOVERNOR, 403), (Role.SYSTEM_ADMIN, 403), (Role.SENDCO, 200)])
def test_my_pupils_by_role(role, status, sign_in, school):
    assert sign_in(role, school).get("/my-pupils/").status_code == status


def test_my_pupils_costs_nine_queries_for_one_and_for_many(sign_in, school, django_assert_num_queries):
    """Session, person, memberships; pupils, needs, profiles, strategies, plans, targets."""
    client = sign_in(Role.SUPPORT, school)
    with_everything(make(school, "Aa", key_adult=client.user))
    _measure(client, django_assert_num_queries, "/my-pupils/", 9)
    for number in range(6):
        with_everything(make(school, f"Bb{number}", key_adult=client.user))
    _measure(client, django_assert_num_queries, "/my-pupils/", 9)


# --- My notes -----------------------------------------------------------------------------------------------------------


def test_my_notes_are_those_i_wrote_of_pupils_i_still_see(sign_in, school, web):
    client = sign_in(Role.SUPPORT, school)
    mine, gone = make(school, "Mine", key_adult=client.user), make(school, "Gone", key_adult=client.user)
    other = factories.person(Role.SENDCO, school)
    for pupil, text, by in (
        (mine, "Read aloud", client.user),
        (gone, "Was sad", client.user),
        (mine, "Private", other),
    ):
        actions.add_note(pupil=pupil, kind="note", on=ON, text=text, by=by)
    Pupil.objects.filter(pk=gone.pk).update(key_adult=None)
    page = client.get("/my-pupils/notes/").content.decode()
    assert "Read aloud" in page
    assert "Was sad" not in page
    assert "Private" not in page
    looks = AuditEvent.objects.filter(kind="pupil.viewed", actor_id=client.user.pk)
    assert [(look.pupil_id, look.details) for look in looks] == [(mine.pk, {"page": "my-notes"})]
    assert "/my-pupils/notes/" in client.get("/my-pupils/").content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.SUPPORT, 200), (Role.TEACHER, 200), (Role.ADMIN, 403), (Role.GOVERNOR, 403)]
)
def test_my_notes_by_role(role, status, sign_in, school):
    assert sign_in(role, school).get("/my-pupils/notes/").status_code == status


def test_my_notes_cost_the_same_for_one_and_for_many(sign_in, school, django_assert_num_queries):
    """Session, person, memberships; count, notes; the looks."""
    client = sign_in(Role.SUPPORT, school)
    for number in range(1):
        pupil = make(school, f"Aa{number}", key_adult=client.user)
        actions.add_note(pupil=pupil, kind="note", on=ON, text="One", by=client.user)
    _measure(client, django_assert_num_queries, "/my-pupils/notes/", 6)
    for number in range(6):
        pupil = make(school, f"Bb{number}", key_adult=client.user)
        actions.add_note(pupil=pupil, kind="note", on=ON, text="Many", by=client.user)
    _measure(client, django_assert_num_queries, "/my-pupils/notes/", 6)


# --- Odd addresses --------------------------------------------------------------------------------------------------

ODD = (
    "status=Z", "status=", "area=OTHER&area=zz", "need=' OR 1", "year=99", "class=abc", "class=-1",
    "class=99999999999999999999", "adult=1e5", "tag=²", "plan=never", "told=maybe", "review=x", "progress=x", "sort=-",
    "sort=evil", "page=-1", "page=999999", "page=x", "page=²", "q=" + "%F0%9F%A6%84" * 50,
    "q=%D9%85%D8%B1%D8%AD%D8%A8%D8%A7", "q=%ED%A0%80", "status=K&status=K&status=E", "&&&=",
    "need=" + "x" * 3000, "&".join(f"class={n}" for n in range(300)),
)  # fmt: skip


@pytest.mark.parametrize("path", [REGISTER, "/register/print/", "/register/export/"])
def test_an_odd_address_gets_a_calm_answer(path, web, school):
    make(school, "Aa")
    for query in ODD:
        assert web.get(f"{path}?{query}").status_code == 200, query


def test_all_filters_hold_together_on_page_workbook_and_print(web, school):
    beech = factories.SchoolClassFactory(school=school, name="Beech")
    adult = factories.person(Role.SUPPORT, school)
    for surname, status, klass, code, tags in (
        ("Match", "K", beech, "ASD", ["Trip"]),
        ("Status", "E", beech, "ASD", ["Trip"]),
        ("Class", "K", None, "ASD", ["Trip"]),
        ("Need", "K", beech, "HI", ["Trip"]),
        ("Tag", "K", beech, "ASD", ["Other"]),
    ):
        pupil = make(school, surname, status, school_class=klass, key_adult=adult, year_group="4")
        actions.add_need(pupil=pupil, code=code, starts=ON, by=None)
        actions.set_tags(pupil=pupil, names=tags, by=None)
    tag = Tag.objects.get(name="Trip")
    query = f"status=K&need=ASD&year=4&class={beech.pk}&adult={adult.pk}&tag={tag.pk}&q=kofi"
    page = web.get(f"{REGISTER}?{query}")
    assert (names(page), page.context["register"].matched) == (["Kofi Match"], 1)
    assert len(page.context["register"].pills) == 7
    assert [row.name for row in web.get(f"/register/print/?{query}").context["rows"]] == ["Kofi Match"]
    book = load_workbook(BytesIO(web.get(f"/register/export/?{query}").content))
    assert [row[0].value for row in book["SEND register"].iter_rows(min_row=2)] == ["Match"]
