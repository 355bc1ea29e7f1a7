"""The demo federation: small through the actions, big in bulk. Sizes here are as small as they can be."""

from datetime import date, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q

from provision.actions.planning import price
from provision.models import Group, Line, Session, SessionEntry
from pupils.models import Need, Plan, Pupil, SenPeriod
from reports.counts import window_of
from reports.gather import gather
from reports.provision_figures import effectiveness
from reviews.actions.steps import build_steps
from reviews.models import EhcPlan, Review
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Refused
from sendco.pages.demo import DEMO_PASSWORD, SIGN_INS
from sendco.pages.demo.bulk import build_in_bulk, half_terms
from sendco.pages.demo.bulk.rows import Rows
from sendco.schools.models import Federation, School
from sendco.schools.services import calendar_for

TODAY = date(2026, 11, 23)


def bulk(**changes):
    return build_in_bulk(**{"schools": 2, "pupils": 56, "seed": 1, "today": TODAY, **changes})


@pytest.mark.unit
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 23), (date(2026, 11, 2), date(2026, 12, 18))),
        (date(2026, 10, 27), (date(2026, 9, 2), date(2026, 10, 23))),
        (date(2026, 9, 3), (date(2026, 6, 1), date(2026, 7, 22))),
    ],
)
def test_the_last_half_term_is_the_present_one_or_the_one_before_a_holiday(today, expected):
    assert half_terms(today)[-1] == expected


@pytest.mark.unit
def test_half_terms_follow_one_another():
    spans = half_terms(TODAY)
    assert len(spans) == 8
    assert all(starts < ends for starts, ends in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.integration
def test_rows_get_ids_after_those_in_the_table_and_the_database_goes_on_from_them(db):
    there = Federation.objects.create(name="There", slug="there")
    rows = Rows()
    first, second = (rows.add(Federation(name=name, slug=name)) for name in ("one", "two"))
    assert (first.pk, second.pk) == (there.pk + 1, there.pk + 2)
    assert Federation.objects.count() == 1
    rows.finish()
    assert rows.written == 2
    assert Federation.objects.create(name="By hand", slug="by-hand").pk == second.pk + 1


@pytest.mark.integration
class TestBulk:
    def test_it_is_whole(self, db):
        built = bulk()
        connection.check_constraints()
        assert (built.schools, built.pupils) == (2, 112)
        assert Pupil.objects.filter(sen_status__in="KE").count() == built.on_register > 10
        register = Pupil.objects.filter(sen_status__in="KE")
        assert not register.filter(main_need="").exists()
        open_periods = Count("sen_periods", Q(sen_periods__ends__isnull=True))
        marked = Pupil.objects.exclude(sen_status="N").annotate(n=open_periods)
        assert set(marked.values_list("n", flat=True)) == {1}
        assert not SenPeriod.objects.filter(ends__isnull=True).exclude(status=F("pupil__sen_status")).exists()
        assert not Need.objects.filter(rank=1).exclude(code=F("pupil__main_need"), area=F("pupil__main_area")).exists()
        assert Plan.objects.filter(state="active").count() > 10
        assert EhcPlan.objects.count() == Pupil.objects.filter(sen_status="E").count()
        assert AuditEvent.objects.filter(kind="pupil.added").count() == 112

    def test_rows_say_what_the_actions_would_have_written(self, db):
        bulk()
        calendar = calendar_for(School.objects.order_by("pk")[0].pk)
        for review in Review.objects.select_related("plan", "pupil"):
            wanted = {step.key: (step.due_on, step.done_on) for step in build_steps(review, calendar=calendar)}
            assert {s.key: (s.due_on, s.done_on) for s in review.steps.all()} == wanted
        for group in Group.objects.prefetch_related("lines"):
            lines = list(group.lines.all())
            costs = [line.cost for line in lines]
            assert [line.cost for line in price(group, lines, calendar)] == costs
        assert set(Session.objects.filter(on__gte=TODAY).values_list("state", flat=True)) == {"planned"}
        assert not Session.objects.exclude(state="planned").filter(on__gte=TODAY).exists()
        assert not SessionEntry.objects.exclude(session__state="delivered").exists()
        assert not SessionEntry.objects.exclude(pupil=F("line__pupil")).exists()
        assert all(calendar.is_school_day(day) for day in Session.objects.values_list("on", flat=True).distinct())
        assert Line.objects.exclude(school=F("pupil__school")).count() == 0

    def test_sign_ins_are_those_of_the_small_demo(self, db):
        bulk()
        first = School.objects.order_by("pk")[0]
        for entry in SIGN_INS:
            user = User.objects.get(email=entry.email)
            assert user.check_password(DEMO_PASSWORD)
            membership = Membership.objects.get(user=user)
            in_federation = entry.role in (Role.FEDERATION_LEAD, Role.SYSTEM_ADMIN)
            assert (membership.role, membership.school) == (entry.role, None if in_federation else first)
        teacher = Membership.objects.get(user__email=SIGN_INS[1].email)
        assert [row.name for row in teacher.classes.all()] == ["Beech"]
        assert Pupil.objects.filter(forename="Kofi", surname="Mensah", school=first, sen_status="E").count() == 1

    def test_the_same_seed_gives_the_same_federation(self, db):
        def fingerprint():
            first = Pupil.objects.order_by("pk").values_list("upn", "surname", "born", "sen_status", "key_adult__name")
            sessions = Session.objects.order_by("pk").values_list("on", "starts_at", "state")
            return list(first), list(sessions)

        found = []
        for seed in (1, 1, 2):
            with transaction.atomic():
                bulk(schools=1, seed=seed)
                found.append(fingerprint())
                transaction.set_rollback(True)
        assert found[0] == found[1] != found[2]

    def test_it_holds_on_other_days(self, db):
        for day in (date(2026, 9, 3), date(2027, 2, 17), date(2027, 8, 10), date(2028, 2, 29)):
            with transaction.atomic():
                built = bulk(schools=1, today=day)
                connection.check_constraints()
                assert built.pupils == 56
                last = Session.objects.filter(on__lt=day + timedelta(days=60)).order_by("-on").first()
                assert last is not None
                transaction.set_rollback(True)

    def test_it_refuses_a_second_one_and_too_many_schools(self, db):
        with pytest.raises(Refused, match="900 schools"):
            bulk(schools=901)
        bulk(schools=1)
        with pytest.raises(Refused, match="there already"):
            bulk(schools=1)


@pytest.mark.integration
def test_the_command_takes_the_bulk_path_above_ten_schools_and_says_so(db):
    out = StringIO()
    call_command("create_demo_federation", schools=11, pupils=7, today="2026-11-23", stdout=out)
    told = out.getvalue()
    assert told.startswith("Writing rows in bulk (more than 10 schools)")
    assert "11 of 11 schools" in told
    assert "Made 11 schools with 77 pupils" in told


@pytest.mark.integration
@pytest.mark.parametrize(
    ("options", "message"),
    [({"today": "soon"}, "not a date"), ({"schools": 0}, "at least 1 school"), ({"pupils": 6}, "at least 1 school")],
)
def test_the_command_refuses_what_makes_no_sense(db, options, message):
    with pytest.raises(CommandError, match=message):
        call_command("create_demo_federation", **options)


@pytest.mark.integration
class TestWhatTheDemoShows:
    """What a visitor would stumble on."""

    @pytest.mark.parametrize("day", [TODAY, date(2027, 2, 17), date(2027, 8, 10)])
    def test_nobody_meets_or_sends_papers_on_a_day_without_school(self, db, day):
        bulk(schools=1, pupils=210, today=day)
        calendar = calendar_for(School.objects.get().pk)
        fields = ("meeting_on", "held_on", "invited_on", "advice_circulated_on", "report_sent_on")
        for found in Review.objects.filter(meeting_on__isnull=False).values_list(*fields):
            assert all(calendar.is_school_day(on) for on in found if on and calendar.covers(on))

    def test_no_two_groups_of_a_term_have_one_name(self, db):
        bulk(schools=1, pupils=210)
        named = Group.objects.values("name", "starts").annotate(n=Count("pk"))
        assert set(named.values_list("n", flat=True)) == {1}

    def test_some_interventions_show_an_effect_in_the_report(self, db):
        bulk(schools=1, pupils=420)
        school = School.objects.get()
        counts = gather(window_of(school, 2026, "autumn", today=TODAY))
        shown = [effectiveness(row, 5) for row in counts.provisions.values() if len(row.pupils) > 5]
        assert [found.test for found in shown if found.change] != []
