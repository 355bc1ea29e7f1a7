"""A reader who wants to know: every figure of a published report, and of the one before, turned into equations and solved.

It reads only what is published (the frozen figures, whose words the page and the PDF print) and what anybody can look up
(the roll of each year group). It shares no code with the suppressor. A hidden count is found when fewer values than three
fit everything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

NODES = 3000


@dataclass
class Puzzle:
    """Whole numbers between bounds, under sums: low <= Σ factor × number <= high."""

    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    sums: list[tuple[dict[str, int], float, float]] = field(default_factory=list)
    where: dict[str, list[int]] = field(default_factory=dict)

    def number(self, name: str, low: int, high: int) -> None:
        old = self.bounds.get(name, (0, 10**6))
        self.bounds[name] = (max(low, old[0]), min(high, old[1]))

    def add(self, terms: dict[str, int], low: float = 0, high: float = 0) -> None:
        if all(name in self.bounds for name in terms):
            for name in terms:
                self.where.setdefault(name, []).append(len(self.sums))
            self.sums.append((terms, low, high))

    def same(self, whole: str, parts: Iterable[str]) -> None:
        self.add({whole: -1} | dict.fromkeys(parts, 1))

    def at_most(self, part: str, whole: str) -> None:
        self.add({part: 1, whole: -1}, -math.inf, 0)

    # --- solving

    def narrow(self, bounds: dict[str, tuple[int, int]], todo: set[int]) -> bool:
        """Shrink bounds through the sums until nothing moves. False when nothing fits."""
        while todo:
            terms, low, high = self.sums[todo.pop()]
            least = sum(f * bounds[n][0 if f > 0 else 1] for n, f in terms.items())
            most = sum(f * bounds[n][1 if f > 0 else 0] for n, f in terms.items())
            if least > high + 1e-9 or most < low - 1e-9:
                return False
            for name, factor in terms.items():
                a, b = bounds[name]
                rest_least = least - factor * (a if factor > 0 else b)
                rest_most = most - factor * (b if factor > 0 else a)
                top, bottom = (high - rest_least) / factor, (low - rest_most) / factor
                if factor < 0:
                    top, bottom = bottom, top
                new = (
                    a if bottom == -math.inf else max(a, math.ceil(bottom - 1e-9)),
                    b if top == math.inf else min(b, math.floor(top + 1e-9)),
                )
                if new[0] > new[1]:
                    return False
                if new != (a, b):
                    bounds[name] = new
                    todo |= set(self.where[name])
                    least = sum(f * bounds[n][0 if f > 0 else 1] for n, f in terms.items())
                    most = sum(f * bounds[n][1 if f > 0 else 0] for n, f in terms.items())
        return True

    def fits(self, fixed: dict[str, int]) -> bool:
        """Whether some whole set of numbers agrees with everything. Gives up as if it did not, which is the strict side."""
        bounds = dict(self.bounds)
        for name, value in fixed.items():
            if not bounds[name][0] <= value <= bounds[name][1]:
                return False
            bounds[name] = (value, value)
        self._left = NODES
        return self._search(bounds, set(range(len(self.sums))))

    def _search(self, bounds: dict[str, tuple[int, int]], todo: set[int]) -> bool:
        self._left -= 1
        if self._left < 0 or not self.narrow(bounds, todo):
            return False
        open_ones = [(b - a, name) for name, (a, b) in bounds.items() if a < b and name in self.where]
        if not open_ones:
            return True
        _, name = min(open_ones)
        a, b = bounds[name]
        return any(
            self._search(bounds | {name: (value, value)}, set(self.where[name]))
            for value in range(a, min(b, a + 40) + 1)
        )

    def values(self, name: str, enough: int) -> list[int]:
        """Values the number may have, at most `enough` of them."""
        found: list[int] = []
        low, high = self.bounds[name]
        for value in range(low, min(high, low + 60) + 1):
            if self.fits({name: value}):
                found.append(value)
                if len(found) >= enough:
                    break
        return found


def read(report: dict, roll: int, year_rolls: dict[str, int], at: str = "", puzzle: Puzzle | None = None) -> Puzzle:
    """The equations of one report. at: put before every name, to read two reports together."""
    p = puzzle or Puzzle()
    t = report["threshold"]

    def figure(name: str, fig: dict, most: int = roll) -> None:
        name = at + name
        if fig["v"] is not None:
            p.number(name, int(fig["v"]), int(fig["v"]))
        elif fig["d"].endswith("or fewer"):
            p.number(name, 1, t)  # a reader who knows that nought is printed as nought
        else:
            p.number(name, 0, most)

    def percent(part: str, whole: str | int, fig: dict | None) -> None:
        """Rounded to a whole number: 100 × part lies within half of it."""
        if not fig or fig["v"] is None:
            return
        share = int(fig["v"])
        if isinstance(whole, int):
            if at + part in p.bounds:
                p.add({at + part: 200}, (2 * share - 1) * whole, (2 * share + 1) * whole)
        elif {at + part, at + whole} <= set(p.bounds):
            p.add({at + part: 200, at + whole: -(2 * share + 1)}, -math.inf, 0)
            p.add({at + part: 200, at + whole: -(2 * share - 1)}, 0, math.inf)

    key = report["key_figures"]
    for name in ("register", "support", "ehc", "monitoring"):
        figure(name, key[name]["figure"])
        percent(name, roll, key[name].get("share"))
    p.same(f"{at}register", [f"{at}support", f"{at}ehc"])
    p.add({f"{at}register": 1, f"{at}monitoring": 1}, 0, roll)
    for row in report["years"]:
        figure(f"year {row['label']}", row["figure"], year_rolls[row["label"]])
        p.number(f"{at}year {row['label']}", 0, year_rolls[row["label"]])
        percent(f"year {row['label']}", year_rolls[row["label"]], row.get("share"))
    if report["years"]:
        p.same(f"{at}register", [f"{at}year {row['label']}" for row in report["years"]])
    for row in report["needs"]:
        figure(f"need {row['label']}", row["figure"])
    p.same(f"{at}register", [f"{at}need {row['label']}" for row in report["needs"]])
    p.number(f"{at}boys", 0, roll)
    p.at_most(f"{at}boys", f"{at}register")
    percent("boys", "register", next((row["on"] for row in report["groups"] if row["label"] == "Boys"), None))

    *parts, whole = report["targets"]
    for row in report["targets"]:
        figure(row["label"], row["figure"], 10_000)
    p.same(at + whole["label"], [at + row["label"] for row in parts])
    if report["plans"]:
        for row, of in zip(
            report["plans"],
            ("register", "Have a plan with targets", "Have a plan with targets", "register"),
            strict=True,
        ):
            figure(row["label"], row["figure"])
            p.at_most(at + row["label"], at + of)
            percent(row["label"], of, row["share"])
    for row in report["reviews"]:
        figure(row["label"], row["figure"])
        if row.get("share"):
            p.at_most(at + row["label"], f"{at}ehc")
            percent(row["label"], "ehc", row["share"])
    if report["referrals"]:
        opened, waiting = report["referrals"]
        figure("referrals", opened["figure"])
        figure("waiting", waiting["figure"])
        p.at_most(f"{at}waiting", f"{at}referrals")
        percent("waiting", "referrals", waiting["share"])
    _duties(report, p, at, figure)
    _movement(report, p, at, figure)
    return p


AUTHORITY = ("Local authority decides", "Final plan, if amended")


def _duties(report: dict, p: Puzzle, at: str, figure) -> None:
    """Steps due and on time, and which kinds were: a kind that is named was due, one not all on time has a late step."""
    for who in ("school", "authority"):
        duty = report["duties"][who]
        figure(f"{who} due", duty["due"], 10_000)
        figure(f"{who} on time", duty["on_time"], 10_000)
        late_least = 1 if duty["words"] == "Not all on time" else 0
        p.number(f"{at}{who} late", late_least, 10_000 if duty["words"] != "All on time" else 0)
        p.same(f"{at}{who} due", [f"{at}{who} on time", f"{at}{who} late"])
        kinds = [
            k
            for k in report["duties"]["kinds"]
            if (k["label"] in report.get("theirs", AUTHORITY)) == (who == "authority")
        ]
        late = sum(kind["status"] != "ok" for kind in kinds)
        p.number(f"{at}{who} late", late, 10_000)
        p.number(f"{at}{who} on time", len(kinds) - late, 10_000)
        p.number(f"{at}{who} due", len(kinds), 10_000)


def _movement(report: dict, p: Puzzle, at: str, figure) -> None:
    rows = {row["label"]: row["figure"] for row in report["movement"]}
    for label, fig in rows.items():
        figure(label, fig)
    if "Found at this school" in rows:
        p.same(f"{at}Joined the register", [f"{at}Found at this school", f"{at}Came with SEND"])
        p.same(f"{at}Left the register", [f"{at}No longer needed it", f"{at}Left the school"])
    if rows:
        p.at_most(f"{at}SEN support to EHC plan", f"{at}ehc")
        p.at_most(f"{at}EHC plan to SEN support", f"{at}support")


CHANGED = {"register": "register", "support": "support", "ehc": "ehc", "monitoring": "monitoring"}


def beside(now: dict, before: dict, p: Puzzle) -> None:
    """What two reports say together: who joined and left, and the words about change."""
    t = now["threshold"]
    p.add({"register": 1, "last:register": -1, "Joined the register": -1, "Left the register": 1})
    rows = [(name, now["key_figures"][name]["change"]) for name in CHANGED]
    rows += [(f"year {row['label']}", row["change"]) for row in now["years"]]
    rows += [(f"need {row['label']}", row["change"]) for row in now["needs"]]
    for name, change in rows:
        terms = {name: 1, f"last:{name}": -1}
        words = change["d"].split()
        if change["s"] or not change["way"]:
            continue
        if change["way"] == "same":
            p.add(terms, 0, 0)
        elif "fewer" in words:
            p.add(terms, *((1, t) if change["way"] == "up" else (-t, -1)))
        elif words[-1].isdigit():
            size = int(words[-1]) * (1 if change["way"] == "up" else -1)
            p.add(terms, size, size)
