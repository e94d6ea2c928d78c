"""TotalLayer: the sum of equal shapes, which are inferred from any of them."""

import numpy as np
import pytest

from netdsl import Automatic, ShapeError, TotalLayer

SAMPLES = [
    TotalLayer(InputPorts=[(2, 3), (2, 3), (2, 3)]),
    TotalLayer(InputPorts={"a": ("Varying", 3), "b": ("Varying", 3)}),
    TotalLayer(InputPorts=["one"], Output=4),
    TotalLayer(InputPorts=2, Output=()),
]


def test_the_entries_are_added():
    got = TotalLayer()([[1, 2], [3, 4], [50, 60]])

    np.testing.assert_array_equal(got, [54, 66])


def test_the_output_fixes_all_inputs():
    total = TotalLayer(InputPorts=3, Output=(2, "h"))

    assert [total.port(name).dims for name in total.input_names] == [(2, "h")] * 3


def test_one_input_fixes_the_others():
    total = TotalLayer(InputPorts={"a": Automatic, "b": (4, 5)})

    assert (total.port("a").dims, total.port("Output").dims) == ((4, 5), (4, 5))


def test_nothing_is_repeated():
    with pytest.raises(ShapeError) as error:
        TotalLayer(InputPorts=[3, 1])
    assert error.value.facts["port"] == "Input2"
