"""The navigation is data: each item has a predicate, and shows when it holds for the school in view."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sendco.accounts.access import Access
from sendco.accounts.permissions import Permission, Role
from sendco.core.paths import path_to


@dataclass(frozen=True)
class Item:
    """A place to go. counter: key of the count of work waiting, see `sendco.pages.counts`. It is current on its own page
    and where the address begins with a prefix, or matches `pattern` from its beginning."""

    label: str
    url_name: str
    icon: str
    shown: Callable[[Access, int], bool]
    counter: str = ""
    tab: str = ""
    prefixes: tuple[str, ...] = ()
    pattern: str = ""

    def url(self) -> str:
        return path_to(self.url_name)

    def is_current(self, path: str) -> bool:
        if path == self.url() or (self.prefixes and path.startswith(self.prefixes)):
            return True
        return bool(self.pattern) and re.match(self.pattern, path) is not None


@dataclass(frozen=True)
class Section:
    label: str
    items: tuple[Item, ...]


def needs(*permissions: Permission) -> Callable[[Access, int], bool]:
    """Shown to who holds any of these in the school."""
    return lambda access, school_id: any(access.can(permission, school_id) for permission in permissions)


def first_page_is(*roles: Role | None) -> Callable[[Access, int], bool]:
    """Shown to whom the first page of the day is that of one of these roles; None is nobody's."""
    return lambda access, school_id: main_role(access, school_id) in roles


def _only_near(access: Access, school_id: int) -> bool:
    """Somebody who sees own pupils only: their list is called by what it is."""
    return access.can(Permission.PUPIL_VIEW_GROUP, school_id) and not access.can(Permission.PUPIL_VIEW_ALL, school_id)


P = Permission
IMPACT_OF_ONE = r"/interventions/[^/]+/impact/"
INTERVENTIONS = r"/interventions/(?![^/]+/impact/)"
"""What came of one intervention lies below it, but belongs to Impact."""
TODAY = (Role.SENDCO, Role.HEAD, Role.SAFEGUARDING, Role.ADMIN)
"""Whose first page is Today. A teaching assistant's is My day, a governor's Reports: both stand in the navigation anyway."""
NAVIGATION = (
    Section(
        "",
        (
            Item("Today", "pages:home", "sun", first_page_is(*TODAY), counter="today", tab="Today"),
            Item("My class", "pages:home", "sun", first_page_is(Role.TEACHER), tab="My class"),
            Item("Schools", "pages:home", "school", first_page_is(Role.FEDERATION_LEAD), tab="Schools"),
            Item("Set-up", "pages:home", "list-checks", first_page_is(Role.SYSTEM_ADMIN), tab="Set-up"),
            Item("Home", "pages:home", "house", first_page_is(None), tab="Home"),
            Item(
                "Pupils",
                "pupils:register",
                "users",
                needs(P.PUPIL_VIEW_ALL),
                tab="Pupils",
                prefixes=("/register/", "/pupils/"),
            ),
            Item(
                "My pupils",
                "pupils:mine",
                "users",
                _only_near,
                tab="Pupils",
                prefixes=("/my-pupils/", "/pupils/", "/register/"),
            ),
            Item(
                "My day", "provision:my-day", "clipboard-check", needs(P.SESSION_LOG), tab="Log", prefixes=("/my-day/",)
            ),
        ),
    ),
    Section(
        "Provision",
        (
            Item("Provision map", "provision:map", "table-2", needs(P.MAP_VIEW), prefixes=("/provision/", "/groups/")),
            Item(
                "Sessions",
                "provision:sessions",
                "clipboard-list",
                needs(P.SESSION_LOG_ANY),
                counter="sessions",
                prefixes=("/sessions/",),
            ),
            Item("Interventions", "provision:catalogue", "book-open", needs(P.MAP_VIEW), pattern=INTERVENTIONS),
            Item(
                "Impact",
                "provision:impact",
                "chart-column",
                needs(P.IMPACT_VIEW),
                prefixes=("/impact/",),
                pattern=IMPACT_OF_ONE,
            ),
        ),
    ),
    Section(
        "Reviews",
        (
            Item(
                "Deadlines",
                "reviews:deadlines",
                "alarm-clock",
                needs(P.REVIEW_DATES),
                counter="deadlines",
                prefixes=("/deadlines/", "/calendar/"),
            ),
            Item(
                "Annual reviews",
                "reviews:list",
                "calendar-check",
                needs(P.REVIEW_DATES),
                tab="Reviews",
                prefixes=("/reviews/",),
            ),
            Item("Meetings", "reviews:meetings", "calendar-plus", needs(P.REVIEW_DATES), prefixes=("/meetings/",)),
            Item(
                "Needs assessments",
                "reviews:assessments",
                "file-search",
                needs(P.REVIEW_DATES),
                prefixes=("/needs-assessments/",),
            ),
        ),
    ),
    Section(
        "School",
        (
            Item(
                "Staff timetable",
                "staff:timetable",
                "calendar-days",
                needs(P.STAFF_VIEW),
                counter="cover",
                prefixes=("/staff/",),
            ),
            Item("Agencies", "agencies:referrals", "handshake", needs(P.AGENCY_VIEW), prefixes=("/agencies/",)),
            Item(
                "Reports",
                "reports:list",
                "file-chart-column",
                needs(P.REPORT_READ),
                tab="Reports",
                prefixes=("/reports/",),
            ),
            Item("Import", "imports:list", "file-up", needs(P.IMPORT_RUN), prefixes=("/imports/",)),
            Item("People", "accounts:people", "user-cog", needs(P.ACCOUNT_MANAGE), prefixes=("/people/",)),
            Item("Settings", "schools:settings", "settings", needs(P.SETTINGS_EDIT), prefixes=("/settings/",)),
        ),
    ),
)

TAB_ORDER = ("Today", "My class", "Schools", "Set-up", "Home", "Pupils", "Log", "Reviews", "Reports")
ROLE_ORDER = (
    Role.SENDCO,
    Role.HEAD,
    Role.FEDERATION_LEAD,
    Role.SAFEGUARDING,
    Role.ADMIN,
    Role.TEACHER,
    Role.SUPPORT,
    Role.GOVERNOR,
    Role.SYSTEM_ADMIN,
)


def main_role(access: Access, school_id: int | None) -> Role | None:
    """The role that decides the home page, when a person holds several in the school."""
    held = access.roles_in(school_id)
    return next((role for role in ROLE_ORDER if role in held), None)
