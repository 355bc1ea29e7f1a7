"""What a PDF may fetch, and what the real one is: pages, tags, words, and nobody's name."""

import io
import re

import pytest
from pypdf import PdfReader

from reports import actions, pdf
from reports.pdf import ForbiddenAddress, asset

from .world import FORENAMES, SURNAMES


@pytest.mark.unit
@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "http://127.0.0.1/x", "https://example.org/x", "ftp://example.org/x", "/etc/passwd",
        "css/pdf/report.css", "asset:../pyproject.toml", "asset:%2e%2e/pyproject.toml", "asset:css/../../manage.py",
        "asset://host/css/pdf/report.css", "asset:css/pdf/report.css?x=1", "asset:nothing.css", "asset:css",
        "data:text/plain," + "x" * 200_001,
    ],
)  # fmt: skip
def test_planted_address_is_refused(address):
    with pytest.raises(ForbiddenAddress):
        asset(address)


@pytest.mark.unit
def test_own_files_are_found():
    assert asset("asset:css/pdf/report.css")[1] == "text/css"
    assert asset("data:text/plain;base64,aGk=") == (b"hi", "text/plain")
    assert asset("data:,a%20b") == (b"a b", "text/plain")


PLANTED = """<!DOCTYPE html><html lang="en"><head><title>t</title><link rel="stylesheet" href="asset:css/pdf/report.css">
<link rel="attachment" href="file:///etc/passwd"><link rel="stylesheet" href="http://127.0.0.1:9/a.css"></head><body>
<h1>Planted</h1><p>Words</p><img src="file:///etc/hostname" alt="x"><img src="asset:../manage.py" alt="y"></body></html>"""


@pytest.mark.unit
def test_planted_addresses_are_not_in_the_document(monkeypatch):
    asked = []
    monkeypatch.setattr(pdf, "render_to_string", lambda template, context: PLANTED)
    monkeypatch.setattr(pdf, "asset", lambda url: asked.append(url) or asset(url))

    made = PdfReader(io.BytesIO(pdf.render_pdf("any", {})))

    assert made.attachments == {}
    assert "file:///etc/passwd" in asked
    assert "Words" in made.pages[0].extract_text()


@pytest.mark.integration
def test_report_on_paper(draft):
    """One real PDF, looked at from every side, because making it takes a second."""
    made = PdfReader(io.BytesIO(actions.report_pdf(draft)))
    root = made.trailer["/Root"]
    pages = [page.extract_text() for page in made.pages]
    text = " ".join(" ".join(pages).split())

    assert 4 <= len(pages) <= 6
    assert made.attachments == {}
    assert _alternatives(root["/StructTreeRoot"]) == 0  # no drawing says a number that the page does not
    assert (bool(root["/MarkInfo"]["/Marked"]), root["/Lang"], "/StructTreeRoot" in root) == (True, "en-GB", True)
    assert made.metadata.title == f"SEND report to governors, {draft.school.name}, Autumn term 2026"
    assert [f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert "44 of our 210 pupils are on the SEND register: 30 with SEN support and 14 with an EHC plan" in text
    assert "Draft, not published yet." in text
    assert "Questions governors may want to ask" in pages[0]
    assert "Reception 5 or fewer" in text
    assert "Year 2 not shown" in text
    assert "Totals only. No pupil can be identified from this report." in text
    assert [name for name in (*FORENAMES, *SURNAMES) if name in text] == []
    assert {font.split("+")[-1] for page in made.pages for font in _fonts(page)} <= {
        "Atkinson-Hyperlegible-Next", "Atkinson-Hyperlegible-Next-Bold", "Atkinson-Hyperlegible-Next-Semi-Bold",
    }  # fmt: skip


def _fonts(page):
    return [str(font.get_object()["/BaseFont"]).lstrip("/") for font in page["/Resources"]["/Font"].values()]


def _alternatives(node, seen=None):
    """How many alternative texts of the structure hold a number from 1 to 5 of pupils, or a name."""
    seen = set() if seen is None else seen
    node = node.get_object()
    if not hasattr(node, "get") or id(node) in seen:
        return 0
    seen.add(id(node))
    words = " ".join(str(node.get(key, "")) for key in ("/Alt", "/ActualText", "/E", "/T"))
    bad = bool(re.search(r"\b[1-5] pupils?\b", words)) or any(name in words for name in (*FORENAMES, *SURNAMES))
    children = node.get("/K", [])
    children = children.get_object() if hasattr(children, "get_object") else children
    children = children if isinstance(children, list) else [children]
    return bad + sum(
        _alternatives(child, seen) for child in children if hasattr(child, "get_object") and not isinstance(child, int)
    )
