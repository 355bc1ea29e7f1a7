"""A mail server that keeps what it is given: enough SMTP for Django's backend, and no more."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from . import wait_for


@dataclass
class Mailbox:
    """`messages` in the order of arrival; `url` is for SENDCO_EMAIL_URL.

    `go_on` can be cleared: the server then leaves whoever begins a message waiting, and sets `reached`.
    """

    url: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def wait(self, count: int, *, seconds: float = 30) -> list[EmailMessage]:
        wait_for(lambda: len(self.messages) >= count, what=f"Message {count}", seconds=seconds)
        return list(self.messages)


class _Session(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("220 test ESMTP")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"QUIT":
                self.say("221 bye")
                return
            if verb == b"DATA":
                self.server.mailbox.reached.set()  # type: ignore[attr-defined]
                self.server.mailbox.go_on.wait(30)  # type: ignore[attr-defined]
                self.say("354 go on")
                if not self.take():
                    return
            self.say("250 ok")

    def take(self) -> bool:
        """Whether the message came whole: of a sender who died meanwhile nothing is kept."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            return False
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server.mailbox.messages.append(message)  # type: ignore[attr-defined]
        return True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender who was killed is what some tests are about: nothing to print."""


@contextmanager
def server() -> Iterator[Mailbox]:
    with _Server(("127.0.0.1", 0), _Session) as listening:
        mailbox = Mailbox(url=f"smtp://127.0.0.1:{listening.server_address[1]}")
        mailbox.go_on.set()
        listening.mailbox = mailbox  # type: ignore[attr-defined]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            listening.shutdown()
            thread.join()
