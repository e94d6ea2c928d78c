"""A table: rows of cells, some inside others; laid out as text within any width."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

Cell = tuple[str, ...]
"""Items: on one line with commas where there is room, else one below the other."""

GLUE = "\N{NO-BREAK SPACE}"
"""Printed as a space; a line is broken there only where it must be."""

BREAKS = (r"(?!)", r"(?<= )", rf"(?<=[ {GLUE}(])|(?<=[a-z])(?=[A-Z])")
"""Where an item may be broken, by increasing need: nowhere, at spaces, also within words."""

GAP = 2
NARROW = 8
"""A column is not cut to less, unless its words are shorter."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row, and the rows inside it."""

    cells: tuple[Cell, ...]
    parts: tuple[Line, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield the cells of this row and of those inside it, each with its depth."""
        yield depth, self.cells
        for part in self.parts:
            yield from part.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, rows below them; columns named in `right` hold numbers.

    The last column, if it is the `remark`, goes below each row where there is no room beside it.
    """

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    right: tuple[str, ...] = ()
    remark: str = ""

    def filled(self) -> Table:
        """Return the table without columns in which nothing stands."""
        rows = [cells for line in self.lines for _, cells in line.walk()]
        kept = [at for at in range(len(self.columns)) if any("".join(cells[at]) for cells in rows)]
        columns = tuple(self.columns[at] for at in kept)
        return replace(self, columns=columns, lines=tuple(_only(line, kept) for line in self.lines))

    def text(self, width: int | None = None) -> str:
        """Return the table as aligned text; cells are wrapped to keep within a width."""
        rows: list[tuple[Cell, ...]] = [tuple((name,) for name in self.columns)]
        for line in self.lines:
            for depth, (first, *rest) in line.walk():
                rows.append((("  " * depth + ", ".join(first),), *rest))
        below = [""] * len(rows)
        if self.columns[-1] == self.remark and width is not None and _natural(rows) > width:
            below = ["", *(", ".join(row[-1]) for row in rows[1:])]
            rows = [row[:-1] for row in rows]
        widths = fit(rows, width)
        right = [name in self.right for name in self.columns[: len(widths)]]
        lines: list[str] = []
        for row, remark in zip(rows, below, strict=True):
            lines += [*_row(row, widths, right), *_remark(remark, width)]
        return "\n".join(lines)


def _only(line: Line, kept: Sequence[int]) -> Line:
    cells = tuple(line.cells[at] for at in kept)
    return Line(cells, tuple(_only(part, kept) for part in line.parts))


# ---- widths -----------------------------------------------------------------------------------


def fit(rows: Sequence[Sequence[Cell]], width: int | None) -> list[int]:
    """Return a width for each column so that a line has at most `width` characters.

    Cells give way step by step: an item on each line, breaks by increasing need, words cut.
    """
    columns = list(zip(*rows, strict=True))
    widths = _widths(columns)
    if width is None:
        return widths
    room = width - GAP * (len(columns) - 1)
    for breaks in BREAKS:
        floors = [max(_least(cell, breaks) for cell in column) for column in columns]
        _shrink(widths, floors, room)
    _shrink(widths, [min(width, NARROW) for width in widths], room)
    return widths


def _widths(columns: Sequence[Sequence[Cell]]) -> list[int]:
    return [max(len(", ".join(cell)) for cell in column) for column in columns]


def _natural(rows: Sequence[Sequence[Cell]]) -> int:
    """Return the length of the lines when nothing is broken."""
    widths = _widths(list(zip(*rows, strict=True)))
    return sum(widths) + GAP * (len(widths) - 1)


def _least(cell: Cell, breaks: str) -> int:
    """Return the width that the items need when they may be broken in these places."""
    found = [0]
    for item in cell:
        first, *more = _tokens(item, breaks)
        found += [len(first.rstrip()), *(_indent(item) + len(token.rstrip()) for token in more)]
    return max(found)


def _indent(item: str) -> int:
    return len(item) - len(item.lstrip(" ")) + GAP


def _tokens(item: str, breaks: str) -> list[str]:
    """Return an item in the parts between which it may be broken."""
    body = item.lstrip(" ")
    first, *more = re.split(breaks, body)
    return [" " * (len(item) - len(body)) + first, *more]


def _shrink(widths: list[int], floors: Sequence[int], room: int) -> None:
    """Take from the column that has most above its floor until all fit or none has any."""
    while sum(widths) > room:
        spare = [width - floor for width, floor in zip(widths, floors, strict=True)]
        if max(spare) <= 0:
            return
        widths[spare.index(max(spare))] -= 1


# ---- lines ------------------------------------------------------------------------------------


def _row(row: Sequence[Cell], widths: Sequence[int], right: Sequence[bool]) -> Iterator[str]:
    cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for at in range(max(len(cell) for cell in cells)):
        texts = [cell[at] if at < len(cell) else "" for cell in cells]
        padded = [
            text.rjust(width) if is_number else text.ljust(width)
            for text, width, is_number in zip(texts, widths, right, strict=True)
        ]
        yield (" " * GAP).join(padded).rstrip().replace(GLUE, " ")


def _remark(text: str, width: int | None) -> list[str]:
    indent = " " * (2 * GAP)
    return textwrap.wrap(text, width or NARROW, initial_indent=indent, subsequent_indent=indent)


def wrapped(cell: Cell, width: int) -> list[str]:
    """Return a cell as lines of at most `width` characters; a word that is longer is cut.

    >>> wrapped(("Weights 3 x 4", "Biases 3"), 14)
    ['Weights 3 x 4', 'Biases 3']
    """
    whole = ", ".join(cell)
    if len(whole) <= width:
        return [whole]
    lines: list[str] = []
    for item in cell:
        breaks = next((b for b in BREAKS if _least((item,), b) <= width), BREAKS[-1])
        lines += _filled(_tokens(item, breaks), width, " " * _indent(item))
    return [line if len(line) <= width else line[: max(width - 3, 0)] + "..." for line in lines]


def _filled(tokens: list[str], width: int, indent: str) -> list[str]:
    lines = [tokens[0]]
    for token in tokens[1:]:
        if len((lines[-1] + token).rstrip()) <= width:
            lines[-1] += token
        else:
            lines.append(indent + token)
    return [line.rstrip() for line in lines]


def glued(text: str) -> str:
    """Return text that is broken as the last thing."""
    return text.replace(" ", GLUE)


def paragraph(text: str, width: int | None) -> str:
    """Return a sentence, broken into lines where it is wider than that, but not at GLUE."""
    if width is None:
        return text.replace(GLUE, " ")
    indent = " " * GAP
    lines = textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
    return "\n".join(line.replace(GLUE, " ").rstrip() for line in lines)


def terminal_width() -> int | None:
    """Return how many characters a line of the terminal has, None where there is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
