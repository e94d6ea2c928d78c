"""Which parts of two nets are the same ones: alignment by kind, settings and name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from netdsl.nets.container import Container
from netdsl.report.structure import settings_of
from netdsl.spec import Layer, Net
from netdsl.spec.classes import arrays
from netdsl.spec.net_array import value_of
from netdsl.spec.shapes import Path

Row = tuple["Part | None", ...]
"""Parts of several nets that are one, None for a net that lacks it."""

SAME, ALIKE, NAMED, VALUED, DIVIDED = 4.0, 1.0, 3.0, 1.0, 0.1
"""What it counts that two parts have one structure, one kind, one name, equal arrays; and what
two parts of another name, or of another kind, count for that have little else in common."""


@dataclass(frozen=True, eq=False)
class Part:
    """A net, or a part of one, as far as it matters to find it again in another net.

    `name` is its key where the user gave names, None for a position in a list.
    """

    path: Path
    name: int | str | None
    net: Net
    has_values: bool

    @property
    def kind(self) -> str:
        """The class."""
        return type(self.net).__name__

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts directly inside."""
        children = dict(self.net.children())
        named = list(children) != list(range(1, len(children) + 1))
        return tuple(
            Part((*self.path, key), key if named else None, net, self.has_values)
            for key, net in children.items()
        )

    @property
    def has_names(self) -> bool:
        """Whether the parts inside have names."""
        return any(part.name is not None for part in self.parts)

    @cached_property
    def settings(self) -> dict[str, str]:
        """The settings of a layer that are given, but for those of training, as text."""
        return settings_of(self.net) if isinstance(self.net, Layer) else {}

    @cached_property
    def structure(self) -> Any:
        """What is equal for parts that differ at most in sizes, values, coders and their name."""
        if isinstance(self.net, Layer):
            left_out = tuple(name for name in arrays(type(self.net)) if not self._has(name))
            return self.kind, *self.settings.items(), left_out
        assert isinstance(self.net, Container)
        wires = sorted(map(repr, self.net.wiring.feeds.items()))
        inner = tuple((part.name, part.structure) for part in self.parts)
        return _digest(repr((self.kind, inner, wires, self.net.wiring.outputs)).encode())

    def _has(self, name: str) -> bool:
        return getattr(self.net, name) is not None

    @cached_property
    def values(self) -> Any:
        """What is equal for parts whose arrays have equal values; None for one without arrays."""
        found: list[Any] = [part.values for part in self.parts if part.values is not None]
        if isinstance(self.net, Layer) and self.has_values:
            settings = (getattr(self.net, name) for name in self.net.array_fields)
            found += [_digest(value_of(setting)) for setting in settings]
        return tuple(found) or None

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many layers of each kind are in here."""
        return Counter(type(layer).__name__ for _, layer in self.net.leaves())


def outline(net: Net, has_values: bool) -> Part:
    """Return a whole net; its arrays count where `has_values`."""
    return Part((), None, net, has_values)


def _digest(value: Any) -> Any:
    if isinstance(value, bytes):
        return blake2b(value, digest_size=16).digest()
    return _digest(value.tobytes()) if hasattr(value, "tobytes") else None


def are_twins(one: Part, other: Part) -> bool:
    """Whether two parts are equal in all but their place and the sizes that follow from it."""
    return one.structure == other.structure and one.values == other.values


def likeness(one: Part, other: Part) -> float:
    """Return how much speaks for two parts being one; 0 for parts that are not."""
    has_names = one.name is not None and other.name is not None
    named = NAMED if has_names and one.name == other.name else 0.0
    if one.structure == other.structure:
        return SAME + named + VALUED * (one.values == other.values and one.values is not None)
    shared = _shared(one, other)
    if shared == 0:
        return named and named * DIVIDED
    return named + shared * (ALIKE if named or not has_names else DIVIDED)


def _shared(one: Part, other: Part) -> float:
    """Return what two parts have in common, up to 2; 0 where they are of different kinds."""
    both = isinstance(one.net, Container), isinstance(other.net, Container)
    if all(both):
        common = sum((one.kinds & other.kinds).values())
        return 2 * common / max(one.kinds.total(), other.kinds.total())
    if any(both) or one.kind != other.kind:
        return 0.0
    pairs = one.settings.items() & other.settings.items()
    return 1 + len(pairs) / max(len(one.settings), len(other.settings), 1)


def aligned(rows: Sequence[Row], parts: Sequence[Part]) -> list[tuple[Row | None, Part | None]]:
    """Return rows and parts in order, those together that are one; the best such alignment."""
    start = 0
    while start < min(len(rows), len(parts)) and _is_same(rows[start], parts[start]):
        start += 1
    stop = 0
    while stop < min(len(rows), len(parts)) - start and _is_same(rows[~stop], parts[~stop]):
        stop += 1
    inner = _best(rows[start : len(rows) - stop], parts[start : len(parts) - stop])
    tail = zip(rows[len(rows) - stop :], parts[len(parts) - stop :], strict=True)
    return [*zip(rows[:start], parts[:start], strict=True), *inner, *tail]


def _is_same(row: Row, part: Part) -> bool:
    return any(
        each is not None and each.name == part.name and are_twins(each, part) for each in row
    )


def _score(row: Row, part: Part) -> float:
    return max(likeness(each, part) for each in row if each is not None)


def _best(rows: Sequence[Row], parts: Sequence[Part]) -> list[tuple[Row | None, Part | None]]:
    """Align by dynamic programming: the sum of what speaks for the pairs is the largest."""
    scores = [[_score(row, part) for part in parts] for row in rows]
    best = [[0.0] * (len(parts) + 1) for _ in range(len(rows) + 1)]
    for i in reversed(range(len(rows))):
        for j in reversed(range(len(parts))):
            pair = scores[i][j] + best[i + 1][j + 1] if scores[i][j] > 0 else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    found: list[tuple[Row | None, Part | None]] = []
    i = j = 0
    while i < len(rows) or j < len(parts):
        is_pair = i < len(rows) and j < len(parts) and scores[i][j] > 0
        if is_pair and best[i][j] == scores[i][j] + best[i + 1][j + 1]:
            found.append((rows[i], parts[j]))
            i, j = i + 1, j + 1
        elif i < len(rows) and best[i][j] == best[i + 1][j]:
            found.append((rows[i], None))
            i += 1
        else:
            found.append((None, parts[j]))
            j += 1
    return found
