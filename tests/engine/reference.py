"""A program run in the plainest way: each operation on new arrays, none of them used again."""

from __future__ import annotations

import numpy as np

from netdsl.engine.lower import lowered


def run(program, wanted, given, dtype=np.float64):
    """The values that are wanted, computed one operation after the other."""
    memory = {}
    wanted = lowered(program, wanted)
    for value in program.needed(wanted):
        if value.constant is not None:
            memory[value.number] = np.array(value.constant, dtype)
        elif value.op is None:
            memory[value.number] = np.asarray(given[value.number])
        else:
            memory[value.number] = _computed(value, [memory[v.number] for v in value.inputs], dtype)
    return [memory[value.number] for value in wanted]


def _computed(value, inputs, dtype):
    op = value.op
    if op.view is not None:
        return op.view(inputs[0], **value.attrs)
    kinds = {"real": dtype, "int": np.int64, "bool": np.bool_}
    out = np.empty(value.shape, kinds[value.kind])
    shapes = op.scratch(*(v.shape for v in value.inputs), **value.attrs) if op.scratch else ()
    if any(v.kind == "int" for v in value.inputs):
        inputs = [
            array.astype(np.int64) if v.constant is not None and v.constant.is_integer() else array
            for v, array in zip(value.inputs, inputs, strict=True)
        ]
    for call in op.bind(inputs, out, [np.empty(shape, dtype) for shape in shapes], value.attrs):
        call()
    return out
