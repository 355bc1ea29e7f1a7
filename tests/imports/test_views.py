"""The screens: who may, what is shown, and every step without script."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pupils.identifiers import upn_check_letter
from pupils.models import Pupil
from sendco.audit.models import AuditEvent
from sendco.core import clock
from sendco.imports import actions
from sendco.imports.models import BatchState, ImportBatch, RowAction
from tests import factories

from .conftest import AMINA, BEN, DATA, HEADINGS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
MAY = ("sendco", "admin_assistant")
MAY_NOT = ("teacher", "support", "headteacher", "governor", "safeguarding", "federation_lead", "system_admin")


@pytest.fixture
def signed_in(sign_in, school, on_day):
    return sign_in("admin_assistant", school)


def upload(client, content, name="pupils.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post("/imports/upload/", {"file": SimpleUploadedFile(name, data), "format": "auto"})


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def form_of(response):
    """What the preview's form would send as it stands."""
    page = response.content.decode()
    data = dict(re.findall(r'<input type="hidden" name="(shown|show|page)" value="([^"]*)"', page))
    data.update(dict.fromkeys(re.findall(r'name="(row-\d+)" checked', page), "on"))
    return data


def addresses(pk):
    return [
        ("get", "/imports/"), ("get", "/imports/upload/"), ("get", f"/imports/{pk}/"), ("get", f"/imports/{pk}/columns/"),
        ("post", f"/imports/{pk}/rows/"), ("post", f"/imports/{pk}/apply/"), ("post", f"/imports/{pk}/discard/"),
        ("post", f"/imports/{pk}/undo/"),
    ]  # fmt: skip


@pytest.mark.parametrize("role", MAY_NOT)
def test_other_roles_reach_nothing(sign_in, school, upload_batch, role):
    batch = upload_batch(HEADINGS + AMINA)
    client = sign_in(role, school)

    found = [getattr(client, method)(path).status_code for method, path in addresses(batch.pk)]

    assert found == [403, 403, 404, 404, 404, 404, 404, 404]
    batch.refresh_from_db()
    assert (batch.state, Pupil.objects.count()) == (BatchState.STAGED, 0)


@pytest.fixture
def upload_batch(school, on_day):
    return lambda content: actions.receive(
        school=school, data=content.encode(), name="pupils.csv", by=None, on=clock.today()
    )


@pytest.mark.parametrize("role", MAY)
def test_another_schools_import_is_not_there(sign_in, two_schools, upload_batch, role):
    batch = upload_batch(HEADINGS + AMINA)
    client = sign_in(role, two_schools[1])

    found = [getattr(client, method)(path).status_code for method, path in addresses(batch.pk)]

    assert found == [200, 200, 404, 404, 404, 404, 404, 404]
    assert "pupils.csv" not in text_of(client.get("/imports/"))


@pytest.mark.parametrize("role", MAY)
def test_upload_check_import_undo(sign_in, school, on_day, role):
    client = sign_in(role, school)

    response = upload(client, (DATA / "ctf" / "3309999_CTF_3309998_001.xml").read_bytes(), "ctf.xml")
    preview = client.get(response["Location"])
    assert "Import 8 pupils" in text_of(preview)
    assert Pupil.objects.count() == 0

    path = response["Location"]
    applied = client.post(f"{path}apply/", form_of(preview), follow=True)
    assert "Imported: 8 pupils added, 0 changed" in text_of(applied)
    assert Pupil.objects.count() == 8

    undone = client.post(f"{path}undo/", follow=True)
    assert "Import undone. Everything is as it was before" in text_of(undone)
    assert Pupil.objects.count() == 0


def test_a_change_is_shown_old_and_new(signed_in, upload_batch):
    actions.apply_import(batch=upload_batch(HEADINGS + AMINA), by=None, now=clock.now())

    response = upload(signed_in, HEADINGS + AMINA.replace("Year 1", "Year 2"))

    assert "Year group Year 1 becomes Year 2" in text_of(signed_in.get(response["Location"]))


def test_refused_rows_say_line_field_and_what_to_do(signed_in):
    response = upload(signed_in, (DATA / "ctf" / "broken-3-unknown-code.xml").read_bytes(), "b.xml")

    shown = text_of(signed_in.get(response["Location"] + "?show=refused"))

    assert "SEN status, line 53. “Z” is not an SEN status we know, by code or by name. Correct it in the file." in shown
    assert "Import 2 pupils" in shown


def test_unticked_rows_on_the_page_are_left_out(signed_in, school):
    response = upload(signed_in, HEADINGS + AMINA + BEN)
    preview = signed_in.get(response["Location"])
    data = form_of(preview)
    amina = ImportBatch.objects.get().rows.get(line=2)
    del data[f"row-{amina.pk}"]

    saved = signed_in.post(f"{response['Location']}rows/", data, follow=True)
    assert "Import 1 pupil" in text_of(saved)
    signed_in.post(f"{response['Location']}apply/", form_of(saved))

    assert list(Pupil.objects.values_list("forename", flat=True)) == ["Ben"]


def test_import_at_once_counts_what_is_unticked(signed_in):
    response = upload(signed_in, HEADINGS + AMINA + BEN)
    data = form_of(signed_in.get(response["Location"]))
    del data[f"row-{ImportBatch.objects.get().rows.get(line=3).pk}"]

    signed_in.post(f"{response['Location']}apply/", data)

    assert list(Pupil.objects.values_list("forename", flat=True)) == ["Amina"]


def test_a_row_to_match_is_matched_on_the_page(signed_in, upload_batch):
    actions.apply_import(batch=upload_batch(HEADINGS + AMINA), by=None, now=clock.now())
    response = upload(signed_in, "Surname,Forename,DOB,Year\nTesterly,Amina,03/11/2019,2\n")
    preview = signed_in.get(response["Location"])
    assert "Testerly, Amina, born 3 November 2019, Year 1, UPN E330999920001" in text_of(preview)
    row = ImportBatch.objects.get(state=BatchState.STAGED).rows.get()

    data = {**form_of(preview), f"match-{row.pk}": str(Pupil.objects.get().pk)}
    matched = signed_in.post(f"{response['Location']}rows/", data, follow=True)

    assert "Year group Year 1 becomes Year 2" in text_of(matched)
    assert "Import 1 pupil" in text_of(matched)


def test_a_match_that_was_not_offered_is_refused(signed_in, upload_batch, two_schools):
    actions.apply_import(batch=upload_batch(HEADINGS + AMINA), by=None, now=clock.now())
    other = factories.PupilFactory(school=two_schools[1])
    response = upload(signed_in, "Surname,Forename,DOB,Year\nTesterly,Amina,03/11/2019,2\n")
    row = ImportBatch.objects.get(state=BatchState.STAGED).rows.get()
    data = {"shown": str(row.pk), "show": "choose", f"match-{row.pk}": str(other.pk)}

    assert signed_in.post(f"{response['Location']}rows/", data).status_code == 400
    row.refresh_from_db()
    assert row.action == RowAction.CHOOSE


def test_rows_of_another_import_cannot_be_chosen(signed_in, upload_batch):
    mine, other = upload_batch(HEADINGS + AMINA), upload_batch(HEADINGS + BEN)

    signed_in.post(f"/imports/{mine.pk}/rows/", {"shown": str(other.rows.get().pk), "show": "new"})

    assert other.rows.get().is_chosen is True


def test_pupils_who_are_not_in_the_file_are_listed_and_left_alone(signed_in, upload_batch):
    actions.apply_import(batch=upload_batch(HEADINGS + AMINA + BEN), by=None, now=clock.now())
    response = upload(signed_in, HEADINGS + AMINA)

    shown = text_of(signed_in.get(response["Location"] + "?show=absent"))

    assert "Nothing happens to them. Sampleton, Ben Year 3, 3A" in shown
    assert "Testerly, Amina" not in shown


def test_columns_are_matched_on_screen_once(signed_in):
    response = upload(signed_in, "Code,Family,Given,Birthday\n001,Testerly,Amina,03/11/2019\n")
    page = signed_in.get(response["Location"])
    assert response["Location"].endswith("/columns/")
    assert "Birthday Such as: 03/11/2019" in text_of(page)
    assert "(optional)" not in text_of(page)

    twice = {"column-0": "dob", "column-1": "legal_surname", "column-2": "legal_forename", "column-3": "dob"}
    refused = signed_in.post(response["Location"], twice)
    assert refused.status_code == 422
    assert "“Code” is Date of birth already. Leave one of the two out." in text_of(refused)

    few = {"column-0": "", "column-1": "legal_surname", "column-2": "", "column-3": ""}
    assert "We cannot tell which pupil each row is about." in text_of(signed_in.post(response["Location"], few))

    right = {**twice, "column-0": "admission_number"}
    assert "Import 1 pupil" in text_of(signed_in.post(response["Location"], right, follow=True))
    again = upload(signed_in, "Code,Family,Given,Birthday\n002,Newman,Bo,04/12/2018\n")
    assert "columns" not in again["Location"]


def test_guessed_columns_can_be_changed(signed_in):
    response = upload(signed_in, HEADINGS + AMINA)
    page = signed_in.get(f"{response['Location']}columns/").content.decode()

    assert '<option value="upn" selected>UPN</option>' in page


def test_an_import_that_changed_meanwhile_says_so_above_the_rows(signed_in, school):
    response = upload(signed_in, HEADINGS + AMINA)
    data = form_of(signed_in.get(response["Location"]))
    factories.PupilFactory(school=school, upn="E330999920001")

    answer = signed_in.post(f"{response['Location']}apply/", data)

    assert answer.status_code == 409
    assert "1 row of this import changed since you looked" in text_of(answer)
    assert "Import 1 pupil" in text_of(answer)


def test_an_undo_that_is_refused_says_why(signed_in, upload_batch):
    batch = upload_batch(HEADINGS + AMINA)
    actions.apply_import(batch=batch, by=None, now=clock.now())
    Pupil.objects.update(strengths="Drawing")

    answer = signed_in.post(f"/imports/{batch.pk}/undo/")

    assert answer.status_code == 400
    assert "because work depends on it: 1 changed record." in text_of(answer)


def test_discarding(signed_in, upload_batch):
    batch = upload_batch(HEADINGS + AMINA)

    answer = signed_in.post(f"/imports/{batch.pk}/discard/", follow=True)

    assert "Discarded. Nothing was imported, and the file is deleted" in text_of(answer)
    assert "Discarded" in text_of(signed_in.get(f"/imports/{batch.pk}/"))


def test_a_file_being_read_shows_progress_and_moves_on(signed_in, upload_batch):
    batch = upload_batch(HEADINGS + AMINA)
    ImportBatch.objects.update(state=BatchState.READING)

    page = signed_in.get(f"/imports/{batch.pk}/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert f'hx-get="/imports/{batch.pk}/?wait=1"' in page
    partial = signed_in.get(f"/imports/{batch.pk}/?wait=1", headers={"HX-Request": "true"}).content.decode()
    assert partial.lstrip().startswith('<div id="progress"')

    ImportBatch.objects.update(state=BatchState.STAGED)
    done = signed_in.get(f"/imports/{batch.pk}/?wait=1", headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Redirect"]) == (204, f"/imports/{batch.pk}/")


def test_a_failed_file_shows_the_reason(signed_in, upload_batch):
    batch = upload_batch(HEADINGS + AMINA)
    ImportBatch.objects.update(state=BatchState.FAILED, problem="The file is damaged at line 62.")

    assert "The file is damaged at line 62. Upload another file" in text_of(signed_in.get(f"/imports/{batch.pk}/"))


def test_looking_at_a_preview_is_in_the_trail(signed_in, upload_batch):
    batch = upload_batch(HEADINGS + AMINA)

    signed_in.get(f"/imports/{batch.pk}/")

    event = AuditEvent.objects.get(kind="import.viewed")
    assert (event.actor_id, event.target_id, event.target_label) == (signed_in.user.pk, batch.pk, f"Import {batch.pk}")


def _many(count):
    rows = ""
    for number in range(count):
        body = f"33099992{number:04d}"
        rows += f"{upn_check_letter(body)}{body},S{number},F{number},03/11/2019,Year 1,1A,K,18/11/2024,SLCN\n"
    return HEADINGS + rows


@pytest.mark.parametrize("count", [2, 30])
def test_the_preview_takes_the_same_queries_for_any_number(signed_in, upload_batch, count, django_assert_num_queries):
    batch = upload_batch(_many(count))
    signed_in.get("/imports/")

    with django_assert_num_queries(9):
        signed_in.get(f"/imports/{batch.pk}/")


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_takes_the_same_queries_for_any_number(signed_in, upload_batch, count, django_assert_num_queries):
    for number in range(count):
        upload_batch(_many(number + 1))
    signed_in.get("/imports/")

    with django_assert_num_queries(5):
        signed_in.get("/imports/")


def test_of_two_who_import_the_same_preview_one_does(signed_in, upload_batch, sign_in, school):
    batch = upload_batch(HEADINGS + AMINA)
    assert signed_in.post(f"/imports/{batch.pk}/apply/", {"shown": "", "show": "new"}).status_code == 302
    other = sign_in("sendco", school)
    response = other.post(f"/imports/{batch.pk}/apply/", {"shown": "", "show": "new"})
    assert response.status_code == 400
    assert "is not waiting to be checked" in response.content.decode()
    assert Pupil.objects.count() == 1


def test_undo_twice_says_that_it_is_undone(signed_in, upload_batch):
    batch = upload_batch(HEADINGS + AMINA)
    signed_in.post(f"/imports/{batch.pk}/apply/", {"shown": "", "show": "new"})
    assert signed_in.post(f"/imports/{batch.pk}/undo/").status_code == 302
    response = signed_in.post(f"/imports/{batch.pk}/undo/")
    assert "It is: undone." in response.content.decode()
    assert Pupil.objects.count() == 0


def test_of_two_previews_of_one_pupil_the_second_is_looked_at_again(signed_in, upload_batch):
    first, second = upload_batch(HEADINGS + AMINA), upload_batch(HEADINGS + AMINA.replace("1A", "1B"))
    signed_in.post(f"/imports/{first.pk}/apply/", {"shown": "", "show": "new"})
    response = signed_in.post(f"/imports/{second.pk}/apply/", {"shown": "", "show": "new"})
    assert response.status_code == 409
    assert "changed since you looked" in response.content.decode()
    assert [row.action for row in second.rows.all()] == ["changed"]
    assert Pupil.objects.get().school_class.name == "1A"


def test_a_session_that_ends_between_preview_and_import_imports_nothing_and_says_so(signed_in, upload_batch):
    batch = upload_batch(HEADINGS + AMINA)
    signed_in.logout()
    response = signed_in.post(f"/imports/{batch.pk}/apply/", {"shown": "", "show": "new"})
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")
    assert Pupil.objects.count() == 0


def test_a_upn_of_another_school_is_another_record(signed_in, upload_batch, two_schools):
    theirs = factories.PupilFactory(school=two_schools[1], upn="E330999920001", surname="Elsewhere")
    batch = upload_batch(HEADINGS + AMINA)
    assert batch.rows.get().action == "new"
    assert "Elsewhere" not in signed_in.get(f"/imports/{batch.pk}/").content.decode()
    signed_in.post(f"/imports/{batch.pk}/apply/", {"shown": "", "show": "new"})
    theirs.refresh_from_db()
    assert theirs.surname == "Elsewhere"
    assert Pupil.objects.filter(school=two_schools[0]).count() == 1


def test_formulas_in_a_file_are_text(signed_in, upload_batch):
    """As names they are kept as typed; every export writes them as text."""
    batch = upload_batch(HEADINGS + AMINA.replace("Amina", "=cmd|'/c calc'!A1"))
    page = signed_in.get(f"/imports/{batch.pk}/").content.decode()
    assert "=cmd|&#x27;/c calc&#x27;!A1" in page
