"""The rows about one pupil in a CSV or Excel file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from .codebook import CodeBook, fold
from .mapping import BY_NAME
from .sen import check_needs, check_periods, read_provision, read_rank
from .tables import Row
from .types import ContactRecord, NeedRecord, Notice, PupilRecord, SenPeriod
from .values import Checker, clean, eal_from_language, split_name

_TEXTS = (
    "admission_number",
    "middle_names",
    "preferred_surname",
    "preferred_forename",
    "class_name",
)
_FLAGS = ("eal", "fsm", "looked_after", "top_up")
_DAYS = ("entry_date", "leaving_date")
_RANKED = (("need_1", 1), ("need_2", 2), ("need_3", 3))


def cell_of(row: Row, columns: Mapping[str, int], name: str) -> str:
    number = columns.get(name)
    return clean(row.cells[number]) if number is not None and number < len(row.cells) else ""


def key_of(row: Row, columns: Mapping[str, int]) -> tuple[str, ...] | None:
    """What tells the pupil of a row from others; None when the row names nobody."""
    for name in ("upn", "admission_number"):
        if value := cell_of(row, columns, name).replace(" ", "").upper():
            return (name, value)
    names = tuple(fold(cell_of(row, columns, name)) for name in ("full_name", "legal_surname", "legal_forename"))
    return (*names, cell_of(row, columns, "dob")) if any(names) else None


class GroupReader:
    """Turns the rows about one pupil into a record."""

    def __init__(self, rows: Sequence[Row], columns: Mapping[str, int], codebook: CodeBook, today: date) -> None:
        self.rows = rows
        self.columns = columns
        self.line = rows[0].line
        self.check = Checker(codebook, today, self.line)
        self.notices: list[Notice] = []

    def read(self) -> PupilRecord:
        self._merge_copies()
        check, line = self.check, self.line
        if key_of(self.rows[0], self.columns) is None:
            check.error(
                line,
                "upn",
                "row_unidentified",
                "This row has no UPN, admission number or name, so we cannot tell whose it is. Complete or delete it.",
            )
        surname, forename = self._names()
        language = self._coded("first_language", "language", "a language")
        eal = check.boolean(self._one("eal"), "eal", line)
        premium, premium_codes = self._pupil_premium()
        texts: dict[str, Any] = {name: check.text(self._one(name), name, line) for name in _TEXTS}
        flags: dict[str, Any] = {name: check.boolean(self._one(name), name, line) for name in _FLAGS if name != "eal"}
        days: dict[str, Any] = {name: check.day(self._one(name), name, line) for name in _DAYS}
        periods = self._periods()
        record = PupilRecord(
            line=line,
            legal_surname=surname,
            legal_forename=forename,
            upn=check.upn(self._one("upn"), line),
            former_upn=check.upn(self._one("former_upn"), line, "former_upn"),
            uln=check.uln(self._one("uln"), line),
            dob=check.birth_date(self._one("dob"), line),
            sex=check.coded(self._one("sex"), "sex", "sex", line, what="a sex"),
            year_group=check.year_group(self._one("year_group"), line),
            ethnicity=self._coded("ethnicity", "ethnicity", "an ethnicity"),
            first_language=language,
            eal=eal_from_language(language, check.codebook) if eal is None else eal,
            pupil_premium=premium,
            pupil_premium_codes=premium_codes,
            service_child=self._service_child(),
            enrolment_status=self._coded("enrolment_status", "enrolment_status", "an enrolment status"),
            funded_minutes=check.minutes(self._first("funded_minutes"), "funded_minutes", line),
            sen_periods=periods,
            needs=self._needs(periods),
            contacts=self._contacts(),
            **texts,
            **flags,
            **days,
        )
        check.problems.sort(key=lambda problem: problem.line or 0)
        return record

    def _merge_copies(self) -> None:
        """Rows that repeat an earlier one in every mapped cell say nothing new."""
        seen: dict[tuple[str, ...], Row] = {}
        for row in self.rows:
            cells = tuple(cell_of(row, self.columns, name) for name in self.columns)
            first = seen.setdefault(cells, row)
            if first is not row:
                self.notices.append(
                    Notice(
                        "duplicate_merged",
                        f"Line {row.line} is an exact copy of line {first.line}. It was taken once.",
                        row.line,
                    )
                )
        self.rows = list(seen.values())

    def _one(self, name: str) -> str:
        """The one value the rows have for a field; blanks do not count. Two different ones are an error."""
        found = ""
        for row in self.rows:
            value = cell_of(row, self.columns, name)
            if found and value and fold(value) != fold(found):
                self.check.error(
                    row.line,
                    name,
                    "duplicate_conflict",
                    f"{BY_NAME[name].label} differs between line {self.line} and line {row.line} for the same pupil. "
                    "Keep the right one in the file.",
                )
                return found
            found = found or value
        return found

    def _first(self, name: str) -> str:
        """The first value there is: exports print it on one of a pupil's rows only, or on each."""
        return next((value for row in self.rows if (value := cell_of(row, self.columns, name))), "")

    def _coded(self, name: str, code_set: str, what: str) -> str | None:
        return self.check.coded(self._one(name), code_set, name, self.line, what=what, refuses=False)

    def _names(self) -> tuple[str | None, str | None]:
        check, line = self.check, self.line
        surname = check.text(self._one("legal_surname"), "legal_surname", line)
        forename = check.text(self._one("legal_forename"), "legal_forename", line)
        full_name = self._one("full_name")
        if full_name and not (surname and forename):
            try:
                surname, forename = (
                    check.text(part, field, line)
                    for part, field in zip(split_name(full_name), ("legal_surname", "legal_forename"), strict=True)
                )
            except ValueError:
                check.error(
                    line,
                    "full_name",
                    "name_unclear",
                    "We cannot tell surname from forename. Write the name as Last, First, or export two columns.",
                )
        return surname, forename

    def _pupil_premium(self) -> tuple[bool | None, tuple[str, ...] | None]:
        """Yes or no, or the kind of premium by code or name."""
        value = self._one("pupil_premium")
        found = self.check.codebook.find("pupil_premium_indicator", value) if value else None
        if found:
            return True, (found.code,)
        return self.check.boolean(value, "pupil_premium", self.line), None

    def _service_child(self) -> str | None:
        value = self._one("service_child")
        if value.casefold() in ("t", "true", "1"):
            return "Y"
        if value.casefold() in ("f", "false", "0"):
            return "N"
        return self._coded("service_child", "service_child", "a service child code")

    def _periods(self) -> tuple[SenPeriod, ...] | None:
        """Every status of the rows; one without a date speaks for today. A row of a need repeats the status."""
        check, found, seen = self.check, [], set()
        for row in self.rows:
            texts = tuple(cell_of(row, self.columns, name) for name in ("sen_status", "sen_start", "sen_end"))
            if not texts[0] or texts in seen:
                continue
            seen.add(texts)
            code = read_provision(check, texts[0], row.line)
            starts = check.day(texts[1], "sen_start", row.line)
            ends = check.day(texts[2], "sen_end", row.line)
            if code:
                found.append((row.line, SenPeriod(code, starts, ends)))
        return (check_periods(check, found) or None) if found else None

    def _needs(self, periods: Sequence[SenPeriod] | None) -> tuple[NeedRecord, ...] | None:
        found = [need for row in self.rows for need in self._needs_of_row(row)]
        return check_needs(self.check, list(dict.fromkeys(found)), periods) if found else None

    def _needs_of_row(self, row: Row) -> list[tuple[int, NeedRecord]]:
        needs = []
        for name, place in _RANKED:
            if code := self._need_code(row, name):
                needs.append((self.line, NeedRecord(code, place, self._label(row, name, code))))
        if code := self._need_code(row, "need"):
            check = self.check
            rank = self._rank(row)
            starts = check.day(cell_of(row, self.columns, "need_start"), "need_start", row.line)
            ends = check.day(cell_of(row, self.columns, "need_end"), "need_end", row.line)
            if rank is not None:
                needs.append((row.line, NeedRecord(code, rank, self._label(row, "need", code), starts, ends)))
        return needs

    def _need_code(self, row: Row, name: str) -> str | None:
        return self.check.coded(cell_of(row, self.columns, name), "sen_type", name, row.line, what="a type of need")

    def _label(self, row: Row, name: str, code: str) -> str:
        text = cell_of(row, self.columns, name)
        return "" if text == code else text

    def _rank(self, row: Row) -> int | None:
        """The rank as given; without such a column the order of the rows is the order of the needs."""
        if "need_rank" in self.columns:
            return read_rank(self.check, cell_of(row, self.columns, "need_rank"), row.line)
        return [other.line for other in self.rows if cell_of(other, self.columns, "need")].index(row.line) + 1

    def _contacts(self) -> tuple[ContactRecord, ...] | None:
        check = self.check
        contacts: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            texts = [
                check.text(cell_of(row, self.columns, f"contact_{part}"), part, row.line) or ""
                for part in ("name", "relationship", "phone", "email")
            ]
            if any(texts):
                contacts.setdefault(tuple(texts), len(contacts) + 1)
        found = tuple(self._contact(order, *texts) for texts, order in contacts.items())
        return found or None

    def _contact(self, order: int, name: str, relationship: str, phone: str, email: str) -> ContactRecord:
        known = self.check.codebook.find("contact_relationship", relationship)
        try:
            surname, forename = split_name(name)
        except ValueError:
            surname, forename = name, ""
        return ContactRecord(
            order=order,
            surname=surname,
            forename=forename,
            relationship=known.code if known else "",
            relationship_label="" if known else relationship,
            phones=(phone,) if phone else (),
            email=email,
        )
