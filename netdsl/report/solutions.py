"""The sizes that a solved net allows: candidates, each tried out on all of its equations."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from netdsl.errors import ShapeError
from netdsl.infer import Place, Solver, Var
from netdsl.infer.expressions import form_of
from netdsl.infer.propagation import Empty, narrow_var
from netdsl.infer.statements import Equation
from netdsl.infer.terms import INF, variables
from netdsl.report.products import divisors_of, multiples_of, same_products
from netdsl.report.solution import Solved

DEEP = 256
"""So many sizes are tried of one dimension without an end, to complete a choice of others."""

TRIES = 2_000
"""So many sizes or ranges of sizes are tried until a search ends."""

CREDIT = 30
"""So many tries are given back for each size that is found."""

NOWHERE = Place((), "setting", "")


class Solutions(list[Any]):
    """Sizes that a net allows: a list whose `complete` says whether these are all.

    >>> print(Solutions([1, 2], complete=False), Solutions([1, 2], complete=True))
    [1, 2, ...] [1, 2]
    """

    def __init__(self, found: Iterable[Any] = (), *, complete: bool = True) -> None:
        super().__init__(found)
        self.complete = complete

    def __repr__(self) -> str:
        text = super().__repr__()
        if self.complete:
            return text
        return f"{text[:-1]}, ...]" if self else "[...]"


def sizes_at(found: Solved, of: str | tuple[Any, int], limit: int) -> Solutions:
    """Return the sizes that the net allows for a name, or for a dimension at a position."""
    if isinstance(of, str):
        var = found.sized(of)
    else:
        position, at = of
        var = (found.slots[position].row.root().known or ())[at - 1]
    search = _Search(found.solver)
    sizes = list(itertools.islice(search.sizes(var.root()), limit + 1))
    is_whole = len(sizes) <= limit and not search.is_unsure
    return Solutions(sizes[:limit], complete=is_whole)


def choices(found: Solved, limit: int) -> Solutions:
    """Return the choices of sizes for all names that the net allows, small ones first."""
    names = found.solver.names
    if not names:
        return Solutions()
    search = _Search(found.solver)
    roots = [var.root() for var in names.values()]
    chosen: dict[tuple[int, ...], None] = {}
    is_more = False
    for power in itertools.count():
        search.is_cut = search.is_unsure = False
        for sizes in search.tuples(roots, 2**power - 1):
            if sizes in chosen:
                continue
            is_more = len(chosen) >= limit
            if is_more:
                break
            chosen[sizes] = None
            search.tries = max(0, search.tries - CREDIT)
        if is_more or not search.is_cut or search.tries > TRIES:
            break
    is_whole = not (is_more or search.is_cut or search.is_unsure)
    rows = (dict(zip(names, sizes, strict=True)) for sizes in sorted(chosen))
    return Solutions(rows, complete=is_whole)


@dataclass
class _Search:
    """Sizes set and taken back on one solver; nothing in it is as before when an error is met."""

    solver: Solver
    tries: int = 0
    is_cut: bool = False
    """Whether more sizes of a dimension were left than it was its turn to try."""
    is_unsure: bool = False
    """Whether something was left out of which nobody knows that the net does not allow it."""
    is_none: bool = False
    """Whether products that are known leave no sizes at all."""
    open: list[Var] = field(default_factory=list[Var])
    deciding: list[Var] = field(default_factory=list[Var])
    divisors: list[tuple[Var, list[int]]] = field(default_factory=list[Any])
    """The sizes of those dimensions of which a product is known."""

    def __post_init__(self) -> None:
        # A length is tried as one example has it.
        self.solver.lengths_vary = False
        found: dict[int, Var] = {id(root): root for root in map(_root, self.solver.names.values())}
        for equation in self.solver.equations:
            found.update((id(root), root) for root in _open_in(equation))
        self.open = list(found.values())
        sources: dict[int, Var] = {}
        for root in self.open:
            form = form_of(root)
            for atom in form.roots.values() if form is not None else ():
                var = self.solver.names.get(atom.text) if atom.var is None else atom.var
                if var is not None:
                    sources.setdefault(id(var.root()), var.root())
        self.deciding = list(sources.values())
        self._look_at_products()

    def _look_at_products(self) -> None:
        """Leave each dimension the multiples, and note the divisors, that products ask for."""
        for var, total in same_products(self.solver.equations):
            if not self._set(var, total, total):
                self.is_none = True
                return
        for root in self.open:
            if root.low < root.high:
                sizes = divisors_of(root)
                if sizes is not None:
                    self.divisors.append((root, sizes))
                if not self._set(root, 1, INF, multiples_of(root)):
                    self.is_none = True
                    return

    # ---- asking --------------------------------------------------------------------------

    def sizes(self, root: Var) -> Iterator[int]:
        """Yield the sizes of a dimension with which all others can be completed."""
        near = _connected(root)
        if all(var is not root for var in self.open):
            self.open.append(root)  # no equation is about it
        others = [var for var in self.open if id(var) not in near]
        if not self._completes([v for v in self.deciding if id(v) not in near], others):
            return
        deciding = [var for var in self.deciding if id(var) in near]
        for size in self._each(root):
            if self._completes(deciding, list(near.values())):
                self.tries = max(0, self.tries - CREDIT)
                yield size

    def tuples(self, roots: list[Var], reach: int) -> Iterator[tuple[int, ...]]:
        """Yield the sizes of dimensions, of each one of the first that its turn leaves it."""
        if not roots:
            if self._completes(self.deciding, self.open):
                yield ()
            return
        first, *rest = roots
        most = first.low + reach * first.step
        self.is_cut = self.is_cut or most < first.high
        for size in self._each(first, most):
            yield from ((size, *more) for more in self.tuples(rest, reach))

    def _completes(self, deciding: list[Var], others: list[Var]) -> bool:
        """Whether sizes can be found for what is open, those that decide the others first."""
        if self.is_none:
            return False
        waiting = [var for var in deciding if var.low < var.high]
        waiting = waiting or [var for var in others if var.low < var.high]
        if not waiting:
            return True
        was_unsure, state = self.is_unsure, self._state()
        var = min(waiting, key=lambda var: (var.high - var.low) // var.step)
        most = DEEP if var.high - var.low > TRIES else TRIES
        is_found = False
        for at, _ in enumerate(self._each(var)):
            is_found = at < most and self._completes(deciding, others)
            if is_found or at >= most:
                self.is_unsure = True
                break
        self._restore(state)
        if is_found:
            self.is_unsure = was_unsure
        return is_found

    # ---- trying --------------------------------------------------------------------------

    def _each(self, root: Var, most: int = INF) -> Iterator[int]:
        """Yield the sizes up to `most` that no equation excludes, each while it is set.

        What is set remains so when nobody asks for the next one.
        """
        if self.is_none:
            return
        sizes = divisors_of(root) if root.low < root.high else None
        if sizes is not None:
            for size in itertools.takewhile(lambda size: size <= most, sizes):
                yield from self._within(root, size, size)
            return
        step = multiples_of(root) if root.low < root.high else 1
        low, high, width = root.low, min(root.high, most), root.step * step
        while low <= high and not self._is_tired():
            yield from self._within(root, low, min(high, low + width - 1), step)
            low, width = low + width, 2 * width

    def _within(self, root: Var, low: int, high: int, step: int = 1) -> Iterator[int]:
        """Yield the sizes from `low` to `high`; a range without any is seen to be so at once."""
        if self._is_tired():
            return
        state = self._state()
        if self._set(root, low, high, step):
            if root.low == root.high:
                yield root.low
            else:
                low, high = root.low, root.high
                middle = (low + high) // 2
                yield from self._within(root, low, middle)
                yield from self._within(root, middle + 1, high)
        self._restore(state)

    def _is_tired(self) -> bool:
        if self.tries > TRIES:
            self.is_unsure = True
        return self.tries > TRIES

    def _set(self, root: Var, low: int, high: int, step: int = 1) -> bool:
        """Give a dimension a size or fewer sizes, draw every conclusion; say whether it can be."""
        self.tries += 1
        try:
            self._narrow(root, low, high, step)
            while any(self._snap(each, sizes) for each, sizes in self.divisors):
                pass
        except (Empty, ShapeError):
            return False
        return True

    def _narrow(self, root: Var, low: int, high: int, step: int = 1) -> None:
        equation = Equation(root, low, "", NOWHERE)
        narrow_var(self.solver, root, low, high, equation, (0, step))
        self.solver.run()

    def _snap(self, root: Var, sizes: list[int]) -> bool:
        """Take the sizes at both ends that are no divisors from a dimension."""
        first, last = bisect_left(sizes, root.low), bisect_right(sizes, root.high) - 1
        if first > last:
            raise Empty
        if (sizes[first], sizes[last]) == (root.low, root.high):
            return False
        self._narrow(root, sizes[first], sizes[last])
        return True

    def _state(self) -> list[tuple[int, int, int, Any]]:
        return [(var.low, var.high, var.step, var.why) for var in self.open]

    def _restore(self, state: list[tuple[int, int, int, Any]]) -> None:
        for item in self.solver.queue:
            item.queued = False
        self.solver.queue.clear()
        for var, (low, high, step, why) in zip(self.open, state, strict=True):
            var.low, var.high, var.step, var.why = low, high, step, why
            for item in var.watchers or ():
                if isinstance(item, Equation):
                    item.runs = 0


def _root(var: Var) -> Var:
    return var.root()


def _open_in(equation: Equation) -> list[Var]:
    used = (*variables(equation.left), *variables(equation.right))
    return [root for root in map(_root, used) if root.low < root.high]


def _connected(start: Var) -> dict[int, Var]:
    """Return the open dimensions that equations tie to one, itself among them."""
    found = {id(start): start}
    todo = [start]
    while todo:
        for item in todo.pop().watchers or ():
            if isinstance(item, Equation):
                fresh = [root for root in _open_in(item) if id(root) not in found]
                found.update((id(root), root) for root in fresh)
                todo += fresh
    return found
