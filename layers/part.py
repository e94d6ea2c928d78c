"""PartLayer: an entry, a span of entries, or entries at listed positions, at each level."""

from __future__ import annotations

from dataclasses import KW_ONLY
from itertools import count, pairwise
from operator import index
from typing import Any, NoReturn, SupportsIndex

from netdsl.dims import Dims
from netdsl.errors import SettingError, ShapeError
from netdsl.layers._levels import rank_beside
from netdsl.spec import Auto, Automatic, Layer, Sight, at_least, equal, has_rank, option, port
from netdsl.symbols import All, Every, Span

LISTED = 1_000_000
"""How many positions a range may stand for, which are gone through one by one."""


def parts(spec: Any) -> tuple[Any, ...]:
    """Read which entries to take: one specification for each level; alone it is for the first."""
    return tuple(_part(one) for one in (spec if isinstance(spec, tuple) else (spec,)))


def _part(spec: Any) -> Any:
    if spec is All:
        return spec
    if isinstance(spec, tuple | range):
        return _listed(spec)
    if isinstance(spec, Span):
        first, last = _ends(spec)
        if first == 0 or last == 0:
            _refuse(spec)
        if (first > 0) == (last > 0) and last < first:
            _refuse(spec, "A span is empty.", "an end that is not before the beginning")
        return spec
    return _place(spec)


def _place(spec: Any) -> int:
    if isinstance(spec, bool) or not isinstance(spec, SupportsIndex) or spec == 0:
        _refuse(spec)
    return index(spec)


def _listed(spec: Any) -> Any:
    """Read positions in any order; those that are equally far apart become a range."""
    if isinstance(spec, range):
        if spec[LISTED:]:
            _refuse(spec, "A range of positions is too long.", f"up to {LISTED:,}, or a Span")
        places = tuple(spec)
        if 0 in spec:
            _refuse(spec)
    else:
        places = tuple(place if type(place) is int and place else _place(place) for place in spec)
    if not places:
        _refuse(spec, "A part has at least one entry.", "for instance [3, 1, 1]")
    steps = {after - before for before, after in pairwise(places)}
    if len(places) < 3 or len(steps) > 1 or 0 in steps:
        return places
    (step,) = steps
    return range(places[0], places[-1] + (1 if step > 0 else -1), step)


def _runs(places: Any) -> list[tuple[int, int, int]]:
    """Return where each run of positions equally far apart begins, its first, and its step."""
    found, start = [], 0
    while start < len(places):
        stop = start + 1
        step = places[stop] - places[start] if stop < len(places) else 1
        while (
            stop < len(places)
            and places[stop] - places[stop - 1] == step
            and (places[stop] > 0) == (places[start] > 0)
        ):
            stop += 1
        found.append((start, places[start], step))
        start = stop
    return found


def _refuse(
    spec: Any,
    sentence: str = "A part is counted from 1, or from -1 for the last.",
    expected: str = "for instance 2, -1, Span(2, All), All, or a list of these; [[3, 1]] for the "
    "third and the first entry",
) -> NoReturn:
    raise SettingError(sentence, expected=expected, got=repr(spec))


def _ends(span: Span) -> tuple[int, int]:
    return span.first, -1 if isinstance(span.last, Every) else span.last


def _is_whole(spec: Any) -> bool:
    """Whether a specification takes everything, whatever the size."""
    return spec is All or (isinstance(spec, Span) and _ends(spec) == (1, -1) and spec.step == 1)


def _start(spec: Any, size: Any) -> Any:
    """Return the 0-based position at which a specification begins."""
    return _at(spec.first if isinstance(spec, Span) else spec, size)


def _at(place: int, size: Any) -> Any:
    """Return a 1-based position as a 0-based one, of a negative one that from the end."""
    return place - 1 if place > 0 else size + place


def _sight(spec: Any, n: Any, level: int | None = None) -> Any:
    """Return what an entry sees of a level of size n of which this is taken."""
    if spec is All:
        return Sight(level)
    if isinstance(spec, tuple | range):
        (_, first, step), *others = _runs(spec)
        if others:
            return All
    else:
        first, step = (spec.first, spec.step) if isinstance(spec, Span) else (spec, 0)
    start = _at(first, n) if first > 0 or isinstance(n, int) else Automatic
    return Sight(level, stride=step, start=start)


class PartLayer(Layer):
    """Take an entry of each level, or a span of them.

    >>> PartLayer(-2)([1, 2, 3, 4, 5, 6])
    5.0
    >>> PartLayer([All, 1])([[1, 2, 3], [4, 5, 6]])
    array([1., 4.], dtype=float32)
    >>> PartLayer(Span(1, All, 2))([1, 2, 3, 4, 5])
    array([1., 3., 5.], dtype=float32)
    >>> PartLayer([[3, -1, 1]])([10, 20, 30, 40])
    array([30., 40., 10.], dtype=float32)

    A position removes its level; a Span(first, last, step), whose last may be All, keeps it, as
    All does for all of a level, and a list of positions, in any order and also several times, or
    a range of them. The outer list is that of the levels. Positions are counted from 1, negative
    ones from the end: of each example where a length varies. Levels without a specification stay
    as they are. A span that is empty raises a SettingError, or a ShapeError where that depends on
    a size, as a position beyond the size does. Source: Wolfram `PartLayer`, with spans written
    `m;;n;;step`, and the lists of positions of `Part`.
    """

    Part: int | Span | Every | tuple[int | Span | Every | tuple[int, ...] | range, ...] = option(
        read=parts,
        doc="a position, Span, All or a list of positions for the first levels, in order",
    )
    _: KW_ONLY
    Input: Dims | Auto = port("*d : k", default=Automatic)
    Output: Dims | Auto = port("*e : k", default=Automatic)

    @property
    def entries(self) -> tuple[Any, ...]:
        """What is taken of each level, as it was read."""
        return self.Part if isinstance(self.Part, tuple) else (self.Part,)

    def relate(self, d, e):
        removed = sum(isinstance(spec, int) for spec in self.entries)
        rank = rank_beside(d, e, removed)
        if rank < len(self.entries):
            raise ShapeError(
                "There are more specifications than levels.",
                setting="Part",
                expected=f"at most {rank}",
                got=len(self.entries),
            )
        yield has_rank(d, rank)
        yield has_rank(e, rank - removed)
        sizes = iter(e)
        for spec, n in zip(self.entries, d, strict=False):
            if isinstance(spec, int):
                yield at_least(n, abs(spec), "Part")
            elif spec is All:
                yield equal(next(sizes), n)
            elif isinstance(spec, tuple | range):
                yield at_least(n, max(map(abs, spec)), "Part")
                yield equal(next(sizes), len(spec), "Part")
            else:
                yield from self.spanned(spec, n, next(sizes))
        yield equal([*sizes], d[len(self.entries) :])

    def spanned(self, span, n, m):
        """Yield what holds of a level of size n of which a span has size m."""
        first, last = _ends(span)
        least = max(abs(first), abs(last))
        if last < 0 < first:
            least, steps = max(least, first - last - 1), n + (last - first + 1)
        else:
            steps = last - first - 1 - n if first < 0 < last else last - first
        yield at_least(n, least, "Part")
        yield equal(m, steps // span.step + 1, "Part")

    def sees(self, d):
        found, left = [], count()
        for level, n in enumerate(d):
            spec = self.entries[level] if level < len(self.entries) else All
            found.append(_sight(spec, n) if isinstance(spec, int) else _sight(spec, n, next(left)))
        return tuple(found)

    def formula(self, sp, at, Input):
        spot, left = [], iter(at)
        for spec, n in zip(self.entries, Input.shape, strict=False):
            if isinstance(spec, int):
                spot.append(_start(spec, n))
            else:
                spot.append(self.place(sp, spec, n, next(left)))
        return Input[(*spot, *left)]

    def place(self, sp, spec, n, i):
        """Return the position in a level of size n from which entry i comes."""
        if spec is All:
            return i
        if isinstance(spec, Span):
            return _start(spec, n) + spec.step * i
        first, *others = (
            (start, _at(place, n) + step * (i - start)) for start, place, step in _runs(spec)
        )
        if not others:
            return first[1]
        ends = [start for start, _ in others]
        pieces = zip((first, *others), ends, strict=False)
        choices = [(spot, i < end) for (_, spot), end in pieces]
        return sp.Piecewise(*choices, (others[-1][1], True))

    def apply(self, xp, Input):
        sizes = xp.sizes("Output")
        for axis, spec in enumerate(self.entries, start=1):
            if not _is_whole(spec):
                Input = self.taken(xp, Input, axis, spec)
        return xp.reshape(Input, (Input.shape[0], *sizes))

    def taken(self, xp, x, axis, spec):
        """Return the entries along one axis that a specification takes, the axis kept."""
        if axis == 1 and spec == -1:  # of sequences of several lengths too
            end = xp.last(x)
            return xp.reshape(end, (end.shape[0], 1, *end.shape[1:]))
        size = x.shape[axis]
        if isinstance(spec, tuple | range):
            places = tuple(_at(place, size) for place in spec)
            return xp.part(x, axis=axis, places=places)
        start = _start(spec, size)
        if isinstance(spec, int):
            return xp.slice(x, axis=axis, start=start, stop=start + 1)
        _, last = _ends(spec)
        stop = last if last > 0 else size + last + 1
        if spec.step == 1:
            return xp.slice(x, axis=axis, start=start, stop=stop)
        return xp.part(x, axis=axis, places=range(start, stop, spec.step))
