"""How many elements: a number, an expression in named sizes, Automatic where a size is open."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from netdsl.infer.sympify import symbol
from netdsl.report.notation import size_text
from netdsl.symbols import Automatic

LONG_NUMBER = re.compile(r"(?<![\w.])\d{4,}(?![\w.])")
"""An integer of thousands, and no part of a name."""


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
    """Return the sum of counts in its shortest form, Automatic where one of them is open."""
    found = tuple(counts)
    return Automatic if any(count is Automatic for count in found) else tidy(sum(found))


def show_total(counts: Iterable[Any]) -> str:
    """Return a sum as text, with what is open as `?`.

    >>> show_total([1000, Automatic, 200])
    '1,200 + ?'
    """
    found = tuple(counts)
    known = sum(count for count in found if count is not Automatic)
    text = with_thousands(known)
    if len(found) == sum(count is not Automatic for count in found):
        return text
    return f"{text} + ?" if known != 0 else "?"


def with_thousands(count: Any) -> str:
    """Return a number or an expression as text, commas between the thousands.

    >>> with_thousands(25600), with_thousands(elements(("h", 1200)))
    ('25,600', '1,200*h')
    """
    if isinstance(count, int):
        return f"{count:,}"
    return LONG_NUMBER.sub(lambda found: f"{int(found[0]):,}", size_text(tidy(count)))


@lru_cache(1024)
def tidy(count: Any) -> Any:
    """Return an expression in its shortest form: as it is, with numbers drawn out, or expanded.

    >>> h = elements(("h",))
    >>> tidy(4 * (20 * h - 80) * (h - 1)), tidy((h - 4) * (h - 2) + (h - 1) * (h + 1))
    (80*(h - 4)*(h - 1), 2*h**2 - 6*h + 7)
    """
    if isinstance(count, int):
        return count
    from sympy import Add, expand, factor_terms

    drawn_out = Add(*map(factor_terms, Add.make_args(count)))
    return min((count, drawn_out, expand(count)), key=lambda form: len(str(form)))
