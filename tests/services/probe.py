"""Loaded by the worker under test: tells when it takes tasks, and holds one task whose work can be seen from outside."""

import os
from pathlib import Path
from typing import Any

from celery import shared_task
from celery.signals import worker_ready


@worker_ready.connect
def _tell_ready(**kwargs: Any) -> None:
    (Path(os.environ["SENDCO_PROBE_FOLDER"]) / "worker-ready").touch()


@shared_task(name="tests.probe.count_users")
def count_users(name: str) -> None:
    """Write the number of users in the database that the worker sees, and its process id, into a file."""
    from django.contrib.auth import get_user_model

    found = get_user_model().objects.count()
    (Path(os.environ["SENDCO_PROBE_FOLDER"]) / name).write_text(f"{found} {os.getpid()}")
