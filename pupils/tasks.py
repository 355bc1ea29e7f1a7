"""Thin wrappers for the worker. Safe to run twice."""

from celery import shared_task

from sendco.core import clock


@shared_task(name="pupils.take_up_support", ignore_result=True)
def take_up_support() -> None:
    """Support that was recorded ahead begins on its day."""
    from . import actions

    actions.take_up_support(on=clock.today())
