"""AppendLayer: one more element at the end of a sequence."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, equal, port


class AppendLayer(Layer):
    """Put an element behind the last one of a sequence.

    >>> AppendLayer()({"Input": [1, 2, 3], "Element": 4})
    array([1., 2., 3., 4.], dtype=float32)

    The sequence runs along the first dimension; each example grows by one where its length varies.
    An element of other dimensions than those in the sequence raises a ShapeError, a number as
    input too. Source: Wolfram `AppendLayer`.
    """

    _: KW_ONLY
    Input: Dims | Auto = port("n *d : k", default=Automatic, doc="a sequence")
    Element: Dims | Auto = port("*d : k", default=Automatic, doc="what is put at its end")
    Output: Dims | Auto = port("m *d : k", default=Automatic)

    def relate(self, n, m):
        yield equal(m, n + 1)

    def formula(self, sp, at, Input, Element):
        step, *inner = at
        return sp.Piecewise((Input[at], step < Input.shape[0]), (Element[tuple(inner)], True))

    def apply(self, xp, Input, Element):
        batch, *inner = Element.shape
        return xp.concatenate(Input, xp.reshape(Element, (batch, 1, *inner)), axis=1)
