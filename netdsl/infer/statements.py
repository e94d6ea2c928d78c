"""What a solver is told: equations between terms, matches between patterns, and who says so."""

from __future__ import annotations

from dataclasses import dataclass

from netdsl.infer.rows import Atom
from netdsl.infer.terms import Place, Term

SLOTS = ("port", "array", "setting")
"""The roles of places that are one slot of a layer, not the whole layer."""


class Varying(str):
    """The name of a length that varies from example to example."""

    __slots__ = ()


@dataclass(eq=False, slots=True)
class Equation:
    """Two terms that are equal, and who says so."""

    left: Term | int
    right: Term | int
    statement: str
    place: Place
    queued: bool = False
    moved: bool = False
    runs: int = 0


@dataclass(eq=False, slots=True)
class Match:
    """Two patterns of dimensions and rows that are equal."""

    left: tuple[Atom, ...]
    right: tuple[Atom, ...]
    statement: str
    place: Place
    queued: bool = False
    assumed: bool = False
