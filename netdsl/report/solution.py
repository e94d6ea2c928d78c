"""A net solved for given ports and named sizes: a row for each port and array, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from netdsl.dims import Dims, PortType, port_type, show_dims
from netdsl.infer import Place, Solver, Var
from netdsl.infer.statements import Varying
from netdsl.report.constraints import Finding, findings
from netdsl.report.facts import title
from netdsl.report.reasons import Reasons
from netdsl.report.sizes import Sizes, sizes_of
from netdsl.report.words import in_words, last_integer, least_rank
from netdsl.spec import Layer, Net, Shapes
from netdsl.spec.shapes import Path, Slot, dim_of
from netdsl.symbols import Automatic


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """A port or an array of a part of a net.

    `kind` is "input", "array", "output" or "state"; `dims` is Automatic where even the rank is
    open; `sizes` are the sets of sizes that each dimension can have, `bounds` the smallest and
    the largest of each, None for no limit; `text` is the shape as a person writes it, `words` the
    same in words; `reasons` say why the rank, or each open dimension, is open.
    """

    path: Path
    layer: str
    kind: str
    name: str
    dims: Any
    sizes: tuple[Sizes, ...]
    text: str
    words: str
    reasons: tuple[str, ...] = ()

    @property
    def position(self) -> Path:
        """The path and the name, as `shapes[...]` takes it."""
        return (*self.path, self.name)

    @property
    def bounds(self) -> tuple[tuple[int, int | None], ...]:
        """The smallest and the largest size of each dimension, None for no limit."""
        return tuple((sizes.low, sizes.high) for sizes in self.sizes)


@dataclass(frozen=True, slots=True)
class Solution:
    """The rows, the named sizes, what was learned about them, and why the rest is open."""

    rows: tuple[ShapeRow, ...]
    names: tuple[str, ...]
    lengths: tuple[str, ...]
    findings: tuple[Finding, ...]
    summary: tuple[str, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """What was learned about names, in sentences."""
        lengths = (f"{name} is Varying" for name in self.lengths)
        return (*lengths, *(finding.sentence for finding in self.findings))


@dataclass(frozen=True, slots=True)
class Solved:
    """A net solved, with everything that the solver knows."""

    net: Net
    shapes: Shapes
    solver: Solver
    slots: Mapping[Path, Slot]
    """The ports and arrays, by position."""


def solved(
    net: Net,
    types: Mapping[str, PortType],
    sizes: Mapping[str, Any],
    *,
    lengths_vary: bool = True,
) -> Solved:
    """Solve a net whose ports have these types and whose names stand for these sizes."""
    shapes = Shapes(net.describe, types, lengths_vary=lengths_vary)
    net.declare(shapes, ())
    solver, slots = shapes.solver, shapes.slots
    for name, size in sizes.items():
        place = Place((), "setting", name)
        said = f"{name} is given as {size!r}"
        row = solver.row(place, port_type((size,)).dims, said)
        solver.equal(row[0], solver.names[name], said, place)
    shapes.solve()
    found = {(*slot.place.path, slot.place.name): slot for slot in slots}
    return Solved(net, shapes, solver, found)


def solution(
    net: Net,
    types: Mapping[str, PortType],
    sizes: Mapping[str, Any],
    *,
    reasons: bool = False,
) -> Solution:
    """Return the shapes of a net when ports have these types and names stand for these sizes.

    With `reasons` the rows say why something in them is open.
    """
    found = solved(net, types, sizes)
    solver = found.solver
    roots = (var.root() for var in solver.varying)
    lengths = dict.fromkeys(str(root.name) for root in roots if root.low < root.high)
    rows = tuple(_rows(found, net))
    summary: tuple[str, ...] = ()
    if reasons and any(row.dims is Automatic or Automatic in row.dims for row in rows):
        why = Reasons(net, solver, found.slots)
        rows = tuple(_reasoned(row, why) for row in rows)
        summary = why.summary(row.position for row in rows)
    return Solution(rows, tuple(solver.names), tuple(lengths), findings(solver), summary)


def _reasoned(row: ShapeRow, why: Reasons) -> ShapeRow:
    found = why.of(row.position)
    return replace(row, reasons=tuple(each.sentence for each in found)) if found else row


def _rows(found: Solved, part: Net, path: Path = ()) -> Iterator[ShapeRow]:
    shapes = found.shapes
    kinds = [(name, "input") for name in part.input_names]
    kinds += [(name, "array") for name in _arrays(part)]
    kinds += [(name, "output") for name in part.output_names]
    kinds += [(name, "state") for name in part.state_names]
    for name, kind in kinds:
        element = PortType() if kind == "array" else shapes.port(path, name)
        yield _row(found.slots[*path, name], part, kind, element)
    for key, child in part.children():
        yield from _rows(found, child, (*path, key))


def _arrays(part: Net) -> Iterable[str]:
    return part.array_fields if isinstance(part, Layer) else ()


def _row(slot: Slot, part: Net, kind: str, element: PortType) -> ShapeRow:
    (path, _, name), row = slot.place, slot.row.root()
    said = "" if kind == "array" else _last(slot, part)
    if row.known is None:
        least = 0 if kind == "array" else max(row.minimum, least_rank(part, name))
        words = in_words(element, least, said)
        return ShapeRow(path, title(part), kind, name, Automatic, (), "?", words)
    dims = tuple(dim_of(var) for var in row.known)
    shown = replace(element, dims=tuple(show_size(var) for var in row.known))
    text = show_sizes(shown.dims) if kind == "array" else show_type(shown)
    sizes = tuple(sizes_of(var) for var in row.known)
    return ShapeRow(path, title(part), kind, name, dims, sizes, text, in_words(shown, last=said))


def _last(slot: Slot, part: Net) -> str:
    """Return the size up to which integers go: by its name, else by where it stands."""
    last = next(iter(slot.element.root().uppers), None)
    shown = show_size(last) if isinstance(last, Var) else "?"
    return last_integer(part, slot.place.name) if shown == "?" else shown


def show_size(var: Var) -> str:
    """Return a size as text: a length that varies by its name, an open one as a set."""
    name, size = var.root().name, dim_of(var)
    if isinstance(name, Varying):
        return str(name)
    if size is not Automatic:
        return _text(size)
    sizes = sizes_of(var)
    return "?" if sizes.is_open else str(sizes)


@lru_cache(4096)
def _text(size: Any) -> str:
    """Return a size as text; sympy takes long, and a net has the same sizes in many places."""
    return str(size)


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
