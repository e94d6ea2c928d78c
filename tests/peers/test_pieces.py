"""Layers that add, repeat, pad and take entries, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

import numpy as np

from netdsl import All, Span
from tests.peers.harness import Twin, call, compare, each

# ---- one element more --------------------------------------------------------------------------

LENGTHENED = [
    call(Input=3),
    call(Input=1),
    call(Input=9),
    call(Input=(2, 3)),
    call(Input=(4, 1)),
    call(Input=(1, 5)),
    call(Input=(3, 2, 4)),
    call(Input=(2, 4, 1)),
    call(Input=(5, 1, 2)),
    call(Input=(2, 3, 1, 2)),
]


def prepend(jax, layer, Input, Element):
    return jax.numpy.concatenate([Element[:, None], Input], axis=1)


def prepend_onnx(run, layer, Input, Element):
    return run("Concat", Element[:, None], Input, axis=1)


def append(jax, layer, Input, Element):
    return jax.numpy.concatenate([Input, Element[:, None]], axis=1)


def append_onnx(run, layer, Input, Element):
    return run("Concat", Input, Element[:, None], axis=1)


# ---- repeated ----------------------------------------------------------------------------------

REPLICATED = [
    call(3, Input=2),
    call(2, Input="Real"),
    call(4, Input=(2, 3)),
    call([3, 4], Input=3),
    call([2, 3], Input=(1, 6)),
    call(3, 2, Input=5),
    call(2, 2, Input=(3, 4)),
    call(5, 3, Input=(2, 7)),
    call([2, 5], 2, Input=(3, 4, 2)),
    call(3, -1, Input=(4, 2)),
    call([3, 1, 2], 4, Input=(2, 2, 3)),
]


def replicate(jax, layer, Input):
    # The new axes stand one further in, behind the batch.
    count = layer.port("Output").rank - (Input.ndim - 1)
    at = layer.Position if layer.Position > 0 else Input.ndim + 1 + layer.Position
    wide = jax.numpy.expand_dims(Input, range(at, at + count))
    return jax.numpy.broadcast_to(wide, (Input.shape[0], *layer.port("Output").dims))


def replicate_onnx(run, layer, Input):
    count = layer.port("Output").rank - (Input.ndim - 1)
    at = layer.Position if layer.Position > 0 else Input.ndim + 1 + layer.Position
    wide = run("Unsqueeze", Input, np.arange(at, at + count))
    return run("Expand", wide, np.array([len(Input), *layer.port("Output").dims]))


# ---- padded ------------------------------------------------------------------------------------

ENDS = [
    ([(2, 1)], 4),
    ([(0, 3)], 5),
    ([(1, 0), (2, 2)], (3, 4)),
    ([(0, 0), (1, 3)], (2, 5)),
    ([(3, 1), (0, 0)], (5, 2)),
    ([(0, 0), (2, 1), (0, 3)], (2, 3, 4)),
    ([(1, 2), (0, 1), (1, 1)], (4, 2, 3)),
    ([(0, 1), (1, 0), (0, 0), (1, 2)], (2, 2, 3, 3)),
    ([(0, 0), (0, 0)], (3, 2)),
    ([(2, 2), (3, 0), (0, 1)], (3, 4, 2)),
]
PADDED = [
    call(ends, Input=shape, **setting)
    for setting in ({}, {"Padding": -1.5}, {"Padding": "Fixed"}, {"Padding": "Reflected"})
    for ends, shape in ENDS
]


def pad(jax, layer, Input):
    ends = [(0, 0), *layer.PaddingSize]
    if isinstance(layer.Padding, str):
        mode = {"Fixed": "edge", "Reflected": "reflect"}[layer.Padding]
        return jax.numpy.pad(Input, ends, mode=mode)
    return jax.numpy.pad(Input, ends, constant_values=layer.Padding)


def pad_onnx(run, layer, Input):
    pairs = [(0, 0), *layer.PaddingSize]
    ends = np.array([before for before, _ in pairs] + [after for _, after in pairs])
    if isinstance(layer.Padding, str):
        mode = {"Fixed": "edge", "Reflected": "reflect"}[layer.Padding]
        return run("Pad", Input, ends, mode=mode)
    return run("Pad", Input, ends, np.float64(layer.Padding), mode="constant")


# ---- parts by fixed positions ------------------------------------------------------------------

PARTS = [
    call(2, Input=3),
    call(-2, Input=6),
    call(Span(1, 2), Input=(3, 2)),
    call(Span(2, All), Input=5),
    call(Span(1, All, 2), Input=10),
    call(Span(2, -2), Input=(6, 2)),
    call(Span(-3, -1), Input=(7, 1)),
    call(Span(2, 9, 3), Input=(10, 3)),
    call([All, 1], Input=(2, 3)),
    call([2, Span(1, 3)], Input=(4, 5)),
    call([Span(2, 3), All, -1], Input=(3, 2, 4)),
    call([1, 2, 3], Input=(2, 3, 4)),
    call([Span(1, All, 3), -2], Input=(8, 3, 2)),
    call([All, Span(-4, All, 2), Span(1, 1)], Input=(2, 5, 3)),
]


def place(position):
    """A position as numpy counts it: from 0, and negative ones alike."""
    return position - 1 if position > 0 else position


def taken(spec):
    """What stands between numpy's brackets for a part."""
    if spec is All:
        return slice(None)
    if not isinstance(spec, Span):
        return place(spec)
    stop = None if spec.last is All or spec.last == -1 else place(spec.last) + 1
    return slice(place(spec.first), stop, spec.step)


def part(jax, layer, Input):
    parts = layer.Part if isinstance(layer.Part, tuple) else (layer.Part,)
    return Input[(slice(None), *map(taken, parts))]


def part_torch(torch, layer, Input):
    return part(None, layer, Input)


# ---- parts by positions that are data ----------------------------------------------------------

EXTRACTED = [
    call(Input=5, Position="Integer"),
    call(Input=(4, 3), Position="Integer"),
    call(Input=3, Position=1),
    call(Input=6, Position=(2, 1)),
    call(Input=(2, 3), Position=2),
    call(Input=(3, 4), Position=1),
    call(Input=(4, 2), Position=(5, 1)),
    call(Input=(2, 5), Position=(3, 2)),
    call(Input=(3, 2, 4), Position=(2, 3, 2)),
    call(Input=(2, 3, 4), Position=(7, 3)),
    call(Input=(5, 2, 3), Position=(1, 4, 1)),
    call(Input=(2, 2, 3, 2), Position=(3, 2)),
]


def counted(shape):
    """Make the type of an array of integers."""
    return "Integer" if shape == "Integer" else (*np.atleast_1d(shape).tolist(), "Integer")


EXTRACTED = [
    call(Input=one.settings["Input"], Position=counted(one.settings["Position"]))
    for one in EXTRACTED
]


def positions(layer, data):
    """Make positions that are there, some of them from the end."""
    sizes, shape = data["Input"].shape[1:], data["Position"].shape
    count = shape[-1] if len(shape) > 1 else 1
    random = np.random.default_rng([*sizes, *shape])
    rows = shape[:1] if len(shape) == 1 else shape[:-1]
    found = random.integers(1, np.array(sizes[:count]) + 1, (*rows, count))
    found = np.where(random.uniform(size=found.shape) < 0.3, found - 1 - sizes[:count], found)
    return {**data, "Position": found.reshape(shape)}


def extract(jax, layer, Input, Position):
    jnp = jax.numpy
    places = jnp.where(Position > 0, Position - 1, Position)
    places = places[:, None] if places.ndim == 1 else places

    def one(array, at):
        return array[tuple(jnp.moveaxis(at, -1, 0))]

    return jax.vmap(one)(Input, places)


def extract_onnx(run, layer, Input, Position):
    places = np.where(Position > 0, Position - 1, Position)
    places = places[:, None] if places.ndim == 1 else places
    return run("GatherND", Input, places, batch_dims=1)


TWINS = [
    Twin("PrependLayer", LENGTHENED, prepend, prepend_onnx),
    Twin("AppendLayer", LENGTHENED, append, append_onnx),
    Twin("ReplicateLayer", REPLICATED, replicate, replicate_onnx),
    Twin("PaddingLayer", PADDED, pad, pad_onnx),
    Twin("PartLayer", PARTS, part, torch=part_torch),
    Twin("ExtractLayer", EXTRACTED, extract, extract_onnx, prepare=positions),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
