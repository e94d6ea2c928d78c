"""The distributions that RandomArrayLayer draws from: NormalDistribution and the like."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from netdsl.errors import SettingError, nearest
from netdsl.functions.limits import ANY, POSITIVE, PROBABILITY, Limit
from netdsl.functions.named import Named

Sizes = tuple[int, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Family(Named):
    """A family of distributions. Called with parameters it gives one of them.

    `kernel(xp, sizes, *parameters)` draws through the engine's `xp`; `limits` say between what
    each parameter lies, `standard` what the parameters are where none is given. In a pair the
    parameters are given as one.
    """

    kernel: Callable[..., Any]
    doc: str
    limits: tuple[Limit, ...]
    standard: tuple[float, ...] | None = None
    is_pair: bool = False

    def __call__(self, *parameters: Any, **named: Any) -> Distribution:
        """Return the distribution with these parameters: numbers, or sympy expressions."""
        if self.is_pair and len(parameters) == 1 and isinstance(parameters[0], list | tuple):
            (parameters,) = parameters
        if not parameters and not named and self.standard is not None:
            parameters = self.standard
        if named or len(parameters) != len(self.limits):
            raise self._refused((*parameters, *named.values()), f"{self.name}{self.doc}")
        found = tuple(self._read(at, value, parameters) for at, value in enumerate(parameters))
        numbers = [value for value in found if isinstance(value, int | float)]
        if self.is_pair and len(numbers) == 2 and numbers[0] > numbers[1]:
            raise self._refused(parameters, "the smaller one first")
        return Distribution(self, found)

    def at(self, entries: list[Any]) -> Distribution:
        """Return the distribution with these expressions as its parameters."""
        return Distribution(self, tuple(entries))

    def draw(self, xp: Any, sizes: Sizes, *parameters: Any) -> Any:
        """Draw an array through the engine's `xp`; arrays may hold parameters that give NaN."""
        drawn = self.kernel(xp, sizes, *parameters)
        arrays = [not isinstance(parameter, int | float) for parameter in parameters]
        found = [
            limit.holds(xp, parameter)
            for limit, parameter, is_array in zip(self.limits, parameters, arrays, strict=True)
            if is_array
        ]
        if self.is_pair and any(arrays):
            found.append(xp.less_equal(*parameters))
        known = [holds for holds in found if holds is not None]
        return xp.where(reduce(xp.logical_and, known), drawn, math.nan) if known else drawn

    def _read(self, at: int, value: Any, parameters: tuple[Any, ...]) -> Any:
        if getattr(value, "free_symbols", None):
            return value
        try:
            number = math.nan if isinstance(value, str | bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if number not in self.limits[at]:
            place = f"parameter {at + 1} " if len(parameters) > 1 else "the parameter "
            raise self._refused(parameters, f"{place}{self.limits[at]}; {self.name}{self.doc}")
        return int(number) if number.is_integer() and abs(number) < 2**53 else number

    def _refused(self, parameters: Any, expected: str) -> SettingError:
        shown = ", ".join(map(repr, parameters))
        return SettingError(
            "There is no such distribution.", expected=expected, got=f"{self.name}({shown})"
        )


@dataclass(frozen=True, repr=False)
class Distribution:
    """A family with its parameters; in a function of numbers these are expressions."""

    family: Family
    parameters: tuple[Any, ...]

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self.parameters))
        return f"{self.family}([{shown}])" if self.family.is_pair else f"{self.family}({shown})"

    def draw(self, xp: Any, sizes: Sizes) -> Any:
        """Draw an array through the engine's `xp`."""
        return self.family.draw(xp, sizes, *self.parameters)


def distribution(spec: Any) -> Any:
    """Read a distribution, or a function that gives one: a family, a name, a callable."""
    family = Family.known.get(spec, spec) if isinstance(spec, str) else spec
    if isinstance(family, str):
        raise SettingError(
            "There is no distribution of this name.",
            expected='a name such as "NormalDistribution"',
            got=repr(spec),
            nearest=nearest(spec, Family.known),
        )
    if isinstance(family, Distribution):
        open_ones = [value for value in family.parameters if not isinstance(value, int | float)]
        if not open_ones:
            return family
    elif not callable(family) or hasattr(getattr(family, "__self__", None), "uniform"):
        if hasattr(family, "draw"):
            return family
        raise SettingError(
            "This is no distribution.",
            expected="for instance NormalDistribution(0, 1), or a function that gives one",
            got=getattr(spec, "__name__", None) or repr(spec),
            nearest=_drawing(spec),
        )
    if isinstance(family, Family):
        return family
    from netdsl.formula import read_distribution  # sympy, which numbers do without

    return read_distribution(family)


def _drawing(function: Any) -> str | None:
    """Return the family that a function draws from, as np.random.normal does."""
    name = str(getattr(function, "__name__", "")).replace("_", "")
    return next((known for known in Family.known if known.lower() == f"{name}distribution"), None)


def distribution_arity(found: Any) -> tuple[int, int]:
    """Return how many inputs a distribution takes, twice."""
    if isinstance(found, Distribution):
        return 0, 0
    count = len(found.limits if isinstance(found, Family) else found.variables)
    return count, count


# ---- how they are drawn --------------------------------------------------------------------


def _normal(xp: Any, sizes: Sizes, mean: Any, deviation: Any) -> Any:
    return mean + deviation * xp.noise("Normal", sizes)


def _uniform(xp: Any, sizes: Sizes, low: Any, high: Any) -> Any:
    return low + (high - low) * xp.noise("Uniform", sizes)


def _exponential(xp: Any, sizes: Sizes, rate: Any) -> Any:
    return xp.noise("Exponential", sizes) / rate


def _half_normal(xp: Any, sizes: Sizes, theta: Any) -> Any:
    return xp.abs(xp.noise("Normal", sizes)) * math.sqrt(math.pi / 2) / theta


def _rayleigh(xp: Any, sizes: Sizes, sigma: Any) -> Any:
    return sigma * xp.sqrt(2 * xp.noise("Exponential", sizes))


def _maxwell(xp: Any, sizes: Sizes, sigma: Any) -> Any:
    # The square of one normal number, and of two others together, which is exponential.
    one = xp.square(xp.noise("Normal", sizes))
    return sigma * xp.sqrt(one + 2 * xp.noise("Exponential", sizes))


def _weibull(xp: Any, sizes: Sizes, shape: Any, scale: Any) -> Any:
    return scale * xp.power(xp.noise("Exponential", sizes), 1 / shape)


def _standard_gamma(xp: Any, sizes: Sizes, shape: Any) -> Any:
    return xp.draw_gamma(xp.noise("Seed", ()), xp.broadcast_to(shape, sizes))


def _gamma(xp: Any, sizes: Sizes, shape: Any, scale: Any) -> Any:
    return scale * _standard_gamma(xp, sizes, shape)


def _erlang(xp: Any, sizes: Sizes, shape: Any, rate: Any) -> Any:
    return _standard_gamma(xp, sizes, shape) / rate


def _log_standard_gamma(xp: Any, sizes: Sizes, shape: Any) -> Any:
    # A number of a small shape may be below what there are numbers for, its logarithm is not: it
    # is one of a shape greater by 1, times a power of a uniform number.
    drawn = xp.draw_gamma(xp.noise("Seed", ()), xp.broadcast_to(shape + 1, sizes))
    return xp.log(drawn) - xp.noise("Exponential", sizes) / shape


def _inverse_gamma(xp: Any, sizes: Sizes, shape: Any, scale: Any) -> Any:
    return scale * xp.exp(-_log_standard_gamma(xp, sizes, shape))


def _chi_square(xp: Any, sizes: Sizes, count: Any) -> Any:
    return 2 * _standard_gamma(xp, sizes, count / 2)


def _nakagami(xp: Any, sizes: Sizes, shape: Any, spread: Any) -> Any:
    return xp.sqrt(_standard_gamma(xp, sizes, shape) * (spread / shape))


def _log_gamma(xp: Any, sizes: Sizes, shape: Any, scale: Any, shift: Any) -> Any:
    return xp.exp(_gamma(xp, sizes, shape, scale)) + shift - 1


def _exp_gamma(xp: Any, sizes: Sizes, shape: Any, scale: Any, shift: Any) -> Any:
    return scale * _log_standard_gamma(xp, sizes, shape) + shift


def _poisson(xp: Any, sizes: Sizes, mean: Any) -> Any:
    return xp.draw_poisson(xp.noise("Seed", ()), xp.broadcast_to(mean, sizes))


def _bernoulli(xp: Any, sizes: Sizes, p: Any) -> Any:
    return xp.where(xp.noise("Uniform", sizes) < p, 1.0, 0.0)


def _binomial(xp: Any, sizes: Sizes, count: Any, p: Any) -> Any:
    seed = xp.noise("Seed", ())
    return xp.draw_binomial(seed, xp.broadcast_to(count, sizes), xp.broadcast_to(p, sizes))


def _negative_binomial(xp: Any, sizes: Sizes, count: Any, p: Any) -> Any:
    # The number of failures is Poisson, its mean drawn from a gamma distribution.
    return _poisson(xp, sizes, _standard_gamma(xp, sizes, count) * ((1 - p) / p))


def _discrete_uniform(xp: Any, sizes: Sizes, low: Any, high: Any) -> Any:
    steps = xp.floor(xp.noise("Uniform", sizes) * (high - low + 1))
    return low + xp.minimum(steps, high - low)  # a uniform number rounded up to 1 is one too far


_POSITIVE_PAIR = (POSITIVE, POSITIVE)
_SHIFTED = (POSITIVE, POSITIVE, ANY)

NormalDistribution: Final = Family(
    "NormalDistribution", _normal, "(mean, standard deviation).", (ANY, POSITIVE), (0, 1)
)
UniformDistribution: Final = Family(
    "UniformDistribution", _uniform, "([min, max]).", (ANY, ANY), (0, 1), is_pair=True
)
GammaDistribution: Final = Family("GammaDistribution", _gamma, "(shape, scale).", _POSITIVE_PAIR)
ExponentialDistribution: Final = Family(
    "ExponentialDistribution", _exponential, "(rate).", (POSITIVE,)
)
PoissonDistribution: Final = Family("PoissonDistribution", _poisson, "(mean).", (POSITIVE,))
MaxwellDistribution: Final = Family("MaxwellDistribution", _maxwell, "(sigma).", (POSITIVE,))
RayleighDistribution: Final = Family("RayleighDistribution", _rayleigh, "(sigma).", (POSITIVE,))
ChiDistribution: Final = Family(
    "ChiDistribution",
    lambda xp, sizes, count: xp.sqrt(_chi_square(xp, sizes, count)),
    "(degrees of freedom).",
    (POSITIVE,),
)
HalfNormalDistribution: Final = Family(
    "HalfNormalDistribution", _half_normal, "(theta), of mean 1/theta.", (POSITIVE,)
)
WeibullDistribution: Final = Family(
    "WeibullDistribution", _weibull, "(shape, scale).", _POSITIVE_PAIR
)
NakagamiDistribution: Final = Family(
    "NakagamiDistribution", _nakagami, "(shape, spread).", _POSITIVE_PAIR
)
ChiSquareDistribution: Final = Family(
    "ChiSquareDistribution", _chi_square, "(degrees of freedom).", (POSITIVE,)
)
ErlangDistribution: Final = Family(
    "ErlangDistribution",
    _erlang,
    "(shape, rate), the shape whole.",
    (Limit(1, is_whole=True), POSITIVE),
)
LogGammaDistribution: Final = Family(
    "LogGammaDistribution", _log_gamma, "(shape, scale, location).", _SHIFTED
)
ExpGammaDistribution: Final = Family(
    "ExpGammaDistribution", _exp_gamma, "(shape, scale, location).", _SHIFTED
)
InverseGammaDistribution: Final = Family(
    "InverseGammaDistribution", _inverse_gamma, "(shape, scale).", _POSITIVE_PAIR
)
BernoulliDistribution: Final = Family(
    "BernoulliDistribution", _bernoulli, "(p), p from 0 to 1.", (PROBABILITY,)
)
BinomialDistribution: Final = Family(
    "BinomialDistribution", _binomial, "(n, p), n whole.", (Limit(0, is_whole=True), PROBABILITY)
)
NegativeBinomialDistribution: Final = Family(
    "NegativeBinomialDistribution",
    _negative_binomial,
    "(n, p), failures before n successes.",
    (POSITIVE, Limit(0, 1, has_low=False)),
)
DiscreteUniformDistribution: Final = Family(
    "DiscreteUniformDistribution",
    _discrete_uniform,
    "([min, max]), both whole and possible.",
    (Limit(is_whole=True), Limit(is_whole=True)),
    (0, 1),
    is_pair=True,
)
