"""The governor report as a PDF, by the command: processor time, size, pages."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from .databases import ROOT

RUNS = 3


def governor_report(environment: dict[str, str], ids: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Of the whole command, with Python, Django and WeasyPrint being loaded: the best of three."""
    file = folder / "governors.pdf"
    file.unlink(missing_ok=True)
    command = ("governor_report", "--school", ids["school"], "--term", ids["term"], "--out", str(file))
    seconds, wall = min(_run(environment, *command) for _ in range(RUNS))
    import pypdf

    pages = len(pypdf.PdfReader(file).pages)
    return {"cpu_s": round(seconds, 2), "wall_s": round(wall, 2), "bytes": file.stat().st_size, "pages": pages}


def _run(environment: dict[str, str], *command: str) -> tuple[float, float]:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, perf_counter() - begun
