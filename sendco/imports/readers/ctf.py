"""Common Transfer Files, versions 17 to 26 and, with a notice, any other.

Elements are found by name: their order, unknown elements and a namespace do not matter. A result is returned only for
a file that is well-formed to its end. Pupils are read one at a time and freed, so memory follows the size of one pupil.
Line numbers beyond 65,535 can be one too high: the XML library counts them approximately there.
"""

import io
import re
from collections.abc import Iterator
from datetime import date
from xml.parsers import expat

from lxml import etree

from .codebook import CodeBook
from .ctf_pupil import PupilReader, child, name_of, text_of
from .duplicates import settle_duplicates
from .source import Upload
from .types import (
    Format,
    Limits,
    Notice,
    Problem,
    PupilRecord,
    ReadResult,
    Source,
    UnreadableFile,
)
from .values import clean, parse_datetime

SCHOOL_YEAR_STARTS = 9
_CHUNK = 65_536


class _PrologueRead(Exception):
    """The root element was reached without a DOCTYPE."""


def read_ctf(upload: Upload, *, codebook: CodeBook, today: date, limits: Limits | None = None) -> ReadResult:
    """Read a Common Transfer File. Raises UnreadableFile when it is not one, is damaged or has a DOCTYPE."""
    limits = limits or Limits()
    check_prologue(upload.data)
    if upload.data.count(b"<") > limits.tags:
        raise UnreadableFile(
            "The file has far more elements than a school’s pupils need. Export it without attendance and assessments.",
            code="too_large",
        )
    records: list[PupilRecord] = []
    problems: list[Problem] = []
    source = upload.source()
    for element in _elements(upload.data):
        if name_of(element) == "Header":
            source = _read_header(element, upload)
            continue
        if len(records) >= limits.pupils:
            raise UnreadableFile(
                f"The file has more than {limits.pupils} pupils. Export one school at a time.",
                code="too_many_pupils",
                line=element.sourceline,
            )
        record, found = PupilReader(element, codebook, today).read()
        records.append(record)
        problems.extend(found)
    notices = list(_version_notices(source.version, today))
    if not records:
        notices.append(Notice("no_pupils", "There are no pupils in this file."))
    return settle_duplicates(ReadResult(Format.CTF, source, tuple(records), tuple(problems), tuple(notices)))


def check_prologue(data: bytes) -> None:
    """Read up to the root element and no further.

    Raises UnreadableFile at a DOCTYPE, before any entity is defined, and for a root other than that of a CTF.
    """
    parser = expat.ParserCreate()

    def doctype(*_args) -> None:
        raise UnreadableFile(
            "The file has a document type declaration (DOCTYPE), which a Common Transfer File never has and which can "
            "do harm. It was not read. Export the file again from your school system.",
            code="doctype",
            line=parser.CurrentLineNumber,
        )

    def root(name: str, _attributes) -> None:
        local_name = name.rpartition(":")[2]
        if local_name.lower() != "ctfile":
            raise UnreadableFile(
                f"This is an XML file but not a Common Transfer File: it begins with {local_name[:40]}. "
                "Choose the file that ends in .xml from the CTF export.",
                code="not_ctf",
                line=parser.CurrentLineNumber,
            )
        raise _PrologueRead

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        for start in range(0, len(data), _CHUNK):
            parser.Parse(data[start : start + _CHUNK], False)
        parser.Parse(b"", True)
    except _PrologueRead:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _damaged(getattr(error, "lineno", None)) from error


def _elements(data: bytes) -> Iterator[etree._Element]:
    """The header and each pupil in turn, freed once used."""
    events = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        tag=("{*}Header", "{*}Pupil"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _event, element in events:
            place = [name_of(above).lower() for above in element.iterancestors()]
            if place == (["ctfile"] if name_of(element) == "Header" else ["ctfpupildata", "ctfile"]):
                yield element
                _free(element)
    except etree.XMLSyntaxError as error:
        raise _damaged(error.lineno) from error


def _free(element: etree._Element) -> None:
    element.clear(keep_tail=False)
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def _damaged(line: int | None) -> UnreadableFile:
    where = f" at line {line}" if line else ""
    return UnreadableFile(
        f"The file is damaged{where}: it stops early, or its content or encoding is not what it says. "
        "Nothing was read. Export it again.",
        code="malformed",
        line=line,
    )


def _read_header(header: etree._Element, upload: Upload) -> Source:
    source, dest = child(header, "SourceSchool"), child(header, "DestSchool")
    return upload.source(
        encoding=header.getroottree().docinfo.encoding or "UTF-8",
        version=text_of(header, "CTFversion")[:10],
        system=clean(text_of(header, "SupplierID"))[:60],
        school_name=clean(text_of(source, "SchoolName"))[:120],
        la=text_of(source, "LEA")[:3],
        estab=text_of(source, "Estab")[:4],
        dest_la=text_of(dest, "LEA")[:3],
        dest_estab=text_of(dest, "Estab")[:4],
        academic_year=text_of(source, "AcademicYear")[:4],
        made_at=parse_datetime(text_of(header, "DateTime")),
        is_partial=text_of(header, "DocumentQualifier").lower() == "partial",
    )


def current_version(on: date) -> int:
    """The version in force: a new one each September, numbered after the year (24 from September 2024)."""
    return on.year - 2000 - (on.month < SCHOOL_YEAR_STARTS)


def _version_notices(version: str, today: date) -> Iterator[Notice]:
    match = re.match(r"^(\d{1,2})(?:\.\d+)?$", version)
    newest = current_version(today)
    if match is None:
        yield Notice("version_unknown", "The file does not say which CTF version it is. It was read; check the result.")
    elif int(match[1]) < newest - 1:
        yield Notice(
            "version_old",
            f"This is CTF version {match[1]}; {newest - 1} and {newest} are in use now. It was read; check the result.",
        )
    elif int(match[1]) > newest:
        yield Notice(
            "version_new",
            f"This is CTF version {match[1]}, newer than {newest}. It was read; parts we do not know were left out.",
        )
