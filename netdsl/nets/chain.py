"""NetChain: layers one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Self

from netdsl.errors import StructureError
from netdsl.nets.container import Container, Key, Wiring, refuse_more
from netdsl.nets.graph import NetGraph
from netdsl.nets.netport import NetPort
from netdsl.spec import Net
from netdsl.symbols import Automatic


class NetChain(Container):
    """Feed the output of each layer to the next one.

    >>> NetChain([3, Ramp, LinearLayer(())], Input=2)
    NetChain([LinearLayer(3), ElementwiseLayer(Ramp), LinearLayer(())], Input=2)

    `layers` is a list, or a dict whose keys name the layers; `3` stands for `LinearLayer(3)`,
    a function for its ElementwiseLayer, a list for a chain. The first layer may have several
    inputs and the last several outputs; one in between that has raises a StructureError, and
    shapes that disagree a ShapeError. `Input=`, `Output=` give shapes or coders. Source:
    Wolfram `NetChain`.
    """

    def __init__(
        self, layers: Any = (), *more: Any, LearningRateMultipliers: Any = Automatic, **ports: Any
    ) -> None:
        if more:
            refuse_more("NetChain", "a list or dict of layers", (layers, *more))
        self._build(layers, LearningRateMultipliers, ports)

    def _wire(self) -> Wiring:
        keys = tuple(self.nodes)
        for key in keys[1:]:
            self.nodes[key] = self.nodes[key].with_inputs(1)
        wiring = Wiring(order=keys)
        first, last = self.nodes[keys[0]], self.nodes[keys[-1]]
        wiring.inputs = first.input_names
        for name in first.input_names:
            wiring.feeds[keys[0], name] = (None, name)
        for before, after in pairwise(keys):
            output = self._only(before, self.nodes[before].output_names, "output")
            target = self._only(after, self.nodes[after].input_names, "input")
            wiring.feeds[after, target] = (before, output)
        wiring.outputs = {name: (keys[-1], name) for name in last.output_names}
        return wiring

    def _only(self, key: Key, names: tuple[str, ...], what: str) -> str:
        if len(names) != 1:
            raise StructureError(
                f"A layer inside a chain has one {what}.",
                layer=f"net[{key!r}] = {self.nodes[key].brief()}",
                expected=f"one {what}; NetGraph takes layers with several",
                got=", ".join(names) or "none",
                nearest=self._edges_lacking(key) if what == "input" else None,
            )
        return names[0]

    def _edges_lacking(self, key: Key) -> tuple[str, ...] | None:
        """Return the edges by which a graph would have one input: those to what nothing feeds."""
        graph = self.nodes[key]
        if not isinstance(graph, NetGraph) or len(graph.inputs_of_edges) != 1:
            return None
        given = graph.inputs_of_edges[0]
        open_ports = [
            (part if len(graph.nodes[part].input_names) == 1 else NetPort(part, port))
            for (part, port), (source, name) in graph.wiring.feeds.items()
            if source is None and name != given
        ]
        return tuple(f"an edge ({NetPort(given)!r}, {port!r})" for port in open_ports)

    @property
    def _first(self) -> tuple[Key, Net]:
        return next(iter(self.nodes.items()))

    @property
    def takes_list(self) -> bool:
        """Whether the inputs are given as a list, as those of the first layer are."""
        return self._first[1].takes_list

    @property
    def is_open(self) -> bool:
        """Whether the number of inputs is not known, since that of the first layer is not."""
        return self._first[1].is_open

    def with_inputs(self, count: int) -> Self:
        """Return this chain with so many inputs, if their number is open."""
        key, net = self._first
        return self.with_parts({(key,): net.with_inputs(count)}) if net.is_open else self

    def connected(self) -> tuple[Any, Any] | None:
        """Return the layers and the edges of the graph that is equal to this chain."""
        return self.listed(), [tuple(self.nodes)] if len(self.nodes) > 1 else []

    def rebuilt(self, nodes: dict[Key, Net], ports: Mapping[str, Any]) -> Self:
        """Return a chain of other layers with other port settings."""
        parts = dict(nodes) if self.is_named else list(nodes.values())
        return type(self)(parts, LearningRateMultipliers=self.LearningRateMultipliers, **ports)

    def source(self, limit: int | None) -> str:
        """Return Python that rebuilds this chain; arrays above `limit` elements are described."""
        return f"NetChain({', '.join((self._listed(limit), *self._options(limit)))})"

    def __reduce__(self) -> tuple[Any, ...]:
        parts = dict(self.nodes) if self.is_named else list(self.nodes.values())
        return _chain, (parts, self.LearningRateMultipliers, self.ports)


def _chain(parts: Any, rates: Any, ports: dict[str, Any]) -> NetChain:
    return NetChain(parts, LearningRateMultipliers=rates, **ports)
