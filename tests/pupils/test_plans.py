"""Plans and targets: actions, screens, who may not, conflicts."""

from datetime import date

import pytest
from django.urls import reverse

from pupils import actions
from pupils.enums import PlanState, ReviewDecision, TargetState
from pupils.forms.plans import PlanReviewForm, PlanStartForm, TargetForm
from pupils.models import Plan, Target
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from tests import factories

pytestmark = pytest.mark.integration
ON = date(2026, 11, 23)
STARTS, REVIEW = date(2026, 9, 21), date(2026, 11, 30)


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(school=school, sen_status="K")


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


def draft(pupil, by=None, **extra):
    return actions.start_plan(pupil=pupil, kind="sen_support", starts=STARTS, review_on=REVIEW, by=by, **extra)


def target(plan, text="Asks for help in 4 of 5 lessons", by=None, **extra):
    return actions.add_target(plan=plan, area="CI", text=text, due_on=plan.review_on, by=by, **extra)


@pytest.fixture
def plan(pupil):
    """A plan in force with two open targets."""
    made = draft(pupil)
    target(made), target(made, "Takes turns for 10 minutes")
    return actions.agree_plan(plan=made, on=STARTS, by=None)


def kinds():
    return list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True))


# --- Actions ----------------------------------------------------------------------------------------------


def test_a_cycle_counts_up_and_takes_open_targets_along(plan, pupil, sendco):
    first, second = plan.targets.all()
    actions.review_plan(
        plan=plan, on=ON, decision="continue", summary="Well", target_results={first.pk: TargetState.MET}, by=sendco
    )
    following = draft(pupil, by=sendco)
    assert (following.cycle, following.state) == (2, PlanState.DRAFT)
    copied = following.targets.get()
    assert (copied.text, copied.state, copied.latest_rating, copied.due_on) == (second.text, "open", None, REVIEW)
    assert kinds()[-2:] == ["plan.reviewed", "plan.started"]


def test_the_targets_to_carry_can_be_chosen(plan, pupil):
    first, second = plan.targets.all()
    results = {first.pk: "partly", second.pk: "met"}
    actions.review_plan(plan=plan, on=ON, decision="continue", summary="", target_results=results, by=None)
    assert [row.text for row in draft(pupil, carry=[first.pk]).targets.all()] == [first.text]


def test_there_is_one_draft_and_one_plan_in_force(plan, pupil):
    following = draft(pupil)
    with pytest.raises(Refused, match="draft of the next plan"):
        draft(pupil)
    with pytest.raises(Refused, match="Review the plan in force first"):
        actions.agree_plan(plan=following, on=ON, by=None)


def test_a_plan_without_targets_is_not_agreed(pupil):
    with pytest.raises(Refused, match="Add a target first"):
        actions.agree_plan(plan=draft(pupil), on=ON, by=None)


def test_a_review_must_come_after_the_start(pupil):
    with pytest.raises(Refused, match="after the day on which the plan starts"):
        actions.start_plan(pupil=pupil, kind="sen_support", starts=ON, review_on=ON, by=None)


def test_a_reviewed_plan_stays_as_it_was(plan):
    open_target = plan.targets.first()
    actions.review_plan(plan=plan, on=ON, decision="step_down", summary="", target_results={}, by=None)
    plan.refresh_from_db()
    assert (plan.state, plan.decision, plan.reviewed_on) == ("reviewed", ReviewDecision.STEP_DOWN, ON)
    for change in (
        lambda: actions.change_plan(plan=plan, version=plan.version, by=None, assessment="x"),
        lambda: actions.add_target(plan=plan, area="CI", text="x", due_on=ON, by=None),
        lambda: actions.change_target(target=Target.objects.get(pk=open_target.pk), version=1, by=None, text="x"),
        lambda: actions.review_plan(plan=plan, on=ON, decision="continue", summary="", target_results={}, by=None),
    ):
        with pytest.raises(Refused):
            change()


def test_results_of_another_plans_targets_are_refused(plan, school):
    other = target(draft(factories.PupilFactory(school=school)))
    with pytest.raises(Refused, match="1 of these targets"):
        actions.review_plan(
            plan=plan, on=ON, decision="continue", summary="", target_results={other.pk: "met"}, by=None
        )
    assert Plan.objects.get(pk=plan.pk).state == "active"


def test_a_stale_change_is_refused_and_writes_nothing(plan, sendco):
    stale = Plan.objects.get(pk=plan.pk)
    actions.change_plan(plan=plan, version=plan.version, by=sendco, assessment="Newer")
    with pytest.raises(Conflict):
        actions.change_plan(plan=stale, version=stale.version, by=sendco, assessment="Older")
    assert Plan.objects.get(pk=plan.pk).assessment == "Newer"


def test_an_unchanged_save_leaves_no_trace(plan, sendco):
    before = AuditEvent.objects.count()
    actions.change_plan(plan=plan, version=plan.version, by=sendco, review_on=plan.review_on)
    assert (AuditEvent.objects.count(), plan.version) == (before, 2)


def test_the_trail_names_text_fields_without_their_words(plan, sendco):
    first = plan.targets.first()
    actions.change_target(target=first, version=1, by=sendco, text="Private words", due_on=ON)
    details = AuditEvent.objects.get(kind="target.changed").details
    assert details == {"fields": {"due_on": ["2026-11-30", "2026-11-23"]}, "also": ["text"]}


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.HEAD, Role.ADMIN, Role.GOVERNOR, Role.SAFEGUARDING])
def test_who_may_not_write_plans(role, plan, school):
    by = factories.person(role, school)
    for change in (
        lambda: actions.add_target(plan=plan, area="CI", text="x", due_on=ON, by=by),
        lambda: actions.change_plan(plan=plan, version=1, by=by, assessment="x"),
        lambda: actions.review_plan(plan=plan, on=ON, decision="continue", summary="", target_results={}, by=by),
    ):
        with pytest.raises(NotAllowed):
            change()


# --- Forms ------------------------------------------------------------------------------------------------


def test_the_first_plan_form_has_good_values_and_no_targets_to_carry(pupil):
    form = PlanStartForm(pupil=pupil, targets=[], on=ON)
    assert "carry" not in form.fields
    assert form["kind"].initial == "sen_support"
    assert (form["starts"].initial, form["review_on"].initial) == (ON, date(2027, 2, 1))


def test_an_outcome_number_is_asked_only_in_an_ehc_plan(plan):
    assert "ehc_outcome" not in TargetForm(plan=plan).fields
    plan.kind = "ehcp"
    assert "ehc_outcome" in TargetForm(plan=plan).fields


def test_a_review_asks_for_each_target(plan):
    targets = list(plan.targets.all())
    form = PlanReviewForm({"version": "1"}, instance=plan, targets=targets, today=ON)
    assert list(form.errors) == [
        "on",
        f"result-{targets[0].pk}",
        f"result-{targets[1].pk}",
        "review_summary",
        "decision",
    ]
    assert list(form.helper.layout) == [
        "on",
        f"result-{targets[0].pk}",
        f"result-{targets[1].pk}",
        "review_summary",
        "decision",
        "parents_met_on",
        "version",
    ]


# --- Screens ----------------------------------------------------------------------------------------------


def plan_page(pupil):
    return reverse("pages:pupil-plan", args=[pupil.pk])


def test_a_plan_is_drafted_agreed_and_reviewed_on_screen(sign_in, school, pupil, on_day):
    client = sign_in(Role.SENDCO, school)
    client.post(
        reverse("pupils:plan-add", args=[pupil.pk]),
        {"kind": "sen_support", "starts": "2026-11-23", "review_on": "2027-02-01", "assessment": "Reads well"},
    )
    plan = Plan.objects.get()
    added = client.post(
        reverse("pupils:target-add", args=[plan.pk]),
        {"text": "Improve reading", "area": "CL", "due_on": "2027-02-01"},
        follow=True,
    )
    assert "hard to measure" in added.content.decode()
    client.post(reverse("pupils:plan-agree", args=[plan.pk]), {"on": "2026-11-23", "parents_met_on": "2026-11-20"})
    plan.refresh_from_db()
    assert (plan.state, plan.agreed_on, plan.parents_met_on) == ("active", ON, date(2026, 11, 20))
    sent = {
        "version": plan.version,
        "on": "2026-11-23",
        "review_summary": "Done",
        "decision": "continue",
        f"result-{plan.targets.get().pk}": "partly",
    }
    response = client.post(reverse("pupils:plan-review", args=[plan.pk]), sent)
    assert response["Location"] == reverse("pupils:plan-add", args=[pupil.pk])
    assert Target.objects.get().state == "partly"


@pytest.mark.parametrize(
    ("role", "decision", "name"),
    [
        (Role.SENDCO, "step_down", "pupils:support-change"),
        (Role.SENDCO, "off_register", "pupils:support-change"),
        (Role.TEACHER, "step_down", "pages:pupil-plan"),
        (Role.SENDCO, "specialist", "pages:pupil-plan"),
        (Role.SENDCO, "change_strategy", "pupils:plan-add"),
    ],
)
def test_a_decision_leads_on(role, decision, name, sign_in, school, pupil, plan, on_day):
    client = sign_in(role, school)
    pupil.key_adult = client.user
    pupil.save()
    sent = {"version": plan.version, "on": "2026-11-23", "review_summary": "Done", "decision": decision}
    sent |= {f"result-{row.pk}": "met" for row in plan.targets.all()}
    response = client.post(reverse("pupils:plan-review", args=[plan.pk]), sent)
    assert response["Location"] == reverse(name, args=[pupil.pk])


def test_a_newer_target_is_shown_beside_what_was_typed(sign_in, school, pupil, plan):
    client = sign_in(Role.SENDCO, school)
    first = plan.targets.first()
    actions.change_target(target=first, version=1, by=client.user, text="Their words, 3 of 5")
    sent = {"text": "My words, 4 of 5", "area": "CI", "due_on": "2026-11-30", "state": "open", "version": "1"}
    url = reverse("pupils:target-edit", args=[first.pk])
    response = client.post(url, sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Their words, 3 of 5" in page
    assert "My words, 4 of 5" in page
    assert 'name="version" value="2"' in page
    assert client.post(url, {**sent, "version": "2"}).status_code == 302
    assert Target.objects.get(pk=first.pk).text == "My words, 4 of 5"


@pytest.mark.parametrize(
    ("role", "code"),
    [(Role.SUPPORT, 403), (Role.HEAD, 403), (Role.ADMIN, 403), (Role.GOVERNOR, 404), (Role.SYSTEM_ADMIN, 404)],
)
def test_screens_refuse(role, code, sign_in, school, pupil, plan):
    client = sign_in(role, school)
    if role == Role.SUPPORT:
        pupil.key_adult = client.user
        pupil.save()
    first = plan.targets.first()
    for name, pk in (
        ("plan-add", pupil.pk),
        ("plan-edit", plan.pk),
        ("plan-agree", plan.pk),
        ("plan-review", plan.pk),
        ("target-add", plan.pk),
        ("target-edit", first.pk),
    ):
        assert client.get(reverse(f"pupils:{name}", args=[pk])).status_code == code, name


def test_another_schools_plans_do_not_exist(sign_in, two_schools):
    here, there = two_schools
    plan = draft(factories.PupilFactory(school=there))
    first = target(plan)
    client = sign_in(Role.SENDCO, here)
    for name, pk in (
        ("plan-add", plan.pupil_id),
        ("plan-edit", plan.pk),
        ("target-add", plan.pk),
        ("target-edit", first.pk),
    ):
        assert client.post(reverse(f"pupils:{name}", args=[pk]), {}).status_code == 404, name
