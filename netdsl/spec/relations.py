"""What a layer may state besides equations: rows of equal rank, sizes that are large enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netdsl.infer import RankUnknown, Row, Var
from netdsl.infer.rows import Equal, equal


def has_rank(row: Row, rank: int) -> Equal:
    """State how many dimensions a row has."""
    return equal(row, [Var() for _ in range(rank)])


def same_rank(*rows: Row) -> Iterator[Equal]:
    """State that rows have as many dimensions; waits until the rank of one is known."""
    source = next((row.root() for row in rows if row.root().known is not None), None)
    if source is None or source.known is None:
        raise RankUnknown(_AnyOf(rows))
    for row in rows:
        # Each dimension carries why its row has this rank, for errors to tell.
        yield equal(row, [Var(why=source.why) for _ in source.known])


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
