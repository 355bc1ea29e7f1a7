"""Set SENDCo up on a machine that has nothing but Python: used by the Makefile, with the standard library only.

    python3 sendco/bootstrap.py run [--port 8000]     set up what is missing, then serve
    python3 sendco/bootstrap.py setup [--dev] [--services]
    python3 sendco/bootstrap.py system [--services]   only the Debian packages (root)
    python3 sendco/bootstrap.py native                only the PDF libraries, into var/native (no root needed)

Each step looks first and does nothing when its work is done, so that a second run takes a second. Nothing calls sudo:
a step that needs root and has not got it prints the exact command and stops.
"""

from __future__ import annotations

import sys

# Run as a file, this folder comes first on the path, and its celery.py would stand in for the library.
sys.path = [entry for entry in sys.path if not entry.rstrip("/").endswith("/sendco")]

import argparse
import ctypes.util
import errno
import hashlib
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from glob import glob
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NATIVE = ROOT / "var" / "native"
OLDEST, NEWEST = (3, 11), (3, 13)
#: What the linker calls it -> the Debian package.
PDF_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
#: Program -> the Debian package, for the tests only.
SERVICES = {"initdb": "postgresql", "redis-server": "redis-server", "chromium": "chromium"}
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


class CannotSetUp(Exception):
    """The text is the whole message: what is missing and the command that cures it."""


def say(text: str) -> None:
    print(f"sendco: {text}", flush=True)


def is_root() -> bool:
    return os.geteuid() == 0


def run(*command: str | Path, what: str, **options: object) -> None:
    """Run a step in view of the user; a failure names the command, whose own words stand above."""
    done = subprocess.run([str(part) for part in command], check=False, **options)  # type: ignore[call-overload]  # noqa: S603
    if done.returncode != 0:
        raise CannotSetUp(
            f"{what} failed (status {done.returncode}). The command was:\n    " + " ".join(map(str, command))
        )


# --- Python ---------------------------------------------------------------------------------------
def check_python() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise CannotSetUp(
            f"SENDCo needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; {sys.executable} is "
            f"{sys.version_info[0]}.{sys.version_info[1]}. Name another: make run PYTHON=/path/to/python3.{OLDEST[1]}"
        )


def venv_works() -> bool:
    """It starts, is of the version asked for, and stands where it was made (a moved checkout breaks its scripts)."""
    if not PYTHON.exists():
        return False
    tell = "import sys, pip; print(sys.version_info[:2] >= (3, 11), sys.prefix)"
    done = subprocess.run([str(PYTHON), "-c", tell], capture_output=True, text=True, check=False)  # noqa: S603
    scripts = VENV / "bin" / "pip"
    return (
        done.returncode == 0
        and done.stdout.split() == ["True", str(VENV)]
        and scripts.exists()
        and str(VENV) in scripts.read_text(errors="replace").splitlines()[0]
    )


def make_venv() -> None:
    if venv_works():
        return
    say("making the virtual environment .venv")
    if VENV.exists():
        shutil.rmtree(VENV)
    if importlib.util.find_spec("ensurepip") is None and is_root() and shutil.which("apt-get"):
        apt_install("python3-venv")
    if importlib.util.find_spec("ensurepip") is not None:
        run(sys.executable, "-m", "venv", VENV, what="Making the virtual environment")
        return
    # Debian keeps pip for new environments in packages of its own; without root they can still be unpacked and used.
    if not shutil.which("apt-get"):
        raise CannotSetUp("This Python has no venv module. Install it with your system's package manager.")
    try:
        unpack_packages(["python3-pip-whl"], NATIVE)
    except CannotSetUp as error:
        raise CannotSetUp(
            "This Python has no venv module. As root: apt-get install -y --no-install-recommends python3-venv"
        ) from error
    wheel = glob(str(NATIVE / "usr/share/python-wheels/pip-*.whl"))[0]
    run(sys.executable, "-m", "venv", "--without-pip", VENV, what="Making the virtual environment")
    run(PYTHON, f"{wheel}/pip", "install", "--quiet", "--no-index", wheel, what="Installing pip")


def install(lock: str) -> None:
    """Install a lock file when it is not the one that was installed last. Every file is checked against its hash."""
    path = ROOT / lock
    wanted = hashlib.sha256(path.read_bytes()).hexdigest()
    stamp = VENV / f".installed-{lock}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing {lock} (a minute or two)")
    command = (
        PYTHON,
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
    )
    unfinished = VENV / ".unfinished"
    if unfinished.exists():  # killed between two files of a package, which pip would take for installed
        command = (*command, "--force-reinstall")
    unfinished.touch()
    try:
        run(*command, "-r", path, what=f"Installing {lock}")
    except CannotSetUp as error:
        raise CannotSetUp(
            f"{error}\nThe packages come from PyPI, or from where pip is set up to look. Is there a network? "
            "Start again to go on."
        ) from error
    unfinished.unlink()
    stamp.write_text(wanted)


# --- Debian packages ------------------------------------------------------------------------------
def apt_command(packages: list[str]) -> str:
    return "apt-get install -y --no-install-recommends " + " ".join(packages)


class _NoDaemons:
    """While packages are installed, keep Debian from starting their servers on the machine's own ports."""

    policy = Path("/usr/sbin/policy-rc.d")

    def __enter__(self) -> None:
        self.ours = not self.policy.exists()
        if self.ours:
            self.policy.write_text("#!/bin/sh\nexit 101\n")
            self.policy.chmod(0o755)

    def __exit__(self, *_: object) -> None:
        if self.ours:
            self.policy.unlink()


def apt_install(*packages: str) -> None:
    say("installing with apt: " + " ".join(packages))
    environment = {**os.environ, **QUIET}
    cure = "Run this yourself, then start again:\n    apt-get update && " + apt_command(list(packages))
    with _NoDaemons():
        for command in (
            ("apt-get", "-qq", "update"),
            ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", *apt_command(list(packages)).split()[1:]),
        ):
            done = subprocess.run(  # noqa: S603
                command, check=False, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
            if done.returncode != 0:
                raise CannotSetUp(f"apt did not succeed ({' '.join(command)}). {cure}")


def unpack_packages(packages: list[str], target: Path) -> None:
    """Download packages with what they depend on and unpack them below `target`, as an ordinary user.

    apt gets lists and caches of its own, because the machine's may be missing or stale and only root may renew them.
    Packages that the machine has already are left out.
    """
    state = target / "apt"
    for folder in ("lists/partial", "cache/archives/partial", "debs"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    options = [
        "-qq",
        "-o",
        f"Dir::State::lists={state}/lists",
        "-o",
        f"Dir::Cache={state}/cache",
        "-o",
        "Debug::NoLocking=1",
    ]
    environment = {**os.environ, **QUIET}

    def apt(*arguments: str) -> str:
        done = subprocess.run(  # noqa: S603
            ["apt-get", *options, *arguments],  # noqa: S607
            check=False,
            env=environment,
            text=True,
            capture_output=True,
            cwd=state / "debs",
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            raise CannotSetUp(f"apt-get {arguments[0]} failed: {done.stderr.strip()}")
        return done.stdout

    apt("update")
    plan = apt("install", "--simulate", "--no-install-recommends", *packages)
    wanted = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    apt("download", *wanted)
    for package in sorted((state / "debs").glob("*.deb")):
        run("dpkg-deb", "-x", package, target, what="Unpacking a package")
    shutil.rmtree(state)


# --- Libraries for PDF ----------------------------------------------------------------------------
def native_folders() -> list[Path]:
    return [
        Path(path) for path in sorted(glob(str(NATIVE / "usr/lib/*-linux-*")) + glob(str(NATIVE / "lib/*-linux-*")))
    ]


def missing_libraries() -> list[str]:
    """Debian packages still to be had before a PDF can be made, counting what `native` has unpacked."""
    folders = native_folders()
    return [
        package
        for library, package in PDF_LIBRARIES.items()
        if ctypes.util.find_library(library) is None and not any((at / f"lib{library}.so.0").exists() for at in folders)
    ]


FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{native}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{native}/cache</cachedir>
</fontconfig>
"""


def native() -> None:
    """Unpack the PDF libraries into var/native, where `sendco.core.native` finds them."""
    if not missing_libraries():
        say("the PDF libraries are there already")
        return
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise CannotSetUp(
            "Only Debian and its relatives have the packages this unpacks. Install pango (1.44 or newer) yourself."
        )
    say("unpacking the PDF libraries into var/native")
    unpack_packages(list(PDF_LIBRARIES.values()), NATIVE)
    (NATIVE / "fonts.conf").write_text(FONTS.format(native=NATIVE))
    if missing_libraries():
        raise CannotSetUp(
            "The packages were unpacked but a library is still missing: " + ", ".join(missing_libraries())
        )


def pdf_libraries() -> None:
    missing = missing_libraries()
    if not missing:
        return
    if is_root() and shutil.which("apt-get"):
        apt_install(*PDF_LIBRARIES.values())
    else:
        try:
            native()
        except CannotSetUp as error:
            raise CannotSetUp(
                f"Reports need {', '.join(missing)}, and they could not be unpacked here without root ({error}).\n"
                f"As root:\n    apt-get update && {apt_command(list(PDF_LIBRARIES.values()))}"
            ) from error


# --- Services for the tests -----------------------------------------------------------------------
def missing_services() -> list[str]:
    postgres = {"initdb": glob("/usr/lib/postgresql/*/bin/initdb")}
    return [package for name, package in SERVICES.items() if not (postgres.get(name) or shutil.which(name))]


def services() -> None:
    missing = missing_services()
    if not missing:
        return
    if not (is_root() and shutil.which("apt-get")):
        raise CannotSetUp(
            f"The tests need {', '.join(missing)}. As root:\n    apt-get update && {apt_command(missing)}"
        )
    apt_install(*missing)


# --- Settings -------------------------------------------------------------------------------------
def write_env() -> None:
    """A .env with a secret key of its own, readable by its owner only. An existing file is never changed."""
    path = ROOT / ".env"
    if path.exists():
        return
    text = (
        "# Written by `make setup`. docs/reference/settings.md lists every variable.\n"
        f"SENDCO_SECRET_KEY={secrets.token_urlsafe(50)}\n"
        "# For trying SENDCo out with made-up pupils: nobody has to set up a second factor.\n"
        "# Delete the next line before real use.\n"
        "SENDCO_SECOND_FACTOR_ROLES=\n"
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    say("wrote .env with a new secret key")


def port_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CannotSetUp(f"{text!r} is not a port. Give a number from 1 to 65535: make run PORT=8080")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Before minutes of installing, not after."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            another = f"PORT={port + 1 if port < 65535 else 8000}"
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                another = "HOST=127.0.0.1"
            raise CannotSetUp(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: make run {another}"
            ) from error


def setup(*, dev: bool, with_services: bool) -> None:
    check_python()
    (ROOT / "var").mkdir(mode=0o700, exist_ok=True)  # children's data comes to stand here
    make_venv()
    install("requirements-dev.lock" if dev else "requirements.lock")
    pdf_libraries()
    if with_services:
        services()
    write_env()


def serve(host: str, port: int, *, demo: bool) -> None:
    """Give this process over to `manage.py serve`, so that signals reach it and its status is ours."""
    demo_option = ["--demo"] if demo else []
    os.chdir(ROOT)
    command = [str(PYTHON), "manage.py", "serve", "--set-up", *demo_option, "--host", host, "--port", str(port)]
    os.execv(str(PYTHON), command)  # noqa: S606


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set SENDCo up.")
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("run", help="set up what is missing, then serve")
    start.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    start.add_argument("--port", default=os.environ.get("PORT") or "8000")
    start.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
    make = commands.add_parser("setup", help="everything but starting")
    make.add_argument("--dev", action="store_true", help="with the tools for tests and lint")
    make.add_argument("--services", action="store_true", help="with PostgreSQL, Redis and Chromium for the tests")
    system = commands.add_parser("system", help="the Debian packages (root)")
    system.add_argument("--services", action="store_true")
    commands.add_parser("native", help="the PDF libraries into var/native")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    started = time.monotonic()
    try:
        if options.command == "run":
            port = port_number(options.port)
            check_port(options.host, port)
            setup(dev=False, with_services=False)
            serve(options.host, port, demo=not options.no_demo)
        elif options.command == "setup":
            setup(dev=options.dev, with_services=options.services)
            say(f"ready ({time.monotonic() - started:.0f} s)")
        elif options.command == "system":
            packages = ["python3-venv", *PDF_LIBRARIES.values(), *(SERVICES.values() if options.services else ())]
            if not is_root():
                raise CannotSetUp("This needs root. Run:\n    apt-get update && " + apt_command(packages))
            apt_install(*packages)
        else:
            native()
    except CannotSetUp as error:
        print(f"\nsendco: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsendco: stopped; start again to go on where this ended", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
