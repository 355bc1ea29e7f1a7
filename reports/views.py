"""Governor reports: the list, reading one, building one, publishing it."""

from __future__ import annotations

from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sendco.accounts.access import Place
from sendco.accounts.guards import check, may, need
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock, ui
from sendco.core.conflicts import conflict_page
from sendco.core.exceptions import Conflict, Refused
from sendco.core.form_pages import data_of
from sendco.core.http import partial_or_page, saved
from sendco.schools.models import School, Term, TermName

from . import actions
from .forms import NothingForm, PublishForm, StartForm, WriteForm, flat
from .models import GovernorReport
from .page import page_of
from .permissions import LOCKED

PATIENCE = timedelta(seconds=60)
"""How long publishing may take before its page offers to try again."""
TERMS_OFFERED = 4


def get_report(request: HttpRequest, year: int, term: str, permission: Permission | None = None) -> GovernorReport:
    """The report of the school in view, else of the only other school within reach, else 404. One query."""
    if term not in TermName.values:
        raise Http404("There is no such term.")
    rows = GovernorReport.objects.visible_to(request.user).filter(academic_year=year, term=term)
    rows = list(rows.select_related("school__federation").defer("snapshot"))
    here = [row for row in rows if request.school is not None and row.school_id == request.school.id]
    if not here and len(rows) != 1:
        raise Http404("There is no such report within your reach.")
    report = (here or rows)[0]
    if permission is not None:
        check(request.user, permission, report)
    return report


def address(name: str, report: GovernorReport) -> str:
    return reverse(f"reports:{name}", args=[report.academic_year, report.term])


# --- reading


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Published reports of the school in view; for whoever builds them also drafts, and the terms without one."""
    place = need(request, Permission.REPORT_READ)
    rows = GovernorReport.objects.visible_to(request.user).filter(school_id=place.id)
    rows = sorted(
        rows.defer("snapshot", "narrative"),
        key=lambda row: actions.order_of(row.academic_year, row.term),
        reverse=True,
    )
    can_build = request.user.access.can(Permission.REPORT_BUILD, place.id)
    context = {
        "published": [row for row in rows if row.is_published],
        "drafts": [row for row in rows if not row.is_published],
        "can_build": can_build,
        "form": StartForm(terms=terms_to_start(place, rows)) if can_build else None,
        "school": place,
    }
    return render(request, "reports/list.html", context)


def terms_to_start(place: Place, rows: list[GovernorReport]) -> list[tuple[str, str]]:
    """(key, label) of the latest terms that have begun and have no report, newest first. One query."""
    have = {row.key for row in rows}
    newest = max((actions.order_of(r.academic_year, r.term) for r in rows if r.is_published), default=(0, 0))
    terms = Term.objects.filter(school_id=place.id, starts__lte=clock.today()).order_by("-starts")[:TERMS_OFFERED]
    return [
        (term.key, term.label)
        for term in terms
        if term.key not in have and actions.order_of(term.academic_year, term.name) > newest
    ]


@require_safe
def governors(request: HttpRequest, year: int, term: str) -> HttpResponse:
    """One report as its readers see it; a draft only for whoever may build it."""
    report = get_report(request, year, term)
    audit.record("report.read", by=request.user, target=report, label=report.figures["term_label"])
    context = {
        "report": report,
        "page": page_of(report),
        "can_build": may(request.user, Permission.REPORT_BUILD, report),
    }
    return render(request, "reports/governors.html", context)


@require_safe
def governors_pdf(request: HttpRequest, year: int, term: str) -> FileResponse:
    """The stored PDF of a published report, never made anew. `?download` saves it."""
    report = get_report(request, year, term)
    if not report.is_published:
        raise Http404("A draft has no PDF yet.")
    content = actions.stored_pdf(report)
    audit.record("report.downloaded", by=request.user, target=report, label=report.figures["term_label"])
    name = f"send-report-{report.school.urn}-{report.key}.pdf"
    return FileResponse(content, as_attachment="download" in request.GET, filename=name, content_type="application/pdf")


# --- building


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start the report of a term: count, protect, suggest."""
    place = need(request, Permission.REPORT_BUILD)
    rows = list(GovernorReport.objects.filter(school_id=place.id).defer("snapshot", "figures", "narrative"))
    form = StartForm(request.POST, terms=terms_to_start(place, rows))
    if not form.is_valid():
        raise Refused("Choose a term that has begun and has no report yet.")
    year, term = form.cleaned_data["term"]
    school = School.objects.select_related("federation").get(pk=place.id)
    report = actions.start_report(school=school, academic_year=year, term=term, by=request.user, on=clock.today())
    return redirect(address("governors-build", report))


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest, year: int, term: str) -> HttpResponse:
    """Her words, beside what the figures say."""
    report = get_report(request, year, term, Permission.REPORT_BUILD)
    if report.is_published:
        raise Refused(LOCKED)
    form = WriteForm(data_of(request), instance=report)
    context = {"report": report, "page": page_of(report), "counting": NothingForm(instance=report)}
    if form.is_bound and form.is_valid():
        try:
            actions.write_report(
                report=report,
                version=form.cleaned_data["version"],
                by=request.user,
                narrative=form.narrative(),
                written_by=form.cleaned_data["written_by"],
                meeting_on=form.cleaned_data["meeting_on"],
            )
        except Conflict as error:
            for name, value in flat(error.current.narrative).items():
                setattr(error.current, name, value)  # so that the comparison finds her words by the form's names
            theirs = address("governors", report)
            return conflict_page(request, error, form, "reports/build.html", context, theirs_url=theirs)
        name = "governors-publish" if "publish" in request.POST else "governors-build"
        return saved(request, "Report saved", address(name, report))
    status = 422 if form.is_bound else 200
    return render(request, "reports/build.html", {**context, "form": form}, status=status)


@require_POST
def count_again(request: HttpRequest, year: int, term: str) -> HttpResponse:
    report = get_report(request, year, term, Permission.REPORT_BUILD)
    form = NothingForm(request.POST, instance=report)
    if not form.is_valid():
        raise Refused("Open the report again, then count.")
    actions.refresh_figures(report=report, version=form.cleaned_data["version"], by=request.user, on=clock.today())
    return saved(request, f"Figures of {ui.day(clock.today())}", address("governors-build", report))


@never_cache
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, year: int, term: str) -> HttpResponse:
    """Check and publish; while the PDF is being made, how far it is."""
    report = get_report(request, year, term, Permission.REPORT_BUILD)
    if report.is_published:
        return saved(request, "The report is published. Governors have been told.", address("governors", report))
    now, found = clock.now(), actions.doubts(report)
    is_working = report.publishing_at is not None and now - report.publishing_at < PATIENCE
    form = PublishForm(data_of(request), instance=report, asks=any(not f.is_certain for f in found))
    if form.is_bound and form.is_valid():
        try:
            actions.ask_to_publish(
                report=report,
                version=form.cleaned_data["version"],
                by=request.user,
                words_checked=form.cleaned_data.get("words_checked", False),
                now=now,
            )
        except (Refused, Conflict) as error:
            form.add_error(None, error.message)
        else:
            return redirect(address("governors-publish", report))
    context = {
        "report": report,
        "page": page_of(report),
        "form": form,
        "found": found,
        "certain": [f for f in found if f.is_certain],
        "is_working": is_working and not form.is_bound,
        "is_stuck": report.publishing_at is not None and not is_working,
    }
    status = 422 if form.is_bound else 200
    return partial_or_page(request, "reports/_progress.html", "reports/publish.html", context, status=status)
