"""Layers that the library has not got yet: ports, arrays and equations, and no computation."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from netdsl import Automatic
from netdsl.spec import Layer, array, at_least, equal, has_rank, option, port, registry, same_rank


class BatchNormalization(Layer):
    """Scale and shift each channel; moving averages are no parameters and are left out."""

    _: KW_ONLY
    Input: Any = port("c *d", default=Automatic)
    Output: Any = port("c *d", default=Automatic)
    Scaling: Any = array("c", init=1.0, default=Automatic, doc="factors")
    Biases: Any = array("c", init=0.0, default=Automatic, doc="offsets")


class Normalization(Layer):
    """Scale and shift along the last level: a layer normalization."""

    _: KW_ONLY
    Input: Any = port("*n c", default=Automatic)
    Output: Any = port("*n c", default=Automatic)
    Scaling: Any = array("c", init=1.0, default=Automatic, doc="factors")
    Biases: Any = array("c", init=0.0, default=Automatic, doc="offsets")


class Dropout(Layer):
    """Keep the shape, and set some entries to zero."""

    Rate: float = option(default=0.5, doc="share of the entries")
    _: KW_ONLY
    Input: Any = port("*d", default=Automatic)
    Output: Any = port("*d", default=Automatic)


class LocalResponseNormalization(Layer):
    """Divide by what neighbouring channels hold."""

    _: KW_ONLY
    Input: Any = port("c +d", default=Automatic)
    Output: Any = port("c +d", default=Automatic)


class Deconvolution(Layer):
    """A transposed convolution."""

    Channels: int = option(doc="channels of the output")
    KernelSize: int = option(doc="size of the kernels along each level")
    Stride: int = option(default=1, doc="step between the entries of the input")
    _: KW_ONLY
    Input: Any = port("c +d", default=Automatic)
    Output: Any = port("Channels +e", default=Automatic)
    Weights: Any = array("Channels c +k", init="weights", default=Automatic, doc="kernels")
    Biases: Any = array("Channels", init="biases", default=Automatic, doc="offsets")

    def relate(self, d, e, k):
        yield from same_rank(d, e, k)
        for n, m, size in zip(d, e, k, strict=True):
            yield equal(size, self.KernelSize)
            yield equal(m, (n - 1) * self.Stride + self.KernelSize)


class Crop(Layer):
    """Take the same margin off both ends of two levels."""

    Margin: int = option(doc="how much goes at each end")
    _: KW_ONLY
    Input: Any = port("c +d", default=Automatic)
    Output: Any = port("c +e", default=Automatic)

    def relate(self, d, e):
        yield has_rank(d, 2)
        yield has_rank(e, 2)
        for n, m in zip(d, e, strict=True):
            yield equal(n, m + 2 * self.Margin)


class Aggregation(Layer):
    """The mean of each channel over all other levels: a global pooling."""

    _: KW_ONLY
    Input: Any = port("c +d", default=Automatic)
    Output: Any = port("c", default=Automatic)


class Embedding(Layer):
    """A learned vector for each class."""

    Size: int = option(doc="size of the vectors")
    Classes: int = option(doc="number of classes")
    _: KW_ONLY
    Input: Any = port("*n : 1..Classes", default=Automatic)
    Output: Any = port("*n Size", default=Automatic)
    Weights: Any = array("Classes Size", init="weights", default=Automatic, doc="a row a class")


class Positions(Layer):
    """A learned vector for each place in a sequence of no more than `Limit` integers."""

    Size: int = option(doc="size of the vectors")
    Limit: int = option(doc="longest sequence")
    _: KW_ONLY
    Input: Any = port("n : k", default=Automatic)
    Output: Any = port("n Size", default=Automatic)
    Weights: Any = array("Limit Size", init="weights", default=Automatic, doc="a row a place")

    def relate(self, n):
        yield at_least(self.Limit, n)


class Heads(Layer):
    """Divide the vectors of a sequence among heads."""

    Count: int = option(doc="number of heads")
    _: KW_ONLY
    Input: Any = port("n c", default=Automatic)
    Output: Any = port("n Count d", default=Automatic)

    def relate(self, c, d):
        yield equal(c, self.Count * d)


class Attention(Layer):
    """Mean of the values for each query, weighted by how the keys fit, head by head."""

    _: KW_ONLY
    Query: Any = port("n h d", default=Automatic)
    Key: Any = port("m h d", default=Automatic)
    Value: Any = port("m h e", default=Automatic)
    Output: Any = port("n h e", default=Automatic)


class First(Layer):
    """The first vector of a sequence."""

    _: KW_ONLY
    Input: Any = port("n c", default=Automatic)
    Output: Any = port("c", default=Automatic)


for _name in (
    "Aggregation",
    "Attention",
    "BatchNormalization",
    "Crop",
    "Deconvolution",
    "Dropout",
    "Embedding",
    "First",
    "Heads",
    "LocalResponseNormalization",
    "Normalization",
    "Positions",
):
    del registry[_name]  # they are no layers of the library
