"""CompiledLayer: documented values, gradients by hand and by trace, functions that fail."""

import numpy as np
import pytest

from netdsl import (
    CompiledLayer,
    DataError,
    Information,
    LinearLayer,
    NetChain,
    NetError,
    NetInitialize,
    NetPortGradient,
    NetTrain,
    SettingError,
)


def scaled_sines(x):
    """Not the same at every place, and of another size."""
    return np.sin(x[1:]) * np.arange(1.0, len(x))


def gradient_of_scaled_sines(x, g):
    return np.concatenate([[0.0], g * np.cos(x[1:]) * np.arange(1.0, len(x))])


def norms(batch):
    return np.sqrt(np.sum(batch**2, axis=-1))


def gradient_of_norms(batch, g, y):
    return (g / y)[..., None] * batch


def product(x):
    out = x[0] ** 2
    for row in x[1:]:
        out = out * row
    return out


SAMPLES = [
    CompiledLayer("netdsl.functions.determinant:det", "netdsl.functions.determinant:det_gradient",
                  Input=(3, 3)),
    CompiledLayer("numpy:tanh", Input=(2, 3)),
    CompiledLayer("numpy:transpose", Input=(2, 5), Output=(5, 2)),
    CompiledLayer("numpy:linalg.norm", Input=(3, 2)),
    CompiledLayer("numpy:square", Batched=True, Input=(2, 3)),
    CompiledLayer("numpy:cosh", Input=("n", 3), Output=("n", 3)),
]  # fmt: skip


def test_documented_values():
    product_of_rows = CompiledLayer(lambda x: np.multiply.reduce(x), None)

    got = product_of_rows([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    np.testing.assert_array_equal(got, [15, 48])


@pytest.mark.parametrize(
    ("layer", "data", "expected"),
    [
        (CompiledLayer(scaled_sines, gradient_of_scaled_sines), [5.0, 0.0, np.pi], [0, 1, -2]),
        (CompiledLayer(norms, gradient_of_norms, Batched=True, Input=2), [3.0, 4.0], [0.6, 0.8]),
        (CompiledLayer(product), [[2.0], [3.0], [5.0]], [[60], [20], [12]]),
        (CompiledLayer(lambda x: x @ x.T @ x, Input=(1, 2)), [[1.0, 2.0]], [[11, 17]]),
    ],
)
def test_gradients_by_hand(layer, data, expected):
    np.testing.assert_allclose(layer(data, NetPortGradient("Input")), expected, atol=1e-6)


def test_it_is_trained_through():
    net = NetInitialize(NetChain([4, CompiledLayer(scaled_sines), LinearLayer(())], Input=2))

    trained = NetTrain(net, ([[1.0, 2.0]], [3.0]), Method="SGD", MaxTrainingRounds=2,
                       TrainingProgressReporting=None)  # fmt: skip

    assert not np.array_equal(trained[1, "Weights"], net[1, "Weights"])


def test_sizes_follow_from_a_trial():
    assert CompiledLayer(scaled_sines, Input=5).port("Output").dims == (4,)
    assert NetChain([6, CompiledLayer(scaled_sines)]).port("Output").dims == (5,)
    assert CompiledLayer(norms, Batched=True, Input=(3, 2)).port("Output").dims == (3,)


def test_examples_of_several_lengths():
    layer = CompiledLayer(scaled_sines, Input=("Varying",))

    short, long = layer([[0.0, 1.0], [0.0, 1.0, 1.0]])

    np.testing.assert_allclose([*short, *long], np.sin(1) * np.array([1, 1, 2]), rtol=1e-6)


def test_its_formula_names_the_function():
    net = NetChain([CompiledLayer(scaled_sines, Input=3)])

    assert str(Information(net, "Formula")) == "Output[i] = scaled_sines(Input)[i]"
    latex = Information(net, "Formula").latex()
    assert r"\operatorname{scaled\_sines}\left(\mathrm{Input}\right)_{i}" in latex


@pytest.mark.parametrize(
    ("layer", "data", "sentence"),
    [
        (CompiledLayer(lambda x: x[7], Output=()), [1.0], "fails"),
        (CompiledLayer(lambda x: x[x > -1], Output=2), [1.0, -2.0], "dimensions"),
        (CompiledLayer(lambda x: x * np.nan), [1.0, 2.0], "NaN"),
        (CompiledLayer(lambda x: x.__iadd__(1), Output=2), [1.0, 2.0], "fails"),
        (CompiledLayer(lambda x: x + 1j, Output=2), [1.0, 2.0], "numbers"),
    ],
)
def test_a_function_that_fails_is_told_with_facts(layer, data, sentence):
    with pytest.raises(DataError) as error:
        layer(data)
    assert sentence in error.value.sentence
    assert "CompiledLayer" in error.value.facts["layer"]


@pytest.mark.parametrize("gradient", ["Automatic", None])
def test_training_through_a_function_without_gradient_is_refused(gradient):
    settings = {} if gradient else {"Gradient": None}
    net = NetInitialize(NetChain([3, CompiledLayer(np.sort, **settings)], Input=2))

    assert net([1.0, 2.0]).shape == (3,)
    with pytest.raises(NetError) as error:
        net([1.0, 2.0], NetPortGradient([1, "Weights"]))
    assert error.value.facts["got"] == str(gradient)


@pytest.mark.parametrize(
    ("settings", "fact"),
    [
        ((3,), "expected"),
        ((LinearLayer,), "expected"),
        (("numpy:srot",), "because"),
        (("srot",), "because"),
        ((np.sort, lambda x: x), "expected"),
        ((lambda x, y: x + y,), "expected"),
        (("numpy:ndarray",), "expected"),
    ],
)
def test_impossible_settings_are_refused(settings, fact):
    with pytest.raises(SettingError) as error:
        CompiledLayer(*settings)
    assert error.value.facts[fact]
    assert error.value.facts["layer"] == "CompiledLayer"


@pytest.mark.parametrize(
    ("function", "batched"),
    [
        (lambda x: x[x > 0], False),
        (lambda x: 1 / len(x[0]), False),
        (lambda x: "a", False),
        (np.sum, True),
        (lambda x: x[0], True),
        (lambda x: x[:2], True),
    ],
)
def test_a_trial_that_fails_asks_for_the_output(function, batched):
    with pytest.raises(SettingError) as error:
        CompiledLayer(function, Input=2, Batched=batched)
    assert "CompiledLayer" in error.value.facts["layer"]


def test_a_gradient_that_fails_is_named():
    layer = CompiledLayer(lambda x: x * 2, lambda x, g: g[1:])

    with pytest.raises(DataError) as error:
        layer([1.0, 2.0], NetPortGradient("Input"))
    assert error.value.facts["setting"] == "Gradient"


def test_an_array_is_not_changed_in_place():
    with pytest.raises(DataError) as error:
        CompiledLayer(lambda x: x.__iadd__(1), Output=2)([1.0, 2.0])
    assert "in place" in error.value.facts["because"]


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("sizes", [(10**6, 10**6), (2**61, 3)])
def test_no_trial_is_made_on_a_very_large_array(sizes, batched):
    layer = CompiledLayer("numpy:tanh", Batched=batched)

    for net in (layer, NetChain([layer, 3])):
        with pytest.raises(SettingError) as error:
            net.with_ports({"Input": sizes})
        assert "too large" in error.value.sentence
        assert "Output=" in error.value.facts["expected"]
    given = CompiledLayer("numpy:tanh", Batched=batched, Input=sizes, Output=("n", 3))
    assert given.port("Output").dims == ("n", 3)
