"""Random numbers with parameters of their own, and random pieces: seeds, places, no slope lost."""

import numpy as np
import pytest

from netdsl.engine.ops import OPS
from tests.memory import allocated

OPERATIONS = {"draw_gamma", "draw_poisson", "draw_binomial", "cut_pieces", "put_pieces"}


def drawn(name, seed, *parameters):
    out = np.empty(np.shape(parameters[0]), np.float32)
    OPS[name].run(np.array(seed), *(np.asarray(value, np.float32) for value in parameters), out=out)
    return out


@pytest.mark.parametrize(
    ("name", "parameters", "mean", "variance"),
    [
        ("draw_gamma", (2.5,), 2.5, 2.5),
        ("draw_poisson", (4,), 4, 4),
        ("draw_binomial", (10, 0.2), 2, 1.6),
    ],
)
def test_moments_and_seeds(name, parameters, mean, variance):
    arrays = [np.full(100_000, value) for value in parameters]

    found = drawn(name, 1, *arrays)

    assert abs(found.mean() - mean) < 0.02
    assert abs(found.var() - variance) < 0.05
    np.testing.assert_array_equal(found, drawn(name, 1, *arrays))
    assert (found != drawn(name, 2, *arrays)).any()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("draw_gamma", ([1, 0, -1, np.nan, np.inf],)),
        ("draw_poisson", ([1, -1, np.nan, np.inf, -2],)),
        ("draw_binomial", ([3, 3, 3, -1, np.nan], [0.5, -0.1, np.nan, 0.5, 0.5])),
    ],
)
def test_what_cannot_be_drawn_is_nan(name, parameters):
    assert np.isnan(drawn(name, 1, *parameters)).tolist() == [False, True, True, True, True]


def test_pieces_and_their_way_back():
    x = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    starts, turned = np.array([[0, 2], [2, 0]]), np.array([[0, 1], [1, 1]])
    cut, back = np.empty((2, 3, 2, 3)), np.empty_like(x)

    OPS["cut_pieces"].run(x, starts, turned, sizes=(2, 3), out=cut)
    OPS["put_pieces"].run(cut, starts, turned, sizes=(4, 5), out=back)

    np.testing.assert_array_equal(cut[0], x[0, :, 0:2, 4:1:-1])
    np.testing.assert_array_equal(cut[1], x[1, :, 3:1:-1, 2::-1])
    expected = np.zeros_like(x)
    expected[0, :, 0:2, 2:5] = x[0, :, 0:2, 2:5]
    expected[1, :, 2:4, 0:3] = x[1, :, 2:4, 0:3]
    np.testing.assert_array_equal(back, expected)


def test_parameters_for_each_number_take_no_memory_of_their_size():
    mean, out = np.full((300, 1000), 4, np.float32), np.empty((300, 1000), np.float32)

    peak, _ = allocated(lambda: OPS["draw_poisson"].run(np.array(1), mean, out=out))

    assert peak < out.nbytes / 4
