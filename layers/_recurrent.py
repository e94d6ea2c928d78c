"""What recurrent layers share: their size, the arrays of a gate, states that start at zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netdsl.dims import port_type
from netdsl.errors import SettingError
from netdsl.spec import Automatic, array

KINDS = ("InputWeights", "StateWeights", "Biases")
"""The arrays that every gate has; the name of the gate stands before."""


def size(spec: Any) -> Any:
    """Read the size of a state: a positive integer or a name."""
    dims = port_type(spec).dims
    if dims is None or len(dims) != 1 or dims[0] == "Varying":
        raise SettingError(
            "The states of a recurrent layer are vectors of one size.",
            expected="a positive integer or a name",
            got=repr(spec),
        )
    return dims[0]


def input_weights(gate: str) -> Any:
    """Declare the weights of the inputs in a gate."""
    doc = f"weights of the inputs in the {gate}"
    return array("Size k", init="weights", default=Automatic, doc=doc)


def state_weights(gate: str) -> Any:
    """Declare the weights of the state before in a gate."""
    doc = f"weights of the state before in the {gate}"
    return array("Size Size", init="weights", default=Automatic, doc=doc)


def biases(gate: str) -> Any:
    """Declare the offsets of a gate."""
    return array("Size", init="biases", default=Automatic, doc=f"offsets of the {gate}")


def dot(sp: Any, weights: Any, row: Any, entry: Callable[[Any], Any]) -> Any:
    """Return the product of one row of weights and a vector, whose entry at k is `entry(k)`."""
    (k,) = sp.indices(1)
    return sp.Sum(weights[row, k] * entry(k), (k, 0, weights.shape[1] - 1))


def stacked(xp: Any, gates: tuple[str, ...], arrays: Mapping[str, Any]) -> list[Any]:
    """Return the arrays of all gates in one, weights transposed: one product gives all gates."""
    inputs, states, offsets = (
        xp.concatenate(*(arrays[gate + kind] for gate in gates), axis=0) for kind in KINDS
    )
    return [xp.transpose(inputs, (1, 0)), xp.transpose(states, (1, 0)), offsets]


def start(xp: Any, state: Any, shape: tuple[int, ...]) -> Any:
    """Return the state in which a sequence starts: zeros where nothing feeds it."""
    return xp.broadcast_to(xp.constant(0.0), shape) if state is None else state
