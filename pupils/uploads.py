"""What may be uploaded as a document: checked by content, never by the name or the type that the browser claims."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from typing import IO

import filetype

MOST_BYTES = 10 * 1024 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
EXTENSIONS = {"application/pdf": "pdf", DOCX: "docx", ODT: "odt", "image/png": "png", "image/jpeg": "jpg"}
"""The types that may be kept, and the extension each is stored and sent under."""
_HEAD = 8192
_MOST_ENTRIES = 5000


class UploadRefused(ValueError):
    """The sentence to show beside the field."""


@dataclass(frozen=True, slots=True)
class Checked:
    media_type: str
    size: int
    sha256: str

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.media_type]


def check_upload(file: IO[bytes], size: int, *, most_bytes: int = MOST_BYTES) -> Checked:
    """Read a file once through and say what it is; leaves it at its beginning.

    Raises UploadRefused for an empty file, one above `most_bytes`, and content that is not PDF, DOCX, ODT, PNG or JPEG.
    """
    if size > most_bytes:
        megabytes = most_bytes // (1024 * 1024)
        raise UploadRefused(f"Your file must be smaller than {megabytes} MB. Try a photo at lower quality")
    if size == 0:
        raise UploadRefused("The file is empty. Choose another one")
    file.seek(0)
    kind = _kind_of(file)
    if kind not in EXTENSIONS:
        raise UploadRefused("Choose a PDF, a Word or OpenDocument text, or a PNG or JPEG picture")
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256")
    file.seek(0)
    return Checked(media_type=kind, size=size, sha256=digest.hexdigest())


def _kind_of(file: IO[bytes]) -> str:
    head = file.read(_HEAD)
    if head.startswith(b"PK"):
        return _kind_of_archive(file)
    guess = filetype.guess(head)
    return guess.mime if guess is not None else ""


def _kind_of_archive(file: IO[bytes]) -> str:
    """DOCX and ODT are zip archives, told apart by parts that each must have. Only ODT's short label is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:_MOST_ENTRIES]
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                return "" if any(name.endswith("vbaProject.bin") for name in names) else DOCX
            if "mimetype" in names and "content.xml" in names:
                with archive.open("mimetype") as label:
                    return ODT if label.read(len(ODT) + 1).decode("ascii", "replace").strip() == ODT else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        return ""
    return ""
