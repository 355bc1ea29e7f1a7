"""System checks: mistakes of a deployment, told in words before they cost anything. Registered in `core.apps`."""

import ctypes.util
import importlib.util
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from . import native

#: Library name as the linker knows it, and the Debian package that brings it.
PDF_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}


def missing_pdf_libraries() -> list[str]:
    """Debian packages that still have to be installed before a PDF can be made."""
    private = {path.rpartition("/")[2] for path in native.library_files(native.folder())}
    return [
        package
        for library, package in PDF_LIBRARIES.items()
        if ctypes.util.find_library(library) is None and f"lib{library}.so.0" not in private
    ]


@register()
def pdf_libraries(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    missing = missing_pdf_libraries()
    if not missing:
        return []
    return [
        Warning(
            "PDF reports cannot be made: " + ", ".join(missing) + " is missing.",
            hint="As root: apt-get install -y --no-install-recommends "
            + " ".join(PDF_LIBRARIES.values())
            + ". Without root: make native-libs.",
            id="sendco.W001",
        )
    ]


@register(Tags.database)
def driver(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Django takes psycopg 3 without a word when it finds it, and the driver that was tested is no longer the one in
    use.
    """
    if importlib.util.find_spec("psycopg") is None:
        return []
    return [
        Error(
            "psycopg 3 is installed, and Django would use it in place of psycopg2.",
            hint="pip uninstall psycopg psycopg-binary, and install from requirements.lock only.",
            id="sendco.E001",
        )
    ]


@register(Tags.security)
def deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG and settings.HTTPS:
        found.append(
            Error(
                "SENDCO_DEBUG and SENDCO_HTTPS are both on: a fault would show pupils' data to whoever met it.",
                hint="Remove SENDCO_DEBUG from the environment.",
                id="sendco.E002",
            )
        )
    if "*" in settings.ALLOWED_HOSTS and not settings.DEBUG:
        found.append(
            Error(
                "SENDCO_ALLOWED_HOSTS lets any host name in, so that a forged one gets into links in e-mails.",
                hint="Name the host, for example SENDCO_ALLOWED_HOSTS=sendco.example.sch.uk.",
                id="sendco.E003",
            )
        )
    if settings.HTTPS and not settings.BASE_URL.startswith("https:"):
        found.append(
            Error(
                "SENDCO_HTTPS is on, but SENDCO_BASE_URL does not begin with https.",
                hint="Links in e-mails are built from SENDCO_BASE_URL: give the address that people type.",
                id="sendco.E004",
            )
        )
    if settings.HTTPS and not settings.SECOND_FACTOR_ROLES:
        found.append(
            Warning(
                "No role has to sign in with a second factor.",
                hint="Leave SENDCO_SECOND_FACTOR_ROLES unset to ask it of everyone with a whole school's records.",
                id="sendco.W002",
            )
        )
    if settings.HTTPS and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        found.append(
            Warning(
                "SENDCO_HTTPS is on, but no proxy is trusted: limits on tries would count everybody as one address, the proxy’s.",
                hint="Set SENDCO_TRUSTED_PROXY_COUNT to the number of proxies of yours in front, usually 1.",
                id="sendco.W003",
            )
        )
    return found
