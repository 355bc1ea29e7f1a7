"""The permission table as people read it: complete, current, and on a page for everybody."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from sendco.accounts.management.commands.permission_table import PAGE
from sendco.accounts.permission_table import GROUPS, grouped, lines, markdown
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission, Role

PUPIL_DATA = {
    Permission.PUPIL_VIEW_ALL, Permission.PUPIL_VIEW_CLASS, Permission.PUPIL_VIEW_GROUP, Permission.REGISTER_VIEW,
    Permission.PLAN_VIEW, Permission.CONTACT_VIEW, Permission.DOCUMENT_VIEW, Permission.REVIEW_VIEW,
    Permission.REVIEW_DATES, Permission.AGENCY_VIEW, Permission.MAP_VIEW, Permission.STAFF_VIEW, Permission.IMPORT_RUN,
    Permission.AUDIT_VIEW, Permission.SESSION_LOG, Permission.SESSION_VIEW_ALL, Permission.IMPACT_VIEW,
}  # fmt: skip


@pytest.mark.unit
def test_every_permission_stands_in_the_table_once():
    assert sorted(each for _, permissions in GROUPS for each in permissions) == sorted(Permission)
    assert set(ROLE_PERMISSIONS) == set(Role)


@pytest.mark.unit
@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_has_a_sentence_and_somebody_who_holds_it(permission):
    assert permission.label[:1].isupper()
    assert any(permission in held for held in ROLE_PERMISSIONS.values())


@pytest.mark.unit
@pytest.mark.parametrize("role", [Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_governors_and_administrators_hold_nothing_that_shows_a_pupil(role):
    assert ROLE_PERMISSIONS[role] & PUPIL_DATA == set()


@pytest.mark.unit
def test_who_arranges_cover():
    (line,) = lines((Permission.COVER_ARRANGE,))
    assert [role for role, yes in zip(Role, line.allowed, strict=True) if yes] == [Role.SENDCO, Role.ADMIN]


@pytest.mark.unit
def test_the_page_of_the_documentation_is_current():
    assert PAGE.read_text() == markdown(), "Run: manage.py permission_table --write"


@pytest.mark.unit
def test_the_command_prints_the_page():
    out = StringIO()
    call_command("permission_table", stdout=out)
    assert out.getvalue() == markdown()
    assert "| Record absences and arrange cover | yes |  |  | yes |  |  |  |  |  |" in out.getvalue()


@pytest.mark.integration
@pytest.mark.parametrize("role", [Role.SENDCO, Role.SUPPORT, Role.GOVERNOR, Role.SYSTEM_ADMIN])
def test_everybody_reads_the_table_and_finds_their_own_role(sign_in, school, role):
    page = sign_in(role, school).get(reverse("accounts:permissions")).content.decode()
    assert all(title in page for title, _ in grouped())
    assert page.count('<th scope="row">') == len(Permission)
    assert f"{role.label}<br><small>Yours</small>" in page


@pytest.mark.integration
def test_one_role_by_itself(sign_in, school):
    response = sign_in(Role.SENDCO, school).get(reverse("accounts:permissions"), {"role": "support"})
    assert [line.label for line in response.context["may"]] == [
        "See the pupils of own groups and those they are key adult of", "Add a note or a concern", "See plans and targets",
        "Record progress towards a target", "Log own sessions",
    ]  # fmt: skip
    assert len(response.context["may"]) + len(response.context["may_not"]) == len(Permission)


@pytest.mark.integration
def test_a_role_that_is_none_shows_the_whole_table(sign_in, school):
    response = sign_in(Role.SENDCO, school).get(reverse("accounts:permissions"), {"role": "king"})
    assert (response.status_code, response.context["role"]) == (200, None)
