"""Pages of words: help and the accessibility statement."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sendco.accounts.permissions import Permission, Role
from sendco.pages.navigation import main_role

P = Permission
HELP: dict[str, tuple[Permission, ...]] = {
    "search": (P.PUPIL_VIEW_ALL, P.PUPIL_VIEW_CLASS, P.PUPIL_VIEW_GROUP),
    "all_pupils": (P.PUPIL_VIEW_ALL,),
    "log": (P.SESSION_LOG,),
    "dates": (P.REVIEW_DATES,),
    "edit_reviews": (P.REVIEW_EDIT,),
    "contribute": (P.REVIEW_CONTRIBUTE,),
    "register": (P.REGISTER_VIEW,),
    "change_register": (P.REGISTER_EDIT,),
    "export": (P.REGISTER_EXPORT,),
    "plan": (P.PLAN_EDIT,),
    "progress": (P.PROGRESS_RECORD,),
    "provision": (P.PROVISION_EDIT,),
    "map": (P.MAP_VIEW,),
    "staff": (P.STAFF_VIEW,),
    "arrange_cover": (P.COVER_ARRANGE,),
    "edit_staff": (P.STAFF_EDIT,),
    "agencies": (P.AGENCY_VIEW,),
    "edit_agencies": (P.AGENCY_EDIT,),
    "reports": (P.REPORT_READ,),
    "build_reports": (P.REPORT_BUILD,),
    "import": (P.IMPORT_RUN,),
    "settings": (P.SETTINGS_EDIT,),
    "accounts": (P.ACCOUNT_MANAGE,),
    "audit": (P.AUDIT_VIEW,),
}
"""Which part of the help is for whom: a part shows to who holds any of its permissions."""


def help_page(request: HttpRequest) -> HttpResponse:
    """Only what the person can do in the school in view. No query of its own."""
    access, school_id = request.user.access, request.school.id if request.school else None
    can = {name: any(access.can(each, school_id) for each in permissions) for name, permissions in HELP.items()}
    role = main_role(access, school_id)
    can |= {"federation": role is Role.FEDERATION_LEAD, "teach": role is Role.TEACHER}
    return render(request, "pages/help.html", {"can": can})


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")
