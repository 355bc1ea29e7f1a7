"""Samples of one page: one client, then several at once. Every answer is checked before it counts."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from gzip import compress
from itertools import cycle
from threading import Lock
from time import perf_counter
from typing import Any

from .client import Answer, BadSample, Client, Form, forms_of
from .machine import processor_ms
from .pages import Page
from .server import Server

WARM_UP = 4
EACH = 20
"""Requests of each client when several ask at once."""
SIZE_SPREAD = 0.15
"""A page may differ by this share from the first of its kind; random bytes against compression oracles are a part."""


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def page(
    server: Server, page: Page, database_pids: Callable[[], list[int]], samples: int, clients: int
) -> dict[str, Any]:
    """Every figure of a page. Raises BadSample for an answer that is not that page."""
    ask = Save(page) if page.kind == "save" else Read(page)
    first = server.client(page.who)
    crowd = [server.client() for _ in range(clients)]
    for client in crowd:
        client.cookies = first.cookies
    for _ in range(WARM_UP):
        ask.prepare(first)
        ask(first)
    alone = _alone(server, ask, first, database_pids, samples)
    together = _together(ask, crowd)
    for client in (first, *crowd):
        client.close()
    return {
        **alone,
        **together,
        **ask.weight(),
        "target_ms": page.target_ms,
        "target_large_ms": page.target_large_ms,
        "kind": page.kind,
    }


def _alone(
    server: Server, ask: Any, client: Client, database_pids: Callable[[], list[int]], samples: int
) -> dict[str, Any]:
    times, web, database = [], 0.0, 0.0
    for _ in range(samples):
        ask.prepare(client)
        pids, others = server.pids(), database_pids()
        web_before, database_before = processor_ms(pids), processor_ms(others)
        times.append(ask(client).ms)
        web += processor_ms(pids) - web_before
        database += processor_ms(others) - database_before
    return {
        "p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95), "best_ms": round(min(times), 1),
        "web_cpu_ms": round(web / samples, 1), "database_cpu_ms": round(database / samples, 1),
    }  # fmt: skip


def _together(ask: Any, crowd: list[Client]) -> dict[str, Any]:
    """Several clients at once. A save is prepared beforehand, so that only saving is timed."""
    if not ask.needs_preparing:
        with ThreadPoolExecutor(len(crowd)) as pool:  # every worker has been asked once before it counts
            list(pool.map(ask, crowd))
    if ask.needs_preparing:
        jobs: list[tuple[Client, Any]] = [(client, ask.prepared(client)) for client in crowd]
        work = [lambda client=client, job=job: [ask.send(client, job).ms] for client, job in jobs]
    else:
        work = [lambda client=client: [ask(client).ms for _ in range(EACH)] for client in crowd]
    with ThreadPoolExecutor(len(work)) as pool:
        begun = perf_counter()
        times = [ms for found in pool.map(lambda job: job(), work) for ms in found]
        seconds = perf_counter() - begun
    return {
        "crowd_p50_ms": percentile(times, 0.5),
        "crowd_p95_ms": percentile(times, 0.95),
        "per_second": round(len(times) / seconds, 1),
    }


class Read:
    """Asks for a page and checks status, words and size."""

    needs_preparing = False

    def __init__(self, page: Page) -> None:
        self.page, self._paths = page, cycle(page.paths)
        self._raw: list[int] = []
        self._wire: list[int] = []
        self._body = b""

    def prepare(self, client: Client) -> None:
        pass

    def __call__(self, client: Client) -> Answer:
        answer = client.get(next(self._paths))
        if answer.status != 200:
            raise BadSample(f"status {answer.status} {answer.headers.get('location', '')}")
        if self.page.shows.encode() not in answer.body:
            raise BadSample(f"“{self.page.shows}” is not on the page")
        if self._raw and abs(answer.raw - self._raw[0]) > SIZE_SPREAD * self._raw[0]:
            raise BadSample(f"{answer.raw} bytes, where the first had {self._raw[0]}")
        self._raw.append(answer.raw)
        self._wire.append(answer.wire)
        self._body = answer.body
        return answer

    def weight(self) -> dict[str, Any]:
        return {
            "raw_bytes": int(statistics.median(self._raw)), "wire_bytes": int(statistics.median(self._wire)),
            "gzip_bytes": len(compress(self._body, 6)),
        }  # fmt: skip


class Save:
    """Opens a form, changes one field and sends it; only the sending is timed. Each path in turn, again from the start."""

    needs_preparing = True

    def __init__(self, page: Page) -> None:
        self.page, self._paths, self._count = page, cycle(page.paths), 0
        self._lock = Lock()
        self._job: tuple[str, list[tuple[str, str]]] | None = None

    def prepare(self, client: Client) -> None:
        self._job = self.prepared(client)

    def prepared(self, client: Client) -> tuple[str, list[tuple[str, str]]]:
        with self._lock:
            path, self._count = next(self._paths), self._count + 1
        answer = client.get(path)
        if answer.status != 200:
            raise BadSample(f"the form of {path} gave status {answer.status}")
        form = next((found for found in forms_of(answer.body) if self._is_ours(found)), None)
        if form is None:
            raise BadSample(f"no form with a field “{self.page.change}” on {path}")
        fields = [
            (name, f"Changed {self._count}" if name == self.page.change else value) for name, value in form.fields
        ]
        return form.action or path, fields

    def _is_ours(self, form: Form) -> bool:
        return any(name == self.page.change for name, _ in form.fields)

    def send(self, client: Client, job: tuple[str, list[tuple[str, str]]]) -> Answer:
        path, fields = job
        answer = client.ask("POST", path, fields)
        if answer.status != 302 or "sign-in" in answer.headers["location"]:
            raise BadSample(f"saving {path} gave status {answer.status}")
        return answer

    def __call__(self, client: Client) -> Answer:
        assert self._job is not None
        return self.send(client, self._job)

    def weight(self) -> dict[str, Any]:
        return {}
