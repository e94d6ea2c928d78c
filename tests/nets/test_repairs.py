"""The edits that errors offer: each really mends the net, and no search hides the first error."""

import numpy as np
import pytest

from netdsl import ConvolutionLayer, FlattenLayer, LinearLayer, NetChain, PoolingLayer, ShapeError
from netdsl.spec import Layer, equal, port, registry
from netdsl.spec.classes import fields
from netdsl.symbols import Automatic
from tests.properties.samples import SAMPLES


class BrokenLayer(Layer):
    """Doubles a vector, and fails at one size, as a user's layer may."""

    Input: object = port("n", default=Automatic)
    Output: object = port("m", default=Automatic)

    def relate(self, n, m):
        yield equal(m, n * 2)
        if n.value == 7:
            raise ZeroDivisionError

    def alternatives(self):
        yield {}


del registry["BrokenLayer"]  # it is no layer of the library


def test_a_search_never_replaces_the_error():
    with pytest.raises(ShapeError) as error:
        NetChain([BrokenLayer(), LinearLayer(4, Weights=np.ones((4, 14)))], Input=5)
    assert (error.value.facts["expected"], error.value.facts["got"]) == (14, 10)


def test_what_is_offered_builds():
    layers = [ConvolutionLayer(4, 5), PoolingLayer(2, 2), ConvolutionLayer(4, 5), FlattenLayer()]
    with pytest.raises(ShapeError) as error:
        NetChain(layers, Input=(1, 12, 12))
    same, size, kernel = error.value.facts["nearest"]

    assert same == "ConvolutionLayer(4, 5, PaddingSize='Same') at net[3]"
    assert size == "Input=(1, 14, 14)"
    assert kernel == "ConvolutionLayer(4, 4) at net[3]"
    assert NetChain([*layers[:2], ConvolutionLayer(4, 5, PaddingSize="Same")], Input=(1, 12, 12))
    assert NetChain(layers, Input=(1, 14, 14))
    assert NetChain([*layers[:2], ConvolutionLayer(4, 4)], Input=(1, 12, 12))
    with pytest.raises(ShapeError):
        NetChain(layers, Input=(1, 13, 13))


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_alternatives_are_settings_of_the_layer(sample):
    for edit in sample.layer.alternatives():
        assert edit
        assert set(edit) <= set(fields(type(sample.layer)))
        assert all(value != getattr(sample.layer, name) for name, value in edit.items())


def test_a_dimension_is_left_out_only_where_the_rank_is_wrong():
    with pytest.raises(ShapeError) as error:
        NetChain([ConvolutionLayer(4, 5)], Input=(1, 2, 9))
    assert "Input=(2, 9)" not in error.value.facts["nearest"]
