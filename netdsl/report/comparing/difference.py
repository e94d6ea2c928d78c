"""NetDifferences: all that differs between two nets; prints grouped, as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from netdsl.report.comparing.changes import differences
from netdsl.report.comparing.records import KINDS, Difference
from netdsl.report.facts import show_key, title
from netdsl.report.plain import plain
from netdsl.report.printed import Printed
from netdsl.report.table import Line, Table, glued_sizes
from netdsl.spec import Net
from netdsl.spec.shapes import Path

GROUPS = {
    "parts": tuple(kind for kind in KINDS if kind.startswith("part ")),
    "settings": ("setting",),
    "connections": ("connection",),
    "ports": ("port", "coder"),
    "arrays": ("array", "array dimensions"),
    "values": ("array value",),
    "multipliers": ("multiplier",),
    "shared arrays": ("sharing",),
}
"""The tables that are printed, each with the kinds that stand in it."""

ONE = {"shared arrays": "shared array"}
"""How one of a group is called, where that is not just the word without its end."""


@dataclass(frozen=True, repr=False, eq=False)
class NetDifferences(Printed, Sequence[Difference]):
    """What differs between two nets: a sequence of Difference, empty where nothing does.

    >>> found = NetDifferences(NetChain([3, Ramp]), NetChain([4, Ramp]))
    >>> bool(found), found[0].text
    (True, 'Size of net[1] is 3 in a, 4 in b')
    """

    a: Net
    b: Net
    tolerance: float = 0

    @cached_property
    def found(self) -> tuple[Difference, ...]:
        """All differences: parts, settings, connections, ports, then what is about arrays."""
        return differences(self.a, self.b, self.tolerance)

    def __len__(self) -> int:
        return len(self.found)

    @overload
    def __getitem__(self, at: int) -> Difference: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Difference, ...]: ...
    def __getitem__(self, at: int | slice) -> Any:
        return self.found[at]

    @property
    def groups(self) -> dict[str, tuple[Difference, ...]]:
        """The differences by what they are about, without those groups in which there are none."""
        found = {
            name: tuple(each for each in self.found if each.kind in kinds)
            for name, kinds in GROUPS.items()
        }
        return {name: group for name, group in found.items() if group}

    # ---- what is printed ------------------------------------------------------------------

    def _heading(self) -> str:
        a, b = title(self.a), title(self.b)
        if not self.found:
            nets = f"both are {a}" if a == b else f"{a} and {b}"
            return f"Nothing differs: {nets}, the same in structure, shapes and arrays."
        counts = (_counted(name, len(group)) for name, group in self.groups.items())
        return f"a = {a}, b = {b}: {', '.join(counts)}"

    def _tables(self) -> Iterator[Table]:
        for name, group in self.groups.items():
            yield _table(name, group)

    def _notes(self) -> Iterator[str]:
        changes = [each.change for each in self.found if each.change is not None]
        if any(change.different for change in changes):
            different = sum(change.different for change in changes)
            entries = sum(change.entries for change in changes)
            norm = math.sqrt(sum(change.norm**2 for change in changes))
            yield f"in all {different:,} of {entries:,} entries, norm of the change {norm:.3g}"
            yield "largest: of |b - a|; norm: of b - a, relative to that of a"
        if self.tolerance:
            yield f"entries that are at most {self.tolerance:g} apart count as equal"

    def _sections(self) -> Iterator[Any]:
        yield self._heading()
        yield from self._tables()
        yield tuple(self._notes())

    def to_dict(self) -> dict[str, Any]:
        """Return the differences as dicts, lists, numbers and text, as json writes them."""
        return {
            "a": title(self.a),
            "b": title(self.b),
            "same": not self.found,
            "tolerance": plain(self.tolerance),
            "counts": {name: len(group) for name, group in self.groups.items()},
            "differences": [each.to_dict() for each in self.found],
        }


def _counted(name: str, count: int) -> str:
    return f"{count} {name if count > 1 else ONE.get(name, name.removesuffix('s'))}"


# ---- tables -----------------------------------------------------------------------------------


def _table(name: str, group: Sequence[Difference]) -> Table:
    if name == "parts":
        return _rows((name, "path", "a", "b"), (_part_row(each) for each in group))
    if name == "settings":
        columns = (name, "layer", "setting", "a", "b")
        return _rows(columns, (_setting_row(each) for each in group))
    if name == "values":
        columns = (name, "array", "a", "b", "different", "largest", "norm", "relative")
        right = ("different", "largest", "norm", "relative")
        return _rows(columns, (_value_row(each) for each in group), right)
    if name == "shared arrays":
        return _rows((f"{name} in a", "in b"), (each.shown for each in group))
    kinds = {"connections": "port", "ports": "port", "arrays": "array", "multipliers": "array"}
    columns = (name, kinds[name], "a", "b")
    return _rows(columns, (_plain_row(each) for each in group))


def _rows(
    columns: tuple[str, ...], rows: Iterator[tuple[str, ...]], right: tuple[str, ...] = ()
) -> Table:
    lines = tuple(Line(tuple((text,) for text in row)) for row in rows)
    return Table(columns, lines, right).filled()


def _part_row(each: Difference) -> tuple[str, ...]:
    shown = ["" if value is None else str(value) for value in each.values]
    return each.kind.removeprefix("part "), _paths(each), *shown


def _setting_row(each: Difference) -> tuple[str, ...]:
    return _paths(each), each.layer, each.name, *each.shown


def _plain_row(each: Difference) -> tuple[str, ...]:
    sizes = each.kind in ("port", "array", "array dimensions")
    shown = (glued_sizes(text) if sizes else text for text in each.shown)
    return _paths(each), each.name, *shown


def _value_row(each: Difference) -> tuple[str, ...]:
    change = each.change
    if change is None:
        return _paths(each), each.name, *each.shown, "", "", "", ""
    types = (change.dtype_a, change.dtype_b) if change.dtype_a != change.dtype_b else ("", "")
    different = f"{change.different:,} of {change.entries:,}"
    sizes = (change.largest, change.norm, change.relative)
    return _paths(each), each.name, *types, different, *(f"{size:.3g}" for size in sizes)


def _paths(each: Difference) -> str:
    here, there = each.paths
    if here is None or there is None or here == there:
        return _path(each.path)
    return f"{_path(here)} -> {_path(there)}"


def _path(path: Path) -> str:
    return ", ".join(show_key(key) for key in path) or "the net"
