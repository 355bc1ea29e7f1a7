"""One-page profile, strategies, adjustments, notes and scores."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pupils import actions
from pupils.forms.plans import EmptyForm
from pupils.forms.record import (
    DSL_LINE,
    AdjustmentEditForm,
    AdjustmentForm,
    LastDayForm,
    NoteEditForm,
    NoteForm,
    ProfileForm,
    ScoreForm,
    StrategyEditForm,
    StrategyForm,
)
from pupils.models import Adjustment, Note, Profile, Pupil, Score, Strategy
from pupils.querysets import within_reach
from pupils.score_rules import Earlier, score_doubts
from pupils.sight import Sight, may_change_note, may_read_note
from sendco.accounts.guards import find
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.exceptions import NotAllowed
from sendco.core.form_pages import data_of, form_page
from sendco.core.http import saved

from .pages import crumbs_to, find_child, find_pupil
from .plans import seen


def _section(pupil_id: int, name: str) -> str:
    return reverse(f"pages:pupil-{name}", args=[pupil_id])


# --- One-page profile -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def profile_edit(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.STRATEGY_EDIT)
    seen(request, pupil, "profile-edit")
    profile = Profile.objects.filter(pupil=pupil, is_current=True).first()
    form = ProfileForm(data_of(request), profile=profile, today=clock.today())

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.write_profile(pupil=pupil, on=data.pop("written_on"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"{pupil.first_name}’s one-page profile",
        button="Save profile",
        message="Profile saved",
        to=_section(pk, "profile"),
        crumbs=crumbs_to(request, pupil),
        lead=f"Sit with {pupil.first_name} and write down what they say. Everyone who works with them can read it, so put "
        "no diagnosis in it that the parents have not agreed to share.",
    )


# --- Strategies and adjustments ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def strategy_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.STRATEGY_EDIT)
    form = StrategyForm(data_of(request), pupil=pupil, on=clock.today())
    return form_page(
        request,
        form,
        lambda: actions.add_strategy(pupil=pupil, by=request.user, **form.cleaned_data),
        title=f"Add a strategy for {pupil.first_name}",
        button="Save strategy",
        message="Strategy saved",
        to=_section(pk, "profile"),
        crumbs=crumbs_to(request, pupil),
    )


@require_http_methods(["GET", "POST"])
def strategy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    strategy = find_child(request, Strategy, pk, Permission.STRATEGY_EDIT)
    seen(request, strategy.pupil, "strategy-edit")
    form = StrategyEditForm(data_of(request), instance=strategy)

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_strategy(strategy=strategy, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"Change a strategy of {strategy.pupil.first_name}",
        button="Save strategy",
        message="Strategy saved",
        to=_section(strategy.pupil_id, "profile"),
        crumbs=crumbs_to(request, strategy.pupil),
    )


@require_http_methods(["GET", "POST"])
def strategy_end(request: HttpRequest, pk: int) -> HttpResponse:
    strategy = find_child(request, Strategy, pk, Permission.STRATEGY_EDIT)
    seen(request, strategy.pupil, "strategy-end")
    form = LastDayForm(data_of(request), starts=strategy.starts, today=clock.today())
    return form_page(
        request,
        form,
        lambda: actions.end_strategy(strategy=strategy, on=form.cleaned_data["on"], by=request.user),
        title="End this strategy?",
        button="End strategy",
        message="Strategy ended",
        lead=strategy.text,
        to=_section(strategy.pupil_id, "profile"),
        crumbs=crumbs_to(request, strategy.pupil),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def adjustment_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.STRATEGY_EDIT)
    form = AdjustmentForm(data_of(request), pupil=pupil, on=clock.today())
    return form_page(
        request,
        form,
        lambda: actions.add_adjustment(pupil=pupil, by=request.user, **form.cleaned_data),
        title=f"Add a reasonable adjustment for {pupil.first_name}",
        button="Save adjustment",
        message="Adjustment saved",
        to=_section(pk, "needs"),
        crumbs=crumbs_to(request, pupil),
        lead="Schools must take reasonable steps so that a disabled child is not put at a substantial disadvantage "
        "(Equality Act 2010, section 20).",
    )


@require_http_methods(["GET", "POST"])
def adjustment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    adjustment = find_child(request, Adjustment, pk, Permission.STRATEGY_EDIT)
    seen(request, adjustment.pupil, "adjustment-edit")
    form = AdjustmentEditForm(data_of(request), instance=adjustment, on=clock.today())

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_adjustment(row=adjustment, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"Change an adjustment for {adjustment.pupil.first_name}",
        button="Save adjustment",
        message="Adjustment saved",
        to=_section(adjustment.pupil_id, "needs"),
        crumbs=crumbs_to(request, adjustment.pupil),
    )


# --- Notes ----------------------------------------------------------------------------------------------------


def _after_note(request: HttpRequest, pupil: Pupil) -> str:
    """The timeline, for who may see it; a teaching assistant goes back to the overview."""
    if Sight.of(request.user, pupil.school_id).record:
        return _section(pupil.pk, "timeline")
    return pupil.get_absolute_url()


@require_http_methods(["GET", "POST"])
def note_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.NOTE_ADD)
    form = NoteForm(data_of(request), today=clock.today(), kind=request.GET.get("kind", ""))
    return form_page(
        request,
        form,
        lambda: actions.add_note(pupil=pupil, by=request.user, **form.cleaned_data),
        title=f"Add a note about {pupil.first_name}",
        button="Save note",
        message="Note saved",
        to=_after_note(request, pupil),
        crumbs=crumbs_to(request, pupil),
        lead=DSL_LINE,
    )


@require_http_methods(["GET", "POST"])
def note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """404 for a note one may not read, 403 for one that only its writer may change."""
    note = find(request, within_reach(Note.objects.all(), request.user), pk=pk)
    sight = Sight.of(request.user, note.pupil.school_id)
    if not may_read_note(sight, is_confidential=note.is_confidential, is_writer=note.written_by_id == request.user.pk):
        raise Http404("There is no such thing within your reach.")
    if not may_change_note(request.user, note):
        raise NotAllowed("Only the person who wrote this note can change it. Write a new one instead.")
    seen(request, note.pupil, "note-edit")
    form = NoteEditForm(data_of(request), instance=note, today=clock.today())

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_note(note=note, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"Change a note about {note.pupil.first_name}",
        button="Save note",
        message="Note saved",
        to=_after_note(request, note.pupil),
        crumbs=crumbs_to(request, note.pupil),
        lead=DSL_LINE,
    )


# --- Scores -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def score_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Doubts are shown after saving, with a way to take the score back; only impossible values are refused."""
    pupil = find_pupil(request, pk, Permission.PLAN_EDIT)
    form = ScoreForm(data_of(request), today=clock.today())
    made: list[Score] = []

    def act() -> None:
        made.append(actions.add_score(pupil=pupil, by=request.user, **form.cleaned_data))

    response = form_page(
        request,
        form,
        act,
        title=f"Add a test score for {pupil.first_name}",
        button="Save score",
        message="Score saved",
        to=_section(pk, "needs"),
        crumbs=crumbs_to(request, pupil),
    )
    if made:
        for doubt in _doubts(pupil, made[0]):
            undo = reverse("pupils:score-remove", args=[made[0].pk])
            messages.warning(request, f"{doubt}.", extra_tags=f"undo:{undo}")
    return response


def _doubts(pupil: Pupil, score: Score) -> list[str]:
    """One query."""
    others = Score.objects.filter(pupil=pupil, instrument=score.instrument).exclude(pk=score.pk)
    return score_doubts(
        score.value,
        on=score.on,
        family=score.instrument.family,
        min_retest_days=score.instrument.min_retest_days,
        earlier=[Earlier(*row) for row in others.values_list("on", "value", "qualifier")],
        joined_on=pupil.joined_on,
        left_on=pupil.left_on,
    )


@require_POST
def score_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a score that was entered by mistake."""
    reach = Pupil.objects.visible_to(request.user)
    score = find(request, Score.objects.filter(pupil__in=reach).select_related("pupil"), pk=pk)
    if EmptyForm(request.POST).is_valid():
        actions.remove_score(score=score, by=request.user)
    return saved(request, "Score taken back", _section(score.pupil_id, "needs"))
