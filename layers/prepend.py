"""PrependLayer: one more element at the beginning of a sequence."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, equal, port


class PrependLayer(Layer):
    """Put an element before the first one of a sequence.

    >>> PrependLayer()({"Input": [1, 2, 3], "Element": 4})
    array([4., 1., 2., 3.], dtype=float32)

    The sequence runs along the first dimension; each example grows by one where its length varies.
    An element of other dimensions than those in the sequence raises a ShapeError, a number as
    input too. Source: Wolfram `PrependLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("n *d : k", default=Automatic, doc="a sequence")
    Element: Dims | Auto = port("*d : k", default=Automatic, doc="what is put before it")
    Output: Dims | Auto = port("m *d : k", default=Automatic)

    def relate(self, n, m):
        yield equal(m, n + 1)

    def formula(self, sp, at, Input, Element):
        step, *inner = at
        first = Element[tuple(inner)]
        return sp.Piecewise((first, sp.Eq(step, 0)), (Input[(step - 1, *inner)], True))

    def apply(self, xp, Input, Element):
        batch, *inner = Element.shape
        return xp.concatenate(xp.reshape(Element, (batch, 1, *inner)), Input, axis=1)
