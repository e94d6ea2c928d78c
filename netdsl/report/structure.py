"""What is left of a net without its numbers: its layers as a graph, its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdsl.functions.host import HostFunction
from netdsl.nets.container import Container
from netdsl.nets.layered import layered
from netdsl.report.facts import RATES
from netdsl.spec import Coder, Layer, Net
from netdsl.spec.classes import arrays, options
from netdsl.spec.shapes import Path

if TYPE_CHECKING:
    import networkx


def layers_graph(net: Net) -> networkx.DiGraph[Path]:
    """Return the layers by path, joined by an edge where one reads from another.

    The attribute `layer` of a node is the layer, `ports` of an edge its pairs of output and input.
    """
    import networkx as nx

    graph: networkx.DiGraph[Path] = nx.DiGraph()
    for path, layer in net.leaves():
        graph.add_node(path, layer=layer)
    feeds = layered(net).feeds
    for path, _ in net.leaves():
        for port, (before, output) in feeds[path].items():
            if before is not None:
                known = graph.get_edge_data(before, path, {"ports": ()})["ports"]
                graph.add_edge(before, path, ports=(*known, (output, port)))
    return graph


def topology_hash(net: Net) -> str:
    """Return the sha256, in hexadecimal, of a net without the values of its arrays.

    Nets of one hash have the same positions of arrays, of the same dimensions. Names,
    settings, shapes, coders and connections count, LearningRateMultipliers do not. It is the
    same in every process and on every machine; of a Python function without a "module:name",
    which counts by its code, in those of one version of Python.
    """
    import hashlib
    import json

    structure = _structure(net, net, ())
    # Which arrays are one counts, what they are called does not.
    shared = sorted(repr(sorted(places, key=repr)) for places in net.shapes.shared.values())
    if shared:
        structure["shared"] = shared
    text = json.dumps(structure, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _setting_text(value: Any) -> str:
    """Return a setting as text that differs for settings that differ, functions too."""
    return value.identity if isinstance(value, HostFunction) else repr(value)


def _structure(root: Net, net: Net, path: Path) -> dict[str, Any]:
    names = (*net.input_names, *net.output_names)
    found: dict[str, Any] = {
        "kind": type(net).__name__,
        "ports": [[name, _port(root, net, path, name)] for name in names],
        "parts": [
            [repr(key), _structure(root, part, (*path, key))] for key, part in net.children()
        ],
    }
    if isinstance(net, Layer):
        found["settings"] = settings_of(net)
        found["arrays"] = {
            name: str(root.shapes.array(path, name)) if name in net.array_fields else None
            for name in arrays(type(net))
        }
    if isinstance(net, Container):
        found["feeds"] = sorted(repr(item) for item in net.wiring.feeds.items())
        found["outputs"] = [repr(item) for item in net.wiring.outputs.items()]
    return found


def settings_of(layer: Layer) -> dict[str, str]:
    """Return the settings of a layer that are given, but for those of training, as text."""
    given, known = layer.settings(), options(type(layer))
    return {name: _setting_text(given[name]) for name in known if name in given and name != RATES}


def _port(root: Net, net: Net, path: Path, name: str) -> str:
    setting = net.port_setting(name)
    return repr(setting if isinstance(setting, Coder) else root.shapes.port(path, name).spec())
