"""The sizes that a solved net allows: candidates, each tried out on all of its equations."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from netdsl.errors import ShapeError
from netdsl.infer import Place, Solver, Var
from netdsl.infer.expressions import form_of
from netdsl.infer.statements import Equation
from netdsl.infer.terms import variables
from netdsl.report.sizes import sizes_of
from netdsl.report.solution import Solved

DEEP = 256
"""So many sizes are tried of one dimension without an end, to complete a choice of others."""

TRIES = 2_000
"""So many sizes are tried until a next choice is found, or none."""

NOWHERE = Place((), "setting", "")


def sizes_at(found: Solved, of: str | tuple[Any, int], limit: int) -> list[int]:
    """Return the sizes that the net allows for a name, or for a dimension at a position."""
    if isinstance(of, str):
        var = found.solver.names[of]
    else:
        position, at = of
        var = (found.slots[position].row.root().known or ())[at - 1]
    search = _Search(found.solver)
    return list(itertools.islice(search.sizes(var.root()), limit))


def choices(found: Solved, limit: int) -> list[dict[str, int]]:
    """Return the choices of sizes for all names that the net allows, small ones first."""
    names = found.solver.names
    if not names:
        return []
    search = _Search(found.solver)
    roots = [var.root() for var in names.values()]
    chosen: dict[tuple[int, ...], None] = {}
    for power in itertools.count():
        search.is_cut, reach = False, 2**power - 1
        for sizes in search.tuples(roots, reach):
            chosen.setdefault(sizes)
            if len(chosen) >= limit:
                break
        if len(chosen) >= limit or not search.is_cut or search.tries > TRIES:
            break
    return [dict(zip(names, sizes, strict=True)) for sizes in sorted(chosen)]


@dataclass
class _Search:
    """Sizes set and taken back on one solver; nothing in it is as before when an error is met."""

    solver: Solver
    tries: int = 0
    is_cut: bool = False
    open: list[Var] = field(default_factory=list[Var])
    deciding: list[Var] = field(default_factory=list[Var])

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
        for size in sizes_of(root):
            if self.tries > TRIES:
                return
            state = self._state()
            if self._set(root, size) and self._completes(deciding, list(near.values())):
                self.tries = 0
                yield size
            self._restore(state)

    def tuples(self, roots: list[Var], reach: int) -> Iterator[tuple[int, ...]]:
        """Yield the sizes of dimensions, of each one of the first that its turn leaves it."""
        if not roots:
            if self._completes(self.deciding, self.open):
                self.tries = 0
                yield ()
            return
        first, *rest = roots
        for at, size in enumerate(sizes_of(first)):
            if at > reach or self.tries > TRIES:
                self.is_cut = True
                return
            state = self._state()
            if self._set(first, size):
                yield from ((size, *more) for more in self.tuples(rest, reach))
            self._restore(state)

    def _completes(self, deciding: list[Var], others: list[Var]) -> bool:
        """Whether sizes can be found for what is open, those that decide the others first."""
        waiting = [var for var in deciding if var.low < var.high]
        waiting = waiting or [var for var in others if var.low < var.high]
        if not waiting:
            return True
        var = min(waiting, key=lambda var: (var.high - var.low) // var.step)
        for size in itertools.islice(sizes_of(var), DEEP if var.high - var.low > TRIES else None):
            if self.tries > TRIES:
                return False
            state = self._state()
            is_found = self._set(var, size) and self._completes(deciding, others)
            self._restore(state)
            if is_found:
                return True
        return False

    # ---- trying --------------------------------------------------------------------------

    def _set(self, root: Var, size: int) -> bool:
        """Give a dimension a size and draw every conclusion; say whether it can be."""
        self.tries += 1
        try:
            self.solver.equal(root, size, "", NOWHERE)
            self.solver.run()
        except ShapeError:
            return False
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
