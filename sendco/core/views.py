"""The one page that machines read: is this copy of SENDCo able to work?"""

import logging
import os
from pathlib import Path

import kombu
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def database_works() -> bool:
    """1 query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        log.exception("health: database does not answer")
        return False


def broker_works() -> bool:
    """Whether a task could be handed over now. Waits one second at most."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    folder = options.get("data_folder_out")
    if folder:
        return Path(folder).is_dir() and os.access(folder, os.W_OK)
    timeouts = (
        {"socket_connect_timeout": 1, "socket_timeout": 1} if settings.CELERY_BROKER_URL.startswith("redis") else {}
    )
    try:
        with kombu.Connection(
            settings.CELERY_BROKER_URL, connect_timeout=1, transport_options={**options, **timeouts}
        ) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=1)
    except (OperationalError, OSError):
        log.exception("health: broker does not answer")
        return False
    return True


@never_cache
@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database and the broker answer, else 503 and which of them does not. Tells nothing else."""
    found = {"database": database_works(), "broker": broker_works()}
    body = {name: "ok" if works else "down" for name, works in found.items()}
    return JsonResponse(body, status=200 if all(found.values()) else 503)
