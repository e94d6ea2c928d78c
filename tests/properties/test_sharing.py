"""What holds for every layer whose arrays are shared, shown on its samples."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import netdsl
from netdsl import All, NetArray, NetGraph, NetInsertSharedArrays, NetPort, NetPortGradient
from tests.properties.samples import SAMPLES

WITH_ARRAYS = [sample for sample in SAMPLES if sample.layer.array_fields]
each_sample = pytest.mark.parametrize("sample", WITH_ARRAYS, ids=str)


def learned(layer):
    return [name for name, field in layer.array_fields.items() if getattr(field, "learned", True)]


def by_hand(layer):
    """The layer with every array replaced by a NetArray of its value."""
    return layer.with_parts(
        {(name,): NetArray(f"my {name}", Array=getattr(layer, name)) for name in learned(layer)}
    )


def asked(net, data, what):
    found = net(data, what, WorkingPrecision="Real64")
    return {str(name): np.asarray(value) for name, value in found.items()}


@each_sample
def test_a_shared_array_computes_as_any_other(sample):
    layer, data = sample.filled(), sample.data(3)

    for shared in (by_hand(layer), NetInsertSharedArrays(layer)):
        assert len(shared.shapes.shared) == len(learned(layer))
        for what in (All, NetPortGradient(All)):
            expected, got = asked(layer, data, what), asked(shared, data, what)
            assert list(got) == list(expected)
            for name, value in got.items():
                np.testing.assert_array_equal(value, expected[name])


@each_sample
def test_the_gradient_is_the_sum_over_the_places(sample):
    layer, data = sample.filled(), {"a": sample.data(3), "b": sample.data(3, seed=8)}
    edges = [(NetPort(key + n), NetPort(key, n)) for key in data for n in layer.input_names]
    net = NetGraph({"a": by_hand(layer), "b": by_hand(layer)}, edges)
    given = {key + name: value for key in data for name, value in data[key].items()}

    one, other = (asked(layer, each, NetPortGradient(All)) for each in data.values())
    both = asked(net, given, NetPortGradient(All))

    for name in learned(layer):
        total = one[str(NetPortGradient(name))] + other[str(NetPortGradient(name))]
        again = net(given, NetPortGradient("b", name), WorkingPrecision="Real64")
        for got in (both[str(NetPortGradient("a", name))], again):
            np.testing.assert_allclose(got, total, rtol=1e-9, atol=1e-12)
        assert str(NetPortGradient("b", name)) not in both


@each_sample
def test_shared_layers_rebuild(sample):
    names = {**vars(netdsl)}
    for layer in (by_hand(sample.layer), by_hand(sample.filled())):
        for again in (pickle.loads(pickle.dumps(layer)), eval(repr(layer), names)):
            assert again == layer
            assert hash(again) == hash(layer)
