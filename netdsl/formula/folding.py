"""Which layers of a formula have a name, and which are written where they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from netdsl.formula.bounds import Ranges, inner_ranges, is_inside, is_whole, ranges_of
from netdsl.formula.expanded import Expanded, expanded
from netdsl.formula.recurrence import Definition, name_of

FOLDED = 105
"""How long a line of a composed formula may be after another one is written into it."""
FUNCTION = 25
"""How many parts a function counts for here: one inside another reads badly sooner than a sum."""
Reader = str | None
"""The sequence that reads others, None for the output."""


class Lines:
    """The equations of a formula: that of the output, and those of what it rests on.

    `hidden` are the names of what layers inside give, which may be written where they are read.
    """

    def __init__(self, output: Definition, where: list[Definition], hidden: set[str]) -> None:
        self.output = output
        self.known = {one.name: one for one in where}
        self.hidden = [name for name in self.known if name in hidden]
        nodes = (node for one in (output, *where) for part in one.parts() for node in _sums(part))
        self.bound = {limit[0] for node in nodes for limit in node.limits}
        self.reads: dict[Reader, Counter[str]] = {}
        self.readers: dict[str, set[Reader]] = {name: set() for name in self.known}
        for reader in (*self.known, None):
            self._read(reader)

    def where(self) -> list[Definition]:
        """Return what defines the sequences that have a name."""
        return list(self.known.values())

    def fold(self) -> None:
        """Keep the names that make a formula readable.

        None is left to what only moves entries, and to what is read once, outside of sums, by a
        line that stays short.
        """
        for name in self.hidden:
            if self._is_move(name):
                self._put(name)
        for name in [name for name in self.hidden if name in self.known]:
            if self._is_short(name):
                self._put(name)

    def fold_all(self) -> None:
        """Write every layer where it is read.

        What is read beyond its ends, where it is zero, keeps its name: cases would say it worse.
        """
        for name in self.hidden:
            self._put(name)

    def expanded_size(self) -> tuple[int, int]:
        """Return how many parts the longest line has without names, and how deep they go."""
        known: dict[str, Expanded] = {}
        lines: list[tuple[int, int]] = []
        for name in (*self.known, None):
            line = self._line(name)
            found = [expanded(part, known) for part in line.parts()]
            if name is not None and name in self.hidden:
                known[name] = replace(found[0], indices=line.indices)
            else:
                lines.append((sum(one.size for one in found), max(one.depth for one in found)))
        return max(size for size, _ in lines), max(depth for _, depth in lines)

    # ---- which -------------------------------------------------------------------------------

    def _is_move(self, name: str) -> bool:
        """Whether an entry of a sequence is an entry of something else as it is."""
        entry = self.known[name].entry
        return bool(entry.is_number or isinstance(entry, sympy.Indexed | sympy.Symbol))

    def _is_short(self, name: str) -> bool:
        """Whether a sequence is read once, by what stays readable with it."""
        counts = [(reader, self.reads[reader][name]) for reader in self.readers[name]]
        if sum(count for _, count in counts) != 1:
            return False
        line = self._line(counts[0][0])
        if line is self.output and isinstance(line.entry, sympy.Indexed | sympy.Symbol):
            return True
        return sum(map(_length, (self.known[name].entry, *line.parts()))) <= FOLDED

    # ---- how -----------------------------------------------------------------------------------

    def _line(self, reader: Reader) -> Definition:
        return self.output if reader is None else self.known[reader]

    def _read(self, reader: Reader) -> None:
        self.reads[reader] = found = Counter[str]()
        for part in self._line(reader).parts():
            for name, weight in _uses(part):
                if name in self.readers:
                    found[name] += weight
        for name in found:
            self.readers[name].add(reader)

    def _put(self, name: str) -> None:
        """Write a sequence where it is read, if it means the same there."""
        one, lines = self.known[name], dict[Reader, Definition]()
        for reader in self.readers[name]:
            old = self._line(reader)
            put, ranges = _Put(one), ranges_of(old.indices, old.sizes)
            first = None if old.first is None else put.into(old.first, ranges)
            new = lines[reader] = replace(old, entry=put.into(old.entry, ranges), first=first)
            # sympy moves cases out of the sums inside sums, even those that depend on their index.
            is_open = any(part.free_symbols & self.bound for part in new.parts())
            if is_open or (put.is_beyond and not _is_same(one)):
                return
        del self.known[name], self.readers[name]
        for reader, line in lines.items():
            if reader is None:
                self.output = line
            else:
                self.known[reader] = line
            self._read(reader)
        for read in self.reads.pop(name):
            self.readers.get(read, set[Reader]()).discard(name)


class _Put:
    """Puts what a sequence is in the place of its entries."""

    def __init__(self, one: Definition) -> None:
        self.one, self.is_beyond = one, False
        self.atom = one.left.base if one.indices else one.left

    def into(self, expr: Any, ranges: Ranges) -> Any:
        """Return an expression with the entries of the sequence replaced."""
        if expr == self.one.left and not self.one.indices:
            return self.one.entry
        if not expr.has(self.atom):
            return expr
        if isinstance(expr, sympy.Indexed) and name_of(expr) == self.one.name:
            return self._at([self.into(index, ranges) for index in expr.indices], ranges)
        if isinstance(expr, ExprWithLimits):
            inner = inner_ranges(expr.limits, ranges)
            return expr.func(self.into(expr.function, inner), *expr.limits)
        if isinstance(expr, sympy.Lambda):
            return expr.func(expr.variables, self.into(expr.expr, ranges))
        return expr.func(*(self.into(part, ranges) for part in expr.args))

    def _at(self, at: list[Any], ranges: Ranges) -> Any:
        one = self.one
        # What depends on entries is inside: a run refuses positions that are not.
        pairs = [pair for pair in zip(at, one.sizes, strict=True) if is_whole(pair[0])]
        self.is_beyond = self.is_beyond or not all(is_inside(*pair, ranges) for pair in pairs)
        return one.entry.xreplace(dict(zip(one.indices, at, strict=True)))


def _sums(expr: Any) -> Iterator[Any]:
    for node in sympy.preorder_traversal(expr):
        if isinstance(node, ExprWithLimits):
            yield node


def _is_same(one: Definition) -> bool:
    """Whether what is beyond the ends of a sequence is so in what it is an entry of, too."""
    return isinstance(one.entry, sympy.Indexed) and one.entry.indices == one.indices


def _uses(expr: Any, weight: int = 1) -> Iterator[tuple[str, int]]:
    """Yield the name of each entry in an expression, with 1, and with 2 where it is in a sum."""
    if isinstance(expr, sympy.Symbol):
        yield expr.name, weight
        return
    if isinstance(expr, sympy.Indexed):
        yield name_of(expr), weight
    is_many = isinstance(expr, ExprWithLimits | sympy.Lambda)
    for part in getattr(expr, "indices", expr.args):
        yield from _uses(part, 2 if is_many else weight)


def _length(expr: Any) -> int:
    """Return how long an expression seems to a reader; what is rounded in an index is short."""
    if isinstance(expr, sympy.Indexed):
        return size_of(expr)
    own = FUNCTION if isinstance(expr, sympy.Function) else 1
    return own + sum(map(_length, expr.args))


def size_of(expr: Any) -> int:
    """Return how many parts an expression has, written out."""
    return 1 + sum(map(size_of, expr.args))
