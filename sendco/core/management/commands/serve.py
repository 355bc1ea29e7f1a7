"""`manage.py serve`: the web server and the background worker of a one-machine installation, as one command."""

import fcntl
import hashlib
import http.client
import os
import socket
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from sendco.core.supervise import Child, Supervisor


def web_command(fd: int, *, workers: int, threads: int) -> list[str]:
    """gunicorn on a socket that is bound already, so that a busy port is told before anything starts.

    No connection is kept: one that is stays with its process, and a few busy people could all sit with the same one.
    """
    return [
        sys.executable, "-m", "gunicorn", "sendco.wsgi:application",
        "--bind", f"fd://{fd}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
        "--max-requests", "2000", "--max-requests-jitter", "200",
        "--timeout", "60", "--graceful-timeout", "20", "--keep-alive", "0",
        "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip


def worker_command(port: int) -> list[str]:
    """Worker and beat in one process: right for one machine. The Docker set-up runs them apart."""
    return [
        sys.executable, "-m", "celery", "--app", "sendco", "--quiet", "worker", "--beat",
        "--pool", "threads", "--concurrency", "2", "--hostname", f"sendco-{port}@%h",
        "--loglevel", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(256)
    except OSError as error:
        sock.close()
        raise CommandError(
            f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: make run PORT={port + 1}"
        ) from error
    return sock


def only_one(folder: Path) -> IO[str]:
    """Two workers with two clocks on one folder would do everything twice. The lock goes when the file is closed."""
    file = (folder / "serve.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise CommandError(
            f"SENDCo is running already with the data in {folder}. Stop that one, or give this one a folder of its "
            "own: SENDCO_VAR_DIR=/another/folder"
        ) from error
    return file


def static_digest() -> str:
    """Changes when any static file of any app is added, removed or edited. Reads names, sizes and times only."""
    known = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            known.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return known.hexdigest()


def healthy(host: str, port: int) -> bool:
    """Whether the page /health/ answers 200."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    asked = http.client.HTTPConnection(there, port, timeout=5)
    try:
        asked.request("GET", "/health/", headers={"Host": "127.0.0.1"})
        return asked.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


class Command(BaseCommand):
    help = "Run the web server and the background worker together, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=3, help="web processes (default 3: one more than two cores)")
        parser.add_argument("--threads", type=int, default=4, help="threads of each web process (default 4)")
        parser.add_argument("--set-up", action="store_true", help="migrate and collect static files first")
        parser.add_argument("--demo", action="store_true", help="fill an empty database with a made-up federation")

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)  # the database, documents and mail are about children
        host, port = options["host"], options["port"]
        sock = listen(host, port)
        lock = only_one(settings.VAR_DIR)
        try:
            if options["set_up"]:
                self.migrate()
                self.collect_static()
            if options["demo"]:
                self.fill_when_empty()
            connections.close_all()
            self.serve(sock, host, port, workers=options["workers"], threads=options["threads"])
        except KeyboardInterrupt:
            raise CommandError("Stopped while setting up. Start again to go on.", returncode=130) from None
        finally:
            sock.close()
            lock.close()

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def migrate(self) -> None:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.say(f"sendco: bringing the database up to date ({len(plan)} steps)")
            call_command("migrate", interactive=False, verbosity=0)

    def collect_static(self) -> None:
        root = Path(settings.STATIC_ROOT)
        stamp = root.with_name(root.name + ".stamp")
        digest = static_digest()
        if root.is_dir() and stamp.exists() and stamp.read_text() == digest:
            return
        self.say("sendco: building the static files")
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(digest)

    def fill_when_empty(self) -> None:
        """A database in which nobody could sign in is empty; one with a single account is somebody's."""
        if get_user_model().objects.exists() or "create_demo_federation" not in get_commands():
            return
        self.say("sendco: making a demo federation with made-up pupils (once)")
        call_command("create_demo_federation", stdout=self.stdout)

    def serve(self, sock: socket.socket, host: str, port: int, *, workers: int, threads: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{port}"
        environment = {**os.environ, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
        if os.geteuid() == 0:
            self.say("sendco: running as root, which is well for a try; run it as an ordinary user for real work")
        environment.setdefault("SENDCO_BASE_URL", address)
        fd = sock.fileno()
        web = Child("the web server", web_command(fd, workers=workers, threads=threads), pass_fds=(fd,))
        background = Child("the background worker", worker_command(port))

        def greet(supervisor: Supervisor) -> None:
            until = time.monotonic() + 60
            while supervisor.going() and not healthy(host, port):
                if time.monotonic() > until:
                    self.stderr.write(f"{address}/health/ does not answer 200 yet; see the lines above.")
                    return
                time.sleep(0.1)
            if supervisor.going():
                self.say(f"\nSENDCo is running at {address}")
                if "demo_sign_ins" in get_commands():
                    call_command("demo_sign_ins", stdout=self.stdout)
                    connections.close_all()
                self.say("Stop it with Ctrl-C.\n")

        ended = Supervisor([web, background]).run(environment=environment, started=greet)
        if ended is not None:
            raise CommandError(
                f"Stopped: {ended.name} ended by itself (status {ended.status()}); its last words are above. "
                "Nothing is left running.",
                returncode=1,
            )
        self.say("SENDCo has stopped.")
