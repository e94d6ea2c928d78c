"""How the functions are computed: right far out and with finite gradients, through any `xp`.

The gradient of `where` sends zeros into the branch that is not chosen, and zero times an infinite
slope is nan. So each branch gets, where it is not chosen, an argument at which it is harmless.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import combinations, pairwise
from typing import Any

Kernel = Callable[..., Any]

# ---- kernels made from an operation --------------------------------------------------------


def op(name: str) -> Kernel:
    """The operation of the engine that has this name."""
    return lambda xp, *args: getattr(xp, name)(*args)


def inverse_of(name: str) -> Kernel:
    """1/op(x)."""
    return lambda xp, x: 1 / getattr(xp, name)(x)


def at_inverse(name: str) -> Kernel:
    """The operation at 1/x."""
    return lambda xp, x: getattr(xp, name)(1 / x)


def fold(name: str) -> Kernel:
    """The operation on any number of arguments, from left to right."""
    return lambda xp, *args: reduce(getattr(xp, name), args)


def with_zero(name: str) -> Kernel:
    """The operation on x and 0."""
    return lambda xp, x: getattr(xp, name)(x, 0.0)


def chain(name: str) -> Kernel:
    """The comparison of each argument with the next."""
    return lambda xp, *args: every(xp, *(getattr(xp, name)(a, b) for a, b in pairwise(args)))


# ---- elementary functions ------------------------------------------------------------------


def logarithm(xp: Any, x: Any, value: Any = None) -> Any:
    """log(x); with two arguments the logarithm of the second to the base x."""
    return xp.log(x) if value is None else xp.divide(xp.log(value), xp.log(x))


def arctan(xp: Any, x: Any, y: Any = None) -> Any:
    """arctan(x); with two arguments the angle of the point (x, y), 0 at the origin."""
    if y is None:
        return xp.arctan(x)
    wide = xp.greater(xp.abs(x), xp.abs(y))
    high = xp.logical_and(xp.logical_not(wide), xp.not_equal(y, 0.0))
    half = xp.where(xp.less(y, 0.0), -math.pi, math.pi)
    flat = xp.arctan(xp.where(wide, y, 0.0) / xp.where(wide, x, 1.0))
    flat = flat + xp.where(xp.less(x, 0.0), half, 0.0)
    steep = half / 2 - xp.arctan(xp.where(high, x, 0.0) / xp.where(high, y, 1.0))
    return xp.where(wide, flat, xp.where(high, steep, 0.0))


def arccot(xp: Any, x: Any) -> Any:
    """arctan(1/x), pi/2 at 0: the quotient keeps the digits far out, the sum goes through 0."""
    far = xp.abs(x) > 1
    near = xp.where(x < 0, -math.pi / 2, math.pi / 2) - xp.arctan(xp.where(far, 0.0, x))
    return xp.where(far, xp.arctan(1 / xp.where(far, x, 1.0)), near)


def sech(xp: Any, x: Any) -> Any:
    """1/cosh(x), where cosh would overflow."""
    small = xp.exp(-xp.abs(x))
    return 2 * small / (1 + xp.square(small))


def csch(xp: Any, x: Any) -> Any:
    """1/sinh(x), where sinh would overflow."""
    size = xp.abs(x)
    return xp.where(x < 0, 2.0, -2.0) * xp.exp(-size) / xp.expm1(-2 * size)


def erf(xp: Any, x: Any, end: Any = None) -> Any:
    """erf(x); with two arguments the same integral from x to `end`."""
    return xp.erf(x) if end is None else xp.erf(end) - xp.erf(x)


def surd(xp: Any, x: Any, n: Any) -> Any:
    """The real n-th root; at 0, where its slope is infinite, the gradient is 0."""
    zero = xp.equal(x, 0.0)
    if isinstance(n, int | float) and n % 2 == 0:
        return xp.sqrt(x) if n == 2 else xp.power(x, 1 / n)
    size = xp.power(xp.where(zero, 1.0, xp.abs(x)), xp.divide(1.0, n))
    root = xp.sign(x) * size
    if isinstance(n, int | float):
        return root if n > 0 else xp.where(zero, math.inf, root)
    even = xp.equal(n, 2 * xp.floor(n / 2))
    root = xp.where(xp.logical_and(even, xp.less(x, 0.0)), math.nan, root)
    return xp.where(xp.logical_and(zero, xp.less(n, 0.0)), math.inf, root)


# ---- piecewise ones ------------------------------------------------------------------------


def clip(xp: Any, x: Any, limits: Any = (-1, 1), values: Any = None) -> Any:
    """The limit that x goes beyond, or the value given for it; else x."""
    low, high = limits
    if values is None:
        return xp.minimum(high, xp.maximum(x, low))  # so at both kinks the left slope is taken
    return xp.where(xp.less(x, low), values[0], xp.where(xp.greater(x, high), values[1], x))


def mod(xp: Any, x: Any, m: Any, first: Any = None) -> Any:
    """x less the multiple of m that leaves first <= result < first + m; first is 0 if not given."""
    shifted = x if first is None else xp.subtract(x, first)
    return xp.subtract(x, xp.multiply(m, xp.floor(xp.divide(shifted, m))))


def chop(xp: Any, x: Any, below: Any = 1e-10) -> Any:
    """x, or 0 where it is small."""
    return xp.where(xp.less(xp.abs(x), below), 0.0, x)


def threshold(xp: Any, x: Any, width: Any) -> Any:
    """x, or 0 where it is at most as large as the width."""
    return xp.where(xp.less_equal(xp.abs(x), width), 0.0, x)


def delta(xp: Any, *args: Any) -> Any:
    """1 where all arguments are equal, a lone one to 0; else 0."""
    args = args if len(args) > 1 else (*args, 0.0)
    return xp.where(every(xp, *(xp.equal(a, b) for a, b in pairwise(args))), 1.0, 0.0)


# ---- logic ---------------------------------------------------------------------------------


def every(xp: Any, *conditions: Any) -> Any:
    """Whether all conditions hold; those that are known already need no operation."""
    if any(condition is False for condition in conditions):
        return False
    left = [condition for condition in conditions if condition is not True]
    return reduce(xp.logical_and, left) if left else True


def some(xp: Any, *conditions: Any) -> Any:
    """Whether one of the conditions holds."""
    if any(condition is True for condition in conditions):
        return True
    left = [condition for condition in conditions if condition is not False]
    return reduce(xp.logical_or, left) if left else False


def unequal(xp: Any, *args: Any) -> Any:
    """Whether no two arguments are equal."""
    return every(xp, *(xp.not_equal(a, b) for a, b in combinations(args, 2)))


def choose(xp: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` where the condition holds; one that is known already needs no operation."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return xp.where(condition, then, otherwise)


def pairs_of(args: tuple[Any, ...]) -> tuple[list[Any], Any]:
    """Return the (value, condition) pairs of a Piecewise, and its value where none holds.

    Wolfram gives a list of pairs and a default, which is 0; sympy the pairs alone, and has no
    default: that is None here, and nan in numbers.
    """
    if isinstance(args[0], list) or isinstance(args[0][0], list | tuple):
        pairs, *default = args
        return list(pairs), *(default or [0])
    return list(args), None


def piecewise(xp: Any, *args: Any) -> Any:
    """The value of the first pair whose condition holds."""
    pairs, default = pairs_of(args)
    result = math.nan if default is None else default
    for value, condition in reversed(pairs):
        result = choose(xp, condition, value, result)
    return result


def which(xp: Any, *args: Any) -> Any:
    """The value after the first condition that holds."""
    return piecewise(xp, *zip(args[1::2], args[::2], strict=True))


# ---- units ---------------------------------------------------------------------------------


def _below(xp: Any, x: Any) -> Any:
    return xp.where(x > 0, 0.0, x)  # minimum would have the slope 0 at 0


def elu(xp: Any, x: Any) -> Any:
    """x, or exp(x) - 1 below 0."""
    return xp.where(x > 0, x, xp.expm1(_below(xp, x)))


def selu(xp: Any, x: Any) -> Any:
    """A scaled ELU; the factors are those that Wolfram prints."""
    return xp.where(x > 0, 1.0507 * x, 1.758099340847161 * xp.expm1(_below(xp, x)))
