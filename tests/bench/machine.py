"""Processor time and memory of running processes, read from /proc; what the machine is."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def about() -> dict[str, object]:
    models = [line for line in (PROC / "cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = (PROC / "meminfo").read_text().split()[1]
    return {
        "cores": os.cpu_count(), "processor": models[0].split(":")[1].strip() if models else platform.machine(),
        "memory_mb": int(memory) // 1024, "python": platform.python_version(),
    }  # fmt: skip


def load() -> float:
    """Processes that wanted a core in the last minute. Above the number of cores, waiting times say little."""
    return round(os.getloadavg()[0], 1)


def processor_ms(pids: Iterable[int]) -> float:
    """Processor time of processes with all of their threads so far, in milliseconds. One that has ended counts nothing."""
    total = 0
    for pid in pids:
        for task in (PROC / str(pid) / "task").glob("*/schedstat"):
            try:
                total += int(task.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return total / 1e6


def children(pid: int) -> list[int]:
    return sorted(
        int(number) for path in (PROC / str(pid) / "task").glob("*/children") for number in path.read_text().split()
    )


def memory_mb(pid: int) -> dict[str, float]:
    """resident: as `ps` says. own: with pages that processes share divided among them (PSS)."""
    values = {}
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]:
        name, number, *_ = line.split()
        values[name.rstrip(":")] = int(number) / 1024
    return {"resident": round(values["Rss"], 1), "own": round(values["Pss"], 1)}
