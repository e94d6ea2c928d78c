"""Derivatives of formulas as numbers, beside central differences of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import sympy

from netdsl import (
    NetChain,
    NetInitialize,
)
from netdsl.formula.notation import formula_of
from netdsl.formula.recurrence import Definition
from netdsl.formula.result import Formula
from tests.properties.oracle import Padded, Steps, _function

REAL = {"WorkingPrecision": "Real64", "RandomSeeding": 1}
STEP = 1e-6
SPOTS = 2
"""How many entries of an array, and of an output, are compared."""


class Bounded(Steps):
    """A sequence that is zero outside of its dimensions, but for what is before a first step."""

    def __init__(self, definition: Any, given: dict[str, Any]) -> None:
        super().__init__(definition, given)
        self.sizes = [int(size) for size in definition.sizes]
        self.start = 0 if definition.first is None else -1

    def __getitem__(self, at: Any) -> float:
        spot = at if isinstance(at, tuple) else (at,)
        starts = (self.start, *[0] * (len(spot) - 1))
        inside = all(a <= i < n for a, i, n in zip(starts, spot, self.sizes, strict=True))
        return super().__getitem__(at) if inside else 0.0


class Entries:
    """The entries of a formula as numbers, for values of its inputs and arrays."""

    def __init__(self, formula: Any, values: dict[str, Any]) -> None:
        formula, values = as_identifiers(formula, values)
        given: dict[str, Any] = {
            name: Padded(value) if np.ndim(value) else float(value)
            for name, value in values.items()
        }
        sequences = {str(one.left.base): one for one in formula.where}
        given |= dict.fromkeys(sequences)
        for name, one in sequences.items():
            given[name] = Bounded(one, given)
        at = getattr(formula.output, "indices", ())
        self.given = given
        entry = formula.entry if at else formula.entry.doit()
        self.function = _function(sympy.sympify(entry), at, given)

    def __getitem__(self, spot: tuple[int, ...]) -> float:
        return float(self.function(*spot, *self.given.values()))


def as_identifiers(formula, values):
    """A formula and values in which no name has a point."""
    short = {name: name.replace(".", "_in_") for name in values}
    names = {}
    for name, new in short.items():
        names[sympy.IndexedBase(name, real=True)] = sympy.IndexedBase(new, real=True)
        names[sympy.Symbol(name, real=True)] = sympy.Symbol(new, real=True)
    where = tuple(
        replace(
            one,
            entry=one.entry.xreplace(names),
            first=None if one.first is None else one.first.xreplace(names),
        )
        for one in formula.where
    )
    changed = replace(formula, entry=formula.entry.xreplace(names), where=where)
    return changed, {short[name]: value for name, value in values.items()}


def slopes(run, value, spot):
    """The central difference of all outputs by one entry of an array."""
    ends = []
    for step in (STEP, -STEP):
        moved = np.array(value, np.float64)
        moved[spot] += step
        ends.append(run(moved))
    return {port: (ends[0][port] - ends[1][port]) / (2 * STEP) for port in ends[0]}


def some_spots(random, shape, wanted=None):
    """Entries of an array at random, as far as there are any first of those that are wanted."""
    spots = list(np.ndindex(*shape))
    random.shuffle(spots)
    if wanted is not None:
        spots.sort(key=lambda spot: not wanted[spot])
    return spots[:SPOTS] + spots[-1:]


def composed(*layers, **ports):
    """The formula of a chain in which each hidden layer is a sequence h_1, h_2, ..."""
    net = NetInitialize(NetChain(layers, **ports), RandomSeeding=3)
    where, dims, values = [], {"Input": formula_of(net[1]).dims["Input"]}, {}
    before = sympy.IndexedBase("Input", real=True)
    for number in range(1, len(layers) + 1):
        one = formula_of(net[number])
        names = {sympy.IndexedBase("Input", real=True): before}
        for name, value in one.values.items():
            base = sympy.IndexedBase(f"{name}_{number}", real=True)
            names[sympy.IndexedBase(name, real=True)] = base
            dims[str(base)], values[str(base)] = one.dims[name], value
        before = sympy.IndexedBase(f"h_{number}", real=True)
        left = before[one.output.indices]
        where.append(Definition(left, one.sizes, one.entry.xreplace(names)))
    last = where.pop()
    output = sympy.IndexedBase("Output", real=True)[last.left.indices]
    return net, Formula(
        output, last.entry, None, tuple(where), ("Input",), last.sizes, dims, values
    )
