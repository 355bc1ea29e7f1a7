"""Thin wrappers for the worker. Ids only; safe to run twice: each looks at the state of the import first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from celery import shared_task

from sendco.core import clock
from sendco.core.exceptions import SendcoError

if TYPE_CHECKING:
    from .models import ImportBatch

BROKE = "Something went wrong, and nothing was changed. Try again. If it happens again, tell the people who run SENDCo."


@shared_task(name="imports.read", ignore_result=True)
def read(batch_id: int) -> None:
    from . import actions
    from .models import BatchState

    _step(
        batch_id,
        BatchState.READING,
        BatchState.FAILED,
        lambda batch: actions.read_batch(batch=batch, on=batch.staged_on or clock.today()),
    )


@shared_task(name="imports.apply", ignore_result=True)
def apply(batch_id: int, user_id: int) -> None:
    from . import actions
    from .models import BatchState

    _step(
        batch_id,
        BatchState.APPLYING,
        BatchState.STAGED,
        lambda batch: actions.apply_import(batch=batch, by=_user(user_id), now=clock.now()),
    )


@shared_task(name="imports.undo", ignore_result=True)
def undo(batch_id: int, user_id: int) -> None:
    from . import actions
    from .models import BatchState

    _step(
        batch_id,
        BatchState.UNDOING,
        BatchState.APPLIED,
        lambda batch: actions.undo_import(batch=batch, by=_user(user_id), now=clock.now()),
    )


@shared_task(name="imports.tidy", ignore_result=True)
def tidy() -> None:
    from django.conf import settings

    from . import actions

    actions.tidy(now=clock.now(), open_days=settings.IMPORT_OPEN_DAYS, undo_days=settings.IMPORT_UNDO_DAYS)


def _user(user_id: int):
    from sendco.accounts.models import User

    return User.objects.get(pk=user_id)


def _step(batch_id: int, state: str, back_to: str, act: Callable[[ImportBatch], object]) -> None:
    """Take the step if the import still waits for it. Whatever stops it, the import leaves `state`, with the reason."""
    from . import progress
    from .models import ImportBatch

    batch = ImportBatch.objects.select_related("school", "uploaded_by").filter(pk=batch_id, state=state).first()
    if batch is None:
        return
    problem = BROKE
    try:
        act(batch)
        problem = ""
    except SendcoError as error:
        problem = error.message
    finally:
        progress.forget(batch_id)
        if problem:
            ImportBatch.objects.filter(pk=batch_id, state__in=[state, back_to]).update(
                state=back_to, problem=problem[:400]
            )
