"""The part of a net that an answer needs: the layers that lead to what is asked, no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netdsl.dims import are_numbers
from netdsl.nets.container import Container, Key
from netdsl.nets.graph import NetGraph
from netdsl.nets.netport import NetPort
from netdsl.spec import Net, Shapes
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

Wanted = tuple[Path, str]
"""The path to a part, and one of its ports."""


def needed(net: Net, wanted: Iterable[Wanted]) -> Net:
    """Return a net of the parts that the wanted ports depend on, under the keys that they have.

    Its inputs are those that matter. Sizes that the whole net says stay as they are.
    """
    return _needed(net, tuple(wanted), net.shapes, ())


def _needed(net: Net, wanted: tuple[Wanted, ...], shapes: Shapes, path: Path) -> Net:
    if not isinstance(net, Container):
        return _sized(net, shapes, path)
    wants: dict[Key | None, list[Wanted]] = {}
    edges: list[tuple[NetPort, NetPort]] = []
    wiring = net.wiring
    for (first, *rest), name in ((inner, name) for inner, name in wanted if inner):
        wants.setdefault(first, []).append((tuple(rest), name))
    for name in dict.fromkeys(name for inner, name in wanted if not inner):
        source, port = wiring.outputs[name]
        wants.setdefault(source, []).append(((), port))
        edges.append((_port(source, port), NetPort(name)))
    parts: dict[Key, Net] = {}
    for key in reversed(wiring.order):
        if key in wants:
            part = _needed(net.nodes[key], tuple(wants[key]), shapes, (*path, key))
            parts[key] = part
            for name in wiring.fed(key, part):
                source, port = wiring.feeds[key, name]
                wants.setdefault(source, []).append(((), port))
                edges.append((_port(source, port), NetPort(key, name)))
    names = {name for (_, name) in wants.get(None, ())} | {name for inner, name in wanted}
    ports: Any = {name: given for name, given in net.ports.items() if name in names}
    kept = {key: parts[key] for key in net.nodes if key in parts}
    return NetGraph(kept, edges, **ports) if kept else net


def _port(key: Key | None, name: str) -> NetPort:
    return NetPort(name) if key is None else NetPort(key, name)


def _sized(layer: Net, shapes: Shapes, path: Path) -> Net:
    """Return a layer with the sizes at its ports that the whole net says."""
    found: dict[str, Any] = {}
    for name in (*layer.input_names, *layer.output_names):
        kind = shapes.port(path, name)
        if layer.port_setting(name) is Automatic and are_numbers(kind.dims):
            found[name] = kind.spec()
    return layer.with_ports(found) if found else layer
