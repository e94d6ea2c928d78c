"""Information: a report of a net, or one of its properties."""

from __future__ import annotations

from typing import Any

from netdsl.errors import SettingError, nearest
from netdsl.options import with_options
from netdsl.report.facts import need_net
from netdsl.report.properties import PROPERTIES
from netdsl.report.report import NetReport
from netdsl.symbols import Automatic


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
    one is open; so is the value of an array that has none yet. Multipliers are None for a
    frozen array. LayerTypeCounts counts by the name of the class. Nets of one TopologyHash
    differ in nothing but the values of arrays and the multipliers. Bytes are those of the
    arrays as they are, 4 for each element of one without a value.

    A list of nets gives a list of results. An unknown property raises a SettingError that
    offers the nearest. Source: Wolfram `Information`.
    """
    if isinstance(net, list | tuple):
        return [Information(item, prop) for item in net]
    need_net(net, "Information")
    if prop is Automatic:
        return NetReport(net)
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
