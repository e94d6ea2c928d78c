"""LocalResponseNormalizationLayer: documented values, windows at the ends, settings."""

import numpy as np
import pytest

from netdsl import LocalResponseNormalizationLayer, NetChain, SettingError, ShapeError

SAMPLES = [
    LocalResponseNormalizationLayer(Input=(5, 2, 3)),
    LocalResponseNormalizationLayer(Beta=0.75, Bias=2, ChannelWindowSize=1, Input=(4, 3, 2)),
    LocalResponseNormalizationLayer(Alpha=0.3, Beta=1.2, ChannelWindowSize=1, Input=(3, "h", 2)),
    LocalResponseNormalizationLayer(ChannelWindowSize=0, Input=("Varying", 2, 3)),
]


def test_check_values():
    x = np.arange(1.0, 6).reshape(5, 1, 1)

    got = LocalResponseNormalizationLayer()(x)

    expected = [0.512989, 0.755929, 0.866025, 1.164445, 1.507557]
    np.testing.assert_allclose(got.ravel(), expected, rtol=2e-6)


@pytest.mark.parametrize("power", [0.5, 0.75, 1.0, -0.5])
def test_settings_by_hand(power):
    x = np.array([1.0, -2, 4]).reshape(3, 1, 1)
    layer = LocalResponseNormalizationLayer(Alpha=6, Beta=power, Bias=3, ChannelWindowSize=1)

    got = layer(x, WorkingPrecision="Real64")

    below = np.array([3 + 2 * (1 + 4), 3 + 2 * (1 + 4 + 16), 3 + 2 * (4 + 16)])
    np.testing.assert_allclose(got.ravel(), [1, -2, 4] / below**power, rtol=1e-12)


def test_each_place_has_windows_of_its_own():
    x = np.random.default_rng(2).normal(size=(2, 6, 3, 4))
    layer = LocalResponseNormalizationLayer()

    got = layer(x)

    alone = layer(x[1, :, 2:3, 1:2])
    np.testing.assert_allclose(got[1, :, 2:3, 1:2], alone, rtol=1e-6)


def test_too_few_channels():
    with pytest.raises(ShapeError) as error:
        LocalResponseNormalizationLayer(Input=(4, 2, 2))
    assert error.value.facts["expected"] == "at least 5"
    assert error.value.facts["nearest"] == (
        "Input=(5, 2, 2)",
        "LocalResponseNormalizationLayer(ChannelWindowSize=1)",
    )


def test_the_window_says_how_many_channels_there_are_at_least():
    net = NetChain([LocalResponseNormalizationLayer(ChannelWindowSize=3)], Input=("c", 2, 2))

    with pytest.raises(ShapeError):
        net.with_ports({"Input": (6, 2, 2)})
    assert net.with_ports({"Input": (7, 2, 2)}).port("Output").dims == (7, 2, 2)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("Alpha", -1), ("Alpha", "x"), ("Beta", None), ("Bias", -0.1), ("ChannelWindowSize", 1.5)],
)
def test_settings_that_cannot_be(setting, value):
    with pytest.raises(SettingError) as error:
        LocalResponseNormalizationLayer(**{setting: value})
    assert error.value.facts["setting"] == setting
