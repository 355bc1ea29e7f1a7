import os
import signal
import sys
import threading
import time

import pytest

from sendco.core.supervise import Child, Supervisor

pytestmark = pytest.mark.unit
SLEEPER = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-S",
    "-c",
    "import signal,time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)",
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr("sendco.core.supervise.POLL_SECONDS", 0.02)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_signal_ends_all_children():
    children = [Child("one", SLEEPER), Child("two", SLEEPER)]

    ended = Supervisor(children).run(environment={}, started=lambda _: os.kill(os.getpid(), signal.SIGTERM))

    assert ended is None
    assert [child.status() for child in children] == [-signal.SIGTERM, -signal.SIGTERM]
    assert all(gone(child.process.pid) for child in children)


def test_child_that_ends_takes_the_others_with_it():
    brief = Child("the brief one", [sys.executable, "-S", "-c", "raise SystemExit(7)"])
    long = Child("the long one", SLEEPER)

    ended = Supervisor([long, brief]).run(environment={})

    assert ended is brief
    assert (brief.status(), long.status()) == (7, -signal.SIGTERM)


def test_child_that_will_not_end_is_killed_with_what_it_started():
    stubborn = Child("stubborn", STUBBORN)

    Supervisor([stubborn], grace=0.3).run(
        environment={}, started=lambda _: (time.sleep(0.2), os.kill(os.getpid(), signal.SIGINT))
    )

    assert stubborn.status() == -signal.SIGKILL


def test_second_signal_does_not_wait():
    stubborn = Child("stubborn", STUBBORN)
    began = time.monotonic()

    def twice(_):
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

    Supervisor([stubborn], grace=30).run(environment={}, started=twice)

    assert stubborn.status() == -signal.SIGKILL
    assert time.monotonic() - began < 5


def test_handlers_of_before_come_back():
    before = signal.getsignal(signal.SIGTERM)

    Supervisor([Child("brief", [sys.executable, "-S", "-c", ""])]).run(environment={})

    assert signal.getsignal(signal.SIGTERM) is before
