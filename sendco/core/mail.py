"""Where e-mail goes, from one address in the environment. Read by the settings, so nothing of Django is imported here."""

from pathlib import Path
from typing import Any

import dj_email_url

TIMEOUT_SECONDS = 30
"""A mail server that says nothing must not hold a worker for ever."""


class UnknownMail(ValueError):
    """The address is of no kind that is known. Its message tells how to write it."""


def mail_settings(url: str, folder: Path) -> dict[str, Any]:
    """Django's EMAIL_ settings for an address such as `submission://user:password@host:587`; files in `folder` for an empty one.

    Raises UnknownMail for any other scheme: Django would take it for a plain connection and send the password unencrypted.
    """
    found = dj_email_url.parse(url or "file:")
    if "EMAIL_BACKEND" not in found:
        raise UnknownMail(
            "SENDCO_EMAIL_URL is of no kind that SENDCo knows. Write submission://user:password@host:587 (encrypted), "
            "or smtp://host:25 inside your own network."
        )
    if not url:
        found["EMAIL_FILE_PATH"] = str(folder)
    found["EMAIL_TIMEOUT"] = found["EMAIL_TIMEOUT"] or TIMEOUT_SECONDS
    return found
