"""Where e-mail goes: never unencrypted by mistake, never nowhere."""

from pathlib import Path

import pytest

from sendco.core.mail import UnknownMail, mail_settings

pytestmark = pytest.mark.unit

FOLDER = Path("/var/lib/sendco/mail")
FILES = "django.core.mail.backends.filebased.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def chosen(url: str) -> dict[str, object]:
    names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_TIMEOUT")
    found = mail_settings(url, FOLDER)
    return {name.removeprefix("EMAIL_").lower(): found[name] for name in names}


def test_without_an_address_mail_is_kept_in_files_of_the_data_folder():
    assert chosen("") == {
        "backend": FILES, "host": None, "port": None, "use_tls": False, "use_ssl": False, "timeout": 30,
    }  # fmt: skip
    assert mail_settings("", FOLDER)["EMAIL_FILE_PATH"] == "/var/lib/sendco/mail"


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl", "timeout"),
    [
        ("submission://user:pass%40word@mail.example", 587, True, False, 30),
        ("submission://user:pass%40word@mail.example:2525", 2525, True, False, 30),
        ("smtp://user:pass%40word@mail.example:465?ssl=True", 465, False, True, 30),
        ("smtp://user:pass%40word@mail.example?tls=True&timeout=5", 25, True, False, 5),
        ("smtp://user:pass%40word@mail.example", 25, False, False, 30),
    ],
)
def test_addresses_of_a_mail_server(url, port, tls, ssl, timeout):
    assert chosen(url) == {
        "backend": SMTP, "host": "mail.example", "port": port, "use_tls": tls, "use_ssl": ssl, "timeout": timeout,
    }  # fmt: skip
    found = mail_settings(url, FOLDER)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("user", "pass@word")


@pytest.mark.parametrize(
    "url", ["smtp+tls://user:password@host:587", "filemail:///var/mail", "mail.example", "https://x"]
)
def test_an_unknown_kind_is_refused_instead_of_sent_in_the_clear(url):
    with pytest.raises(UnknownMail, match="Write submission://user:password@host:587"):
        mail_settings(url, FOLDER)
