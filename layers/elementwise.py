"""ElementwiseLayer: a function of one number, applied to every entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from netdsl import functions
from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, entrywise, option, port


class ElementwiseLayer(Layer):
    """Apply a function to every entry.

    >>> ElementwiseLayer("ELU")([-20.0, 0.0, 2.0])
    array([-1.,  0.,  2.], dtype=float32)
    >>> ElementwiseLayer(lambda x: x**2 / 4, Input=2)
    ElementwiseLayer(lambda x: x**2/4, Input=2)

    A callable is called once, on a sympy symbol; instead of `if` it uses If, Which or Piecewise.
    What it gives is kept as an expression, in which log(1 + exp(x)) and the like are computed
    without overflow. A function that cannot be computed raises a SettingError. The slope of a
    step such as Floor is 0, that at a kink is the left one (Ramp at 0 has 0), that of Abs at 0 is
    0. Outside its domain a function gives nan. Source: Wolfram `ElementwiseLayer`.
    """

    Function: functions.Function | str | Callable[..., Any] = option(
        read=functions.one_number,
        doc="function of one number: a name, a function, an expression, or a callable",
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("*d", default=Automatic)

    def sees(self, d):
        return entrywise(len(d))

    def formula(self, sp, at, Input):
        function: Any = self.Function
        return function(Input[at])

    def apply(self, xp, Input):
        function: Any = self.Function
        return function.kernel(xp, Input)
