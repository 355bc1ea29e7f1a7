"""How far the worker is with an import. In the cache, since nobody else sees a transaction before its end."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

KEPT_SECONDS = 600


@dataclass(frozen=True)
class Progress:
    done: int
    total: int


def tell(batch_id: int, done: int, total: int) -> None:
    cache.set(_key(batch_id), (done, total), KEPT_SECONDS)


def forget(batch_id: int) -> None:
    cache.delete(_key(batch_id))


def of(batch_id: int) -> Progress | None:
    """None before the first step and after the last."""
    found = cache.get(_key(batch_id))
    return Progress(*found) if found else None


def _key(batch_id: int) -> str:
    return f"import-progress:{batch_id}"
