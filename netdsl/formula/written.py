"""Chosen entries of an output, without sums and indices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sympy

from netdsl.errors import NetError
from netdsl.formula.estimate import most_parts, parts
from netdsl.formula.recurrence import Definition, name_of
from netdsl.formula.result import NARROW, Formula
from netdsl.formula.several import Together
from netdsl.formula.writing import TooMuchError, Writer
from netdsl.symbols import Automatic

MOST = 2000
"""The most parts that entries may have together: names, numbers, operations."""
SHORT = 400
"""The most that they have in the entries of inputs and arrays alone, if that is not asked for.

They are not twice as long then as with names for what is inside, either.
"""
HOPELESS = 20 * MOST
"""How large an estimate is beyond which nothing is tried: zeros may make it much too high."""
SINGLE, DOUBLE = 7, 15
"""The decimal digits of a number of four bytes, and of eight."""

Spot = int | tuple[int, ...]
Indices = tuple[int, ...]


class Written(Together):
    """The formulas of entries, by their indices as they are shown, from 0.

    `where` defines the entries of layers inside that occur in several of them.
    """

    def __init__(self, formulas: Mapping[Spot, Formula], where: tuple[Definition, ...]) -> None:
        super().__init__(formulas)
        self.where = where

    def _as_one(self) -> Formula:
        """Return the formula whose equations are all of these."""
        first, *rest = self._formulas.values()
        others = (Definition(one.output, (), one.entry) for one in rest)
        return replace(first, where=(*others, *self.where))

    def text(self, width: int | None = None) -> str:
        """Return the equations as text, in lines of at most `width` characters if it is given."""
        lines = self._as_one().text(width)
        return lines.replace("\n    " if width is None or width > NARROW else "\n  ", "\n")

    def rounded(self, digits: int) -> Written:
        """Return the same, with numbers shown with so many digits."""
        found = {at: replace(one, digits=digits) for at, one in self.items()}
        return Written(found, self.where)

    def diff(self, name: Any) -> Written:
        """Return the derivatives of each entry by those of an input or an array."""
        found = {at: one.diff(name) for at, one in self.items()}
        where = {line.left: line for one in found.values() for line in one.where}
        return Written(found, tuple(where.values()))

    def _several(self) -> NetError:
        spots = ", ".join(f"[{str(at).strip('()')}]" for at in list(self)[:3])
        return NetError(
            "Entries that are written out are no function together.",
            expected="the formula of one of them, or that of all in index notation, Formula(net)",
            got=f"the entries {spots}" + (", ..." if len(self) > 3 else ""),
        )

    def latex(self) -> str:
        """Return the equations as LaTeX, names of ports and arrays upright."""
        return self._as_one().latex()


def write_out(
    formula: Formula, count: int, spots: Iterable[Indices], form: Any, values: Mapping[str, Any]
) -> Written:
    """Return so many entries of a composed formula, written out with the numbers in `values`.

    Expanded they are in the entries of inputs and arrays; composed also in those of layers
    inside, each with an equation of its own. Automatic is the expanded form where it is short.
    """
    most = most_parts(formula, count)
    if most > HOPELESS:
        raise _too_many(formula, f"up to {most} parts")
    entries = _Entries(Writer(formula, values))
    try:
        for at in spots:
            entries.add(at)
    except TooMuchError:
        raise _too_many(formula, f"more than {MOST} parts, up to {most}") from None
    size = entries.expanded_size()
    if form == "Expanded" and size > MOST:
        raise _too_many(formula, f"{size} parts", "Form='Composed', ")
    is_short = size <= min(SHORT, 2 * entries.size)
    entries.put_in(is_all=form == "Expanded" or (form is Automatic and is_short))
    return entries.result(SINGLE if _are_single(values) else DOUBLE)


class _Entries:
    """Entries of an output, and the entries of sequences that they rest on."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.formula = writer, writer.formula
        self.outputs: dict[Indices, Any] = {}
        self.found: dict[Any, Any] = {}
        self.rests: dict[Any, list[Any]] = {}
        self.size = 0

    def add(self, at: Indices) -> None:
        """Write out an entry of the output, and what it rests on."""
        entry = self.outputs[at] = self._counted(self.writer.output(at))
        open_ones = self.writer.entries_in(entry)
        while open_ones:
            name = open_ones.pop()
            if name not in self.found:
                found = self.found[name] = self._counted(self.writer.entry(name))
                self.rests[name] = self.writer.entries_in(found)
                open_ones += self.rests[name]

    def _counted(self, expr: Any) -> Any:
        self.size += parts(expr)
        if self.size > MOST:
            raise TooMuchError
        return expr

    def order(self) -> list[Any]:
        """Return the entries of sequences, each after those that it rests on."""
        done: dict[Any, None] = {}
        stack = [
            name
            for entry in reversed(self.outputs.values())
            for name in reversed(self.writer.entries_in(entry))
        ]
        while stack:
            waits = [name for name in self.rests[stack[-1]] if name not in done]
            if waits:
                stack += reversed(waits)
            else:
                done[stack.pop()] = None
        return list(done)

    def expanded_size(self) -> int:
        """Return how many parts the outputs have in the entries of inputs and arrays alone."""
        sizes: dict[Any, int] = {}
        for name in self.order():
            sizes[name] = _size_with(self.found[name], sizes)
        return sum(_size_with(entry, sizes) for entry in self.outputs.values())

    def put_in(self, *, is_all: bool) -> None:
        """Put all entries of sequences in their places, or those that are no more than a name."""
        known: dict[Any, Any] = {}
        for name in self.order():
            found = self.found[name] = self._with(known, self.found[name])
            if is_all or isinstance(found, sympy.Indexed | sympy.Symbol) or found.is_number:
                known[name] = found
            self.rests[name] = self.writer.entries_in(found)
        self.outputs = {at: self._with(known, entry) for at, entry in self.outputs.items()}

    def _with(self, known: dict[Any, Any], expr: Any) -> Any:
        used = {name: known[name] for name in self.writer.entries_in(expr) if name in known}
        return self.writer.cleaned(expr.xreplace(used)) if used else expr

    def result(self, digits: int) -> Written:
        """Return the formulas of the entries, with names such as s[0, 1] for what they rest on."""
        where = [(name, self.found[name]) for name in self.order()]
        names = {name: sympy.Symbol(str(name), real=True) for name, _ in where}
        lines = {name: Definition(names[name], (), one.xreplace(names)) for name, one in where}
        formulas: dict[Spot, Formula] = {}
        for at, entry in self.outputs.items():
            output = name_of(self.formula.output) + (f"[{', '.join(map(str, at))}]" if at else "")
            own, known = _Entries(self.writer), self.writer.values
            own.outputs, own.rests = {at: entry}, self.rests
            formulas[at[0] if len(at) == 1 else at] = replace(
                self.formula,
                output=sympy.Symbol(output, real=True),
                entry=entry.xreplace(names),
                where=tuple(lines[name] for name in own.order()),
                sizes=(),
                dims={name: dims for name, dims in self.formula.dims.items() if name not in known},
                hidden=tuple(names[name].name for name in own.order()),
                digits=digits,
            )
        return Written(formulas, tuple(lines.values()))


def _size_with(expr: Any, sizes: Mapping[Any, int]) -> int:
    """Return how many parts an expression has with those of the entries of sequences in it."""
    if expr in sizes:
        return sizes[expr]
    return 1 + sum(_size_with(part, sizes) for part in getattr(expr, "indices", expr.args))


def _are_single(values: Mapping[str, Any]) -> bool:
    return all(value.dtype.itemsize <= 4 for value in values.values())


def _too_many(formula: Formula, got: str, form: str = "") -> NetError:
    """Return the error of entries that would fill a book."""
    return NetError(
        "The entries are too large to be written out.",
        port=name_of(formula.output),
        expected=f"at most {MOST} parts together: {form}fewer Entries, "
        "or the formula in index notation, Formula(net)",
        got=got,
    )
