import ctypes.util
import importlib.util

import pytest

from sendco.core import checks, native

pytestmark = pytest.mark.unit


@pytest.fixture
def no_libraries(monkeypatch, tmp_path):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(native, "folder", lambda: tmp_path)
    return tmp_path


def test_missing_libraries_are_told_with_their_packages(no_libraries):
    (found,) = checks.pdf_libraries(None)

    assert found.id == "sendco.W001"
    assert found.hint == (
        "As root: apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. "
        "Without root: make native-libs."
    )


def test_libraries_in_the_private_folder_count(no_libraries):
    folder = no_libraries / "usr" / "lib" / "x86_64-linux-gnu"
    folder.mkdir(parents=True)
    for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
        (folder / name).touch()

    assert checks.missing_pdf_libraries() == ["libharfbuzz-subset0"]


def test_libraries_of_the_system_count(monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: f"lib{name}.so.0")

    assert checks.pdf_libraries(None) == []


@pytest.mark.parametrize(("found", "ids"), [(None, []), (object(), ["sendco.E001"])])
def test_psycopg_3_is_refused(monkeypatch, found, ids):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found)

    assert [message.id for message in checks.driver(None)] == ids


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        ({}, []),
        ({"DEBUG": True}, []),
        ({"DEBUG": True, "HTTPS": True, "BASE_URL": "https://s.example"}, ["sendco.E002"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["sendco.E003"]),
        ({"ALLOWED_HOSTS": ["*"], "DEBUG": True}, []),
        ({"HTTPS": True, "BASE_URL": "http://s.example"}, ["sendco.E004"]),
        ({"HTTPS": True, "BASE_URL": "https://s.example"}, []),
        ({"HTTPS": True, "BASE_URL": "https://s.example", "SECOND_FACTOR_ROLES": []}, ["sendco.W002"]),
        (
            {"HTTPS": True, "BASE_URL": "https://s.example", "ALLAUTH_TRUSTED_PROXY_COUNT": 0},
            ["sendco.W003"],
        ),
    ],
)
def test_deployment_mistakes(settings, changed, ids):
    base = {
        "DEBUG": False, "HTTPS": False, "ALLOWED_HOSTS": ["s.example"], "BASE_URL": "http://127.0.0.1:8000",
        "SECOND_FACTOR_ROLES": ["sendco"], "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    }  # fmt: skip
    for name, value in (base | changed).items():
        setattr(settings, name, value)

    assert [message.id for message in checks.deployment(None)] == ids
