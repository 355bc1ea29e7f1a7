"""Who may see one pupil for a time, beyond what follows from roles."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pupils import actions
from pupils.forms.grants import EndGrantForm, GrantForm
from pupils.models import Pupil, PupilUserObjectPermission
from sendco.accounts.guards import check
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.form_pages import data_of, form_page
from sendco.core.http import saved

from .pages import crumbs_to, find_pupil


@require_GET
def grants(request: HttpRequest, pk: int) -> HttpResponse:
    """Those that hold, those to come and those that ended."""
    pupil = find_pupil(request, pk, Permission.GRANT_MANAGE)
    on = clock.today()
    rows = list(pupil.user_grants.select_related("user", "granted_by").order_by("-ends", "-pk"))
    context = {
        "pupil": pupil,
        "current": [row for row in rows if row.ends is None or row.ends >= on],
        "ended": [row for row in rows if row.ends is not None and row.ends < on],
        "on": on,
    }
    return render(request, "pupils/grants.html", context)


@require_http_methods(["GET", "POST"])
def grant_add(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = find_pupil(request, pk, Permission.GRANT_MANAGE)
    form = GrantForm(data_of(request), pupil=pupil, on=clock.today())

    def act() -> None:
        data = form.cleaned_data
        actions.grant_access(
            pupil=pupil,
            user=data["user"],
            starts=data["starts"],
            ends=data["ends"],
            reason=data["reason"],
            by=request.user,
        )

    return form_page(
        request, form, act, title=f"Let somebody see {pupil.first_name}", button="Give access", message="Access given",
        to=reverse("pupils:grants", args=[pk]), crumbs=crumbs_to(request, pupil),
        lead="They see this pupil only, for these days. Every look is recorded.",
    )  # fmt: skip


@require_POST
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Pupil.objects.visible_to(request.user)
    rows = PupilUserObjectPermission.objects.select_related("content_object", "user")
    grant = rows.filter(pk=pk, content_object__in=visible).first()
    if grant is None:
        raise Http404("There is no such access within your reach.")
    check(request.user, Permission.GRANT_MANAGE, grant.content_object)
    if EndGrantForm(request.POST).is_valid():
        actions.end_grant(grant=grant, on=clock.today(), by=request.user)
    return saved(request, "Access ended", reverse("pupils:grants", args=[grant.content_object_id]))
