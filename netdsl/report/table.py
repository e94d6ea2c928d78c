"""A table: rows of cells, some inside others; laid out as text within any width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from netdsl.report.layout import (
    AT_SPACES,
    BREAKS,
    GAP,
    GLUE,
    HYPHEN,
    LEAST_GAP,
    PLAIN,
    Cell,
    fit,
    floors_of,
    glued,
    glued_sizes,
    glued_terms,
    indented,
    line_length,
    line_width,
    margin,
    paragraph,
    widths_of,
    wrapped,
)
from netdsl.spec.terminal import terminal_width

__all__ = [
    "GLUE",
    "HYPHEN",
    "PLAIN",
    "Cell",
    "Line",
    "Table",
    "glued",
    "glued_sizes",
    "glued_terms",
    "line_width",
    "paragraph",
    "terminal_width",
]


@dataclass(frozen=True, slots=True)
class Line:
    """One row, and the rows inside it; `like` is the name of a row above with the same inside."""

    cells: tuple[Cell, ...]
    parts: tuple[Line, ...] = ()
    like: str = ""

    @property
    def head(self) -> tuple[Cell, ...]:
        """The cells, the second saying which row this one is like."""
        if not self.like:
            return self.cells
        first, (text, *more), *rest = self.cells
        return (first, (f"{text}, like {self.like}", *more), *rest)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield the cells of this row and of those inside it, each with its depth."""
        yield depth, self.cells
        for part in self.parts:
            yield from part.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, rows below them; columns named in `right` hold numbers.

    The column `remark` goes below each row where the lines would have to be broken, the columns
    `aside` with their names, one after the other, where words would. Any other does before a word
    is cut, save the first.
    """

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    right: tuple[str, ...] = ()
    remark: str | None = None
    aside: tuple[str, ...] = ()

    def filled(self) -> Table:
        """Return the table without columns in which nothing stands."""
        rows = [cells for line in self.lines for _, cells in line.walk()]
        kept = [at for at in range(len(self.columns)) if any("".join(cells[at]) for cells in rows)]
        columns = tuple(self.columns[at] for at in kept)
        return replace(self, columns=columns, lines=tuple(_only(line, kept) for line in self.lines))

    def folded(self) -> Table:
        """Return the table without the rows inside those that are like a row above."""
        return replace(self, lines=tuple(map(_folded, self.lines)))

    def text(self, width: int | None = None) -> str:
        """Return the table as aligned text; cells are wrapped to keep within a width."""
        rows: list[tuple[Cell, ...]] = [tuple((name,) for name in self.columns)]
        for line in self.lines:
            for depth, (first, *rest) in line.walk():
                rows.append((("  " * depth + ", ".join(first),), *rest))
        moved = self._moved(rows, width)
        shown = [at for at, name in enumerate(self.columns) if name not in moved]
        below = [[], *(self._below(row, moved) for row in rows[1:])]
        rows = [tuple(row[at] for at in shown) for row in rows]
        gap = _gap(rows, width)
        widths = fit(rows, width, gap)
        right = [self.columns[at] in self.right for at in shown]
        lines: list[str] = []
        for row, remarks in zip(rows, below, strict=True):
            lines += _row(row, widths, right, " " * gap)
            for remark in remarks:
                lines += _remark(remark, width)
        return "\n".join(lines)

    def _moved(self, rows: Sequence[Sequence[Cell]], width: int | None) -> set[str]:
        """Return the columns that go below the rows."""
        moved: set[str] = set()
        if width is None:
            return moved
        if self.remark in self.columns and line_length(widths_of(rows)) > width:
            moved.add(self.remark)
        steps = ((AT_SPACES, self.aside, GAP), (BREAKS[-1], self.columns[:0:-1], LEAST_GAP))
        for breaks, names, gap in steps:
            floors = dict(zip(self.columns, floors_of(rows, breaks), strict=True))
            for name in names:
                kept = [floor for column, floor in floors.items() if column not in moved]
                if line_length(kept, gap) <= width:
                    break
                moved.update({name} & floors.keys())
        return moved

    def _below(self, row: Sequence[Cell], moved: set[str]) -> Iterator[str]:
        """Yield what stands below a row, as far to the right as the row begins."""
        indent = " " * margin(row[0][0])
        found = {name: ", ".join(cell) for name, cell in zip(self.columns, row, strict=True)}
        texts = {name: text for name, text in found.items() if name in moved and text}
        named = (f"{name} {text}".strip() for name, text in texts.items() if name != self.remark)
        for text in ("; ".join(named), texts.get(self.remark or "", "")):
            if text:
                yield indent + text


def _only(line: Line, kept: Sequence[int]) -> Line:
    cells = tuple(line.cells[at] for at in kept)
    return Line(cells, tuple(_only(part, kept) for part in line.parts), line.like)


def _folded(line: Line) -> Line:
    return Line(line.head) if line.like else replace(line, parts=tuple(map(_folded, line.parts)))


def _gap(rows: Sequence[Sequence[Cell]], width: int | None) -> int:
    """Return how many spaces are between columns."""
    floors = floors_of(rows, BREAKS[-1])
    return GAP if width is None or line_length(floors) <= width else LEAST_GAP


def _row(
    row: Sequence[Cell], widths: Sequence[int], right: Sequence[bool], gap: str
) -> Iterator[str]:
    cells = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for at in range(max(len(cell) for cell in cells)):
        texts = [cell[at] if at < len(cell) else "" for cell in cells]
        padded = [
            text.rjust(width) if is_number else text.ljust(width)
            for text, width, is_number in zip(texts, widths, right, strict=True)
        ]
        yield gap.join(padded).rstrip().translate(PLAIN)


def _remark(text: str, width: int | None) -> list[str]:
    indent = " " * (2 * GAP + margin(text))
    return indented(text.lstrip(" "), width or len(text), indent, indent)
