"""Sequences in a formula that are defined by equations, step by step: s[t] from s[t - 1]."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from netdsl.formula.tidy import tidy

TIME = "t"
"""The letter of the first index of a sequence."""


@dataclass(frozen=True, eq=False)
class Sequence:
    """A named sequence: `s[t, u]` is a symbol; `rule(t, u)` says what it is from t = 0 on.

    `sizes` are its dimensions. `start` gives the entry just before, at t = -1: an array, or None
    for zeros. A sequence that `looks_back` at no entry of its own has none. `is_output` says that
    it is what a layer gives.
    """

    name: str
    sizes: tuple[Any, ...]
    rule: Callable[..., Any]
    looks_back: bool = False
    start: Any = None
    is_output: bool = False

    def __getitem__(self, at: Any) -> Any:
        return entry_named(self.name, at)

    def definition(self, indices: Callable[[int], tuple[Any, ...]]) -> Definition:
        """Return what defines the sequence, at fresh indices."""
        at = indices(len(self.sizes))
        entry = sympy.sympify(self.rule(*at))
        if not self.looks_back:
            return Definition(self[at], self.sizes, entry)
        first = sympy.S.Zero if self.start is None else sympy.sympify(self.start[at[1:]])
        return Definition(self[at], self.sizes, entry, first)


def entry_named(name: str, at: Any) -> Any:
    """Return the entry of an array of this name: a symbol of its own where there are no indices."""
    base: Any = sympy.IndexedBase(name, real=True)
    return sympy.Symbol(name, real=True) if at == () else base[at]


def name_of(entry: Any) -> str:
    """Return the name of the array that something is an entry of."""
    base: Any = entry.base if isinstance(entry, sympy.Indexed) else None
    return entry.name if base is None else str(base.label)


@dataclass(frozen=True)
class Definition:
    """What one entry of a sequence is, and what the entry before the first one is, if any.

    `sizes` are the dimensions: each index of `left` runs from 0 to below its size. Where there
    are none, `left` is a symbol.
    """

    left: Any
    sizes: tuple[Any, ...]
    entry: Any
    first: Any = None

    def equations(self) -> Iterator[tuple[Any, Any]]:
        """Yield both sides of each equation."""
        yield self.left, self.entry
        if self.first is not None:
            yield self.left.base[(-1, *self.left.indices[1:])], self.first

    def parts(self) -> tuple[Any, ...]:
        """Return the expressions in which other sequences may occur."""
        return (self.entry,) if self.first is None else (self.entry, self.first)

    def tidied(self) -> Definition:
        """Return the definition as a person would write its sums."""
        return replace(self, entry=tidy(self.entry))

    @property
    def name(self) -> str:
        """The name of the sequence."""
        return name_of(self.left)

    @property
    def indices(self) -> tuple[Any, ...]:
        """The indices of the entry that is defined."""
        return getattr(self.left, "indices", ())

    def renamed(self, letters: list[str], times: list[Any]) -> Definition:
        """Return the definition with letters in order for its indices, and t for time, if any."""
        names = _names(self.indices, self.parts(), times, letters)
        first = None if self.first is None else self.first.xreplace(names)
        left, entry = self.left.xreplace(names), self.entry.xreplace(names)
        return replace(self, left=left, entry=entry, first=first)


def renamed(output: Any, entry: Any, bases: set[str], letters: list[str]) -> tuple[Any, Any]:
    """Return both sides of a formula with letters in order for its indices, and t for time."""
    at = getattr(output, "indices", ())
    names = _names(at, (entry,), times_of(at, entry, bases), letters)
    return output.xreplace(names), entry.xreplace(names)


def times_of(at: tuple[Any, ...], entry: Any, timed: set[str]) -> list[Any]:
    """Return the index, if any, that is the first one of a sequence that goes with time."""
    parts = [part for part in entry.atoms(sympy.Indexed) if str(part.base.label) in timed]
    return [index for index in at if any(part.indices[0] == index for part in parts)][:1]


def _names(
    free: Iterable[Any], parts: Iterable[Any], times: list[Any], letters: list[str]
) -> dict[Any, Any]:
    """Return new symbols for the indices, the free ones before those that sums run over."""
    nodes = [node for part in parts for node in sympy.preorder_traversal(part)]
    sums: list[Any] = [node for node in nodes if isinstance(node, ExprWithLimits)]
    bound = [limit[0] for node in sums for limit in node.limits]
    time = TIME if TIME in letters else letters[0]
    others = (letter for letter in letters if letter != time)
    return {
        index: sympy.Symbol(time if index in times else next(others), integer=True)
        for index in dict.fromkeys((*free, *bound))
    }
