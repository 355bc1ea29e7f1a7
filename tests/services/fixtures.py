"""The services as fixtures, for tests marked `services` and `e2e`. Loaded by tests/conftest.py."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import kombu.pools
import pytest

from . import postgres, redis, smtp
from . import worker as workers


@pytest.fixture(scope="session")
def cluster_folder() -> Iterator[Path]:
    """The folder of a running PostgreSQL cluster: the one this run is on, or one of its own."""
    if folder := os.environ.get("SENDCO_TEST_CLUSTER"):
        yield Path(folder)
        return
    folder_ = postgres.new_folder()
    with postgres.cluster(folder_):
        yield folder_


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with redis.server() as url:
        yield url


@pytest.fixture
def mailbox() -> Iterator[smtp.Mailbox]:
    """A mail server; give `mailbox.url` to a process as SENDCO_EMAIL_URL."""
    with smtp.server() as box:
        yield box


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The address of the test database, for another process. Rows written by the test are committed."""
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.fail("Another process cannot see SQLite in memory. Run this test with --database=postgres.")
    settings = connection.settings_dict
    return f"postgres://{settings['USER']}@{quote(settings['HOST'], safe='')}/{settings['NAME']}"


@pytest.fixture
def real_tasks(redis_url: str) -> Iterator[None]:
    """In this process, `delay()` really sends to Redis instead of running the task at once."""
    from sendco.celery import app

    changed = {
        "broker_url": redis_url,
        "broker_read_url": redis_url,
        "broker_write_url": redis_url,
        "broker_transport_options": {},
        "task_always_eager": False,
        "task_eager_propagates": False,
    }
    before = {name: getattr(app.conf, name) for name in changed}

    def use(values: dict[str, object]) -> None:
        app.conf.update(values)
        kombu.pools.reset()  # they keep connections to the broker of before
        app.amqp._producer_pool = None
        app._pool = None

    use(changed)
    try:
        yield
    finally:
        use(before)


@pytest.fixture
def start_worker(database_url: str, redis_url: str, real_tasks: None, tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Call it to start a real worker on the test's database and Redis: `start_worker(EMAIL_URL=mailbox.url)`.

    Returns the worker's data folder. It ends with the test.
    """
    with ExitStack() as stack:

        def start(**settings: str) -> Path:
            environment = workers.environment(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, **settings)
            stack.enter_context(workers.worker(environment, tmp_path))
            return tmp_path

        yield start
