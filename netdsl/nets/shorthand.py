"""What stands for a layer inside a net: 3, Ramp, "ReLU", a list."""

from __future__ import annotations

import operator
from typing import Any, SupportsIndex

from netdsl.errors import NetError, StructureError
from netdsl.functions import stands_for_function, threads
from netdsl.spec import Net
from netdsl.spec.fields import short


def as_net(part: Any, at: str, *, in_chain: bool) -> Net:
    """Return the net that a part of a chain or graph stands for; `at` says where it stands."""
    if isinstance(part, Net):
        return part
    from netdsl.layers import ElementwiseLayer, LinearLayer, ThreadingLayer

    hint = _hint(part, in_chain)
    if hint is not None:
        raise StructureError("This stands for no layer.", layer=at, got=short(part), nearest=hint)
    try:
        if isinstance(part, SupportsIndex) and not isinstance(part, bool | type):
            return LinearLayer(operator.index(part))
        if isinstance(part, list | tuple | dict):
            from netdsl.nets.chain import NetChain

            return NetChain(part)
        function: Any = part
        if threads(function):
            return ThreadingLayer(function)
        if stands_for_function(function):
            return ElementwiseLayer(function)
    except NetError as error:
        raise error.having(layer=at) from None
    raise StructureError(
        "This stands for no layer.",
        layer=at,
        expected="a layer, a net, a size, a function, or a list of them",
        got=repr(part),
    )


def _hint(part: Any, in_chain: bool) -> str | None:
    """Return what was probably meant by something that looks like a layer, but is none."""
    if isinstance(part, type) and issubclass(part, Net):
        return f"{part.__name__}(), the layer and not its class"
    if in_chain and threads(part):
        return f"ThreadingLayer({part}), whose several inputs a NetGraph can feed"
    if isinstance(part, tuple) and len(part) == 2 and isinstance(part[0], str):
        return f"{{{part[0]!r}: ...}}: names stand in a dict"
    return None
