"""What is measured beside the loss: the share of classes that the net gets wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.program import Program, Value
from netdsl.layers import CrossEntropyLossLayer
from netdsl.nets.container import Container
from netdsl.spec import Net
from netdsl.spec.shapes import Path

AnyArray = NDArray[Any]


class ErrorRate:
    """How often the likeliest class is not the target, at the only cross-entropy of a net."""

    name = "ErrorRate"

    def __init__(self, path: Path, form: str) -> None:
        self.path = path
        self.form = form

    @classmethod
    def of(cls, net: Net) -> ErrorRate | None:
        """Return the measurement for a net with losses; None unless one is a cross-entropy."""
        found = [
            cls(path, layer.Form)
            for path, layer in net.leaves()
            if isinstance(layer, CrossEntropyLossLayer)
            and all(isinstance(net.at(path[:n]), Container) for n in range(len(path)))
        ]
        return found[0] if len(found) == 1 else None

    def values(self, program: Program, net: Net) -> tuple[Value, Value]:
        """Return the values that it looks at: the probabilities and the targets."""
        return fed(program, net, self.path, "Input"), fed(program, net, self.path, "Target")

    def counter(self, probabilities: AnyArray, targets: AnyArray) -> Callable[[], float]:
        """Return a function that counts the wrong ones among the examples in this memory."""
        look, said, meant = self._looks(probabilities, targets)
        wrong = np.empty(said.shape, bool)
        look.append(partial(np.not_equal, said, meant, out=wrong))
        inside = wrong.size // len(wrong)

        def count() -> float:
            for call in look:
                call()
            return int(np.count_nonzero(wrong)) / inside

        return count

    def _looks(
        self, probabilities: AnyArray, targets: AnyArray
    ) -> tuple[list[Callable[[], Any]], AnyArray, AnyArray]:
        """Return calls that find what the net says and what is meant, and where these lie."""
        if self.form == "Binary":
            said, meant = np.empty(targets.shape, bool), np.empty(targets.shape, bool)
            half = np.array(0.5, probabilities.dtype)
            look: list[Callable[[], Any]] = [
                partial(np.greater_equal, probabilities, half, out=said),
                partial(np.greater_equal, targets, half, out=meant),
            ]
            return look, said, meant
        said = np.empty(probabilities.shape[:-1], np.intp)
        look = [partial(np.argmax, probabilities, axis=-1, out=said)]
        if self.form == "Index":
            return [*look, partial(np.add, said, 1, out=said)], said, targets
        meant = np.empty(said.shape, np.intp)
        return [*look, partial(np.argmax, targets, axis=-1, out=meant)], said, meant


def fed(program: Program, net: Net, path: Path, port: str) -> Value:
    """Return the value that feeds an input port of the part at a path."""
    if not path:
        return program.inputs[port]
    outside = net.at(path[:-1])
    assert isinstance(outside, Container)
    key, name = outside.wiring.feeds[path[-1], port]
    if key is None:
        return fed(program, net, path[:-1], name)
    return program.ports[(*path[:-1], key), name]
