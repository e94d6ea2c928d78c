"""NetPort and NetPortGradient: how a port is named, in edges and in questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netdsl.errors import StructureError
from netdsl.options import with_options
from netdsl.symbols import Every

Key = int | str


@dataclass(frozen=True, slots=True, init=False)
class NetPort:
    """Name a port: of the net, `NetPort("Input")`, or of a part, `NetPort([2, "Output"])`.

    >>> NetPort("Input") >> "hidden" >> NetPort("Score")
    NetPort('Input') >> 'hidden' >> NetPort('Score')
    >>> NetPort("hidden", "Output") == NetPort(["hidden", "Output"])
    True

    Source: Wolfram `NetPort`.
    """

    spec: tuple[Any, ...]

    @with_options
    def __init__(self, *spec: Any) -> None:
        flat: list[Any] = []
        for item in spec:
            flat.extend(item if isinstance(item, list | tuple) else [item])
        keys = [i for i in flat if isinstance(i, int | str | Every) and not isinstance(i, bool)]
        if not flat or keys != flat:
            raise StructureError(
                "A port is named by the keys that lead to it.",
                expected='for instance NetPort("Input"), NetPort([2, "Output"])',
                got=repr(spec),
            )
        object.__setattr__(self, "spec", tuple(flat))

    def __repr__(self) -> str:
        inner = repr(self.spec[0]) if len(self.spec) == 1 else repr(list(self.spec))
        return f"{type(self).__name__}({inner})"

    def __rshift__(self, other: Any) -> Edge:
        return Edge((self, other))

    def __rrshift__(self, other: Any) -> Edge:
        return Edge((other, self))


class NetPortGradient(NetPort):
    """Ask for a gradient: of the sum of the outputs by an input port or by an array.

    `net(x, NetPortGradient("Input"))`, `net(x, NetPortGradient([2, "Weights"]))`; as a key of
    the data, `NetPortGradient("Output")` imposes the gradient of that output. Gradients by
    arrays are summed over a batch, those by inputs are given for each example. Source:
    Wolfram `NetPortGradient`.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A run of connections, written with >>."""

    parts: tuple[Any, ...]

    def __rshift__(self, other: Any) -> Edge:
        return Edge((*self.parts, other))

    def __rrshift__(self, other: Any) -> Edge:
        return Edge((other, *self.parts))

    def __repr__(self) -> str:
        return " >> ".join(repr(part) for part in self.parts)
