"""From a cell or element's text to a value: pure parsers, and a `Checker` that turns failures into problems."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

from pupils.identifiers import check_upn, is_valid_uln, normalise_uln

from .codebook import CodeBook
from .types import Problem, Severity

_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = {
    short: number for number, name in enumerate(_MONTH_NAMES.split(), start=1) for short in (name, name[:3], name[:4])
}
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_BRITISH = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?: 0?0:00(?::00)?)?$")
_NAMED = re.compile(r"^(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[ \-]([a-z]{3,9})\.?,?[ \-](\d{4}|\d{2})$", re.I)
_SERIAL = re.compile(r"^([2-6]\d{4})(?:\.0+)?$")
_YEAR = re.compile(r"^(?:(?:nc|national curriculum|curriculum) ?)?(?:years?|yr|y)? ?0*(\d{1,2})(?:\.0)?$", re.I)
_HOURS = re.compile(r"^(\d{1,3})(?: ?h(?:ours?|rs?)?)?(?: ?(\d{1,2}) ?m(?:in(?:ute)?s?)?)?$", re.I)
_DECIMAL_HOURS = re.compile(r"^(\d{1,3})\.(\d{1,2})(?: ?h(?:ours?|rs?)?)?$", re.I)
T = TypeVar("T")
_EXCEL_EPOCH = date(1899, 12, 30)

YES = frozenset({"t", "true", "y", "yes", "1", "1.0", "✓", "✔"})
NO = frozenset({"f", "false", "n", "no", "0", "0.0"})

NAME_LENGTH = 80
MAXIMUM_LENGTH = {
    "admission_number": 20,
    "class_name": 40,
    "source_id": 64,
    "phone": 30,
    "email": 254,
    "relationship": 40,
    "title": 20,
}


def clean(text: str) -> str:
    """Composed Unicode, one space for any run of space, no control or invisible characters."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join(text.split())


def parse_date(text: str, *, today: date) -> date:
    """ISO, day-first with / . or -, a named month, or a spreadsheet's day number. Raises ValueError.

    A year of two digits is the latest one that is not after next year.
    """
    text = clean(text)
    if match := _ISO.match(text):
        year, month, day = (int(part) for part in match.groups())
        return date(year, month, day)
    if match := _BRITISH.match(text):
        return date(_whole_year(match[3], today), int(match[2]), int(match[1]))
    if match := _NAMED.match(text):
        return date(_whole_year(match[3], today), _MONTHS.get(match[2].lower(), 0), int(match[1]))
    if match := _SERIAL.match(text):
        return _EXCEL_EPOCH + timedelta(days=int(match[1]))
    raise ValueError("not a date")


def _whole_year(text: str, today: date) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    year += today.year // 100 * 100
    return year if year <= today.year + 1 else year - 100


def parse_bool(text: str) -> bool:
    """T/F, Y/N, Yes/No, True/False, 1/0. Raises ValueError."""
    word = clean(text).casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("neither yes nor no")


def parse_year_group(text: str, codebook: CodeBook) -> str:
    """Code of a year group from "Year 3", "3", "Y3", "Year  3", "03", "Reception" and the names in the list."""
    text = clean(text)
    if found := codebook.find("year_group", text):
        return found.code
    if (match := _YEAR.match(text)) and codebook.get("year_group", str(int(match[1]))):
        return str(int(match[1]))
    raise ValueError("not a year group")


def parse_minutes(text: str) -> int:
    """Minutes in "15h 0m", "15", "15.5" or "15 hours". Raises ValueError."""
    text = clean(text)
    if match := _DECIMAL_HOURS.match(text):
        return round(float(f"{match[1]}.{match[2]}") * 60)
    if match := _HOURS.match(text):
        return int(match[1]) * 60 + int(match[2] or 0)
    raise ValueError("not a number of hours")


def split_name(text: str) -> tuple[str, str]:
    """Surname and forename of "Last, First". Raises ValueError without a comma: any other split would guess."""
    surname, comma, forename = clean(text).partition(",")
    if not (comma and surname.strip() and forename.strip()):
        raise ValueError("not in the form Last, First")
    return surname.strip(), forename.strip()


def quote(value: str) -> str:
    """A value as it is shown in a message: at most 40 characters, in inverted commas."""
    value = clean(value)
    return f"“{value[:40]}…”" if len(value) > 40 else f"“{value}”"


class Checker:
    """Parses the values of one record and collects its problems.

    Each method takes the text, the field's name and the line, and returns the value or None. An empty text is None
    without a problem: the file says nothing. record: key of the record, which the problems carry.
    """

    def __init__(self, codebook: CodeBook, today: date, record: int) -> None:
        self.codebook = codebook
        self.today = today
        self.record = record
        self.problems: list[Problem] = []

    def error(self, line: int | None, field: str, code: str, message: str) -> None:
        self.problems.append(Problem(line, field, code, Severity.ERROR, message, self.record))

    def warn(self, line: int | None, field: str, code: str, message: str) -> None:
        self.problems.append(Problem(line, field, code, Severity.WARNING, message, self.record))

    def text(self, value: str | None, field: str, line: int, maximum: int | None = None) -> str | None:
        text = clean(value or "")
        maximum = maximum or MAXIMUM_LENGTH.get(field, NAME_LENGTH)
        if len(text) > maximum:
            self.error(
                line,
                field,
                "too_long",
                f"This has {len(text)} characters and may have {maximum}. Shorten it in the file.",
            )
            return None
        return text or None

    def upn(self, value: str | None, line: int, field: str = "upn") -> str | None:
        if not clean(value or ""):
            return None
        result = check_upn(value or "", self.codebook.authorities)
        if result.is_valid:
            if result.is_warning:
                self.warn(line, field, str(result.fault), result.message)
            return result.upn
        # A wrong former UPN only helps to find the pupil, so it does not hold the pupil back.
        report = self.error if field == "upn" else self.warn
        report(line, field, str(result.fault), f"{quote(value or '')}: {result.message}")
        return None

    def uln(self, value: str | None, line: int) -> str | None:
        uln = normalise_uln(value or "")
        if uln and not is_valid_uln(uln):
            self.warn(line, "uln", "uln_invalid", f"{quote(uln)} is not a valid ULN, so it was left out.")
            return None
        return uln or None

    def day(self, value: str | None, field: str, line: int) -> date | None:
        text = clean(value or "")
        if not text:
            return None
        try:
            return parse_date(text, today=self.today)
        except ValueError:
            self.error(
                line,
                field,
                "date_invalid",
                f"{quote(text)} is not a date we can read. Write it as day, month and year: 03/11/2019 or 2019-11-03.",
            )
            return None

    def birth_date(self, value: str | None, line: int) -> date | None:
        born = self.day(value, "dob", line)
        if born is None:
            return None
        if born > self.today:
            self.error(line, "dob", "date_in_future", "The date of birth is in the future. Correct it in the file.")
            return None
        if self.today.year - born.year > 30:
            self.error(line, "dob", "date_implausible", "The date of birth is more than 30 years ago. Correct it.")
            return None
        return born

    def boolean(self, value: str | None, field: str, line: int) -> bool | None:
        return self._parse(
            value, field, line, parse_bool, "flag_invalid", "is neither yes nor no, so it was left out.", refuses=False
        )

    def minutes(self, value: str | None, field: str, line: int) -> int | None:
        return self._parse(
            value,
            field,
            line,
            parse_minutes,
            "hours_invalid",
            "is not a number of hours, so it was left out.",
            refuses=False,
        )

    def year_group(self, value: str | None, line: int) -> str | None:
        return self._parse(
            value,
            "year_group",
            line,
            lambda text: parse_year_group(text, self.codebook),
            "code_unknown",
            "is not a year group. Use Nursery, Reception, or Year 1 to Year 14.",
        )

    def coded(
        self, value: str | None, code_set: str, field: str, line: int, *, what: str, refuses: bool = True
    ) -> str | None:
        """Code of a list from a code or an exact name. An unknown one refuses the record, or is left out."""
        return self._parse(
            value,
            field,
            line,
            lambda text: self._find(code_set, text),
            "code_unknown",
            f"is not {what} we know, by code or by name. "
            + ("Correct it in the file." if refuses else "It was left out; add it on the pupil’s page."),
            refuses=refuses,
        )

    def _find(self, code_set: str, text: str) -> str:
        if found := self.codebook.find(code_set, text):
            return found.code
        raise ValueError("not in the list")

    def _parse(
        self,
        value: str | None,
        field: str,
        line: int,
        parse: Callable[[str], T],
        code: str,
        sentence: str,
        refuses: bool = True,
    ) -> T | None:
        text = clean(value or "")
        if not text:
            return None
        try:
            return parse(text)
        except ValueError:
            (self.error if refuses else self.warn)(line, field, code, f"{quote(text)} {sentence}")
            return None


def parse_datetime(text: str | None) -> datetime | None:
    """A CTF date-time, None when absent or not one."""
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None


def eal_from_language(code: str | None, codebook: CodeBook) -> bool | None:
    """Is English an additional language? None when the language is not known or was refused."""
    language = codebook.get("language", code or "")
    return {"english": False, "other": True}.get(language.group) if language else None
