"""DeconvolutionLayer: each entry of the input spreads a kernel over the output."""

from __future__ import annotations

from dataclasses import KW_ONLY
from math import prod

from netdsl.dims import Dims
from netdsl.layers._window_settings import (
    DECIDING,
    Padding,
    alternatives,
    channel_groups,
    channels,
    check_groups,
    dilation,
    dimensionality,
    input_port,
    interleaving,
    kernel_size,
    kernels,
    padding_size,
    rank_of,
    stride,
)
from netdsl.layers._windows import (
    apart,
    channels_back,
    channels_first,
    settings,
    spread_sights,
    together,
    windows,
)
from netdsl.spec import Array, Auto, Automatic, By, Layer, array, at_least, equal, port


class DeconvolutionLayer(Layer):
    """Add up kernels that lie a stride apart, each times the entry of the input that it stands for.

    >>> DeconvolutionLayer(1, [3], 2, Weights=[[[1, 2, 3]]], Biases=None)([[1, 2]])
    array([[1., 2., 5., 4., 6.]], dtype=float32)

    What a ConvolutionLayer of equal settings does to gradients: its transposed map. PaddingSize is
    cut off the output, s*(n - 1) + kernel entries otherwise; "Same" leaves s*n of them, the odd
    one cut off after, and zeros after them where a kernel is shorter than its stride. Weights are
    inputs x outputs / groups x kernel, with Interleaving too. More cut off than there is, and
    channels that no groups divide, raise a ShapeError. Source: Wolfram `DeconvolutionLayer`.
    """

    Channels: int | Auto = channels()
    KernelSize: int | Dims | Auto = kernel_size()
    Stride: int | Dims = stride()
    _: KW_ONLY
    Dilation: int | Dims = dilation()
    ChannelGroups: int = channel_groups()
    PaddingSize: Padding = padding_size("what is cut off")
    Dimensionality: int | Auto = dimensionality()
    Interleaving: bool = interleaving()
    Input: Dims | Auto = input_port()
    Output: Dims | Auto = port(
        By("Interleaving", {False: "Channels +e", True: "+e Channels"}), default=Automatic
    )
    Weights: Array | Auto = array(
        "c g +k", init="weights", groups="ChannelGroups", default=Automatic, doc="kernels"
    )
    Biases: Array | Auto | None = array(
        "Channels", init="biases", default=Automatic, optional=True, doc="offsets; None for none"
    )

    def check(self):
        rank_of(self)  # raises where settings disagree
        check_groups(self)

    def windows(self, rank):
        """Return how the kernels move along each level of the output."""
        return windows(rank, self.Stride, self.Dilation, self.PaddingSize)

    def alternatives(self):
        return alternatives(self)

    def relate(self, Channels, c, d, e, g, k):
        groups = self.ChannelGroups
        yield equal(Channels, g * groups if groups > 1 else g)
        if groups > 1:
            yield equal(c // groups * groups, c, "ChannelGroups")
        sizes = yield from kernels(self, d, e, k)
        for n, m, size, window in zip(d, e, sizes, self.windows(len(d)), strict=True):
            yield at_least(n, window.least_spread(size), *DECIDING)
            yield equal(m, window.spread(n, size))

    def multiply_adds(self, c, d, g, k):
        return c * prod(d) * g * prod(k)

    def sees(self, k):
        return spread_sights(self.windows(len(k)), k, self.Interleaving)

    def formula(self, sp, at, Input, Weights, Biases):
        o, spot = apart(at, self.Interleaving)
        inputs, sizes = apart(Input.shape, self.Interleaving)
        _, ends = apart(sp.sizes("Output"), self.Interleaving)
        _, g, *kernel = Weights.shape
        c, *moving = sp.indices(1 + len(kernel))
        group = sp.floor(o / g) if self.ChannelGroups > 1 else 0
        first = group * (inputs / self.ChannelGroups)
        rows = zip(self.windows(len(spot)), spot, moving, sizes, ends, kernel, strict=True)
        seen, offsets, counts, meets = zip(*(_meeting(sp, *row) for row in rows), strict=True)
        entry = Input[together(first + c, seen, self.Interleaving)]
        product = Weights[(first + c, o - group * g, *offsets)] * entry
        meets = [one for one in meets if one is not None]
        if meets:
            product = sp.Piecewise((product, sp.And(*meets)), (0, True))
        over = zip((c, *moving), (inputs / self.ChannelGroups, *counts), strict=True)
        total = sp.Sum(product, *((index, 0, count - 1) for index, count in over))
        return total if Biases is None else Biases[o,] + total

    def apply(self, xp, Input, Weights, Biases):
        x = channels_first(xp, Input, self.Interleaving)
        found = self.windows(x.ndim - 2)
        _, sizes = apart(xp.sizes("Output"), self.Interleaving)
        out = xp.conv_input(
            x,
            Weights,
            sizes=sizes,
            dilation=[window.dilation for window in found],
            groups=self.ChannelGroups,
            **settings(found, sizes, Weights.shape[2:]),
        )
        if Biases is not None:
            out = out + xp.reshape(Biases, (-1, *[1] * len(found)))
        return channels_back(xp, out, self.Interleaving)


def _meeting(sp, window, j, t, n, m, size):
    """Return which entry of n and which of the kernel meet at j, along one level of the output.

    With them comes how far the index t runs that they depend on, and when they meet: None always.
    """
    place = j + window.before(sp, m, size)
    if window.stride == 1:
        return place - window.dilation * t, t, size, None
    if window.dilation == 1:  # t counts the input: beyond its ends the kernel is zero
        return t, place - window.stride * t, n, None
    place -= window.dilation * t
    return place / window.stride, t, size, sp.Eq(sp.Mod(place, window.stride), 0)
