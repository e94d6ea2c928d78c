"""ImageAugmentationLayer: a piece of each image, in training a random one, perhaps mirrored."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from netdsl.dims import Dims
from netdsl.errors import SettingError
from netdsl.layers._numbers import real
from netdsl.layers._window_settings import whole
from netdsl.spec import Auto, Automatic, Layer, Sight, at_least, option, port


def height_and_width(spec: Any) -> Dims:
    """Read the size of an image."""
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise SettingError(
            "The size of an image is its height and its width.",
            expected="for instance (80, 80)",
            got=repr(spec),
        )
    return tuple(whole(size) for size in spec)


def probabilities(spec: Any) -> tuple[float, float]:
    """Read two probabilities."""
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise SettingError(
            "There is a probability for each of the two reflections.",
            expected="(top to bottom, left to right), for instance (0, 0.5)",
            got=repr(spec),
        )
    first, second = map(real(0, 1), spec)
    return first, second


class ImageAugmentationLayer(Layer):
    """Cut a piece of this height and width out of each image, in training a random one.

    >>> layer = ImageAugmentationLayer([1, 2], Input=(1, 3, 4))
    >>> layer([[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]])
    array([[[6., 7.]]], dtype=float32)

    Evaluated, it gives the piece in the middle, nearer to the top and left where the margin is
    odd. In a training, and with NetEvaluationMode "Train", every place is as likely as any
    other, and the piece is mirrored with the ReflectionProbabilities: first top to bottom, then
    left to right. Each example of a batch is drawn for itself; RandomSeeding says from what
    seed. An image that is smaller raises a ShapeError. The formula is that of evaluation.
    Source: Wolfram `ImageAugmentationLayer`.
    """

    Size: Dims = option(read=height_and_width, doc="height and width of the piece")
    _: KW_ONLY
    ReflectionProbabilities: tuple[float, float] = option(
        default=(0, 0), read=probabilities, doc="probabilities of top to bottom and left to right"
    )
    Input: Dims | Auto = port("c h w", default=Automatic, doc="channels, height and width")
    Output: Dims | Auto = port("c *Size", default=Automatic)

    def relate(self, h, w):
        for size, least in zip((h, w), self.Size, strict=True):
            yield at_least(size, least, "Size")

    def sees(self, h, w):
        margins = zip((h, w), self.Size, (1, 2), strict=True)
        return (
            Sight(0),
            *(
                Sight(level, start=(n - size) // 2 if isinstance(n, int) else Automatic)
                for n, size, level in margins
            ),
        )

    def formula(self, sp, at, Input):
        c, *spot = at
        margins = zip(spot, Input.shape[1:], self.Size, strict=True)
        return Input[(c, *(i + sp.floor(sp.sympify(n - size) / 2) for i, n, size in margins))]

    def apply(self, xp, Input):
        margins = [n - size for n, size in zip(Input.shape[2:], self.Size, strict=True)]
        if not xp.training:
            for axis, (margin, size) in enumerate(zip(margins, self.Size, strict=True), start=2):
                start = margin // 2
                Input = xp.slice(Input, axis=axis, start=start, stop=start + size)
            return Input
        batch = Input.shape[0]
        starts = [xp.floor(xp.noise("Uniform", (batch, 1)) * (margin + 1)) for margin in margins]
        turned = [
            xp.where(xp.noise("Uniform", (batch, 1)) < p, 1.0, 0.0)
            for p in self.ReflectionProbabilities
        ]
        starts, turned = (xp.concatenate(both, axis=1) for both in (starts, turned))
        return xp.cut_pieces(Input, starts, turned, sizes=self.Size)
