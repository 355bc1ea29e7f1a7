"""One door to all readers: find out what a file is and read it."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO

from .codebook import CodeBook
from .csv_file import read_csv
from .ctf import read_ctf
from .oneroster import read_oneroster
from .source import Upload, load
from .types import Format, Limits, ReadResult, UnreadableFile

AUTO = "auto"
_NOT_OURS = (
    (b"%PDF", "This is a PDF. Export the data as CSV or as a Common Transfer File."),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old or password-protected Office file. Save it as .xlsx without a password, or as CSV (UTF-8).",
    ),
    (b"\x1f\x8b", "This is a compressed file (gzip). Unpack it and choose the file inside."),
    (b"Rar!", "This is a compressed file (rar). Unpack it and choose the file inside."),
    (b"7z\xbc\xaf", "This is a compressed file (7z). Unpack it and choose the file inside."),
    (b"\x89PNG", "This is a picture. Export the data as CSV or as a Common Transfer File."),
    (b"\xff\xd8\xff", "This is a picture. Export the data as CSV or as a Common Transfer File."),
)


def read_file(
    file: str | Path | BinaryIO,
    *,
    format: Format | str = AUTO,
    mapping: Mapping[str, str] | None = None,
    codebook: CodeBook,
    today: date,
    name: str | None = None,
    limits: Limits | None = None,
) -> ReadResult:
    """Read a file of pupils without writing anything.

    file: a path, a folder of OneRoster files, or an open binary file (then `name` is its name). format: one of
    `Format`, or "auto". mapping: heading -> field name, for CSV and Excel.
    Raises UnreadableFile with a sentence to show.
    """
    limits = limits or Limits()
    if isinstance(file, str | Path) and Path(file).is_dir():
        if format not in (AUTO, Format.ONEROSTER):
            raise UnreadableFile("This is a folder. Only a OneRoster export can be a folder.", code="folder")
        return read_oneroster(Path(file), codebook=codebook, today=today, limits=limits)
    upload = load(file, name=name, limits=limits)
    chosen = detect(upload) if format == AUTO else Format(format)
    if chosen is Format.CTF:
        return read_ctf(upload, codebook=codebook, today=today, limits=limits)
    if chosen is Format.ONEROSTER:
        whole: Upload | Path = upload
        if isinstance(file, str | Path) and Path(file).name.lower() == "users.csv":
            whole = Path(file).parent
        return read_oneroster(whole, codebook=codebook, today=today, limits=limits)
    return read_csv(upload, codebook=codebook, today=today, mapping=mapping, limits=limits)


def detect(upload: Upload) -> Format:
    """The format by content, never by the name. Raises UnreadableFile for kinds of file that hold no table."""
    data = upload.data
    for start, message in _NOT_OURS:
        if data.startswith(start):
            raise UnreadableFile(message, code="wrong_kind")
    if zipfile.is_zipfile(io.BytesIO(data)):
        return _detect_zip(data)
    start = data[:400].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe").lstrip()
    if start.startswith(b"<"):
        return Format.CTF
    heading = start.split(b"\n", 1)[0]
    return Format.ONEROSTER if b"sourcedId" in heading and b"givenName" in data[:2000] else Format.CSV


def _detect_zip(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile("The zip file is damaged. Make the export again.", code="malformed") from error
    if "xl/workbook.xml" in names:
        return Format.CSV
    if any(name.lower().endswith("users.csv") for name in names):
        return Format.ONEROSTER
    raise UnreadableFile(
        "This zip file is neither an Excel workbook nor a OneRoster export. Unpack it and choose the file inside.",
        code="wrong_kind",
    )
