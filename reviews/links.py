"""The secret in a contribution's address.

It is worked out from the server's key, so that neither the database nor the outbox ever holds it: the row keeps a hash, an
e-mail waiting to be sent keeps a mark, and the words are filled in while it is sent.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from .models import ContributionLink

MARK = "contribution"
_SALT = "reviews.contribution-link"


def token_of(link: ContributionLink) -> str:
    """43 letters and digits that nobody without the server's key can guess. No query."""
    seed = f"{link.pk}:{link.invitee_id}:{link.created_at.astimezone(UTC).isoformat()}"
    digest = salted_hmac(_SALT, seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(link: ContributionLink) -> str:
    """The whole address, to be shown once to a person or written into an e-mail as it leaves."""
    return settings.BASE_URL + reverse("reviews:contribution", args=[token_of(link)])


def mark_of(link: ContributionLink) -> str:
    """What stands in a stored e-mail in place of the address."""
    return f"[[{MARK}:{link.pk}]]"


def fill_mark(value: str) -> str:
    """The address for a mark; words instead when the link has gone meanwhile. One query."""
    link = ContributionLink.objects.filter(pk=int(value), revoked_at__isnull=True).first()
    return address_of(link) if link else "(this link has been withdrawn: ask the school for a new one)"
