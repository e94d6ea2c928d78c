"""Information and NetShapes: what a net can be asked before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdsl.errors import SettingError, nearest
from netdsl.options import with_options
from netdsl.spec import Net
from netdsl.spec.fields import short
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.report.shapes import ShapeTable


@with_options
def Information(net: Any, prop: Any = Automatic) -> Any:
    """Return a report of a net, or the property of that name; nothing is run.

    >>> net = NetChain([LinearLayer(3), ParametricRampLayer()], Input="n")
    >>> Information(net, "ArraysElementCounts")
    {(1, 'Weights'): 3*n, (1, 'Biases'): 3, (2, 'Slope'): 3}
    >>> Information(net, "ArraysTotalElementCount")
    3*n + 6

    `Information(net, "Properties")` lists the names. Arrays and layers come by position, a
    tuple such as (2, "Slope") that NetExtract takes; of a single layer it is ("Slope",).
    Sizes and counts are integers, sympy expressions where sizes have names, Automatic where
    one is open; so is the value of an array that has none yet. Multipliers are 0 for a
    frozen array. LayerTypeCounts counts by the name of the class. Nets of one TopologyHash
    have the same parts, connections and sizes: the values of their arrays may differ, and the
    multipliers. Bytes are those of the arrays as they are, 4 for each element of one without
    a value.

    A list of nets gives a list of results. An unknown property raises a SettingError that
    offers the nearest. Source: Wolfram `Information`.
    """
    if isinstance(net, list | tuple):
        return [Information(item, prop) for item in net]
    _need_net(net, "Information")
    if prop is Automatic:
        from netdsl.report.report import NetReport  # now only, so that `import netdsl` is quick

        return NetReport(net)
    from netdsl.report.properties import PROPERTIES

    if not isinstance(prop, str) or prop not in PROPERTIES:
        raise SettingError(
            "A net has no such property.",
            layer="Information",
            setting="prop",
            expected='one of Information(net, "Properties")',
            got=repr(prop),
            nearest=nearest(prop, PROPERTIES),
        )
    return PROPERTIES[prop](net)


@with_options
def NetShapes(net: Net, /, **ports: Any) -> ShapeTable:
    """Solve a net for the shape of each port and array; `ports` are shapes to try.

    >>> net = NetChain([LinearLayer(3), ParametricRampLayer()])
    >>> shapes = NetShapes(net, Input=("c", "h"))
    >>> shapes[1, "Weights"], shapes[2, "Slope"]
    ((3, c*h), (3,))
    >>> shapes.subs(h=5)[1, "Weights"]
    (3, 5*c)
    >>> len(shapes), [row.text for row in shapes if row.kind == "input"]
    (9, ['c x h', 'c x h', '3'])

    What is given at a port, input or output, replaces what the net says of it. A size is an
    integer, a name, an expression in names, "Varying", or Automatic where it is open; a row
    of the table has its bounds too, and shows 13..14 where no more than that is known.
    `facts` is what was learned about names: "c = 3", "h >= 33", "length1 is Varying". An
    unknown port or name raises a SettingError, shapes that do not fit a ShapeError, a
    position that leads nowhere a StructureError.
    """
    _need_net(net, "NetShapes")
    from netdsl.report.shapes import shape_table

    return shape_table(net, ports)


def _need_net(value: object, who: str) -> None:
    """See that what a function is asked about is a net."""
    if not isinstance(value, Net):
        raise SettingError(
            f"{who} is about a net.",
            layer=who,
            expected="a layer, a chain or a graph",
            got=short(value),
        )
