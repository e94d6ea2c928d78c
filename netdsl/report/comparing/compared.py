"""Several nets as data to be shown side by side: a column for each, rows of parts that are one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from netdsl.report.comparing.alignment import Part, aligned, outline
from netdsl.report.comparing.alignment import Row as Parts
from netdsl.report.costs import Cost, costs
from netdsl.report.counts import total
from netdsl.report.facts import FROZEN, SHARED, STATE, PartFacts, PortFacts, gather
from netdsl.report.plain import plain
from netdsl.report.sheets import Shown
from netdsl.report.solution import solution
from netdsl.report.totals import activation_bytes, multiply_adds, parameters, work
from netdsl.spec import Layer, Net
from netdsl.spec.fields import short
from netdsl.spec.shapes import Path

TITLE = "net"
RARE = (FROZEN, STATE, SHARED)
"""What is told of only where one of the nets has any."""


@dataclass(frozen=True, eq=False)
class Column:
    """A net by the name that stands above its columns, with what is known of each of its parts."""

    name: str
    net: Net
    parts: Mapping[Path, PartFacts]
    shapes: Shown
    costs: Mapping[Path, Cost]

    @property
    def facts(self) -> PartFacts:
        """The net as a whole."""
        return self.parts[()]

    @property
    def title(self) -> str:
        """The net in a few words."""
        return self.facts.title

    @cached_property
    def sums(self) -> dict[str, tuple[Any, ...]]:
        """What is to be summed over all layers, by what the sum says."""
        return {
            **self.facts.tallies(),
            "multiply-adds": multiply_adds(self.costs, ()),
            "activation bytes": activation_bytes(self.costs, ()),
        }

    def output(self, path: Path) -> tuple[str, ...]:
        """Return the dimensions of the outputs of a part, with their names where it has several."""
        found = [
            (port.name, self.shapes[*path, port.name].text) for port in self.parts[path].outputs
        ]
        return (found[0][1],) if len(found) == 1 else tuple(" ".join(pair) for pair in found)

    def counts(self, path: Path) -> tuple[Any, ...]:
        """Return the elements of each array of a part and of those inside it."""
        return self.parts[path].tallies()["parameters"]

    def parameters(self, path: Path) -> str:
        """Return how many elements the arrays of a part have, nothing where it has none."""
        return parameters(self.parts[path])

    def spent(self, path: Path) -> tuple[Any, ...]:
        """Return the multiply-adds of each layer in a part, or of the layer it is."""
        return multiply_adds(self.costs, path)

    def work(self, path: Path) -> str:
        """Return the multiply-adds of a part, nothing where there are none."""
        return work(self.costs, path)


@dataclass(frozen=True, eq=False)
class Row:
    """A part as each net has it, by its path there: None where a net lacks it.

    A nested net that is the same in all, or that repeats one before it, `is_folded`: when printed,
    what is inside `is_hidden`.
    """

    depth: int
    paths: tuple[Path | None, ...]
    differs: bool
    has_parts: bool
    is_folded: bool
    is_hidden: bool = False

    def to_dict(self, nets: Sequence[Column]) -> dict[str, Any]:
        """Return the row as dicts, lists, numbers and text, as json writes them."""
        pairs = list(zip(nets, self.paths, strict=True))
        has = [(net, path) if path is not None else None for net, path in pairs]
        return {
            "depth": self.depth,
            "differs": self.differs,
            "paths": [plain(path) for path in self.paths],
            "layers": [each and each[0].parts[each[1]].title for each in has],
            "outputs": [each and list(each[0].output(each[1])) for each in has],
            "parameters": [each and plain(total(each[0].counts(each[1]))) for each in has],
            "multiply_adds": [each and plain(total(each[0].spent(each[1]))) for each in has],
        }


def columns(names: Sequence[str], nets: Sequence[Net]) -> tuple[Column, ...]:
    """Return what is known of each net; nothing is run."""
    return tuple(map(_column, names, nets))


def _column(name: str, net: Net) -> Column:
    shapes = {row.position: row for row in solution(net, {}, {}).rows}
    return Column(name, net, {part.path: part for part in gather(net).walk()}, shapes, costs(net))


def rows(nets: Sequence[Column]) -> Iterator[Row]:
    """Yield the parts of nets, those in one row that are the same one; a layer is its only part."""
    wholes = [outline(column.net, False) for column in nets]
    tops = [(whole,) if isinstance(whole.net, Layer) else whole.parts for whole in wholes]
    yield from _rows(nets, tops, 0, set())


def _rows(
    nets: Sequence[Column], parts: Sequence[Sequence[Part]], depth: int, known: set[Any]
) -> Iterator[Row]:
    """Yield the rows of parts inside others; `known` are the structures that came before."""
    found: list[Parts] = []
    for at, each in enumerate(parts):
        gap = (None,) * at
        found = [(*(gap if row is None else row), part) for row, part in aligned(found, each)]
    for row in found:
        paths = tuple(None if part is None else part.path for part in row)
        lists = [() if part is None else part.parts for part in row]
        structures = {part.structure for part in row if part is not None}
        is_again = None in row and structures <= known
        known |= structures
        inner = list(_rows(nets, lists, depth + 1, known))
        differs = _differs(nets, row) or any(each.differs for each in inner)
        is_folded = bool(inner) and (is_again or not differs)
        yield Row(depth, paths, differs, bool(inner), is_folded)
        yield from (replace(each, is_hidden=each.is_hidden or is_folded) for each in inner)


def _differs(nets: Sequence[Column], row: Parts) -> bool:
    said = {
        None
        if part is None
        else (
            part.name,
            net.parts[part.path].title,
            net.output(part.path),
            net.parameters(part.path),
        )
        for net, part in zip(nets, row, strict=True)
    }
    return len(said) > 1


def fact_rows(nets: Sequence[Column]) -> dict[str, tuple[Any, ...]]:
    """Return sums, inputs and outputs by name, with the value of each net; None for no such port.

    A sum is an int, an expression, or Automatic where something is open.
    """
    found: dict[str, tuple[Any, ...]] = {TITLE: tuple(column.title for column in nets)}
    for name in nets[0].sums:
        values = tuple(total(column.sums[name]) for column in nets)
        if name not in RARE or any(column.sums[name] for column in nets):
            found[name] = values
    for way in ("inputs", "outputs"):
        ports = [{port.name: port for port in getattr(column.facts, way)} for column in nets]
        for name in dict.fromkeys(name for each in ports for name in each):
            pairs = zip(nets, ports, strict=True)
            found[f"{way[:-1]} {name}"] = tuple(_port(net, each.get(name)) for net, each in pairs)
    return found


def _port(net: Column, port: PortFacts | None) -> str | None:
    if port is None:
        return None
    words = net.shapes[port.name,].words
    return words if port.coder is None else f"{short(port.coder)}, {words}"
