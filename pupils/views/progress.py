"""A rating in two presses, and taking it back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pupils import actions
from pupils.forms.plans import EmptyForm, ProgressForm, RatingForm
from pupils.models import ProgressRecord, Pupil, Target
from pupils.targets import rows_of
from sendco.accounts.guards import find, may
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.form_pages import form_page
from sendco.core.http import next_url, saved
from sendco.core.ui import rating_word

from .pages import crumbs_to
from .plans import find_target, plan_url, seen

ROW = "pupils/plans/_target.html"


@require_http_methods(["GET", "POST"])
def target_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: a form with day and note. POST of a rating alone: today's, from the row on a page, which comes back by htmx."""
    target = find_target(request, pk, Permission.PROGRESS_RECORD)
    pupil, on = target.plan.pupil, clock.today()
    seen(request, pupil, "progress")
    if request.method == "POST" and "on" not in request.POST:
        quick = RatingForm(request.POST)
        if quick.is_valid():
            record = actions.record_progress(target=target, on=on, rating=quick.cleaned_data["rating"], by=request.user)
            return _recorded(request, target, record, with_edit=quick.cleaned_data["edit"])
        if request.htmx:
            return _row(
                request, target, status=422, error="Choose a rating, then save", with_edit=bool(quick["edit"].value())
            )
    data = request.POST if request.method == "POST" else None
    form = ProgressForm(data, today=on, starts=target.plan.starts)
    return form_page(
        request,
        form,
        lambda: actions.record_progress(target=target, by=request.user, **form.cleaned_data),
        title="Record progress",
        button="Save rating",
        message="Rating saved",
        to=plan_url(pupil.pk),
        crumbs=crumbs_to(request, pupil),
        lead=target.text,
    )


def _undo_url(record: ProgressRecord, back: str) -> str:
    return f"{reverse('pupils:progress-undo', args=[record.pk])}?{urlencode({'next': back})}"


def _recorded(request: HttpRequest, target: Target, record: ProgressRecord, *, with_edit: bool) -> HttpResponse:
    back = next_url(request, plan_url(target.plan.pupil_id))
    message = f"Saved: {rating_word(record.rating)}"
    if request.htmx:
        return _row(request, target, toast=message, undo=_undo_url(record, back), with_edit=with_edit)
    return saved(request, message, back, undo_url=_undo_url(record, back))


def _row(request: HttpRequest, target: Target, *, with_edit: bool, status: int = 200, **more: str) -> HttpResponse:
    """The row again, as the page shows it. Wording hints do not come back: a rating changes no words."""
    row = rows_of(target.plan, on=clock.today(), target_id=target.pk)[0]
    context = {
        "row": row,
        "back": next_url(request, plan_url(target.plan.pupil_id)),
        "may_record": True,
        "may_edit": with_edit and may(request.user, Permission.PLAN_EDIT, target.plan.pupil),
        **more,
    }
    return render(request, ROW, context, status=status)


@require_POST
def progress_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rating back, and go where it was made."""
    reach = Pupil.objects.visible_to(request.user)
    records = ProgressRecord.objects.filter(target__plan__pupil__in=reach).select_related("target__plan__pupil")
    record = find(request, records, pk=pk)
    if EmptyForm(request.POST).is_valid():
        actions.undo_progress(record=record, by=request.user)
    back = next_url(request, plan_url(record.target.plan.pupil_id))
    return saved(request, "Rating taken back", back)
