"""A pupil's own record: find, add, change, support, tags, leave."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pupils import actions
from pupils.enums import SenStatus
from pupils.forms.plans import EmptyForm
from pupils.forms.pupil import LeaveForm, PupilAddForm, PupilForm, TagsForm
from pupils.forms.support import ParentsToldForm, SupportForm
from pupils.models import Pupil, SenPeriod, Tag
from pupils.querysets import in_force, words_q
from sendco.accounts.guards import need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, params
from sendco.core.dates import long_date
from sendco.core.form_pages import data_of, form_page
from sendco.core.http import saved
from sendco.schools.models import School

from .pages import crumbs_to, find_pupil

FOUND_SHOWN = 20


@require_GET
def register_add(request: HttpRequest) -> HttpResponse:
    """Put a pupil of the roll on the register: find the pupil, then choose the support."""
    school = need(request, Permission.REGISTER_EDIT, Permission.PUPIL_ADD)
    words = params.words(request.GET.get("q"), most=80)
    found: list[Pupil] = []
    if words:
        pupils = (
            Pupil.objects.visible_to(request.user).filter(words_q(words), school_id=school.id).on_roll(clock.today())
        )
        found = list(pupils.select_related("school_class").order_by("surname", "forename", "pk")[:FOUND_SHOWN])
    access = request.user.access
    context = {
        "words": words,
        "found": found,
        "may_support": access.can(Permission.REGISTER_EDIT, school.id),
        "may_add": access.can(Permission.PUPIL_ADD, school.id),
    }
    return render(request, "pupils/register_add.html", context)


@require_http_methods(["GET", "POST"])
def pupil_add(request: HttpRequest) -> HttpResponse:
    place = need(request, Permission.PUPIL_ADD)
    on = clock.today()
    may_set_support = request.user.access.can(Permission.REGISTER_EDIT, place.id)
    form = PupilAddForm(data_of(request), school_id=place.id, on=on, may_set_support=may_set_support)
    made: list[Pupil] = []

    def act() -> None:
        made.append(actions.add_pupil(school=School(pk=place.id), by=request.user, on=on, **form.cleaned_data))

    response = form_page(
        request,
        form,
        act,
        title="Add a pupil",
        button="Add pupil",
        message="Pupil added",
        to=reverse("pupils:register-add"),
        crumbs=[("Pupils", reverse("pupils:register"))],
        lead="Most pupils come from your school's own system. Add one here when a child joins before the next import.",
    )
    if made:
        response["Location"] = made[0].get_absolute_url()
    return response


@require_http_methods(["GET", "POST"])
def pupil_edit(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.PUPIL_EDIT)
    form = PupilForm(data_of(request), instance=pupil, on=clock.today())
    if request.method == "GET":
        audit.record("pupil.viewed", by=request.user, target=pupil, label=pupil.initials, details={"page": "edit"})

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.change_pupil(pupil=pupil, version=data.pop("version"), by=request.user, **data)

    return form_page(
        request,
        form,
        act,
        title=f"Change {pupil.first_name}’s details",
        button="Save details",
        message="Details saved",
        to=pupil.get_absolute_url(),
        crumbs=crumbs_to(request, pupil),
    )


@require_http_methods(["GET", "POST"])
def support_change(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.REGISTER_EDIT)
    on = clock.today()
    form = SupportForm(data_of(request), current=pupil.sen_status, on=on)
    now = pupil.get_sen_status_display()

    def act() -> None:
        actions.change_support(pupil=pupil, by=request.user, today=on, **form.cleaned_data)

    message = _support_message(form.cleaned_data, on) if form.is_bound and form.is_valid() else ""
    return form_page(
        request,
        form,
        act,
        title=f"Change {pupil.first_name}’s support",
        button="Change support",
        message=message,
        to=pupil.get_absolute_url(),
        crumbs=crumbs_to(request, pupil),
        lead=f"Now: {now}. Everything recorded so far stays on the record.",
    )


def _support_message(data: dict[str, Any], on: date) -> str:
    """What is said after a change of support: when it begins, and whether parents are still to be told."""
    begins = f"Support will change on {long_date(data['on'])}" if data["on"] > on else "Support changed"
    untold = data["status"] == SenStatus.SUPPORT and data["parents_told_on"] is None
    return f"{begins}. Tell the parents, then record the day" if untold else begins


@require_POST
def support_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a change of support that has not begun."""
    pupil = find_pupil(request, pk, Permission.REGISTER_EDIT)
    if EmptyForm(request.POST).is_valid():
        actions.withdraw_planned_support(pupil=pupil, by=request.user, today=clock.today())
    return saved(request, "Planned change taken back", reverse("pages:pupil-needs", args=[pk]))


def _period_to_tell_of(pupil: Pupil, on: date) -> SenPeriod:
    """SEN support of which parents were not told, now or planned; else the period in force. 404 without any."""
    standing = in_force(on) | Q(ends__isnull=True)
    periods = list(SenPeriod.objects.filter(standing, pupil=pupil).select_related("pupil").order_by("starts"))
    if not periods:
        raise Http404("This pupil has never had support.")
    untold = [row for row in periods if row.status == SenStatus.SUPPORT and row.parents_told_on is None]
    return (untold or periods)[0]


@require_http_methods(["GET", "POST"])
def support_told(request: HttpRequest, pk: int) -> HttpResponse:
    """When parents were told of the support that stands."""
    pupil = find_pupil(request, pk, Permission.REGISTER_EDIT)
    on = clock.today()
    period = _period_to_tell_of(pupil, on)
    form = ParentsToldForm(data_of(request), today=on)
    return form_page(
        request,
        form,
        lambda: actions.record_parents_told(period=period, on=form.cleaned_data["on"], by=request.user),
        title="Parents told",
        button="Save the day",
        message="Saved",
        to=pupil.get_absolute_url(),
        crumbs=crumbs_to(request, pupil),
        lead=f"{SenStatus(period.status).label} {'from' if period.starts > on else 'since'} {long_date(period.starts)}. "
        "The school must tell parents when SEN support starts (Children and Families Act 2014, section 68).",
    )


@require_http_methods(["GET", "POST"])
def tags_edit(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.PUPIL_EDIT)
    names = list(Tag.objects.filter(school_id=pupil.school_id).values_list("name", flat=True))
    have = list(pupil.tags.values_list("name", flat=True))
    form = TagsForm(data_of(request), names=names, initial={"tags": have})
    return form_page(
        request,
        form,
        lambda: actions.set_tags(pupil=pupil, names=form.chosen, by=request.user),
        title=f"{pupil.first_name}’s tags",
        button="Save tags",
        message="Tags saved",
        to=pupil.get_absolute_url(),
        crumbs=crumbs_to(request, pupil),
        lead="Tags are your school's own labels. Everybody who sees the pupil sees them.",
    )


@require_http_methods(["GET", "POST"])
def pupil_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a pupil off the roll. A page of its own, since it ends much at once."""
    pupil = find_pupil(request, pk, Permission.PUPIL_EDIT)
    form = LeaveForm(data_of(request), initial={"on": clock.today()})
    return form_page(
        request,
        form,
        lambda: actions.remove_from_roll(pupil=pupil, on=form.cleaned_data["on"], by=request.user),
        title=f"Take {pupil.first_name} off the roll?",
        button="Take off the roll",
        message="Taken off the roll",
        to=pupil.get_absolute_url(),
        crumbs=crumbs_to(request, pupil),
        danger=True,
        lead="Plans, sessions and reviews stay on the record. The pupil leaves the register and every list.",
    )


@require_http_methods(["POST"])
def pupil_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Back on the roll, after a mistake or a move home."""
    pupil = find_pupil(request, pk, Permission.PUPIL_EDIT)
    actions.change_pupil(pupil=pupil, version=pupil.version, by=request.user, left_on=None)
    return saved(request, "Back on the roll", pupil)
