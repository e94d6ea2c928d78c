"""DropoutLayer: entries left out at random while a net is trained."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from netdsl.dims import Dims
from netdsl.errors import SettingError, nearest
from netdsl.layers._numbers import real
from netdsl.spec import Auto, Automatic, Layer, entrywise, option, port

METHODS = ("Dropout", "AlphaDropout")
PORTS = ("Output", "BinaryMask")
FLOOR = -1.7580993408473766
"""What SELU tends to far below 0: entries that AlphaDropout leaves out have this value."""


def method(spec: Any) -> str:
    """Read how entries are left out."""
    if spec not in METHODS:
        raise SettingError(
            "There is no such way to leave entries out.",
            expected=", ".join(METHODS),
            got=repr(spec),
            nearest=nearest(spec, METHODS),
        )
    return spec


def output_ports(spec: Any) -> str | tuple[str, ...]:
    """Read one output port, or several."""
    several: tuple[Any, ...] = spec if isinstance(spec, tuple) else (spec,)
    wrong = [name for name in several if name not in PORTS]
    if wrong or not several or len(set(several)) < len(several):
        raise SettingError(
            "A dropout layer gives its output, its mask, or both.",
            expected='"Output", "BinaryMask", or a list of them',
            got=repr(spec),
            nearest=next((nearest(name, PORTS) for name in wrong), None),
        )
    return spec if len(several) > 1 else next(iter(several))


class DropoutLayer(Layer):
    """Set each entry to 0 with a probability, in training, and scale the others up.

    >>> DropoutLayer(0.25)([1.0, 2.0, 3.0])
    array([1., 2., 3.], dtype=float32)
    >>> DropoutLayer()([1.0, 2.0, 3.0], NetEvaluationMode="Train", RandomSeeding=2)
    array([2., 0., 6.], dtype=float32)

    Evaluated, it gives what it gets, and a mask of ones. In a training, and with
    NetEvaluationMode "Train", entries that stay are divided by the probability to stay, so that
    the mean is kept; a probability of 1 leaves nothing. "AlphaDropout" keeps mean and variance
    behind a SELU. Each entry of each example is drawn anew; RandomSeeding says from what seed.
    The gradient goes through the entries that stayed. The formula is that of evaluation.
    Sources: Wolfram `DropoutLayer`; Srivastava and others 2014; Klambauer and others 2017.
    """

    Probability: float = option(
        default=0.5, read=real(0, 1), doc="probability of an entry to be left out"
    )
    _: KW_ONLY
    Method: str = option(default="Dropout", read=method, doc="Dropout or AlphaDropout")
    OutputPorts: str | tuple[str, ...] = option(
        default="Output", read=output_ports, doc="Output, BinaryMask, or a list of both"
    )
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("*d", default=Automatic)
    BinaryMask: Dims | Auto = port(
        "*d", default=Automatic, output=True, doc="1 for each entry that stays, else 0"
    )

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output ports that are asked for."""
        return self.OutputPorts if isinstance(self.OutputPorts, tuple) else (self.OutputPorts,)

    def sees(self, d):
        return entrywise(len(d))

    def formula(self, sp, at, Input):
        return {"Output": Input[at], "BinaryMask": sp.sympify(1)}

    def apply(self, xp, Input):
        p, wanted = self.Probability, self.output_names
        if not xp.training or p == 0:
            ones = xp.broadcast_to(xp.constant(1.0), Input.shape)
            found = {"Output": Input, "BinaryMask": ones}
            return {name: found[name] for name in wanted}
        stays = xp.noise("Uniform", Input.shape) >= p
        mask = xp.where(stays, 1.0, 0.0)
        return {
            name: mask if name == "BinaryMask" else self.kept(xp, Input, stays) for name in wanted
        }

    def kept(self, xp, x, stays):
        """Return the entries that stay, scaled, and what stands for the others."""
        p = self.Probability
        if self.Method == "Dropout":
            return xp.where(stays, x * (1 / (1 - p) if p < 1 else 0.0), 0.0)
        if p == 1:
            return xp.where(stays, x, 0.0)
        scale = ((1 - p) * (1 + p * FLOOR**2)) ** -0.5
        return xp.where(stays, x, FLOOR) * scale - scale * p * FLOOR
