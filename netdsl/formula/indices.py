"""What a layer's `formula` is given: `sp` and arrays by their entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import sympy

from netdsl.dims import PortType
from netdsl.formula.drawn import Drawn
from netdsl.formula.largest import Largest
from netdsl.formula.recurrence import Sequence
from netdsl.spec.shapes import Path, Shapes

LETTERS = "ijklmnpqrstuvw"
MOST_LETTERS = 600
"""How many letters for indices are made at most."""

At = tuple[Any, ...]


@dataclass(frozen=True)
class Entries:
    """An array in a formula: `x[i, j]` is one entry, `x.shape` its dimensions."""

    shape: tuple[Any, ...]
    entry: Callable[[At], Any]

    def __getitem__(self, at: Any) -> Any:
        return self.entry(at if isinstance(at, tuple) else (at,))


class ClashError(Exception):
    """What a layer gives has the name of something else."""


class Notation:
    """The `sp` of a formula: sympy's names, fresh indices, positions in flattened arrays."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.path: Path = ()
        self.sequences: dict[str, tuple[Path, Sequence]] = {}
        self.marks: dict[str, tuple[str, Path]] = {}
        """The word and the mark of each name that is made here, and is none of a user's."""
        self.own = set[str]()
        """The names that shared arrays have of their own."""
        self.taken = {name for _, name in shapes.ports}
        for dims in (*shapes.ports.values(), *shapes.arrays.values()):
            self.taken |= set(names_of_sizes(dims))
        self._letters = (letter for letter in _letters() if letter not in self.taken)

    def __getattr__(self, name: str) -> Any:
        return getattr(sympy, name)

    def indices(self, number: int) -> tuple[Any, ...]:
        """Return indices that occur nowhere else."""
        return tuple(sympy.Symbol(next(self._letters), integer=True) for _ in range(number))

    def sequence(self, name: str, sizes: At, rule: Callable[..., Any]) -> Sequence:
        """Return a sequence of these sizes, of which `rule(t, ...)` gives the entry at indices."""
        return self._sequence(name, sizes, rule)

    def recurrence(
        self, name: str, sizes: At, start: Entries | None, rule: Callable[..., Any]
    ) -> Sequence:
        """Return a sequence whose rule looks back at it, to `start` before t = 0, None for zeros.

        `s = sp.recurrence("s", sizes, State, lambda t, u: s[t - 1, u] / 2)`.
        """
        return self._sequence(name, sizes, rule, looks_back=True, start=start)

    def _sequence(self, name: str, sizes: At, rule: Callable[..., Any], **more: Any) -> Sequence:
        mark = self.marked(name, self.path)
        return self.named(Sequence(mark, tuple(map(sympy.sympify, sizes)), rule, **more))

    def marked(self, name: str, path: Path) -> str:
        """Return the name of an array or a sequence of the layer at a path."""
        found = label(name, path)
        self.marks[found] = name, path
        return found

    def named(self, sequence: Sequence) -> Sequence:
        """Return the sequence of this name: that which it was given to first, else this one."""
        _, first = self.sequences.setdefault(sequence.name, (self.path, sequence))
        if first.is_output != sequence.is_output or sequence.name in self.own:
            raise ClashError
        return first

    @staticmethod
    def largest(entry: Any, *ranges: tuple[Any, Any, Any]) -> Any:
        """Return the largest of an entry over ranges (index, low, high), as Sum is the total."""
        return Largest(entry, *ranges)

    @staticmethod
    def drawn(distribution: Any, at: At, entries: list[Any]) -> Any:
        """Return a number drawn at random, for the numbers that its parameters depend on."""
        known = distribution.at(entries) if entries else distribution
        return Drawn.entry(known, at)

    def letters(self) -> list[str]:
        """Return letters that are names neither of sizes nor of sequences."""
        taken = self.taken | set(self.sequences)
        return list(islice((letter for letter in _letters() if letter not in taken), MOST_LETTERS))

    def sizes(self, port: str) -> tuple[Any, ...]:
        """Return the dimensions of a port of the layer whose formula is asked for."""
        return symbolic(self.shapes.port(self.path, port).dims)

    @staticmethod
    def ravel(at: At, sizes: tuple[Any, ...]) -> Any:
        """Return the position of an entry in the array flattened row by row."""
        position = sympy.Integer(0)
        for index, size in zip(at, sizes, strict=True):
            position = position * size + index
        return position

    @staticmethod
    def unravel(position: Any, sizes: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the indices of the entry at a position of the flattened array."""
        if not sizes:
            return ()
        found: list[Any] = []
        step = sympy.Integer(1)
        for size in reversed(sizes[1:]):
            found.append(sympy.Mod(sympy.floor(position / step), size))
            step *= size
        # What is beyond the end has a first index beyond its size, and is zero.
        return (sympy.floor(position / step), *reversed(found))


def names_of_sizes(kind: Any) -> Iterator[str]:
    """Yield the names of sizes in the dimensions of a port or an array."""
    for dim in (kind.dims if isinstance(kind, PortType) else kind) or ():
        if isinstance(dim, str):
            yield dim
        else:
            yield from (symbol.name for symbol in getattr(dim, "free_symbols", ()))


def _letters() -> Iterator[str]:
    yield from LETTERS
    for number in count(1):
        yield f"i{number}"


def symbolic(dims: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """Return dimensions as sympy numbers, symbols and expressions."""
    assert dims is not None
    return tuple(
        sympy.Symbol(dim, integer=True, positive=True)
        if isinstance(dim, str)
        else sympy.sympify(dim)
        for dim in dims
    )


def label(name: str, path: Path) -> str:
    """Return the name of an array or a sequence of the layer at a path."""
    mark = ".".join(str(key) for key in path)
    return f"{name}_{mark}" if mark else name
