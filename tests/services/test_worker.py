"""Tasks through a real Redis and a real worker, on a real PostgreSQL."""

import os
import signal

import pytest
from django.contrib.auth import get_user_model

from . import wait_for
from .probe import count_users

pytestmark = pytest.mark.services


def answer(folder, name):
    wait_for((folder / name).exists, what=f"The task {name}")
    wait_for(lambda: (folder / name).read_text() != "", what=f"The task {name}")
    found, pid = (folder / name).read_text().split()
    return int(found), int(pid)


def test_worker_runs_a_task_on_the_same_database(start_worker):
    folder = start_worker()
    get_user_model().objects.create(email="a@school.invalid")

    count_users.delay("answer")

    found, pid = answer(folder, "answer")
    assert found == 1
    assert pid != os.getpid()


def test_task_waits_for_a_worker_that_comes_later(start_worker):
    count_users.delay("waited")

    assert answer(start_worker(), "waited")[0] == 0


def test_health_sees_redis(client, database_url, redis_url, settings):
    settings.CELERY_BROKER_URL = redis_url
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}

    assert client.get("/health/").json() == {"database": "ok", "broker": "ok"}


def test_cache_on_redis_is_shared(redis_url):
    from django.core.cache.backends.redis import RedisCache

    first, second = RedisCache(redis_url, {}), RedisCache(redis_url, {})
    first.set("sign-in", 1)

    assert second.incr("sign-in") == 2


def test_worker_ends_at_once_when_asked(start_worker, tmp_path):
    from . import worker as workers

    environment = workers.environment(tmp_path, DATABASE_URL="sqlite:////" + str(tmp_path / "x").lstrip("/"))
    with workers.worker(environment, tmp_path) as process:
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
