"""ConvolutionLayer: weighted sums over windows that slide along any number of dimensions."""

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
    sights,
    together,
    windows,
)
from netdsl.spec import Array, Auto, Automatic, By, Layer, array, at_least, equal, port


class ConvolutionLayer(Layer):
    """Sum the entries in each window, weighted by a kernel for every channel of the output.

    >>> ConvolutionLayer(1, [2], Weights=[[[1, 2]]], Biases=None)([[1, 2, 3, 4]])
    array([[ 5.,  8., 11.]], dtype=float32)

    Kernels are not turned round. A kernel size of one number is the size along each dimension,
    and the input says how many there are. With ChannelGroups each group of channels of the output
    sees one group of the input's. Weights are outputs x inputs / groups x kernel, with
    Interleaving too. "Same" padding gives ceil(n / stride) windows, the odd zero after. A kernel
    beyond the padded input, and channels that no groups divide, raise a ShapeError. Source:
    Wolfram `ConvolutionLayer`.
    """

    Channels: int | Auto = channels()
    KernelSize: int | Dims | Auto = kernel_size()
    _: KW_ONLY
    Stride: int | Dims = stride()
    Dilation: int | Dims = dilation()
    ChannelGroups: int = channel_groups()
    PaddingSize: Padding = padding_size("zeros")
    Dimensionality: int | Auto = dimensionality()
    Interleaving: bool = interleaving()
    Input: Dims | Auto = input_port()
    Output: Dims | Auto = port(
        By("Interleaving", {False: "Channels +e", True: "+e Channels"}), default=Automatic
    )
    Weights: Array | Auto = array("Channels g +k", init="weights", default=Automatic, doc="kernels")
    Biases: Array | Auto | None = array(
        "Channels", init="biases", default=Automatic, optional=True, doc="offsets; None for none"
    )

    def check(self):
        rank_of(self)  # raises where settings disagree
        check_groups(self)

    def windows(self, rank):
        """Return how the kernels move along each level."""
        return windows(rank, self.Stride, self.Dilation, self.PaddingSize)

    def alternatives(self):
        return alternatives(self)

    def relate(self, Channels, c, d, e, g, k):
        groups = self.ChannelGroups
        yield equal(c, g * groups if groups > 1 else g)
        if groups > 1:
            yield equal(Channels // groups * groups, Channels)
        sizes = yield from kernels(self, d, e, k)
        for n, m, size, window in zip(d, e, sizes, self.windows(len(d)), strict=True):
            yield at_least(n, window.least(size), *DECIDING)
            yield equal(m, window.count(n, size))

    def multiply_adds(self, Channels, g, k, e):
        return Channels * prod(e) * g * prod(k)

    def sees(self, d, k):
        return sights(self.windows(len(d)), d, k, self.Interleaving)

    def formula(self, sp, at, Input, Weights, Biases):
        o, spot = apart(at, self.Interleaving)
        _, sizes = apart(Input.shape, self.Interleaving)
        channels, g, *kernel = Weights.shape
        c, *offsets = sp.indices(1 + len(kernel))
        group = sp.floor(o * self.ChannelGroups / channels) if self.ChannelGroups > 1 else 0
        moves = zip(self.windows(len(spot)), spot, offsets, sizes, kernel, strict=True)
        seen = tuple(window.place(sp, i, t, n, size) for window, i, t, n, size in moves)
        entry = Input[together(group * g + c, seen, self.Interleaving)]
        over = [(t, 0, size - 1) for t, size in zip((c, *offsets), (g, *kernel), strict=True)]
        total = sp.Sum(Weights[(o, c, *offsets)] * entry, *over)
        return total if Biases is None else Biases[o,] + total

    def apply(self, xp, Input, Weights, Biases):
        x = channels_first(xp, Input, self.Interleaving)
        found = self.windows(x.ndim - 2)
        out = xp.conv(
            x,
            Weights,
            dilation=[window.dilation for window in found],
            groups=self.ChannelGroups,
            **settings(found, x.shape[2:], Weights.shape[2:]),
        )
        if Biases is not None:
            out = out + xp.reshape(Biases, (-1, *[1] * len(found)))
        return channels_back(xp, out, self.Interleaving)
