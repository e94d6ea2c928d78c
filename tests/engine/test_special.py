"""The special functions agree with mpmath, at points that crowd where they are hard."""

import mpmath
import numpy as np
import pytest
from mpmath import mp

from netdsl.engine import special
from netdsl.engine.special import digamma, erf, erfc, erfcinv, erfinv, gamma, lgamma

FUNCTIONS = [erf, erfc, erfinv, erfcinv, gamma, lgamma, digamma]
INF, NAN = np.inf, np.nan


def spread(low, high, count=150):
    return np.random.default_rng(17).uniform(low, high, count)


def powers(low, high, count=60):
    return 10 ** spread(low, high, count)


def near(points):
    """Both sides of each point, some very close."""
    return np.concatenate([p + s * powers(-12, -1, 8) for p in points for s in (1, -1)])


def relative(got, want):
    return abs((got - want) / want)


def relative_or_absolute(got, want):
    return abs(got - want) / max(1, abs(want))


TINY = powers(-300, -3)
POLES = near([-1, -2, -3, -9, -10, -20, -57, -131, -169])
SMALL = np.concatenate([spread(-0.5, 12), near([0.5, 1, 2, 10]), TINY, -TINY])
CLIMBING = np.concatenate([SMALL, spread(12, 171.6), spread(-170, -0.5), POLES])
GROWING = np.concatenate([SMALL, spread(-170, -0.5), POLES, powers(1, 300), near([1.4616321])])

VALUES = {
    "erf": (erf, mp.erf, [spread(-6, 6), TINY, -TINY, near([5.9, -3.9])], 3e-15, relative),
    "erfc": (erfc, mp.erfc, [spread(-6, 6), TINY, -TINY], 5e-15, relative),
    "erfc's tail": (erfc, mp.erfc, [spread(6, 26.5), near([26.03125])], 5e-15, relative),
    "gamma": (gamma, mp.gamma, [CLIMBING], 2e-14, relative),
    "lgamma": (lgamma, lambda x: mp.loggamma(x).real, [GROWING], 3e-14, relative_or_absolute),
    "digamma": (digamma, mp.digamma, [GROWING], 1e-14, relative_or_absolute),
}


@pytest.mark.parametrize(
    ("function", "reference", "points", "bound", "error"), VALUES.values(), ids=VALUES
)
def test_values(function, reference, points, bound, error):
    x = np.concatenate(points)

    with mp.workdps(40):
        errors = [
            float(error(mp.mpf(float(y)), reference(mp.mpf(float(at)))))
            for at, y in zip(x, function(x), strict=True)
        ]

    worst = int(np.argmax(errors))
    assert errors[worst] <= bound, f"{errors[worst]:.1e} at {x[worst]}"


FAR = powers(-307, -1)
HARD = near([0.85, -0.85])
INVERSES = {
    "erfinv": (erfinv, mp.erf, [spread(-1, 1), FAR, -FAR, 1 - powers(-15, -1), HARD]),
    "erfcinv": (
        erfcinv,
        mp.erfc,
        [spread(0, 2), FAR, 2 - powers(-15, -1), 1 - HARD, near([1]), [5e-324, 3e-320]],
    ),
}


@pytest.mark.parametrize(("function", "forward", "points"), INVERSES.values(), ids=INVERSES)
def test_inverses(function, forward, points):
    y = np.concatenate(points)

    with mp.workdps(60):
        for at, x in zip(y, map(mp.mpf, function(y).tolist()), strict=True):
            slope = 2 * mp.exp(-x * x) / mp.sqrt(mp.pi)
            error = abs((forward(x) - mp.mpf(float(at))) / (slope * x))
            assert error <= 5e-15, f"{mpmath.nstr(error, 2)} at {at}"


def test_values_too_small_for_all_their_digits():
    x = np.array([26.55, 26.71, 27.0, 27.2, 27.22])

    np.testing.assert_allclose(erfc(x), [float(mp.erfc(v)) for v in x], rtol=1e-13, atol=1e-323)
    x = np.array([-171.5, -172.6, -175.3, -177.7])
    np.testing.assert_allclose(gamma(x), [float(mp.gamma(v)) for v in x], rtol=1e-13, atol=1e-323)


SPECIAL = [
    (erf, [NAN, INF, -INF, -0.0, 7.0, 1e300], [NAN, 1, -1, -0.0, 1, 1]),
    (erfc, [NAN, INF, -INF, 0.0, -7.0, 27.5, -1e300], [NAN, 0, 2, 1, 2, 0, 2]),
    (erfinv, [NAN, 1, -1, -0.0, 1.5, -INF], [NAN, INF, -INF, -0.0, NAN, NAN]),
    (erfcinv, [NAN, 0, -0.0, 2, 1, -1e-9, 2.5, INF], [NAN, INF, INF, -INF, 0, NAN, NAN, NAN]),
    (gamma, [NAN, INF, -INF, 0.0, -0.0], [NAN, INF, NAN, INF, -INF]),
    (gamma, [-1, -2, -170, 172.0, 1e30, -1e30], [NAN, NAN, NAN, INF, INF, NAN]),
    (lgamma, [NAN, INF, -INF, 0.0, -0.0, -1, -3, -1e30], [NAN, *[INF] * 7]),
    (digamma, [NAN, INF, -INF, 0.0, -0.0, -1, -7, -1e30], [NAN, INF, *[NAN] * 6]),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("function", "x", "want"), SPECIAL)
def test_special_values(function, x, want, dtype):
    if dtype == np.float32:
        x, want = zip(*[p for p in zip(x, want, strict=True) if abs(p[0]) != 1e300], strict=True)

    got = function(np.array(x, dtype))

    np.testing.assert_array_equal(got, np.array(want, dtype))
    zero = got == 0
    np.testing.assert_array_equal(np.signbit(got[zero]), np.signbit(np.array(want)[zero]))


def test_values_too_large():
    x = np.array([36.0, -1e-39, 3e38])

    np.testing.assert_array_equal(gamma(x.astype(np.float32)), np.float32([INF, -INF, INF]))
    np.testing.assert_array_equal(lgamma(x[2:].astype(np.float32)), np.float32([INF]))
    assert np.isfinite(lgamma(np.array(2.5e305)))
    assert digamma(np.array(5e-324)) == -INF


def test_float32_erf_on_its_fast_path():
    x = np.linspace(-4.5, 4.5, 234_567, dtype=np.float32)
    x = np.concatenate([x, powers(-44, -2, 999).astype(np.float32)])

    wide = erf(x.astype(np.float64))

    np.testing.assert_allclose(erf(x), wide, rtol=3e-7, atol=2e-45)


@pytest.mark.parametrize("function", FUNCTIONS[1:])
def test_other_float32_is_rounded_float64(function):
    x = spread(-3, 9).astype(np.float32)

    wide = function(x.astype(np.float64))

    np.testing.assert_array_equal(function(x), wide.astype(np.float32))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("function", FUNCTIONS)
class TestLikeAUfunc:
    def test_shape_and_dtype(self, function, dtype):
        for x in np.array(0.3, dtype), np.empty((3, 0), dtype), np.full((2, 1, 5), 0.7, dtype):
            got = function(x)
            assert isinstance(got, np.ndarray)
            assert (got.shape, got.dtype) == (x.shape, dtype)

    def test_layout_and_number_of_blocks(self, function, dtype, monkeypatch):
        x = spread(0.1, 0.9, 231).astype(dtype).reshape(11, 21)
        whole = function(x)
        monkeypatch.setattr(special, "_BLOCK", 16)

        np.testing.assert_allclose(function(x), whole, rtol=4 * np.finfo(dtype).eps)
        np.testing.assert_allclose(function(x.T[::-2]), whole.T[::-2], rtol=4 * np.finfo(dtype).eps)

    def test_out(self, function, dtype):
        x = spread(0.1, 0.9, 35).astype(dtype)
        want, out, strided = function(x), np.empty_like(x), np.empty((35, 2), dtype)[:, 1]

        assert function(x, out=out) is out
        assert function(x, out=strided) is strided
        np.testing.assert_array_equal(out, want)
        np.testing.assert_array_equal(strided, want)

    def test_out_shares_memory(self, function, dtype, monkeypatch):
        monkeypatch.setattr(special, "_BLOCK", 16)
        x = spread(0.1, 0.9, 35).astype(dtype)
        want, same, shifted = function(x), x.copy(), np.append(x, dtype(0))

        function(same, out=same)
        function(shifted[:-1], out=shifted[1:])

        np.testing.assert_array_equal(same, want)
        np.testing.assert_array_equal(shifted[1:], want)

    def test_input_is_kept(self, function, dtype):
        x = spread(0.1, 0.9, 35).astype(dtype)
        before = x.copy()

        function(x)

        np.testing.assert_array_equal(x, before)

    def test_out_that_does_not_fit(self, function, dtype):
        with pytest.raises(ValueError, match="broadcast"):
            function(np.ones(5, dtype), out=np.empty(3, dtype))
        with pytest.raises(TypeError, match="cast"):
            function(np.ones(5, dtype), out=np.empty(5, int))
