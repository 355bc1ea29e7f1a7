"""THE permission table: who may do what. A SENDCo can read it; `docs/reference/permissions.md` is made from it.

To which pupils a permission reaches is `Pupil.objects.visible_to(user)`; individual, time-limited exceptions are grants.
Templates and views ask for a permission, never for a role.
"""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    SENDCO = "sendco", "SENDCo"
    TEACHER = "teacher", "Teacher"
    SUPPORT = "support", "Teaching assistant"
    ADMIN = "admin_assistant", "SEND admin assistant"
    HEAD = "headteacher", "Headteacher"
    GOVERNOR = "governor", "Governor"
    SAFEGUARDING = "safeguarding", "Safeguarding lead"
    FEDERATION_LEAD = "federation_lead", "Federation lead"
    SYSTEM_ADMIN = "system_admin", "System administrator"


class Permission(StrEnum):
    """One thing a person may do. The label is the sentence shown in the table."""

    def __new__(cls, value: str, label: str = ""):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    # Pupils
    PUPIL_VIEW_ALL = "pupil.view_all", "See every pupil of the school"
    PUPIL_VIEW_CLASS = "pupil.view_class", "See the pupils of own classes"
    PUPIL_VIEW_GROUP = "pupil.view_group", "See the pupils of own groups and those they are key adult of"
    PUPIL_EDIT = "pupil.edit", "Change a pupil's record, contacts and tags"
    PUPIL_ADD = "pupil.add", "Add a pupil"
    REGISTER_VIEW = "register.view", "See the SEND register"
    REGISTER_EDIT = "register.edit", "Put a pupil on the register, change support or take them off"
    REGISTER_EXPORT = "register.export", "Export and print the register"
    CONTACT_VIEW = "contact.view", "See parents' contact details"
    NEED_EDIT = "need.edit", "Record and rank needs"
    PLAN_VIEW = "plan.view", "See plans and targets"
    PLAN_EDIT = "plan.edit", "Write plans and targets"
    PROGRESS_RECORD = "progress.record", "Record progress towards a target"
    STRATEGY_EDIT = "strategy.edit", "Write strategies and the one-page profile"
    NOTE_ADD = "note.add", "Add a note or a concern"
    NOTE_CONFIDENTIAL = "note.confidential", "Read and write confidential notes"
    DOCUMENT_VIEW = "document.view", "See a pupil's documents"
    DOCUMENT_ADD = "document.add", "Add a document"
    AUDIT_VIEW = "audit.view", "See who has looked at or changed a pupil's record"
    GRANT_MANAGE = "grant.manage", "Give a person access to one pupil for a time"
    # Provision
    MAP_VIEW = "map.view", "See the Provision Map"
    COST_VIEW = "cost.view", "See costs"
    PROVISION_EDIT = "provision.edit", "Plan provision: groups, members, dose, staff"
    CATALOGUE_EDIT = "catalogue.edit", "Change the catalogue of interventions"
    SESSION_LOG = "session.log", "Log own sessions"
    SESSION_LOG_ANY = "session.log_any", "Log or change anybody's sessions"
    SESSION_VIEW_ALL = "session.view_all", "See every session of the school"
    IMPACT_VIEW = "impact.view", "See impact"
    # Staff and agencies
    STAFF_VIEW = "staff.view", "See the staff timetable and who is deployed where"
    STAFF_EDIT = "staff.edit", "Change contracts and skills"
    COVER_ARRANGE = "cover.arrange", "Record absences and arrange cover"
    AGENCY_VIEW = "agency.view", "See agencies and referrals"
    AGENCY_EDIT = "agency.edit", "Write referrals and agencies"
    # Reviews
    REVIEW_VIEW = "review.view", "See annual reviews in full"
    REVIEW_DATES = "review.dates", "See the dates and arrangements of reviews"
    REVIEW_EDIT = "review.edit", "Schedule reviews, invite, record what was sent and decided"
    REVIEW_CONTRIBUTE = "review.contribute", "Write advice for a review"
    # Reports
    REPORT_READ = "report.read", "Read published governor reports"
    REPORT_BUILD = "report.build", "Build and publish governor reports"
    # The school
    IMPORT_RUN = "import.run", "Import pupils from a file"
    SETTINGS_EDIT = "settings.edit", "Change terms, closures, rates and labels"
    ACCOUNT_MANAGE = "account.manage", "Manage accounts and roles"
    HEALTH_FLAG = "flag.safeguarding", "Set and see safeguarding flags"


P = Permission
_READ_PUPILS = {P.PUPIL_VIEW_ALL, P.REGISTER_VIEW, P.PLAN_VIEW, P.DOCUMENT_VIEW, P.CONTACT_VIEW}
_LEADER = _READ_PUPILS | {
    P.REGISTER_EXPORT,
    P.MAP_VIEW,
    P.COST_VIEW,
    P.SESSION_VIEW_ALL,
    P.IMPACT_VIEW,
    P.STAFF_VIEW,
    P.AGENCY_VIEW,
    P.REVIEW_VIEW,
    P.REVIEW_DATES,
    P.REPORT_READ,
    P.AUDIT_VIEW,
    P.NOTE_ADD,
    P.REVIEW_CONTRIBUTE,
}
_SENDCO = _LEADER | {
    P.PUPIL_EDIT,
    P.PUPIL_ADD,
    P.REGISTER_EDIT,
    P.NEED_EDIT,
    P.PLAN_EDIT,
    P.PROGRESS_RECORD,
    P.STRATEGY_EDIT,
    P.NOTE_CONFIDENTIAL,
    P.DOCUMENT_ADD,
    P.GRANT_MANAGE,
    P.PROVISION_EDIT,
    P.CATALOGUE_EDIT,
    P.SESSION_LOG,
    P.SESSION_LOG_ANY,
    P.STAFF_EDIT,
    P.COVER_ARRANGE,
    P.AGENCY_EDIT,
    P.REVIEW_EDIT,
    P.REPORT_BUILD,
    P.IMPORT_RUN,
    P.SETTINGS_EDIT,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SENDCO: frozenset(_SENDCO),
    Role.TEACHER: frozenset(
        {
            P.PUPIL_VIEW_CLASS,
            P.PUPIL_VIEW_GROUP,
            P.REGISTER_VIEW,
            P.PLAN_VIEW,
            P.PLAN_EDIT,
            P.PROGRESS_RECORD,
            P.STRATEGY_EDIT,
            P.NOTE_ADD,
            P.DOCUMENT_VIEW,
            P.SESSION_LOG,
            P.REVIEW_CONTRIBUTE,
        }
    ),
    Role.SUPPORT: frozenset({P.PUPIL_VIEW_GROUP, P.PLAN_VIEW, P.PROGRESS_RECORD, P.NOTE_ADD, P.SESSION_LOG}),
    Role.ADMIN: frozenset(
        {
            P.PUPIL_VIEW_ALL,
            P.PUPIL_EDIT,
            P.PUPIL_ADD,
            P.REGISTER_VIEW,
            P.REGISTER_EXPORT,
            P.CONTACT_VIEW,
            P.DOCUMENT_VIEW,
            P.DOCUMENT_ADD,
            P.REVIEW_DATES,
            P.REVIEW_EDIT,
            P.AGENCY_VIEW,
            P.AGENCY_EDIT,
            P.STAFF_VIEW,
            P.COVER_ARRANGE,
            P.IMPORT_RUN,
        }
    ),
    Role.HEAD: frozenset(_LEADER),
    Role.GOVERNOR: frozenset({P.REPORT_READ}),
    Role.SAFEGUARDING: frozenset(
        _READ_PUPILS
        | {P.NOTE_ADD, P.NOTE_CONFIDENTIAL, P.AUDIT_VIEW, P.REVIEW_VIEW, P.REVIEW_DATES, P.AGENCY_VIEW, P.HEALTH_FLAG}
    ),
    Role.FEDERATION_LEAD: frozenset(_LEADER | {P.REPORT_BUILD}),
    Role.SYSTEM_ADMIN: frozenset({P.SETTINGS_EDIT, P.ACCOUNT_MANAGE}),
}

# Roles that hold in every school of the federation; their membership has no school.
FEDERATION_ROLES = frozenset({Role.FEDERATION_LEAD, Role.SYSTEM_ADMIN})
