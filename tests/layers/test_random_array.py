"""RandomArrayLayer: moments of every distribution, parameters as data, seeds, gradients."""

import math

import numpy as np
import pytest

import netdsl
from netdsl import (
    Automatic,
    Information,
    NetGraph,
    NetPort,
    NetPortGradient,
    NormalDistribution,
    PoissonDistribution,
    RandomArrayLayer,
    SettingError,
    ShapeError,
    ThreadingLayer,
    TotalLayer,
    UniformDistribution,
)

SAMPLES = [
    RandomArrayLayer(lambda mean, sd: NormalDistribution(mean, sd**2), InputPorts=[3, 3]),
    RandomArrayLayer(
        lambda a, b: UniformDistribution([a, a + b**2]), InputPorts=[(2, "w"), Automatic]
    ),
    (RandomArrayLayer("ExponentialDistribution", InputPorts=[()]), (0.5, 2)),
]

EULER, PI = 0.5772156649, math.pi
# Mean and variance, from tables of distributions.
MOMENTS = [
    ("NormalDistribution", (3, 2), 3, 4),
    ("UniformDistribution", (2, 5), 3.5, 0.75),
    ("GammaDistribution", (2, 3), 6, 18),
    ("ExponentialDistribution", (4,), 1 / 4, 1 / 16),
    ("PoissonDistribution", (3.5,), 3.5, 3.5),
    ("MaxwellDistribution", (2,), 4 * math.sqrt(2 / PI), 4 * (3 - 8 / PI)),
    ("RayleighDistribution", (2,), 2 * math.sqrt(PI / 2), 4 * (2 - PI / 2)),
    ("ChiDistribution", (2,), math.sqrt(PI / 2), 2 - PI / 2),
    ("HalfNormalDistribution", (2,), 1 / 2, (PI - 2) / 8),
    ("WeibullDistribution", (2, 3), 3 * math.sqrt(PI) / 2, 9 * (1 - PI / 4)),
    ("NakagamiDistribution", (1, 2), math.sqrt(PI / 2), 2 - PI / 2),
    ("ChiSquareDistribution", (5,), 5, 10),
    ("ErlangDistribution", (3, 2), 3 / 2, 3 / 4),
    ("LogGammaDistribution", (1, 0.2, 4), 3 + 1 / 0.8, 1 / 0.6 - 1 / 0.64),
    ("ExpGammaDistribution", (1, 2, 5), 5 - 2 * EULER, 4 * PI**2 / 6),
    ("InverseGammaDistribution", (5, 8), 2, 4 / 3),
    ("BernoulliDistribution", (0.3,), 0.3, 0.21),
    ("BinomialDistribution", (7, 0.3), 2.1, 1.47),
    ("NegativeBinomialDistribution", (4, 0.4), 6, 15),
    ("DiscreteUniformDistribution", (-1, 3), 1, 2),
]


@pytest.mark.parametrize(("name", "parameters", "mean", "variance"), MOMENTS)
def test_moments(name, parameters, mean, variance):
    family = getattr(netdsl, name)
    fixed = RandomArrayLayer(family(*parameters), Output=200_000)(RandomSeeding=1)
    arrays = [np.full(200_000, parameter, float) for parameter in parameters]
    given = RandomArrayLayer(family)(arrays, RandomSeeding=2)

    for found in (fixed, given):
        assert abs(found.mean() - mean) < 0.02 * math.sqrt(variance)
        assert abs(found.var() / variance - 1) < 0.05


def test_every_distribution_is_tested():
    families = [name for name in netdsl.__all__ if name.endswith("Distribution")]
    assert sorted(families) == sorted(name for name, *_ in MOMENTS)


IMPOSSIBLE = {
    "UniformDistribution": (2, 1),
    "DiscreteUniformDistribution": (0.5, 3),
    "BernoulliDistribution": (1.5,),
    "BinomialDistribution": (5, -0.5),
    "NegativeBinomialDistribution": (4, 0),
    "ErlangDistribution": (2.5, 1),
    "NormalDistribution": (0, -1),
}


@pytest.mark.parametrize(("name", "possible"), [(name, given) for name, given, *_ in MOMENTS])
def test_impossible_parameters_in_data_give_nan(name, possible):
    wrong = IMPOSSIBLE.get(name, (-1,) * len(possible))
    data = np.transpose([possible, wrong])

    found = RandomArrayLayer(name)(data[0] if len(data) == 1 else list(data))

    assert np.isnan(found).tolist() == [False, True]
    with pytest.raises(SettingError):
        getattr(netdsl, name)(*wrong)


def test_the_inputs_are_called_as_the_arguments():
    one = RandomArrayLayer(lambda m: PoissonDistribution(m))
    named = RandomArrayLayer(lambda Mean, Sd: NormalDistribution(Mean, Sd))

    assert repr(one) == "RandomArrayLayer(lambda m: PoissonDistribution(m))"
    assert one.input_names == ("Input",)
    assert (one([0.01, 1000.0]) > 500).tolist() == [False, True]
    assert named.input_names == ("Mean", "Sd")
    assert named({"Mean": [1000.0], "Sd": [1.0]}) > 900


def test_logarithms_of_small_shapes_are_finite():
    layer = RandomArrayLayer(netdsl.ExpGammaDistribution(0.01, 1, 0), Output=100_000)

    found = layer(RandomSeeding=1)

    assert np.isfinite(found).all()
    assert abs(found.mean() / -100.56 - 1) < 0.02  # the digamma function at 0.01


def test_examples_and_calls_differ_and_a_seed_repeats():
    noisy = NetGraph(
        {"noise": RandomArrayLayer(NormalDistribution(0, 1)), "sum": TotalLayer()},
        [(NetPort("Input"), "sum"), ("noise", "sum")],
        Input=4,
    )
    x = np.zeros((2, 4))

    first = noisy(x, RandomSeeding=3)
    np.testing.assert_array_equal(first, noisy(x, RandomSeeding=3))
    assert (first[0] != first[1]).all()
    assert (noisy(x) != noisy(x)).any()
    assert str(Information(noisy, "Formula")) == "Output[i] = NormalDistribution(0, 1) + Input[i]"


def test_the_gradient_goes_to_what_scales_and_shifts():
    layer = RandomArrayLayer(NormalDistribution, InputPorts=[2, 2])
    data = {"Input1": [1.0, 2.0], "Input2": [2.0, 0.5]}
    drawn = layer(data, RandomSeeding=1)

    by_mean = layer(data, NetPortGradient("Input1"), RandomSeeding=1)
    by_deviation = layer(data, NetPortGradient("Input2"), RandomSeeding=1)

    np.testing.assert_array_equal(by_mean, [1, 1])
    np.testing.assert_allclose(by_deviation, (drawn - [1, 2]) / [2, 0.5], rtol=1e-5)


@pytest.mark.parametrize(
    "spec",
    [
        lambda: NormalDistribution(0, -1),
        lambda: netdsl.BernoulliDistribution(1.5),
        lambda: UniformDistribution([3, 2]),
        lambda: NormalDistribution(1),
        lambda: RandomArrayLayer("NormalDistributoin"),
        lambda: RandomArrayLayer(lambda x: x + 1),
        lambda: RandomArrayLayer(3),
        lambda: RandomArrayLayer(lambda x: 1 / 0),
        lambda: NormalDistribution(mean=0),
        lambda: NormalDistribution("0", 1),
    ],
)
def test_what_is_no_distribution_is_refused(spec):
    with pytest.raises(SettingError):
        spec()


def test_a_size_that_nothing_says_is_asked_for():
    net = NetGraph(
        {"noise": RandomArrayLayer(NormalDistribution()), "sum": ThreadingLayer("Plus")},
        [(NetPort("Input"), "sum"), ("noise", "sum")],
        Input=3,
    )
    with pytest.raises(ShapeError) as error:
        net([1, 2, 3])
    assert "noise" in error.value.facts["layer"]
