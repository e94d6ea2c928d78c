"""A net solved for given ports and named sizes: a row for each port and array, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from netdsl.dims import Dims, PortType, port_type, show_dims
from netdsl.infer import Place, Var
from netdsl.infer.statements import Varying
from netdsl.infer.terms import INF
from netdsl.report.facts import title
from netdsl.report.words import in_words, last_integer, least_rank
from netdsl.spec import Net, Shapes
from netdsl.spec.shapes import Path, Slot, dim_of
from netdsl.symbols import Automatic


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """A port or an array of a part of a net.

    `kind` is "input", "array", "output" or "state"; `dims` is Automatic where even the rank is
    open; `bounds` are the smallest and the largest size that each dimension can have, None for no
    limit; `text` is the shape as a person writes it, `words` the same in words.
    """

    path: Path
    layer: str
    kind: str
    name: str
    dims: Any
    bounds: tuple[tuple[int, int | None], ...]
    text: str
    words: str

    @property
    def position(self) -> Path:
        """The path and the name, as `shapes[...]` takes it."""
        return (*self.path, self.name)


@dataclass(frozen=True, slots=True)
class Solution:
    """The rows, the named sizes, and what was learned about them."""

    rows: tuple[ShapeRow, ...]
    names: tuple[str, ...]
    facts: tuple[str, ...]


def solution(net: Net, types: dict[str, PortType], sizes: dict[str, Any]) -> Solution:
    """Return the shapes of a net when ports have these types and names stand for these sizes."""
    shapes = Shapes(net.describe, types)
    net.declare(shapes, ())
    solver, slots = shapes.solver, shapes.slots
    for name, size in sizes.items():
        place = Place((), "setting", name)
        said = f"{name} is given as {size!r}"
        row = solver.row(place, port_type((size,)).dims, said)
        solver.equal(row[0], solver.names[name], said, place)
    shapes.solve()
    roots = (var.root() for var in solver.varying)
    lengths = dict.fromkeys(str(root.name) for root in roots if root.low < root.high)
    return Solution(
        tuple(_rows(net, shapes, {(slot.place.path, slot.place.name): slot for slot in slots})),
        tuple(solver.names),
        (*(f"{name} is Varying" for name in lengths), *shapes.facts),
    )


def _rows(
    net: Net, shapes: Shapes, slots: dict[tuple[Path, str], Slot], path: Path = ()
) -> Iterator[ShapeRow]:
    part = net.at(path)
    kinds = [(name, "input") for name in part.input_names]
    kinds += [(name, "array") for at, name in shapes.arrays if at == path]
    kinds += [(name, "output") for name in part.output_names]
    kinds += [(name, "state") for name in part.state_names]
    for name, kind in kinds:
        element = PortType() if kind == "array" else shapes.port(path, name)
        yield _row(slots[path, name], part, kind, element)
    for key, _ in part.children():
        yield from _rows(net, shapes, slots, (*path, key))


def _row(slot: Slot, part: Net, kind: str, element: PortType) -> ShapeRow:
    (path, _, name), row = slot.place, slot.row.root()
    said = "" if kind == "array" else _last(slot, part)
    if row.known is None:
        least = 0 if kind == "array" else max(row.minimum, least_rank(part, name))
        words = in_words(element, least, said)
        return ShapeRow(path, title(part), kind, name, Automatic, (), "?", words)
    dims = tuple(dim_of(var) for var in row.known)
    shown = replace(element, dims=tuple(_show(var) for var in row.known))
    text = show_sizes(shown.dims) if kind == "array" else show_type(shown)
    bounds = tuple(_bounds(var) for var in row.known)
    return ShapeRow(path, title(part), kind, name, dims, bounds, text, in_words(shown, last=said))


def _last(slot: Slot, part: Net) -> str:
    """Return the size up to which integers go: by its name, else by where it stands."""
    last = next(iter(slot.element.root().uppers), None)
    shown = _show(last) if isinstance(last, Var) else "?"
    return last_integer(part, slot.place.name) if shown == "?" else shown


def _bounds(var: Var) -> tuple[int, int | None]:
    root = var.root()
    return root.low, (root.high if root.high < INF else None)


def _show(var: Var) -> str:
    """Return a size as text: a length that varies by its name, an open one by its bounds."""
    name, size = var.root().name, dim_of(var)
    if isinstance(name, Varying):
        return str(name)
    if size is not Automatic:
        return str(size)
    low, high = _bounds(var)
    return "?" if (low, high) == (1, None) else f"{low}..{'' if high is None else high}"


def show_type(kind: PortType) -> str:
    """Return a type in as few words as a column has room for, "7 x h, integer 1..9"."""
    element = "integer" if kind.element == "Integer" else "real"
    if kind.first is not None:
        element += f" {kind.first}..{'' if kind.last is None else kind.last}"
    if kind.dims == ():
        return element
    return show_dims(kind.dims) + (f", {element}" if kind.element == "Integer" else "")


def show_sizes(dims: Dims | None) -> str:
    """Return the dimensions of an array as text."""
    return "number" if dims == () else show_dims(dims)
