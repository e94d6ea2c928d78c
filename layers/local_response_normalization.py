"""LocalResponseNormalizationLayer: each channel divided by what its neighbours give."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.layers._numbers import real
from netdsl.layers._window_settings import whole
from netdsl.spec import Auto, Automatic, Layer, Sight, at_least, equal, option, port


class LocalResponseNormalizationLayer(Layer):
    """Divide each entry by a power of the squares around it, in the channels on both sides.

    >>> x = [[[1]], [[2]], [[3]], [[4]], [[5]]]
    >>> LocalResponseNormalizationLayer()(x).ravel().round(3)
    array([0.513, 0.756, 0.866, 1.164, 1.508], dtype=float32)

    ChannelWindowSize counts the channels on one side, c; the squares are divided by the whole
    window, 2c + 1, where it reaches beyond the first or the last channel too. Fewer than 2c + 1
    channels raise a ShapeError. Sources: Wolfram `LocalResponseNormalizationLayer`; Krizhevsky
    and others 2012, who do not divide.
    """

    _: KW_ONLY
    Alpha: float = option(default=1.0, read=real(0), doc="factor on the mean of the squares")
    Beta: float = option(default=0.5, read=real(), doc="power of what divides")
    Bias: float = option(default=1.0, read=real(0), doc="what is added to the squares")
    ChannelWindowSize: int = option(
        default=2, read=lambda spec: whole(spec, 0), doc="channels of the window on each side"
    )
    Input: Dims | Auto = port("c h w", default=Automatic, doc="channels of an image")
    Output: Dims | Auto = port("c h w", default=Automatic)

    @property
    def window(self) -> int:
        """How many channels a window has."""
        return 2 * self.ChannelWindowSize + 1

    def alternatives(self):
        return ({"ChannelWindowSize": size} for size in range(self.ChannelWindowSize - 1, -1, -1))

    def relate(self, c):
        yield at_least(c, self.window, "ChannelWindowSize")
        yield equal(c, c)

    def sees(self):
        channels = Sight(0, self.window, start=-self.ChannelWindowSize)
        return channels, Sight(1), Sight(2)

    def formula(self, sp, at, Input):
        (c, *spot), (x,), reach = at, sp.indices(1), self.ChannelWindowSize
        ends = sp.Max(0, c - reach), sp.Min(Input.shape[0] - 1, c + reach)
        total = sp.Sum(Input[(x, *spot)] ** 2, (x, *ends))
        alpha, power, bias = (
            sp.nsimplify(value, rational=True) for value in (self.Alpha, self.Beta, self.Bias)
        )
        return Input[at] / (bias + alpha * total / self.window) ** power

    def apply(self, xp, Input):
        batch, channels, height, width = Input.shape
        rows = xp.reshape(xp.square(Input), (batch, 1, channels, height * width))
        ends = (self.ChannelWindowSize, 0)
        total = xp.pool_total(rows, kernel=(self.window, 1), stride=(1, 1), before=ends, after=ends)
        base = self.Bias + (self.Alpha / self.window) * xp.reshape(total, Input.shape)
        return _divided(xp, Input, base, self.Beta)


def _divided(xp, x, base, power):
    """Return x / base**power; roots are several times faster than other powers."""
    if power in (0.5, 0.75):
        root = xp.sqrt(base)
        return x / (root if power == 0.5 else root * xp.sqrt(root))
    return x * xp.power(base, -power)
