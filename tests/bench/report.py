"""The figures as tables, with what they should be beside them."""

from __future__ import annotations

from typing import Any

PER_SECOND = 30
HTML, HTML_WIRE = 80_000, 12_000
FIRST_REQUESTS, FIRST_BYTES, FIRST_SCRIPT = 8, 150_000, 60_000
WORKER_MB, PDF_SECONDS, MOST_QUERIES, GROWTH = 150, 3.0, 12, 1.5


def _table(head: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]

    def line(cells: list[str]) -> str:
        return (
            "| "
            + " | ".join(
                cell.ljust(width) if n == 0 else cell.rjust(width)
                for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
            )
            + " |"
        )

    rule = (
        "|" + "|".join("-" * (width + 2) if n == 0 else "-" * (width + 1) + ":" for n, width in enumerate(widths)) + "|"
    )
    return "\n".join([line(head), rule, *(line(row) for row in rows)])


def _marked(value: float | None, most: float | None, shown: str | None = None) -> str:
    """A figure; with an asterisk when it is over what it should be."""
    if value is None:
        return "-"
    text = shown or f"{value:,}"
    return f"{text}*" if most is not None and value > most else text


def tables(found: dict[str, Any]) -> str:
    parts = [
        f"{found['machine']['cores']} cores ({found['machine']['processor']}), {found['samples']} samples by one client, "
        f"then {found['clients']} clients at once. An asterisk marks what is over its target."
    ]
    for run in found["runs"]:
        parts.append(_run(run, found["machine"]["cores"]))
    for database in dict.fromkeys(run["database"] for run in found["runs"]):
        if growth := _growth([run for run in found["runs"] if run["database"] == database]):
            parts.append(f"## {database}, smallest to largest\n\n{growth}")
    return "\n\n".join(parts)


def _run(run: dict[str, Any], cores: int) -> str:
    rows = run["rows"]
    is_large = run["size"] == "large"
    told = ", ".join(f"{number:,} {name}" for name, number in rows.items()).replace("1 schools", "1 school")
    lines = [
        f"## {run['database']}, {run['size']}",
        "",
        f"{told}. Made in {run['made_in_s']:.0f} s. Load at the end {run.get('load')}.",
        "",
    ]
    head = [
        "page",
        "target",
        "p50",
        "p95",
        "best",
        "web CPU",
        "DB CPU",
        f"p50 x{8}",
        f"p95 x{8}",
        "a second",
        "by CPU",
        "queries",
        "HTML",
        "gzip",
        "wire",
    ]
    body = []
    for name, page in run["pages"].items():
        target = page["target_large_ms"] if is_large else page["target_ms"]
        body.append([
            name, str(target or "-"), _marked(page["p50_ms"], target), str(page["p95_ms"]), str(page["best_ms"]),
            str(page["web_cpu_ms"]), str(page["database_cpu_ms"]), str(page["crowd_p50_ms"]), str(page["crowd_p95_ms"]),
            f"{page['per_second']}*" if page["per_second"] < PER_SECOND else str(page["per_second"]),
            f"{cores * 1000 / max(page['web_cpu_ms'] + page['database_cpu_ms'], 0.1):.0f}",
            _marked(page.get("queries"), MOST_QUERIES), _marked(page.get("raw_bytes"), HTML),
            _marked(page.get("gzip_bytes"), HTML_WIRE), _marked(page.get("wire_bytes"), HTML_WIRE),
        ])  # fmt: skip
    lines.append(_table(head, body))
    lines += [
        "",
        "Workers: "
        + "; ".join(f"{_marked(w['resident'], WORKER_MB)} MB resident, {w['own']} MB own" for w in run["workers"])
        + ".",
    ]
    for name, first in run.get("first_load", {}).items():
        lines.append(
            f"First load of {name}: {_marked(first['requests'], FIRST_REQUESTS)} requests, "
            f"{_marked(first['bytes'], FIRST_BYTES)} bytes, {_marked(first['script_bytes'], FIRST_SCRIPT)} of them script, "
            f"{first['html_bytes']:,} HTML."
        )
    if pdf := run.get("pdf"):
        lines.append(
            f"Governor PDF: {_marked(pdf['cpu_s'], PDF_SECONDS)} s of processor time for the whole command, "
            f"{pdf['pages']} pages, {pdf['bytes']:,} bytes."
        )
    lines += [f"Not measured: {fault}" for fault in run["faults"]]
    return "\n".join(lines)


def _growth(runs: list[dict[str, Any]]) -> str:
    """Processor time, since waiting times of a busy machine say little, and p50."""
    by_size = {run["size"]: run["pages"] for run in runs}
    if not {"small", "large"} <= by_size.keys():
        return ""
    rows = []
    for name, small in by_size["small"].items():
        large = by_size["large"].get(name)
        if large is None:
            continue
        cpu = [page["web_cpu_ms"] + page["database_cpu_ms"] for page in (small, large)]
        ratio, waited = cpu[1] / max(cpu[0], 0.1), large["p50_ms"] / max(small["p50_ms"], 0.1)
        most = GROWTH if small["kind"] in ("list", "pupil") else None
        rows.append([
            name, f"{cpu[0]:.1f}", f"{cpu[1]:.1f}", _marked(round(ratio, 2), most), f"{small['p50_ms']}", f"{large['p50_ms']}",
            _marked(round(waited, 2), most),
        ])  # fmt: skip
    return _table(["page", "CPU small", "CPU large", "times", "p50 small", "p50 large", "times"], rows)
