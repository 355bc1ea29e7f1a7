"""The permission table in words, for its page and for `docs/reference/permissions.md`. Pure: nothing is read or written."""

from __future__ import annotations

from dataclasses import dataclass

from .permissions import FEDERATION_ROLES, ROLE_PERMISSIONS, Permission, Role

P = Permission
GROUPS: tuple[tuple[str, tuple[Permission, ...]], ...] = (
    ("Which pupils", (P.PUPIL_VIEW_ALL, P.PUPIL_VIEW_CLASS, P.PUPIL_VIEW_GROUP)),
    (
        "A pupil’s record",
        (
            P.PUPIL_EDIT, P.PUPIL_ADD, P.CONTACT_VIEW, P.NEED_EDIT, P.STRATEGY_EDIT, P.NOTE_ADD, P.NOTE_CONFIDENTIAL,
            P.HEALTH_FLAG, P.DOCUMENT_VIEW, P.DOCUMENT_ADD, P.AUDIT_VIEW, P.GRANT_MANAGE,
        ),
    ),
    ("The SEND register", (P.REGISTER_VIEW, P.REGISTER_EDIT, P.REGISTER_EXPORT)),
    ("Plans and progress", (P.PLAN_VIEW, P.PLAN_EDIT, P.PROGRESS_RECORD)),
    (
        "Provision",
        (
            P.MAP_VIEW, P.COST_VIEW, P.PROVISION_EDIT, P.CATALOGUE_EDIT, P.SESSION_LOG, P.SESSION_LOG_ANY,
            P.SESSION_VIEW_ALL, P.IMPACT_VIEW,
        ),
    ),
    ("Staff and agencies", (P.STAFF_VIEW, P.STAFF_EDIT, P.COVER_ARRANGE, P.AGENCY_VIEW, P.AGENCY_EDIT)),
    ("Reviews", (P.REVIEW_VIEW, P.REVIEW_DATES, P.REVIEW_EDIT, P.REVIEW_CONTRIBUTE)),
    ("Reports to governors", (P.REPORT_READ, P.REPORT_BUILD)),
    ("The school", (P.IMPORT_RUN, P.SETTINGS_EDIT, P.ACCOUNT_MANAGE)),
)  # fmt: skip
"""Every permission once, under the heading a school would look for."""

NOTES = (
    "A person may hold several roles, in one school or in several. In each school, what any role there allows.",
    "A role counts from its first day to its last day, both included. After that the person sees nothing of that school.",
    "A federation lead and a system administrator hold their role in every school of the federation, a new one included.",
    "A SENDCo can give one person access to one pupil for a time. It opens that pupil only and adds nothing to the role.",
    "Governors and system administrators reach no pupil: not by search, export, error message or the count of a small group.",
    "Whoever opens a pupil’s record, exports or prints is written down. A pupil’s access history shows it.",
)


@dataclass(frozen=True)
class Line:
    """One permission. allowed: a yes or no for each of the roles asked for, in their order."""

    label: str
    allowed: tuple[bool, ...]


def lines(permissions: tuple[Permission, ...], roles: tuple[Role, ...] = tuple(Role)) -> list[Line]:
    return [
        Line(permission.label, tuple(permission in ROLE_PERMISSIONS[role] for role in roles))
        for permission in permissions
    ]


def grouped(roles: tuple[Role, ...] = tuple(Role)) -> list[tuple[str, list[Line]]]:
    """[(heading, lines)], each line with a yes or no for each role."""
    return [(title, lines(permissions, roles)) for title, permissions in GROUPS]


def markdown() -> str:
    """The whole of `docs/reference/permissions.md`."""
    wide = ", ".join(role.label for role in Role if role in FEDERATION_ROLES)
    parts = [
        "# Who may do what\n",
        "Made from `sendco/accounts/permissions.py` by `manage.py permission_table --write`; a test holds it current.\n"
        "In SENDCo the same table stands under Help, *Who may do what*.\n",
        "\n".join(f"- {note}" for note in NOTES) + "\n",
        f"Roles of the whole federation: {wide}. All others are roles in one school.\n",
    ]
    head = "| | " + " | ".join(role.label for role in Role) + " |"
    rule = "|---|" + ":-:|" * len(Role)
    for title, found in grouped():
        rows = [
            f"| {line.label} | " + " | ".join("yes" if yes else "" for yes in line.allowed) + " |" for line in found
        ]
        parts.append("\n".join([f"## {title}\n", head, rule, *rows]) + "\n")
    return "\n".join(parts)
