"""A layer without `apply` is computed from its formula."""

from dataclasses import KW_ONLY
from typing import Any

import numpy as np
import pytest

from netdsl import Automatic, NetPortGradient
from netdsl.spec import Layer, array, port, registry


@pytest.fixture
def scaled_power():
    class ScaledPowerLayer(Layer):
        """Scale each row, and raise to a power of its column."""

        _: KW_ONLY
        Input: Any = port("a b", default=Automatic)
        Output: Any = port("a b", default=Automatic)
        Scaling: Any = array("a", init=1.0, default=Automatic)
        Power: Any = array("b a", init=1.0, default=Automatic)

        def formula(self, sp, at, Input, Scaling, Power):
            i, j = at
            return sp.Max(Scaling[i] * Input[i, j], 0) ** Power[j, i]

    yield ScaledPowerLayer
    del registry["ScaledPowerLayer"]  # it is no layer of the library


def test_it_computes_what_the_formula_says(scaled_power):
    scaling, power = np.array([2.0, -3.0]), np.array([[1.0, 2], [3, 4], [5, 6]])
    x = np.random.default_rng(1).normal(size=(4, 2, 3))
    layer = scaled_power(Scaling=scaling, Power=power)

    got = layer.with_ports({"Input": (2, 3)})(x, WorkingPrecision="Real64")

    np.testing.assert_allclose(got, np.maximum(scaling[:, None] * x, 0) ** power.T, rtol=1e-12)


def test_its_gradients_come_along(scaled_power):
    layer = scaled_power(Input=(1, 2), Scaling=[2.0], Power=[[1], [2]])

    np.testing.assert_allclose(layer([[3.0, 3.0]], NetPortGradient("Scaling")), [3 + 2 * 6 * 3])
