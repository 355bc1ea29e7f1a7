"""The governor report as a PDF, by the command: processor time, size, pages."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from .databases import ROOT


def governor_report(environment: dict[str, str], ids: dict[str, Any], folder: Path) -> dict[str, Any]:
    """seconds: processor time of the whole command; start: of a command that does nothing, to be taken off."""
    file = folder / "governors.pdf"
    file.unlink(missing_ok=True)
    start, _ = _run(environment, "check", "--verbosity", "0")
    seconds, wall = _run(
        environment, "governor_report", "--school", ids["school"], "--term", ids["term"], "--out", str(file)
    )
    import pypdf

    pages = len(pypdf.PdfReader(file).pages)
    return {
        "cpu_s": round(seconds, 2),
        "start_cpu_s": round(start, 2),
        "wall_s": round(wall, 2),
        "bytes": file.stat().st_size,
        "pages": pages,
    }


def _run(environment: dict[str, str], *command: str) -> tuple[float, float]:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, perf_counter() - begun
