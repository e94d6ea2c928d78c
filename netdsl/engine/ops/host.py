"""Operations computed by a user's own function on numpy arrays, and their gradient."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from netdsl.engine.ops.table import define, real
from netdsl.engine.program import Op, Shape
from netdsl.errors import NetError
from netdsl.functions.host import HostCall


@dataclass(frozen=True)
class NetGradient:
    """The gradient of a function by that of the net which does the same."""

    net: Any
    is_batch: bool

    def backward(self, x: Any, g: Any, y: Any, out: Any) -> None:
        """Write the gradient that arrives at the input."""
        from netdsl.nets.netport import NetPortGradient

        precision = "Real64" if x.dtype == np.float64 else "Real32"
        data = {"Input": np.array(x), NetPortGradient("Output"): np.array(g)}
        asked = NetPortGradient("Input")
        out[...] = self.net(data, asked, WorkingPrecision=precision)

    def __call__(self) -> None:
        """Stand for a setting of an operation, which is never called."""
        raise AssertionError


def _derived(x: Any, call: HostCall) -> NetGradient:
    """Return the gradient of a function of which a net is made for this."""
    from netdsl.nets.functions.layer import FunctionLayer

    sizes = x.shape if call.is_batch else x.shape[1:]
    try:
        net = FunctionLayer(call.function.call, Input=sizes)
    except NetError as error:
        call.refuse(f"{error.sentence} {error.facts.get('got', '')}".strip())
    return NetGradient(net, call.is_batch)


def _run(x: Any, *, out: Any, call: HostCall, sizes: Shape) -> None:
    call.forward(x, out)


def _run_gradient(x: Any, g: Any, y: Any, *, out: Any, call: Any) -> None:
    call.backward(x, g, y, out)


def _vjp(xp: Any, g: Any, y: Any, x: Any, *, call: HostCall, sizes: Shape) -> tuple[Any]:
    if call.gradient is None:
        call.refuse()
    by = call if callable(call.gradient) else _derived(x, call)
    return (xp.record("host_gradient", (x, g, y), {"call": by}),)


define(Op("host", lambda shape, *, call, sizes: (shape[0], *sizes), real, run=_run, vjp=_vjp))
define(Op("host_gradient", lambda x, g, y, *, call: x, real, run=_run_gradient))
