"""Layers that go through sequences, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

from netdsl import All, NetGraph, NetPort, NetPortGradient
from tests.peers.harness import (
    COUNT,
    TOLERANCE,
    Twin,
    as_arrays,
    call,
    compare,
    compiled,
    each,
    generator,
    installed,
    same,
)

SEQUENCES = [
    call(2, Input=(4, 3)),
    call(3, Input=(1, 2)),
    call(1, Input=(5, 4)),
    call(4, Input=(2, 1)),
    call(5, Input=(3, 5)),
    call(2, Input=(9, 6)),
    call(7, Input=(4, 2)),
    call(3, Input=(6, 7)),
    call(1, Input=(2, 2)),
    call(6, Input=(12, 3)),
    call(8, Input=(3, 11)),
]
PARTS = ("InputWeights", "StateWeights", "Biases")


def gates(arrays, order, join):
    """The weights of the input, of the state and the offsets, of gates in this order."""
    return [join([arrays[f"{name}Gate{part}"] for name in order]) for part in PARTS]


def lstm(jax, layer, Input, **arrays):
    start = jax.numpy.zeros((Input.shape[0], layer.Size))
    return lstm_from(jax, layer, Input, start, start, **arrays)["Output"]


def lstm_from(jax, layer, Input, State, CellState, **arrays):
    """The output and the last states, from given states."""
    jnp = jax.numpy
    of_input, of_state, offsets = gates(
        arrays, ["Input", "Forget", "Memory", "Output"], jnp.concatenate
    )

    def step(states, x):
        h, c = states
        z = x @ of_input.T + h @ of_state.T + offsets
        i, f, g, o = jnp.split(z, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    (h, c), out = jax.lax.scan(step, (State, CellState), jnp.moveaxis(Input, 1, 0))
    return {"Output": jnp.moveaxis(out, 0, 1), "LastState": h, "LastCellState": c}


def lstm_onnx(run, layer, Input, **arrays):
    order = ["Input", "Output", "Forget", "Memory"]
    of_input, of_state, offsets = gates(arrays, order, np.concatenate)
    out = run(
        "LSTM",
        np.moveaxis(Input, 1, 0),
        of_input[None],
        of_state[None],
        np.concatenate([offsets, 0 * offsets])[None],
        hidden_size=layer.Size,
    )
    return np.moveaxis(out[:, 0], 0, 1)


def lstm_torch(torch, layer, Input, **arrays):
    of_input, of_state, offsets = gates(arrays, ["Input", "Forget", "Memory", "Output"], torch.cat)
    module = torch.nn.LSTM(Input.shape[-1], layer.Size, batch_first=True, dtype=torch.float64)
    given = {
        "weight_ih_l0": of_input,
        "weight_hh_l0": of_state,
        "bias_ih_l0": offsets,
        "bias_hh_l0": torch.zeros_like(offsets),
    }
    out, _ = torch.func.functional_call(module, given, (Input,))
    return out


TWINS = [Twin("LongShortTermMemoryLayer", SEQUENCES, lstm, lstm_onnx, lstm_torch)]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)


@pytest.mark.parametrize("one", SEQUENCES[:4], ids=str)
def test_states_go_in_and_come_out_as_in_jax(one):
    jax = installed("jax")
    layer = TWINS[0].layer(one)
    data, random = TWINS[0].data(layer, one), generator(one, 3)
    names = ("State", "CellState")
    data |= {name: random.normal(size=(COUNT, layer.Size)) for name in names}
    edges = [(NetPort(name), NetPort("lstm", name)) for name in names]
    edges += [(NetPort("lstm", name), NetPort(f"Last{name}")) for name in names]
    edges += [(NetPort("Input"), "lstm", NetPort("Output"))]
    net = NetGraph({"lstm": layer}, edges)
    ours = net(data, All, WorkingPrecision="Real64")
    imposed = {name: random.normal(size=np.shape(value)) for name, value in ours.items()}
    arrays = {name: np.asarray(getattr(layer, name), float) for name in layer.array_fields}

    def both(given, imposed):
        outputs, back = jax.vjp(lambda given: lstm_from(jax, layer, **given, **arrays), given)
        return outputs, back(imposed)[0]

    with jax.enable_x64(True):
        theirs, gradients = compiled(jax, both)(data, imposed)

    seeds = {NetPortGradient(name): value for name, value in imposed.items()}
    found = {
        name: net({**data, **seeds}, NetPortGradient(name), WorkingPrecision="Real64")
        for name in data
    }
    same(as_arrays(ours), as_arrays(theirs), TOLERANCE)
    same(as_arrays(found), as_arrays(gradients), TOLERANCE)
