"""netdsl asked for shapes: a ready net anew, with the table of NetShapes, or while it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import netdsl
from benchmarks import nets, shapes
from benchmarks.shapes import CHANNELS, HEIGHT, INTEGERS, WIDTH, Inference, Node, Nodes
from netdsl.dims import port_type
from netdsl.spec import Net

INPUT = netdsl.NetPort("Input")


def layer(part: shapes.Part) -> Net:
    """Return a part as a layer."""
    match part:
        case shapes.Convolution(channels, kernel, stride, padding):
            return netdsl.ConvolutionLayer(
                channels, kernel, Stride=stride, PaddingSize=padding, Biases=None
            )
        case shapes.MaxPool(kernel, stride, padding):
            return netdsl.PoolingLayer(kernel, stride, PaddingSize=padding)
        case shapes.Normalization():
            return netdsl.BatchNormalizationLayer()
        case nets.Ramp():
            return netdsl.ElementwiseLayer(netdsl.Ramp)
        case shapes.Total():
            return netdsl.TotalLayer()
        case shapes.Mean():
            return netdsl.AggregationLayer(netdsl.Mean)
        case nets.Linear(size):
            return netdsl.LinearLayer(size)


def edges(nodes: Nodes) -> list[tuple[Any, ...]]:
    """Return what feeds each node."""
    return [(_sources(node), node.name) for node in nodes]


def _sources(node: Node) -> Any:
    found = [INPUT if name is None else name for name in node.feeds]
    return found[0] if len(found) == 1 else found


class Ready(Inference):
    """The shapes of a net that is there and knows no size of its input."""

    def __init__(self, name: str) -> None:
        self.nodes = shapes.resnet()
        sizes = (HEIGHT, WIDTH) if name == INTEGERS else ("h", "w")
        self.given = CHANNELS, *sizes
        self.layers = {node.name: layer(node.part) for node in self.nodes}
        self.edges = edges(self.nodes)
        self.net = netdsl.NetGraph(self.layers, self.edges)

    def ask(self) -> Any:
        return self.net.solved({"Input": port_type(self.given)})

    def rows(self, found: Any) -> Iterable[Sequence[Any]]:
        return (found.port((node.name,), "Output").dims for node in self.nodes)

    def value(self, size: Any) -> int | None:
        if isinstance(size, int):
            return size
        if size is netdsl.Automatic:
            return None
        named = {"h": HEIGHT, "w": WIDTH}
        if isinstance(size, str):
            return named[size]
        return int(size.subs({symbol: named[symbol.name] for symbol in size.free_symbols}))


class Table(Ready):
    """The same as NetShapes shows it, array by array and port by port."""

    def ask(self) -> Any:
        return netdsl.NetShapes(self.net, Input=self.given)

    def rows(self, found: Any) -> Iterator[Sequence[Any]]:
        return (found[node.name, "Output"] for node in self.nodes)


class Built(Ready):
    """The graph put together from layers that are there."""

    def ask(self) -> Any:
        return netdsl.NetGraph(self.layers, self.edges, Input=self.given).shapes


def shapes_of(name: str, variant: str) -> Inference:
    """Return the task of inferring shapes."""
    return {"ready": Ready, "table": Table, "built": Built}[variant](name)
