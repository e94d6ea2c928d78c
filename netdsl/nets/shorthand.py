"""What stands for a layer inside a net: 3, Ramp, "ReLU", a list."""

from __future__ import annotations

from typing import Any

from netdsl.errors import NetError, StructureError
from netdsl.functions import stands_for_function
from netdsl.spec import Net


def as_net(part: Any, at: str) -> Net:
    """Return the net that a part of a chain or graph stands for; `at` says where it stands."""
    if isinstance(part, Net):
        return part
    from netdsl.layers import ElementwiseLayer, LinearLayer

    try:
        if hasattr(part, "__index__") and not isinstance(part, bool):
            return LinearLayer(part)
        if isinstance(part, list | tuple | dict):
            from netdsl.nets.chain import NetChain

            return NetChain(part)
        if stands_for_function(part):
            return ElementwiseLayer(part)
    except NetError as error:
        raise error.having(layer=at) from None
    raise StructureError(
        "This stands for no layer.",
        layer=at,
        expected="a layer, a net, a size, a function, or a list of them",
        got=repr(part),
    )
