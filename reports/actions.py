"""Every change of a governor report: start, count again, write, publish. A published report never changes again."""

from __future__ import annotations

import hashlib
import io
import logging
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from pupils.models import Pupil
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission, Role
from sendco.audit import audit
from sendco.core import ui
from sendco.core.exceptions import Conflict, Refused
from sendco.notifications.actions import notify, people_to_tell
from sendco.schools.models import School, TermName

from . import narrative as words
from .counts import TERM_ORDER, Window, window_of
from .figures import Built, Prior, build, threshold_of
from .frozen import freeze
from .gather import gather
from .models import GovernorReport, ReportState
from .page import page_of
from .pdf import render_pdf
from .permissions import check_can_build, check_is_draft
from .suppression import Snapshot

log = logging.getLogger(__name__)

PDF_TEMPLATE = "reports/governor_pdf.html"
REACH_BACK = 6
"""How many published reports protect the next one: two years of them."""


def order_of(year: int, term: str) -> tuple[int, int]:
    return year, TERM_ORDER[term]


def priors_of(window: Window) -> list[Prior]:
    """Published reports of earlier terms, newest first. One query.

    Raises Refused when a later term is published: its report told of this term already, and cannot be told otherwise.
    """
    rows = GovernorReport.objects.filter(school=window.school, state=ReportState.PUBLISHED)
    rows = sorted(rows, key=lambda row: order_of(row.academic_year, row.term), reverse=True)
    mine = order_of(window.academic_year, window.term)
    if any(order_of(row.academic_year, row.term) > mine for row in rows):
        raise Refused("A report of a later term is published already. Build the next term’s report instead.")
    found = [row for row in rows if order_of(row.academic_year, row.term) < mine][:REACH_BACK]
    return [
        Prior(row.pk, row.key, date.fromisoformat(row.figures["as_at"]), row.figures, Snapshot.from_json(row.snapshot))
        for row in found
    ]


def count(window: Window) -> tuple[dict[str, Any], dict[str, Any]]:
    """(figures as shown, snapshot) of a term, from the data as they are. About 20 queries. Raises Refused."""
    built: Built = build(gather(window), priors_of(window))
    return freeze(built), built.safe.snapshot().to_json()


@transaction.atomic
def start_report(*, school: School, academic_year: int, term: str, by: User | None, on: date) -> GovernorReport:
    """A draft of a term's report with figures of today and our suggestions; the one there is, when it was started before.

    Raises NotAllowed, Refused. Writes `report.started`.
    """
    check_can_build(by, school.pk)
    existing = GovernorReport.objects.filter(school=school, academic_year=academic_year, term=term).first()
    if existing is not None:
        return existing
    data, snapshot = count(window_of(school, academic_year, term, today=on))
    report = GovernorReport.objects.create(
        school=school,
        academic_year=academic_year,
        term=term,
        figures=data,
        snapshot=snapshot,
        narrative=words.suggested(data),
        written_by=_signature(by, school),
    )
    audit.record("report.started", by=by, target=report, label=data["term_label"])
    return report


def _signature(by: User | None, school: School) -> str:
    """The name under a new draft, with the role where it is the SENDCo's. She may change it: nothing is put after it."""
    if by is None:
        return ""
    role = f", {Role.SENDCO.label}" if Role.SENDCO in by.access.roles_in(school.pk) else ""
    return f"{by.get_full_name()}{role}"


@transaction.atomic
def refresh_figures(*, report: GovernorReport, version: int, by: User | None, on: date) -> GovernorReport:
    """Count again. Her words stay. Raises NotAllowed, Refused, Conflict. Writes `report.counted`."""
    check_can_build(by, report.school_id)
    check_is_draft(report)
    report.figures, report.snapshot = count(window_of(report.school, report.academic_year, report.term, today=on))
    report.publishing_at, report.publishing_fault = None, ""
    report.save_over(expected=version, by=by, fields=["figures", "snapshot", "publishing_at", "publishing_fault"])
    audit.record("report.counted", by=by, target=report, label=report.figures["term_label"])
    return report


@transaction.atomic
def write_report(
    *,
    report: GovernorReport,
    version: int,
    by: User | None,
    narrative: dict[str, Any],
    written_by: str,
    meeting_on: date | None,
) -> GovernorReport:
    """Save her words. Raises NotAllowed, Refused, Conflict. Writes `report.written`."""
    check_can_build(by, report.school_id)
    check_is_draft(report)
    report.narrative, report.written_by, report.meeting_on = narrative, written_by, meeting_on
    report.publishing_at, report.publishing_fault = None, ""
    fields = ["narrative", "written_by", "meeting_on", "publishing_at", "publishing_fault"]
    report.save_over(expected=version, by=by, fields=fields)
    audit.record("report.written", by=by, target=report, label=report.figures["term_label"])
    return report


# --- publishing


def doubts(report: GovernorReport) -> list[words.Found]:
    """What in her words, or in a name of an intervention, may be about a child: names of pupils, small numbers of them. One
    query.

    Pupils who left less than two years ago are looked for too.
    """
    rows = Pupil.objects.filter(school_id=report.school_id).filter(
        Q(left_on__isnull=True) | Q(left_on__year__gte=report.academic_year - 1)
    )
    names = [
        words.PupilName(words.name_forms(forename, called), words.name_forms(surname, known))
        for forename, called, surname, known in rows.order_by().values_list(
            "forename", "preferred_forename", "surname", "preferred_surname"
        )
    ]
    labels = {row["label"] for block in report.figures["provision"]["blocks"] for row in block["rows"]}
    printed = [("Written by", report.written_by), *(("Names of interventions", label) for label in sorted(labels))]
    return words.find_names(report.narrative, names, printed) + words.find_small_numbers(
        report.narrative, report.figures["threshold"]
    )


def check_can_publish(report: GovernorReport, *, words_checked: bool) -> None:
    """Raises Refused with the phrases. A full name is never let through; a doubt is, once she says that she has looked."""
    check_is_draft(report)
    found = doubts(report)
    certain = [f"“{f.phrase}” in {f.part}" for f in found if f.is_certain]
    if certain:
        raise Refused(f"A pupil is named: {', '.join(certain)}. Governors may not know who it is. Take the name out.")
    if found and not words_checked:
        listed = ", ".join(f"“{f.phrase}” in {f.part}" for f in found[:10])
        raise Refused(f"Look at these words first: {listed}. Then say that no child can be recognised.")
    later = GovernorReport.objects.filter(school_id=report.school_id, state=ReportState.PUBLISHED).exclude(pk=report.pk)
    newest = max((order_of(row.academic_year, row.term) for row in later.only("academic_year", "term")), default=None)
    if newest is not None:
        if newest > order_of(report.academic_year, report.term):
            raise Refused("A report of a later term is published already, so this one can no longer be.")
        key = f"{newest[0]}-{TermName.values[newest[1]]}"
        if key != report.figures["since"]:
            raise Refused("Another report was published since these figures were counted. Count them again first.")
    if report.figures["threshold"] != threshold_of(report.school):
        raise Refused("The small number setting changed since these figures were counted. Count them again first.")


@transaction.atomic
def ask_to_publish(
    *, report: GovernorReport, version: int, by: User, words_checked: bool, now: datetime
) -> GovernorReport:
    """Check, and hand the work over to a task, which makes the PDF. Raises NotAllowed, Refused, Conflict."""
    check_can_build(by, report.school_id)
    check_can_publish(report, words_checked=words_checked)
    report.publishing_at, report.publishing_fault, report.published_by = now, "", by
    report.save_over(expected=version, by=by, fields=["publishing_at", "publishing_fault", "published_by"])
    audit.record("report.publishing", by=by, target=report, label=report.figures["term_label"])
    pk, asked = report.pk, report.version
    transaction.on_commit(lambda: _hand_over(pk, asked))
    return report


def _hand_over(report_id: int, version: int) -> None:
    """When the broker cannot be reached the page says so and offers to try again: the row knows what was asked."""
    from .tasks import publish

    try:
        publish.delay(report_id, version)
    except (OperationalError, OSError):
        log.warning("reports: broker not reached", extra={"report_id": report_id})


def publish_report(*, report: GovernorReport, version: int, by: User | None, now: datetime) -> GovernorReport:
    """Make the PDF, freeze everything, tell the governors. Cannot be undone.

    What is published is the `version` that was checked: a change since then is a Conflict and nothing is published. The
    file is written first, outside the transaction, because it takes seconds; one that is not used in the end is removed.
    Writes `report.published`. Returns quietly when it is published already.
    """
    report = GovernorReport.objects.select_related("school__federation").get(pk=report.pk)
    if report.is_published:
        return report
    check_can_build(by, report.school_id)
    if report.version != version:
        raise Conflict("The report was changed while it was being published.", current=report)
    content = report_pdf(report, published_on=now)
    stored = report.pdf.storage.save(f"reports/{report.academic_year}/{uuid4().hex}.pdf", ContentFile(content))
    try:
        _lock(report, version=version, by=by, now=now, stored=stored, digest=hashlib.sha256(content).hexdigest())
    except (Conflict, Refused):
        report.pdf.storage.delete(stored)
        raise
    return report


@transaction.atomic
def _lock(report: GovernorReport, *, version: int, by: User | None, now: datetime, stored: str, digest: str) -> None:
    report.state, report.published_at, report.published_by = ReportState.PUBLISHED, now, by
    report.pdf, report.pdf_sha256 = stored, digest
    report.publishing_at, report.publishing_fault = None, ""
    fields = ["state", "published_at", "published_by", "pdf", "pdf_sha256", "publishing_at", "publishing_fault"]
    matched = GovernorReport.objects.filter(pk=report.pk, version=version, state=ReportState.DRAFT).update(
        **{report._meta.get_field(name).attname: getattr(report, report._meta.get_field(name).attname) for name in fields},
        version=version + 1,
        changed_by_name=by.get_full_name() if by is not None else "",
        updated_at=now,
    )  # fmt: skip
    if not matched:
        raise Conflict("The report was changed while it was being published.", current=report)
    report.version = version + 1
    audit.record(
        "report.published", by=by, target=report, label=report.figures["term_label"], details={"sha256": digest}
    )
    tell_governors(report=report, by=by, on=now.date())


def tell_governors(*, report: GovernorReport, by: User | None, on: date) -> int:
    """A notice to everybody who may read it but its author; the digest carries it. Returns how many are new."""
    term = dict(TermName.choices)[report.term].lower()
    people = User.objects.filter(
        pk__in=people_to_tell(school_id=report.school_id, permission=Permission.REPORT_READ, on=on)
    )
    told = 0
    for person in people.exclude(pk=getattr(by, "pk", None)):
        _, is_new = notify(
            recipient=person,
            kind="report.published",
            subject_key=f"report:{report.pk}",
            due_on=on,
            text=f"The {term} term SEND report is ready",
            path=report.get_absolute_url(),
            school_id=report.school_id,
        )
        told += is_new
    return told


def publishing_failed(*, report_id: int, version: int, fault: str) -> None:
    """Say on the page why it was not published."""
    GovernorReport.objects.filter(pk=report_id, version=version, state=ReportState.DRAFT).update(
        publishing_at=None, publishing_fault=fault[:300]
    )


def stored_pdf(report: GovernorReport) -> io.BytesIO:
    """The PDF as it was published. Refused when the file is gone or is no longer the one that was locked."""
    try:
        with report.pdf.open("rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Refused(
            "The file of this report is missing. Ask whoever looks after SENDCo to restore a backup."
        ) from error
    if hashlib.sha256(content).hexdigest() != report.pdf_sha256:
        log.error("reports: stored file differs from what was published", extra={"report_id": report.pk})
        raise Refused("The file of this report is not the one that was published. Ask whoever looks after SENDCo.")
    return io.BytesIO(content)


def report_pdf(report: GovernorReport, *, published_on: datetime | None = None) -> bytes:
    """The PDF of a report as it is now. 1 to 3 seconds of processor time."""
    return render_pdf(PDF_TEMPLATE, {"page": page_of(report), "printed": ui.day(published_on) if published_on else ""})
