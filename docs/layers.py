"""Write every layer with its settings, ports and arrays on one page."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import netdsl
from netdsl import layers
from netdsl.report.declared import ClassReport
from netdsl.report.sheets import doc_of
from netdsl.report.table import PLAIN, Table
from netdsl.spec import registry

ROOT = Path(__file__).parents[1]
NO_FORMULA = ("PlaceholderLayer",)
PLAIN_WORDS = (("required",), ("a number",))
"""Cells that are no code."""

GUIDES = {
    "BatchNormalizationLayer": "training.md",
    "CompiledLayer": "functions.md",
    "ConvolutionLayer": "images-and-sequences.md",
    "DropoutLayer": "training.md",
    "ElementwiseLayer": "activations.md",
    "FunctionLayer": "functions.md",
    "LongShortTermMemoryLayer": "images-and-sequences.md",
    "PoolingLayer": "images-and-sequences.md",
}
"""The guides that tell more of a layer."""

HEAD = """\
# Layers

Every layer with what it declares; in a session `Information(DropoutLayer)` and
`help(DropoutLayer)` tell the same. The call has the settings that need no name. All others are
given by name, ports and arrays too: `LinearLayer(3, Input=(4, "n"), Biases=None)`.
[From other libraries](from-other-libraries.md) says what a layer is called elsewhere,
[write a layer](write-a-layer.md) how to make another.

Dimensions are read so: `c` is a size, and equal names are equal sizes; `*d` is any number of
dimensions, `+d` one or more; a capital letter begins the name of a setting. After a colon stands
what the entries are, such as `1..c`, integers, or a letter for ports whose entries are alike.
NetInitialize fills an array as "starts" says; state is what a training moves without learning it.

This page is written by `python -m docs.build`.
"""


def groups() -> dict[str, list[str]]:
    """Return the names of all layers by group, as the README has them."""
    found: dict[str, list[str]] = {}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for group, cell in re.findall(r"^\| ([a-z ,]+) \| (.*) \|$", text, re.MULTILINE):
        names = re.findall(r"`(\w+Layer)`", cell)
        if names:
            found[group] = names
    return found


def section(name: str) -> str:
    """Return what the page says about a layer."""
    parts = [f"### {name}", f"{does(name)} {_links(name)}".rstrip()]
    kind = registry.get(name)
    if kind is None:  # it makes a net, or a layer of another class
        needed = inspect.signature(getattr(netdsl, name)).parameters
        parts.append(f"`{name}({'Function' if 'Function' in needed else ''})`")
    else:
        report = ClassReport(kind)
        parts += [f"`{report.call}`", *map(markdown, report.tables())]
    return "\n\n".join(parts)


def does(name: str) -> str:
    """Return the sentence that says what a layer does."""
    return doc_of(getattr(netdsl, name))


def _links(name: str) -> str:
    """Return other names of a layer, and where there is more about it."""
    kind = getattr(netdsl, name)
    same = [other for other, one in vars(layers).items() if one is kind and other != name]
    links = [f"[formula](formulas.md#{name.lower()})"] if name in registry else []
    links = [] if name in NO_FORMULA else links
    links += [f"[guide]({GUIDES[name]})"] if name in GUIDES else []
    named = [f"`{other}` is another name of it." for other in same]
    return " ".join((*named, *([f"More: {', '.join(links)}."] if links else [])))


def markdown(table: Table) -> str:
    """Return a table as markdown, dimensions and values as code."""
    rows = [table.columns, ("---",) * len(table.columns)]
    for line in table.lines:
        cells = zip(table.columns, line.cells, strict=True)
        rows.append(tuple(_cell(column, cell) for column, cell in cells))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(column: str, cell: tuple[str, ...]) -> str:
    plain = column in ("meaning", "", "starts") or cell in PLAIN_WORDS
    items = [item if plain or not item else f"`{item}`" for item in cell]
    return " or ".join(items).translate(PLAIN).replace("|", r"\|")


def overview(names: list[str]) -> str:
    """Return a line for each layer of a group."""
    rows = [f"| [{name}](#{name.lower()}) | {does(name)} |" for name in names]
    return "\n".join(("| layer | does |", "| --- | --- |", *rows))


def page() -> str:
    """Return the page."""
    found = groups()
    tables = [f"**{group}**\n\n{overview(names)}\n" for group, names in found.items()]
    details = [
        "\n\n".join((f"## {group.capitalize()}", *map(section, names))) + "\n"
        for group, names in found.items()
    ]
    return "\n".join((HEAD, *tables, *details))


def build(folder: Path) -> None:
    """Write layers.md into a folder."""
    (folder / "layers.md").write_text(page(), encoding="utf-8")
