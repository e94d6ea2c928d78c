"""Layers that move entries, and leave them as they are, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

import numpy as np

from netdsl import All, Automatic, Inherited
from tests.peers.harness import Twin, call, compare, each

# ---- flatten, reshape, transpose ---------------------------------------------------------------

FLATTENED = [
    call(Input="Real"),
    call(Input=5),
    call(Input=(2, 3)),
    call(Input=(3, 1, 4)),
    call(1, Input=(2, 3, 4)),
    call(2, Input=(2, 3, 4, 5)),
    call(-1, Input=(4, 2, 3)),
    call(-2, Input=(2, 5, 3, 2)),
    call(0, Input=(3, 2, 2)),
    call(Input=(2, 1, 3, 2, 2)),
]
FLATTENED_BY_LISTS = [
    call([[2, 3]], Input=(2, 3, 4)),
    call([[2, 1], [3]], Input=(4, 2, 3)),
    call([[3], [1, 2]], Input=(2, 4, 3)),
    call([[4, 2], [1, 3]], Input=(2, 3, 5, 2)),
]


def flatten(jax, layer, Input):
    if layer.Levels == 0:
        return Input
    first, last = {
        float("inf"): (1, Input.ndim),
        1: (1, 3),
        2: (1, 4),
        -1: (Input.ndim - 2, Input.ndim),
        -2: (Input.ndim - 3, Input.ndim),
    }[layer.Levels]
    return jax.lax.collapse(Input, first, last) if first < last else Input[:, None]


def flatten_onnx(run, layer, Input):
    return run("Reshape", Input, [len(Input), *layer.port("Output").dims])


def flatten_by_lists(jax, layer, Input):
    named = [level for group in layer.Levels for level in group]
    rest = [level for level in range(1, Input.ndim) if level not in named]
    moved = jax.numpy.moveaxis(Input, [*named, *rest], range(1, Input.ndim))
    at = 1
    for group in layer.Levels:
        moved = jax.lax.collapse(moved, at, at + len(group))
        at += 1
    return moved


RESHAPED = [
    call([2, 3], Input=6),
    call([6], Input=(2, 3)),
    call([], Input=(1, 1)),
    call([1], Input="Real"),
    call([4, Automatic], Input=(2, 2, 3)),
    call([Automatic, 5, 1], Input=(2, 5, 3)),
    call([Inherited, Automatic], Input=(3, 2, 4)),
    call([Inherited, 6, Inherited], Input=(2, 3, 4, 2)),
    call([3, 2, All], Input=(3, 2, 4, 5)),
    call([1, 7, 2], Input=14),
    call([2, 3, 2, 2], Input=(4, 6)),
]


def reshape(jax, layer, Input):
    numbers = [
        -1 if entry is Automatic else Input.shape[at + 1] if entry is Inherited else entry
        for at, entry in enumerate(layer.Dimensions)
    ]
    if All in numbers:
        at = numbers.index(All)
        numbers[at : at + 1] = Input.shape[at + 1 :]
    return jax.numpy.reshape(Input, (Input.shape[0], *numbers))


def reshape_onnx(run, layer, Input):
    words = {Automatic: -1, Inherited: 0}
    return run("Reshape", Input, [0, *(words.get(entry, entry) for entry in layer.Dimensions)])


REFERENCES = [
    call("ReferenceShape", Input=6, ReferenceShape=(2, 3)),
    call("ReferenceShape", Input=(4, 2), ReferenceShape=8),
]


def reshape_as(jax, layer, Input, ReferenceShape):
    return jax.numpy.reshape(Input, ReferenceShape.shape)


TRANSPOSED = [
    call(Input=(2, 3)),
    call([(1, 3)], Input=(1, 2, 3)),
    call([(1, 3), (2, 4)], Input=(3, 4, 5, 6)),
    call([(1, 3), (1, 4)], Input=(3, 4, 5, 6)),
    call((2, 3, 1), Input=(2, 3, 4)),
    call((3, 1, 2), Input=(4, 2, 3)),
    call((2, 1), Input=(3, 5, 2)),
    call([(-1, 1)], Input=(5, 2, 4)),
    call((4, 2, 1, 3), Input=(2, 3, 1, 4)),
    call((2, 3, 4, 1), Input=(2, 1, 5, 3)),
    call([(2, 3), (1, 2)], Input=(4, 3, 2)),
]


def transpose(jax, layer, Input):
    levels = layer.Levels
    if isinstance(levels[0], tuple):
        for one, other in levels:
            Input = jax.numpy.swapaxes(Input, one, other)
        return Input
    # The level k of the input becomes the level levels[k] of the output.
    return jax.numpy.moveaxis(Input, range(1, 1 + len(levels)), levels)


def transpose_onnx(run, layer, Input):
    order = list(range(Input.ndim))
    if isinstance(layer.Levels[0], tuple):
        for one, other in layer.Levels:
            order[one], order[other] = order[other], order[one]
    else:
        order[1 : 1 + len(layer.Levels)] = 1 + np.argsort(layer.Levels)
    return run("Transpose", Input, perm=order)


# ---- catenate, sequences -----------------------------------------------------------------------

CATENATED = [
    call(InputPorts=[2, 3]),
    call(InputPorts=[4, 1, 2]),
    call(InputPorts=[(2, 3), (1, 3)]),
    call(2, InputPorts=[(2, 3), (2, 4)]),
    call(-1, InputPorts=[(3, 1), (3, 5), (3, 2)]),
    call(2, InputPorts=[(2, 3, 4), (2, 1, 4)]),
    call(3, InputPorts=[(3, 2, 2), (3, 2, 5)]),
    call(-2, InputPorts=[(2, 4, 3), (2, 2, 3)]),
    call(InputPorts=[(1, 2, 3), (4, 2, 3), (2, 2, 3)]),
    call(4, InputPorts=[(2, 1, 3, 2), (2, 1, 3, 1)]),
]
CATENATED_RANKS = [
    call(InputPorts=[(2, 3), 4]),
    call(InputPorts=[3, (5, 2)]),
    call(2, InputPorts=[(2, 3, 4), (3, 2)]),
    call(1, InputPorts=[(4, 2, 3), 2, (2, 1)]),
]


def catenate(jax, layer, **inputs):
    return jax.numpy.concatenate(list(inputs.values()), axis=layer.Level)


def catenate_onnx(run, layer, **inputs):
    return run("Concat", *inputs.values(), axis=layer.Level)


def catenate_torch(torch, layer, **inputs):
    return torch.cat(list(inputs.values()), dim=layer.Level)


def catenate_ranks(jax, layer, **inputs):
    """Each example by itself, since what lacks is repeated behind the batch axis."""

    def one(*arrays):
        most = max(array.ndim for array in arrays)
        outer = next(array.shape for array in arrays if array.ndim == most)
        wide = [
            jax.numpy.broadcast_to(array, (*outer[: most - array.ndim], *array.shape))
            for array in arrays
        ]
        axis = layer.Level - 1 + most - min(array.ndim for array in arrays)
        return jax.numpy.concatenate(wide, axis)

    return jax.vmap(one)(*inputs.values())


LAST = [
    call(Input=1),
    call(Input=4),
    call(Input=(1, 3)),
    call(Input=(5, 2)),
    call(Input=(2, 7)),
    call(Input=(3, 2, 4)),
    call(Input=(4, 1, 2)),
    call(Input=(2, 5, 1)),
    call(Input=(3, 2, 1, 4)),
    call(Input=(6, 2, 2, 3)),
]


def last(jax, layer, Input):
    return jax.lax.index_in_dim(Input, -1, axis=1, keepdims=False)


def last_onnx(run, layer, Input):
    return run("Gather", Input, -1, axis=1)


def last_torch(torch, layer, Input):
    return Input.select(1, -1)


TWINS = [
    Twin("FlattenLayer", FLATTENED, flatten, flatten_onnx),
    Twin("FlattenLayer", FLATTENED_BY_LISTS, flatten_by_lists),
    Twin(
        "ReshapeLayer",
        [one for one in RESHAPED if All not in one.arguments[0]],
        reshape,
        reshape_onnx,
    ),
    Twin("ReshapeLayer", [one for one in RESHAPED if All in one.arguments[0]], reshape),
    Twin("ReshapeLayer", REFERENCES, reshape_as),
    Twin("TransposeLayer", TRANSPOSED, transpose, transpose_onnx),
    Twin("CatenateLayer", CATENATED, catenate, catenate_onnx, catenate_torch),
    Twin("CatenateLayer", CATENATED_RANKS, catenate_ranks),
    Twin("SequenceLastLayer", LAST, last, last_onnx, last_torch),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
