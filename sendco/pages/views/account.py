"""Choices that belong to the person: how pages look, what is e-mailed, and which school is in view."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from sendco.accounts.kept_work import SESSION_KEY, kept_for
from sendco.accounts.middleware import SESSION_SCHOOL
from sendco.accounts.permissions import Role
from sendco.core.http import next_url, saved
from sendco.pages.forms import DisplayForm, SchoolForm
from sendco.pages.navigation import main_role


@require_http_methods(["GET", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    form = DisplayForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        form.save()
        return saved(request, "Saved. Your choice holds on every device you sign in on.", "pages:display")
    return render(request, "pages/display.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def school_switch(request: HttpRequest) -> HttpResponse:
    """Look at another of one's own schools; then home, or where `next` says."""
    form = SchoolForm(request.POST)
    if not form.is_valid() or form.cleaned_data["school"] not in {place.id for place in request.user.access.places}:
        raise Http404("You have no role in that school.")
    school_id = form.cleaned_data["school"]
    request.session[SESSION_SCHOOL] = school_id
    is_lead = main_role(request.user.access, school_id) is Role.FEDERATION_LEAD
    return redirect(next_url(request, reverse("pages:home") + ("?show=school" if is_lead else "")))


@require_http_methods(["GET", "POST"])
def kept_work(request: HttpRequest) -> HttpResponse:
    """What was typed when the session ended: send it now, or let it go (POST here)."""
    kept = kept_for(request)
    if request.method == "POST" or kept is None:
        request.session.pop(SESSION_KEY, None)
        return redirect("pages:home")
    shown = [
        (name.replace("_", " ").replace("-", " "), value)
        for name, value in kept["pairs"]
        if value and name != "version"
    ]
    return render(request, "pages/kept_work.html", {"kept": kept, "shown": shown})
