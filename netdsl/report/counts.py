"""How many elements: a number, an expression in named sizes, Automatic where a size is open."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from netdsl.infer.sympify import symbol
from netdsl.symbols import Automatic


def elements(dims: Any) -> Any:
    """Return how many elements an array of these dimensions has.

    >>> elements((3, 4)), elements(("h", 4)), elements((3, Automatic))
    (12, 4*h, Automatic)
    """
    if dims is None or dims is Automatic or any(dim is Automatic for dim in dims):
        return Automatic
    return math.prod(_factor(dim) for dim in dims)


def _factor(dim: Any) -> Any:
    if not isinstance(dim, str):
        return dim
    return symbol(dim)


def total(counts: Iterable[Any]) -> Any:
    """Return the sum of counts, Automatic where one of them is open."""
    found = tuple(counts)
    return Automatic if any(count is Automatic for count in found) else sum(found)


def show_total(counts: Iterable[Any]) -> str:
    """Return a sum as text, with what is open as `?`.

    >>> show_total([1000, Automatic, 200])
    '1,200 + ?'
    """
    found = tuple(counts)
    known = sum(count for count in found if count is not Automatic)
    text = f"{known:,}" if isinstance(known, int) else str(known)
    if len(found) == sum(count is not Automatic for count in found):
        return text
    return f"{text} + ?" if known != 0 else "?"


def plain(value: Any) -> Any:
    """Return a fact as JSON can hold it: tuples as lists, expressions as text, Automatic as None.

    JSON has no infinity, so that is text too.

    >>> plain((3, "h", Automatic))
    [3, 'h', None]
    """
    if value is Automatic:
        return None
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    holds = value is None or isinstance(value, int | float)
    return value if holds and value not in (math.inf, -math.inf) else str(value)
