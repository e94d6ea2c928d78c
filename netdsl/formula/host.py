"""An entry of what a Python function gives, as an expression in the entries of its array."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import sympy
from sympy.printing.str import StrPrinter

from netdsl.functions.host import HostFunction

_known: dict[str, HostFunction] = {}


class HostEntry(sympy.Expr):
    """f(x)[i]: the array x is a Lambda of its indices with its sizes, the rest is the index i."""

    is_real = True
    is_commutative = True
    host: HostFunction
    is_batch: bool

    @property
    def inner(self) -> tuple[Any, tuple[Any, ...]]:
        """The entry of the array, and its indices."""
        function: Any = self.args[0]
        return (function.expr, function.variables) if self.args[1].args else (function, ())

    def _is_plain(self) -> bool:
        """Whether the array is one that has a name, as it is."""
        entry, indices = self.inner
        return isinstance(entry, sympy.Symbol) or (
            isinstance(entry, sympy.Indexed) and entry.indices == tuple(indices)
        )

    def _label(self) -> Any:
        entry: Any = self.inner[0]
        base: Any = entry.base if isinstance(entry, sympy.Indexed) else None
        return entry if base is None else base.label

    def _sympystr(self, printer: StrPrinter) -> str:
        entry, indices = self.inner
        array = printer.doprint(self._label() if self._is_plain() else entry)
        if not self._is_plain() and indices:
            array = f"({array})_({', '.join(map(str, indices))})"
        at = ", ".join(map(printer.doprint, self.args[2].args))
        return f"{self.host.name}({array})" + (f"[{at}]" if at else "")

    def _latex(self, printer: Any) -> str:
        entry, indices = self.inner
        array = printer.doprint(self._label() if self._is_plain() else entry)
        if not self._is_plain() and indices:
            array = rf"\left({array}\right)_{{{','.join(map(str, indices))}}}"
        at = ",".join(map(printer.doprint, self.args[2].args))
        name = self.host.name.replace("_", r"\_")
        text = rf"\operatorname{{{name}}}\left({array}\right)"
        return text + (f"_{{{at}}}" if at else "")

    def _pythoncode(self, printer: Any) -> str:
        entry, indices = self.inner
        names = ", ".join(map(printer.doprint, indices))
        sizes = "".join(f"{printer.doprint(size)}, " for size in self.args[1].args)
        at = "".join(f"{printer.doprint(index)}, " for index in self.args[2].args)
        value = f"__import__({__name__!r}, fromlist=['value']).value"
        array = f"lambda {names}: {printer.doprint(entry)}"
        return f"{value}({_key(self.host)!r}, {self.is_batch}, {array}, ({sizes}), ({at}))"


@cache
def _kind(host: HostFunction, is_batch: bool) -> type[HostEntry]:
    _known[_key(host)] = host
    return type("HostEntry", (HostEntry,), {"host": host, "is_batch": is_batch})


def _key(host: HostFunction) -> str:
    return f"{host.name} {id(host.call)}"


def entry_of(
    host: HostFunction, array: Any, indices: tuple[Any, ...], at: Any, *, is_batch: bool
) -> Any:
    """Return the entry at an index of what a function gives for an array of a formula."""
    entry = array[indices]
    inner = sympy.Lambda(indices, entry) if indices else entry
    kind: Any = _kind(host, is_batch)
    return kind(inner, sympy.Tuple(*array.shape), sympy.Tuple(*at))


def value(key: str, is_batch: bool, entry: Any, sizes: tuple[int, ...], at: Any) -> float:
    """Return the number that the function gives at an index, for an array by its entries."""
    array = np.empty(sizes)
    for spot in np.ndindex(*sizes):
        array[spot] = entry(*spot)
    found = _known[key].at(array[None] if is_batch else array)
    return float(found[(0, *at) if is_batch else tuple(at)])
