"""Trace a net into a program: call each layer's `apply` with values that record what is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from netdsl.engine.from_formula import apply_formula
from netdsl.engine.padding import Padding
from netdsl.engine.program import Kind, Program, Value
from netdsl.engine.tracer import Tracer
from netdsl.nets.container import Container
from netdsl.spec import Layer, Net
from netdsl.spec.classes import arrays
from netdsl.spec.shapes import Path, Shapes


def trace(
    net: Net,
    shapes: Shapes,
    batch: int,
    training: bool,
    groups: Sequence[int | None] | None = None,
    states: Sequence[str] = (),
) -> Program:
    """Return the program of a net for a batch of examples.

    `shapes` are the net's, solved for the sizes of the examples: every one of them is a number.
    `groups` says at which inputs sequences are padded, and which lengths count there. Where an
    operation cannot be kept from seeing padded steps, a NotPaddedError is raised. `states` are
    those of a lone layer that are given beside its inputs.
    """
    xp = Tracer(shapes, training, batch)
    padding = None if groups is None else Padding(xp.program)
    given = (*net.input_names, *states)
    for name in given:
        kind: Kind = "int" if shapes.port((), name).element == "Integer" else "real"
        dims = shapes.port((), name).dims
        assert dims is not None
        xp.program.inputs[name] = xp.input((batch, *dims), kind)
    first = shapes.first_places()
    for path, name in shapes.arrays:
        dims, place = shapes.array(path, name), (*path, name)
        assert dims is not None
        # The places of a shared array are one value, at which their gradients add up.
        known = xp.program.arrays.get(first.get(place, place))
        xp.program.arrays[place] = xp.input(dims) if known is None else known
    inputs = {name: xp.program.inputs[name] for name in given}
    if padding is not None and groups is not None:
        for value, group in zip(inputs.values(), groups, strict=True):
            if group is not None:
                padding.begin(xp, value, group)
    xp.padding = padding
    _trace(xp, net, (), inputs)
    return xp.end()


def _trace(xp: Tracer, net: Net, path: Path, inputs: dict[str, Value]) -> dict[str, Value]:
    if isinstance(net, Container):
        outputs = _trace_container(xp, net, path, inputs)
    else:
        assert isinstance(net, Layer)
        outputs = _trace_layer(xp, net, path, inputs)
    for name, value in outputs.items():
        xp.program.ports[path, name] = value
    return outputs


def _trace_layer(
    xp: Tracer, layer: Layer, path: Path, inputs: dict[str, Value]
) -> dict[str, Value]:
    declared = layer.port_fields
    given: dict[str, Any] = dict.fromkeys(layer.state_names)  # those that nothing feeds are None
    for name, value in inputs.items():
        wants_real = declared[name].pattern(layer).element == "Real"
        given[name] = xp.real(value) if wants_real and value.kind != "real" else value
    for name in arrays(type(layer)):
        given[name] = xp.program.arrays.get((*path, name))
    xp.path = path
    if type(layer).apply is Layer.apply:
        return {layer.output_names[0]: apply_formula(layer, xp, given)}
    result: Any = layer.apply(xp, **layer.packed(given))
    xp.see_that_states_are_updated(layer)
    if not isinstance(result, dict):
        result = {layer.output_names[0]: result}
    found = cast(dict[str, Any], result)
    return {name: xp.whole(name, value) for name, value in found.items()}


def _trace_container(
    xp: Tracer, net: Container, path: Path, inputs: dict[str, Value]
) -> dict[str, Value]:
    done: dict[Any, dict[str, Value]] = {None: inputs}
    wiring = net.wiring
    for key in wiring.order:
        part = net.nodes[key]
        given: dict[str, Value] = {}
        for name in wiring.fed(key, part):
            source, port = wiring.feeds[key, name]
            given[name] = done[source][port]
        done[key] = _trace(xp, part, (*path, key), given)
    return {name: done[source][port] for name, (source, port) in wiring.outputs.items()}
