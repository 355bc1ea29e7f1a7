"""Records of a file against the pupils we have: who is who, and what would change. Pure: no database, no clock.

Everything rests on one rule: what a file does not mention stays as it is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from .readers.codebook import CodeBook, fold
from .readers.sen import close_periods, merge_periods
from .readers.types import ContactRecord, NeedRecord, PupilRecord, SenPeriod

LABELS = {
    "upn": "UPN",
    "former_upn": "Former UPN",
    "source_id": "Identifier in your system",
    "admission_number": "Admission number",
    "legal_surname": "Surname",
    "legal_forename": "Forename",
    "middle_names": "Middle names",
    "preferred_surname": "Preferred surname",
    "preferred_forename": "Preferred forename",
    "dob": "Date of birth",
    "sex": "Sex",
    "year_group": "Year group",
    "class_name": "Class",
    "ethnicity": "Ethnicity",
    "first_language": "First language",
    "eal": "English as an additional language",
    "fsm": "Free school meals",
    "pupil_premium": "Pupil premium",
    "looked_after": "Looked after",
    "service_child": "Service child",
    "entry_date": "Date of entry",
    "leaving_date": "Date of leaving",
    "sen_periods": "SEN status",
    "needs": "Needs",
    "contacts": "Contacts",
}
"""The fields an import can change, in the order of the preview, with the words for it."""

_CODED = {
    "sex": "sex",
    "year_group": "year_group",
    "ethnicity": "ethnicity",
    "first_language": "language",
}
_SERVICE = {"Y": True, "N": False}


@dataclass(frozen=True, slots=True)
class ExistingPupil:
    """A pupil as we have it. Empty texts and None both mean "not known". sen_periods may hold our own M (monitoring).

    contacts: full names; the file's contacts are added beside them and never merged into them.
    """

    id: int
    upn: str = ""
    former_upn: str = ""
    source_id: str = ""
    admission_number: str = ""
    legal_surname: str = ""
    legal_forename: str = ""
    middle_names: str = ""
    preferred_surname: str = ""
    preferred_forename: str = ""
    dob: date | None = None
    sex: str = ""
    year_group: str = ""
    class_name: str = ""
    ethnicity: str = ""
    first_language: str = ""
    eal: bool | None = None
    fsm: bool | None = None
    pupil_premium: bool | None = None
    looked_after: bool | None = None
    service_child: bool | None = None
    entry_date: date | None = None
    leaving_date: date | None = None
    sen_periods: tuple[SenPeriod, ...] = ()
    needs: tuple[NeedRecord, ...] = ()
    contacts: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<ExistingPupil {self.id}>"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that would change. old and new are values as in `ExistingPupil`; `in_words` shows them."""

    field: str
    label: str
    old: object
    new: object


class MatchedBy(StrEnum):
    UPN = "upn"
    FORMER_UPN = "former_upn"
    SOURCE_ID = "source_id"
    ADMISSION_NUMBER = "admission_number"
    A_PERSON_CHOOSES = "a_person_chooses"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Match:
    """Who a record is about. existing: None for a new pupil, and while a person has to choose among candidates."""

    record: PupilRecord
    by: MatchedBy
    existing: ExistingPupil | None = None
    candidates: tuple[ExistingPupil, ...] = ()


def match(records: Sequence[PupilRecord], existing: Sequence[ExistingPupil]) -> list[Match]:
    """Pair records with pupils: by UPN, former UPN, the system's identifier, admission number with birth date.

    The same name and birth date alone only makes candidates for a person to choose from, as does a key that fits
    several pupils or a pupil that another record already has. Linear in records and pupils.
    """
    found: dict[int, Match] = {}
    taken: set[int] = set()
    for by, keys_of_record, keys_of_pupil in _PASSES:
        index = _index(existing, keys_of_pupil)
        for record in records:
            if record.line in found:
                continue
            pupils = _lookup(index, keys_of_record(record))
            if len(pupils) == 1 and pupils[0].id not in taken:
                taken.add(pupils[0].id)
                found[record.line] = Match(record, by, pupils[0])
            elif pupils:
                found[record.line] = Match(record, MatchedBy.A_PERSON_CHOOSES, candidates=tuple(pupils))
    by_name = _index(existing, _name_keys)
    for record in records:
        if record.line not in found:
            pupils = _lookup(by_name, _name_keys(record))
            by = MatchedBy.A_PERSON_CHOOSES if pupils else MatchedBy.NOBODY
            found[record.line] = Match(record, by, candidates=tuple(pupils))
    return [found[record.line] for record in records]


def missing_for_new(record: PupilRecord) -> tuple[str, ...]:
    """Labels of what a new pupil cannot be without; a file of needs or history alone does not have it."""
    return tuple(LABELS[name] for name in ("legal_surname", "legal_forename", "dob") if getattr(record, name) is None)


Keys = Callable[[PupilRecord | ExistingPupil], list[tuple]]


def _index(existing: Iterable[ExistingPupil], keys: Keys) -> dict[tuple, list[ExistingPupil]]:
    index: dict[tuple, list[ExistingPupil]] = defaultdict(list)
    for pupil in existing:
        for key in keys(pupil):
            index[key].append(pupil)
    return index


def _lookup(index: dict[tuple, list[ExistingPupil]], keys: Iterable[tuple]) -> list[ExistingPupil]:
    found = {pupil.id: pupil for key in keys for pupil in index.get(key, ())}
    return list(found.values())


def _upn_keys(who: PupilRecord | ExistingPupil) -> list[tuple]:
    return [(who.upn,)] if who.upn else []


def _any_upn_keys(who: PupilRecord | ExistingPupil) -> list[tuple]:
    return [(upn,) for upn in (who.upn, who.former_upn) if upn]


def _source_keys(who: PupilRecord | ExistingPupil) -> list[tuple]:
    return [(who.source_id,)] if who.source_id else []


def _admission_keys(who: PupilRecord | ExistingPupil) -> list[tuple]:
    """Admission number with the birth date, or with the name where a file has no birth date.

    Leading zeros do not count: spreadsheets lose them.
    """
    number = (who.admission_number or "").lstrip("0")
    if not number:
        return []
    name = (number, fold(who.legal_surname or ""), fold(who.legal_forename or ""))
    if isinstance(who, PupilRecord):
        return [(number, who.dob) if who.dob else name]
    return [(number, who.dob), name]


def _name_keys(who: PupilRecord | ExistingPupil) -> list[tuple]:
    """Name, legal or preferred, with the birth date."""
    if not who.dob:
        return []
    surnames = {fold(name) for name in (who.legal_surname, who.preferred_surname) if name}
    forenames = {fold(name) for name in (who.legal_forename, who.preferred_forename) if name}
    return [(who.dob, surname, forename) for surname in sorted(surnames) for forename in sorted(forenames)]


_PASSES: tuple[tuple[MatchedBy, Keys, Keys], ...] = (
    (MatchedBy.UPN, _upn_keys, _upn_keys),
    (MatchedBy.FORMER_UPN, _any_upn_keys, _any_upn_keys),
    (MatchedBy.SOURCE_ID, _source_keys, _source_keys),
    (MatchedBy.ADMISSION_NUMBER, _admission_keys, _admission_keys),
)


def compare(existing: ExistingPupil, record: PupilRecord, *, on: date) -> list[FieldChange]:
    """What the record would change, in the order of `LABELS`. Empty when nothing would.

    on: day of the import, from which a status or need without a date holds. Applying the changes and comparing again
    with the same record, on any later day, gives nothing.
    """
    new = {name: _value(record, name) for name in LABELS if name not in ("sen_periods", "needs", "contacts")}
    if new["upn"] and existing.upn and new["upn"] != existing.upn and not new["former_upn"]:
        new["former_upn"] = existing.upn
    changes = [
        FieldChange(name, LABELS[name], getattr(existing, name), value)
        for name, value in new.items()
        if value is not None and not _is_same(name, getattr(existing, name), value)
    ]
    periods = merge_periods(existing.sen_periods, record.sen_periods, on=on)
    # Put in order first, so that two equal histories are equal however they were stored.
    if periods != close_periods(existing.sen_periods):
        changes.append(FieldChange("sen_periods", LABELS["sen_periods"], existing.sen_periods, periods))
    needs = merge_needs(existing.needs, record.needs, on=on)
    if needs != existing.needs:
        changes.append(FieldChange("needs", LABELS["needs"], existing.needs, needs))
    if added := new_contacts(existing, record):
        changes.append(FieldChange("contacts", LABELS["contacts"], existing.contacts, added))
    return changes


def _value(record: PupilRecord, name: str) -> object:
    value = getattr(record, name)
    return _SERVICE.get(value or "") if name == "service_child" else value


def _is_same(name: str, old: object, new: object) -> bool:
    if name == "admission_number":
        return str(old).lstrip("0") == str(new).lstrip("0")
    return old == new


def merge_needs(
    existing: tuple[NeedRecord, ...], incoming: Sequence[NeedRecord] | None, *, on: date
) -> tuple[NeedRecord, ...]:
    """Our needs with the file's added: ranks, dates and ends from the file where it has them, nothing dropped.

    Ranks of current needs stay unique: those the file does not mention move behind those it does. Returns
    `existing` itself when nothing changes.
    """
    if not incoming:
        return existing
    merged = list(existing)
    claimed: set[int] = set()
    # Needs with the very same start are settled first, so that an older episode never claims a newer one.
    for need in sorted(incoming, key=lambda need: not any(_is_same_episode(own, need) for own in existing)):
        place = _place_of(need, merged, claimed, len(existing))
        if place is None:
            claimed.add(len(merged))
            merged.append(replace(need, starts=need.starts or min(on, need.ends or on)))
        else:
            claimed.add(place)
            own = merged[place]
            merged[place] = replace(own, rank=need.rank, starts=need.starts or own.starts, ends=need.ends or own.ends)
    ranked = _rank_anew(merged, claimed, on)
    return existing if set(ranked) == set(existing) else ranked


def _is_same_episode(own: NeedRecord, need: NeedRecord) -> bool:
    """The same start, or the same end where the file's need has an end and no start."""
    if own.code != need.code:
        return False
    return own.starts == need.starts if need.starts else need.ends is not None and own.ends == need.ends


def _place_of(need: NeedRecord, merged: Sequence[NeedRecord], claimed: set[int], ours: int) -> int | None:
    """Which of our needs it is: the same code and start, else our open one of that code, if it fits in time."""
    free = [place for place in range(ours) if place not in claimed and merged[place].code == need.code]
    for place in free:
        if _is_same_episode(merged[place], need):
            return place
    for place in free:
        own = merged[place]
        if own.ends is None and (need.ends is None or own.starts is None or own.starts <= need.ends):
            return place
    return None


def _rank_anew(needs: Sequence[NeedRecord], from_file: set[int], on: date) -> tuple[NeedRecord, ...]:
    """Current needs with a rank each; the file's keep theirs."""
    current = [n for n, need in enumerate(needs) if need.ends is None or need.ends > on]
    taken = {needs[n].rank for n in current if n in from_file}
    ranks = {n: needs[n].rank for n in range(len(needs))}
    for n in sorted((n for n in current if n not in from_file), key=lambda n: needs[n].rank):
        while ranks[n] in taken:
            ranks[n] += 1
        taken.add(ranks[n])
    ranked = [replace(need, rank=ranks[n]) for n, need in enumerate(needs)]
    return tuple(sorted(ranked, key=lambda need: (need.rank, need.starts or date.min)))


def new_contacts(existing: ExistingPupil, record: PupilRecord) -> tuple[ContactRecord, ...]:
    """The file's contacts whose name we do not have for this pupil. Contacts are never merged automatically."""
    known = {fold(name) for name in existing.contacts}
    return tuple(c for c in record.contacts or () if fold(contact_name(c)) not in known)


def contact_name(contact: ContactRecord) -> str:
    """Forename and surname, as `ExistingPupil.contacts` holds them."""
    return " ".join(part for part in (contact.forename, contact.surname) if part)


def in_words(change: FieldChange, codebook: CodeBook) -> tuple[str, str]:
    """Old and new value of a change as the preview shows them."""
    return _words(change.field, change.old, codebook), _words(change.field, change.new, codebook)


def _words(field: str, value: object, codebook: CodeBook) -> str:
    if value is None or value in ("", ()):
        return "not recorded"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return _long_date(value)
    if isinstance(value, tuple):
        return "; ".join(_part_in_words(part, codebook) for part in value)
    code = codebook.get(_CODED.get(field, ""), str(value))
    return code.short or code.label if code else str(value)


def _part_in_words(part: object, codebook: CodeBook) -> str:
    if isinstance(part, SenPeriod):
        code = codebook.get("sen_provision", part.code)
        name = code.short if code else "Monitoring"
        return f"{name} {_span(part.starts, part.ends)}".strip()
    if isinstance(part, NeedRecord):
        code = codebook.get("sen_type", part.code)
        return f"{part.rank} {code.label if code else part.code} {_span(part.starts, part.ends)}".strip()
    return contact_name(part) if isinstance(part, ContactRecord) else str(part)


def _span(starts: date | None, ends: date | None) -> str:
    start = f"from {_long_date(starts)}" if starts else ""
    return f"{start} to {_long_date(ends)}" if ends else start


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
