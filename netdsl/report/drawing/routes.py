"""The way of an edge: straight down beside boxes, curved only between two rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
Piece = tuple[Point, ...]
"""A line by its two ends, or a curve by three or four points, as Bezier drew them."""

RADIUS = 5.0
STRAIGHT = 0.5
"""What is less aside is drawn straight."""


class Way:
    """The pieces of an edge, one after the other."""

    def __init__(self, start: Point) -> None:
        self.at, self.pieces = start, list[Piece]()

    def down(self, y: float) -> None:
        """Go straight down."""
        if y - self.at[1] > 1e-6:
            self._add((self.at, (self.at[0], y)))

    def across(self, x: float, y: float) -> None:
        """Go to a place further down, upright at both ends."""
        if abs(x - self.at[0]) < STRAIGHT:
            self._add((self.at, (x, y)))
            return
        middle = (self.at[1] + y) / 2
        self._add((self.at, (self.at[0], middle), (x, middle), (x, y)))

    def through(self, corners: Sequence[Point]) -> None:
        """Go along straight lines to the last of some points, with the corners rounded."""
        for corner, after in pairwise(corners):
            self._add((self.at, _near(corner, self.at)))
            self._add((self.at, corner, _near(corner, after)))
        self._add((self.at, corners[-1]))

    def _add(self, piece: Piece) -> None:
        last = self.pieces[-1] if self.pieces else None
        if last is not None and _is_upright(last) and _is_upright(piece):
            self.pieces[-1] = (last[0], piece[-1])
        elif piece[0] != piece[-1]:
            self.pieces.append(piece)
        self.at = piece[-1]


def _is_upright(piece: Piece) -> bool:
    return len(piece) == 2 and piece[0][0] == piece[-1][0]


def _near(corner: Point, other: Point) -> Point:
    """Return the point before a corner where its rounding begins."""
    (x, y), (u, v) = corner, other
    length = max(abs(u - x), abs(v - y), 1e-9)
    part = min(RADIUS, length / 2) / length
    return x + (u - x) * part, y + (v - y) * part


def spots(pieces: Sequence[Piece], count: int = 16) -> list[Point]:
    """Return points along a way, so many on each of its pieces."""
    return [_spot(piece, step / count) for piece in pieces for step in range(count + 1)]


def _spot(piece: Piece, part: float) -> Point:
    points = list(piece)
    while len(points) > 1:
        points = [(x + (u - x) * part, y + (v - y) * part) for (x, y), (u, v) in pairwise(points)]
    return points[0]
