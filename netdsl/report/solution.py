"""A net solved for given ports and named sizes: a row for each port and array, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from netdsl.dims import Dims, PortType, port_type, show_dims
from netdsl.infer import Place, Solver, Var
from netdsl.infer.statements import Varying
from netdsl.report.constraints import Finding, findings
from netdsl.report.facts import title
from netdsl.report.notation import size_text
from netdsl.report.plain import plain
from netdsl.report.reasons import Reasons
from netdsl.report.sizes import Sizes, sizes_of
from netdsl.report.words import in_words, last_integer, least_rank
from netdsl.spec import Layer, Net, Shapes
from netdsl.spec.shapes import Path, Slot, at_ports, dim_of
from netdsl.symbols import Automatic


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """A port or an array of a part of a net.

    `kind` is "input", "array", "output" or "state"; `dims` is Automatic where even the rank is
    open; `sizes` are the sets of sizes that each dimension can have, `bounds` the smallest and
    the largest of each, None for no limit; `text` is the shape as a person writes it, `words` the
    same in words; `reasons` say why the rank, or each open dimension, is open; `terms` are the
    dimensions with a length that varies by its name, and an open one as a set.
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
    terms: Any = Automatic

    @property
    def position(self) -> Path:
        """The path and the name, as `shapes[...]` takes it."""
        return (*self.path, self.name)

    @property
    def bounds(self) -> tuple[tuple[int, int | None], ...]:
        """The smallest and the largest size of each dimension, None for no limit."""
        return tuple((sizes.low, sizes.high) for sizes in self.sizes)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as dicts, lists, numbers and text, as json writes them."""
        return {
            "path": list(self.path),
            "layer": self.layer,
            "kind": self.kind,
            "name": self.name,
            "dims": plain(self.dims),
            "bounds": plain(self.bounds),
            "text": self.text,
        }


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

    def sized(self, name: str) -> Var:
        """Return the dimension with a name, or the length that varies which is printed so."""
        if name in self.solver.names:
            return self.solver.names[name]
        return next(var for var in self.solver.varying if str(var.root().name) == name)


def solved(
    net: Net,
    types: Mapping[str, PortType],
    sizes: Mapping[str, Any],
    *,
    lengths_vary: bool = True,
    order: Iterable[str] = (),
) -> Solved:
    """Solve a net whose ports have these types and whose names stand for these sizes.

    Names are listed in `order`, others after them.
    """
    shapes = Shapes(net.describe, at_ports(types), lengths_vary=lengths_vary)
    solver, slots = shapes.solver, shapes.slots
    order = tuple(order)
    # What is no name is that of a length, which only a net that is solved knows.
    lengths = _lengths(net, types, sizes) if not set(order).issuperset(sizes) else {}
    # Before anything else is said, so that the layer objects that a size does not fit to.
    _name(solver, {name: size for name, size in sizes.items() if name not in lengths})
    net.declare(shapes, ())
    for name, places in lengths.items():
        given = _given(solver, name, sizes[name])
        for at in places:
            _fix(solver, solver.varying[at], given, f"{name} is given as {sizes[name]!r}")
    solver.names = {
        name: solver.names[name] for name in (*order, *solver.names) if name in solver.names
    }
    shapes.solve()
    found = {(*slot.place.path, slot.place.name): slot for slot in slots}
    return Solved(net, shapes, solver, found)


def _name(solver: Solver, sizes: Mapping[str, Any]) -> None:
    """Have names stand for sizes, or for other names."""
    for name, size in sizes.items():
        var, known = _given(solver, name, size), solver.names.get(name)
        if known is None:
            solver.names[name] = var
        else:  # another name stands for it
            said = f"{name} is given as {size!r}"
            solver.equal(var, known, said, Place((), "setting", name))


def _given(solver: Solver, name: str, size: Any) -> Var:
    said = f"{name} is given as {size!r}"
    return solver.row(Place((), "setting", name), port_type((size,)).dims, said)[0]


def _lengths(
    net: Net, types: Mapping[str, PortType], sizes: Mapping[str, Any]
) -> dict[str, list[int]]:
    """Return which of the lengths that vary have a name that is given a size, by their order."""
    solver = solved(net, types, {}).solver
    found: dict[str, list[int]] = {}
    for at, var in enumerate(solver.varying):
        name = str(var.root().name)
        if name in sizes and name not in solver.names:
            found.setdefault(name, []).append(at)
    return found


def _fix(solver: Solver, length: Var, given: Var, said: str) -> None:
    """Make a length that varies a size like any other."""
    length.root().varies = length.varies = False
    if isinstance(length.root().name, Varying):
        length.root().name = None
    length.root().form = None
    solver.equal(given, length, said, Place((), "setting", said.split()[0]))


def solution(
    net: Net,
    types: Mapping[str, PortType],
    sizes: Mapping[str, Any],
    *,
    reasons: bool = False,
    order: Iterable[str] = (),
) -> Solution:
    """Return the shapes of a net when ports have these types and names stand for these sizes.

    With `reasons` the rows say why something in them is open.
    """
    found = solved(net, types, sizes, order=order)
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
    words = in_words(shown, last=said)
    terms = tuple(_term(var) for var in row.known)
    return ShapeRow(path, title(part), kind, name, dims, sizes, text, words, terms=terms)


def _term(var: Var) -> Any:
    name, size = var.root().name, dim_of(var)
    if isinstance(name, Varying):
        return str(name)
    return sizes_of(var) if size is Automatic else size


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
        return size_text(size)
    sizes = sizes_of(var)
    return "?" if sizes.is_open else str(sizes)


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
