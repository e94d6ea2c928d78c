"""PaddingLayer: more entries at the ends of each level."""

from __future__ import annotations

from dataclasses import KW_ONLY
from math import isfinite
from numbers import Integral, Real
from typing import Any, NoReturn

from netdsl.dims import Dims
from netdsl.errors import NetError, SettingError, ShapeError, nearest
from netdsl.layers._window_settings import whole
from netdsl.spec import Auto, Automatic, Layer, Sight, at_least, by, equal, option, port, same_rank

COPIES = ("Fixed", "Reflected")
PAIRS = "pairs of what comes before and after, for instance ((0, 0), (2, 1))"


def pairs(spec: Any) -> tuple[Dims, ...]:
    """Read how much is put before and after, in a pair for each level."""
    if not isinstance(spec, tuple):
        _refuse_pairs(spec)
    if len(spec) == 2 and not any(isinstance(one, tuple) for one in spec):
        _refuse_pairs(spec, f"({spec!r},)")
    for one in spec:
        if not isinstance(one, tuple) or len(one) != 2:
            _refuse_pairs(spec)
    try:
        return tuple((whole(before, 0), whole(after, 0)) for before, after in spec)
    except NetError:
        _refuse_pairs(spec)


def _refuse_pairs(spec: Any, meant: str | None = None) -> NoReturn:
    raise SettingError(
        "PaddingLayer takes a pair of whole numbers from 0 for each level.",
        expected=PAIRS,
        got=repr(spec),
        nearest=meant,
    )


def filling(spec: Any) -> float | str:
    """Read what is put at the ends: a number, or how the input goes on."""
    if isinstance(spec, str) and spec in COPIES:
        return spec
    if isinstance(spec, Real) and not isinstance(spec, bool) and isfinite(spec):
        return int(spec) if isinstance(spec, Integral) else float(spec)
    raise SettingError(
        "There is no such padding.",
        expected=f"a number, {' or '.join(COPIES)}",
        got=repr(spec),
        nearest=nearest(spec, COPIES),
    )


class PaddingLayer(Layer):
    """Put entries before and after those of the input, along each level.

    >>> PaddingLayer([(2, 1)])([1, 2, 3, 4])
    array([0., 0., 1., 2., 3., 4., 0.], dtype=float32)
    >>> PaddingLayer([(2, 1)], Padding="Fixed")([1, 2, 3, 4])
    array([1., 1., 1., 2., 3., 4., 4.], dtype=float32)
    >>> PaddingLayer([(2, 1)], Padding="Reflected")([1, 2, 3, 4])
    array([3., 2., 1., 2., 3., 4., 3.], dtype=float32)

    The entries are a number, copies of the one at the end ("Fixed"), or those next to it in
    reverse ("Reflected"), of which there must be as many. Levels without a pair stay as they
    are; a pair without a level raises a ShapeError, as does a level too short to be reflected.
    A length that varies may be padded. Beside a number integers become reals, since it need not be
    within their limits. Source: Wolfram `PaddingLayer`.
    """

    PaddingSize: tuple[Dims, ...] = option(read=pairs, doc=PAIRS)
    _: KW_ONLY
    Padding: float | str = option(
        default=0, read=filling, doc='what is put there: a number, "Fixed" or "Reflected"'
    )
    Input: Dims | Auto = port(
        by("filled_with", Number="+d", Copies="+d : k"), default=Automatic, doc="an array"
    )
    Output: Dims | Auto = port(by("filled_with", Number="+e", Copies="+e : k"), default=Automatic)

    @property
    def filled_with(self) -> str:
        """Which patterns hold: a number is real, copies are what the input is."""
        return "Copies" if self.Padding in COPIES else "Number"

    def ends(self, rank):
        """Return what is put before and after along each level."""
        if len(self.PaddingSize) > rank:
            raise ShapeError(
                "There are more pairs than levels.",
                setting="PaddingSize",
                expected=f"at most {rank} {'pair' if rank == 1 else 'pairs'}",
                got=len(self.PaddingSize),
            )
        return (*self.PaddingSize, *[(0, 0)] * (rank - len(self.PaddingSize)))

    def relate(self, d, e):
        yield from same_rank(d, e)
        for n, m, (before, after) in zip(d, e, self.ends(len(d)), strict=True):
            yield equal(m, n + (before + after), "PaddingSize")
            if self.Padding == "Reflected":
                yield at_least(n, max(before, after) + 1, "PaddingSize")

    def sees(self, d):
        ends = enumerate(self.ends(len(d)))
        return tuple(Sight(level, start=-before) for level, (before, _) in ends)

    def formula(self, sp, at, Input):
        inside, spot = [], []
        for i, n, (before, after) in zip(at, Input.shape, self.ends(len(at)), strict=True):
            inside += [i >= before] if before else []
            inside += [i < n + before] if after else []
            spot.append(self.seen(sp, i - before, n, before, after))
        if self.filled_with == "Copies" or not inside:
            return Input[tuple(spot)]
        return sp.Piecewise((Input[tuple(spot)], sp.And(*inside)), (self.Padding, True))

    def seen(self, sp, j, n, before, after):
        """Return the entry that is seen at a place of a level of size n, which may lie outside."""
        if self.Padding == "Fixed":
            j = sp.Max(0, j) if before else j
            return sp.Min(n - 1, j) if after else j
        if self.Padding == "Reflected":
            j = sp.Abs(j) if before else j
            return n - 1 - sp.Abs(j - (n - 1)) if after else j
        return j

    def apply(self, xp, Input):
        for axis, (before, after) in enumerate(self.ends(Input.ndim - 1), start=1):
            if before or after:
                Input = self.longer(xp, Input, axis, before, after)
        return Input

    def longer(self, xp, x, axis, before, after):
        """Return an array with entries before and after those along one axis."""
        n = x.shape[axis]
        if self.Padding == "Fixed":
            return xp.part(x, axis=axis, places=(*[0] * before, *range(n), *[n - 1] * after))
        if self.Padding == "Reflected":
            last = range(n - 2, n - 2 - after, -1)
            return xp.part(x, axis=axis, places=(*range(before, 0, -1), *range(n), *last))
        if self.Padding == 0:
            return xp.join(x, axis=axis, starts=(before,), size=before + n + after)
        number, around = xp.constant(self.Padding), (x.shape[:axis], x.shape[axis + 1 :])
        ends = [
            xp.broadcast_to(number, (*around[0], count, *around[1])) for count in (before, after)
        ]
        return xp.concatenate(
            *[part for part in (ends[0], x, ends[1]) if part.shape[axis]], axis=axis
        )
