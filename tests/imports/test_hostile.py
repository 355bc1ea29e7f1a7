"""Files that mean harm, or by mistake do it, through the upload page."""

import io
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory

from pupils.models import Pupil
from sendco.core.uploads import CappedUploadHandler
from sendco.imports.models import ImportBatch

from .conftest import AMINA, DATA, HEADINGS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def send(sign_in, school, on_day):
    client = sign_in("admin_assistant", school)

    def post(content, name="file.csv", **fields):
        data = content if isinstance(content, bytes) else content.encode()
        return client.post("/imports/upload/", {"file": SimpleUploadedFile(name, data), **fields})

    return post


def refused(response, words, status=422):
    assert response.status_code == status
    assert words in response.content.decode()
    assert (ImportBatch.objects.count(), Pupil.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("broken-1-malformed.xml", "Line 62: The file is damaged at line 62"),
        ("broken-5a-entity-bomb.xml", "document type declaration (DOCTYPE)"),
        ("broken-5b-external-entity.xml", "document type declaration (DOCTYPE)"),
    ],
)
def test_broken_samples_are_refused_in_words(send, name, words):
    started = time.perf_counter()

    refused(send((DATA / "ctf" / name).read_bytes(), name), words)

    assert time.perf_counter() - started < 5


def _zip(*files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"   \n\n", "The file is empty"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"\x89PNG\r\n", "This is a picture"),
        (b"\x1f\x8b\x08", "compressed file (gzip)"),
        (HEADINGS.encode() + b"a\0b,c\n", "character that does not belong in a text file"),
        (b"\xff\xfeU\0P\0N\0,\0\xd8\xd8", "not in the encoding it says"),
        (HEADINGS + '"' + "x" * 20_000, "far too long"),
        (_zip(("../users.csv", "sourcedId,givenName,familyName\n")), "names that point outside it"),
        (_zip(("virus.exe", "MZ")), "neither an Excel workbook nor a OneRoster export"),
        (_zip(("xl/workbook.xml", "<nonsense/>")), "The workbook is damaged"),
        ('<?xml version="1.0"?><html><body/></html>', "Common Transfer File"),
    ],
    ids=["empty", "blank", "pdf", "png", "gzip", "nul", "utf16", "long", "slip", "exe", "xlsx", "html"],
)
def test_other_kinds_of_files_are_refused_in_words(send, content, words):
    refused(send(content), words)


def test_a_zip_bomb_is_refused(send):
    content = _zip(("users.csv", b"sourcedId,givenName,familyName\n" + b"a" * 61_000_000))

    refused(send(content, "export.zip"), "unpacks to more than 60 MB")


def test_a_file_above_the_cap_is_refused(send, settings):
    settings.IMPORT_MAX_BYTES = settings.DOCUMENT_MAX_BYTES = 1024 * 1024

    refused(send(b"x" * 1_100_000), "Your file must be smaller than 1 MB", status=413)


def test_200_mb_are_refused_before_a_byte_is_stored(send, settings, tmp_path, monkeypatch):
    """The browser says how much comes; nothing of it reaches the disk, and the answer is the page with a sentence."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    made = []
    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file", lambda self, *a, **k: made.append(a)
    )
    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.__init__", _claiming(200_000_000), raising=True)

    refused(send(HEADINGS + AMINA), "Your file must be smaller than 20 MB", status=413)

    assert (made, list(tmp_path.iterdir())) == ([], [])


def _claiming(length):
    from django.http.multipartparser import MultiPartParser

    original = MultiPartParser.__init__

    def init(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self._content_length = length

    return init


def test_the_fields_before_the_file_survive_the_cap(settings):
    """Or the form's token would be lost, and the answer would be about that."""
    settings.IMPORT_MAX_BYTES = settings.DOCUMENT_MAX_BYTES = 1000
    request = RequestFactory().post("/", {"token": "abc", "file": SimpleUploadedFile("x.csv", b"y" * 5000)})

    assert (request.POST["token"], list(request.FILES), request.upload_too_large) == ("abc", [], True)


def test_a_small_upload_passes_the_cap(settings):
    settings.IMPORT_MAX_BYTES = 1000
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("x.csv", b"y" * 900)})

    assert request.FILES["file"].read() == b"y" * 900
    assert not hasattr(request, "upload_too_large")


def test_what_is_hopeless_is_cut_off():
    handler = CappedUploadHandler()
    handler.handle_raw_input(None, {}, 5_000_000_000, b"")

    with pytest.raises(StopUpload) as stop:
        handler.new_file("file", "x", "text/csv", None)

    assert stop.value.connection_reset is True


def test_markup_in_a_file_is_shown_as_text(send, client):
    response = send(HEADINGS + AMINA.replace("Testerly", "<script>alert(1)</script>"))

    page = client.get(response["Location"]).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_a_file_name_with_a_path_is_only_a_name(send):
    send(HEADINGS + AMINA, "../../etc/passwd.csv")

    batch = ImportBatch.objects.get()
    assert batch.file_name == "passwd.csv"
    assert ".." not in batch.file.name
