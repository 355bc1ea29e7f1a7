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
from .duplicates import settle_duplicates
from .sen import check_needs, check_periods, read_provision, read_rank
from .source import Upload
from .types import (
    ContactRecord,
    Format,
    FsmPeriod,
    Limits,
    NeedRecord,
    Notice,
    Problem,
    PupilRecord,
    ReadResult,
    SenPeriod,
    Source,
    UnreadableFile,
)
from .values import Checker, clean, parse_datetime

SCHOOL_YEAR_STARTS = 9
_CHUNK = 65_536


class _PrologueRead(Exception):
    """The root element was reached: there is no DOCTYPE."""


def read_ctf(upload: Upload, *, codebook: CodeBook, today: date, limits: Limits | None = None) -> ReadResult:
    """Read a Common Transfer File. Raises UnreadableFile when it is not one, is damaged or has a DOCTYPE."""
    limits = limits or Limits()
    refuse_doctype(upload.data)
    records: list[PupilRecord] = []
    problems: list[Problem] = []
    source = upload.source()
    for element in _elements(upload.data):
        if _name(element) == "Header":
            source = _read_header(element, upload)
            continue
        if len(records) >= limits.pupils:
            raise UnreadableFile(
                f"The file has more than {limits.pupils} pupils. Export one school at a time.",
                code="too_many_pupils",
                line=element.sourceline,
            )
        record, found = _PupilReader(element, codebook, today).read()
        records.append(record)
        problems.extend(found[: max(0, limits.problems - len(problems))])
    notices = list(_version_notices(source.version, today))
    if not records:
        notices.append(Notice("no_pupils", "There are no pupils in this file."))
    return settle_duplicates(ReadResult(Format.CTF, source, tuple(records), tuple(problems), tuple(notices)))


def refuse_doctype(data: bytes) -> None:
    """Read up to the root element and no further; raise UnreadableFile at a DOCTYPE, before any entity is defined."""
    parser = expat.ParserCreate()

    def doctype(*_args) -> None:
        raise UnreadableFile(
            "The file has a document type declaration (DOCTYPE), which a Common Transfer File never has and which can "
            "do harm. It was not read. Export the file again from your school system.",
            code="doctype",
            line=parser.CurrentLineNumber,
        )

    def root(*_args) -> None:
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
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = 0
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "start":
                if depth == 1 and _name(element).lower() != "ctfile":
                    raise UnreadableFile(
                        f"This is an XML file but not a Common Transfer File: it begins with {_name(element)[:40]}. "
                        "Choose the file that ends in .xml from the CTF export.",
                        code="not_ctf",
                        line=element.sourceline,
                    )
                continue
            is_header = depth == 1 and _name(element) == "Header"
            is_pupil = _name(element) == "Pupil" and element.getparent() is not None
            if is_header or (is_pupil and _name(element.getparent()) == "CTFpupilData"):
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


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _children(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else [child for child in element if _name(child) == name]


def _child(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        element = next(iter(_children(element, name)), None)
    return element


def _text(element: etree._Element | None, *path: str) -> str:
    found = _child(element, *path) if path else element
    return "" if found is None else (found.text or "").strip()


def _read_header(header: etree._Element, upload: Upload) -> Source:
    source, dest = _child(header, "SourceSchool"), _child(header, "DestSchool")
    return upload.source(
        encoding=header.getroottree().docinfo.encoding or "UTF-8",
        version=_text(header, "CTFversion")[:10],
        system=clean(_text(header, "SupplierID"))[:60],
        school_name=clean(_text(source, "SchoolName"))[:120],
        la=_text(source, "LEA")[:3],
        estab=_text(source, "Estab")[:4],
        dest_la=_text(dest, "LEA")[:3],
        dest_estab=_text(dest, "Estab")[:4],
        academic_year=_text(source, "AcademicYear")[:4],
        made_at=parse_datetime(_text(header, "DateTime")),
        is_partial=_text(header, "DocumentQualifier").lower() == "partial",
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


class _PupilReader:
    """Reads one `Pupil` element."""

    def __init__(self, element: etree._Element, codebook: CodeBook, today: date) -> None:
        self.element = element
        self.line: int = element.sourceline or 0
        self.basic = _child(element, "BasicDetails")
        self.check = Checker(codebook, today, self.line)

    def read(self) -> tuple[PupilRecord, list[Problem]]:
        check, element, basic = self.check, self.element, self.basic
        self._require_names()
        upn = check.upn(_text(element, "UPN"), self._line(element, "UPN"))
        if not _text(element, "UPN"):
            check.warn(
                self.line,
                "upn",
                "upn_missing",
                "There is no UPN, so we look for this pupil by name and date of birth. Check the match.",
            )
        language, eal = self._language()
        fsm_periods, fsm = self._free_meals()
        sen_periods, needs = self._sen()
        record = PupilRecord(
            line=self.line,
            upn=upn,
            former_upn=check.upn(_text(basic, "FormerUPN"), self._line(basic, "FormerUPN"), "former_upn"),
            uln=check.uln(_text(element, "UniqueLearnerNumber"), self._line(element, "UniqueLearnerNumber")),
            legal_surname=self._name(element, "Surname", "legal_surname"),
            legal_forename=self._name(element, "Forename", "legal_forename"),
            middle_names=self._name(basic, "MiddleNames", "middle_names"),
            preferred_surname=self._name(basic, "PreferredSurname", "preferred_surname"),
            preferred_forename=self._name(basic, "PreferredForename", "preferred_forename"),
            dob=check.birth_date(_text(element, "DOB"), self._line(element, "DOB")),
            sex=self._sex(),
            year_group=check.year_group(_text(basic, "NCyearActual"), self._line(basic, "NCyearActual")),
            ethnicity=self._coded(basic, "Ethnicity", "ethnicity", "an ethnicity"),
            first_language=language,
            eal=eal,
            fsm=fsm,
            fsm_periods=fsm_periods,
            looked_after=self._flag(_child(element, "LookedAfter"), "InCare", "looked_after"),
            care_authority=_text(element, "LookedAfter", "CareAuthority")[:3] or None,
            service_child=self._coded(basic, "ServiceChild", "service_child", "a service child code", refuses=False),
            medical_flag=self._flag(basic, "MedicalFlag", "medical_flag"),
            enrolment_status=self._coded(
                basic, "EnrolStatus", "enrolment_status", "an enrolment status", refuses=False
            ),
            sen_periods=sen_periods,
            needs=needs,
            contacts=self._contacts(),
        )
        return record, sorted(check.problems, key=lambda problem: problem.line or 0)

    def _line(self, parent: etree._Element | None, name: str) -> int:
        found = _child(parent, name)
        return self.line if found is None else found.sourceline or self.line

    def _name(self, parent: etree._Element | None, name: str, field: str) -> str | None:
        return self.check.text(_text(parent, name), field, self._line(parent, name))

    def _flag(self, parent: etree._Element | None, name: str, field: str) -> bool | None:
        return self.check.boolean(_text(parent, name), field, self._line(parent, name))

    def _coded(
        self, parent: etree._Element | None, name: str, code_set: str, what: str, refuses: bool = True
    ) -> str | None:
        return self.check.coded(
            _text(parent, name), code_set, code_set, self._line(parent, name), what=what, refuses=refuses
        )

    def _require_names(self) -> None:
        for name, field, what in (
            ("Surname", "legal_surname", "surname"),
            ("Forename", "legal_forename", "forename"),
            ("DOB", "dob", "date of birth"),
        ):
            if not _text(self.element, name):
                self.check.error(self.line, field, "missing", f"The {what} is missing. Add it and export again.")

    def _sex(self) -> str | None:
        """`Gender` in versions up to 24, `Sex` since."""
        name = "Sex" if _child(self.element, "Sex") is not None else "Gender"
        return self._coded(self.element, name, "sex", "a sex")

    def _language(self) -> tuple[str | None, bool | None]:
        """First language (type F) and whether English is an additional language, which follows from it."""
        for entry in _children(_child(self.basic, "Languages"), "Type"):
            if _text(entry, "LanguageType") == "F":
                code = self._coded(entry, "Language", "language", "a language", refuses=False)
                return code, eal_from_language(code, self.check.codebook)
        return None, None

    def _free_meals(self) -> tuple[tuple[FsmPeriod, ...] | None, bool | None]:
        history = _child(self.element, "FSMhistory")
        instances = _children(history, "FSMinstance")
        if not instances:
            return None, None
        check, periods = self.check, []
        for instance in instances:
            periods.append(
                FsmPeriod(
                    starts=check.day(
                        _text(instance, "FSMstartDate"), "fsm_start", self._line(instance, "FSMstartDate")
                    ),
                    ends=check.day(_text(instance, "FSMendDate"), "fsm_end", self._line(instance, "FSMendDate")),
                    country=_text(instance, "UKcountry")[:3],
                    category=self._coded(
                        instance, "FSMCategory", "fsm_category", "a free school meals category", refuses=False
                    )
                    or "",
                )
            )
        today = check.today
        now = any(p.starts and p.starts <= today and (p.ends is None or p.ends >= today) for p in periods)
        return tuple(periods), now

    def _sen(self) -> tuple[tuple[SenPeriod, ...] | None, tuple[NeedRecord, ...] | None]:
        """Every SEN entry and need, whatever their order. None for a block that is not there."""
        history = _child(self.element, "SENhistory")
        periods: list[tuple[int, SenPeriod]] = []
        for entry in _children(history, "SEN"):
            line = entry.sourceline or self.line
            starts = self._required_day(entry, "StartDate", "sen_start")
            code = read_provision(self.check, _text(entry, "SENprovision"), self._line(entry, "SENprovision"))
            if not _text(entry, "SENprovision"):
                self.check.error(line, "sen_status", "missing", "This SEN entry has no provision code. Add it.")
            if code and starts:
                periods.append((self._line(entry, "SENprovision"), SenPeriod(code, starts)))
        entries = _children(_child(history, "SENneeds"), "SENneed")
        checked = check_periods(self.check, periods) if periods else None
        needs = [need for entry in entries if (need := self._need(entry))]
        return checked, check_needs(self.check, needs, checked) if needs else None

    def _required_day(self, entry: etree._Element, name: str, field: str) -> date | None:
        if not _text(entry, name):
            self.check.error(
                entry.sourceline or self.line, field, "missing", "This SEN entry has no start date. Add it."
            )
            return None
        return self.check.day(_text(entry, name), field, self._line(entry, name))

    def _need(self, entry: etree._Element) -> tuple[int, NeedRecord] | None:
        check, line = self.check, self._line(entry, "SENtype")
        code = check.coded(_text(entry, "SENtype"), "sen_type", "need", line, what="a type of need")
        if not _text(entry, "SENtype"):
            check.error(line, "need", "missing", "This need has no type. Add it.")
        rank_line = self._line(entry, "SENtypeRank")
        rank = read_rank(check, _text(entry, "SENtypeRank"), rank_line)
        starts = check.day(_text(entry, "NeedStartDate"), "need_start", self._line(entry, "NeedStartDate"))
        ends = check.day(_text(entry, "NeedEndDate"), "need_end", self._line(entry, "NeedEndDate"))
        return (rank_line, NeedRecord(code, rank, starts=starts, ends=ends)) if code and rank else None

    def _contacts(self) -> tuple[ContactRecord, ...] | None:
        entries = _children(_child(self.element, "Contacts"), "Contact")
        if not entries:
            return None
        contacts = []
        for position, entry in enumerate(entries, start=1):
            line, check = entry.sourceline or self.line, self.check
            order, given = _text(entry, "Order"), _text(entry, "Relationship")
            known = check.codebook.find("contact_relationship", given)
            phones = [_text(phone, "PhoneNo") for phone in _children(_child(entry, "Phones"), "Phone")]
            contacts.append(
                ContactRecord(
                    order=int(order) if order.isascii() and order.isdecimal() and len(order) < 4 else position,
                    surname=check.text(_text(entry, "Surname"), "contact_surname", line) or "",
                    forename=check.text(_text(entry, "Forename"), "contact_forename", line) or "",
                    title=check.text(_text(entry, "Title"), "title", line) or "",
                    relationship=known.code if known else "",
                    relationship_label="" if known else check.text(given, "relationship", line) or "",
                    has_responsibility=self._flag(entry, "Responsibility", "contact_responsibility"),
                    phones=tuple(text for phone in phones if (text := check.text(phone, "phone", line))),
                    email=check.text(_text(entry, "Email"), "email", line) or "",
                )
            )
        return tuple(contacts)


def eal_from_language(code: str | None, codebook: CodeBook) -> bool | None:
    """Is English an additional language? None when the language is not known or was refused."""
    language = codebook.get("language", code or "")
    return {"english": False, "other": True}.get(language.group) if language else None
