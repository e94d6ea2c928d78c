"""What a net costs for one example: multiply-adds, and bytes of what its layers give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from netdsl.infer import Var
from netdsl.infer.expressions import form_of
from netdsl.infer.sympify import expression, symbol
from netdsl.nets.layered import layered
from netdsl.report.counts import elements, total
from netdsl.report.solution import solved
from netdsl.spec import Layer, Net
from netdsl.spec.asking import asked
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

BYTES = 4
"""Of an entry, a float32."""

Dimensions = Callable[[Path, str], Any]
"""What gives the dimensions of a port or an array: sizes and expressions, None for an open rank."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a layer takes for one example; Automatic where a size is open.

    A multiply-add is 2 FLOPs. Activations are what its outputs hold, 4 bytes for each entry.
    """

    multiply_adds: Any
    activation_bytes: Any


def costs(net: Net) -> dict[Path, Cost]:
    """Return the cost of every layer that contains no other, by its path."""
    dims = dimensions(net)
    found = {path: _cost(layer, path, dims) for path, layer in net.leaves()}
    found |= {path: _with_products(found[path], net, path, dims) for path in _totals(net)}
    return found


def _cost(layer: Layer, path: Path, dims: Dimensions) -> Cost:
    entries = total(elements(dims(path, name)) for name in layer.output_names)
    count = 0
    if type(layer).multiply_adds is not Layer.multiply_adds:
        count = asked(layer, "multiply_adds", sizes_of(layer, path, dims), are_known=True)
    return Cost(count, Automatic if entries is Automatic else BYTES * entries)


def _totals(net: Net) -> Iterator[Path]:
    """Yield the layers that add up products: what another layer has multiplied entry by entry."""
    totals = [path for path, layer in net.leaves() if layer.is_total]
    if not totals:
        return
    found = layered(net)
    for path in totals:
        ((before, _),) = found.feeds[path].values()
        if before is not None and found.layers[before].is_product:
            yield path


def _with_products(cost: Cost, net: Net, path: Path, dims: Dimensions) -> Cost:
    """Return the cost of a layer that takes a multiply-add for each entry of its input."""
    (name,) = net.at(path).input_names
    return Cost(elements(dims(path, name)), cost.activation_bytes)


# ---- sizes -------------------------------------------------------------------------------------


def dimensions(net: Net) -> Dimensions:
    """Return what gives the dimensions of ports and arrays: integers, expressions, Automatic.

    A length that varies has the name that NetShapes gives it.
    """
    shapes = net.shapes
    rows = (kind.dims for kind in shapes.ports.values() if kind.dims is not None)
    if any("Varying" in dims for dims in rows):
        return _with_lengths(net)

    def find(path: Path, name: str) -> Any:
        kind = shapes.ports.get((path, name))
        dims = shapes.arrays.get((path, name)) if kind is None else kind.dims
        return None if dims is None else tuple(map(_size, dims))

    return find


def _size(dim: Any) -> Any:
    return symbol(dim) if isinstance(dim, str) else dim


def _with_lengths(net: Net) -> Dimensions:
    """Return the dimensions of a net solved again: the shapes that it keeps name no length."""
    slots = solved(net, {}, {}).slots

    def find(path: Path, name: str) -> Any:
        slot = slots.get((*path, name))
        known = None if slot is None else slot.row.root().known
        return None if known is None else tuple(map(_solved_size, known))

    return find


def _solved_size(var: Var) -> Any:
    form = form_of(var)
    return Automatic if form is None or form.is_open else expression(form)


def sizes_of(layer: Layer, path: Path, dims: Dimensions) -> dict[str, Any]:
    """Return the dimensions of the ports and arrays of a layer, by name."""
    return {name: dims(path, name) for name in (*layer.port_fields, *layer.array_fields)}
