"""What every test stands on: the choice of database, and a wall round the machine.

`pytest` runs on SQLite; `pytest --database=postgres` starts a PostgreSQL of its own and runs the same tests there.
`sendco.test_settings` reads the same option, because Django is configured before this file is loaded.
"""

import gc
import os
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sendco.core.room import with_room
from tests.services import ServiceMissing, postgres

pytest_plugins = ["tests.services.fixtures"]

_CLEAN_UP = ExitStack()

# How long an example takes is nobody's failure: the first draw of text on a new machine builds tables for seconds.
# In CI the examples are the same each time, so that a red run says something about the change.
settings.register_profile(
    "sendco",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=60,
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("sendco")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="database to run the tests on (default: sqlite)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster once: workers of pytest-xdist inherit its address and share it, each with its own database."""
    if hasattr(config, "workerinput") or config.option.help or config.option.collectonly:
        return
    folder = os.environ.get("SENDCO_TEST_CLUSTER")
    if folder:
        try:
            _CLEAN_UP.enter_context(postgres.cluster(Path(folder)))
        except ServiceMissing as error:
            raise pytest.UsageError(str(error)) from error


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays; looking through it again and again for rubbish was a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """Each test as pytest itself runs it, only with room on the stack."""
    runner = item.config.pluginmanager.getplugin("runner")
    return with_room(runner.pytest_runtest_protocol, item, nextitem)


def pytest_unconfigure(config: pytest.Config) -> None:
    _CLEAN_UP.close()


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.option.database}"


@pytest.fixture(scope="session", autouse=True)
def _this_machine_only():
    """Refuse connections to other machines: a test that needs the network is a test that fails elsewhere."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(sock: socket.socket, address: object) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])  # type: ignore[index]
            if host not in ("localhost", "::1") and not host.startswith("127."):
                raise RuntimeError(f"A test tried to reach {host}. Tests stay on this machine.")

    def guarded(sock: socket.socket, address: object) -> None:
        check(sock, address)
        connect(sock, address)

    def guarded_ex(sock: socket.socket, address: object) -> int:
        check(sock, address)
        return connect_ex(sock, address)

    socket.socket.connect, socket.socket.connect_ex = guarded, guarded_ex  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _one_context_a_page():
    """`response.context` holds what each page was given, and not another copy for each of the twenty templates inside it."""
    from django.test import client

    kept, patch = client.store_rendered_templates, pytest.MonkeyPatch()

    def store_pages(store, template, context, **told):
        if context.template is template:
            kept(store, template=template, context=context, **told)

    patch.setattr(client, "store_rendered_templates", store_pages)
    yield
    patch.undo()


@pytest.fixture
def school(db):
    """One school with an autumn and a spring term of 2026 to 2027 and a half term."""
    from tests import factories

    place = factories.SchoolFactory()
    factories.TermFactory(school=place)
    factories.TermFactory(school=place, name="spring", starts="2027-01-04", ends="2027-03-25")
    factories.ClosureFactory(school=place)
    factories.PayRateFactory(school=place)
    return place


@pytest.fixture
def two_schools(school):
    """Two schools of different federations, in which data could leak."""
    from tests import factories

    return school, factories.SchoolFactory()


@pytest.fixture
def sign_in(client):
    """`client = sign_in(role, school)`: a client signed in as a new person of that role; the person is `client.user`."""
    from django.conf import settings

    from tests import factories

    def as_role(role, school, **extra):
        user = factories.person(role, school, **extra)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        client.user = user
        return client

    return as_role


@pytest.fixture
def on_day():
    """The clock stands at 23 November 2026, 8:40 in the morning."""
    import time_machine

    with time_machine.travel("2026-11-23 08:40:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """pytest-django's own, and after it a clean-up for tests that commit (see tests/services/clean.py)."""
    from django.test import TransactionTestCase

    from tests.services import clean

    with django_db_blocker.unblock():
        kept = clean.filled_tables()
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: clean.empty(kept))
    yield
    patch.undo()
