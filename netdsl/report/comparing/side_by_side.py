"""Tables of several nets beside each other, marked where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netdsl.report.comparing.compared import TITLE, Column, Row
from netdsl.report.counts import show_total
from netdsl.report.facts import show_key
from netdsl.report.table import GAP, GLUE, Line, Table, glued, glued_sizes
from netdsl.spec.shapes import Path

LEAST = 20
"""A net does not get less than so many characters, with the gap before it, beside others."""

FACTS = ("layer", "output", "parameters")

DIFFERS, FIRST, SECOND = "~", "-", "+"
"""Marks of rows: something differs; of two nets only the first, only the second has the part."""


def facts_table(
    nets: Sequence[Column], facts: Mapping[str, Sequence[Any]], chosen: Sequence[int]
) -> Table:
    """Return sums, inputs and outputs in rows, a column for each of these nets."""
    lines: list[Line] = []
    for name, values in facts.items():
        texts = [_fact(net, name, value) for net, value in zip(nets, values, strict=True)]
        mark = DIFFERS if len(set(texts)) > 1 else ""
        if name != TITLE:
            lines.append(Line(((mark,), (glued(name),), *((texts[at],) for at in chosen))))
    titles = (f"{at + 1}: {nets[at].title}" for at in chosen)
    return Table(("", TITLE, *titles), tuple(lines))


def _fact(net: Column, name: str, value: Any) -> str:
    if name in net.sums:
        return show_total(net.sums[name])
    return "none" if value is None else str(value)


def wide_table(
    nets: Sequence[Column], rows: Sequence[Row], chosen: Sequence[int], is_titled: bool = True
) -> Table:
    """Return the parts of these nets, with a column for each fact of each net."""
    has_paths = have_paths(rows)
    names = ("path", *FACTS) if has_paths else FACTS
    heads = [] if has_paths else ["path"]
    for at in chosen:
        first, *more = names
        heads += [f"{at + 1}: {first}" if is_titled else first, *more]
    lines: list[Line] = []
    for row in _shown_rows(rows, chosen):
        cells = [] if has_paths else [(_path(row, _any(row)),)]
        for at in chosen:
            cells += [(_path(row, row.paths[at]),)] if has_paths else []
            cells += _facts(nets[at], row, row.paths[at])
        lines.append(Line(((_mark(row),), *cells)))
    return Table(("", *heads), tuple(lines), FACTS[-1:])


def _shown_rows(rows: Sequence[Row], chosen: Sequence[int]) -> list[Row]:
    """Return the rows that these nets have, without what is inside of nets that are the same."""
    return [
        row for row in rows if not row.is_hidden and any(row.paths[at] is not None for at in chosen)
    ]


def _facts(net: Column, row: Row, path: Path | None) -> list[tuple[str, ...]]:
    if path is None:
        return [("",)] * len(FACTS)
    output = tuple(glued_sizes(text) for text in net.output(path))
    return [(net.parts[path].title,), output, (_parameters(net, row, path),)]


def _parameters(net: Column, row: Row, path: Path) -> str:
    """Return the parameters of a part, nothing for a net of which the parts stand below."""
    return "" if row.has_parts and not row.is_folded else net.parameters(path)


def stacked_table(nets: Sequence[Column], rows: Sequence[Row], chosen: Sequence[int]) -> Table:
    """Return the parts of these nets in narrow columns: the facts of each below its name."""
    has_paths = have_paths(rows)
    heads, below = ["", *([] if has_paths else ["path"])], ["", *([] if has_paths else [""])]
    for at in chosen:
        names = [f"{at + 1}: {FACTS[0]}"]
        heads += ["path", *names] if has_paths else names
        below += [*([""] if has_paths else []), f"  {'; '.join(FACTS[1:])}"]
    lines = [Line(tuple((text,) for text in below))]
    for row in _shown_rows(rows, chosen):
        lines += _stacked(nets, row, chosen, has_paths)
    return Table(tuple(heads), tuple(lines))


def _stacked(
    nets: Sequence[Column], row: Row, chosen: Sequence[int], has_paths: bool
) -> Iterator[Line]:
    """Yield a line with what each part is, and one with what comes out and what is in it."""
    above: list[str] = [_mark(row), *([] if has_paths else [_path(row, _any(row))])]
    below = [""] * len(above)
    for at in chosen:
        path = row.paths[at]
        if has_paths:
            above.append(_path(row, path))
            below.append("")
        above.append("" if path is None else nets[at].parts[path].title)
        below.append("" if path is None else _said(nets[at], row, path))
    yield Line(tuple((text,) for text in above))
    yield Line(tuple((text,) for text in below))


def _said(net: Column, row: Row, path: Path) -> str:
    output, count = net.output(path), _parameters(net, row, path)
    text = ", ".join(glued_sizes(each) for each in output)
    return f"  {text}" + (f"; {count}" if count else "")


def have_paths(rows: Sequence[Row]) -> bool:
    """Whether parts in one row have different keys, so that each net shows its own."""
    return any(len({path[-1:] for path in row.paths if path is not None}) > 1 for row in rows)


def _any(row: Row) -> Path | None:
    return next(path for path in row.paths if path is not None)


def _path(row: Row, path: Path | None) -> str:
    return f"{GLUE * 2 * row.depth}{show_key(path[-1])}" if path else ""


def _mark(row: Row) -> str:
    if len(row.paths) == 2 and None in row.paths:
        return SECOND if row.paths[0] is None else FIRST
    return DIFFERS if row.differs else ""


def legend(rows: Sequence[Row], count: int) -> tuple[str, ...]:
    """Return what the marks mean, those that occur in the rows, and what is left out of them."""
    marks = {_mark(row) for row in rows} | {DIFFERS}
    texts = {DIFFERS: "differs", FIRST: "only in 1", SECOND: "only in 2"}
    said = [", ".join(f"{mark} {text}" for mark, text in texts.items() if mark in marks)]
    if any(row.is_folded for row in rows):
        said.append(
            "what is inside of nested nets is left out where they are the same, or repeat one above"
        )
    return tuple(said) if count > 1 else ()


def widths(rows: Sequence[Row]) -> tuple[int, int]:
    """Return how wide the columns beside those of the nets are, and what a net needs at least."""
    path = GAP + max(len(_path(row, _any(row))) for row in rows if not row.is_hidden)
    return (1, path + LEAST) if have_paths(rows) else (1 + path, LEAST)
