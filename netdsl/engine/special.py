"""The error function, the gamma function and their relatives, on whole arrays.

Each takes an array of float32 or float64 and, like a ufunc, an optional `out`; the result has the
dtype of the input. All compute in float64, except `erf` of float32, which has a fast path.
"""

from collections.abc import Callable
from math import log, pi, sqrt

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating]

_BLOCK = 32768  # entries at a time, so that the intermediate arrays stay in the cache


def erf(x: Array, out: Array | None = None) -> Array:
    """Integrate 2/sqrt(pi) * exp(-t**2) from 0 to x."""
    return _by_blocks(_erf, x, out, work=np.float32 if x.dtype == np.float32 else np.float64)


def erfc(x: Array, out: Array | None = None) -> Array:
    """Integrate 2/sqrt(pi) * exp(-t**2) from x to infinity; accurate relative to the tiny tail."""
    return _by_blocks(_erfc, x, out)


def erfinv(x: Array, out: Array | None = None) -> Array:
    """Find where erf is x: infinite at -1 and 1, nan beyond."""
    return _by_blocks(lambda y: _erf_inverse(y, 1 - np.abs(y)), x, out)


def erfcinv(x: Array, out: Array | None = None) -> Array:
    """Find where erfc is x: infinite at 0 and 2, nan beyond."""
    return _by_blocks(lambda p: _erf_inverse(1 - p, np.minimum(p, 2 - p)), x, out)


def gamma(x: Array, out: Array | None = None) -> Array:
    """Continue the factorial of x - 1: signed infinity at -0 and 0, nan at -1, -2, ..."""
    return _by_blocks(_gamma, x, out)


def lgamma(x: Array, out: Array | None = None) -> Array:
    """Take the logarithm of |gamma(x)|: infinite at 0, -1, -2, ..."""
    return _by_blocks(_lgamma, x, out)


def digamma(x: Array, out: Array | None = None) -> Array:
    """Differentiate log(gamma(x)): nan at 0, -1, -2, ..."""
    return _by_blocks(_digamma, x, out)


def _by_blocks(
    kernel: Callable[[Array], Array], x: Array, out: Array | None, work: DTypeLike = np.float64
) -> Array:
    result = np.empty_like(x) if out is None else out
    blocks = np.nditer(
        [x, result],
        flags=["external_loop", "buffered", "zerosize_ok", "copy_if_overlap"],
        op_flags=[["readonly"], ["writeonly", "overlap_assume_elementwise"]],
        op_dtypes=[work, work],
        casting="same_kind",
        buffersize=_BLOCK,
    )
    with np.errstate(all="ignore"), blocks:  # errstate outside: the exit of blocks casts as well
        for source, target in blocks:
            target[...] = kernel(source)
    return result


# Error functions: each rests on quotients of polynomials over long ranges, so that next to nothing
# is computed in vain and there are few seams. The coefficients were fitted for this file with
# mpmath (110 digits; linearised least squares, reweighted towards the minimax error); the comment
# of each table gives the relative error it causes. Rows are (numerator, denominator), from the
# highest power down. But for one, all are positive, so that nothing cancels.


def _table(rows: list[tuple[float, float]], dtype: DTypeLike = np.float64) -> list[Array]:
    return list(np.array(rows, dtype)[:, :, np.newaxis])


def _quotient(table: list[Array], z: Array) -> Array:
    both = table[0] * z  # two rows, so that a step is one call for numerator and denominator
    for row in table[1:-1]:
        both += row
        both *= z
    both += table[-1]
    return np.divide(both[0], both[1], out=both[0])


def _erf(x: Array) -> Array:
    """Compute tanh(atanh(erf(x))): atanh(erf(x))/x is smooth, and where it is large its error has
    no weight. After Page, "Approximations to the cumulative normal function and its inverse for use
    on a pocket calculator", Applied Statistics 26 (1977)."""
    table, end = (_ERF32, 3.9) if x.dtype == np.float32 else (_ERF64, 5.9)
    square = x * x
    result = _quotient(table, np.minimum(square, end * end, out=square))
    result *= x
    result += x  # grows on beyond the end, where erf is 1 to the last bit
    return np.tanh(result, out=result)


def _erfc(x: Array) -> Array:
    size = np.minimum(np.abs(x), _ERFC_END)
    tail = _quotient(_ERFCX, size) * _bell(size)
    return np.where(x < 0, 2 - tail, tail)


def _bell(x: Array) -> Array:
    """Compute exp(-x*x) for x up to 32.

    A rounded x*x would spoil up to nine bits, so x is split at its fourth binary digit, as in Cody,
    "Algorithm 715: SPECFUN", ACM Transactions on Mathematical Software 19 (1993).
    """
    head = np.rint(x * 16) / 16
    return np.exp(-head * head) * np.exp((head - x) * (head + x))


def _erf_inverse(y: Array, tail: Array) -> Array:
    """Invert erf at y, given 1 - |y| with its own digits; the variables follow Wichura, "Algorithm
    AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988)."""
    middle = _quotient(_ERFINV, np.maximum(_SPLIT * _SPLIT - y * y, 0)) * y
    far = np.copysign(_quotient(_ERFCINV, np.sqrt(-np.log(tail))), y)
    result = np.where(np.abs(y) <= _SPLIT, middle, far)
    return np.where(tail == 0, np.copysign(np.inf, y), result)


_ERFC_END = 27.5  # erfc underflows to zero from 27.23
_SPLIT = 0.85

# atanh(erf(x))/x - 1 at z = x*x, |x| <= 3.9: 4e-9
_ERF32 = _table(
    [
        (0.001853266, 0.00032490038),
        (0.01895642, 0.023689093),
        (0.12291412, 0.15689154),
        (0.12837917, 1.0),
    ],
    np.float32,
)
# atanh(erf(x))/x - 1 at z = x*x, |x| <= 5.9: 2e-16
_ERF64 = _table(
    [
        (2.5562480622153694e-09, 1.4367865128494595e-10),
        (3.458616096509266e-07, 8.833399986051365e-08),
        (9.149025025841266e-06, 5.417991428246039e-06),
        (0.00014540158697442387, 0.00011113534488167175),
        (0.0014411951453309378, 0.001576823670936826),
        (0.010409166312150461, 0.013567987946325032),
        (0.0464808539012361, 0.0907708878032019),
        (0.14653928124716542, 0.34091729160885553),
        (0.1283791670955124, 1.0),
    ]
)
# erfc(x)*exp(x*x) at z = x, 0 <= x <= 27.5: 1e-18
_ERFCX = _table(
    [
        (0.0, 2.541203077389237e-05),
        (1.4337203059428418e-05, 0.0005592084315263366),
        (0.00031549957209869373, 0.006054147718207895),
        (0.003408518478383351, 0.041959761210961524),
        (0.023515510415468892, 0.20493138714403764),
        (0.11392306338900816, 0.735585331991382),
        (0.40340957537197797, 1.9698715591820686),
        (1.0561058438296511, 3.9196139754265467),
        (2.0210636508224025, 5.660087169545692),
        (2.718080021567824, 5.633488900243107),
        (2.3415616053433275, 3.4699407724388407),
        (1.0, 1.0),
    ]
)
# erfinv(y)/y at z = 0.85**2 - y*y, |y| <= 0.85: 8e-17
_ERFINV = _table(
    [
        (0.05415022689684877, 0.3190336560109624),
        (2.8858808033860113, 7.014517516776781),
        (23.226242106392547, 38.38902133947231),
        (63.424475616910435, 82.87014403564967),
        (75.86014672412425, 84.28691144684187),
        (43.56729597036104, 42.94998999844945),
        (11.768279933278382, 10.57842278168074),
        (1.1975323115670913, 1.0),
    ]
)
# erfcinv(p) at z = sqrt(-log(p)), 5e-324 <= p <= 0.15: 2e-16
_ERFCINV = _table(
    [
        (3.3226835912705433e-07, 0.0),
        (4.9367637610469736e-05, 3.3226766201136865e-07),
        (0.0020263981602151593, 4.936819032451916e-05),
        (0.03409691772723353, 0.0020274745761139972),
        (0.30278224972092893, 0.034216363582292415),
        (1.5237667893523417, 0.30662970636928),
        (3.559581839121893, 1.5759829410780595),
        (3.1356140982110055, 3.94478320260135),
        (2.1488232099449767, 4.640832614591679),
        (0.8524637209258411, 4.3748771236927615),
        (0.005110168999602321, 2.2825497364354996),
        (-0.00030916448527264635, 1.0),
    ]
)


# Gamma functions: Stirling's series from _LARGE on (NIST DLMF 5.11.1 and 5.11.2), the recurrence
# gamma(x + 1) = x * gamma(x) below (5.5.1), and left of -0.5 the reflection (5.5.3) in the form
# gamma(x) * gamma(-x) * x * sin(pi*x) = -pi, since -x is exact and 1 - x is not.

_LARGE = 10
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_STIRLING = [b / (2 * k * (2 * k - 1)) for k, b in enumerate(_BERNOULLI, start=1)]
_STIRLING_SLOPE = [b / (2 * k) for k, b in enumerate(_BERNOULLI, start=1)]


def _gamma(x: Array) -> Array:
    y = np.minimum(_reflected(x), 200)  # gamma overflows from 171.6
    z, product = _raised(y), _rising_product(y)
    half = np.power(z, z / 2 - 0.25)  # the whole power overflows before gamma does
    first = half * (sqrt(2 * pi) * np.exp(-z) * np.exp(_stirling(z))) / product
    mirrored = -pi / (y * _sine(y)) / first / half
    result = np.where(x < -0.5, mirrored, first * half)
    return np.where((x < 0) & (x == np.rint(x)), np.nan, result)


def _lgamma(x: Array) -> Array:
    y = _reflected(x)
    z, product = _raised(y), _rising_product(y)
    result = (z - 0.5) * (np.log(z) - 1) + (log(2 * pi) - 1) / 2 + _stirling(z)
    result -= np.log(np.abs(product))
    mirrored = np.log(pi / np.abs(y * _sine(y))) - result
    result = np.where(x < -0.5, mirrored, result)
    return np.where((x <= 0) & (x == np.rint(x)), np.inf, result)


def _digamma(x: Array) -> Array:
    y = _reflected(x)
    z = _raised(y)
    result = np.log(z) - 0.5 / z - _series(_STIRLING_SLOPE, 1 / z) / z
    result -= np.where(y < _LARGE, sum(1 / (y + i) for i in range(_LARGE)), 0)
    mirrored = result + 1 / y + pi / np.tan(pi * (y - np.rint(y)))
    result = np.where(x < -0.5, mirrored, result)
    return np.where((x <= 0) & (x == np.rint(x)), np.nan, result)


def _reflected(x: Array) -> Array:
    return np.where(x < -0.5, -x, x)


def _raised(y: Array) -> Array:
    return np.where(y < _LARGE, y + _LARGE, y)


def _rising_product(y: Array) -> Array:
    product = y.copy()
    for i in range(1, _LARGE):
        product *= y + i
    return np.where(y < _LARGE, product, 1)


def _stirling(z: Array) -> Array:
    return _series(_STIRLING, 1 / z)


def _series(coefficients: list[float], t: Array) -> Array:
    """Sum c[0]*t + c[1]*t**3 + c[2]*t**5 + ..."""
    square, total = t * t, np.zeros_like(t)
    for coefficient in reversed(coefficients):
        total *= square
        total += coefficient
    return total * t


def _sine(y: Array) -> Array:
    """Compute sin(pi*y) for y >= 0 without rounding pi*y."""
    whole = np.rint(y)
    return np.sin(pi * (y - whole)) * (1 - 2 * np.fmod(whole, 2))
