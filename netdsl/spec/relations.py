"""What a layer may state besides equations: rows of equal rank, sizes that are large enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from netdsl.infer import RankUnknown, Row, Var, largest, smallest
from netdsl.infer.rows import Equal, equal


def has_rank(row: Row, rank: int, *settings: str) -> Equal:
    """State how many dimensions a row has; `settings` decide it."""
    return equal(row, [Var() for _ in range(rank)], *settings)


def same_rank(*rows: Row) -> Iterator[Equal]:
    """State that rows have as many dimensions; waits until the rank of one is known."""
    source = next((row.root() for row in rows if row.root().known is not None), None)
    if source is None or source.known is None:
        raise RankUnknown(_AnyOf(rows))
    for row in rows:
        # Each dimension carries why its row has this rank, for errors to tell. What holds already
        # is stated too: a layer that is run again must state as much as before.
        is_known = _rank(row) == len(source.known)
        yield equal(row, row if is_known else [Var(why=source.why) for _ in source.known])


def largest_rank(result: Row, rows: Sequence[Row], least: int = 0) -> Iterator[Equal]:
    """State that a row has the largest of the ranks of some rows, none of them below `least`.

    Waits until the ranks are known, or those that are open follow from the others.
    """
    ranks = [_rank(row) for row in rows]
    known, unknown = [rank for rank in ranks if rank is not None], ranks.count(None)
    top = _rank(result) if unknown else max(known)
    if top is not None and unknown:
        # Ranks that can never do are refused at once.
        high = (
            row for row, rank in zip(rows, ranks, strict=True) if rank is not None and rank > top
        )
        yield from (equal(row, [Var() for _ in range(top)]) for row in high)
    # What is open lies between `least` and the top, which one of the rows must reach.
    alone = top is not None and unknown == 1 and max(known, default=least) < top
    if top is None or not (unknown == 0 or top == least or alone):
        raise RankUnknown(_AnyOf((result, *rows)))
    for row, rank in zip((result, *rows), (top, *ranks), strict=True):
        yield equal(row, [Var() for _ in range(top if rank is None else rank)])


def _rank(row: Row) -> int | None:
    known = row.root().known
    return None if known is None else len(known)


def repeated(result: Var, sizes: Sequence[Var]) -> Iterator[Equal]:
    """State that sizes are one, or 1: those of arrays that are repeated to fit each other.

    Lengths that vary are one.
    """
    lengths = [size for size in sizes if size.root().varies]
    yield from (equal(lengths[0], length) for length in lengths[1:])
    known = [size for size in sizes if (size.value or 1) > 1]
    yield from (equal(size, known[0]) for size in known[1:])
    yield equal(result, reduce(largest, sizes))
    for size in sizes:
        # Where the size is above 1 the result is no larger: written so that it holds for 1 as well.
        is_more = smallest(size - 1, 1)
        yield equal(largest(result * is_more, size * is_more), size * is_more)


class _AnyOf(Row):
    """What a relation watches that waits for the rank of any of several rows."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        super().__init__()
        self.watchers = _Watchers(rows)


@dataclass
class _Watchers(list[Any]):
    rows: tuple[Row, ...]

    def append(self, item: Any, /) -> None:
        """Let every one of the rows wake it."""
        for row in self.rows:
            row.root().watchers.append(item)
