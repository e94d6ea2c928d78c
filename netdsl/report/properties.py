"""The properties of a net: what Information gives by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from netdsl.nets.extract import NetExtract
from netdsl.report.counts import total
from netdsl.report.drawing import full_summary_graphic, operations_graphic, summary_graphic
from netdsl.report.facts import ArrayFacts, gather
from netdsl.report.gradients import gradients
from netdsl.report.structure import layers_graph, topology_hash
from netdsl.spec import Coder, Net
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

Property = Callable[[Net], Any]


def _arrays(value: Callable[[ArrayFacts], Any]) -> Property:
    """Make the property that gives something of each array, by position."""
    return lambda net: {position: value(array) for position, array in gather(net).all_arrays()}


def _tally(name: str) -> Property:
    return lambda net: total(gather(net).tallies()[name])


def _dimensions(array: ArrayFacts) -> Any:
    return Automatic if array.dims is None else array.dims


def _ports(net: Net, names: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        setting = net.port_setting(name)
        found[name] = setting if isinstance(setting, Coder) else net.port(name).spec()
    return found


def _states(net: Net) -> list[Path]:
    return [(*path, name) for path, layer in net.leaves() for name in layer.state_names]


def _layers(net: Net) -> dict[Any, Any]:
    return {path: NetExtract(net, list(path)) for path, _ in net.leaves()}


def _layers_cost(name: str) -> Property:
    """Make the property that gives a cost of each layer, by path."""

    def give(net: Net) -> Any:
        from netdsl.report.costs import costs

        return {path: getattr(cost, name) for path, cost in costs(net).items()}

    return give


def _cost(name: str) -> Property:
    return lambda net: total(_layers_cost(name)(net).values())


def _receptive_field(net: Net) -> Any:
    from netdsl.report.receptive import receptive_fields

    return receptive_fields(net)


def _node_graph(net: Net) -> Any:
    from netdsl.report.operations import node_graph

    return node_graph(net)


def _formula(net: Net) -> Any:
    from netdsl.formula.notation import formula_of
    from netdsl.report.formulas import of_outputs

    return of_outputs(net, lambda name: formula_of(net, name, Automatic))


def _formula_latex(net: Net) -> Any:
    found = _formula(net)
    is_one = len(net.output_names) == 1
    return found.latex() if is_one else {name: one.latex() for name, one in found.items()}


_bytes = _arrays(lambda array: array.bytes)

PROPERTIES: dict[str, Property] = {
    "ActivationByteCount": _cost("activation_bytes"),
    "Arrays": _arrays(lambda array: array.value),
    "ArraysByteCounts": _bytes,
    "ArraysCount": _tally("arrays"),
    "ArraysDimensions": _arrays(_dimensions),
    "ArraysElementCounts": _arrays(lambda array: array.count),
    "ArraysLearningRateMultipliers": _arrays(lambda array: array.rate if array.learned else 0.0),
    "ArraysList": lambda net: [array.value for _, array in gather(net).all_arrays()],
    "ArraysPositionList": lambda net: [position for position, _ in gather(net).all_arrays()],
    "ArraysSizes": _bytes,
    "ArraysTotalByteCount": _tally("bytes"),
    "ArraysTotalElementCount": _tally("parameters"),
    "ArraysTotalSize": _tally("bytes"),
    "Formula": _formula,
    "FormulaLaTeX": _formula_latex,
    "FrozenElementCount": _tally("frozen"),
    "FullSummaryGraphic": full_summary_graphic,
    "Gradients": gradients,
    "InputForm": lambda net: net.source(None),
    "InputPortNames": lambda net: list(net.input_names),
    "InputPorts": lambda net: _ports(net, net.input_names),
    "Layers": _layers,
    "LayersActivationByteCounts": _layers_cost("activation_bytes"),
    "LayersCount": lambda net: sum(1 for _ in net.leaves()),
    "LayersGraph": layers_graph,
    "LayersList": lambda net: list(_layers(net).values()),
    "LayersMultiplyAdds": _layers_cost("multiply_adds"),
    "LayerTypeCounts": lambda net: dict(Counter(type(layer).__name__ for _, layer in net.leaves())),
    "MultiplyAdds": _cost("multiply_adds"),
    "MXNetNodeGraph": _node_graph,
    "MXNetNodeGraphPlot": lambda net: operations_graphic(_node_graph(net)),
    "OutputPortNames": lambda net: list(net.output_names),
    "OutputPorts": lambda net: _ports(net, net.output_names),
    "Properties": lambda net: list(PROPERTIES),
    "ReceptiveField": _receptive_field,
    "RecurrentStatesCount": lambda net: len(_states(net)),
    "RecurrentStatesPositionList": _states,
    "SharedArrays": lambda net: {name: list(at) for name, at in net.shapes.shared.items()},
    "SharedArraysCount": lambda net: len(net.shapes.shared),
    "StateElementCount": _tally("state"),
    "SummaryGraphic": summary_graphic,
    "TopologyHash": topology_hash,
    "TrainableElementCount": _tally("trainable"),
}
