"""The navigation is data: each item has a predicate, and shows when it holds for the school in view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from sendco.accounts.access import Access
from sendco.accounts.permissions import Permission, Role


@dataclass(frozen=True)
class Item:
    """A place to go. counter: key of the count of work waiting, see `sendco.pages.counts`."""

    label: str
    url_name: str
    icon: str
    shown: Callable[[Access, int], bool]
    counter: str = ""
    tab: str = ""
    prefixes: tuple[str, ...] = ()

    def url(self) -> str:
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return "/"


@dataclass(frozen=True)
class Section:
    label: str
    items: tuple[Item, ...]


def needs(*permissions: Permission) -> Callable[[Access, int], bool]:
    """Shown to who holds any of these in the school."""
    return lambda access, school_id: any(access.can(permission, school_id) for permission in permissions)


def _home(access: Access, school_id: int) -> bool:
    return True


def _only_near(access: Access, school_id: int) -> bool:
    """Somebody who sees own pupils only: their list is called by what it is."""
    return access.can(Permission.PUPIL_VIEW_GROUP, school_id) and not access.can(Permission.PUPIL_VIEW_ALL, school_id)


P = Permission
NAVIGATION = (
    Section(
        "",
        (
            Item("Today", "pages:home", "sun", _home, counter="today", tab="Today"),
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
            Item("Sessions", "provision:sessions", "clipboard-list", needs(P.SESSION_VIEW_ALL), counter="sessions"),
            Item("Interventions", "provision:catalogue", "book-open", needs(P.MAP_VIEW), prefixes=("/interventions/",)),
            Item("Impact", "provision:impact", "chart-column", needs(P.IMPACT_VIEW)),
        ),
    ),
    Section(
        "Reviews",
        (
            Item("Deadlines", "reviews:deadlines", "alarm-clock", needs(P.REVIEW_DATES), counter="deadlines"),
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

TAB_ORDER = ("Today", "Pupils", "Log", "Reviews", "Reports")
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
