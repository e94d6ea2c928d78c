"""Tables of several nets beside each other, marked where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netdsl.report.comparing.compared import TITLE, Column, Row
from netdsl.report.counts import show_total
from netdsl.report.facts import show_key
from netdsl.report.sheets import WORK
from netdsl.report.table import GAP, GLUE, Line, Table, glued, glued_sizes
from netdsl.spec.shapes import Path

LEAST = 20
"""A net does not get less than so many characters, with the gap before it, beside others."""

FACTS = ("layer", "output", "parameters", WORK)
"""What is told of each part; the last only where there is room."""

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
    titles = (f"{nets[at].name}: {nets[at].title}" for at in chosen)
    return Table(("", TITLE, *titles), tuple(lines))


def _fact(net: Column, name: str, value: Any) -> str:
    if name in net.sums:
        return show_total(net.sums[name])
    return "none" if value is None else str(value)


def wide_table(
    nets: Sequence[Column],
    rows: Sequence[Row],
    chosen: Sequence[int],
    facts: Sequence[str] = FACTS,
    is_titled: bool = True,
) -> Table:
    """Return the parts of these nets, with a column for each of these facts of each net."""
    has_paths = have_paths(rows)
    names = ("path", *facts) if has_paths else facts
    heads = [] if has_paths else ["path"]
    for at in chosen:
        first, *more = names
        heads += [f"{nets[at].name}: {first}" if is_titled else first, *more]
    lines: list[Line] = []
    for row in _shown_rows(rows, chosen):
        cells = [] if has_paths else [(_path(row, _any(row)),)]
        for at in chosen:
            cells += [(_path(row, row.paths[at]),)] if has_paths else []
            cells += _facts(nets[at], row.paths[at], facts)
        lines.append(Line(((mark_of(row),), *cells)))
    return Table(("", *heads), tuple(lines), FACTS[2:])


def _shown_rows(rows: Sequence[Row], chosen: Sequence[int]) -> list[Row]:
    """Return the rows that these nets have, without what is inside of nets that are the same."""
    return [
        row for row in rows if not row.is_hidden and any(row.paths[at] is not None for at in chosen)
    ]


def _facts(net: Column, path: Path | None, facts: Sequence[str]) -> list[tuple[str, ...]]:
    if path is None:
        return [("",)] * len(facts)
    output = tuple(glued_sizes(text) for text in net.output(path))
    texts = ((net.parts[path].title,), output, (net.parameters(path),), (net.work(path),))
    found = dict[str, tuple[str, ...]](zip(FACTS, texts, strict=True))
    return [found[name] for name in facts]


def stacked_table(nets: Sequence[Column], rows: Sequence[Row], chosen: Sequence[int]) -> Table:
    """Return the parts of these nets in narrow columns: the facts of each below its name."""
    has_paths = have_paths(rows)
    heads, below = ["", *([] if has_paths else ["path"])], ["", *([] if has_paths else [""])]
    for at in chosen:
        names = [f"{nets[at].name}: {FACTS[0]}"]
        heads += ["path", *names] if has_paths else names
        below += [*([""] if has_paths else []), f"  {'; '.join(FACTS[1:-1])}"]
    lines = [Line(tuple((text,) for text in below))]
    for row in _shown_rows(rows, chosen):
        lines += _stacked(nets, row, chosen, has_paths)
    return Table(tuple(heads), tuple(lines))


def _stacked(
    nets: Sequence[Column], row: Row, chosen: Sequence[int], has_paths: bool
) -> Iterator[Line]:
    """Yield a line with what each part is, and one with what comes out and what is in it."""
    above: list[str] = [mark_of(row), *([] if has_paths else [_path(row, _any(row))])]
    below = [""] * len(above)
    for at in chosen:
        path = row.paths[at]
        if has_paths:
            above.append(_path(row, path))
            below.append("")
        above.append("" if path is None else nets[at].parts[path].title)
        below.append("" if path is None else _said(nets[at], path))
    yield Line(tuple((text,) for text in above))
    yield Line(tuple((text,) for text in below))


def _said(net: Column, path: Path) -> str:
    output, count = net.output(path), net.parameters(path)
    text = ", ".join(glued_sizes(each) for each in output)
    return f"  {text}" + (f"; {count}" if count else "")


def have_paths(rows: Sequence[Row]) -> bool:
    """Whether parts in one row have different keys, so that each net shows its own."""
    return any(len({path[-1:] for path in row.paths if path is not None}) > 1 for row in rows)


def _any(row: Row) -> Path | None:
    return next(path for path in row.paths if path is not None)


def _path(row: Row, path: Path | None) -> str:
    return f"{GLUE * 2 * row.depth}{show_key(path[-1])}" if path else ""


def mark_of(row: Row) -> str:
    if len(row.paths) == 2 and None in row.paths:
        return SECOND if row.paths[0] is None else FIRST
    return DIFFERS if row.differs else ""


def legend(nets: Sequence[Column], rows: Sequence[Row]) -> tuple[str, ...]:
    """Return what the marks mean, those that occur in the rows, and what is left out of them."""
    marks = {mark_of(row) for row in rows} | {DIFFERS}
    texts = {DIFFERS: "differs"}
    texts |= {mark: f"only in {net.name}" for mark, net in zip((FIRST, SECOND), nets, strict=False)}
    said = [", ".join(f"{mark} {text}" for mark, text in texts.items() if mark in marks)]
    if any(row.is_folded for row in rows):
        said.append(
            "what is inside of nested nets is left out where they are the same, or repeat one above"
        )
    return tuple(said) if len(nets) > 1 else ()


def widths(rows: Sequence[Row]) -> tuple[int, int]:
    """Return how wide the columns beside those of the nets are, and what a net needs at least."""
    path = GAP + max(len(_path(row, _any(row))) for row in rows if not row.is_hidden)
    return (1, path + LEAST) if have_paths(rows) else (1 + path, LEAST)
