"""Cells within a width: how wide columns may be, where items are broken."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from netdsl.options import whole

Cell = tuple[str, ...]
"""Items: on one line with commas where there is room, else one below the other."""

GLUE = "\N{NO-BREAK SPACE}"
"""Printed as a space; a line is broken there only where it must be."""

TIGHT = "\N{FIGURE SPACE}"
BRACKET = "\N{FULLWIDTH LEFT PARENTHESIS}"
"""Printed as a space and a bracket; inside sizes, which are broken as the very last thing."""

HYPHEN = "\N{HYPHEN}"
"""Printed as a hyphen; a line may be broken behind it."""

AT_SPACES = rf"(?<=[ {HYPHEN}])"
IN_WORDS = rf"(?<=[ {HYPHEN}{GLUE}(])|(?<=[a-z])(?=[A-Z])"
AT_FACTORS = rf"{IN_WORDS}|(?<=\*)"
BREAKS = (r"(?!)", AT_SPACES, IN_WORDS, AT_FACTORS, rf"{AT_FACTORS}|(?<={TIGHT})")
"""Where an item may be broken, by increasing need: nowhere, at spaces, also within words, also
within sizes."""

PLAIN = str.maketrans({GLUE: " ", TIGHT: " ", BRACKET: "(", HYPHEN: "-"})


GAP, LEAST_GAP = 2, 1
"""How many spaces are between two columns, and how many where they would not fit otherwise."""

STACKED = 100
"""Cells of more characters stand with one item below the other, also where there is no width."""

NARROW = 8
"""A column is not made narrower before all others are."""


def fit(rows: Sequence[Sequence[Cell]], width: int | None, gap: int = GAP) -> list[int]:
    """Return a width for each column so that a line has at most `width` characters.

    Cells give way step by step: an item on each line, breaks by increasing need, last anywhere.
    """
    widths = widths_of(rows)
    if width is None:
        return widths
    room = width - gap * (len(widths) - 1)
    for breaks in BREAKS:
        _shrink(widths, floors_of(rows, breaks), room)
    _shrink(widths, [min(width, NARROW) for width in widths], room)
    _shrink(widths, [1] * len(widths), room)
    return widths


def widths_of(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """Return the width of each column when no item is broken."""
    return [max(map(_width, column)) for column in zip(*rows, strict=True)]


def _width(cell: Cell) -> int:
    whole = len(", ".join(cell))
    return whole if whole <= STACKED else max(map(len, cell))


def floors_of(rows: Sequence[Sequence[Cell]], breaks: str) -> list[int]:
    """Return the least width of each column when items may be broken in these places."""
    return [max(_least(cell, breaks) for cell in column) for column in zip(*rows, strict=True)]


def line_length(widths: Sequence[int], gap: int = GAP) -> int:
    """Return the length of the lines of columns that are so wide."""
    return sum(widths) + gap * (len(widths) - 1)


def _least(cell: Cell, breaks: str) -> int:
    """Return the width that the items need when they may be broken in these places."""
    found = [0]
    for item in cell:
        first, *more = _tokens(item, breaks)
        found += [len(first.rstrip()), *(_indent(item) + len(token.rstrip()) for token in more)]
    return max(found)


def _indent(item: str) -> int:
    return margin(item) + GAP


def margin(item: str) -> int:
    """Return how many spaces an item begins with."""
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


def wrapped(cell: Cell, width: int) -> list[str]:
    """Return a cell as lines of at most `width` characters; a word that is longer goes on below.

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
    return [line[at : at + width] for line in lines for at in range(0, len(line) or 1, width)]


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


def glued_terms(text: str) -> str:
    """Return an expression that is broken between its terms before it is within one."""
    depth, found = 0, ""
    for mark in text:
        depth += (mark == "(") - (mark == ")")
        found += GLUE if mark == " " and depth else mark
    return found


def unindented(text: str) -> tuple[int, str]:
    """Return how deep hard spaces indent a text, and the text without them."""
    body = text.lstrip(GLUE)
    return (len(text) - len(body)) // GAP, body


def paragraph(text: str, width: int | None) -> str:
    """Return text with lines broken that are wider than that, at GLUE where it must be."""
    if width is None:
        return text.translate(PLAIN)
    lines = (line for row in text.splitlines() for line in indented(row, width, "", " " * GAP))
    return "\n".join(lines)


def indented(text: str, width: int, first: str, more: str) -> list[str]:
    """Return text as lines that begin so, and so after the first."""
    room = width - len(more)
    words = re.split("( +)", text)
    loose = "".join(word.translate(PLAIN) if len(word) > room else word for word in words)
    lines = textwrap.wrap(
        loose, width, initial_indent=first, subsequent_indent=more, break_on_hyphens=False
    )
    return [line.translate(PLAIN).rstrip() for line in lines]


def line_width(width: Any) -> int | None:
    """Read the width of lines that someone asks for, None for no limit."""
    return None if width is None else whole("width", width, None)
