"""Names of derivatives: entries of an array that are written as dOutput[i]/dWeights[j, k]."""

from __future__ import annotations

import re
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE, PRECEDENCE_TRADITIONAL
from sympy.printing.str import StrPrinter


class DerivativeBase(sympy.IndexedBase):
    """An array of derivatives: the indices of what is derived come first, then those of by what.

    `label` is its name for programs; each of the `parts` has a name and a number of indices.

    >>> i, j = sympy.symbols("i j", integer=True)
    >>> DerivativeBase.of(sympy.IndexedBase("y")[i], sympy.Symbol("x"), 1)[i, j]
    dy[i]/dx[j]
    """

    def __new__(cls, label: Any, *parts: Any) -> DerivativeBase:
        found: Any = super().__new__(cls, label, real=True)
        found._args = (*found.args, *parts)
        return found

    @classmethod
    def of(cls, left: Any, name: Any, rank: int) -> DerivativeBase:
        """Return the array of the derivatives of an entry by those of another array."""
        base = getattr(left, "base", left)
        parts = base.parts if isinstance(base, DerivativeBase | DerivativeSymbol) else ()
        if not parts:
            label = getattr(base, "label", base)
            parts = (sympy.Tuple(label, len(getattr(left, "indices", ()))),)
        parts = (*parts, sympy.Tuple(name, rank))
        return cls(sympy.Symbol(_label(parts), real=True), *parts)

    @property
    def parts(self) -> tuple[Any, ...]:
        """The name and the number of indices of what is derived, then of each by what."""
        return self.args[1:]

    def __getitem__(self, indices: Any, **kw_args: Any) -> Any:
        """Return the entry at indices; where there are none, a symbol."""
        at = tuple(indices) if isinstance(indices, tuple | sympy.Tuple) else (indices,)
        return DerivativeEntry(self, *at) if at else DerivativeSymbol.named(self)

    @property
    def free_symbols(self) -> set[Any]:
        """The name alone, as for every array."""
        return {self.label}


class DerivativeEntry(sympy.Indexed):
    """One entry of an array of derivatives."""

    precedence = PRECEDENCE["Add"]

    def _sympystr(self, printer: StrPrinter) -> str:
        base: Any = self.base
        return _text(base.parts, self.indices, printer)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        base: Any = self.base
        return _fraction(base.parts, self.indices, printer, exp)


class DerivativeSymbol(sympy.Symbol):
    """The derivative of a number by a number."""

    parts: tuple[Any, ...]
    precedence = PRECEDENCE["Add"]

    @classmethod
    def named(cls, base: DerivativeBase) -> DerivativeSymbol:
        """Return the symbol that stands for an array without indices."""
        found = cls(str(base.label), real=True)
        found.parts = base.parts
        return found

    def _sympystr(self, printer: StrPrinter) -> str:
        return _text(self.parts, (), printer)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return _fraction(self.parts, (), printer, exp)


# In a line dy/dx needs brackets within a product, as a fraction it needs none.
for _kind in (DerivativeEntry, DerivativeSymbol):
    PRECEDENCE_TRADITIONAL[_kind.__name__] = PRECEDENCE["Atom"]


def _label(parts: tuple[Any, ...]) -> str:
    """Return a name that programs can use."""
    top, *below = [str(name) for name, _ in parts]
    order = len(below) if len(below) > 1 else ""
    label = "_".join((f"d{order}{top}", *(f"d{name}" for name in below)))
    return re.sub(r"\W", "_", label)


def _entries(parts: Any, indices: Any) -> list[Any]:
    """Return what is derived and by what, each with its indices."""
    found: list[Any] = []
    at = list(indices)
    for name, rank in parts:
        own, at = at[: int(rank)], at[int(rank) :]
        base: Any = sympy.IndexedBase(name)
        found.append(base[tuple(own)] if own else name)
    return found


def _text(parts: Any, indices: Any, printer: StrPrinter) -> str:
    top, *below = [printer.doprint(entry) for entry in _entries(parts, indices)]
    if len(below) == 1:
        return f"d{top}/d{below[0]}"
    return f"d{len(below)}{top}/({'*'.join(f'd{entry}' for entry in below)})"


def _fraction(parts: Any, indices: Any, printer: Any, exp: Any) -> str:
    top, *below = [printer.doprint(entry) for entry in _entries(parts, indices)]
    order = f"^{{{len(below)}}}" if len(below) > 1 else ""
    under = r" \, ".join(rf"\partial {entry}" for entry in below)
    text = rf"\frac{{\partial{order} {top}}}{{{under}}}"
    return text if exp is None else rf"\left({text}\right)^{{{exp}}}"
