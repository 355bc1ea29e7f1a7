"""What a reader gives back: records, problems and notices, as frozen values.

Throughout, `None` means "the file says nothing about it" and differs from any value. A reader never writes and never
touches the database, so a file that says nothing can take nothing away.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sendco.core.exceptions import SendcoError


class Format(StrEnum):
    CTF = "ctf"
    CSV = "csv"
    ONEROSTER = "oneroster"


class Severity(StrEnum):
    """An error refuses its record; a warning is for a person to see."""

    ERROR = "error"
    WARNING = "warning"


class UnreadableFile(SendcoError):
    """The file as a whole cannot be read. `message` says why and what to do; `line` is where, if anywhere."""

    def __init__(self, message: str, *, code: str = "unreadable", line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


class MappingNeeded(UnreadableFile):
    """The columns do not say who the pupils are, so a person has to map them.

    headings: as found, in file order. suggestion: heading -> field name for those we recognise.
    sample: the first rows below the headings, for the mapping screen.
    """

    def __init__(
        self,
        message: str,
        *,
        headings: tuple[str, ...],
        suggestion: dict[str, str],
        sample: tuple[tuple[str, ...], ...] = (),
        line: int | None = None,
    ) -> None:
        super().__init__(message, code="mapping_needed", line=line)
        self.headings = headings
        self.suggestion = suggestion
        self.sample = sample


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps that keep a hostile or mistaken file from using up the machine. Sizes in bytes; tags: of an XML file."""

    file_size: int = 20_000_000
    unpacked_size: int = 60_000_000
    tags: int = 2_500_000
    rows: int = 50_000
    pupils: int = 10_000
    columns: int = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. line: where it is. record: `PupilRecord.line` of the pupil it belongs to, None for the file."""

    line: int | None
    field: str
    code: str
    severity: Severity
    message: str
    record: int | None = None

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth knowing that needs no action on any row."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What the file says about itself. la and estab are of the sending school, dest_* of the receiving one.

    sha256 and size are of the bytes read; is_partial: the sender calls the file an extract.
    """

    name: str = ""
    size: int = 0
    sha256: str = ""
    encoding: str = ""
    version: str = ""
    system: str = ""
    school_name: str = ""
    la: str = ""
    estab: str = ""
    dest_la: str = ""
    dest_estab: str = ""
    academic_year: str = ""
    made_at: datetime | None = None
    is_partial: bool = False
    mapping: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SenPeriod:
    """A stretch of one provision. starts None: today's provision, without a date. ends: last day, None while open."""

    code: str
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class NeedRecord:
    """A ranked type of need. label: the file's own wording if not a code. ends: the day it stopped, None while open."""

    code: str
    rank: int
    label: str = ""
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class FsmPeriod:
    starts: date | None
    ends: date | None = None
    country: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person to contact.

    relationship: code of list `contact_relationship`, or empty with the wording in relationship_label.
    has_responsibility: parental responsibility, None when the file does not say.
    """

    order: int
    surname: str = ""
    forename: str = ""
    title: str = ""
    relationship: str = ""
    relationship_label: str = ""
    has_responsibility: bool | None = None
    phones: tuple[str, ...] = ()
    email: str = ""

    def __repr__(self) -> str:
        return f"<ContactRecord {self.order}>"


@dataclass(frozen=True, slots=True)
class PupilRecord:
    """One pupil as the file has it. line: where the record starts, unique in the file; it serves as the record's key.

    sen_periods and needs are None when the file has no such block: that never means "no SEN".
    year_group, sex, ethnicity, first_language, service_child hold codes of the lists of the same name.
    """

    line: int
    upn: str | None = None
    former_upn: str | None = None
    uln: str | None = None
    source_id: str | None = None
    admission_number: str | None = None
    legal_surname: str | None = None
    legal_forename: str | None = None
    middle_names: str | None = None
    preferred_surname: str | None = None
    preferred_forename: str | None = None
    dob: date | None = None
    sex: str | None = None
    year_group: str | None = None
    class_name: str | None = None
    ethnicity: str | None = None
    first_language: str | None = None
    eal: bool | None = None
    fsm: bool | None = None
    fsm_periods: tuple[FsmPeriod, ...] | None = None
    pupil_premium: bool | None = None
    pupil_premium_codes: tuple[str, ...] | None = None
    looked_after: bool | None = None
    care_authority: str | None = None
    service_child: str | None = None
    medical_flag: bool | None = None
    enrolment_status: str | None = None
    top_up: bool | None = None
    funded_minutes: int | None = None
    entry_date: date | None = None
    leaving_date: date | None = None
    sen_periods: tuple[SenPeriod, ...] | None = None
    needs: tuple[NeedRecord, ...] | None = None
    contacts: tuple[ContactRecord, ...] | None = None

    def __repr__(self) -> str:
        return f"<PupilRecord line {self.line}>"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """Everything read from one file. problems are in order of line."""

    format: Format
    source: Source
    records: tuple[PupilRecord, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Notice, ...] = field(default=())

    @property
    def refused_lines(self) -> frozenset[int]:
        """Keys of the records with at least one error."""
        return frozenset(p.record for p in self.problems if p.is_error and p.record is not None)

    @property
    def accepted(self) -> tuple[PupilRecord, ...]:
        refused = self.refused_lines
        return tuple(record for record in self.records if record.line not in refused)

    @property
    def refused(self) -> tuple[PupilRecord, ...]:
        refused = self.refused_lines
        return tuple(record for record in self.records if record.line in refused)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.is_error)

    def problems_of(self, record: PupilRecord) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.record == record.line)
