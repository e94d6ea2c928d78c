"""Tables, as text for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.compare import Row
from benchmarks.growth import Chain, Growth
from benchmarks.shapes import Answer
from benchmarks.targets import Judgement
from benchmarks.timing import Spread

Table = list[list[str]]
"""Rows of cells; the first row is the head."""


def duration(seconds: float) -> str:
    """Return a time with three digits that count and a unit that suits it."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            return f"{_digits(seconds * factor)} {unit}"
    return f"{_digits(seconds * 1e6)} us"


def _digits(number: float) -> str:
    """Return a number with three digits that count, or as an integer."""
    return f"{number:.0f}" if number >= 99.95 else f"{number:.{2 if number < 9.995 else 1}f}"


def ratio(value: float) -> str:
    """Return a ratio with two digits that count."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def quartiles(found: Spread | None) -> str:
    """Return the quartiles of a ratio."""
    return "" if found is None else f"{ratio(found.low)} to {ratio(found.high)}"


def comparison(rows: Sequence[Row], what: str, operations: float = 0, peak: float = 0) -> Table:
    """Return the table of one comparison; with operations, the part of the peak they reach."""
    head = ["", what, "ratio", "quartiles"]
    table = [head + (["of the peak"] if operations else [])]
    for row in rows:
        if row.seconds is None:
            cells = [row.note, "", ""]
        else:
            middle = "" if row.ratio is None else ratio(row.ratio.median)
            cells = [duration(row.seconds), middle, quartiles(row.ratio)]
        if operations:
            reached = row.seconds and operations / row.seconds / peak
            cells.append("" if not reached else f"{reached:.0%}" if reached > 0.01 else "< 1%")
        table.append([row.title, *cells])
    return table


def growth(found: Sequence[Growth]) -> Table:
    """Return the table of growth; the last two columns in thousands of bytes."""
    head = ["layers", "built, inferred", "initialized", "planned", "together"]
    table = [[*head, "planned to train", "peak, kB", "all values, kB"]]
    for one in found:
        times = (one.built, one.initialized, one.planned, one.ready, one.planned_to_train)
        sizes = (f"{one.peak / 1e3:,.0f}", f"{one.values / 1e3:,.0f}")
        table.append([f"{one.length:,}", *map(duration, times), *sizes])
    return table


def chains(found: Sequence[Chain]) -> Table:
    """Return the table of the chains whose shapes were inferred."""
    table = [["layers", "layers made", "chain built", "inferred anew", "for each layer"]]
    for one in found:
        times = (one.made, one.built, one.inferred, one.inferred / one.length)
        table.append([f"{one.length:,}", *map(duration, times)])
    return table


def answers(found: Mapping[str, Answer | str]) -> Table:
    """Return the table of what contenders say of sizes with names, or why they say nothing."""
    table = [["", "last height", "sizes said"]]
    for title, one in found.items():
        cells = [one, ""] if isinstance(one, str) else [one.text, f"{one.said:,} of {one.sizes:,}"]
        table.append([title, *cells])
    return table


def models(found: Mapping[str, tuple[Answer, float]]) -> Table:
    """Return the table of models that lie in a file, with what one contender needs for each."""
    table = [["", "nodes", "sizes said", "all shapes"]]
    for title, (one, seconds) in found.items():
        table.append([title, one.text, f"{one.said:,} of {one.sizes:,}", duration(seconds)])
    return table


def targets(found: Sequence[Judgement]) -> Table:
    """Return the table of the targets."""
    table = [["", "target", "reached", "met", "other work"]]
    for one in found:
        reached = one.note if one.reached is None else ratio(one.reached)
        verdict = "-" if one.reached is None else "yes" if one.is_met else "no"
        busy = "" if one.busy is None else f"{one.busy:.1f}"
        table.append([one.title, f"{one.limit:g}", reached, verdict, busy])
    return table


def text(table: Table) -> str:
    """Return a table with its columns below each other; the first one to the left."""
    width = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    lines = [
        "  ".join(
            cell.ljust(room) if at == 0 else cell.rjust(room)
            for at, (cell, room) in enumerate(zip(row, width, strict=True))
        ).rstrip()
        for row in table
    ]
    return "\n".join(lines)


def markdown(table: Table) -> str:
    """Return a table in Markdown, numbers to the right."""
    head, *body = table
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *body))
