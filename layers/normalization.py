"""NormalizationLayer: each example brought to mean 0 and variance 1, over some levels."""

from __future__ import annotations

from dataclasses import KW_ONLY
from itertools import islice
from math import prod
from typing import Any

from netdsl.dims import Dims
from netdsl.errors import SettingError, ShapeError, nearest
from netdsl.layers._levels import levels, positions
from netdsl.layers._numbers import real
from netdsl.layers._window_settings import truth, whole
from netdsl.spec import (
    Array,
    Auto,
    Automatic,
    Layer,
    array,
    at_least,
    entrywise,
    equal,
    option,
    port,
    product,
)
from netdsl.symbols import Every, Span

METHODS = ("Standardize", "RMS")
COMPLEMENT, SAME = "Complement", "Same"
TRIED = 10_000
"""Up to which number divisors of a size are looked for, for an error to name."""


def aggregation(spec: Any) -> Any:
    """Read the levels that statistics go over: at least one."""
    found = levels(spec)
    return _refuse(spec, "a level, a span, or several levels") if found == () else found


def scaling(spec: Any) -> Any:
    """Read the levels that have entries of their own: levels, or a word for them."""
    if not isinstance(spec, str):
        return levels(spec)
    words = (COMPLEMENT, SAME)
    return spec if spec in words else _refuse(spec, 'levels, "Complement" or "Same"', words)


def group_number(spec: Any) -> Any:
    """Read a number of groups for each aggregated level; one number is that of the first."""
    if spec is None or not isinstance(spec, tuple):
        return spec if spec is None else whole(spec)
    return tuple(map(whole, spec)) or _refuse(spec, "a number for each aggregated level")


def method(spec: Any) -> str:
    """Read how it is normalized."""
    return spec if spec in METHODS else _refuse(spec, ", ".join(METHODS), METHODS)


def _refuse(spec: Any, expected: str, words: tuple[str, ...] = ()) -> Any:
    raise SettingError(
        "The setting cannot have this value.",
        expected=expected,
        got=repr(spec),
        nearest=nearest(spec, words),
    )


class NormalizationLayer(Layer):
    """Subtract the mean and divide by the deviation over some levels, then scale and shift.

    >>> layer = NormalizationLayer(Scaling=[1, 10], Biases=None)
    >>> layer([[1, 2, 3], [2, 4, 9]]).round(2)
    array([[ -1.22,   0.  ,   1.22],
           [-10.19,  -3.4 ,  13.59]], dtype=float32)

    Statistics go over the aggregation levels of each example, so nothing differs in training.
    Epsilon is added to the variance under the root; Method="RMS" leaves the mean and divides by
    the root of the mean square. The scaling levels are those that Scaling and Biases have
    entries for: "Complement" those not aggregated, "Same" those that are; without any there is
    one number. GroupNumber splits each aggregated level, in their order, into groups with
    statistics of their own; one number splits the first. Of sequences only their own elements
    count. Levels are negative from the innermost. A level beyond the rank, a scaling level whose
    size varies, sizes that no groups divide, and an Unbiased deviation of one number raise a
    ShapeError; Unbiased with "RMS", which subtracts no mean, a SettingError.

    NormalizationLayer() on channels of images is instance normalization,
    NormalizationLayer(2, "Same") on a sequence of vectors layer normalization, and
    NormalizationLayer(Span(1, 3), 1, GroupNumber=[g, 1, 1]) group normalization. Source: Wolfram
    `NormalizationLayer`.
    """

    AggregationLevels: int | Dims | Span | Every = option(
        default=Span(2), read=aggregation, doc="levels that mean and deviation go over"
    )
    ScalingLevels: str | int | Dims | Span | Every = option(
        default=COMPLEMENT,
        read=scaling,
        doc='levels that Scaling has: "Complement", "Same", levels',
    )
    _: KW_ONLY
    Epsilon: float = option(default=0.001, read=real(0), doc="added to the variance")
    GroupNumber: int | Dims | None = option(
        default=None, read=group_number, doc="groups of each aggregated level; None for none"
    )
    Unbiased: bool = option(
        default=False, read=truth, doc="whether the variance is divided by one less"
    )
    Method: str = option(default="Standardize", read=method, doc="Standardize or RMS")
    Input: Dims | Auto = port("+d", default=Automatic, doc="an array that has the levels")
    Output: Dims | Auto = port("+d", default=Automatic)
    Scaling: Array | float | Auto | None = array(
        "*s",
        init=1.0,
        default=Automatic,
        optional=True,
        formerly="Gamma",
        doc="factors; None for none",
    )
    Biases: Array | float | Auto | None = array(
        "*s",
        init="biases",
        default=Automatic,
        optional=True,
        formerly="Beta",
        doc="offsets; None for none",
    )

    def check(self):
        if self.Unbiased and self.Method == "RMS":
            raise SettingError(
                "Only a deviation from a mean can be unbiased.",
                layer="NormalizationLayer",
                setting="Unbiased",
                expected='False, or Method="Standardize"',
                got='True with Method="RMS"',
            )

    def alternatives(self):
        given: Any = self.GroupNumber
        if not isinstance(given, tuple):
            yield from ({"GroupNumber": count} for count in range((given or 1) - 1, 0, -1))
            return
        for at, most in enumerate(given):
            for count in range(most - 1, 0, -1):
                yield {"GroupNumber": (*given[:at], count, *given[at + 1 :])}

    # ---- which levels --------------------------------------------------------------------------

    def groups(self, rank):
        """Return how many groups there are along each aggregated axis."""
        axes = positions(self.AggregationLevels, rank, "AggregationLevels")
        given: Any = self.GroupNumber
        if not axes:
            raise ShapeError(
                "There is no level to aggregate over.",
                setting="AggregationLevels",
                expected=f"levels of an array of rank {rank}",
                got=self.AggregationLevels,
            )
        if not isinstance(given, tuple):
            given = (given or 1, *[1] * (len(axes) - 1))
        if len(given) != len(axes):
            raise ShapeError(
                "Each aggregated level has a number of groups.",
                setting="GroupNumber",
                expected=f"{len(axes)} numbers",
                got=given,
            )
        return dict(zip(axes, given, strict=True))

    def scaled(self, rank):
        """Return the axes that Scaling and Biases have, in order."""
        if not isinstance(self.ScalingLevels, str):
            return positions(self.ScalingLevels, rank, "ScalingLevels")
        axes = positions(self.AggregationLevels, rank, "AggregationLevels")
        if self.ScalingLevels == SAME:
            return axes
        return tuple(axis for axis in range(rank) if axis not in axes)

    def relate(self, d, s):
        groups, scaled = self.groups(len(d)), self.scaled(len(d))
        if s is not None:
            yield equal(s, [d[axis] for axis in scaled])
        for axis, count in groups.items():
            if count > 1:
                _see_that_it_divides(count, d[axis].value)
                yield equal(d[axis] // count * count, d[axis], "GroupNumber")
        if self.Unbiased:
            least = 2 * prod(groups.values())
            yield at_least(product(d[axis] for axis in groups), least, "Unbiased")

    def sees(self, d):
        return entrywise(len(d), self.groups(len(d)))

    # ---- what is computed ----------------------------------------------------------------------

    def formula(self, sp, at, Input, Scaling, Biases):
        entry = self.normalized(sp, at, Input)
        spot = tuple(at[axis] for axis in self.scaled(len(at)))
        if Scaling is not None:
            entry = Scaling[spot] * entry
        return entry if Biases is None else Biases[spot] + entry

    def normalized(self, sp, at, Input):
        """Return an entry without scaling and bias, by mean and deviation of what it belongs to."""
        groups = self.groups(len(at))
        sizes = {axis: Input.shape[axis] / count for axis, count in groups.items()}
        kept = [axis for axis in range(len(at)) if groups.get(axis, 2) > 1]

        def mean(entry, spot, less=0):
            """Return the mean over the entries that belong to a spot along the axes kept."""
            own, seen, over = dict(zip(kept, spot, strict=True)), [], []
            for axis in range(len(at)):
                first = own.get(axis, 0)
                if axis in groups:
                    (inner,) = sp.indices(1)
                    over.append((inner, 0, sizes[axis] - 1))
                    first = first * sizes[axis] + inner
                seen.append(first)
            return sp.Sum(entry(tuple(seen), spot), *over) / (sp.prod(sizes.values()) - less)

        spot = tuple(
            sp.floor(at[axis] / sizes[axis]) if axis in groups else at[axis] for axis in kept
        )
        if self.Method == "RMS":
            square = mean(lambda seen, _: Input[seen] ** 2, spot)
            return Input[at] / sp.sqrt(square + self.Epsilon)
        counts = [groups.get(axis, Input.shape[axis]) for axis in kept]
        mu = _named(sp, "mu", counts, lambda *spot: mean(lambda seen, _: Input[seen], spot))

        def variance(*spot):
            return mean(lambda seen, own: (Input[seen] - mu(own)) ** 2, spot, int(self.Unbiased))

        v = _named(sp, "v", counts, variance)
        return (Input[at] - mu(spot)) / sp.sqrt(v(spot) + self.Epsilon)

    def apply(self, xp, Input, Scaling, Biases):
        groups = self.groups(Input.ndim - 1)
        sizes, axes = [Input.shape[0]], []
        for axis, size in enumerate(Input.shape[1:]):
            count = groups.get(axis, 1)
            sizes += [count, size // count] if count > 1 else [size]
            if axis in groups:
                axes.append(len(sizes) - 1)
        # Before what is standardized, so that gradients of both come from one pass.
        factors, offsets = (self.spread(xp, given, Input.shape[1:]) for given in (Scaling, Biases))
        out = xp.standardized(
            xp.reshape(Input, sizes),
            axes,
            self.Epsilon,
            centred=self.Method == "Standardize",
            less=int(self.Unbiased),
        )
        out = out if factors is None else out * factors
        out = out if offsets is None else out + offsets
        return xp.reshape(out, Input.shape)

    def spread(self, xp, given, sizes):
        """Return Scaling or Biases beside a batch: groups apart, size 1 along the other axes."""
        if given is None:
            return None
        groups, scaled, wide = self.groups(len(sizes)), self.scaled(len(sizes)), [1]
        for axis, size in enumerate(sizes):
            count = groups.get(axis, 1)
            row = [count, size // count] if count > 1 else [size]
            wide += row if axis in scaled else [1] * len(row)
        order = sorted(range(len(scaled)), key=scaled.__getitem__)
        return xp.reshape(xp.transpose(given, order), wide)


def _see_that_it_divides(count, size):
    """Refuse groups that a size which is known is not divided into."""
    if size is not None and size % count:
        divisors = (n for n in range(1, min(size, TRIED) + 1) if size % n == 0)
        raise ShapeError(
            f"{size} entries do not make {count} groups of one size.",
            setting="GroupNumber",
            expected=f"a divisor of {size}: {', '.join(map(str, islice(divisors, 8)))}",
            got=count,
        )


def _named(sp, name, counts, rule):
    """Return a statistic as a function of its spot: a name, or what it is where there is one."""
    if not counts:
        return lambda spot: rule(*spot)
    found = sp.sequence(name, counts, rule)
    return lambda spot: found[spot]


def InstanceNormalizationLayer(*levels: Any, **settings: Any) -> NormalizationLayer:  # noqa: N802
    """Return the NormalizationLayer that brings each channel of an example to variance 1.

    >>> InstanceNormalizationLayer(Epsilon=0.01)
    NormalizationLayer(Epsilon=0.01)

    Settings are those of NormalizationLayer; old nets call Scaling "Gamma" and Biases "Beta".
    Sources: Wolfram `InstanceNormalizationLayer`;
    Ulyanov and others 2016.
    """
    if levels or {"AggregationLevels", "ScalingLevels"} & settings.keys():
        raise SettingError(
            "Instance normalization has levels of its own.",
            layer="InstanceNormalizationLayer",
            expected="settings by name, such as Epsilon",
            nearest="NormalizationLayer, which takes levels",
        )
    return NormalizationLayer(**settings)
