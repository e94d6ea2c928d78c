"""ContrastiveLossLayer: what a distance costs that is too small, or too large."""

import numpy as np
import pytest

from netdsl import (
    ContrastiveLossLayer,
    DataError,
    NetEncoder,
    NetGraph,
    NetPortGradient,
    SettingError,
    ShapeError,
    ThreadingLayer,
)

SAMPLES = [
    (ContrastiveLossLayer(), (0.05, 0.95)),
    (ContrastiveLossLayer(0.75, Target=NetEncoder("Boolean")), (0.05, 0.95)),
]


@pytest.mark.parametrize("kinds", [(True, False), (1, 0), (np.True_, np.False_), (1.0, 0.0)])
@pytest.mark.parametrize("encoder", [{}, {"Target": NetEncoder("Boolean")}])
@pytest.mark.parametrize(
    ("distance", "differ", "loss"), [(0.2, 0, 0.3), (0.7, 0, 0), (0.2, 1, 0.2), (0.7, 1, 0.7)]
)
def test_check_values(kinds, encoder, distance, differ, loss):
    layer = ContrastiveLossLayer(**encoder)

    got = layer({"Input": distance, "Target": kinds[differ]})

    assert got == pytest.approx(loss, abs=1e-7)


def test_a_batch_with_another_margin():
    layer = ContrastiveLossLayer(2)

    got = layer({"Input": [0.5, 3, 0.5], "Target": [True, True, False]})

    np.testing.assert_allclose(got, [1.5, 0, 0.5])


@pytest.mark.parametrize(
    ("distance", "target", "slope"), [(0.2, True, -1), (0.7, True, 0), (0.2, False, 1)]
)
def test_slopes(distance, target, slope):
    data = {"Input": distance, "Target": target}

    assert ContrastiveLossLayer()(data, NetPortGradient("Input")) == slope


def test_behind_a_distance():
    apart = ThreadingLayer(lambda x, y: abs(x - y), InputPorts=["One", "Other"])
    net = NetGraph({"apart": apart, "loss": ContrastiveLossLayer()}, [("apart", "loss")])
    net = net.with_ports({"One": "Real", "Other": "Real"})

    assert net({"One": 1, "Other": 1.125, "Target": True}) == pytest.approx(0.375)


@pytest.mark.parametrize("target", [2, -1, [0.5, 3]])
def test_what_is_neither_true_nor_false(target):
    with pytest.raises(DataError) as error:
        ContrastiveLossLayer()({"Input": np.ones(np.shape(target)), "Target": target})
    assert error.value.facts["port"] == "Target"


@pytest.mark.parametrize("margin", [-0.5, "large", True, float("nan"), float("inf"), (1, 2)])
def test_what_is_no_margin(margin):
    with pytest.raises(SettingError) as error:
        ContrastiveLossLayer(margin)
    assert error.value.facts["setting"] == "Margin"


def test_a_distance_is_a_number():
    with pytest.raises(ShapeError) as error:
        ContrastiveLossLayer(Input=3)
    assert error.value.facts["port"] == "Input"
