"""One `Pupil` element of a Common Transfer File."""

from datetime import date

from lxml import etree

from .codebook import CodeBook
from .sen import check_needs, check_periods, read_provision, read_rank
from .types import ContactRecord, FsmPeriod, NeedRecord, Problem, PupilRecord, SenPeriod
from .values import Checker, eal_from_language


def name_of(element: etree._Element) -> str:
    return etree.QName(element).localname


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else [child for child in element if name_of(child) == name]


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def text_of(element: etree._Element | None, *path: str) -> str:
    found = child(element, *path) if path else element
    return "" if found is None else (found.text or "").strip()


class PupilReader:
    """Reads one `Pupil` element."""

    def __init__(self, element: etree._Element, codebook: CodeBook, today: date) -> None:
        self.element = element
        self.line: int = element.sourceline or 0
        self.basic = child(element, "BasicDetails")
        self.check = Checker(codebook, today, self.line)

    def read(self) -> tuple[PupilRecord, list[Problem]]:
        check, element, basic = self.check, self.element, self.basic
        self._require_names()
        upn = check.upn(text_of(element, "UPN"), self._line(element, "UPN"))
        if not text_of(element, "UPN"):
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
            former_upn=check.upn(text_of(basic, "FormerUPN"), self._line(basic, "FormerUPN"), "former_upn"),
            uln=check.uln(text_of(element, "UniqueLearnerNumber"), self._line(element, "UniqueLearnerNumber")),
            legal_surname=self._name(element, "Surname", "legal_surname"),
            legal_forename=self._name(element, "Forename", "legal_forename"),
            middle_names=self._name(basic, "MiddleNames", "middle_names"),
            preferred_surname=self._name(basic, "PreferredSurname", "preferred_surname"),
            preferred_forename=self._name(basic, "PreferredForename", "preferred_forename"),
            dob=check.birth_date(text_of(element, "DOB"), self._line(element, "DOB")),
            sex=self._sex(),
            year_group=check.year_group(text_of(basic, "NCyearActual"), self._line(basic, "NCyearActual")),
            ethnicity=self._coded(basic, "Ethnicity", "ethnicity", "an ethnicity"),
            first_language=language,
            eal=eal,
            fsm=fsm,
            fsm_periods=fsm_periods,
            looked_after=self._flag(child(element, "LookedAfter"), "InCare", "looked_after"),
            care_authority=text_of(element, "LookedAfter", "CareAuthority")[:3] or None,
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
        found = child(parent, name)
        return self.line if found is None else found.sourceline or self.line

    def _name(self, parent: etree._Element | None, name: str, field: str) -> str | None:
        return self.check.text(text_of(parent, name), field, self._line(parent, name))

    def _flag(self, parent: etree._Element | None, name: str, field: str) -> bool | None:
        return self.check.boolean(text_of(parent, name), field, self._line(parent, name))

    def _coded(
        self, parent: etree._Element | None, name: str, code_set: str, what: str, refuses: bool = True
    ) -> str | None:
        return self.check.coded(
            text_of(parent, name), code_set, code_set, self._line(parent, name), what=what, refuses=refuses
        )

    def _require_names(self) -> None:
        for name, field, what in (
            ("Surname", "legal_surname", "surname"),
            ("Forename", "legal_forename", "forename"),
            ("DOB", "dob", "date of birth"),
        ):
            if not text_of(self.element, name):
                self.check.error(self.line, field, "missing", f"The {what} is missing. Add it and export again.")

    def _sex(self) -> str | None:
        """`Gender` in versions up to 24, `Sex` since."""
        name = "Sex" if child(self.element, "Sex") is not None else "Gender"
        return self._coded(self.element, name, "sex", "a sex")

    def _language(self) -> tuple[str | None, bool | None]:
        """First language (type F) and whether English is an additional language, which follows from it."""
        for entry in children(child(self.basic, "Languages"), "Type"):
            if text_of(entry, "LanguageType") == "F":
                code = self._coded(entry, "Language", "language", "a language", refuses=False)
                return code, eal_from_language(code, self.check.codebook)
        return None, None

    def _free_meals(self) -> tuple[tuple[FsmPeriod, ...] | None, bool | None]:
        history = child(self.element, "FSMhistory")
        instances = children(history, "FSMinstance")
        if not instances:
            return None, None
        check, periods = self.check, []
        for instance in instances:
            periods.append(
                FsmPeriod(
                    starts=check.day(
                        text_of(instance, "FSMstartDate"), "fsm_start", self._line(instance, "FSMstartDate")
                    ),
                    ends=check.day(text_of(instance, "FSMendDate"), "fsm_end", self._line(instance, "FSMendDate")),
                    country=text_of(instance, "UKcountry")[:3],
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
        history = child(self.element, "SENhistory")
        periods: list[tuple[int, SenPeriod]] = []
        for entry in children(history, "SEN"):
            line = entry.sourceline or self.line
            starts = self._required_day(entry, "StartDate", "sen_start")
            code = read_provision(self.check, text_of(entry, "SENprovision"), self._line(entry, "SENprovision"))
            if not text_of(entry, "SENprovision"):
                self.check.error(line, "sen_status", "missing", "This SEN entry has no provision code. Add it.")
            if code and starts:
                periods.append((self._line(entry, "SENprovision"), SenPeriod(code, starts)))
        entries = children(child(history, "SENneeds"), "SENneed")
        checked = check_periods(self.check, periods) if periods else None
        needs = [need for entry in entries if (need := self._need(entry))]
        return checked, check_needs(self.check, needs, checked) if needs else None

    def _required_day(self, entry: etree._Element, name: str, field: str) -> date | None:
        if not text_of(entry, name):
            self.check.error(
                entry.sourceline or self.line, field, "missing", "This SEN entry has no start date. Add it."
            )
            return None
        return self.check.day(text_of(entry, name), field, self._line(entry, name))

    def _need(self, entry: etree._Element) -> tuple[int, NeedRecord] | None:
        check, line = self.check, self._line(entry, "SENtype")
        code = check.coded(text_of(entry, "SENtype"), "sen_type", "need", line, what="a type of need")
        if not text_of(entry, "SENtype"):
            check.error(line, "need", "missing", "This need has no type. Add it.")
        rank_line = self._line(entry, "SENtypeRank")
        rank = read_rank(check, text_of(entry, "SENtypeRank"), rank_line)
        starts = check.day(text_of(entry, "NeedStartDate"), "need_start", self._line(entry, "NeedStartDate"))
        ends = check.day(text_of(entry, "NeedEndDate"), "need_end", self._line(entry, "NeedEndDate"))
        return (rank_line, NeedRecord(code, rank, starts=starts, ends=ends)) if code and rank else None

    def _contacts(self) -> tuple[ContactRecord, ...] | None:
        entries = children(child(self.element, "Contacts"), "Contact")
        if not entries:
            return None
        contacts = []
        for position, entry in enumerate(entries, start=1):
            line, check = entry.sourceline or self.line, self.check
            order, given = text_of(entry, "Order"), text_of(entry, "Relationship")
            known = check.codebook.find("contact_relationship", given)
            phones = [text_of(phone, "PhoneNo") for phone in children(child(entry, "Phones"), "Phone")]
            contacts.append(
                ContactRecord(
                    order=int(order) if order.isascii() and order.isdecimal() and len(order) < 4 else position,
                    surname=check.text(text_of(entry, "Surname"), "contact_surname", line) or "",
                    forename=check.text(text_of(entry, "Forename"), "contact_forename", line) or "",
                    title=check.text(text_of(entry, "Title"), "title", line) or "",
                    relationship=known.code if known else "",
                    relationship_label="" if known else check.text(given, "relationship", line) or "",
                    has_responsibility=self._flag(entry, "Responsibility", "contact_responsibility"),
                    phones=tuple(text for phone in phones if (text := check.text(phone, "phone", line))),
                    email=check.text(text_of(entry, "Email"), "email", line) or "",
                )
            )
        return tuple(contacts)
