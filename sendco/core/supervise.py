"""Keep a few processes together: they start together, and when one ends or we are told to stop, all of them end.

Each child leads a group of its own, so that Ctrl-C in the terminal reaches only us and the order of ending is ours;
and the kernel is asked to end it if we are killed outright, so that nothing is left behind.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.2


@dataclass
class Child:
    """`name` is what the user is told ("the web server"); `command` as for `subprocess`."""

    name: str
    command: Sequence[str]
    pass_fds: tuple[int, ...] = ()
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            env=dict(environment),
            pass_fds=self.pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def status(self) -> int | None:
        """None while it runs."""
        return None if self.process is None else self.process.poll()

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """End what is left of it, and of what it started itself."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs `children` until a signal comes or one of them ends.

    `grace` is how long they may take to finish what they are doing. `run` returns None after a signal, or the child
    that ended by itself.
    """

    def __init__(self, children: Sequence[Child], *, grace: float = 40) -> None:
        self.children = list(children)
        self.grace = grace
        self.asked_to_stop = 0

    def _stop_asked(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def ended(self) -> Child | None:
        return next((child for child in self.children if child.status() is not None), None)

    def run(
        self, *, environment: Mapping[str, str], started: Callable[["Supervisor"], None] = lambda _: None
    ) -> Child | None:
        """`started` is called once after all were started, to wait for them and to greet; it should look at `going`."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._stop_asked) for number in numbers}
        try:
            for child in self.children:
                child.start(environment)
            started(self)
            while self.going():
                time.sleep(POLL_SECONDS)
            return None if self.asked_to_stop else self.ended()
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def going(self) -> bool:
        return not self.asked_to_stop and self.ended() is None

    def _end_all(self) -> None:
        """Politely, then after `grace` seconds or a second signal, for certain."""
        asked = self.asked_to_stop
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + self.grace
        while time.monotonic() < until and self.asked_to_stop <= max(asked, 1):
            if all(child.status() is not None for child in self.children if child.process):
                break
            time.sleep(POLL_SECONDS / 4)
        for child in self.children:
            child.kill_group()
