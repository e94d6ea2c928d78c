"""ResizeLayer: more or fewer entries along each level, between the old ones in proportion."""

from __future__ import annotations

from dataclasses import KW_ONLY
from fractions import Fraction
from math import lcm
from numbers import Real
from operator import index
from typing import Any, SupportsIndex

from netdsl.dims import Dims
from netdsl.errors import SettingError, nearest
from netdsl.layers._window_settings import input_port, interleaving
from netdsl.layers._windows import apart, channels_back, channels_first, together
from netdsl.spec import (
    Auto,
    Automatic,
    By,
    Layer,
    Sight,
    equal,
    has_rank,
    largest,
    option,
    port,
    same_rank,
)
from netdsl.symbols import All, Scaled

SCHEMES = {"Linear": "Point", "Nearest": "Bin"}
"""The ways of resampling, and the scheme of each where none is given."""


MOST = 10**6
"""The largest factor, and the largest denominator of one."""


def sizes(spec: Any) -> Dims:
    """Read what each level becomes: a whole number, a factor, or All for as it is."""
    if not isinstance(spec, tuple) or not spec:
        _refuse(spec, "a size for each level, for instance [7, Scaled(2), All]")
    return tuple(_size(one) for one in spec)


def _size(spec: Any) -> Any:
    if spec is All:
        return spec
    if isinstance(spec, Scaled):
        factor = spec.factor
        is_number = isinstance(factor, Real) and not isinstance(factor, bool)
        if not is_number or not 1 / MOST <= factor <= MOST:
            _refuse(spec, f"a factor up to {MOST}, or down to one by it")
        return spec
    if isinstance(spec, bool) or not isinstance(spec, SupportsIndex) or index(spec) < 1:
        _refuse(spec, "a whole number from 1, Scaled(2) or All")
    return index(spec)


def _refuse(spec: Any, expected: str) -> None:
    raise SettingError("No level can become this.", expected=expected, got=repr(spec))


def fraction(factor: Any) -> Fraction:
    """Return a factor as the fraction that is meant: 1/3 is no binary number."""
    return Fraction(float(factor)).limit_denominator(MOST)


class ResizeLayer(Layer):
    """Take as many entries as are wanted along each level, each between the two that it lies at.

    >>> ResizeLayer([5])([[1, 2, 3]])
    array([[1. , 1.5, 2. , 2.5, 3. ]], dtype=float32)
    >>> ResizeLayer([Scaled(2)], Scheme="Bin")([[1, 2, 3]])
    array([[1.  , 1.25, 1.75, 2.25, 2.75, 3.  ]], dtype=float32)

    A level becomes a number of entries, Scaled(r) of them (rounded, halves up, at least 1), or
    stays as it is, All. In the scheme "Point", which "Linear" has by itself, the ends stay where
    they are, and a single entry is the first one. In "Bin", which "Nearest" has, entries are bins
    of one width that have their values at the centers; beyond the last center nothing changes.
    "Nearest" repeats entries and takes Scaled(m) alone, m whole. Nothing is smoothed where entries
    get fewer. Source: Wolfram `ResizeLayer`.
    """

    Sizes: Dims = option(read=sizes, doc="for each level a number, Scaled(r) or All")
    _: KW_ONLY
    Resampling: str | Auto = option(default=Automatic, doc='"Linear" (Automatic) or "Nearest"')
    Scheme: str | Auto = option(default=Automatic, doc='what keeps its place: "Point" or "Bin"')
    Interleaving: bool = interleaving()
    Input: Dims | Auto = input_port()
    Output: Dims | Auto = port(By("Interleaving", {False: "c +e", True: "+e c"}), default=Automatic)

    def check(self):
        for setting, known in (("Resampling", SCHEMES), ("Scheme", SCHEMES.values())):
            value = getattr(self, setting)
            if value is not Automatic and value not in tuple(known):
                raise SettingError(
                    "There is no such way of resizing.",
                    layer="ResizeLayer",
                    setting=setting,
                    expected=", ".join(known),
                    got=repr(value),
                    nearest=nearest(value, known),
                )
        if self.is_nearest:
            for size in self.Sizes:
                if not isinstance(size, Scaled) or fraction(size.factor).denominator > 1:
                    raise SettingError(
                        "Entries are repeated a whole number of times.",
                        layer="ResizeLayer",
                        setting="Sizes",
                        expected='Scaled of a whole number at each level, for "Nearest"',
                        got=repr(size),
                    )

    @property
    def is_nearest(self) -> bool:
        """Whether entries are repeated."""
        return self.Resampling == "Nearest"

    @property
    def scheme(self) -> str | Auto:
        """What keeps its place."""
        usual = SCHEMES["Nearest" if self.is_nearest else "Linear"]
        return usual if self.Scheme is Automatic else self.Scheme

    def relate(self, d, e):
        yield has_rank(d, len(self.Sizes), "Sizes")
        yield from same_rank(d, e)
        for n, m, size in zip(d, e, self.Sizes, strict=True):
            yield equal(m, _resized(n, size), "Sizes")

    def sees(self, d, e):
        levels = range(len(d)) if self.Interleaving else range(1, len(d) + 1)
        rows = zip(levels, d, e, self.Sizes, strict=True)
        channel = Sight(len(d) if self.Interleaving else 0)
        return together(channel, tuple(self.sight(*row) for row in rows), self.Interleaving)

    def sight(self, level, n, m, size):
        """Return what an entry along a level of m sees of n, Automatic where open sizes decide."""
        is_known = isinstance(n, int) and isinstance(m, int)
        if size is All or (is_known and n == m):
            return Sight(level, slides=True)
        whole = isinstance(size, Scaled) and fraction(size.factor).denominator == 1
        if not is_known and not (whole and self.scheme == "Bin"):
            return Automatic
        if self.scheme == "Point":
            stride, start = Fraction(n - 1, max(m - 1, 1)), Fraction(0)
        else:
            stride = Fraction(n, m) if is_known else 1 / fraction(size.factor)
            start = Fraction(0) if self.is_nearest else (stride - 1) / 2
        if self.is_nearest and self.scheme == "Point":
            start += Fraction(1, 2)
        # How far the nearest entry that counts may be: less than 1, in steps of what places have.
        most = 1 - Fraction(1, lcm(stride.denominator, start.denominator))
        size = most + 1 if self.is_nearest else 2 * most + 1
        return Sight(level, size, stride, start - most, slides=True)

    def formula(self, sp, at, Input):
        c, spot = apart(at, self.Interleaving)
        _, old = apart(Input.shape, self.Interleaving)
        _, new = apart(sp.sizes("Output"), self.Interleaving)
        found, weights, over = [], [], []
        for i, n, m in zip(spot, old, new, strict=True):
            place = i if n == m else self.place(sp, i, n, m)
            if place == i or self.is_nearest:
                found.append(place)
                continue
            (j,) = sp.indices(1)
            found.append(j)
            weights.append(sp.Max(0, 1 - sp.Abs(place - j)))
            over.append((j, 0, n - 1))
        entry = Input[together(c, tuple(found), self.Interleaving)]
        return sp.Sum(entry * sp.prod(weights), *over) if over else entry

    def place(self, sp, i, n, m):
        """Return where entry i of m lies among n entries, in a formula."""
        half = sp.Rational(1, 2)
        if self.scheme == "Point":
            found = i * (n - 1) / sp.Max(m - 1, 1)
        elif self.is_nearest:
            return sp.floor(i * n / m)
        else:
            found = (i + half) * n / m - half
            found = sp.expand(found) if (n / m).is_number else found
            if not (m - n).is_nonpositive:
                found = sp.Max(0, sp.Min(found, n - 1))
        return sp.floor(found + half) if self.is_nearest else found

    def apply(self, xp, Input):
        _, sizes = apart(xp.sizes("Output"), self.Interleaving)
        if self.is_nearest and self.scheme == "Bin":
            return self.repeated(xp, Input, sizes)
        how = {"scheme": self.scheme, "nearest": self.is_nearest}
        out = Input
        # The innermost level first, as one large product while there are few entries.
        for axis, size in reversed([*enumerate(sizes, 1 if self.Interleaving else 2)]):
            if out.shape[axis] != size:
                out = xp.resample(out, axis=axis, size=size, **how)
        return out

    def repeated(self, xp, Input, sizes):
        """Return each entry as often as it is wanted: the way back of a total over windows."""
        x = channels_first(xp, Input, self.Interleaving)
        times = [m // n for n, m in zip(x.shape[2:], sizes, strict=True)]
        none = (0,) * len(times)
        windows = {"kernel": times, "stride": times, "before": none, "after": none}
        return channels_back(xp, xp.pool_total_input(x, sizes=sizes, **windows), self.Interleaving)


def _resized(n, size):
    """Return how many entries a level of n entries becomes."""
    if size is All:
        return n
    if not isinstance(size, Scaled):
        return size
    factor = fraction(size.factor)
    over, under = factor.numerator, factor.denominator
    found = n * over if under == 1 else (n * (2 * over) + under) // (2 * under)
    return found if 2 * factor >= 1 else largest(found, 1)
