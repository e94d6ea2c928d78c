"""Which multiplier each array gets."""

import pytest

from netdsl.errors import SettingError, StructureError
from netdsl.layers import LinearLayer, ParametricRampLayer
from netdsl.nets.chain import NetChain
from netdsl.nets.rates import array_rates
from netdsl.symbols import All, Automatic, Blank, Span

NET = NetChain(
    {
        "a": LinearLayer(4),
        "b": NetChain([ParametricRampLayer(), LinearLayer(3, Biases=None)]),
        "c": LinearLayer(2),
    },
    Input=5,
)
PATHS = [
    ("a", "Weights"),
    ("a", "Biases"),
    ("b", 1, "Slope"),
    ("b", 2, "Weights"),
    ("c", "Weights"),
    ("c", "Biases"),
]


@pytest.mark.parametrize(
    ("setting", "rates"),
    [
        (Automatic, [1, 1, 1, 1, 1, 1]),
        (2.5, [2.5] * 6),
        (None, [0] * 6),
        ({"b": 3}, [1, 1, 3, 3, 1, 1]),
        ({2: 3, -1: None}, [1, 1, 3, 3, 0, 0]),
        ({Span(1, 2): -1}, [-1, -1, -1, -1, 1, 1]),
        ({("b", 2, "Weights"): 0, "b": 2, Blank: 4}, [4, 4, 2, 0, 4, 4]),
        ([(["b", 2], 2), ("b", 3), (Blank, 0)], [0, 0, 3, 2, 0, 0]),
        ({Blank: 1, "b": 5}, [1] * 6),
        ({(All, "Biases"): 0}, [1, 0, 1, 1, 1, 0]),
        ({("b", 2, "Biases"): 0}, [1] * 6),
    ],
)
def test_rules(setting, rates):
    assert array_rates(NET, setting) == dict(zip(PATHS, rates, strict=True))
    stored = NetChain(dict(NET.nodes), Input=5, LearningRateMultipliers=setting)
    assert array_rates(stored) == dict(zip(PATHS, rates, strict=True))


def test_the_innermost_stored_setting_counts():
    inner = NetChain(
        [LinearLayer(2, LearningRateMultipliers={"Biases": 5}), LinearLayer(2)],
        LearningRateMultipliers={1: 3},
    )
    net = NetChain([inner], LearningRateMultipliers=2)

    assert list(array_rates(net).values()) == [3, 5, 2, 2]
    assert list(array_rates(net, {(1, 1, "Biases"): 7}).values()) == [3, 7, 2, 2]


@pytest.mark.parametrize(
    ("setting", "facts"),
    [
        ({"d": 1}, {"got": "'d'", "expected": "a, b, c"}),
        ({("a", "Weigths"): 1}, {"layer": "net['a'] = LinearLayer(4)", "nearest": "Weights"}),
        ({4: 1}, {"got": "4"}),
        ({("a", "Weights", 1): 1}, {"got": "1"}),
    ],
)
def test_rules_that_name_nothing(setting, facts):
    with pytest.raises(StructureError) as error:
        array_rates(NET, setting)
    assert error.value.facts["setting"] == "LearningRateMultipliers"
    assert facts.items() <= error.value.facts.items()


@pytest.mark.parametrize("setting", ["a", True, float("nan"), {"a": "b"}, ("a", 2), [1, 2]])
def test_settings_that_are_no_rates(setting):
    with pytest.raises(SettingError) as error:
        array_rates(NET, setting)
    assert error.value.facts["setting"] == "LearningRateMultipliers"


@pytest.mark.parametrize("rates", ["slow", True, float("nan"), {"Slope": "x"}, [1, 2]], ids=str)
@pytest.mark.parametrize("build", [ParametricRampLayer, lambda **o: NetChain([3], **o)])
def test_a_rate_that_is_none_is_refused_when_the_net_is_built(rates, build):
    with pytest.raises(SettingError) as error:
        build(LearningRateMultipliers=rates)
    assert error.value.facts["setting"] == "LearningRateMultipliers"
