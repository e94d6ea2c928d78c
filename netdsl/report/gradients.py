"""The derivatives of the outputs of a net by its inputs and arrays, as formulas."""

from __future__ import annotations

from typing import Any

from netdsl.spec import Net
from netdsl.spec.classes import arrays
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic


def gradients(net: Net) -> dict[Any, Any]:
    """Return the formulas of the derivatives by position; by output first, where there are several.

    Inputs that are integers have none, nor has what an output does not depend on; a shared array
    stands at its first place.
    """
    net = net.with_inputs(2)  # as the formula does: of any number, two show the rule
    found = {name: _of_output(net, name) for name in net.output_names}
    return found if len(found) > 1 else next(iter(found.values()))


def _of_output(net: Net, output: str) -> dict[Path, Any]:
    from netdsl.formula.derivatives.derivative import name_of
    from netdsl.formula.notation import formula_of

    formula = formula_of(net, output, Automatic)
    known = (position for position in _positions(net) if name_of(position) in formula.dims)
    return {position: formula.diff(position) for position in known}


def _positions(net: Net) -> list[Path]:
    """Return the positions of the inputs that are real and of all arrays."""
    first = net.shapes.first_places()
    inputs: list[Path] = [
        (name,) for name in net.input_names if net.port(name).element != "Integer"
    ]
    found = [
        (*path, name)
        for path, layer in net.leaves()
        for name in arrays(type(layer))
        if getattr(layer, name) is not None
    ]
    return [*inputs, *(at for at in found if first.get(at, at) == at)]
