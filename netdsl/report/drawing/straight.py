"""Edges made straight: items that are linked one to one stand below each other, as one block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from netdsl.report.drawing.coordinates import between
from netdsl.report.drawing.items import Item, Link

ROUNDS = 24

Rows = Sequence[Sequence[Item]]


@dataclass(slots=True, eq=False)
class Block:
    """Items below each other; `shifts` tell how far right of the block each of them begins."""

    items: list[Item] = field(default_factory=list[Item])
    shifts: list[float] = field(default_factory=list[float])
    links: list[tuple[Item, float, float]] = field(default_factory=list[tuple[Item, float, float]])
    """An item outside, how far from its left side the edge is, and from the block's place."""
    lefts: list[tuple[Block, float]] = field(default_factory=list[tuple["Block", float]])
    rights: list[tuple[Block, float]] = field(default_factory=list[tuple["Block", float]])
    """Neighbours, and the least distance of their place from this one."""
    x: float = 0.0

    def put(self, x: float) -> None:
        """Set the place of the block, and of all its items."""
        self.x = x
        for item, shift in zip(self.items, self.shifts, strict=True):
            item.x = x + shift


def straighten(rows: Rows) -> None:
    """Move items that were set across, so that as many edges as can be are straight."""
    blocks = _blocks(rows)
    for block in _from_left(blocks):  # none too close to those on its left
        lefts = [left.x + distance for left, distance in block.lefts]
        block.put(max([block.x, *lefts]))
    for turn in range(ROUNDS):
        for block in blocks if turn % 2 else reversed(blocks):
            _relax(block)
    least = min(item.x for block in blocks for item in block.items)
    for block in blocks:
        block.put(block.x - least)


def _relax(block: Block) -> None:
    """Put a block where its edges are shortest, as far as its neighbours let it."""
    if not block.links:
        return
    wanted = sum(item.x + at - own for item, at, own in block.links) / len(block.links)
    low = max((left.x + distance for left, distance in block.lefts), default=-inf)
    high = min((right.x - distance for right, distance in block.rights), default=inf)
    block.put(max(low, min(high, wanted)))


def _blocks(rows: Rows) -> list[Block]:
    """Return the blocks, those from above and from the left first."""
    partners = {id(link.lower): link for link in _aligned(rows)}
    of: dict[int, Block] = {}
    shifts: dict[int, float] = {}
    for item in (item for row in rows for item in row):
        link = partners.get(id(item))
        block = Block() if link is None else of[id(link.upper)]
        shift = 0.0 if link is None else shifts[id(link.upper)] + link.exit - link.entry
        of[id(item)], shifts[id(item)] = block, shift
        block.items.append(item)
        block.shifts.append(shift)
    found = list({id(block): block for block in of.values()}.values())
    for block in found:
        places = [item.x - at for item, at in zip(block.items, block.shifts, strict=True)]
        block.x = sum(places) / len(places)
        block.links = list(_outside(block, of))
    for row in rows:
        for left, right in pairwise(row):
            distance = shifts[id(left)] + left.span + between(left, right) - shifts[id(right)]
            of[id(left)].rights.append((of[id(right)], distance))
            of[id(right)].lefts.append((of[id(left)], distance))
    return found


def _outside(block: Block, of: dict[int, Block]) -> Iterator[tuple[Item, float, float]]:
    for item, shift in zip(block.items, block.shifts, strict=True):
        for link in item.above:
            if of[id(link.upper)] is not block:
                yield link.upper, link.exit, shift + link.entry
        for link in item.below:
            if of[id(link.lower)] is not block:
                yield link.lower, link.entry, shift + link.exit


def _aligned(rows: Rows) -> Iterator[Link]:
    """Yield the links that will be straight; they share no item and do not cross."""
    for row in rows[:-1]:
        links = [link for item in row for link in item.below if _rank(link) is not None]
        links.sort(key=lambda link: _rank(link) or 0)
        taken: list[Link] = []
        for link in links:
            if not any(_in_the_way(link, other) for other in taken):
                taken.append(link)
        yield from taken


def _rank(link: Link) -> int | None:
    """Return how much a link should be straight, 0 for most, None for one that need not."""
    upper, lower = link.upper, link.lower
    if upper.is_bend and lower.is_bend:
        return 0
    if len(upper.below) == 1 and len(lower.above) == 1:
        return 1
    is_middle = len(lower.above) % 2 and _middle(lower.above, link, above=True)
    is_only = len(upper.below) == 1 or (
        len(upper.below) % 2 and _middle(upper.below, link, above=False)
    )
    return 2 if is_middle and is_only else None


def _middle(links: Sequence[Link], link: Link, above: bool) -> bool:
    """Whether a link is the middle one of those on one side of an item."""
    places = sorted(
        (each.upper.place if above else each.lower.place, at) for at, each in enumerate(links)
    )
    return links[places[len(places) // 2][1]] is link


def _in_the_way(link: Link, other: Link) -> bool:
    if link.upper is other.upper or link.lower is other.lower:
        return True
    return (link.upper.place < other.upper.place) != (link.lower.place < other.lower.place)


def _from_left(blocks: Iterable[Block]) -> list[Block]:
    """Return blocks in an order in which each comes after those on its left."""
    found: dict[int, Block] = {}
    for block in blocks:
        waiting = [(block, False)]
        while waiting:
            each, is_ready = waiting.pop()
            if is_ready:
                found[id(each)] = each
            elif id(each) not in found:
                waiting.append((each, True))
                waiting += [(left, False) for left, _ in each.lefts if id(left) not in found]
    return list(found.values())
