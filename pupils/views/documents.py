"""Documents: add, open, remove, bring back."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pupils import actions
from pupils.forms.plans import EmptyForm
from pupils.forms.record import DocumentForm
from pupils.models import Document
from pupils.sight import Sight, may_open_document
from pupils.uploads import EXTENSIONS
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.form_pages import data_of, form_page
from sendco.core.http import saved

from .pages import crumbs_to, find_child, find_pupil


def _documents_url(pupil_id: int) -> str:
    return reverse("pages:pupil-documents", args=[pupil_id])


def _find_document(request: HttpRequest, pk: int, permission: Permission) -> Document:
    """404 for one that is not there, was removed long ago or is confidential and not for this person."""
    document = find_child(request, Document, pk, permission)
    sight = Sight.of(request.user, document.pupil.school_id)
    if not may_open_document(
        sight, is_confidential=document.is_confidential, is_adder=document.added_by_id == request.user.pk
    ):
        raise Http404("There is no such thing within your reach.")
    return document


@require_http_methods(["GET", "POST"])
def document_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.DOCUMENT_ADD)
    form = DocumentForm(data_of(request), request.FILES or None, today=clock.today())
    return form_page(
        request,
        form,
        lambda: actions.add_document(pupil=pupil, by=request.user, **form.cleaned_data),
        title="Add a document",
        button="Save document",
        message="Document saved",
        to=_documents_url(pk),
        crumbs=crumbs_to(request, pupil),
    )


@require_GET
def document(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself, always as a download and never as a page of this site."""
    found = _find_document(request, pk, Permission.DOCUMENT_VIEW)
    if found.removed_at is not None:
        raise Http404("This document has been removed.")
    audit.record(
        "document.read", by=request.user, target=found, school_id=found.pupil.school_id, label=found.pupil.initials
    )
    name = f"{slugify(found.title) or 'document'}.{EXTENSIONS[found.media_type]}"
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def document_remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find_document(request, pk, Permission.DOCUMENT_ADD)
    if EmptyForm(request.POST).is_valid():
        actions.remove_document(document=found, by=request.user)
    undo = reverse("pupils:document-undo", args=[pk])
    return saved(request, "Document removed", _documents_url(found.pupil_id), undo_url=undo)


@require_POST
def document_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a removed document back."""
    found = _find_document(request, pk, Permission.DOCUMENT_ADD)
    if EmptyForm(request.POST).is_valid():
        actions.restore_document(document=found, by=request.user)
    return saved(request, "Document is back", _documents_url(found.pupil_id))
