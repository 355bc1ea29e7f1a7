"""The set-up script, with the machine replaced: what it decides, and what it tells. Its real runs are in
tests/services.
"""

import importlib.util
import socket
import stat
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit
FILE = Path(__file__).resolve().parents[2] / "sendco" / "bootstrap.py"


@pytest.fixture
def boot(tmp_path, monkeypatch):
    """A fresh copy of the module whose checkout is an empty folder, and the commands it would have run."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    root = tmp_path.resolve()
    monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(module, "VENV", root / ".venv")
    monkeypatch.setattr(module, "PYTHON", root / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "NATIVE", root / "var" / "native")
    module.ran = []
    module.statuses = {}

    def fake_run(command, **options):
        module.ran.append(" ".join(map(str, command)))
        status = next((code for part, code in module.statuses.items() if part in module.ran[-1]), 0)
        return subprocess.CompletedProcess(command, status, stdout="", stderr="")

    monkeypatch.setattr(module.subprocess, "run", fake_run)
    monkeypatch.setattr(module._NoDaemons, "policy", root / "policy-rc.d")
    return module


@pytest.mark.parametrize(
    ("version", "accepted"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_python_version(boot, monkeypatch, version, accepted):
    monkeypatch.setattr(boot.sys, "version_info", version)

    if accepted:
        boot.check_python()
    else:
        with pytest.raises(boot.CannotSetUp, match=r"needs Python 3\.11 to 3\.13"):
            boot.check_python()


def test_lock_is_installed_once_with_hashes(boot):
    (boot.ROOT / ".venv").mkdir()
    (boot.ROOT / "requirements.lock").write_text("one")

    boot.install("requirements.lock")
    boot.install("requirements.lock")

    assert len(boot.ran) == 1
    assert " install " in boot.ran[0]
    assert "--require-hashes" in boot.ran[0]

    (boot.ROOT / "requirements.lock").write_text("two")
    boot.install("requirements.lock")
    assert len(boot.ran) == 2


def test_failed_installation_leaves_no_stamp_and_is_done_again_from_the_start(boot):
    (boot.ROOT / ".venv").mkdir()
    (boot.ROOT / "requirements-dev.lock").write_text("two")
    (boot.ROOT / "requirements.lock").write_text("one")
    boot.statuses = {"pip": 1}

    with pytest.raises(boot.CannotSetUp, match=r"(?s)Installing requirements\.lock failed \(status 1\).*network"):
        boot.install("requirements.lock")

    assert [path.name for path in (boot.ROOT / ".venv").iterdir()] == [".unfinished"]

    boot.statuses = {}
    boot.install("requirements.lock")
    boot.install("requirements-dev.lock")
    assert ["--force-reinstall" in command for command in boot.ran] == [False, True, False]
    assert sorted(path.name for path in (boot.ROOT / ".venv").iterdir()) == [
        ".installed-requirements-dev.lock",
        ".installed-requirements.lock",
    ]


def test_env_file_is_written_once_and_for_the_owner_only(boot):
    boot.write_env()
    written = (boot.ROOT / ".env").read_text()
    boot.write_env()

    assert (boot.ROOT / ".env").read_text() == written
    assert stat.S_IMODE((boot.ROOT / ".env").stat().st_mode) == 0o600
    key = next(line for line in written.splitlines() if line.startswith("SENDCO_SECRET_KEY="))
    assert len(key) > 70


def test_two_checkouts_have_different_keys(boot):
    boot.write_env()
    first = (boot.ROOT / ".env").read_text()
    (boot.ROOT / ".env").unlink()
    boot.write_env()

    assert (boot.ROOT / ".env").read_text() != first


@pytest.fixture
def no_libraries(boot, monkeypatch):
    monkeypatch.setattr(boot.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(boot.shutil, "which", lambda name: f"/usr/bin/{name}")
    return boot


def test_libraries_come_through_apt_for_root(no_libraries, monkeypatch):
    monkeypatch.setattr(no_libraries, "is_root", lambda: True)

    no_libraries.pdf_libraries()

    assert no_libraries.ran == [
        "apt-get -qq update",
        "apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    ]
    assert not (no_libraries.ROOT / "policy-rc.d").exists()


def test_apt_that_fails_is_told_with_the_command(no_libraries, monkeypatch):
    monkeypatch.setattr(no_libraries, "is_root", lambda: True)
    no_libraries.statuses = {"install": 100}

    with pytest.raises(
        no_libraries.CannotSetUp,
        match=r"apt-get update && apt-get install -y --no-install-recommends libpango-1\.0-0 libpangoft2-1\.0-0 "
        "libharfbuzz-subset0",
    ):
        no_libraries.pdf_libraries()


def test_libraries_without_root_are_unpacked(no_libraries, monkeypatch):
    monkeypatch.setattr(no_libraries, "is_root", lambda: False)

    def unpack(packages, target):
        folder = target / "usr" / "lib" / "x86_64-linux-gnu"
        folder.mkdir(parents=True)
        for name in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"):
            (folder / f"lib{name}.so.0").touch()

    monkeypatch.setattr(no_libraries, "unpack_packages", unpack)

    no_libraries.pdf_libraries()

    assert no_libraries.missing_libraries() == []
    assert str(no_libraries.NATIVE) in (no_libraries.NATIVE / "fonts.conf").read_text()


def test_libraries_that_cannot_be_had_stop_with_the_command(no_libraries, monkeypatch, capsys):
    monkeypatch.setattr(no_libraries, "is_root", lambda: False)
    monkeypatch.setattr(no_libraries, "setup", lambda **_: no_libraries.pdf_libraries())
    no_libraries.statuses = {"update": 100}

    assert no_libraries.main(["setup"]) == 1
    assert capsys.readouterr().err.endswith(
        "As root:\n    apt-get update && apt-get install -y --no-install-recommends "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    )


def test_services_without_root_are_an_error_with_the_cure(boot, monkeypatch):
    monkeypatch.setattr(boot, "is_root", lambda: False)
    monkeypatch.setattr(boot, "missing_services", lambda: ["redis-server", "chromium"])

    with pytest.raises(boot.CannotSetUp, match="apt-get install -y --no-install-recommends redis-server chromium"):
        boot.services()


def test_busy_port_is_told_before_anything_is_installed(boot, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert boot.main(["run", "--port", str(port)]) == 1

    assert f"Port {port} on 127.0.0.1 cannot be used (Address already in use)" in capsys.readouterr().err
    assert boot.ran == []


@pytest.mark.parametrize("port", ["abc", "0", "65536", "80000", "-1", "8o", "٣"])
def test_nonsense_for_a_port_is_told_in_a_sentence(boot, capsys, port):
    assert boot.main(["run", f"--port={port}"]) == 1
    assert f"{port!r} is not a port. Give a number from 1 to 65535" in capsys.readouterr().err
    assert boot.ran == []


def test_host_of_another_machine_is_told(boot, capsys):
    assert boot.main(["run", "--host", "192.0.2.1", "--port", "8000"]) == 1
    assert capsys.readouterr().err.endswith("Choose another: make run HOST=127.0.0.1\n")


def test_existing_policy_of_the_machine_is_left_alone(boot):
    boot._NoDaemons.policy.write_text("theirs")

    boot.apt_install("hello")

    assert boot._NoDaemons.policy.read_text() == "theirs"


def test_stranger_in_the_path_is_not_taken_for_the_library():
    """Run as a file, its own folder must not come first: it holds a celery.py."""
    done = subprocess.run(
        ["python3", str(FILE), "--help"], capture_output=True, text=True, check=False, cwd=FILE.parent
    )

    assert (done.returncode, done.stdout.split()[0]) == (0, "usage:")
