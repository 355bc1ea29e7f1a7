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
    """`messages` in the order of arrival; `url` is for SENDCO_EMAIL_URL."""

    url: str = ""
    messages: list[EmailMessage] = field(default_factory=list)

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
                self.say("354 go on")
                self.take()
            self.say("250 ok")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server.mailbox.messages.append(message)  # type: ignore[attr-defined]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def server() -> Iterator[Mailbox]:
    with _Server(("127.0.0.1", 0), _Session) as listening:
        mailbox = Mailbox(url=f"smtp://127.0.0.1:{listening.server_address[1]}")
        listening.mailbox = mailbox  # type: ignore[attr-defined]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield mailbox
        finally:
            listening.shutdown()
            thread.join()
