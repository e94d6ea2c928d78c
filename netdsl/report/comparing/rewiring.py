"""What is connected otherwise in two nets, beyond what added and removed parts explain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netdsl.nets.container import Container, Key, Source, Wiring
from netdsl.report.comparing.matching import Match

Change = tuple[Key | None, str, Source | None, Source | None]
"""A part, None for the net itself, its port, and what feeds it in each of the two nets."""


def rewired(match: Match) -> Iterator[Change]:
    """Yield what feeds another port than before, by the keys of the first net.

    A part between two others, with one input and one output, does not count as a new connection:
    it is a new part.
    """
    assert match.a is not None
    assert match.b is not None
    one, other = match.a.net, match.b.net
    if not (isinstance(one, Container) and isinstance(other, Container)):
        return
    keys, wires = match.keys, _Pair(one.wiring, other.wiring, match.keys)
    for key, there in keys.items():
        parts = one.nodes[key], other.nodes[there]
        fed = one.wiring.fed(key, parts[0]), other.wiring.fed(there, parts[1])
        for port in dict.fromkeys((*fed[0], *fed[1])):
            sources = one.wiring.feeds.get((key, port)), other.wiring.feeds.get((there, port))
            if not wires.are_one(*sources):
                yield key, port, *sources
    for port, source in one.wiring.outputs.items():
        there = other.wiring.outputs.get(port)
        if there is not None and not wires.are_one(source, there):
            yield None, port, source, there


class _Pair:
    """The wires of two nets, and which parts of them are one."""

    def __init__(self, a: Wiring, b: Wiring, keys: Mapping[Key, Key]) -> None:
        self.a, self.b, self.keys = a, b, keys

    def are_one(self, one: Source | None, other: Source | None) -> bool:
        """Whether two sources are the same one, parts that only one net has left aside."""
        if one is None or other is None:
            return False
        here = _behind(self.a, one, set(self.keys))
        there = _behind(self.b, other, set(self.keys.values()))
        if here[0] is None and there[0] is None:
            # A port with another name is told of as such.
            is_renamed = here[1] not in self.b.inputs and there[1] not in self.a.inputs
            return is_renamed or here[1] == there[1]
        return here[0] is not None and (self.keys.get(here[0]), here[1]) == there


def _behind(wires: Wiring, source: Source, known: set[Any]) -> Source:
    """Return a source, or what stands before it where a part of one input is not in both nets."""
    while source[0] is not None and source[0] not in known:
        fed = [before for (key, _), before in wires.feeds.items() if key == source[0]]
        if len(fed) != 1:
            break
        source = fed[0]
    return source
