"""What a solver is told: equations between terms, matches between patterns, and who says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from netdsl.infer.causes import Place
from netdsl.infer.rows import Atom, Row
from netdsl.infer.terms import Term


class Varying(str):
    """The name of a length that varies from example to example."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class Equation:
    """Two terms that are equal, or the first no smaller than the second, and who says so."""

    left: Term | int
    right: Term | int
    statement: Any
    place: Place
    is_least: bool = False
    settings: tuple[str, ...] = ()
    """The settings of the layer that decide it, for errors to name."""
    queued: bool = False
    moved: bool = False
    runs: int = 0

    def __str__(self) -> str:
        return str(self.statement)


@dataclass(eq=False, slots=True)
class Match:
    """Two patterns of dimensions and rows that are equal."""

    left: tuple[Atom, ...]
    right: tuple[Atom, ...]
    statement: Any
    place: Place
    queued: bool = False
    assumed: bool = False
    settings: tuple[str, ...] = ()


@dataclass(eq=False, slots=True)
class Relation:
    """A layer's `relate`, run until it ends; what it yielded before a wait is not yielded again."""

    equations: Callable[
        [], Any
    ]  # gives an iterator of what `equal`, `assume`, `at_least`, `fixed` return
    place: Place
    statement: Any
    rows: Sequence[Row] = ()
    done: int = 0
    waits: Row | None = None
