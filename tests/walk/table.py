"""Who reaches what: every address × every role, in the own school and in another. A new address must be added here.

A row is a word of one letter a visitor, in this order:

    S SENDCo             M SEND admin assistant   D safeguarding lead     t teacher of another class
    T teacher            H headteacher            F federation lead       a teaching assistant of other groups
    A teaching assistant G governor               Y system administrator  g somebody given one pupil for a time
                                                                          - nobody signed in

    o shown    > sent on (nobody: to sign in)    x refused by name (403)    - not found (404)
    y let through to the form or its action, whatever that then says

and the methods that the address answers. The word is about looking where there is something to look at; whom it refuses is
refused when sending too, unless `post` says it anew.
Objects of another school are not found by anybody; `other` names the few rows where a role is refused before the search.
T teaches the pupil, A runs the pupil's group, g was given the pupil. What follows a # is another object of the same address.
"""

from __future__ import annotations

from dataclasses import dataclass

VISITORS = (
    "sendco", "teacher", "support", "admin_assistant", "headteacher", "governor", "safeguarding", "federation_lead",
    "system_admin", "stranger_teacher", "stranger_support", "grantee", "nobody",
)  # fmt: skip
NOT_FOUND = "------------>"


@dataclass(frozen=True)
class Row:
    name: str
    word: str
    methods: tuple[str, ...]
    post: str
    other: str


def rows(word: str, methods: str, names: str, *, post: str = "", other: str = NOT_FOUND) -> list[Row]:
    return [Row(name, word, tuple(methods.lower().split()), post or word, other) for name in names.split()]


#     STAMHGDFYtag-
TABLE = [
    # Pages that join the parts
    *rows("oo>oo>oooo>>>", "GET", "pages:home"),
    *rows("oxxooxooxxxx>", "GET", "pages:today-print"),
    *rows("oooooooooooo>", "GET POST", "pages:search pages:help pages:accessibility pages:display pages:gallery"),
    *rows(">>>>>>>>>>>>>", "GET POST", "pages:kept-work"),
    *rows("ooooo-oo---o>", "GET", "pages:pupil pages:pupil-profile pages:pupil-print"),
    *rows("ooxoo-oo---x>", "GET", "pages:pupil-needs pages:pupil-reviews pages:pupil-documents pages:pupil-timeline"),
    *rows("oooxo-oo---x>", "GET", "pages:pupil-plan"),
    *rows("ooxxo-xo---x>", "GET", "pages:pupil-provision"),
    *rows("oxxxo-oo---x>", "GET", "pages:pupil-access"),
    *rows("o--oo-oo---->", "GET", "pages:pupil#left"),
    # Pupils: the register and a record
    *rows("ooxooxooxoxx>", "GET", "pupils:register"),
    *rows("oxxoxxxxxxxx>", "GET", "pupils:register-add"),
    *rows("oxxooxxoxxxx>", "GET", "pupils:register-export pupils:register-print"),
    *rows("yyxyyxyyxyxx>", "POST", "pupils:register-chosen"),
    *rows(">xxxxxxxxxxx>", "GET POST", "pages:chosen-group"),
    *rows(">xx>xxxxxxxx>", "GET", "pages:chosen-reviews"),
    *rows("yxxxxxxxxxxx>", "POST", "pages:chosen-group-undo"),
    *rows("yxxyxxxxxxxx>", "POST", "pupils:register-untag"),
    *rows("ooxooxooxoxx>", "GET POST", "pupils:saved-view-add"),
    *rows("ooxooxooxoxx>", "GET", "pupils:saved-view", other="--x--x--x-xx>"),
    *rows("yxxxxxxxxxxx>", "POST", "pupils:saved-view-delete", other="--x--x--x-xx>"),
    *rows("oooooxooxooo>", "GET", "pupils:mine"),
    *rows("oooxoxooxoox>", "GET", "pupils:notes"),
    *rows("oxxoxxxxxxxx>", "GET POST", "pupils:pupil-add"),
    *rows(
        "oxxox-xx---x>",
        "GET POST",
        "pupils:pupil-edit pupils:tags-edit pupils:pupil-leave pupils:contact-add pupils:contact-edit "
        "pupils:contact-remove pupils:document-add",
    ),
    *rows(
        "oxxxx-xx---x>",
        "GET POST",
        "pupils:support-change pupils:support-told pupils:need-add pupils:need-edit pupils:need-end pupils:grant-add",
    ),
    *rows("y--yx-xx---->", "POST", "pupils:pupil-return"),
    *rows("yxxxx-xx---x>", "POST", "pupils:need-move pupils:grant-end pupils:score-remove pupils:support-withdraw"),
    *rows("oxxxx-xx---x>", "GET", "pupils:grants"),
    *rows(
        "ooxxx-xx---x>",
        "GET POST",
        "pupils:plan-add pupils:plan-edit pupils:plan-review pupils:target-add pupils:target-edit "
        "pupils:profile-edit pupils:strategy-add pupils:strategy-edit pupils:strategy-end pupils:adjustment-add "
        "pupils:adjustment-edit pupils:score-add",
    ),
    *rows("ooxxx-xx---->", "GET POST", "pupils:plan-agree pupils:plan-edit#draft"),
    *rows("oooxx-xx---x>", "GET POST", "pupils:target-progress"),
    *rows("yyxxx-xx---x>", "POST", "pupils:progress-undo"),
    *rows("oooxo-oo---x>", "GET POST", "pupils:note-add"),
    *rows("ox--x-ox---->", "GET POST", "pupils:note-edit"),
    *rows("ooxoo-oo---x>", "GET", "pupils:document"),
    *rows("yxxyx-xx---x>", "POST", "pupils:document-remove pupils:document-undo"),
    *rows("o-----o----->", "GET POST", "pupils:note-edit#confidential"),
    *rows("o-x---o----x>", "GET", "pupils:document#confidential"),
    *rows("yxx-x-xx---x>", "POST", "pupils:document-remove#confidential"),
    *rows("--x--------x>", "GET", "pupils:document#removed"),
    # Provision
    *rows("oooxxxxxxoox>", "GET", "provision:my-day"),
    *rows(
        "oxxxoxxoxxxx>",
        "GET",
        "provision:sessions provision:map provision:map-export provision:map-print provision:map-cell "
        "provision:pupil-maps provision:catalogue provision:impact provision:missing-scores",
    ),
    *rows("yxxxxxxxxxxx>", "POST", "provision:sessions-remind"),
    *rows("o-o-x--x---->", "GET POST", "provision:session-log provision:session-missed"),
    *rows("y-y-x--x---->", "POST", "provision:session-undo"),
    *rows("oxxxxxxxxxxx>", "GET POST", "provision:group-add provision:intervention-add"),
    *rows("o-o-o--o---->", "GET", "provision:group"),
    *rows(
        "o-x-x--x---->",
        "GET POST",
        "provision:group-edit provision:group-members provision:member-end provision:group-scores "
        "provision:session-add provision:group-finish",
    ),
    *rows("oxxxo-xo---x>", "GET", "provision:pupil-map provision:pupil-map-export provision:pupil-map-print"),
    *rows("oxxxoxxoxxxx>", "GET", "provision:intervention provision:impact-export", other="-xxx-xx-xxxx>"),
    *rows(
        "oxxxxxxxxxxx>",
        "GET POST",
        "provision:intervention-edit provision:group-add#intervention",
        other="-xxxxxxxxxxx>",
    ),
    *rows("oxxxoxxoxxxx>", "GET POST", "provision:intervention-impact", post="yxxxxxxxxxxx>", other="-xxx-xx-xxxx>"),
    # Reviews
    *rows(
        "oxxooxooxxxx>",
        "GET",
        "reviews:deadlines reviews:deadlines-export reviews:calendar reviews:meetings reviews:assessments",
    ),
    *rows("oxxoxxxxxxxx>", "GET POST", "reviews:schedule"),
    *rows("ooxooxooxoxx>", "GET", "reviews:list"),
    *rows("oo-oo-oo---->", "GET", "reviews:review reviews:dates reviews:ics reviews:assessment"),
    *rows("ox-xo-oo---->", "GET", "reviews:pack reviews:compare"),
    *rows(
        "ox-ox-xx---->",
        "GET POST",
        "reviews:cancel reviews:invite reviews:invite-sent reviews:invitee-add reviews:invitee-edit "
        "reviews:invitee-reply reviews:advice-circulate reviews:hold reviews:report-send reviews:decision "
        "reviews:final-plan reviews:assessment-edit reviews:assessment-close",
    ),
    *rows(
        "yx-yx-xx---->",
        "POST",
        "reviews:invitee-remove reviews:invitee-remind reviews:invitee-link reviews:invitee-link-stop",
    ),
    *rows("oo-oo-oo---->", "GET POST", "reviews:invitee-advice"),
    *rows("yx-xx-xx---->", "POST", "reviews:outcome-rate"),
    *rows("ox-xx-xx---->", "GET POST", "reviews:report-edit"),
    *rows("oxxox-xx---x>", "GET POST", "reviews:review-add reviews:ehc-plan-edit"),
    *rows(">xx>x-xx---x>", "GET POST", "reviews:ehc-plan-add"),
    *rows("oxxoo-oo---x>", "GET", "reviews:ehc-plan"),
    *rows(
        "oxxxx-xx---x>",
        "GET POST",
        "reviews:outcome-add reviews:outcome-edit reviews:section-f-add reviews:section-f-edit",
    ),
    *rows("yxxxx-xx---x>", "POST", "reviews:outcome-remove reviews:section-f-remove"),
    *rows("oxxox-xx---->", "GET POST", "reviews:assessment-add"),
    *rows("ox-oo-oo---->", "GET POST", "reviews:invitee-advice#parent"),
    # Reports
    *rows("oxxxooxoxxxx>", "GET", "reports:list"),
    *rows("yxxxxxxyxxxx>", "POST", "reports:start"),
    *rows("o---oo-o---->", "GET", "reports:governors-pdf reports:governors"),
    *rows("o------o---->", "GET POST", "reports:governors-build reports:governors-publish"),
    *rows("y------y---->", "POST", "reports:governors-count"),
    *rows("o------o---->", "GET", "reports:governors#draft"),
    # Imports
    *rows("oxxoxxxxxxxx>", "GET", "imports:list"),
    *rows("oxxoxxxxxxxx>", "GET POST", "imports:upload"),
    *rows("o--o-------->", "GET", "imports:preview"),
    *rows("y--y-------->", "GET POST", "imports:mapping"),
    *rows("y--y-------->", "POST", "imports:rows imports:apply imports:discard imports:undo"),
    # Staff
    *rows("oxxooxxoxxxx>", "GET", "staff:timetable staff:timetable-print staff:team"),
    *rows("o--oo--o---->", "GET", "staff:member staff:absence"),
    *rows("o--xx--x---->", "GET POST", "staff:contract-edit staff:skill-add staff:skill-remove"),
    *rows("o--ox--x---->", "GET POST", "staff:absence-edit staff:absence-remove"),
    *rows("oxxoxxxxxxxx>", "GET POST", "staff:absence-add"),
    *rows("o--oo--o-oo->", "GET", "staff:cover"),
    *rows("y--yx--x-xx->", "POST", "staff:cover-ask staff:cover-give"),
    *rows("y--yx--x--y->", "POST", "staff:cover-answer"),
    *rows("y--yx--x-x-->", "POST", "staff:cover-undo"),
    # Agencies
    *rows("oxxooxooxxxx>", "GET", "agencies:referrals agencies:agency-list"),
    *rows("oxxoxxxxxxxx>", "GET POST", "agencies:referral-add agencies:agency-add"),
    *rows("o--oo-oo---->", "GET", "agencies:referral"),
    *rows(
        "o--ox-xx---->",
        "GET POST",
        "agencies:referral-edit agencies:referral-step agencies:referral-discard agencies:agency-edit "
        "agencies:professional-add agencies:professional-edit",
    ),
    *rows("oxxooxooxxxx>", "GET", "agencies:agency", other="-xx--x--xxxx>"),
    # Settings of a school
    *rows(
        "oxxxxxxxoxxx>",
        "GET POST",
        "schools:settings schools:federation schools:school schools:term-add schools:closure-add schools:rate-add "
        "schools:classes-add",
    ),
    *rows("oxxxxxxxoxxx>", "GET", "provision:cost-settings provision:tests"),
    *rows("oxxxxxxxoxxx>", "GET POST", "provision:costs-add"),
    *rows("oxxxxxxxoxxx>", "GET POST", "provision:test-edit", other="oxxxxxxxoxxx>"),
    *rows(
        "oxxxxxxxoxxx>",
        "GET POST",
        "schools:term schools:term-remove schools:closure schools:closure-remove",
        other="-xxxxxxx-xxx>",
    ),
    # People and roles
    *rows("xxxxxxxxoxxx>", "GET POST", "accounts:people accounts:person-add"),
    *rows(
        "xxxxxxxxoxxx>",
        "GET POST",
        "accounts:person accounts:person-edit accounts:membership-add accounts:membership-end "
        "accounts:membership-classes",
        other="xxxxxxxx-xxx>",
    ),
    *rows("oooooooooooo>", "GET", "accounts:permissions"),
    *rows("xxxxxxxxyxxx>", "POST", "accounts:password-link", other="xxxxxxxx-xxx>"),
    # Messages
    *rows("oooooooooooo>", "GET POST", "notifications:list"),
    *rows("yyyyyyyyyyyy>", "POST", "notifications:read"),
]

# Pages of signing in, of one's own account, and of the machine: (signed in, nobody).
ACCOUNT = {
    "account_change_password": "o>",
    "account_inactive": "oo",
    "account_login": ">o",
    "account_logout": "o>",
    "account_reauthenticate": "o>",
    "account_reset_password": "oo",
    "account_reset_password_done": "oo",
    "account_reset_password_from_key": "oo",
    "account_reset_password_from_key_done": "oo",
    "account_set_password": ">>",
    "account_signup": ">o",
    "health": "oo",
    "mfa_activate_totp": ">>",
    "mfa_add_webauthn": ">>",
    "mfa_authenticate": ">>",
    "mfa_deactivate_totp": "->",
    "mfa_download_recovery_codes": "->",
    "mfa_edit_webauthn": ">>",
    "mfa_generate_recovery_codes": ">>",
    "mfa_index": "o>",
    "mfa_list_webauthn": "o>",
    "mfa_login_webauthn": ">>",
    "mfa_reauthenticate": ">>",
    "mfa_reauthenticate_webauthn": ">>",
    "mfa_remove_webauthn": ">>",
    "mfa_view_recovery_codes": "->",
    "sign-in": ">o",
    "sign-out": "o>",
}

# Without an account, by a link that only the invited person has. One link shows one form.
BY_LINK = ("reviews:contribution", "reviews:contribution-question", "reviews:contribution-done")

# Tested by itself: it takes a school, not an object.
ALONE = ("pages:school-switch",)

# What has to be sent so that the person, and not the form, decides.
SENT = {"staff:cover-answer": {"answer": "yes"}}

NOT_A_RECORD = {
    "agencies:agency", "provision:group", "provision:group-add#intervention", "provision:group-finish",
    "provision:group-members", "provision:group-scores", "provision:member-end", "pupils:adjustment-add",
    "pupils:contact-add", "pupils:contact-remove", "pupils:document-add", "pupils:grant-add", "pupils:grants",
    "pupils:need-add", "pupils:note-add", "pupils:plan-agree", "pupils:pupil-leave", "pupils:saved-view",
    "pupils:score-add", "pupils:strategy-add", "pupils:support-change", "pupils:support-told", "pupils:tags-edit",
    "pupils:target-add", "reviews:invitee-edit", "reviews:invitee-reply", "reviews:review-add",
}  # fmt: skip
"""Pages with a surname that need no row in the audit trail: lists of names, and forms that show a name and nothing of what is
recorded about the child. Scores of a group are read by who runs it. What is changed there is noted by its action."""
