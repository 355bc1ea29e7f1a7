"""Referrals: the list of what waits, one referral with its history, and its steps."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pupils.models import Contact, Pupil
from pupils.querysets import words_q
from sendco.accounts.guards import find, need
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission
from sendco.audit import audit
from sendco.core import clock, params
from sendco.core.dates import long_date
from sendco.core.form_pages import data_of, form_page
from sendco.core.ui import plural_words
from sendco.schools.services import calendar_for
from staff.agencies.actions import (
    change_referral,
    check_can_write,
    discard_referral,
    move_referral,
    note_contact,
    open_referral,
)
from staff.agencies.forms import ReferralEditForm, ReferralFilter, ReferralForm, StepForm
from staff.agencies.models import Agency, AgencyKind, Referral, ReferralState
from staff.agencies.present import referral_row, state_chip, step_chip
from staff.agencies.rules import CLOSED, SENT, STEP_WORDS, TRANSITIONS, WITH_THEM, days_with_them, next_step
from staff.forms import ConfirmForm

from .agencies import to_new

PAGE_ROWS = 50
WRITERS = [role for role, held in ROLE_PERMISSIONS.items() if Permission.AGENCY_EDIT in held]
TABS = (
    ("open", "Open"),
    ("overdue", "Next step overdue"),
    ("waiting", "With the service"),
    ("draft", "Drafts"),
    ("closed", "Closed"),
)


def _find(request: HttpRequest, pk: int, *, edit: bool = False) -> Referral:
    rows = Referral.objects.visible_to(request.user).select_related(
        "pupil__school_class", "pupil__school", "agency", "professional", "owner"
    )
    found = find(request, rows, pk=pk)
    if edit:
        check_can_write(request.user, found.school_id)
        if request.method == "GET":  # a form shows what the referral says
            _note_look(request, found)
    return found


def _note_look(request: HttpRequest, found: Referral) -> None:
    audit.record(
        "pupil.viewed", by=request.user, target=found.pupil, label=found.pupil.initials, details={"page": "referral"}
    )


def _owners(school_id: int) -> QuerySet[User]:
    """Who may see to a referral: people who may write one in the school."""
    members = Membership.objects.filter(school_id=school_id, role__in=WRITERS).current(clock.today())
    return User.objects.filter(pk__in=members.values("user_id"), is_active=True).order_by("name")


def _agencies(request: HttpRequest, federation_id: int, school_id: int) -> QuerySet[Agency]:
    """Services to choose from; social care only for who may read such referrals."""
    rows = Agency.objects.visible_to(request.user).in_use().filter(federation_id=federation_id)
    if not request.user.access.can(Permission.NOTE_CONFIDENTIAL, school_id):
        rows = rows.exclude(kind=AgencyKind.SOCIAL)
    return rows.order_by("name")


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """Of the school in view, by state, service and pupil. 8 queries for any number of rows."""
    place, today = need(request, Permission.AGENCY_VIEW), clock.today()
    agencies = Agency.objects.visible_to(request.user).filter(federation_id=place.federation_id).order_by("name")
    filters = ReferralFilter(request.GET, agencies=agencies)
    wanted = filters.wanted()
    reach = Referral.objects.visible_to(request.user).filter(school_id=place.id)
    counts = reach.counts(today)
    tab = request.GET.get("state", "open")
    tab = tab if tab in dict(TABS) else "open"
    rows = _by_tab(reach, tab, today)
    if "agency" in wanted:
        rows = rows.filter(agency=wanted["agency"])
    if "q" in wanted:
        rows = rows.filter(pupil__in=Pupil.objects.filter(words_q(wanted["q"]), school_id=place.id))
    order = ("-closed_on", "-pk") if tab == "closed" else ("next_step_on", "pk")
    page = Paginator(rows.for_list().order_by(*order), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [referral_row(row, today) for row in page.object_list],
        "filters": filters,
        "tabs": _tabs(request, tab, counts),
        "tab": tab,
        "is_filtered": bool(wanted),
        "clear_url": f"?state={tab}",
        "lead": _lead(counts),
        "can_write": request.user.access.can(Permission.AGENCY_EDIT, place.id),
    }
    return render(request, "agencies/referrals.html", context)


def _by_tab(reach: Any, tab: str, today: Any) -> Any:
    if tab == "overdue":
        return reach.overdue(today)
    if tab == "waiting":
        return reach.with_them()
    if tab in ("draft", "closed"):
        return reach.filter(state=tab)
    return reach.open()


def _tabs(request: HttpRequest, tab: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    tabs = []
    for key, text in TABS:
        query = request.GET.copy()
        query.pop("page", None)
        query["state"] = key
        tabs.append({"text": text, "url": f"?{query.urlencode()}", "current": key == tab, "count": counts[key]})
    return tabs


def _lead(counts: dict[str, int]) -> str:
    if not counts["open"]:
        return "No referral is open."
    late = counts["overdue"]
    rest = (
        f"{late} {'has' if late == 1 else 'have'} a next step that is overdue." if late else "No next step is overdue."
    )
    return f"{plural_words(counts['open'], 'open referral')}. {rest}"


@require_safe
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral: where it stands, what comes next, what happened. 7 queries. Audited."""
    found, today = _find(request, pk), clock.today()
    _note_look(request, found)
    can_write = request.user.access.can(Permission.AGENCY_EDIT, found.school_id)
    days = days_with_them(found.sent_on, today, calendar_for(found.school_id)) if found.state in WITH_THEM else None
    context = {
        "referral": found,
        "pupil": found.pupil,
        "state": state_chip(found.state),
        "due": step_chip(found, today),
        "waiting_words": f"{plural_words(days, 'school day')} since it was sent." if days is not None else "",
        "facts": _facts(found),
        "events": [_event(event) for event in found.events.select_related("by")],
        "moves": [{"state": state, "text": STEP_WORDS[state]} for state in TRANSITIONS[found.state]]
        if can_write
        else [],
        "can_write": can_write,
        "is_draft": found.state == ReferralState.DRAFT,
        "is_closed": found.state == CLOSED,
    }
    return render(request, "agencies/referral.html", context)


def _facts(found: Referral) -> list[tuple[str, str]]:
    consent = ""
    if found.consent_on:
        consent = f"{found.consent_by}, {long_date(found.consent_on)}. {found.get_consent_how_display()}"
    person = found.professional
    return [
        ("Service", found.agency.name),
        ("Person there", f"{person.name}, {person.job_title}".rstrip(", ") if person else "Nobody named"),
        ("Consent", consent or "Not given yet"),
        ("Sent", long_date(found.sent_on) if found.sent_on else "Not sent"),
        ("Who sees to it", found.owner.get_full_name() if found.owner else "Nobody yet"),
    ]


def _event(event: Any) -> dict[str, Any]:
    who = event.by.get_full_name() if event.by else "SENDCo itself"
    return {
        "date": event.on,
        "title": event.text or event.get_state_display(),
        "text": f"{event.get_state_display()}. {who}",
    }


def _crumbs(found: Referral | None = None) -> list[tuple[str, str]]:
    crumbs = [("Agencies", reverse("agencies:referrals"))]
    return [*crumbs, (found.pupil.known_as, found.get_absolute_url())] if found else crumbs


@require_http_methods(["GET", "POST"])
def referral_add(request: HttpRequest) -> HttpResponse:
    """?pupil= and ?agency= choose them beforehand."""
    place, today = need(request, Permission.AGENCY_EDIT), clock.today()
    reach = Pupil.objects.visible_to(request.user).filter(school_id=place.id).on_roll(today)
    pupil = None
    if request.GET.get("pupil"):
        pupil = reach.select_related("school").filter(pk=params.number(request.GET["pupil"])).first()
        if pupil is None:
            raise Http404("There is no such pupil within your reach.")
    form = ReferralForm(
        data_of(request), pupil=pupil,
        pupils=reach.exclude(sen_status="N").select_related("school_class", "school").order_by("surname", "forename", "pk"),
        agencies=_agencies(request, place.federation_id, place.id), owners=_owners(place.id),
        contacts=Contact.objects.filter(pupil=pupil) if pupil else (), today=today, owner=request.user,
    )  # fmt: skip
    if agency := params.number(request.GET.get("agency")):
        form.initial["agency"] = agency
    made: list[Referral] = []

    def act() -> None:
        cleaned = dict(form.cleaned_data)
        child = cleaned.pop("pupil", pupil)
        made.append(open_referral(pupil=child, by=request.user, on=today, **cleaned))

    title = f"Refer {pupil.first_name}" if pupil else "Start a referral"
    response = form_page(
        request, form, act, title=title, button="Save as draft", message="Draft saved. Send it when you have consent",
        to=reverse("agencies:referrals"), crumbs=_crumbs(),
        lead="It starts as a draft. You say later that it was sent; that needs consent.",
    )  # fmt: skip
    return to_new(response, made)


@require_http_methods(["GET", "POST"])
def referral_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, edit=True)
    place = found.pupil.school.federation_id
    form = ReferralEditForm(
        data_of(request), instance=found, agencies=_agencies(request, place, found.school_id),
        owners=_owners(found.school_id), contacts=Contact.objects.filter(pupil=found.pupil_id), today=clock.today(),
    )  # fmt: skip
    return form_page(
        request, form, lambda: change_referral(referral=found, by=request.user, **form.cleaned_data),
        title="Change the referral", button="Save referral", message="Referral saved", to=found.get_absolute_url(),
        crumbs=_crumbs(found), remove_url=_discard_url(found),
    )  # fmt: skip


def _discard_url(found: Referral) -> str:
    return reverse("agencies:referral-discard", args=[found.pk]) if found.state == ReferralState.DRAFT else ""


@require_http_methods(["GET", "POST"])
def referral_step(request: HttpRequest, pk: int) -> HttpResponse:
    """?to= the state it comes to; without it, a contact in the same state."""
    found, today = _find(request, pk, edit=True), clock.today()
    state = request.GET.get("to") or found.state
    if state not in ReferralState.values:
        raise Http404("There is no such step.")
    proposed = next_step(state, on=today, chase_after=found.agency.chase_after, calendar=calendar_for(found.school_id))
    form = StepForm(
        data_of(request), instance=found, state=state, proposed=proposed, today=today,
        contacts=Contact.objects.filter(pupil=found.pupil_id) if state == SENT != found.state else (),
    )  # fmt: skip
    is_contact = state == found.state

    def act() -> None:
        if is_contact:
            note_contact(referral=found, by=request.user, **form.values())
        else:
            move_referral(referral=found, state=state, by=request.user, **form.values())

    title = "Record a contact" if is_contact else STEP_WORDS[state]
    return form_page(
        request, form, act, title=title, button="Save", message="Saved", to=found.get_absolute_url(),
        crumbs=_crumbs(found), lead=f"{found.pupil.known_as}, {found.agency.name}.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def referral_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(request, pk, edit=True)
    form = ConfirmForm(data_of(request))
    return form_page(
        request, form, lambda: discard_referral(referral=found, by=request.user),
        title="Throw this draft away?", button="Throw away", message="Draft thrown away", danger=True,
        to=reverse("agencies:referrals"), crumbs=_crumbs(found), lead=f"{found.pupil.known_as}, {found.agency.name}.",
    )  # fmt: skip
