"""What the commands answer, all but formula."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import netdsl
from netdsl.commands.page import page
from netdsl.commands.ports import sizes, with_ports
from netdsl.commands.printing import as_json, lines_of
from netdsl.files.argument import UsageError, net_named
from netdsl.report.plain import is_drawing
from netdsl.spec import Net

REPORTS = {"markdown": "to_markdown", "latex": "to_latex", "html": "to_html"}
"""The forms of a report beside text, and what gives them."""

DRAWINGS = ("svg", "dot", "mermaid")
"""The forms of a drawing."""


def info(given: Namespace) -> str:
    """Return the reports of nets, side by side where there are several, or a property of each."""
    nets = [with_ports(net, given.ports) for net in nets_named(given.nets)]
    if given.format in DRAWINGS:
        return _drawn(nets, given)
    if given.property is not None:
        return _properties(nets, given)
    if all(isinstance(net, Net) for net in nets):
        report = netdsl.Information(nets if len(nets) > 1 else nets[0])
        return _shown(report, given, ", ".join(given.nets))
    if len(nets) == 1:
        return _shown(netdsl.Information(nets[0]), given, given.nets[0])
    raise UsageError("several that are compared are nets; ask for layers and coders one by one")


def _properties(nets: list[Any], given: Namespace) -> str:
    """Return a property of nets; of several every line begins with the NET that it is about."""
    found = [netdsl.Information(net, given.property) for net in nets]
    if given.format != "text":
        raise UsageError(f"--format {given.format}: a property is text, or with --json JSON")
    if given.json:
        return as_json(found if len(found) > 1 else found[0])
    texts = [lines_of(value) for value in found]
    if len(found) == 1:
        return texts[0]
    named = zip(given.nets, texts, strict=True)
    return "\n".join(f"{name}: {line}" for name, text in named for line in text.split("\n"))


def _drawn(nets: list[Any], given: Namespace) -> str:
    """Return the drawing of a net in the form that is asked for."""
    if len(nets) > 1 or given.json:
        also = "--json" if given.json else "several nets"
        raise UsageError(f"--format {given.format} is a drawing of one net, without {also}")
    if isinstance(nets[0], type) or not isinstance(nets[0], Net):
        raise UsageError(f"--format {given.format}: only a net is drawn")
    graphic = netdsl.Information(nets[0], given.property or "FullSummaryGraphic")
    if not is_drawing(graphic):
        raise UsageError(f"--format {given.format}: the property {given.property} is no drawing")
    return getattr(graphic, given.format)().rstrip("\n")


def shapes(given: Namespace) -> str:
    """Return the shapes of a net, solved with the sizes that are given."""
    net = net_named(given.net)
    table = netdsl.NetShapes(net, **sizes(net, given.ports))
    if given.json:
        return as_json(table.to_dict())
    if given.latex:
        return table.latex()
    return str(table) if given.width is None else table.text(given.width)


def diff(given: Namespace) -> str:
    """Return what differs between two nets, and leave in `given` which exit code says so."""
    nets = [with_ports(net, given.ports) for net in nets_named((given.a, given.b))]
    found = netdsl.NetDifference(*nets, Tolerance=given.tolerance)
    given.differs = bool(found)
    return _shown(found, given, f"{given.a}, {given.b}")


def nets_named(names: tuple[str, ...] | list[str]) -> list[Any]:
    """Return the nets of several names, one of which may be standard input."""
    if list(names).count("-") > 1:
        raise UsageError("standard input holds one net, so - can be given once")
    return [net_named(name) for name in names]


def _shown(report: Any, given: Namespace, title: str) -> str:
    """Return a report in the form that is asked for; as text it looks as `print` shows it."""
    if given.json:
        return as_json(report.to_dict())
    if given.format == "text":
        return str(report) if given.width is None else report.text(given.width)
    text = getattr(report, REPORTS[given.format])().rstrip("\n")
    return page(title, text) if given.format == "html" else text


def demo(given: Namespace) -> str:
    """Run the demonstration, which prints for itself."""
    from netdsl.demo import run

    run(given.rounds)
    return ""
