"""Random numbers of a run: streams apart, repeated by a seed, into memory that exists."""

import numpy as np
import pytest

from netdsl.engine.noise import DRAWN, Noise
from tests.memory import allocated


def drawn(noise, place, kind="Uniform", count=1000, dtype=np.float32):
    memory = np.empty(count, np.int64 if kind == "Seed" else dtype)
    noise.fill(place, kind, memory)
    return memory


def test_a_seed_repeats_each_place_whatever_the_others_draw():
    one, other = Noise(3), Noise(3)
    drawn(other, ("b", 0))

    np.testing.assert_array_equal(drawn(one, ("a", 0)), drawn(other, ("a", 0)))
    assert (drawn(Noise(4), ("a", 0)) != drawn(Noise(3), ("a", 0))).any()
    assert (drawn(Noise(), ("a", 0)) != drawn(Noise(), ("a", 0))).any()


def test_places_and_draws_differ():
    noise = Noise("word")
    first = drawn(noise, ("a", 0))

    assert (first != drawn(noise, ("a", 0))).any()
    assert (drawn(Noise("word"), ("a", 1)) != first).any()


@pytest.mark.parametrize(
    ("kind", "mean", "variance"),
    [("Uniform", 1 / 2, 1 / 12), ("Normal", 0, 1), ("Exponential", 1, 1)],
)
def test_kinds_have_their_moments(kind, mean, variance):
    for dtype in (np.float32, np.float64):
        found = drawn(Noise(1), ("a",), kind, 200_000, dtype)

        assert abs(found.mean() - mean) < 0.01
        assert abs(found.var() - variance) < 0.02


@pytest.mark.parametrize("kind", DRAWN)
def test_a_warm_draw_allocates_no_array(kind):
    noise = Noise(1)
    memory = np.empty(1, np.int64) if kind == "Seed" else np.empty(100_000, np.float32)

    peak, _ = allocated(lambda: noise.fill(("a",), kind, memory))

    assert peak < 5_000
