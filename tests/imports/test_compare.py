from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendco.imports.compare import (
    LABELS,
    ExistingPupil,
    Match,
    MatchedBy,
    compare,
    contact_name,
    in_words,
    match,
    merge_needs,
    missing_for_new,
)
from sendco.imports.readers import default_codebook, read_file
from sendco.imports.readers.types import ContactRecord, NeedRecord, PupilRecord, SenPeriod

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 23)
DATA = Path(__file__).parent.parent / "data"
BORN = date(2019, 11, 3)

AMINA = ExistingPupil(
    id=1,
    upn="E330999920001",
    admission_number="001201",
    legal_surname="Testerly",
    legal_forename="Amina",
    dob=BORN,
    year_group="1",
    fsm=True,
    sen_periods=(SenPeriod("K", date(2024, 11, 18)),),
    needs=(NeedRecord("SLCN", 1, starts=date(2024, 11, 18)),),
)

needs = st.lists(
    st.builds(
        NeedRecord,
        st.sampled_from(["SLCN", "ASD", "HI"]),
        st.integers(min_value=1, max_value=4),
        starts=st.none() | st.dates(min_value=date(2020, 1, 1), max_value=date(2024, 1, 1)),
        ends=st.none() | st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 1, 1)),
    ),
    max_size=4,
    unique_by=(lambda need: need.rank, lambda need: need.code),
)


def applied(existing: ExistingPupil, record: PupilRecord, on: date) -> ExistingPupil:
    """The pupil after an import that does what `compare` says."""
    changes = {change.field: change.new for change in compare(existing, record, on=on)}
    if "contacts" in changes:
        changes["contacts"] = (*existing.contacts, *(contact_name(contact) for contact in changes["contacts"]))
    return replace(existing, **changes)


def new_pupil(record: PupilRecord, on: date) -> ExistingPupil:
    return applied(ExistingPupil(id=record.line), record, on)


def test_a_record_that_says_nothing_changes_nothing():
    assert compare(AMINA, PupilRecord(line=1), on=TODAY) == []


def test_fields_change_one_by_one():
    record = PupilRecord(line=1, year_group="2", fsm=False, eal=True, legal_surname="Testerly")
    assert [(c.field, c.label, c.old, c.new) for c in compare(AMINA, record, on=TODAY)] == [
        ("year_group", "Year group", "1", "2"),
        ("eal", "English as an additional language", None, True),
        ("fsm", "Free school meals", True, False),
    ]


def test_a_new_upn_keeps_the_old_one_as_former():
    record = PupilRecord(line=1, upn="W330999918002")
    assert [(c.field, c.new) for c in compare(AMINA, record, on=TODAY)] == [
        ("upn", "W330999918002"),
        ("former_upn", "E330999920001"),
    ]


def test_lost_leading_zeros_are_no_change():
    assert compare(AMINA, PupilRecord(line=1, admission_number="1201"), on=TODAY) == []


@pytest.mark.parametrize(("code", "new"), [("Y", [True]), ("N", [False]), ("U", []), ("R", []), (None, [])])
def test_service_child_is_a_flag_here(code, new):
    assert [c.new for c in compare(AMINA, PupilRecord(line=1, service_child=code), on=TODAY)] == new


def test_a_new_status_is_added_to_the_history():
    record = PupilRecord(line=1, sen_periods=(SenPeriod("E", date(2026, 10, 5)),))
    (change,) = compare(AMINA, record, on=TODAY)
    assert change.new == (SenPeriod("K", date(2024, 11, 18), date(2026, 10, 4)), SenPeriod("E", date(2026, 10, 5)))


def test_histories_are_equal_however_they_were_stored():
    stored = replace(
        AMINA,
        sen_periods=(SenPeriod("K", date(2024, 11, 18)), SenPeriod("N", date(2023, 9, 4), date(2024, 11, 18))),
    )
    record = PupilRecord(
        line=1, sen_periods=(SenPeriod("N", date(2023, 9, 4), date(2024, 11, 17)), SenPeriod("K", date(2024, 11, 18)))
    )
    assert compare(stored, record, on=TODAY) == []


def test_needs_the_file_does_not_mention_stay_and_move_behind():
    merged = merge_needs(AMINA.needs, (NeedRecord("ASD", 1, starts=date(2026, 9, 7)),), on=TODAY)
    assert [(need.code, need.rank) for need in merged] == [("ASD", 1), ("SLCN", 2)]


def test_a_need_that_the_file_ends_is_ended():
    merged = merge_needs(
        AMINA.needs, (NeedRecord("SLCN", 1, starts=date(2024, 11, 18), ends=date(2026, 7, 17)),), on=TODAY
    )
    assert merged == (NeedRecord("SLCN", 1, starts=date(2024, 11, 18), ends=date(2026, 7, 17)),)


def test_an_older_episode_of_a_need_is_added_as_history():
    older = NeedRecord("SLCN", 1, starts=date(2021, 9, 6), ends=date(2022, 7, 20))
    assert merge_needs(AMINA.needs, (older,), on=TODAY) == (older, *AMINA.needs)


def test_a_need_without_a_date_starts_on_the_day_of_import():
    merged = merge_needs((), (NeedRecord("HI", 2),), on=TODAY)
    assert merged == (NeedRecord("HI", 2, starts=TODAY),)
    assert merge_needs(merged, (NeedRecord("HI", 2),), on=date(2027, 1, 4)) is merged


@settings(max_examples=60)
@given(needs, needs)
def test_the_same_needs_twice_change_nothing_and_ranks_stay_unique(ours, theirs):
    existing = merge_needs((), tuple(ours), on=TODAY)
    once = merge_needs(existing, tuple(theirs), on=TODAY)
    assert merge_needs(once, tuple(theirs), on=TODAY + timedelta(days=30)) == once
    ranks = [need.rank for need in once if need.ends is None]
    assert len(ranks) == len(set(ranks))
    assert {need.code for need in existing} <= {need.code for need in once}


def test_contacts_are_added_and_never_merged():
    record = PupilRecord(line=1, contacts=(ContactRecord(1, "Testerly", "Noor"), ContactRecord(2, "Older", "Ann")))
    existing = replace(AMINA, contacts=("Noor Testerly",))
    (change,) = compare(existing, record, on=TODAY)
    assert [contact_name(contact) for contact in change.new] == ["Ann Older"]


@pytest.mark.parametrize(
    "name",
    [
        "ctf/3309999_CTF_3309998_001.xml",
        "ctf/3309999_CTF_3309998_002.xml",
        "csv/sims-like-pupils.csv",
        "csv/sims-like-sen-history.csv",
        "csv/arbor-like-sen-needs.csv",
        "csv/oneroster-1.1",
    ],
)
def test_the_same_file_twice_changes_nothing(name):
    result = read_file(DATA / name, codebook=default_codebook(), today=TODAY)
    for record in result.accepted:
        once = new_pupil(record, TODAY)
        assert compare(once, record, on=date(2027, 2, 1)) == []


def test_a_newer_ctf_changes_only_what_it_says():
    old, new = (
        read_file(DATA / "ctf" / name, codebook=default_codebook(), today=TODAY).records[0]
        for name in ("3309999_CTF_3309998_001.xml", "3309999_CTF_3309998_002.xml")
    )
    changes = compare(new_pupil(old, TODAY), new, on=TODAY)
    assert [(c.field, c.old, c.new) for c in changes] == [("year_group", "1", "2")]


def test_an_older_ctf_ends_no_need_it_does_not_mention():
    now = read_file(DATA / "ctf" / "3309999_CTF_3309998_001.xml", codebook=default_codebook(), today=TODAY).records[1]
    then = read_file(DATA / "ctf" / "3309999_CTF_3309998_003.xml", codebook=default_codebook(), today=TODAY).records[0]
    assert [c.field for c in compare(new_pupil(now, TODAY), then, on=TODAY)] == ["year_group"]


BEN = ExistingPupil(id=2, upn="B330999922001", former_upn="A33099992201A", source_id="usr-b", dob=date(2017, 10, 21))


@pytest.mark.parametrize(
    ("record", "by", "found"),
    [
        (PupilRecord(1, upn="E330999920001"), MatchedBy.UPN, 1),
        (PupilRecord(1, upn="A33099992201A"), MatchedBy.FORMER_UPN, 2),
        (PupilRecord(1, upn="Q330999922002", former_upn="B330999922001"), MatchedBy.FORMER_UPN, 2),
        (PupilRecord(1, source_id="usr-b"), MatchedBy.SOURCE_ID, 2),
        (PupilRecord(1, admission_number="1201", dob=BORN), MatchedBy.ADMISSION_NUMBER, 1),
        (
            PupilRecord(1, admission_number="001201", legal_surname="TESTERLY", legal_forename="Amina"),
            MatchedBy.ADMISSION_NUMBER,
            1,
        ),
        (PupilRecord(1, admission_number="1201", dob=date(2018, 1, 1)), MatchedBy.NOBODY, None),
        (PupilRecord(1, admission_number="1201"), MatchedBy.NOBODY, None),
        (PupilRecord(1, upn="Q330999922002"), MatchedBy.NOBODY, None),
    ],
)
def test_match(record, by, found):
    (result,) = match([record], [AMINA, BEN])
    assert (result.by, result.existing and result.existing.id, result.candidates) == (by, found, ())


@pytest.mark.parametrize("upn", [None, "Q330999922002"])
def test_name_and_birth_date_only_make_candidates(upn):
    record = PupilRecord(1, upn=upn, legal_surname="testerly", legal_forename="AMINA", dob=BORN)
    assert match([record], [AMINA, BEN]) == [Match(record, MatchedBy.A_PERSON_CHOOSES, candidates=(AMINA,))]


def test_a_preferred_name_makes_a_candidate():
    existing = replace(AMINA, preferred_forename="Mina")
    record = PupilRecord(1, legal_surname="Testerly", legal_forename="Mina", dob=BORN)
    assert match([record], [existing])[0].candidates == (existing,)


def test_two_records_never_take_the_same_pupil():
    first = PupilRecord(1, upn="A33099992201A")
    second = PupilRecord(2, upn="B330999922001")
    results = match([first, second], [BEN])
    assert [(r.by, r.existing) for r in results] == [(MatchedBy.A_PERSON_CHOOSES, None), (MatchedBy.UPN, BEN)]
    assert results[0].candidates == (BEN,)


def test_a_key_that_fits_two_pupils_is_left_to_a_person():
    twin = replace(AMINA, id=3, upn="")
    record = PupilRecord(1, admission_number="1201", dob=BORN)
    assert match([record], [AMINA, twin])[0].candidates == (AMINA, twin)


def test_what_a_new_pupil_lacks():
    assert missing_for_new(PupilRecord(1, upn="E330999920001")) == ("Surname", "Forename", "Date of birth")
    assert missing_for_new(PupilRecord(1, legal_surname="A", legal_forename="B", dob=BORN)) == ()


def test_changes_in_words():
    record = PupilRecord(
        line=1,
        dob=date(2019, 11, 4),
        year_group="2",
        fsm=False,
        first_language="URD",
        sen_periods=(SenPeriod("E", date(2026, 10, 5)),),
        needs=(NeedRecord("ASD", 2, starts=date(2026, 10, 5)),),
        contacts=(ContactRecord(1, "Testerly", "Noor"),),
    )
    words = {c.field: in_words(c, default_codebook()) for c in compare(AMINA, record, on=TODAY)}
    assert words == {
        "dob": ("3 November 2019", "4 November 2019"),
        "year_group": ("Year 1", "Year 2"),
        "first_language": ("not recorded", "Urdu"),
        "fsm": ("Yes", "No"),
        "sen_periods": (
            "SEN support from 18 November 2024",
            "SEN support from 18 November 2024 to 4 October 2026; EHC plan from 5 October 2026",
        ),
        "needs": (
            "1 Speech, language and communication needs from 18 November 2024",
            "1 Speech, language and communication needs from 18 November 2024; "
            "2 Autistic spectrum disorder from 5 October 2026",
        ),
        "contacts": ("not recorded", "Noor Testerly"),
    }


def test_every_compared_field_is_in_both_shapes_and_repr_has_no_name():
    assert set(LABELS) <= {field.name for field in fields(PupilRecord)}
    assert set(LABELS) == {field.name for field in fields(ExistingPupil)} - {"id"}
    assert repr(AMINA) == "<ExistingPupil 1>"
