"""The SEND register: the list, its saved views, the workbook, the print and what is done to chosen rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pupils import register, register_page, sheets
from pupils.actions import delete_view, save_view, tag_pupils, untag_pupils
from pupils.forms.register import ChosenForm, DeleteViewForm, SaveViewForm, UntagForm
from pupils.models import Pupil, SavedView
from pupils.querysets import Conditions, PupilQuerySet, choices_for_register, in_order
from pupils.register import Filter
from sendco.accounts.guards import find, need
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, ui
from sendco.core.dates import academic_year_of
from sendco.core.form_pages import data_of, form_page
from sendco.core.http import partial_or_page, saved
from sendco.core.spreadsheets import download


@require_GET
def register_list(request: HttpRequest) -> HttpResponse:
    """The register, filtered by the URL."""
    return _show(request, register.parse(request.GET))


@require_GET
def saved_view(request: HttpRequest, slug: str) -> HttpResponse:
    """The register through a saved view; a filter chosen on it leads back to the register itself."""
    return _show(request, register.parse(request.GET), slug=slug)


def _view(request: HttpRequest, slug: str) -> SavedView:
    school = need(request, Permission.REGISTER_VIEW)
    views = SavedView.objects.filter(school_id=school.id)
    return find(request, views.filter(owner=request.user) | views.filter(is_shared=True), slug=slug)


def _show(request: HttpRequest, chosen: Filter, slug: str = "") -> HttpResponse:
    """slug: of a saved view, whose filter then stands; only the order may be another."""
    school = need(request, Permission.REGISTER_VIEW)
    on, user = clock.today(), request.user
    choices = choices_for_register(user=user, school_id=school.id, academic_year=academic_year_of(on), on=on)
    view = next((row for row in choices["view"] if row["slug"] == slug), None) if slug else None
    if slug and view is None:
        raise Http404("No such view.")
    if view is not None:
        stored = register.parse(QueryDict(view["query"]))
        chosen = replace(stored, sort=chosen.sort) if "sort" in request.GET else stored
    page = register_page.build(
        user=user, school=school, chosen=chosen, number=request.GET.get("page"), on=on, choices=choices, slug=slug
    )
    may = {
        "export": user.access.can(Permission.REGISTER_EXPORT, school.id),
        "add": user.access.can(Permission.PUPIL_ADD, school.id) or user.access.can(Permission.REGISTER_EDIT, school.id),
        "tag": user.access.can(Permission.PUPIL_EDIT, school.id),
        "delete_view": view is not None and (view["own"] or user.access.can(Permission.REGISTER_EDIT, school.id)),
    }
    more = [action for action in register.chosen_actions() if user.access.can(action.permission, school.id)]
    may["choose"] = may["export"] or may["tag"] or bool(more)
    context = {
        "register": page,
        "may": may,
        "view": view,
        "more_actions": more,
        "query": chosen.query(),
        "view_query": chosen.query(words=False),
    }
    response = partial_or_page(request, "pupils/_register_results.html", "pupils/register.html", context)
    if request.htmx:
        response["HX-Push-Url"] = f"{reverse('pupils:register')}?{chosen.query()}".rstrip("?")
    return response


# --- Saved views ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def view_add(request: HttpRequest) -> HttpResponse:
    """Keep the filter in the URL under a name."""
    school = need(request, Permission.REGISTER_VIEW)
    may_share = request.user.access.can(Permission.REGISTER_EXPORT, school.id)
    query = register.parse(request.GET).query(words=False)
    form = SaveViewForm(data_of(request), may_share=may_share, initial={"query": query})

    def act() -> None:
        data = form.cleaned_data
        kept = register.parse(QueryDict(data["query"])).query(words=False)
        save_view(
            school_id=school.id, name=data["name"], query=kept, is_shared=data.get("is_shared", False), by=request.user
        )

    kept = QueryDict(request.POST.get("query", query))
    return form_page(
        request,
        form,
        act,
        title="Save this view",
        button="Save view",
        message="View saved",
        to=f"{reverse('pupils:register')}?{register.parse(kept).query()}",
        crumbs=[("Pupils", reverse("pupils:register"))],
        lead="The filters are kept, and the pupils are found anew each time.",
    )


@require_POST
def view_delete(request: HttpRequest, slug: str) -> HttpResponse:
    view = _view(request, slug)
    if DeleteViewForm(request.POST).is_valid():
        delete_view(view=view, by=request.user)
    return saved(request, "View removed", "pupils:register")


# --- Workbook and print ----------------------------------------------------------------------------------------


def _listed(user: User, chosen: Filter, school_id: int, on: date) -> PupilQuerySet:
    """Everything the filter finds of what this person may know of."""
    return Pupil.objects.visible_in(user, school_id).for_register(chosen, Conditions(school_id=school_id, on=on))


@require_GET
def register_export(request: HttpRequest) -> HttpResponse:
    """XLSX of everything the filter finds. Audited."""
    school = need(request, Permission.REGISTER_EXPORT)
    chosen, on = register.parse(request.GET), clock.today()
    pupils = _listed(request.user, chosen, school.id, on).for_sheet(on)
    return _export(request, school, list(pupils[: register.MOST_ROWS]), chosen.query(words=False))


def _export(request: HttpRequest, school: Any, pupils: list[Pupil], query: str) -> HttpResponse:
    on = clock.today()
    content = sheets.register_workbook(pupils, school=school.name, by=request.user.get_full_name(), on=on)
    audit.record(
        "register.exported", by=request.user, school_id=school.id, details={"rows": len(pupils), "filter": query}
    )
    return download(content, f"send-register-{on.isoformat()}")


@require_GET
def register_print(request: HttpRequest) -> HttpResponse:
    """Everything the filter finds, as a document. Audited."""
    school = need(request, Permission.REGISTER_EXPORT)
    chosen, on = register.parse(request.GET), clock.today()
    found = _listed(request.user, chosen, school.id, on).for_sheet(on)
    pupils = list(found[: register.MOST_ROWS])
    details = {"rows": len(pupils), "filter": chosen.query(words=False)}
    audit.record("register.printed", by=request.user, school_id=school.id, details=details)
    context = {
        "rows": register_page.rows_of(pupils, on),
        "school": school,
        "on": on,
        "printed_by": request.user.get_full_name(),
        "printed_at": clock.now(),
        "personal": True,
    }
    return render(request, "pupils/register_print.html", context)


# --- Chosen rows --------------------------------------------------------------------------------------------------


@require_POST
def register_chosen(request: HttpRequest) -> HttpResponse:
    """Export, print profiles of, or tag the chosen pupils, or lead to what an app above does with them."""
    school = need(request, Permission.REGISTER_VIEW)
    reach = Pupil.objects.visible_to(request.user).filter(school_id=school.id)
    form = ChosenForm(request.POST, reach=reach)
    back = f"{reverse('pupils:register')}?{register.parse(request.GET).query()}".rstrip("?")
    if not form.is_valid():
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, error)
        return redirect(back)
    chosen, action = form.cleaned_data["pupil"], form.cleaned_data["action"]
    if action == "tag":
        need(request, Permission.PUPIL_EDIT)
        return _tag(request, list(chosen), form.cleaned_data["tag"], back)
    for more in register.chosen_actions():
        if action == more.key:
            need(request, more.permission)
            return redirect(f"{reverse(more.url_name)}?{_ids(in_order(chosen, 'name'))}")
    need(request, Permission.REGISTER_EXPORT)
    if action == "export":
        pupils = in_order(chosen.with_plan_review(), "name").with_needs().for_sheet(clock.today())
        return _export(request, school, list(pupils), "chosen")
    return _print_profiles(request, in_order(chosen, "name"))


def _ids(pupils: Iterable[Pupil]) -> str:
    return urlencode([("pupil", pupil.pk) for pupil in pupils])


def _tag(request: HttpRequest, chosen: list[Pupil], name: str, back: str) -> HttpResponse:
    tag, gained = tag_pupils(pupils=chosen, name=name, by=request.user)
    if not gained:
        return saved(request, f"All of them have the tag {tag.name} already", back)
    undo = f"{reverse('pupils:register-untag')}?{urlencode([('tag', tag.pk), ('back', back)])}&{_ids(gained)}"
    return saved(request, f"Tag {tag.name} added to {ui.plural_words(len(gained), 'pupil')}", back, undo_url=undo)


@require_POST
def register_untag(request: HttpRequest) -> HttpResponse:
    """Take back a tag from the pupils that have just gained it: what `?tag=` and `?pupil=` name."""
    school = need(request, Permission.PUPIL_EDIT)
    reach = Pupil.objects.visible_to(request.user).filter(school_id=school.id)
    form = UntagForm(request.GET, reach=reach, school_id=school.id)
    if not form.is_valid():
        messages.error(request, "There is nothing to take back")
        return redirect("pupils:register")
    lost = untag_pupils(pupils=form.cleaned_data["pupil"], tag=form.cleaned_data["tag"], by=request.user)
    back = register.parse(QueryDict(request.GET.get("back", "").partition("?")[2])).query()
    to = f"{reverse('pupils:register')}?{back}".rstrip("?")
    return saved(request, f"Tag taken from {ui.plural_words(lost, 'pupil')}", to)


def _print_profiles(request: HttpRequest, chosen: Any) -> HttpResponse:
    on = clock.today()
    pupils = list(chosen.for_profiles(on))
    audit.record_many(
        audit.build("profile.printed", by=request.user, target=pupil, label=pupil.initials) for pupil in pupils
    )
    context = {
        "cards": [register_page.card_of(pupil) for pupil in pupils],
        "on": on,
        "printed_by": request.user.get_full_name(),
        "printed_at": clock.now(),
        "personal": True,
    }
    return render(request, "pupils/profiles_print.html", context)
