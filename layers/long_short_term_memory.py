"""LongShortTermMemoryLayer: a recurrence that gates decide what to keep of."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from netdsl.dims import Dims
from netdsl.functions import LogisticSigmoid, Tanh
from netdsl.layers._recurrent import (
    KINDS,
    biases,
    dot,
    input_weights,
    size,
    stacked,
    start,
    state_weights,
)
from netdsl.spec import Array, Auto, Automatic, Layer, option, port, state

GATES = ("InputGate", "OutputGate", "ForgetGate", "MemoryGate")


class LongShortTermMemoryLayer(Layer):
    """Go through a sequence of vectors with a memory that gates write, read and forget.

    >>> layer = NetInitialize(LongShortTermMemoryLayer(2, Input=("Varying", 3)))
    >>> layer([[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]).shape
    (4, 2)

    Each element of the output is the state after the element of the input at that place. The
    states start at zero unless something in a NetGraph feeds `NetPort("lstm", "State")` or
    `NetPort("lstm", "CellState")`, which give the last ones to whoever reads from them. Other
    than vectors of one size raise a ShapeError. Sources: Wolfram `LongShortTermMemoryLayer`;
    Hochreiter and Schmidhuber 1997, Gers and others 2000 (without peepholes).
    """

    Size: int | str = option(read=size, doc="size of the states and of each vector of the output")
    _: KW_ONLY
    Input: Dims | Auto = port("t k", default=Automatic, doc="a sequence of vectors")
    Output: Dims | Auto = port("t Size", default=Automatic)
    State: Dims | Auto = state("Size", doc="the output: before its first vector, after its last")
    CellState: Dims | Auto = state("Size", doc="the memory: before the first step, after the last")
    InputGateInputWeights: Array | Auto = input_weights("input gate")
    InputGateStateWeights: Array | Auto = state_weights("input gate")
    InputGateBiases: Array | Auto = biases("input gate")
    OutputGateInputWeights: Array | Auto = input_weights("output gate")
    OutputGateStateWeights: Array | Auto = state_weights("output gate")
    OutputGateBiases: Array | Auto = biases("output gate")
    ForgetGateInputWeights: Array | Auto = input_weights("forget gate")
    ForgetGateStateWeights: Array | Auto = state_weights("forget gate")
    ForgetGateBiases: Array | Auto = biases("forget gate")
    MemoryGateInputWeights: Array | Auto = input_weights("memory gate")
    MemoryGateStateWeights: Array | Auto = state_weights("memory gate")
    MemoryGateBiases: Array | Auto = biases("memory gate")

    def multiply_adds(self, t, k, Size):
        return t * len(GATES) * Size * (k + Size)

    def formula(self, sp, at, Input, State, CellState, **arrays):
        sizes = sp.sizes("Output")

        def gate(letter: str, name: str, function: Any) -> Any:
            of_input, of_state, offsets = (arrays[name + kind] for kind in KINDS)

            def rule(t: Any, u: Any) -> Any:
                brought = dot(sp, of_input, u, lambda k: Input[t, k])
                return function(brought + dot(sp, of_state, u, lambda k: s[t - 1, k]) + offsets[u])

            return sp.sequence(letter, sizes, rule)

        i, o, f = (gate(name[0].lower(), name, LogisticSigmoid) for name in GATES[:3])
        m = gate("m", "MemoryGate", Tanh)

        def cell(t: Any, u: Any) -> Any:
            return f[t, u] * c[t - 1, u] + i[t, u] * m[t, u]

        c = sp.recurrence("c", sizes, CellState, cell)
        s = sp.recurrence("s", sizes, State, lambda t, u: o[t, u] * Tanh(c[t, u]))
        last = sizes[0] - 1
        return {"Output": s[at], "State": s[(last, *at)], "CellState": c[(last, *at)]}

    def apply(self, xp, Input, State, CellState, **arrays):
        of_input, of_state, offsets = stacked(xp, GATES, arrays)
        n = offsets.shape[0] // len(GATES)

        def step(before: Any, x: Any) -> Any:
            (s, c), (x,) = before, x
            gates = x @ of_input + s @ of_state + offsets
            opened = xp.sigmoid(xp.slice(gates, axis=1, start=0, stop=3 * n))
            i, o, f = (xp.slice(opened, axis=1, start=at, stop=at + n) for at in (0, n, 2 * n))
            m = xp.tanh(xp.slice(gates, axis=1, start=3 * n, stop=4 * n))
            c = f * c + i * m
            s = o * xp.tanh(c)
            return (s, c), (s,)

        starts = tuple(start(xp, given, (Input.shape[0], n)) for given in (State, CellState))
        (s, c), (out,) = xp.scan(step, starts, (Input,))
        return {"Output": out, "State": s, "CellState": c}
