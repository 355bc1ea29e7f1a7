"""The bytes of an upload, read once and no further than the cap."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .types import Limits, Source, UnreadableFile

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Upload:
    """name: without folder, for messages and detection only."""

    name: str
    data: bytes

    def source(self, **known) -> Source:
        return Source(name=self.name, size=len(self.data), sha256=hashlib.sha256(self.data).hexdigest(), **known)


def load(file: str | Path | BinaryIO, *, name: str | None = None, limits: Limits) -> Upload:
    """The content of a path or an open binary file. Raises UnreadableFile when it is missing, empty or above the cap.

    Never reads more than one byte past the cap, whatever the file claims about its size.
    """
    if isinstance(file, str | Path):
        path = Path(file)
        try:
            with path.open("rb") as opened:
                return load(opened, name=name or path.name, limits=limits)
        except OSError as error:
            raise UnreadableFile(
                f"The file {path.name} cannot be opened: {error.strerror}. Check the name.", code="missing"
            ) from error
    chunks, left = [], limits.file_size + 1
    # In pieces, because one large read would set aside the whole cap for the smallest file.
    while left and (chunk := file.read(min(left, MEGABYTE // 4))):
        chunks.append(chunk)
        left -= len(chunk)
    data = b"".join(chunks)
    if not left:
        raise UnreadableFile(
            f"The file is larger than {limits.file_size // MEGABYTE} MB. "
            "Export only the pupils of your school, without attendance and assessment data.",
            code="too_large",
        )
    if not data.strip():
        raise UnreadableFile("The file is empty. Export it again.", code="empty")
    return Upload(name or Path(getattr(file, "name", None) or "file").name, data)
