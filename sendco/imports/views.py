"""Screens of imports: list, upload, columns, preview, and the buttons of the preview."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sendco.accounts.guards import find, need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import Refused
from sendco.core.http import saved
from sendco.core.ui import plural_words
from sendco.schools.models import School

from . import actions, present, progress
from .forms import ButtonForm, ColumnsForm, RowsForm, ShownForm, UploadForm
from .models import BatchState, ColumnMapping, ImportBatch, RowAction
from .readers import UnreadableFile

PER_PAGE = 50
BATCHES_PER_PAGE = 25


class CountedPaginator(Paginator):
    """A paginator that was told the count, so that it asks no query for it."""

    def __init__(self, rows: Any, per_page: int, *, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


def find_batch(request: HttpRequest, pk: int, *states: str) -> ImportBatch:
    """An import of a school in which the person may import, else 404. One query. Refused in another state."""
    batches = ImportBatch.objects.visible_to(request.user).select_related("school", "uploaded_by", "applied_by")
    batch = find(request, batches, Permission.IMPORT_RUN, pk=pk)
    if states and batch.state not in states:
        raise Refused(f"This import is past that step. It is: {batch.get_state_display().lower()}.")
    return batch


@require_GET
def imports_list(request: HttpRequest) -> HttpResponse:
    """Imports of the school in view, newest first. Two queries for any number of rows."""
    school = need(request, Permission.IMPORT_RUN)
    batches = ImportBatch.objects.visible_to(request.user).filter(school_id=school.id).for_list()
    page = Paginator(batches, BATCHES_PER_PAGE).get_page(request.GET.get("page"))
    for batch in page:
        batch.status = present.state_status(batch.state)
    return render(request, "imports/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file; a refused one stays on this page with what to do."""
    place = need(request, Permission.IMPORT_RUN)
    too_large = False
    form = UploadForm()
    if request.method == "POST":
        files = request.FILES
        too_large = getattr(request, "upload_too_large", False)
        form = UploadForm(request.POST, files, too_large=too_large)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = actions.receive(
                    school=School.objects.get(pk=place.id), data=file.read(), name=file.name, by=request.user,
                    on=clock.today(), format=form.cleaned_data["format"],
                )  # fmt: skip
            except UnreadableFile as error:
                form.add_error("file", f"Line {error.line}: {error.message}" if error.line else error.message)
            else:
                return redirect("imports:mapping" if batch.state == BatchState.MAPPING else "imports:preview", batch.pk)
    status = 413 if too_large else 422 if form.is_bound else 200
    return render(request, "imports/upload.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column holds what: asked once for a set of headings."""
    batch = find_batch(request, pk, BatchState.MAPPING, BatchState.STAGED)
    if not batch.columns:
        raise Refused("This file has no columns to match.")
    saved_mapping = ColumnMapping.objects.filter(batches=batch).first()
    known = saved_mapping.columns if saved_mapping else batch.columns["suggestion"]
    form = ColumnsForm(request.POST if request.method == "POST" else None, columns=batch.columns, known=known)
    if form.is_bound and form.is_valid():
        try:
            actions.match_columns(
                batch=batch, columns=form.columns, name=batch.file_name, by=request.user, on=clock.today()
            )
        except UnreadableFile as error:
            form.add_error(None, error.message)
        else:
            return saved(request, "Columns saved for the next file like this one", batch)
    context = {"form": form, "batch": batch, "guessed": len(batch.columns["suggestion"])}
    return render(request, "imports/mapping.html", context, status=422 if form.is_bound else 200)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the import would do, or did: one tab at a time, 50 rows a page. Seven queries for any number of rows."""
    batch = find_batch(request, pk)
    if batch.is_busy:
        template = "imports/_progress.html" if request.htmx else "imports/progress.html"
        return render(request, template, {"batch": batch, "progress": progress.of(batch.pk)})
    if request.htmx and "wait" in request.GET:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = batch.get_absolute_url()
        return response
    if batch.state == BatchState.MAPPING:
        return redirect("imports:mapping", batch.pk)
    audit.record("import.viewed", by=request.user, target=batch, label=f"Import {batch.pk}")
    return render(request, "imports/preview.html", preview_context(request, batch))


def preview_context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    counted = present.counts(batch)
    is_open = batch.state == BatchState.STAGED
    absent: QuerySet | None = None
    if is_open:
        absent = present.absent_pupils(batch, on=clock.today())
        counted[present.ABSENT] = absent.count()
    show = present.tab_to_open(counted, request.GET.get("show", ""))
    context: dict[str, Any] = {
        "batch": batch,
        "show": show,
        "lead": present.LEADS[show] if is_open else present.LEADS_PAST.get(show, ""),
        "tabs": present.tabs(counted, show),
        "chosen": counted["chosen"],
        "is_open": is_open,
        "status": present.state_status(batch.state),
        "figures": figures(batch, counted),
        "warnings": [n for n in batch.notices if n["code"] in present.WARNING_NOTICES],
        "notices": [n for n in batch.notices if n["code"] not in present.WARNING_NOTICES],
    }
    if show == present.ABSENT and absent is not None:
        page = CountedPaginator(absent, PER_PAGE, count=counted[show]).get_page(request.GET.get("page"))
        return {**context, "page": page, "absent": list(page)}
    rows = batch.rows.filter(action=show)
    page = CountedPaginator(rows, PER_PAGE, count=counted.get(show, 0)).get_page(request.GET.get("page"))
    on_page = list(page)
    form = None
    if is_open:
        candidates = present.candidates_of(on_page, batch.school_id)
        form = RowsForm(rows=on_page, candidates=candidates, initial=present.initial_of(on_page))
    shown = present.shown_rows(on_page, form)
    return {**context, "page": page, "rows": shown, "ids": ",".join(str(row.pk) for row in on_page)}


def figures(batch: ImportBatch, counted: dict[str, int]) -> list[dict[str, Any]]:
    """The four numbers at the top."""
    done = batch.state == BatchState.APPLIED
    if batch.rows_removed_at is not None:
        words = [(batch.created_count, "added"), (batch.updated_count, "changed")]
        words += [(batch.unchanged_count, "unchanged"), (batch.refused_count, "to put right")]
        return [{"value": value, "label": label} for value, label in words]
    refused = counted.get(RowAction.REFUSED, 0)
    return [
        {"value": batch.created_count, "label": "added" if done else "new", "url": "?show=new"},
        {"value": batch.updated_count, "label": "changed" if done else "will change", "url": "?show=changed"},
        {"value": counted.get(RowAction.UNCHANGED, 0), "label": "unchanged", "url": "?show=unchanged"},
        {
            "value": refused, "label": "to put right", "url": "?show=refused",
            **({"meta": "Not imported", "status": "warn"} if refused else {}),
        },
    ]  # fmt: skip


def _save_choices(request: HttpRequest, batch: ImportBatch) -> str:
    """Save what was chosen on the page the form came from; returns the address of that page."""
    where = ShownForm(request.POST)
    if not where.is_valid():
        raise Refused("We could not read your choice of rows. Open the import again.")
    rows = list(batch.rows.filter(pk__in=where.cleaned_data["shown"])) if where.cleaned_data["shown"] else []
    if rows:
        form = RowsForm(request.POST, rows=rows, candidates=present.candidates_of(rows, batch.school_id))
        if not form.is_valid():
            raise Refused("Choose one of the pupils offered, or a new pupil.")
        actions.choose_rows(batch=batch, shown=form.shown, chosen=form.chosen, matches=form.matches, by=request.user)
    show, page = where.cleaned_data["show"], where.cleaned_data["page"] or 1
    # Matched rows have gone to another tab: the preview opens the one that needs a person next.
    if show == RowAction.CHOOSE or not show:
        return batch.get_absolute_url()
    return f"{batch.get_absolute_url()}?show={show}&page={page}"


@require_POST
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the choice of rows made on one page."""
    batch = find_batch(request, pk, BatchState.STAGED)
    return saved(request, "Choice saved", _save_choices(request, batch))


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Import. The choices made on the page the button stands on count."""
    batch = find_batch(request, pk)
    try:
        if batch.state == BatchState.STAGED:
            _save_choices(request, batch)
        batch = actions.start(batch=batch, by=request.user, now=clock.now())
    except Refused as error:
        return _refused(request, pk, error)
    if batch.state == BatchState.APPLYING:
        return redirect(batch)
    words = f"Imported: {plural_words(batch.created_count, 'pupil')} added, {batch.updated_count} changed"
    return saved(request, words, batch, undo_url=reverse("imports:undo", args=[batch.pk]))


def _refused(request: HttpRequest, pk: int, error: Refused) -> HttpResponse:
    """The preview as it is now, with the reason above it."""
    context = preview_context(request, find_batch(request, pk))
    return render(request, "imports/preview.html", {**context, "refusal": error.message}, status=error.status)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_batch(request, pk)
    ButtonForm(request.POST).full_clean()
    actions.discard(batch=batch, by=request.user)
    return saved(request, "Discarded. Nothing was imported, and the file is deleted", reverse("imports:list"))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    batch = find_batch(request, pk)
    ButtonForm(request.POST).full_clean()
    try:
        batch = actions.start_undo(batch=batch, by=request.user, now=clock.now())
    except Refused as error:
        return _refused(request, pk, error)
    if batch.state == BatchState.UNDOING:
        return redirect(batch)
    return saved(request, "Import undone. Everything is as it was before", batch)
