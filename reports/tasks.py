"""Thin wrappers for the worker. Ids only; safe to run twice."""

from celery import shared_task

from sendco.core import clock
from sendco.core.exceptions import SendcoError


@shared_task(name="reports.publish", ignore_result=True)
def publish(report_id: int, version: int) -> None:
    """Publish the version that was checked; a refusal is written on the report, where its page shows it."""
    from . import actions
    from .models import GovernorReport

    report = GovernorReport.objects.select_related("published_by").filter(pk=report_id).first()
    if report is None or report.is_published or report.version != version:
        return
    try:
        actions.publish_report(report=report, version=version, by=report.published_by, now=clock.now())
    except SendcoError as error:
        actions.publishing_failed(report_id=report_id, version=version, fault=error.message)
