"""RandomArrayLayer: numbers drawn from a distribution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from netdsl import functions
from netdsl.dims import Dims
from netdsl.layers._named_ports import name_inputs
from netdsl.spec import Auto, Automatic, Layer, equal, inputs, option, port


class RandomArrayLayer(Layer):
    """Draw each entry from a distribution, whose parameters may come in as arrays.

    >>> RandomArrayLayer(NormalDistribution(5, 2), Output=3)(RandomSeeding=1).round(1)
    array([6.4, 5.9, 2.4], dtype=float32)
    >>> layer = RandomArrayLayer(lambda Mean, Sd: NormalDistribution(Mean, Sd))
    >>> layer({"Mean": [0, 100, 200], "Sd": [1, 1, 1]}, RandomSeeding=1).round(1)
    array([  0.7, 100.4, 198.7], dtype=float32)

    A distribution with numbers has no inputs, and the size of its output comes from Output or
    from what follows. A function of numbers has an input for each, all of the same dimensions:
    Input of one number, Input1, Input2, ... of several, or as it calls its arguments, if all of
    these begin with a capital. Every example and every call draws anew, in training and in
    evaluation; RandomSeeding says from what seed. Gradients go to parameters that scale or shift
    what is drawn; the shape of a gamma distribution, and parameters of distributions of integers,
    have gradient 0. Impossible parameters raise a SettingError; as data they give nan. Source:
    Wolfram `RandomArrayLayer`.
    """

    Distribution: functions.Distribution | Callable[..., Any] = option(
        read=functions.distribution, doc="a distribution, or a function that gives one"
    )
    _: KW_ONLY
    InputPorts: Any = inputs("*d", default=Automatic)
    Output: Dims | Auto = port("*e", default=Automatic)

    def takes(self):
        return functions.distribution_arity(self.Distribution)

    def check(self):
        name_inputs(self, self.Distribution, "Distribution")

    def relate(self, d, e):
        for row in d:
            yield equal(row, e)

    def formula(self, sp, at, InputPorts):
        return sp.drawn(self.Distribution, at, [x[at] for x in InputPorts])

    def apply(self, xp, InputPorts):
        drawn: Any = self.Distribution
        return drawn.draw(xp, (xp.batch, *xp.sizes("Output")), *InputPorts)
