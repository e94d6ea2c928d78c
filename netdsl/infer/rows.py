"""A row: the dimensions of an array, of which even the number may be unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from netdsl.errors import NetError
from netdsl.infer.causes import Cause, Place
from netdsl.infer.terms import Term, Var


class RankUnknown(Exception):  # noqa: N818  (a signal to wait, no error)
    """Asked for the rank of a row before it is known; the asker is run again later."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row


@dataclass(eq=False, slots=True)
class Row:
    """Dimensions in order; a tuple once their number is known."""

    place: Place | None = None
    minimum: int = 0
    known: tuple[Var, ...] | None = None
    why: Cause | None = None
    parent: Row | None = field(default=None, repr=False)
    watchers: list[Any] = field(default_factory=list[Any], repr=False)
    beside: int = 0
    """How many dimensions the port has beside these, for errors to count as the user does."""

    def root(self) -> Row:
        """Return the row that holds the state of all rows found equal to this one."""
        row = self
        while row.parent is not None:
            if row.parent.parent is not None:
                row.parent = row.parent.parent
            row = row.parent
        return row

    @property
    def dims(self) -> tuple[Var, ...]:
        """The dimensions; raises RankUnknown before their number is known."""
        root = self.root()
        if root.known is None:
            raise RankUnknown(root)
        return root.known

    def __len__(self) -> int:
        return len(self.dims)

    def __iter__(self) -> Iterator[Var]:
        return iter(self.dims)

    def __getitem__(self, index: int | slice) -> Any:
        return self.dims[index]


Atom = Term | int | Row
"""What a pattern consists of: single dimensions, and rows of them."""


def spread(atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """Return the atoms with every row of known rank replaced by its dimensions."""
    for atom in atoms:
        if isinstance(atom, Row):
            break
    else:
        return atoms
    result: list[Atom] = []
    for atom in atoms:
        if isinstance(atom, Row):
            root = atom.root()
            result.extend((root,) if root.known is None else root.known)
        else:
            result.append(atom)
    return tuple(result)


@dataclass(frozen=True, slots=True)
class Equal:
    """One equation that a layer states, between two terms or two rows."""

    left: Any
    right: Any
    assumed: bool = False
    is_least: bool = False
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A size that must not vary from example to example."""

    size: Var
    settings: tuple[str, ...] = ()


def fixed(size: Var, *settings: str) -> Fixed:
    """State that a size does not vary from example to example; `settings` decide it."""
    return Fixed(size, settings)


def equal(left: Any, right: Any, *settings: str) -> Equal:
    """State that two dimensions, or two rows of dimensions, are equal.

    `settings` are those that decide it, for errors to name.
    """
    return Equal(left, right, settings=settings)


def at_least(size: Term | int, least: Term | int, *settings: str) -> Equal:
    """State that a size is no smaller than another one; `settings` decide it."""
    return Equal(size, least, is_least=True, settings=settings)


def assume(left: Any, right: Any) -> Equal:
    """State what holds when nothing else says of what rank `left` is."""
    return Equal(left, right, assumed=True)


def atoms_of(value: Any) -> tuple[Atom, ...]:
    """Return a row, or a sequence of dimensions and rows, as atoms."""
    if isinstance(value, Row):
        return (value,)
    if isinstance(value, tuple | list):
        return tuple(value)  # type: ignore[arg-type]  # what a layer yields, checked by use
    raise NetError("An equation is between dimensions or between rows.", got=repr(value))
