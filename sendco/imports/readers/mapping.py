"""From a file's column headings to our fields: the catalogue of fields, guesses, and a saved mapping applied.

No school system has a fixed layout for SEN: schools choose their columns. A mapping is therefore a plain dictionary of
heading to field name that a school saves once; an empty field name means "leave this column out".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .codebook import fold

LEAVE_OUT = ""


@dataclass(frozen=True)
class Field:
    """A field a column can fill. label and group: for the mapping screen. names: headings seen, best first."""

    name: str
    label: str
    group: str
    names: tuple[str, ...]


def _field(name: str, label: str, group: str, names: str) -> Field:
    return Field(name, label, group, (label, *names.split("|")))


_WHO, _SCHOOL, _ABOUT, _SEN, _CONTACT = "Who the pupil is", "At school", "About the pupil", "SEN", "Parent or carer"

FIELDS: tuple[Field, ...] = (
    _field("upn", "UPN", _WHO, "Unique pupil number|Pupil UPN|Current UPN"),
    _field("former_upn", "Former UPN", _WHO, "Previous UPN|Old UPN"),
    _field("uln", "ULN", _WHO, "Unique learner number"),
    _field(
        "admission_number",
        "Admission number",
        _WHO,
        "Adno|Adm no|Admission no|Admission|Pupil ID|Student ID|External ID|MIS ID|Roll number",
    ),
    _field(
        "full_name",
        "Name as Last, First",
        _WHO,
        "Name (in format Last, First)|Name|Full name|Pupil name|Student name|Pupil|Student|Legal name",
    ),
    _field(
        "legal_surname",
        "Surname",
        _WHO,
        "Legal surname|Last name|Legal last name|Family name|LastName|Pupil surname|Student surname",
    ),
    _field(
        "legal_forename",
        "Forename",
        _WHO,
        "Legal forename|First name|Legal first name|Given name|FirstName|Pupil forename|Student forename|Forenames",
    ),
    _field("middle_names", "Middle names", _WHO, "Middle name|Middle name(s)|Legal middle names"),
    _field("preferred_surname", "Preferred surname", _WHO, "Preferred last name|Known surname|Chosen surname"),
    _field(
        "preferred_forename",
        "Preferred forename",
        _WHO,
        "Preferred first name|Preferred name|Known as|Chosen name|Chosen forename",
    ),
    _field("dob", "Date of birth", _WHO, "DOB|D.O.B.|Birth date|Birthdate|DateOfBirth|Born"),
    _field("sex", "Sex", _WHO, "Gender|Legal sex"),
    _field(
        "year_group",
        "Year group",
        _SCHOOL,
        "Year|Year group (today)|NC year|Curriculum year|YearGroup|Yr|Year taught in|NC year (today)",
    ),
    _field(
        "class_name",
        "Class",
        _SCHOOL,
        "Reg|Registration form|Registration form (today)|Registration group|Reg group|Form|Tutor group|Class name|"
        "Form group|Reg form",
    ),
    _field(
        "entry_date", "Date of entry", _SCHOOL, "Admission date|Date of admission|DOA|Entry date|Start of enrolment"
    ),
    _field("leaving_date", "Date of leaving", _SCHOOL, "Leaving date|Date left|DOL|End of enrolment"),
    _field("enrolment_status", "Enrolment status", _SCHOOL, "Enrolment|Enrollment status"),
    _field("ethnicity", "Ethnicity", _ABOUT, "Ethnicity code|Ethnic group|Ethnic origin"),
    _field("first_language", "First language", _ABOUT, "Home language|Mother tongue|Native language|Language"),
    _field(
        "eal",
        "English as an additional language",
        _ABOUT,
        "EAL|EAL status|EAL flag|English as additional language|EAL (today)",
    ),
    _field(
        "fsm",
        "Free school meals",
        _ABOUT,
        "FSM|FSM eligible|Free school meal|FSM eligibility|Eligible for free meals|FSM (today)|Free meals",
    ),
    _field("pupil_premium", "Pupil premium", _ABOUT, "PP|Pupil premium indicator|Pupil premium eligible|PPI"),
    _field(
        "looked_after", "Looked after", _ABOUT, "In care|In LEA care|LAC|CLA|CIC|In local authority care|Child in care"
    ),
    _field("service_child", "Service child", _ABOUT, "Service children|Service child indicator|Parent in armed forces"),
    _field(
        "sen_status",
        "SEN status",
        _SEN,
        "SEN status code|SEN provision code|SEN provision|SEN code|SEND status|SEN stage|SEN|SEN status (today)",
    ),
    _field("sen_start", "SEN status start date", _SEN, "SEN start date|Provision start date|SEN provision start date"),
    _field("sen_end", "SEN status end date", _SEN, "SEN end date|Provision end date|SEN provision end date"),
    _field(
        "need",
        "SEN need (one on each row)",
        _SEN,
        "SEN need|Need|Need type|SEN need type|SEN type|Need type code|NeedTypeCode|Type of need|Need description",
    ),
    _field("need_rank", "Rank of the need", _SEN, "SEN need ranking|Need rank|Rank|Ranking|SEN need rank|Need ranking"),
    _field("need_start", "Need start date", _SEN, "NeedStartDate|SEN need start date"),
    _field("need_end", "Need end date", _SEN, "NeedEndDate|SEN need end date"),
    _field(
        "need_1",
        "Primary need",
        _SEN,
        "Primary SEN need|SEN need 1|Need 1|Primary SEN type|SEN primary need|Primary need type|Primary SEN need type",
    ),
    _field(
        "need_2",
        "Secondary need",
        _SEN,
        "Secondary SEN need|SEN need 2|Need 2|Secondary SEN type|SEN secondary need|Secondary need type",
    ),
    _field("need_3", "Third need", _SEN, "Tertiary need|SEN need 3|Need 3|Third SEN need"),
    _field("funded_minutes", "Funded hours", _SEN, "Funded hours a week|SEN funded hours"),
    _field("top_up", "Top-up funding", _SEN, "Top up funding|Top-up|High needs top-up|Element 3"),
    _field(
        "contact_name",
        "Contact name",
        _CONTACT,
        "Primary contact|Parent name|Contact 1|Parent/carer|Priority 1 contact",
    ),
    _field(
        "contact_relationship",
        "Contact relationship",
        _CONTACT,
        "Relationship|Relationship to pupil|Contact 1 relationship",
    ),
    _field(
        "contact_phone",
        "Contact telephone",
        _CONTACT,
        "Contact phone|Parent phone|Mobile|Contact 1 phone|Parent mobile",
    ),
    _field("contact_email", "Contact email", _CONTACT, "Parent email|Contact 1 email|Email"),
)

BY_NAME = {field.name: field for field in FIELDS}
_BY_HEADING = {
    fold(name): (field.name, place) for field in reversed(FIELDS) for place, name in reversed([*enumerate(field.names)])
}
# A code beats its label when a file has both; otherwise the name that stands first in the catalogue wins.
_CODES_FIRST = {fold("SEN status code"): -1, fold("SEN provision code"): -1, fold("Ethnicity code"): -1}


def suggest_mapping(headings: Sequence[str]) -> dict[str, str]:
    """Heading -> field name for the headings we recognise. Each field is given once, to the heading that names it best.

    "Start date" alone means the need in a file of needs, and the SEN status in a file without.
    """
    best: dict[str, tuple[int, str]] = {}
    for heading in headings:
        name, place = _BY_HEADING.get(fold(heading), (None, 0))
        if name is None:
            continue
        place = _CODES_FIRST.get(fold(heading), place)
        if name not in best or place < best[name][0]:
            best[name] = (place, heading)
    fields = {name: heading for name, (_, heading) in best.items()}
    _place_plain_dates(headings, fields)
    chosen = {heading: name for name, heading in fields.items()}
    return {heading: chosen[heading] for heading in headings if heading in chosen}


def _place_plain_dates(headings: Sequence[str], fields: dict[str, str]) -> None:
    subject = "need" if "need" in fields else "sen" if "sen_status" in fields else None
    if subject is None:
        return
    for heading in headings:
        for ending, names in (("start", ("start date", "starts", "start")), ("end", ("end date", "ends", "end"))):
            if fold(heading) in names:
                fields.setdefault(f"{subject}_{ending}", heading)


def recognised(headings: Sequence[str], mapping: Mapping[str, str] | None = None) -> int:
    """How many of the headings a mapping names, or without one how many we would guess."""
    if mapping is None:
        return len(suggest_mapping(headings))
    known = {fold(heading) for heading, name in mapping.items() if name}
    return sum(fold(heading) in known for heading in headings)


def apply(mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, int]:
    """Field name -> column number for a saved mapping. Headings are compared without case and spaces.

    Raises ValueError with a sentence for a field that does not exist or that two columns fill.
    """
    wanted = {fold(heading): name for heading, name in mapping.items() if name != LEAVE_OUT}
    columns: dict[str, int] = {}
    for number, heading in enumerate(headings):
        name = wanted.get(fold(heading))
        if name is None:
            continue
        if name not in BY_NAME:
            raise ValueError(f"There is no field called “{name}”. Map “{heading}” to one of the fields in the list.")
        if name in columns:
            raise ValueError(
                f"“{headings[columns[name]]}” and “{heading}” are both mapped to {BY_NAME[name].label}. Leave one out."
            )
        columns[name] = number
    return columns


def missing_fields(fields: Mapping[str, object] | set[str]) -> str:
    """What still has to be mapped before pupils can be told apart, as a sentence; empty when nothing is missing."""
    has = set(fields)
    has_name = "full_name" in has or {"legal_surname", "legal_forename"} <= has
    if "upn" in has or "admission_number" in has or (has_name and "dob" in has):
        return ""
    if has_name:
        return "We cannot tell which pupil each row is about. Map a column to UPN, Admission number or Date of birth."
    return (
        "We cannot tell which pupil each row is about. Map a column to UPN or Admission number, or map Surname, "
        "Forename and Date of birth."
    )
