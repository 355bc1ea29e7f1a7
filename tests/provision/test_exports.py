"""Workbooks of provision: exact cells, nothing that runs, no costs for who may not see them."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from provision.models import Group, Intervention
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from sendco.audit.models import AuditEvent

pytestmark = pytest.mark.integration


@pytest.fixture
def as_sendco(enter, sendco, on_day):
    return enter(sendco)


@pytest.fixture
def group(plan, happened, measure):
    group = plan(pupils=5, intervention=Intervention.objects.get(slug="nuffield-early-language-intervention"))
    happened(group, missed=4)
    measure(group, [(80, 84), (81, 85), (82, 86), (83, 87), (84, 89)])
    return group


def sheets(response):
    assert response.status_code == 200
    book = load_workbook(BytesIO(response.content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_map(as_sendco, group, school):
    response = as_sendco.get("/provision/export/?term=2026-autumn")
    assert response["Content-Disposition"] == 'attachment; filename="provision-map-2026-autumn.xlsx"'
    found = sheets(response)
    headings, row = found["Provision map"]
    assert dict(zip(headings, row, strict=True)) == {
        "Area of need": "Communication and interaction",
        "Intervention": "Nuffield Early Language Intervention",
        "Usual group": "Group of 5, 90 minutes a week",
        "Year 4": 5,
        "Pupils": 5,
        "Sessions planned": 20,
        "Sessions happened": 16,
        "Delivered %": 80,
        "Cost of the year": 309,
        "Cost a pupil": 61.8,
        "Effect": "Strong",
        "Pupils with both scores": 5,
        "Average gain": 4.2,
        "Range from": 3.6,
        "Range to": 4.8,
        "Test": "LanguageScreen",
    }
    assert ["School", school.name] in found["About"]
    assert ["Term", "Autumn term 2026"] in found["About"]
    event = AuditEvent.objects.get(kind="map.exported")
    assert (event.school_id, event.pupil_id, event.details["rows"]) == (school.pk, None, 1)


def test_map_holds_no_name_of_a_child(as_sendco, group):
    text = str(sheets(as_sendco.get("/provision/export/")))
    for line in group.lines.select_related("pupil"):
        assert line.pupil.surname not in text


def test_costs_are_left_out_for_who_may_not_see_them(sign_in, group, school, on_day, monkeypatch):
    hidden = {Permission.COST_VIEW, Permission.IMPACT_VIEW}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.HEAD, ROLE_PERMISSIONS[Role.HEAD] - hidden)
    client = sign_in(Role.HEAD, school)
    headings = sheets(client.get("/provision/export/"))["Provision map"][0]
    assert headings[-1] == "Delivered %"
    pupil = group.lines.first().pupil
    found = sheets(client.get(f"/provision/pupils/{pupil.pk}/export/"))
    assert found["Costed provision"][0][-1] == "Had %"
    assert not [row for row in found["About"] if "cost" in row[0].lower() or "pays" in row[0]]


def test_pupil(as_sendco, group, school):
    pupil = group.lines.first().pupil
    response = as_sendco.get(f"/provision/pupils/{pupil.pk}/export/")
    assert pupil.surname not in response["Content-Disposition"]
    found = sheets(response)
    headings, row = found["Costed provision"]
    cells = dict(zip(headings, row, strict=True))
    assert (cells["From"].date(), cells["To"].date()) == (date(2026, 9, 7), date(2026, 11, 20))
    assert {name: cells[name] for name in headings if name not in ("From", "To")} == {
        "Provision": "Nuffield Early Language Intervention",
        "Group": "Number, Willow",
        "Who and how": "Teaching assistant, level 2, group of 5",
        "In Section F": "No",
        "Times a week": 3,
        "Minutes each time": 30,
        "Weeks": 10,
        "Hours planned until now": 10,
        "Hours had": 8,
        "Had %": 80,
        "Rate an hour": 20.6,
        "Adult hours for this pupil": 3,
        "Cost of the year": 61.8,
        "Cost of what was had": 32.96,
        "Paid from": "Notional SEN budget",
    }
    about = dict(found["About"][1:])
    assert (about["Additional cost"], about["School pays first"], about["Above what the school pays first"]) == (
        61.8, 6000, 0,
    )  # fmt: skip
    assert "Contains personal data" in about["Note"]
    event = AuditEvent.objects.get(kind="provision.exported")
    assert (event.pupil_id, event.target_label, event.details) == (pupil.pk, pupil.initials, {"year": "2026"})


def test_names_of_groups_cannot_run(as_sendco, group):
    Group.objects.update(name='=HYPERLINK("http://x","y")')
    pupil = group.lines.first().pupil
    rows = sheets(as_sendco.get(f"/provision/pupils/{pupil.pk}/export/"))["Costed provision"]
    assert rows[1][1] == '\'=HYPERLINK("http://x","y")'


def test_scores(as_sendco, group, school):
    line = group.lines.order_by("pk").first()
    found = sheets(as_sendco.get("/interventions/nuffield-early-language-intervention/impact/export/"))
    headings, *rows = found["Scores"]
    first = next(row for row in rows if row[0] == line.pupil.known_as)
    cells = dict(zip(headings, first, strict=True))
    assert (cells["Group"], cells["Test"], cells["Before"], cells["After"], cells["Gain"], cells["Result"]) == (
        "Number, Willow", "LanguageScreen", 80, 84, 4, None,
    )  # fmt: skip
    assert cells["Before, on"].date() == date(2026, 9, 7)
    assert len(rows) == 5
    event = AuditEvent.objects.get(kind="impact.exported")
    assert (event.school_id, event.details) == (school.pk, {"pupils": 5})


def test_a_score_off_the_scale_keeps_its_sign(as_sendco, group):
    score = group.lines.order_by("pk").first().exit
    score.qualifier = "<"
    score.save()
    _, *rows = sheets(as_sendco.get("/interventions/nuffield-early-language-intervention/impact/export/"))["Scores"]
    assert ["< 84", None] in [[row[5], row[7]] for row in rows]
