"""What the writers share for languages whose arrays begin at 1 and whose tables are expressions."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802, N815

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from netdsl.formula.bounds import inner_ranges, is_whole
from netdsl.formula.code.steps import Loop, Step
from netdsl.formula.code.writing import Writer


class FromOne(Writer):
    """Writes each index from 1: an index i stands for i - 1 wherever it is a number."""

    SUMS: dict[str, str]
    used: set[str]

    # ---- what a language says in its own way -----------------------------------------------

    def table(self, entry: str, indices: Iterable[str]) -> str:
        """Return an array of entries over ranges."""
        raise NotImplementedError

    def range(self, index: str, low: str, high: str) -> str:
        """Return what an index runs over."""
        raise NotImplementedError

    def over(self, word: str, entry: str, ranges: list[str]) -> str:
        """Return a sum, a product or the largest of entries."""
        raise NotImplementedError

    def part(self, name: str, at: list[str]) -> str:
        """Return an entry of an array."""
        raise NotImplementedError

    def checked(self, name: str, at: list[str]) -> str:
        """Return an entry of an array, zero outside of it."""
        raise NotImplementedError

    def rounded(self, text: str) -> str:
        """Return the whole number that a value is."""
        raise NotImplementedError

    def delta(self, left: str, right: str) -> str:
        """Return 1 where two numbers are equal, else 0."""
        raise NotImplementedError

    # ---- entries ---------------------------------------------------------------------------

    def opened(self, step: Step, indices: Any, entry: Any) -> str:
        """Return the text of all entries of a step along indices, the others being known."""
        self.ranges = {i: (low + 1, high + 1) for i, (low, high) in step.ranges().items()}
        text = self._print(entry.xreplace({i: i - 1 for i in step.indices}))
        if not indices:
            return text
        return self.table(text, [self._range(i, *self.ranges[i]) for i in indices])

    def _range(self, index: Any, low: Any, high: Any) -> str:
        return self.range(self.name(index), self._print(low), self._print(high))

    def _print_Indexed(self, expr: Any) -> str:
        name, pairs = self.place(expr)
        is_inside = all(self.is_inside(position, size) for position, size in pairs)
        at = [self._spot(position) for position, _ in pairs]
        return self.part(name, at) if is_inside else self.checked(name, at)

    def _spot(self, position: Any) -> str:
        if is_whole(position):
            return self.whole(sympy.expand(position + 1))
        number, rest = sympy.expand(position + 1).as_coeff_Add()
        text = self.rounded(self._print(rest))
        return text if number == 0 else f"{text} {'+' if number > 0 else '-'} {abs(number)}"

    def whole(self, expr: Any) -> str:
        """Return the text of a whole number."""
        return self._print(expr)

    def _print_Sum(self, expr: Any) -> str:
        before = self.ranges
        opened = inner_ranges(expr.limits, before)
        bound = [limit[0] for limit in expr.limits]
        back = {index: index - 1 for index in bound}
        ranges = list[str]()
        for index, low, high in reversed(expr.limits):
            low, high = low.xreplace(back) + 1, high.xreplace(back) + 1
            ranges.append(self._range(index, low, high))
        if not any((limit[1] + limit[2]).free_symbols & {*bound} for limit in expr.limits):
            ranges.reverse()
        self.ranges = before | {i: (opened[i][0] + 1, opened[i][1] + 1) for i in bound}
        text = self._print(expr.function.xreplace(back))
        self.ranges = before
        return self.over(self.SUMS[type(expr).__name__], text, ranges)

    _print_Largest = _print_Product = _print_Sum

    def _print_Relational(self, expr: Any) -> str:
        return f"({self._print(expr.lhs)} {expr.rel_op} {self._print(expr.rhs)})"

    def _print_KroneckerDelta(self, expr: Any) -> str:
        # Both count from 1 more, which is left out.
        number, left = expr.args[0].as_coeff_Add()
        return self.delta(*map(self._print, (left, sympy.expand(expr.args[1] - number))))

    def _print_Symbol(self, expr: Any) -> str:
        return self.name(expr)

    # ---- statements ------------------------------------------------------------------------

    def step(self, step: Step) -> None:
        """Write a step as an assignment of a table."""
        self.assign(self.names.of("array", step.name), self.opened(step, step.indices, step.entry))

    def loop(self, loop: Loop) -> None:
        """Write a loop over t of assignments to rows."""
        for step in loop.steps:
            more = int(step.first is not None)
            sizes = [step.sizes[0] + more, *step.sizes[1:]]
            name = self.names.of("array", step.name)
            self.assign(name, self.zeros([self._print(size) for size in sizes]))
            if step.first is not None:
                inner = step.indices[1:]
                self.assign(self.row(name, "1", len(inner)), self.opened(step, inner, step.first))
        self.open(self.name(loop.time), self._print(loop.size))
        for step in loop.steps:
            at = f"{self.name(loop.time)}{' + 1' if step.first is not None else ''}"
            inner = step.indices[1:]
            row = self.row(self.names.of("array", step.name), at, len(inner))
            self.assign(row, self.opened(step, inner, step.entry))
        self.close(self.name(loop.time), self._print(loop.size))
        for step in self.without_start(loop):
            name = self.names.of("array", step.name)
            self.assign(name, self.rest(name, len(step.sizes) - 1))

    def assign(self, left: str, right: str) -> None:
        """Write an assignment."""
        raise NotImplementedError

    def zeros(self, sizes: list[str]) -> str:
        """Return an array of zeros."""
        raise NotImplementedError

    def row(self, name: str, at: str, rank: int) -> str:
        """Return a row of an array, of which `rank` indices are left."""
        raise NotImplementedError

    def rest(self, name: str, rank: int) -> str:
        """Return an array without its first row."""
        raise NotImplementedError

    def open(self, index: str, size: str) -> None:
        """Begin a loop."""
        raise NotImplementedError

    def close(self, index: str, size: str) -> None:
        """End a loop."""
        raise NotImplementedError
