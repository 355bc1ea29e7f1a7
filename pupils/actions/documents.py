"""Documents: kept under a random name, taken out of sight rather than deleted, brought back by undo."""

from __future__ import annotations

import secrets
from datetime import date

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from pupils.models import Document, Pupil
from pupils.permissions import allow
from pupils.uploads import UploadRefused, check_upload
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.exceptions import Refused

from ._trail import note_change


@transaction.atomic
def add_document(
    *, pupil: Pupil, title: str, on: date, upload: File, by: User | None, is_confidential: bool = False
) -> Document:
    """Keep a file about a pupil. The name on disk is random and its extension follows the content.

    Raises NotAllowed, or Refused for a file that may not be kept. Writes `document.added`, without the title.
    """
    allow(by, pupil.school_id, Permission.DOCUMENT_ADD)
    try:
        checked = check_upload(upload.file, upload.size, most_bytes=settings.DOCUMENT_MAX_BYTES)
    except UploadRefused as error:
        raise Refused(f"{error}.") from error
    document = Document(
        pupil=pupil,
        title=title,
        on=on,
        size=checked.size,
        media_type=checked.media_type,
        sha256=checked.sha256,
        is_confidential=is_confidential,
        added_by=by,
    )
    document.file.save(f"{secrets.token_hex(16)}.{checked.extension}", upload, save=False)
    document.save(force_insert=True)
    details = {"media_type": checked.media_type, "size": checked.size, "confidential": is_confidential}
    note_change("document.added", pupil=pupil, by=by, target=document, details=details)
    return document


@transaction.atomic
def remove_document(*, document: Document, by: User | None) -> Document:
    """Take a document out of sight; the file stays as long as the record. Raises NotAllowed or Refused.

    Writes `document.removed`.
    """
    allow(by, document.pupil.school_id, Permission.DOCUMENT_ADD)
    if document.removed_at is not None:
        raise Refused("This document has been removed already.")
    document.removed_at = clock.now()
    document.save(update_fields=["removed_at", "updated_at"])
    note_change("document.removed", pupil=document.pupil, by=by, target=document)
    return document


@transaction.atomic
def restore_document(*, document: Document, by: User | None) -> Document:
    """Undo a removal. Raises NotAllowed. Writes `document.restored`."""
    allow(by, document.pupil.school_id, Permission.DOCUMENT_ADD)
    if document.removed_at is not None:
        document.removed_at = None
        document.save(update_fields=["removed_at", "updated_at"])
        note_change("document.restored", pupil=document.pupil, by=by, target=document)
    return document
