"""OneRoster 1.1 and 1.2 exports: a zip, a folder, or `users.csv` alone.

OneRoster has no SEN and no field for the UPN: it gives names, classes, birth dates and the system's own identifiers.
A UPN that a supplier puts among the user's identifiers is used. Nothing is ever unpacked onto the disk.
"""

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from .codebook import CodeBook
from .duplicates import settle_duplicates
from .source import Upload, load
from .tables import decode
from .types import Format, Limits, Notice, Problem, PupilRecord, ReadResult, UnreadableFile
from .values import Checker, clean

FILES = ("users.csv", "roles.csv", "classes.csv", "enrollments.csv", "demographics.csv", "manifest.csv", "orgs.csv")
_UPN_AMONG_IDS = re.compile(r"\{?\s*UPN\s*:\s*([^},]+)", re.I)
_SEXES = {"female": "F", "male": "M", "f": "F", "m": "M"}
_GRADES = {"kg": "R", "pk": "N2", "pr": "N1", "ug": "X", "it": "E1"}

Row = Mapping[str, str]


def read_oneroster(
    source: Upload | Path, *, codebook: CodeBook, today: date, limits: Limits | None = None
) -> ReadResult:
    """Students of a OneRoster export with class, sex and birth date. Raises UnreadableFile."""
    limits = limits or Limits()
    if isinstance(source, Path):
        files = _folder(source, limits)
        upload = Upload(source.name, files["users.csv"])
    else:
        upload = source
        is_zip = zipfile.is_zipfile(io.BytesIO(source.data))
        files = _zip(source.data, limits) if is_zip else {"users.csv": source.data}
    tables = {name: _rows(name, data, limits) for name, data in files.items()}
    return _Roster(tables, codebook, today, limits).read(upload)


def _folder(path: Path, limits: Limits) -> dict[str, bytes]:
    found = {name: load(path / name, limits=limits).data for name in FILES if (path / name).is_file()}
    if "users.csv" not in found:
        raise _no_users()
    if sum(map(len, found.values())) > limits.unpacked_size:
        raise _too_large(limits)
    return found


def _zip(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The files we know, by name, from wherever they lie in the archive. Reads no further than the cap."""
    found: dict[str, bytes] = {}
    left = limits.unpacked_size
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                path = PurePosixPath(member.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts:
                    raise UnreadableFile(
                        "The zip file holds names that point outside it, so it was not read. Make the export again.",
                        code="zip_path",
                    )
                if path.name.lower() not in FILES or path.name.lower() in found:
                    continue
                with archive.open(member) as opened:
                    content = opened.read(left + 1)
                if len(content) > left:
                    raise _too_large(limits)
                left -= len(content)
                found[path.name.lower()] = content
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as error:
        raise UnreadableFile(
            "The zip file is damaged or has a password. Make the export again.", code="malformed"
        ) from error
    if "users.csv" not in found:
        raise _no_users()
    return found


def _too_large(limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        f"The export unpacks to more than {limits.unpacked_size // 1_000_000} MB. Export one school at a time.",
        code="too_large",
    )


def _no_users() -> UnreadableFile:
    return UnreadableFile(
        "There is no users.csv, so this is not a OneRoster export. Choose the zip file that your system made.",
        code="not_oneroster",
    )


def _rows(name: str, data: bytes, limits: Limits) -> list[tuple[int, Row]]:
    """Rows with their lines. Rows marked for deletion are left out."""
    text, _ = decode(data)
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows: list[tuple[int, Row]] = []
    try:
        before = 1
        for row in reader:
            if len(rows) >= limits.rows:
                raise UnreadableFile(
                    f"{name} has more than {limits.rows} rows. Export one school at a time.", code="too_many_rows"
                )
            rows.append((before + 1, {clean(key or ""): value for key, value in row.items() if isinstance(value, str)}))
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableFile(
            f"{name} is damaged at line {reader.line_num}. Make the export again.",
            code="malformed",
            line=reader.line_num,
        ) from error
    return [(line, row) for line, row in rows if row.get("status", "").lower() != "tobedeleted"]


class _Roster:
    """The files of one export, joined."""

    def __init__(
        self, tables: Mapping[str, list[tuple[int, Row]]], codebook: CodeBook, today: date, limits: Limits
    ) -> None:
        self.tables = tables
        self.codebook = codebook
        self.today = today
        self.limits = limits
        self.notices: list[Notice] = []

    def _table(self, name: str) -> list[Row]:
        return [row for _, row in self.tables.get(name, [])]

    def read(self, upload: Upload) -> ReadResult:
        users = self.tables["users.csv"]
        if users and not {"sourcedId", "givenName", "familyName"} <= set(users[0][1]):
            raise UnreadableFile(
                "users.csv does not have the OneRoster columns sourcedId, givenName and familyName. "
                "Choose CSV as the format, or make the export again.",
                code="not_oneroster",
            )
        students = self._students()
        demographics = {row.get("sourcedId", ""): row for row in self._table("demographics.csv")}
        classes = self._classes()
        records: list[PupilRecord] = []
        problems: list[Problem] = []
        for line, row in users:
            if row["sourcedId"] not in students:
                continue
            if len(records) >= self.limits.pupils:
                raise UnreadableFile(
                    f"The export has more than {self.limits.pupils} pupils. Export one school at a time.",
                    code="too_many_pupils",
                )
            check = Checker(self.codebook, self.today, line)
            records.append(self._record(check, row, demographics.get(row["sourcedId"], {}), classes))
            problems.extend(check.problems)
        self.notices.append(
            Notice("no_sen_in_format", "OneRoster files carry no SEN data. What you have recorded stays as it is.")
        )
        result = ReadResult(
            Format.ONEROSTER, self._source(upload), tuple(records), tuple(problems), tuple(self.notices)
        )
        return settle_duplicates(result)

    def _source(self, upload: Upload):
        properties = {row.get("propertyName", ""): row.get("value", "") for row in self._table("manifest.csv")}
        school = next((row for row in self._table("orgs.csv") if row.get("type") == "school"), {})
        identifier = clean(school.get("identifier", ""))
        la_estab = identifier if re.fullmatch(r"[0-9]{7}", identifier) else ""
        return upload.source(
            version=clean(properties.get("oneroster.version", ""))[:10],
            system=clean(properties.get("source.systemName", ""))[:60],
            school_name=clean(school.get("name", ""))[:120],
            la=la_estab[:3],
            estab=la_estab[3:],
        )

    def _students(self) -> frozenset[str]:
        """Who is a student: by users.csv in 1.1, by roles.csv in 1.2."""
        if roles := self._table("roles.csv"):
            return frozenset(row.get("userSourcedId", "") for row in roles if row.get("role", "").lower() == "student")
        users = self._table("users.csv")
        return frozenset(row["sourcedId"] for row in users if row.get("role", "").lower() == "student")

    def _classes(self) -> dict[str, str]:
        """Student -> name of the registration class, by an enrolment of today, else the latest that ended."""
        titles = {
            row["sourcedId"]: clean(row.get("title", ""))
            for row in self._table("classes.csv")
            if row.get("sourcedId") and row.get("classType", "").lower() in ("homeroom", "")
        }
        enrolments: dict[str, list[tuple[bool, str, str]]] = defaultdict(list)
        today = self.today.isoformat()
        for row in self._table("enrollments.csv"):
            title = titles.get(row.get("classSourcedId", ""))
            if not title or row.get("role", "").lower() != "student":
                continue
            begins, ends = row.get("beginDate", "")[:10], row.get("endDate", "")[:10]
            is_now = (not begins or begins <= today) and (not ends or ends >= today)
            enrolments[row.get("userSourcedId", "")].append((is_now, ends or "9999", title))
        if enrolments and not any(is_now for found in enrolments.values() for is_now, *_ in found):
            self.notices.append(
                Notice("classes_ended", "All classes in this export have ended. Check that it is this year’s export.")
            )
        return {user: max(found)[2] for user, found in enrolments.items()}

    def _record(self, check: Checker, row: Row, about: Row, classes: Mapping[str, str]) -> PupilRecord:
        line = check.record
        if not (clean(row["familyName"]) and clean(row["givenName"])):
            check.error(line, "legal_surname", "missing", "The pupil’s name is missing. Complete it and export again.")
        given = _UPN_AMONG_IDS.search(row.get("userIds", "") or "")
        return PupilRecord(
            line=line,
            upn=check.upn(given[1], line) if given else None,
            source_id=check.text(row["sourcedId"], "source_id", line),
            admission_number=check.text(row.get("identifier"), "admission_number", line),
            legal_surname=check.text(row["familyName"], "legal_surname", line),
            legal_forename=check.text(row["givenName"], "legal_forename", line),
            middle_names=check.text(row.get("middleName"), "middle_names", line),
            preferred_surname=check.text(
                row.get("preferredFamilyName") or row.get("preferredLastName"), "preferred_surname", line
            ),
            preferred_forename=check.text(
                row.get("preferredGivenName") or row.get("preferredFirstName"), "preferred_forename", line
            ),
            dob=check.birth_date(about.get("birthDate"), line),
            sex=self._sex(check, about.get("sex", "")),
            year_group=self._year_group(check, row.get("grades", "")),
            class_name=check.text(classes.get(row["sourcedId"]), "class_name", line),
        )

    def _sex(self, check: Checker, value: str) -> str | None:
        """OneRoster also allows "other" and "unspecified", which the school census has no code for."""
        found = _SEXES.get(clean(value).lower())
        if value and not found:
            check.warn(check.record, "sex", "code_unknown", "The sex is neither male nor female, so it was left out.")
        return found

    def _year_group(self, check: Checker, value: str) -> str | None:
        first = clean(value).split(",")[0].strip()
        return check.year_group(_GRADES.get(first.lower(), first), check.record)
