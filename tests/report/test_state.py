"""What a report says of arrays that a training moves without learning them."""

import pytest

from netdsl import (
    Automatic,
    BatchNormalizationLayer,
    ConvolutionLayer,
    Information,
    NetChain,
    NetGraph,
    ParametricRampLayer,
)

CHAIN = NetChain(
    [ConvolutionLayer(4, 3, Biases=None), BatchNormalizationLayer(), ParametricRampLayer()],
    Input=(2, 7, 5),
)
# 4 x 2 x 3 x 3 weights, 4 factors, 4 offsets, 4 means, 4 variances, 4 slopes
FROZEN = NetChain(
    [BatchNormalizationLayer(LearningRateMultipliers=None), ParametricRampLayer()], Input=(5, 3)
)


@pytest.mark.parametrize(
    ("net", "total", "trainable", "frozen", "state"),
    [
        (CHAIN, 92, 84, 0, 8),
        (FROZEN, 25, 5, 10, 10),
        (ParametricRampLayer(Input=3), 3, 3, 0, 0),
        (NetGraph({"bn": BatchNormalizationLayer()}, [], Input=("c", 3)), "4*c", "2*c", 0, "2*c"),
        (BatchNormalizationLayer(), Automatic, Automatic, 0, Automatic),
    ],
)
def test_state_is_counted_apart(net, total, trainable, frozen, state):
    names = ["ArraysTotal", "Trainable", "Frozen", "State"]

    counts = Information(net, [f"{name}ElementCount" for name in names])

    expected = [total, trainable, frozen, state]
    assert [str(count) for count in counts] == [str(count) for count in expected]


def test_state_is_marked_in_the_table_of_parts():
    text = Information(CHAIN).text(None)

    marked = "Scaling* 4, Biases* 4, MovingMean* 4 (state), MovingVariance* 4 (state)"
    assert marked in text
    assert "elements         84       0      8       0\n" in text
    assert "layers 3; arrays 6; parameters 92; bytes 368" in text


def test_state_is_marked_in_the_table_of_arrays():
    layer = BatchNormalizationLayer(LearningRateMultipliers={"MovingMean": 0, "Scaling": 0.5})
    values = {}
    for line in str(Information(layer)).splitlines():
        for name in layer.array_fields:
            if line.startswith(f"{name} ") and "none yet" in line:
                values[name] = line[line.index("none yet") :].split("  ")[0]

    assert values == {
        "Scaling": "none yet (rate 0.5)",
        "Biases": "none yet",
        "MovingMean": "none yet (state, frozen)",
        "MovingVariance": "none yet (state)",
    }


def test_state_as_data():
    found = Information(FROZEN).to_dict()

    assert found["totals"]["state"] == {"arrays": 2, "elements": 10, "bytes": 40}
    roles = {name: array["role"] for name, array in found["parts"][0]["arrays"].items()}
    assert roles == {
        "Scaling": "frozen",
        "Biases": "frozen",
        "MovingMean": "state",
        "MovingVariance": "state",
    }
    assert found["parts"][1]["arrays"]["Slope"]["role"] == "trainable"
