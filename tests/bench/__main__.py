"""The command: which databases and sizes, how many samples, where the figures go."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.services import ServiceMissing

from . import databases, machine, measure, pdf, report, weights
from .client import BadSample
from .databases import SIZES
from .pages import pages_for
from .server import serve


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument(
        "--size", choices=[*SIZES, "all"], action="append", help="small, middle, large; may be repeated"
    )
    parser.add_argument("--page", action="append", metavar="NAME", help="only this page; may be repeated")
    parser.add_argument("--samples", type=int, default=30, metavar="N", help="requests of each page by one client")
    parser.add_argument(
        "--clients", type=int, default=8, metavar="N", help="clients at once (default 8, twenty requests each)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=databases.FOLDER,
        help="where the databases are made and kept (default %(default)s)",
    )
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every figure here")
    parser.add_argument("--read", type=Path, metavar="FILE", help="print the tables of such a file and measure nothing")
    parser.add_argument("--no-weights", action="store_true", help="leave out Chromium, and with it the first load")
    return parser.parse_args()


def tell(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def main() -> int:
    options = arguments()
    if options.read:
        print(report.tables(json.loads(options.read.read_text())))
        return 0
    kinds = ("postgres", "sqlite") if options.database == "both" else (options.database,)
    sizes = [name for name in SIZES if not options.size or name in options.size or "all" in options.size]
    found: dict[str, Any] = {
        "machine": machine.about(),
        "samples": options.samples,
        "clients": options.clients,
        "runs": [],
    }
    faults = 0
    try:
        for kind in kinds:
            for size in sizes:
                run = measured(kind, size, options)
                faults += len(run["faults"])
                found["runs"].append(run)
                if options.json:
                    options.json.write_text(json.dumps(found, indent=1))
    except ServiceMissing as error:
        tell(str(error))
        return 2
    print(report.tables(found))
    return 1 if faults else 0


def measured(kind: str, size: str, options: argparse.Namespace) -> dict[str, Any]:
    """Everything about one database of one size."""
    with ExitStack() as stack:
        data = stack.enter_context(databases.ready(kind, size, options.folder, fresh=options.fresh, tell=tell))
        tell(f"{kind}, {size}: counting queries")
        facts = data.probe()
        pages = [page for page in pages_for(facts["ids"]) if not options.page or page.name in options.page]
        run: dict[str, Any] = {
            "database": kind, "size": size, "rows": facts["rows"], "made_in_s": data.made_in, "pages": {}, "faults": [],
        }  # fmt: skip
        with serve(data.environment, data.folder, facts["password"]) as server:
            for page in pages:
                tell(f"{kind}, {size}: {page.name}")
                try:
                    figures = measure.page(server, page, data.database_pids, options.samples, options.clients)
                    figures["queries"] = facts["queries"].get(page.name)
                    run["pages"][page.name] = figures
                except BadSample as error:
                    run["faults"].append(f"{page.name}: {error}")
                    tell(f"{page.name}: {error}")
            run["workers"] = server.memory()
            if not options.no_weights and not options.page:
                run["first_load"] = weights.first_loads(server)
        if not options.page:
            run["pdf"] = pdf.governor_report(data.environment, facts["ids"], data.folder)
        run["load"] = machine.load()
    return run


if __name__ == "__main__":
    sys.exit(main())
