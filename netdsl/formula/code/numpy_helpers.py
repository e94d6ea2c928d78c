"""Small functions that a function on numpy alone carries with it where it calls them."""

from __future__ import annotations

from typing import Final

SHAPED = '''
def shaped(name, array, *sizes):
    """Return an array of floats, which has these dimensions; None stands for any."""
    array = np.asarray(array, dtype=float)
    fits = array.ndim == len(sizes)
    if not fits or any(size not in (None, n) for n, size in zip(array.shape, sizes)):
        wanted = ", ".join("any" if size is None else str(int(size)) for size in sizes)
        got = ", ".join(map(str, array.shape))
        raise ValueError(f"{name}: expected dimensions ({wanted}), got ({got})")
    return array
'''

INTEGERS = '''
def integers(name, array, first, last):
    """Return an array of whole numbers from first to last; None is no limit."""
    fits = array == np.rint(array)
    fits &= (first is None or array >= first) & (last is None or array <= last)
    if not np.all(fits):
        limits = "" if first is None else f" from {first}" + f" to {last}" * (last is not None)
        raise ValueError(f"{name}: expected integers{limits}, got {array[~fits][0]:.15g}")
    return array
'''

ENTRIES = '''
def entries(array, *at):
    """Return the entries at indices, zero where one is outside of the array."""
    inside = True
    for index, size in zip(at, array.shape):
        inside = inside & (index >= 0) & (index < size)
    at = [np.clip(index, 0, size - 1) for index, size in zip(at, array.shape)]
    return np.where(inside, array[tuple(at)], 0)
'''

SIGMOID = """
def LogisticSigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1) / (1 + small)
"""
SOFTPLUS = """
def SoftPlus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
"""
ELU = """
def ELU(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
"""
SELU = """
def SELU(x):
    return np.where(x > 0, 1.0507 * x, 1.758099340847161 * np.expm1(np.minimum(x, 0)))
"""
SECH = """
def sech(x):
    small = np.exp(-np.abs(x))
    return 2 * small / (1 + small**2)
"""
CSCH = """
def csch(x):
    return np.where(x < 0, 2, -2) * np.exp(-np.abs(x)) / np.expm1(-2 * np.abs(x))
"""
ERFINV = '''
def erfinv(y):
    """Find where erf is y: a first guess, then Newton's steps on the nearer tail."""
    tail = 1 - np.abs(y)
    far = np.log(tail) + np.log1p(np.abs(y))
    a = 2 / (np.pi * 0.147) + far / 2
    x = np.sqrt(np.maximum(np.sqrt(a * a - far / 0.147) - a, 0))
    for _ in range(4):
        x = x + (erfc(x) - tail) * np.sqrt(np.pi) / 2 * np.exp(x * x)
    return np.copysign(np.where(tail == 0, np.inf, x), y)
'''
DIGAMMA = '''
def digamma(x):
    """Differentiate log(gamma(x)): the recurrence up to 10, the series beyond, reflected below."""
    y = np.where(x < 0.5, 1 - x, x)
    total = 0.0
    for _ in range(10):
        total, y = np.where(y < 10, total - 1 / y, total), np.where(y < 10, y + 1, y)
    z = 1 / y**2
    series = z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z / 132))))
    total = total + np.log(y) - 1 / (2 * y) - series
    total = total - np.where(x < 0.5, np.pi / np.tan(np.pi * x), 0)
    return np.where((x <= 0) & (x == np.rint(x)), np.nan, total)
'''


def _mapped(name: str) -> str:
    return f"""
def _{name}(x):
    try:
        return math.{name}(x)
    except ValueError:
        return math.{"inf" if name == "lgamma" else "nan"}
    except OverflowError:
        return math.inf


def {name}(x):
    return np.asarray(np.frompyfunc(_{name}, 1, 1)(x), dtype=float)
"""


HELPERS: Final[dict[str, str]] = {
    "shaped": SHAPED,
    "integers": INTEGERS,
    "entries": ENTRIES,
    "LogisticSigmoid": SIGMOID,
    "SoftPlus": SOFTPLUS,
    "ELU": ELU,
    "SELU": SELU,
    "sech": SECH,
    "csch": CSCH,
    **{name: _mapped(name) for name in ("erf", "erfc", "gamma", "lgamma")},
    "erfinv": ERFINV,
    "digamma": DIGAMMA,
}
"""The source of each function, in the order in which they may rest on each other."""

RESTS_ON: Final[dict[str, str]] = {"erfinv": "erfc"}
