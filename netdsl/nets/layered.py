"""The layers of a net without the nets that they are in, and what feeds each of their ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netdsl.nets.container import Container
from netdsl.spec import Layer, Net
from netdsl.spec.shapes import Path

Port = tuple[Path | None, str]
"""A port of the layer at a path, or of the net itself, whose inputs they are."""


@dataclass(frozen=True)
class Layered:
    """The layers of a net in the order in which they feed, and what feeds their ports."""

    layers: dict[Path, Layer]
    feeds: dict[Path, dict[str, Port]]
    outputs: Mapping[str, Port]


def layered(net: Net) -> Layered:
    """Return the layers of a net without the nets that they are in.

    >>> found = layered(NetChain([NetChain([LinearLayer(3), Ramp]), SoftmaxLayer()], Input=2))
    >>> found.feeds[2,], found.outputs
    ({'Input': ((1, 2), 'Output')}, {'Output': ((2,), 'Output')})
    """
    layers: dict[Path, Layer] = {}
    feeds: dict[Path, dict[str, Port]] = {}

    def walk(part: Net, path: Path, given: dict[str, Port]) -> dict[str, Port]:
        if isinstance(part, Container):
            parts: dict[Any, dict[str, Port]] = {None: given}
            for key in part.wiring.order:
                fed = part.wiring.fed(key, inner := part.nodes[key])
                sources = {name: part.wiring.feeds[key, name] for name in fed}
                own = {name: parts[source][port] for name, (source, port) in sources.items()}
                parts[key] = walk(inner, (*path, key), own)
            return {name: parts[key][port] for name, (key, port) in part.wiring.outputs.items()}
        assert isinstance(part, Layer)
        layers[path], feeds[path] = part, given
        return {name: (path, name) for name in (*part.output_names, *part.state_names)}

    outputs = walk(net, (), {name: (None, name) for name in net.input_names})
    return Layered(layers, feeds, outputs)
