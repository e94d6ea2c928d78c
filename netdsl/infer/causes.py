"""Why a dimension is what it is: places, and causes that rest on other causes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

SLOTS = ("port", "array", "setting")
"""The roles of places that are one slot of a layer, not the whole layer."""


class Place(NamedTuple):
    """Where something stands: the net's path, what it is there ("port", "array", ...), its name."""

    path: tuple[int | str, ...]
    role: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} of {show_path(self.path)}"


def show_path(path: tuple[int | str, ...]) -> str:
    """Return the path as the user would type it: net[2]["conv"]."""
    return "net" + "".join(f"[{key!r}]" for key in path)


class Cause:
    """Why something is as it is: a statement, and the causes that it rests on.

    The statement is text, or becomes text only when it is asked for. `var` is the dimension that
    it is about, with the bounds that it had from then on.
    """

    __slots__ = ("high", "low", "parents", "place", "statement", "step", "var")

    def __init__(
        self,
        statement: Any,
        place: Place | None = None,
        parents: tuple[Cause, ...] = (),
        var: Any = None,
        low: int = 0,
        high: int = 0,
        step: int = 1,
    ) -> None:
        self.statement = statement
        self.place = place
        self.parents = parents
        self.var = var
        self.low = low
        self.high = high
        self.step = step

    def roots(self) -> tuple[str, ...]:
        """Return the statements at the far ends of the chain, which rest on nothing else."""
        found = (cause for cause in in_order([self]) if not cause.parents)
        return tuple(dict.fromkeys(str(cause.statement) for cause in found))


def in_order(causes: Iterable[Cause]) -> list[Cause]:
    """Return causes and all that they rest on, each after those that it rests on."""
    found: dict[int, Cause] = {}
    stack = [(cause, False) for cause in reversed(list(causes))]
    while stack:
        cause, is_ready = stack.pop()
        if id(cause) in found:
            continue
        if is_ready:
            found[id(cause)] = cause
        else:
            stack.append((cause, True))
            stack.extend((parent, False) for parent in reversed(cause.parents))
    return list(found.values())
