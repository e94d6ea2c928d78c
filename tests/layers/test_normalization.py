"""NormalizationLayer: documented values, its recipes by hand, levels that do not fit."""

import numpy as np
import pytest

from netdsl import (
    All,
    Automatic,
    InstanceNormalizationLayer,
    NetInitialize,
    NetPortGradient,
    NormalizationLayer,
    SettingError,
    ShapeError,
    Span,
)

SAMPLES = [
    NormalizationLayer(Input=(2, 3)),
    NormalizationLayer(Input=(3, 2, 4), Epsilon=0.01),
    NormalizationLayer(1, Input=(3, 2)),
    NormalizationLayer(-1, (1, 2), Unbiased=True, Input=(2, 4, 3)),
    NormalizationLayer((3, 1), "Same", Biases=None, Input=(2, 4, 3)),
    NormalizationLayer(Span(1, 3), 1, GroupNumber=(2, 1, 1), Input=(4, 3, 2)),
    NormalizationLayer((3, 2), (), GroupNumber=(2, 3), Scaling=None, Input=(2, 3, 4)),
    NormalizationLayer(All, Method="RMS", Input=(3, 2)),
    NormalizationLayer(2, (3, 2), Method="RMS", GroupNumber=2, Input=(2, 4, 3)),
    NormalizationLayer(2, "Same", Input=("Varying", 3)),
    NormalizationLayer(1, Unbiased=True, Input=("Varying", 3)),
    NormalizationLayer(1, Scaling=None, Biases=None, Input=5),
]
X = [[1, 2, 3], [2, 4, 9]]


def plain(*levels, **settings):
    """The layer without scaling and bias."""
    return NormalizationLayer(*levels, Scaling=None, Biases=None, **settings)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (plain(), [[-1.223827, 0, 1.223827], [-1.018991, -0.339664, 1.358654]]),
        (plain(Unbiased=True), [[-0.999500, 0, 0.999500], [-0.832018, -0.277339, 1.109358]]),
        (plain(Method="RMS"), [[0.462860, 0.925721, 1.388581], [0.344686, 0.689372, 1.551086]]),
        (plain(1), [[-0.998006, -0.999500, -0.999944], [0.998006, 0.999500, 0.999944]]),
    ],
)
def test_check_values(layer, expected):
    np.testing.assert_allclose(layer(X), expected, atol=1e-6)
    settings = {**layer.settings(), "Scaling": Automatic, "Biases": Automatic}
    fresh = NetInitialize(NormalizationLayer(**settings, Input=(2, 3)))
    np.testing.assert_allclose(fresh(X), expected, atol=1e-6)


def test_check_values_of_groups():
    got = plain([1, 2], GroupNumber=[2, 1])([[1, 2], [3, 4], [5, 6], [7, 8]])

    half = [[-1.341104, -0.447035], [0.447035, 1.341104]]
    np.testing.assert_allclose(got, [*half, *half], atol=1e-6)


@pytest.mark.parametrize(
    ("levels", "dims"),
    [
        ((), (5,)),
        ((Span(2, All), "Same"), (6, 7)),
        ((1,), (6, 7)),
        ((-1,), (5, 6)),
        (((3, 1), "Same"), (7, 5)),
        ((All,), ()),
        ((1, Span(2, 3)), (6, 7)),
        ((1, ()), ()),
        ((1, All), (5, 6, 7)),
    ],
)
def test_arrays_have_the_sizes_of_the_scaling_levels(levels, dims):
    layer = NetInitialize(NormalizationLayer(*levels, Input=(5, 6, 7)))

    assert layer.Scaling.shape == layer.Biases.shape == dims
    assert (layer.Scaling == 1).all()
    assert not layer.Biases.any()


def test_arrays_say_how_large_the_input_is():
    layer = NormalizationLayer((3, 1), "Same", Scaling=np.ones((4, 2)), Input=("a", "b", "c"))

    assert layer.port("Output").dims == (2, "b", 4)


def by_hand(x, axes, epsilon=0.001):
    mean = x.mean(axes, keepdims=True)
    return (x - mean) / np.sqrt(((x - mean) ** 2).mean(axes, keepdims=True) + epsilon)


RANDOM = np.random.default_rng(7)


@pytest.mark.parametrize("levels", [1, 2, (1, 2), (2, 3), All])
@pytest.mark.parametrize("unbiased", [0, 1])
def test_standardized_by_hand(levels, unbiased):
    x = RANDOM.normal(3, 2, (3, 4, 2))
    axes = (0, 1, 2) if levels is All else tuple(np.atleast_1d(levels) - 1)

    got = plain(levels, Unbiased=bool(unbiased), Epsilon=0.2)(x, WorkingPrecision="Real64")

    spread = np.sqrt(x.var(axes, keepdims=True, ddof=unbiased) + 0.2)
    np.testing.assert_allclose(got, (x - x.mean(axes, keepdims=True)) / spread, rtol=1e-10)


@pytest.mark.parametrize("levels", [1, 2])
def test_root_mean_square_by_hand(levels):
    x = RANDOM.normal(3, 2, (3, 4))

    got = plain(levels, Method="RMS", Epsilon=0.2)(x, WorkingPrecision="Real64")

    square = (x**2).mean(levels - 1, keepdims=True)
    np.testing.assert_allclose(got, x / np.sqrt(square + 0.2), rtol=1e-10)


def test_instance_normalization():
    x, factors, offsets = RANDOM.normal(3, 2, (2, 3, 4, 5)), [1, 2, 3], [0.5, 0, -1]
    layer = NormalizationLayer(Scaling=factors, Biases=offsets, Input=(3, 4, 5))

    got = layer(x)

    wide = np.reshape(factors, (3, 1, 1)), np.reshape(offsets, (3, 1, 1))
    np.testing.assert_allclose(got, by_hand(x, (2, 3)) * wide[0] + wide[1], atol=1e-5)


def test_layer_normalization_of_sequences(monkeypatch):
    x = [RANDOM.normal(1, 3, (length, 3)) for length in (4, 2)]
    layer = NormalizationLayer(2, "Same", Scaling=[1, 2, 3], Biases=[3, 2, 1], Epsilon=0.1)

    monkeypatch.setattr("netdsl.engine.run._Running.group", None)
    got = layer.with_ports({"Input": ("Varying", 3)})(x)

    for one, given in zip(got, x, strict=True):
        np.testing.assert_allclose(one, by_hand(given, 1, 0.1) * [1, 2, 3] + [3, 2, 1], atol=1e-5)


def test_group_normalization():
    x = RANDOM.normal(2, 3, (2, 6, 4, 5))
    settings = {"GroupNumber": [3, 1, 1], "Scaling": np.arange(6), "Input": x.shape[1:]}
    layer = NormalizationLayer(Span(1, 3), 1, **settings)

    got = NetInitialize(layer)(x)

    apart = by_hand(x.reshape(2, 3, 2, 4, 5), (2, 3, 4)).reshape(x.shape)
    np.testing.assert_allclose(got, apart * np.arange(6)[:, None, None], atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"Unbiased": True}, {"Method": "RMS"}])
@pytest.mark.parametrize("levels", [1, (1, 2), 2])
def test_of_sequences_only_their_own_elements_count(levels, settings, monkeypatch):
    x = [RANDOM.normal(1, 3, (length, 3)) for length in (4, 2, 7)]
    layer = plain(levels, **settings).with_ports({"Input": ("Varying", 3)})
    alone = [layer(one) for one in x]
    slopes = [layer(one, NetPortGradient("Input")) for one in x]

    if "Unbiased" not in settings:  # of which a sequence of one number is refused, apart
        monkeypatch.setattr("netdsl.engine.run._Running.group", None)
    together, found = layer(x), layer(x, NetPortGradient("Input"))

    for one, expected in zip([*together, *found], [*alone, *slopes], strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-5, atol=1e-6)


def test_far_from_zero_the_variance_is_exact():
    x = np.array([[10000.25, 10000.5, 10000.75, 10001.0]], np.float32)

    got = plain(2, Epsilon=0)(x)

    np.testing.assert_allclose(got, [[-3, -1, 1, 3] / np.sqrt(5)], rtol=1e-4)


def test_nothing_differs_in_training():
    layer = plain()

    np.testing.assert_array_equal(layer(X, NetEvaluationMode="Train"), layer(X))


def test_instance_normalization_layer():
    assert InstanceNormalizationLayer() == NormalizationLayer()
    assert InstanceNormalizationLayer(Epsilon=0.1, Input=(2, 3, 4)).port("Output").dims == (2, 3, 4)
    with pytest.raises(SettingError) as error:
        InstanceNormalizationLayer(Epsilom=0.1)
    assert error.value.facts["nearest"] == "Epsilon"


@pytest.mark.parametrize(
    ("levels", "settings", "fact"),
    [
        ((), {"Input": 3}, ("setting", "AggregationLevels")),
        ((1,), {"Input": ()}, ("port", "Input")),
        ((4,), {"Input": (2, 3, 4)}, ("setting", "AggregationLevels")),
        (((1, -3),), {"Input": (2, 3, 4)}, ("setting", "AggregationLevels")),
        ((Span(3, 2),), {"Input": (2, 3, 4)}, ("setting", "AggregationLevels")),
        ((1, 4), {"Input": (2, 3, 4)}, ("setting", "ScalingLevels")),
        ((1, 2), {"Input": (2, 3, 4), "Scaling": [1, 2]}, ("array", "Scaling")),
        ((1,), {"Input": (5, 3), "GroupNumber": 2}, ("expected", "a divisor of 5: 1, 5")),
        ((1,), {"Input": (4, 3), "GroupNumber": (2, 1)}, ("setting", "GroupNumber")),
        ((1,), {"Input": (1, 3), "Unbiased": True}, ("expected", "at least 2")),
        ((2,), {"Input": (2, 4), "GroupNumber": 4, "Unbiased": True}, ("expected", "at least 8")),
        ((2,), {"Input": ("Varying", 4)}, ("array", "Scaling")),
    ],
)
def test_levels_and_sizes_that_do_not_fit(levels, settings, fact):
    with pytest.raises(ShapeError) as error:
        NormalizationLayer(*levels, **settings)
    assert error.value.facts[fact[0]] == fact[1]


def test_groups_that_divide_are_offered():
    with pytest.raises(ShapeError) as error:
        NormalizationLayer(1, GroupNumber=4, Input=(6, 5))
    assert "NormalizationLayer(1, GroupNumber=3)" in error.value.facts["nearest"]


@pytest.mark.parametrize(
    ("setting", "value", "nearest"),
    [
        ("AggregationLevels", (), None),
        ("AggregationLevels", 0, None),
        ("ScalingLevels", "same", "Same"),
        ("Epsilon", -1, None),
        ("GroupNumber", 0, None),
        ("GroupNumber", (), None),
        ("Unbiased", 1, None),
        ("Method", "Standard", "Standardize"),
    ],
)
def test_settings_that_cannot_be(setting, value, nearest):
    with pytest.raises(SettingError) as error:
        NormalizationLayer(**{setting: value})
    assert error.value.facts["setting"] == setting
    assert error.value.facts.get("nearest") == nearest


def test_a_mean_square_has_no_bias():
    with pytest.raises(SettingError) as error:
        NormalizationLayer(Method="RMS", Unbiased=True)
    assert error.value.facts["setting"] == "Unbiased"
