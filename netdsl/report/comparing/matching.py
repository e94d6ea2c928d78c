"""The parts of two nets in pairs: what stayed, and what was added, removed, replaced, moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from netdsl.nets.container import Container, Key, Wiring
from netdsl.nets.graph import NetGraph
from netdsl.report.comparing.alignment import Part, aligned, are_twins
from netdsl.spec import Coder

Pairs = list[tuple[Part | None, Part | None]]


@dataclass(frozen=True, eq=False)
class Match:
    """A part of one net and what it is in the other, with the matches inside them.

    One of the two is None where only one net has the part. `is_moved` says that it stands
    elsewhere among the others.
    """

    a: Part | None
    b: Part | None
    is_moved: bool = False
    inner: tuple[Match, ...] = ()

    def walk(self) -> Iterator[Match]:
        """Yield this match and all inside it, outer ones first."""
        yield self
        for match in self.inner:
            yield from match.walk()

    def both(self) -> Iterator[tuple[Part, Part]]:
        """Yield the parts that both nets have, in pairs, outer ones first."""
        for match in self.walk():
            if match.a is not None and match.b is not None:
                yield match.a, match.b

    @property
    def keys(self) -> dict[Key, Key]:
        """The keys in `b` of the parts directly inside that both have and that stay in place."""
        return {
            match.a.path[-1]: match.b.path[-1]
            for match in self.inner
            if match.a is not None and match.b is not None and not match.is_moved
        }


def matched(a: Part, b: Part, is_moved: bool = False) -> Match:
    """Return a part of each net, which are one, and what is inside them in pairs."""
    if not (isinstance(a.net, Container) and isinstance(b.net, Container)):
        return Match(a, b, is_moved)
    in_graphs = isinstance(a.net, NetGraph) and isinstance(b.net, NetGraph)
    pairs = _by_name(a, b) if in_graphs and a.has_names and b.has_names else _in_order(a, b)
    return Match(a, b, is_moved, tuple(_inner(pairs)))


def unwrapped(a: Part, b: Part) -> tuple[Part, Part]:
    """Return two whole nets, in place of one that only wraps a net the net that it wraps.

    It is wrapped where the other net is not, in a net of the same ports that encodes nothing.
    """
    inner = _wrapped(a), _wrapped(b)
    if inner[0] is None and inner[1] is not None and isinstance(a.net, Container):
        return a, unwrapped(a, inner[1])[1]
    if inner[1] is None and inner[0] is not None and isinstance(b.net, Container):
        return unwrapped(inner[0], b)[0], b
    return a, b


def _wrapped(whole: Part) -> Part | None:
    """Return the net that is all there is in another one."""
    net = whole.net
    if len(whole.parts) != 1 or not isinstance(net, Container):
        return None
    (part,) = whole.parts
    ports = (part.net.input_names, part.net.output_names) == (net.input_names, net.output_names)
    encodes = any(isinstance(setting, Coder) for setting in net.ports.values())
    return part if isinstance(part.net, Container) and ports and not encodes else None


def _inner(pairs: Pairs) -> Iterator[Match]:
    """Yield the matches, a part that moved at its new place only."""
    moved = dict(_moved(pairs))
    gone = set(map(id, moved.values()))
    for one, other in pairs:
        if one is not None and other is not None:
            yield matched(one, other)
        elif other is not None and id(other) in moved:
            yield matched(moved[id(other)], other, is_moved=True)
        elif one is None or id(one) not in gone:
            yield Match(one, other)


def _moved(pairs: Pairs) -> Iterator[tuple[int, Part]]:
    """Yield what is at two places in order, the key of the part in `b` and that in `a`."""
    left = [one for one, other in pairs if one is not None and other is None]
    for one, other in pairs:
        if one is None and other is not None:
            same = (part for part in left if part.name == other.name and are_twins(part, other))
            found = next(same, None)
            if found is not None:
                left = [part for part in left if part is not found]
                yield id(other), found


def _in_order(a: Part, b: Part) -> Pairs:
    """Return the parts of lists and chains, those in pairs that are one or replace another."""
    if [_key(part) for part in a.parts] == [_key(part) for part in b.parts]:
        return list(zip(a.parts, b.parts, strict=True))
    found = aligned([(part,) for part in a.parts], b.parts)
    return _replaced([(None if row is None else row[0], part) for row, part in found])


def _key(part: Part) -> Any:
    return part.name, part.structure


def _replaced(pairs: Pairs) -> Pairs:
    """Put two parts together that stand alone between others, one in each net."""
    moved = {item for number, part in _moved(pairs) for item in (number, id(part))}
    result: Pairs = []
    for is_alone, run in groupby(pairs, lambda pair: None in pair):
        found = list(run)
        ones = [one for one, _ in found if one is not None]
        others = [other for _, other in found if other is not None]
        is_swap = is_alone and len(ones) == 1 and len(others) == 1
        if is_swap and not moved & {id(ones[0]), id(others[0])} and _may_be_one(ones[0], others[0]):
            result.append((ones[0], others[0]))
        else:
            result += found
    return result


def _may_be_one(one: Part, other: Part) -> bool:
    """Whether a part may have come in the place of another: no two names say otherwise."""
    return one.name is None or other.name is None or one.name == other.name


# ---- graphs -----------------------------------------------------------------------------------


def _by_name(a: Part, b: Part) -> Pairs:
    """Return the parts of graphs by their names; a renamed one is known by its connections."""
    others = {part.name: part for part in b.parts}
    pairs = {part.path[-1]: others[part.name] for part in a.parts if part.name in others}
    _add_renamed(a, b, pairs)
    found: Pairs = [(part, pairs.get(part.path[-1])) for part in a.parts]
    taken = set(map(id, pairs.values()))
    return [*found, *((None, part) for part in b.parts if id(part) not in taken)]


def _add_renamed(a: Part, b: Part, pairs: dict[Key, Part]) -> None:
    """Add the parts that have another name, the same structure and the same connections."""
    assert isinstance(a.net, Container)
    assert isinstance(b.net, Container)
    parts = {part.path[-1]: part for part in a.parts}
    left = [part for part in b.parts if part.name not in parts]
    for key in a.net.wiring.order:
        if key in pairs:
            continue
        keys = {one: other.path[-1] for one, other in pairs.items()}
        found = [
            part
            for part in left
            if part.structure == parts[key].structure
            and _is_wired_alike(a.net.wiring, b.net.wiring, {**keys, key: part.path[-1]}, key)
        ]
        if found:
            best = max(found, key=lambda part: part.values == parts[key].values)
            pairs[key] = best
            left = [part for part in left if part is not best]


def _is_wired_alike(a: Wiring, b: Wiring, keys: dict[Key, Key], key: Key) -> bool:
    """Whether a part reads from the same parts in both, and feeds those that both have."""
    for (target, port), (source, output) in a.feeds.items():
        if target in keys and key in (target, source):
            here = b.feeds.get((keys[target], port))
            wanted = None if source is None else keys.get(source)
            if here is None or here != (wanted, output) or (wanted is None) != (source is None):
                return False
    return True
