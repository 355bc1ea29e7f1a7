"""Finding another set of counts that fits everything a reader can see.

A suppressed cell is safe when it could as well have had other values. Each is proved by a witness: a whole set of
counts, equal to the true one wherever a number is shown, that adds up and agrees with every label. A witness that is
not found counts as one that does not exist, so the search may give up early without harm.
"""

from collections.abc import Iterable, Mapping

from .table import Relation

NODES = 400


class Search:
    """Moves from the true counts to others. bounds may be widened between calls; values and relations stay."""

    def __init__(
        self,
        values: Mapping[str, int],
        bounds: Mapping[str, tuple[int, int | None]],
        relations: Iterable[Relation],
    ) -> None:
        self.values = values
        self.bounds = bounds
        self.terms = [relation.terms for relation in relations]
        self.where: dict[str, list[tuple[int, int]]] = {name: [] for name in values}
        for index, terms in enumerate(self.terms):
            for name, factor in terms:
                self.where[name].append((index, factor))

    def is_free(self, name: str) -> bool:
        low, high = self.bounds[name]
        return high is None or low < high

    def fits(self, name: str, value: int) -> bool:
        low, high = self.bounds[name]
        return low <= value and (high is None or value <= high)

    def shift(self, name: str, step: int) -> dict[str, int] | None:
        """Changes (cell -> difference) that move `name` by `step` and fit the view, or None."""
        if not self.fits(name, self.values[name] + step):
            return None
        self._nodes = NODES
        changes = {name: step}
        debts: dict[int, int] = {}
        self._owe(debts, name, step)
        return self._repair(changes, debts)

    def _owe(self, debts: dict[int, int], name: str, step: int) -> None:
        for index, factor in self.where[name]:
            debt = debts.get(index, 0) + factor * step
            if debt:
                debts[index] = debt
            else:
                debts.pop(index, None)

    def _repair(self, changes: dict[str, int], debts: dict[int, int]) -> dict[str, int] | None:
        if not debts:
            return changes
        if self._nodes <= 0:
            return None
        self._nodes -= 1
        options = min((self._options(index, changes, debts) for index in debts), key=len)  # the hardest sum first
        for name, step in options:
            next_debts = dict(debts)
            self._owe(next_debts, name, step)
            found = self._repair({**changes, name: step}, next_debts)
            if found is not None:
                return found
        return None

    def _options(self, index: int, changes: Mapping[str, int], debts: Mapping[int, int]) -> list[tuple[str, int]]:
        """Cells of the relation that could take up its debt, those that leave fewest other debts first."""
        found = []
        for name, factor in self.terms[index]:
            if name in changes or debts[index] % factor or not self.is_free(name):
                continue
            step = self._clamp(name, -debts[index] // factor)
            if step:
                left = sum(bool(debts.get(i, 0) + f * step) - bool(debts.get(i, 0)) for i, f in self.where[name])
                found.append((left, name, step))
        return [(name, step) for _, name, step in sorted(found)]

    def _clamp(self, name: str, step: int) -> int:
        low, high = self.bounds[name]
        value = self.values[name]
        step = max(step, low - value)
        return step if high is None else min(step, high - value)
