"""The derivative of a formula by the entries of an input or an array, as another formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import sympy

from netdsl.errors import SettingError, nearest
from netdsl.formula.bounds import ranges_of
from netdsl.formula.derivatives.assembly import lettered
from netdsl.formula.derivatives.derived import DerivativeBase
from netdsl.formula.derivatives.slopes import Slopes
from netdsl.formula.indices import LETTERS
from netdsl.formula.recurrence import TIME, Definition
from netdsl.formula.result import Formula
from netdsl.spec.net_array import NetArray


def derivative(formula: Formula, name: Any) -> Formula:
    """Return the formula of the derivatives of an output by the entries of an input or an array."""
    label = _resolved(formula, name)
    work = _Differentiation(formula, label)
    where = work.definitions()
    output, entry, _ = work.equation(formula.output, formula.entry, formula.sizes)
    kept = _needed(entry, (*formula.where, *where))
    sizes = (*formula.sizes, *formula.dims[label])
    return replace(formula, output=output, entry=entry, where=kept, sizes=sizes)


def name_of(position: Any) -> str:
    """Return the name that formulas give to what stands at a position.

    >>> name_of("Input"), name_of((2, "lstm", "Weights"))
    ('Input', 'Weights_2.lstm')
    """
    *path, name = position if isinstance(position, tuple | list) and position else (position,)
    return f"{name}_{'.'.join(map(str, path))}" if path else str(name)


def _resolved(formula: Formula, name: Any) -> str:
    """Return the name in the formula of an array that is given by its name or its position."""
    label = formula.name_at(name) or name_of(name)
    if not isinstance(name, str | tuple | list | NetArray) or label not in formula.dims:
        raise SettingError(
            "There is no such input or array in the formula.",
            expected=", ".join(formula.dims) or "none",
            got=repr(name),
            nearest=nearest(label, formula.dims),
        )
    return label


@dataclass
class _Differentiation:
    """Derives all equations of a formula by the entries of one array."""

    formula: Formula
    name: str

    def __post_init__(self) -> None:
        dims = self.formula.dims[self.name]
        self.at = tuple(sympy.Dummy(integer=True) for _ in dims)
        self.dims = dims
        self.symbol = self._symbol()
        self.bases = {_base(one.left): one for one in self.formula.where}
        self.letters = self._letters()
        self.live: dict[Any, Any] = {}

    def _symbol(self) -> Any:
        """Return the symbol that names the array, as the expressions have it."""
        parts = [part for side in self.formula.equations() for part in side]
        found = set[Any]().union(*(part.atoms(sympy.Symbol) for part in parts))
        known = [symbol for symbol in found if symbol.name == self.name]
        return known[0] if known else sympy.Symbol(self.name, real=True)

    def _letters(self) -> list[str]:
        """Return letters that name neither a size, a sequence nor, if there is any, time."""
        known = (
            *self.formula.sizes,
            *(size for dims in self.formula.dims.values() for size in dims),
        )
        taken = {str(symbol) for size in known for symbol in sympy.sympify(size).free_symbols}
        taken |= {*self.formula.dims, *map(str, self.bases)}
        is_timed = any(one.first is not None for one in self.formula.where)
        more = (f"i{number}" for number in count(1))
        letters = [letter for letter in LETTERS if not (is_timed and letter == TIME)]
        return [
            letter
            for letter in (*letters, *(next(more) for _ in range(200)))
            if letter not in taken
        ]

    # ---- sequences -------------------------------------------------------------------------

    def definitions(self) -> list[Definition]:
        """Return what defines the derivatives of the sequences, of those that have any."""
        self.live = self._live(self.bases)
        while True:
            found = {base: self._definition(self.bases[base]) for base in self.live}
            zeros = {base for base, one in found.items() if not one.entry and not one.first}
            if not zeros:
                return list(found.values())
            self.live = {base: self.live[base] for base in self.live if base not in zeros}

    def _live(self, bases: Mapping[Any, Definition]) -> dict[Any, Any]:
        """Return the derivatives of the sequences that depend on the array, by their bases."""
        live: dict[Any, Any] = {}
        while True:
            slopes = Slopes(self.name, self.at, live, {}, {})
            more = [
                base
                for base, one in bases.items()
                if base not in live and any(map(slopes.touches, one.parts()))
            ]
            if not more:
                return {base: live[base] for base in bases if base in live}
            for base in more:
                live[base] = DerivativeBase.of(bases[base].left, self.symbol, len(self.dims))

    def _definition(self, one: Definition) -> Definition:
        left, entry, names = self.equation(one.left, one.entry, one.sizes, {one.entry: one.left})
        sizes, first = (*one.sizes, *self.dims), None
        if one.first is not None:
            first = lettered(self._slope(one.left, one.first, one.sizes), self.letters, names)
        return Definition(left, sizes, entry, first)

    # ---- equations ---------------------------------------------------------------------------

    def equation(
        self, left: Any, entry: Any, sizes: Any, known: Mapping[Any, Any] | None = None
    ) -> tuple[Any, Any, dict[Any, Any]]:
        """Return both sides of the derivative of an equation, and the letters of its indices."""
        base = self.live.get(_base(left)) or DerivativeBase.of(left, self.symbol, len(self.dims))
        own = getattr(left, "indices", ())
        free = (letter for letter in self.letters if letter not in set(map(str, own)))
        names = {index: sympy.Symbol(next(free), integer=True) for index in self.at}
        scope = {**{index: index for index in own}, **names}
        slope = self._slope(left, entry, sizes).xreplace(known or {})
        slope = lettered(slope, self.letters, scope)
        return base[(*own, *names.values())], slope, scope

    def _slope(self, left: Any, entry: Any, sizes: Any) -> Any:
        indices = getattr(left, "indices", ())
        ranges = ranges_of((*indices, *self.at), (*sizes, *self.dims))
        return Slopes(self.name, self.at, self.live, self._sizes(), ranges).entry(entry)

    def _sizes(self) -> dict[Any, Any]:
        """Return the dimensions of all arrays that are zero outside of them."""
        known = {
            sympy.IndexedBase(name, real=True): dims for name, dims in self.formula.dims.items()
        }
        for base, one in self.bases.items():
            if one.first is None:
                known[base] = one.sizes
                if base in self.live:
                    known[self.live[base]] = (*one.sizes, *self.dims)
        return known


def _base(left: Any) -> Any:
    """Return what names an entry: its array, or the symbol that it is."""
    return getattr(left, "base", left)


def _needed(entry: Any, where: Iterable[Definition]) -> tuple[Definition, ...]:
    """Return the definitions that an expression rests on."""
    known = {_base(one.left): one for one in where}
    needed: set[Any] = set()
    open_ones = [entry]
    while open_ones:
        part = open_ones.pop()
        used = {_base(atom) for atom in part.atoms(sympy.Indexed, sympy.Symbol)}
        new = [base for base in used if base in known and base not in needed]
        needed.update(new)
        open_ones += [part for base in new for part in known[base].parts()]
    return tuple(one for base, one in known.items() if base in needed)
