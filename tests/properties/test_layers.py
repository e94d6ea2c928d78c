"""What holds for every layer, shown on its samples."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
import sympy

import netdsl
from netdsl.errors import NetError
from netdsl.spec import registry
from netdsl.spec.classes import fields
from tests.properties.oracle import by_formula
from tests.properties.samples import BY_LAYER, CERTAIN, SAMPLES, Sample

SEED = {"WorkingPrecision": "Real64", "RandomSeeding": 1}

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)
each_certain_sample = pytest.mark.parametrize("sample", CERTAIN, ids=str)
each_layer = pytest.mark.parametrize("name", sorted(registry))


def run(sample: Sample, data, **options):
    layer = sample.filled()
    result = layer(data, netdsl.All, **SEED, **options)
    # A net without inputs gives one example, not a batch.
    return {name: np.asarray(value if data else [value]) for name, value in result.items()}


@each_layer
def test_every_layer_has_samples(name):
    assert BY_LAYER[name], f"{name} has no SAMPLES in tests/layers"


@each_certain_sample
def test_computation_is_the_formula(sample):
    data = sample.data(1)
    layer = sample.filled()
    one = {name: value[0] for name, value in data.items()}
    kinds = {name: replace(layer.port(name), dims=value.shape) for name, value in one.items()}
    sized = layer.with_parts({(name,): kind.spec() for name, kind in kinds.items()})
    arrays = {
        name: getattr(layer, name) for name in fields(type(layer)) if name in layer.array_fields
    }

    for port, got in run(sample, data).items():
        expected = by_formula(sized, one, arrays, got[0].shape, port)
        np.testing.assert_allclose(got[0], expected, rtol=1e-9, atol=1e-12)


@each_sample
def test_computed_dimensions_are_the_inferred_ones(sample):
    data = sample.data(3)
    layer = sample.filled()
    types = {name: netdsl.PortType(value.shape[1:]) for name, value in data.items()}
    shapes = layer.solved(types, lengths_vary=False)

    for port, got in run(sample, data).items():
        assert got.shape == (3 if data else 1, *shapes.port((), port).dims)


@each_sample
def test_a_layer_is_taken_out_of_the_net_that_it_stands_in(sample):
    layer = sample.layer
    net = netdsl.NetGraph({"part": layer}, [])
    if len(layer.input_names) == len(layer.output_names) == 1:
        net = netdsl.NetChain({"part": layer})

    for found in (net["part"], *net, *netdsl.Information(net, "LayersList")):
        assert found.output_names == layer.output_names
        names = (*layer.input_names, *layer.output_names)
        assert [found.port(name) for name in names] == [layer.port(name) for name in names]


@each_certain_sample
def test_a_batch_is_its_examples_one_by_one(sample):
    data = sample.data(3)
    together = run(sample, data)

    for index in range(3 if data else 0):
        alone = run(sample, {name: value[index] for name, value in data.items()})
        for port, value in alone.items():
            np.testing.assert_allclose(together[port][index], value, rtol=1e-12, atol=1e-14)


def loss(layer, data, weights):
    """A number that depends on every output entry differently."""
    result = layer(data, netdsl.All, **SEED)
    return sum(np.sum(weights[port] * np.asarray(value)) for port, value in result.items())


def real_data(sample, layer, data):
    return {name: value for name, value in data.items() if layer.port(name).element != "Integer"}


@each_sample
def test_gradients_are_central_differences(sample):
    data, layer = sample.data(3), sample.filled()
    random = np.random.default_rng(11)
    weights = {port: random.normal(size=value.shape) for port, value in run(sample, data).items()}
    seeds = {
        netdsl.NetPortGradient(port): value if data else value[0] for port, value in weights.items()
    }
    step = 1e-6

    for name, value in real_data(sample, layer, data).items():
        direction = random.normal(size=value.shape)
        got = layer({**data, **seeds}, netdsl.NetPortGradient(name), **SEED)
        high = loss(layer, {**data, name: value + step * direction}, weights)
        low = loss(layer, {**data, name: value - step * direction}, weights)
        np.testing.assert_allclose(
            np.sum(got * direction), (high - low) / (2 * step), rtol=2e-5, atol=1e-7
        )

    for name in layer.array_fields:
        value = np.asarray(getattr(layer, name), np.float64)
        direction = np.asarray(random.normal(size=value.shape))
        got = layer({**data, **seeds}, netdsl.NetPortGradient(name), **SEED)
        high = loss(layer.with_parts({(name,): value + step * direction}), data, weights)
        low = loss(layer.with_parts({(name,): value - step * direction}), data, weights)
        np.testing.assert_allclose(
            np.sum(got * direction), (high - low) / (2 * step), rtol=2e-5, atol=1e-7
        )


@each_sample
def test_float32_in_float32_out(sample):
    layer = sample.filled()
    data = {
        name: value.astype(np.float32) if value.dtype == np.float64 else value
        for name, value in sample.data(3).items()
    }
    for name, value in layer(data, netdsl.All).items():
        wanted = np.int64 if layer.port(name).element == "Integer" else np.float32
        # One number comes as Python's.
        assert np.asarray(value).dtype == wanted or (not data and isinstance(value, float))


@each_sample
def test_repr_rebuilds_it(sample):
    names = {**vars(sympy), **vars(netdsl)}
    for layer in (sample.layer, sample.filled(), netdsl.NetInitialize(sample.layer)):
        assert eval(repr(layer), names) == layer


@each_sample
def test_pickle_rebuilds_it(sample):
    layer = sample.filled()
    again = pickle.loads(pickle.dumps(layer))
    assert again == layer
    assert hash(again) == hash(layer)


@each_sample
def test_it_is_frozen(sample):
    layer = sample.filled()
    for name in fields(type(layer)):
        with pytest.raises(NetError):
            setattr(layer, name, 1)
    for name in layer.array_fields:
        value = getattr(layer, name)
        with pytest.raises(ValueError, match="read-only"):
            value[...] = 1


@each_layer
def test_every_setting_is_documented(name):
    for setting, field in fields(registry[name]).items():
        if setting not in ("Input", "Output", "Target", "Loss"):
            assert field.doc, f"{name}.{setting} has no doc"
    assert ">>>" in registry[name].__doc__


@each_layer
def test_a_misspelt_setting_is_met_with_the_nearest(name):
    meant = next(
        port for port in ("InputPorts", "Input", "Output") if port in fields(registry[name])
    )
    with pytest.raises(NetError) as error:
        registry[name](**{meant.replace("put", "ptu"): 3})
    assert error.value.facts["nearest"] == meant
