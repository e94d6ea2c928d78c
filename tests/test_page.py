"""One layer all the way: declared, shaped, initialized, applied, reported on, trained."""

import numpy as np
import pytest
import sympy

import netdsl
from netdsl import (
    All,
    Automatic,
    DataError,
    Information,
    LinearLayer,
    LogisticSigmoid,
    NetChain,
    NetDecoder,
    NetError,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetTrain,
    ParametricRampLayer,
    SettingError,
    ShapeError,
    UninitializedError,
)


def test_the_bare_layer():
    layer = ParametricRampLayer()

    assert layer.Levels == (1,)
    assert layer.Slope is Automatic
    assert repr(layer) == "ParametricRampLayer()"
    assert eval(repr(layer), vars(netdsl)) == layer


def test_one_fixed_slope():
    got = ParametricRampLayer([], Slope=0.25)([[10, 10, 10], [-10, -10, -10]])

    np.testing.assert_array_equal(got, [[10, 10, 10], [-2.5, -2.5, -2.5]])


def test_initialized_and_applied():
    act = NetInitialize(ParametricRampLayer(Input=3))

    np.testing.assert_array_equal(NetExtract(act, "Slope"), np.float32([0.1, 0.1, 0.1]))
    np.testing.assert_allclose(
        act([[-3, -2, -1], [0, 1, 2]]), [[-0.3, -0.2, -0.1], [0, 1, 2]], rtol=1e-6
    )
    assert NetExtract(NetInitialize(ParametricRampLayer([], Input=3)), "Slope") == 0.1


def test_trained_it_learns_three_slopes_and_the_given_one_keeps_its_own():
    act = NetInitialize(ParametricRampLayer(Input=3))
    random = np.random.default_rng(2)
    data = (random.uniform(-1, 1, (10, 3)), random.uniform(-1, 1, (10, 3)))

    trained = NetTrain(act, data, MaxTrainingRounds=50, TrainingProgressReporting=None)

    slopes = NetExtract(trained, "Slope")
    assert slopes.shape == (3,)
    assert (slopes != np.float32(0.1)).all()
    np.testing.assert_array_equal(NetExtract(act, "Slope"), np.float32([0.1, 0.1, 0.1]))


def test_sequences():
    ramp = NetInitialize(ParametricRampLayer(2, Input=["Varying", 3]))
    random = np.random.default_rng(2)
    batch = [random.normal(size=(length, 3)) for length in (2, 5, 1)]

    assert NetExtract(ramp, "Slope").shape == (3,)
    for got, alone in zip(ramp(batch), batch, strict=True):
        np.testing.assert_array_equal(got, ramp(alone))


def test_a_frozen_slope_stays():
    leaky = ParametricRampLayer([], Slope=0.1, LearningRateMultipliers=0, Input=3)
    net = NetChain(
        [LinearLayer(3), leaky, LinearLayer([]), LogisticSigmoid], Output=NetDecoder("Boolean")
    )

    results = NetTrain(
        net,
        {1: False, 2: True, 3: False, 4: True},
        All,
        MaxTrainingRounds=300,
        TrainingProgressReporting=None,
    )
    trained, losses = results["TrainedNet"], results["RoundLossList"]

    assert NetExtract(trained, [2, "Slope"]) == 0.1
    assert NetExtract(trained, [1, "Biases"]).any(), "they start at 0"
    assert losses[-1] < losses[0]
    assert set(map(type, trained([1, 2, 3, 4]))) == {bool}


def test_fixed_slopes():
    each = ParametricRampLayer(Slope=[0.1, 0.2, 0.3], LearningRateMultipliers=0, Input=3)
    one = ParametricRampLayer([], Slope=0.1, LearningRateMultipliers=0, Input=3)
    x = [[-1, -1, -1], [1, 1, 1]]

    np.testing.assert_allclose(each(x), [[-0.1, -0.2, -0.3], [1, 1, 1]], rtol=1e-6)
    np.testing.assert_allclose(one(x), [[-0.1, -0.1, -0.1], [1, 1, 1]], rtol=1e-6)


def test_reported_on():
    layer = ParametricRampLayer(Input=(3, 4))

    assert "ParametricRampLayer" in str(Information(layer))
    assert "Slope" in Information(layer)._repr_html_()
    for name in Information(layer, "Properties"):
        Information(layer, name)


def test_its_formula():
    formula = Information(ParametricRampLayer(Input=3), "Formula")

    x, slope = sympy.symbols("x slope", real=True)
    i = formula.output.indices[0]
    parts = {
        sympy.IndexedBase("Input", real=True)[i]: x,
        sympy.IndexedBase("Slope", real=True)[i]: slope,
    }
    entry = formula.entry.subs(parts)
    ramp = sympy.Max(x, 0) + slope * sympy.Min(x, 0)
    assert sympy.simplify(entry - ramp.rewrite(sympy.Piecewise)) == 0
    assert r"\begin{cases}" in Information(ParametricRampLayer(Input=3), "FormulaLaTeX")


def test_in_a_graph():
    net = NetInitialize(
        NetGraph({"in": LinearLayer(3), "act": ParametricRampLayer()}, [("in", "act")], Input=2)
    )

    inner = net([1.0, -2.0], netdsl.NetPort("in"))
    np.testing.assert_allclose(
        net([1.0, -2.0]), np.where(inner >= 0, inner, 0.1 * inner), rtol=1e-6
    )


X = np.ones((4, 3))


@pytest.mark.parametrize(
    ("wrong", "kind", "facts"),
    [
        (
            lambda: ParametricRampLayer(Input=3, Slope=[1, 2]),
            ShapeError,
            {"array": "Slope", "got": 2},
        ),
        (lambda: ParametricRampLayer(3, Input=(2, 3)), ShapeError, {"setting": "Levels", "got": 3}),
        (lambda: ParametricRampLayer(Slop=1), SettingError, {"nearest": "Slope"}),
        (lambda: ParametricRampLayer(Input=3)([1, 2, 3]), UninitializedError, {"array": "Slope"}),
        (lambda: ramp()([[[1, 2, 3]]]), DataError, {"port": "Input"}),
        (lambda: ramp()([1, 2]), DataError, {"port": "Input", "got": "2"}),
        (lambda: ramp()("text"), DataError, {"port": "Input", "got": "'text'"}),
        (lambda: train((np.where(np.eye(4, 3) == 1, np.nan, 0), X)), DataError, {"port": "Input"}),
        (lambda: train((X, np.full((4, 3), np.nan))), DataError, {"port": "Output"}),
        (lambda: train((X, X[:3])), DataError, {"port": "Output", "got": 3}),
    ],
    ids=range(10),
)
def test_the_wrong_ones(wrong, kind, facts):
    with pytest.raises(NetError) as error:
        wrong()
    assert type(error.value) is kind
    assert {name: error.value.facts.get(name) for name in facts} == facts


def ramp():
    return NetInitialize(ParametricRampLayer(Input=3))


def train(data):
    return NetTrain(ramp(), data, MaxTrainingRounds=1, TrainingProgressReporting=None)
