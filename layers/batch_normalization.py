"""BatchNormalizationLayer: each channel brought to mean 0 and variance 1, then scaled."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from netdsl.dims import Dims
from netdsl.errors import SettingError
from netdsl.layers._numbers import real
from netdsl.layers._window_settings import interleaving
from netdsl.spec import Array, Auto, Automatic, By, Layer, array, entrywise, option, port


class BatchNormalizationLayer(Layer):
    """Subtract the mean of each channel, divide by its deviation, multiply and add.

    >>> layer = BatchNormalizationLayer(MovingMean=[1, 2], MovingVariance=[4, 9], Epsilon=0)
    >>> NetInitialize(layer)([[3, 1], [2, 11]])
    array([[1., 0.],
           [0., 3.]], dtype=float32)

    Evaluated, it uses the moving mean and variance. In a training, and with NetEvaluationMode
    "Train", it uses those of the batch, over all dimensions but that of the channels, the
    variance divided by the count; a training moves the moving ones by `Momentum * moving + (1 -
    Momentum) * batch`. A Momentum of 1, or a learning rate multiplier of 0 for them, keeps them
    as they are; the batch is normalized by its own statistics even then. Sequences of different
    lengths count by what is there. The formula is that of evaluation. Old nets call Scaling
    "Gamma" and Biases "Beta". Sources: Wolfram `BatchNormalizationLayer`; Ioffe and Szegedy
    2015.
    """

    _: KW_ONLY
    Epsilon: float = option(
        default=0.001, read=real(0), doc="number added to the variance under the root"
    )
    Momentum: float = option(
        default=0.9, read=real(0, 1), doc="share of the old value in a moving one"
    )
    Interleaving: bool = interleaving()
    Input: Dims | Auto = port(
        By("Interleaving", {False: "c *d", True: "*d c"}),
        default=Automatic,
        doc="channels, and any number of levels",
    )
    Output: Dims | Auto = port(By("Interleaving", {False: "c *d", True: "*d c"}), default=Automatic)
    Scaling: Array | Auto = array(
        "c", init=1.0, default=Automatic, formerly="Gamma", doc="factor on each channel"
    )
    Biases: Array | Auto = array(
        "c", init="biases", default=Automatic, formerly="Beta", doc="offset of each channel"
    )
    MovingMean: Array | Auto = array(
        "c", init=0.0, default=Automatic, learned=False, doc="mean that evaluation subtracts"
    )
    MovingVariance: Array | Auto = array(
        "c", init=1.0, default=Automatic, learned=False, doc="variance that evaluation divides by"
    )

    def check(self):
        variance: Any = self.MovingVariance
        if variance is not Automatic and not (variance >= 0).all():
            raise SettingError(
                "A variance is not negative.",
                layer="BatchNormalizationLayer",
                array="MovingVariance",
                expected="numbers from 0",
                got=str(variance.min()),
            )

    def sees(self, d):
        return entrywise(len(d) + 1)

    def formula(self, sp, at, Input, Scaling, Biases, MovingMean, MovingVariance):
        c = (at[-1] if self.Interleaving else at[0],)
        deviation = sp.sqrt(MovingVariance[c] + self.Epsilon)
        return Scaling[c] * (Input[at] - MovingMean[c]) / deviation + Biases[c]

    def apply(self, xp, Input, Scaling, Biases, MovingMean, MovingVariance):
        channel = Input.ndim - 1 if self.Interleaving else 1
        shape = [-1 if axis == channel else 1 for axis in range(Input.ndim)]
        if xp.training:
            over = [axis for axis in range(Input.ndim) if axis != channel]
            offset = Input - (mean := xp.mean(Input, over))
            self.move(xp, "MovingMean", MovingMean, mean)
            self.move(xp, "MovingVariance", MovingVariance, xp.mean(offset * offset, over))
            out = xp.standardized(Input, over, self.Epsilon) * xp.reshape(Scaling, shape)
        else:
            rate = Scaling / xp.sqrt(MovingVariance + self.Epsilon)
            out = (Input - xp.reshape(MovingMean, shape)) * xp.reshape(rate, shape)
        return out + xp.reshape(Biases, shape)

    def move(self, xp, name, moving, batch):
        """Move a moving array towards what the batch has."""
        batch = xp.reshape(batch, (-1,))
        xp.update(name, self.Momentum * moving + (1 - self.Momentum) * batch)
