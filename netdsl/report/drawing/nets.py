"""The drawings that Information gives of a net."""

from __future__ import annotations

from netdsl.report.drawing.graphic import NetGraphic
from netdsl.report.drawing.parts import drawn
from netdsl.spec import Net


def summary_graphic(net: Net) -> NetGraphic:
    """Return the drawing of the parts of a net, a box for each."""
    return NetGraphic(drawn(net, whole=False))


def full_summary_graphic(net: Net) -> NetGraphic:
    """Return the drawing of all layers of a net; nested nets are frames around theirs."""
    return NetGraphic(drawn(net, whole=True))
