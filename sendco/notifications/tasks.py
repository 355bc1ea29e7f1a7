"""Thin wrappers for the worker. Ids only; safe to run twice."""

from celery import shared_task

from sendco.core import clock


@shared_task(name="notifications.deliver", ignore_result=True)
def deliver(email_id: int) -> None:
    from . import actions

    actions.deliver(email_id=email_id, now=clock.now())


@shared_task(name="notifications.sweep", ignore_result=True)
def sweep() -> None:
    from . import actions

    actions.sweep(now=clock.now())


@shared_task(name="notifications.morning", ignore_result=True)
def morning() -> None:
    """What is due today, and one digest a person."""
    from . import actions

    today = clock.today()
    actions.collect(today=today)
    actions.write_digests(today=today)
