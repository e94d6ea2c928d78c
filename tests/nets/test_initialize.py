"""NetInitialize: every method's statistics, seeds, what is kept, what cannot be filled."""

import numpy as np
import pytest

from netdsl import (
    All,
    Automatic,
    DeconvolutionLayer,
    LinearLayer,
    NetChain,
    NetError,
    NetExtract,
    NetInitialize,
    ParametricRampLayer,
    UninitializedError,
)

BIG = LinearLayer(300, Input=200)


def weights(**options):
    return NetExtract(NetInitialize(BIG, **options), "Weights")


@pytest.mark.parametrize(
    ("method", "deviation"),
    [
        ("Kaiming", np.sqrt(2 / 200)),
        (["Kaiming", {"Distribution": "Uniform"}], np.sqrt(2 / 200)),
        ("Xavier", np.sqrt(2 / 500)),
        (["Xavier", {"FactorType": "In"}], np.sqrt(1 / 200)),
        (["Xavier", {"FactorType": "Out", "Distribution": "Uniform"}], np.sqrt(1 / 300)),
        ("Random", 1),
        (["Random", {"Weights": 0.2}], 0.2),
    ],
)
def test_standard_deviation(method, deviation):
    got = weights(Method=method)

    assert got.dtype == np.float32
    assert got.mean() == pytest.approx(0, abs=deviation / 50)
    assert got.std() == pytest.approx(deviation, rel=0.02)
    if "Uniform" in str(method):
        assert np.abs(got).max() <= np.sqrt(3) * deviation


def test_orthogonal_columns():
    w = weights(Method="Orthogonal")

    np.testing.assert_allclose(w.T @ w, np.eye(200), atol=1e-5)


def test_identity_with_noise():
    w = weights(Method="Identity")

    assert np.diag(w).mean() == pytest.approx(1, abs=0.01)
    assert (w - np.eye(300, 200)).std() == pytest.approx(0.01, rel=0.02)


def test_biases_are_zero_unless_drawn():
    assert not NetExtract(NetInitialize(BIG), "Biases").any()
    drawn = NetInitialize(BIG, Method=["Random", {"Biases": 0.5}])
    assert NetExtract(drawn, "Biases").std() == pytest.approx(0.5, rel=0.2)


def test_the_same_seed_gives_the_same_values():
    np.testing.assert_array_equal(weights(), weights(RandomSeeding=1234))
    assert (weights() != weights(RandomSeeding=1235)).any()
    assert (weights(RandomSeeding=Automatic) != weights(RandomSeeding=Automatic)).any()
    np.testing.assert_array_equal(weights(RandomSeeding="word"), weights(RandomSeeding="word"))


def test_two_equal_layers_get_different_values():
    net = NetInitialize(NetChain([LinearLayer(3), LinearLayer(3)], Input=3))

    assert (NetExtract(net, [1, "Weights"]) != NetExtract(net, [2, "Weights"])).any()


def test_set_arrays_are_kept_unless_all_are_asked_for():
    layer = ParametricRampLayer((), Slope=0.7)

    assert NetInitialize(layer) == layer
    assert NetExtract(NetInitialize(layer, All), "Slope") == 0.1


def test_the_given_net_keeps_its_own():
    NetInitialize(BIG)

    assert BIG.Weights is Automatic


def test_an_open_size_is_named():
    with pytest.raises(UninitializedError) as error:
        NetInitialize(NetChain([LinearLayer(3), ParametricRampLayer()]))
    assert error.value.facts["array"] == "Weights"
    assert error.value.facts["layer"].startswith("net[1]")


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"Method": "Kaimig"}, "Kaiming"),
        ({"Method": ["Xavier", {"Distribution": "Unifrom"}]}, "Uniform"),
        ({"Method": ["Xavier", {"Distributions": "Uniform"}]}, "Distribution"),
        ({"Method": ["Xavier", {"FactorType": "Men"}]}, "Mean"),
        ({"Methd": "Xavier"}, "Method"),
        ({"Method": ["Random", {"Weights": -1}]}, None),
        ({"RandomSeeding": 1.5}, None),
        ({"Method": None}, None),
        ({"Method": ["Kaiming", 5]}, None),
        ({"which": "Xavier"}, "Method='Xavier'"),
    ],
)
def test_wrong_options(options, nearest):
    with pytest.raises(NetError) as error:
        NetInitialize(BIG, **options)
    assert error.value.facts.get("nearest") == nearest


@pytest.mark.parametrize("groups", [1, 10])
def test_transposed_kernels_are_drawn_by_the_inputs_that_feed_an_output(groups):
    layer = DeconvolutionLayer(50, (3, 4), ChannelGroups=groups, Input=(100, 5, 5))

    weights = NetInitialize(layer).Weights
    assert weights.shape == (100, 50 // groups, 3, 4)
    assert np.var(weights) * (100 / groups) * 12 == pytest.approx(2, rel=0.1)
