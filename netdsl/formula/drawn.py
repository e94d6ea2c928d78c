"""Random numbers in formulas, and distributions whose parameters are functions of numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from netdsl.errors import SettingError
from netdsl.formula.compute import compute
from netdsl.formula.expression import PureFunction, reading, to_lambda, value_of
from netdsl.formula.source import python_source
from netdsl.functions.distributions import Distribution, Family


@dataclass(frozen=True, repr=False)
class DistributionFunction:
    """A distribution for the numbers that come in; its repr is Python that builds it again."""

    variables: tuple[Any, ...]
    family: Family
    parameters: tuple[Any, ...]

    def __repr__(self) -> str:
        names = ", ".join(symbol.name for symbol in self.variables)
        shown = ", ".join(python_source(parameter) for parameter in self.parameters)
        shown = f"[{shown}]" if self.family.is_pair else shown
        return f"lambda {names}: {self.family}({shown})"

    def at(self, entries: list[Any]) -> Distribution:
        """Return the distribution for these numbers, which may be expressions."""
        known = dict(zip(self.variables, entries, strict=True))
        found = tuple(parameter.xreplace(known) for parameter in self.parameters)
        return Distribution(self.family, found)

    def draw(self, xp: Any, sizes: tuple[int, ...], *arrays: Any) -> Any:
        """Draw an array through the engine's `xp`."""
        known = dict(zip(self.variables, arrays, strict=True))
        found = [compute(xp, parameter, known) for parameter in self.parameters]
        return self.family.draw(xp, sizes, *found)


def read_distribution(f: Any) -> DistributionFunction:
    """Return a function of numbers that gives a distribution.

    `f` is a callable, which is called once on symbols, or a distribution of expressions, whose
    symbols are the numbers in alphabetical order.

    >>> from netdsl import NormalDistribution
    >>> read_distribution(lambda mean, sd: NormalDistribution(mean, sd**2))
    lambda mean, sd: NormalDistribution(mean, sd**2)
    """
    names, function = _reading(f)
    symbols = [sympy.Symbol(name, real=True) for name in names]
    found = value_of(function, symbols)
    if not isinstance(found, Distribution):
        raise SettingError(
            "The function gives no distribution.",
            expected="for instance lambda mean, sd: NormalDistribution(mean, sd)",
            got=repr(found),
        )
    parameters = tuple(
        to_lambda(PureFunction(symbols, sympy.sympify(parameter)), arity=None).expr
        for parameter in found.parameters
    )
    return DistributionFunction(tuple(symbols), found.family, parameters)


def _reading(f: Any) -> tuple[list[str], Callable[..., Any]]:
    if not isinstance(f, Distribution):
        return reading(f)
    parameters = tuple(map(sympy.sympify, f.parameters))
    free = set[Any]().union(*(parameter.free_symbols for parameter in parameters))
    symbols: tuple[Any, ...] = tuple(sorted(free, key=str))
    function = DistributionFunction(symbols, f.family, parameters)
    return [symbol.name for symbol in symbols], lambda *new: function.at(list(new))


class Drawn(sympy.Function):
    """A number drawn from a distribution, another one at each index of an array."""

    is_real = True

    @classmethod
    def entry(cls, distribution: Distribution, at: tuple[Any, ...]) -> Any:
        """Return the entry of an array of such numbers."""
        name, parameters = sympy.Symbol(distribution.family.name), distribution.parameters
        return cls(name, sympy.Tuple(*parameters), sympy.Tuple(*at))

    @property
    def _parts(self) -> tuple[Any, ...]:
        return self.args

    def _sympystr(self, printer: Any) -> str:
        family, parameters, _ = self._parts
        return f"{family}({', '.join(map(printer.doprint, parameters))})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        family, parameters, _ = self._parts
        shown = ", ".join(map(printer.doprint, parameters))
        text = rf"\mathrm{{{family}}}\left({shown}\right)"
        return text if exp is None else rf"{{{text}}}^{{{exp}}}"
