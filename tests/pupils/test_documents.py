"""Documents: what is taken in, where it lies, who opens it."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pupils import actions
from pupils.models import Document
from pupils.uploads import DOCX, ODT, UploadRefused, check_upload
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import NotAllowed, Refused
from tests import factories

pytestmark = pytest.mark.integration
ON = date(2026, 11, 23)
PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 16


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    return tmp_path


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(school=school, sen_status="K")


def archive(**parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return held.getvalue()


WORD = archive(**{"[Content_Types]_dot_xml": "x", "word__document_dot_xml": "x"})
MACROS = archive(**{"[Content_Types]_dot_xml": "x", "word__document_dot_xml": "x", "word__vbaProject_dot_bin": "x"})
TEXT = archive(mimetype=ODT, content_dot_xml="x")
SHEET = archive(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_dot_xml="x")


def document(pupil, content=PDF, by=None, **extra):
    given = {"title": "Advice", "on": ON, "upload": SimpleUploadedFile("kofi mensah.exe", content), **extra}
    return actions.add_document(pupil=pupil, by=by, **given)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg"), (WORD, DOCX), (TEXT, ODT)],
)
def test_content_decides_what_a_file_is(content, kind):
    checked = check_upload(io.BytesIO(content), len(content))
    assert (checked.media_type, checked.size, len(checked.sha256)) == (kind, len(content), 64)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>",
        b"MZ" + b"\0" * 80,
        b"GIF89a" + b"\0" * 20,
        b"<svg xmlns='x'/>",
        MACROS,
        SHEET,
        b"PK\x03\x04broken",
        b"plain",
    ],
)
def test_other_content_is_refused(content):
    with pytest.raises(UploadRefused, match="Choose a PDF"):
        check_upload(io.BytesIO(content), len(content))


@pytest.mark.parametrize(("size", "message"), [(10 * 1024 * 1024 + 1, "smaller than 10 MB"), (0, "empty")])
def test_size_is_checked_first(size, message):
    with pytest.raises(UploadRefused, match=message):
        check_upload(io.BytesIO(PDF), size)


def test_the_name_on_disk_says_nothing(pupil, folder):
    made = document(pupil)
    assert made.file.name.startswith("documents/")
    assert made.file.name.endswith(".pdf")
    assert "kofi" not in made.file.name
    assert (folder / made.file.name).read_bytes() == PDF
    assert AuditEvent.objects.get(kind="document.added").details == {
        "media_type": "application/pdf",
        "size": len(PDF),
        "confidential": False,
    }


def test_the_action_checks_the_content_too(pupil):
    with pytest.raises(Refused, match="Choose a PDF"):
        document(pupil, b"<html>")
    assert not Document.objects.exists()


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.HEAD, Role.GOVERNOR, Role.SAFEGUARDING])
def test_who_may_not_add_documents(role, pupil, school):
    with pytest.raises(NotAllowed):
        document(pupil, by=factories.person(role, school))


def test_upload_and_download_on_screen(sign_in, school, pupil, on_day):
    client = sign_in(Role.ADMIN, school)
    sent = {"title": "Speech advice", "on": "2026-11-20", "upload": SimpleUploadedFile("x.pdf", PDF)}
    assert client.post(reverse("pupils:document-add", args=[pupil.pk]), sent).status_code == 302
    made = Document.objects.get()
    response = client.get(reverse("pupils:document", args=[made.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="speech-advice.pdf"'
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "sandbox" in response["Content-Security-Policy"]
    event = AuditEvent.objects.get(kind="document.read")
    assert (event.actor_id, event.pupil_id, event.school_id) == (client.user.pk, pupil.pk, school.pk)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"<html>", "Choose a PDF, a Word or OpenDocument text"), (b"", "empty"), (None, "Choose a file")],
)
def test_a_refused_upload_says_what_to_do(content, message, sign_in, school, pupil, on_day):
    client = sign_in(Role.ADMIN, school)
    sent = {"title": "x", "on": "2026-11-20"}
    if content is not None:
        sent["upload"] = SimpleUploadedFile("x.pdf", content)
    response = client.post(reverse("pupils:document-add", args=[pupil.pk]), sent)
    assert (response.status_code, message in response.content.decode()) == (422, True)


def test_the_limit_of_the_settings_holds(sign_in, school, pupil, settings, on_day):
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    client = sign_in(Role.ADMIN, school)
    big = SimpleUploadedFile("x.pdf", PDF + b"x" * 1024 * 1024)
    response = client.post(
        reverse("pupils:document-add", args=[pupil.pk]), {"title": "x", "on": "2026-11-20", "upload": big}
    )
    assert "Your file must be smaller than 1 MB" in response.content.decode()


def test_removal_is_undone(sign_in, school, pupil):
    client = sign_in(Role.SENDCO, school)
    made = document(pupil)
    page = reverse("pages:pupil-documents", args=[pupil.pk])
    client.post(reverse("pupils:document-remove", args=[made.pk]))
    undo = reverse("pupils:document-undo", args=[made.pk])
    assert f'action="{undo}"' in client.get(page).content.decode()
    assert client.get(reverse("pupils:document", args=[made.pk])).status_code == 404
    with pytest.raises(Refused, match="already"):
        actions.remove_document(document=Document.objects.get(), by=None)
    client.post(undo)
    assert client.get(reverse("pupils:document", args=[made.pk])).status_code == 200


@pytest.mark.parametrize(
    ("role", "confidential", "code"),
    [
        (Role.TEACHER, False, 200),
        (Role.TEACHER, True, 404),
        (Role.SUPPORT, False, 403),
        (Role.ADMIN, True, 404),
        (Role.HEAD, True, 404),
        (Role.SAFEGUARDING, True, 200),
        (Role.SENDCO, True, 200),
        (Role.GOVERNOR, False, 404),
    ],
)
def test_who_opens_documents(role, confidential, code, sign_in, school, pupil):
    made = document(pupil, is_confidential=confidential)
    client = sign_in(role, school)
    if role in (Role.TEACHER, Role.SUPPORT):
        pupil.key_adult = client.user
        pupil.save()
    assert client.get(reverse("pupils:document", args=[made.pk])).status_code == code


def test_another_schools_documents_do_not_exist(sign_in, two_schools):
    here, there = two_schools
    made = document(factories.PupilFactory(school=there))
    client = sign_in(Role.SENDCO, here)
    assert client.get(reverse("pupils:document", args=[made.pk])).status_code == 404
    for name in ("document-remove", "document-undo"):
        assert client.post(reverse(f"pupils:{name}", args=[made.pk])).status_code == 404
