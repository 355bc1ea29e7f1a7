"""Pages are sent compressed to who can unpack them; files and streams are not touched. What is written twice is refused."""

import gzip

import pytest
from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from sendco.core.middleware import PackPagesMiddleware, PlainAddressMiddleware, is_twice

pytestmark = pytest.mark.unit
PAGE = "<p>One and the same line of a page.</p>" * 50


def answered(response, accepts="gzip, br"):
    request = RequestFactory().get("/", headers={"accept-encoding": accepts})
    return PackPagesMiddleware(lambda request: response)(request)


def test_a_page_is_packed_and_its_length_is_not_always_the_same():
    packed = [answered(HttpResponse(PAGE)) for _ in range(20)]
    assert {response["Content-Encoding"] for response in packed} == {"gzip"}
    assert {gzip.decompress(response.content).decode() for response in packed} == {PAGE}
    assert all(int(response["Content-Length"]) == len(response.content) < len(PAGE) / 4 for response in packed)
    assert len({len(response.content) for response in packed}) > 1
    assert packed[0]["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("kind", ["application/pdf", "application/octet-stream", "image/png"])
def test_a_file_goes_as_it_is(kind):
    response = answered(HttpResponse(PAGE, content_type=kind))
    assert "Content-Encoding" not in response
    assert response.content == PAGE.encode()


def test_a_stream_goes_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text(PAGE)
    with path.open("rb") as file:
        response = answered(FileResponse(file, content_type="text/plain"))
        assert "Content-Encoding" not in response
        assert int(response["Content-Length"]) == len(PAGE)


def test_who_cannot_unpack_gets_the_page_plain():
    assert answered(HttpResponse(PAGE), accepts="identity").content == PAGE.encode()


@pytest.mark.parametrize("address", ["/search/?q=a%00b", "/a%00b/"])
def test_an_address_with_a_nul_is_refused(address):
    with pytest.raises(BadRequest):
        PlainAddressMiddleware(HttpResponse)(RequestFactory().get(address))


def test_other_addresses_go_on():
    assert PlainAddressMiddleware(lambda request: "on")(RequestFactory().get("/search/?q=%2500")) == "on"


class Broken(Exception):
    def __init__(self, pgcode):
        self.pgcode = pgcode


@pytest.mark.parametrize(
    ("error", "cause", "expected"),
    [
        (IntegrityError("UNIQUE constraint failed: accounts_user.email"), None, True),
        (IntegrityError("duplicate key value"), Broken("23505"), True),
        (IntegrityError("NOT NULL constraint failed: accounts_user.email"), None, False),
        (IntegrityError("null value"), Broken("23502"), False),
        (ValueError("UNIQUE constraint failed"), None, False),
    ],
)
def test_only_a_row_written_twice_is_a_refusal(error, cause, expected):
    error.__cause__ = cause
    assert is_twice(error) is expected
