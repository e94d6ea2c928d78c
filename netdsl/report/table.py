"""A table: rows of cells, some inside others; laid out as text within any width."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from netdsl.options import whole

Cell = tuple[str, ...]
"""Items: on one line with commas where there is room, else one below the other."""

GLUE = "\N{NO-BREAK SPACE}"
"""Printed as a space; a line is broken there only where it must be."""

TIGHT = "\N{FIGURE SPACE}"
BRACKET = "\N{FULLWIDTH LEFT PARENTHESIS}"
"""Printed as a space and a bracket; inside sizes, which are broken as the very last thing."""

AT_SPACES = r"(?<= )"
IN_WORDS = rf"(?<=[ {GLUE}(])|(?<=[a-z])(?=[A-Z])"
AT_FACTORS = rf"{IN_WORDS}|(?<=\*)"
BREAKS = (r"(?!)", AT_SPACES, IN_WORDS, AT_FACTORS, rf"{AT_FACTORS}|(?<={TIGHT})")
"""Where an item may be broken, by increasing need: nowhere, at spaces, also within words, also
within sizes."""

PLAIN = str.maketrans({GLUE: " ", TIGHT: " ", BRACKET: "("})

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

    The column `remark` goes below each row where the lines would have to be broken, the column
    `aside`, with its name, where words would.
    """

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    right: tuple[str, ...] = ()
    remark: str | None = None
    aside: str | None = None

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
        moved = self._moved(rows, width)
        shown = [at for at, name in enumerate(self.columns) if name != moved]
        below = ["", *(self._below(row, moved) for row in rows[1:])]
        rows = [tuple(row[at] for at in shown) for row in rows]
        widths = fit(rows, width)
        right = [self.columns[at] in self.right for at in shown]
        lines: list[str] = []
        for row, remark in zip(rows, below, strict=True):
            lines += [*_row(row, widths, right), *_remark(remark, width)]
        return "\n".join(lines)

    def _moved(self, rows: Sequence[Sequence[Cell]], width: int | None) -> str | None:
        """Return the column that goes below the rows, if any."""
        if width is None:
            return None
        if self.remark in self.columns and _total(_widths(rows)) > width:
            return self.remark
        is_tight = _total(_floors(rows, AT_SPACES)) > width
        return self.aside if self.aside in self.columns and is_tight else None

    def _below(self, row: Sequence[Cell], moved: str | None) -> str:
        """Return what stands below a row, as far to the right as the row begins."""
        text = ", ".join(row[self.columns.index(moved)]) if moved else ""
        named = f"{moved} {text}" if text and moved == self.aside else text
        return " " * _margin(row[0][0]) + named if named else ""


def _only(line: Line, kept: Sequence[int]) -> Line:
    cells = tuple(line.cells[at] for at in kept)
    return Line(cells, tuple(_only(part, kept) for part in line.parts))


# ---- widths -----------------------------------------------------------------------------------


def fit(rows: Sequence[Sequence[Cell]], width: int | None) -> list[int]:
    """Return a width for each column so that a line has at most `width` characters.

    Cells give way step by step: an item on each line, breaks by increasing need, words cut.
    """
    widths = _widths(rows)
    if width is None:
        return widths
    room = width - GAP * (len(widths) - 1)
    for breaks in BREAKS:
        _shrink(widths, _floors(rows, breaks), room)
    _shrink(widths, [min(width, NARROW) for width in widths], room)
    return widths


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return the width of each column when nothing is broken."""
    return [max(len(", ".join(cell)) for cell in column) for column in zip(*rows, strict=True)]


def _floors(rows: Sequence[Sequence[Cell]], breaks: str) -> list[int]:
    """Return the least width of each column when items may be broken in these places."""
    return [max(_least(cell, breaks) for cell in column) for column in zip(*rows, strict=True)]


def _total(widths: Sequence[int]) -> int:
    """Return the length of the lines of columns that are so wide."""
    return sum(widths) + GAP * (len(widths) - 1)


def _least(cell: Cell, breaks: str) -> int:
    """Return the width that the items need when they may be broken in these places."""
    found = [0]
    for item in cell:
        first, *more = _tokens(item, breaks)
        found += [len(first.rstrip()), *(_indent(item) + len(token.rstrip()) for token in more)]
    return max(found)


def _indent(item: str) -> int:
    return _margin(item) + GAP


def _margin(item: str) -> int:
    return len(item) - len(item.lstrip(" "))


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
        yield (" " * GAP).join(padded).rstrip().translate(PLAIN)


def _remark(text: str, width: int | None) -> list[str]:
    indent = " " * (2 * GAP + _margin(text))
    body = text.lstrip(" ")
    lines = textwrap.wrap(body, width or NARROW, initial_indent=indent, subsequent_indent=indent)
    return [line.translate(PLAIN) for line in lines]


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


def glued_sizes(text: str) -> str:
    """Return dimensions that are broken late, and between two of them."""
    tight = text.replace(" ", TIGHT).replace("(", BRACKET)
    return tight.replace(f"{TIGHT}x{TIGHT}", f"{TIGHT}x{GLUE}")


def paragraph(text: str, width: int | None) -> str:
    """Return text with lines broken that are wider than that, but not at GLUE."""
    if width is None:
        return text.translate(PLAIN)
    indent = " " * GAP
    lines = [
        line
        for row in text.splitlines()
        for line in textwrap.wrap(row, width, subsequent_indent=indent, break_on_hyphens=False)
    ]
    return "\n".join(line.translate(PLAIN).rstrip() for line in lines)


def line_width(width: Any) -> int | None:
    """Read the width of lines that someone asks for, None for no limit."""
    return None if width is None else whole("width", width, None)


def terminal_width() -> int | None:
    """Return how many characters a line of the terminal has, None where there is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
