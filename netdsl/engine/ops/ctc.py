"""Labels of sequences without places: the chance that some path spells them, and its gradient.

Graves and others 2006, in logarithms. Between labels, before and after them stand blanks, the last
class. `paths` holds for each step and each of these places the logarithm of what all beginnings of
paths that end there are worth together.
"""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from netdsl.engine.memory import AnyArray
from netdsl.engine.ops.table import define, first, real
from netdsl.engine.program import Call, Op, Shape

# `chances` are logarithms (batch, steps, classes), `target` 0-based classes (batch, labels), and
# `steps` and `counts` say how many steps and labels of each example count.

LOW = -1e30
"""The logarithm of 0; finite, so that differences of two are no nan."""
EDGE = 2
"""Places beside the real ones, never reached: a path moves on by two at most."""


def _places(chances: Shape, target: Shape) -> Shape:
    return (chances[1], chances[0], 2 * target[1] + 1)


def _paths_shape(chances: Shape, target: Shape, *_: Shape) -> Shape:
    steps, batch, size = _places(chances, target)
    return (steps, batch, size + EDGE)


# ---- what every step reads -------------------------------------------------------------------


class _Spots:
    """Where the labels' numbers lie in the flattened array of all classes, (labels, steps, batch).

    Labels come first: within one of them no number is named twice.
    """

    def __init__(self, shape: Shape, target: AnyArray) -> None:
        batch, steps, classes = shape
        rows = np.arange(batch) * steps + np.arange(steps)[:, None]
        self._starts = (rows * classes)[None].astype(np.int64)
        self._target = target.T[:, None, :]
        self.all = np.empty((target.shape[1], steps, batch), np.int64)

    def calls(self) -> Iterator[Call]:
        """Find them for the targets of this run."""
        yield partial(np.add, self._starts, self._target, out=self.all)


def _emitted(
    chances: AnyArray, spots: _Spots, copy: AnyArray, some: AnyArray, out: AnyArray
) -> Iterator[Call]:
    """Write what each place gives at each step: blanks between labels."""
    flat = chances.reshape(-1)
    if not np.may_share_memory(flat, chances):
        flat = copy.reshape(-1)
        yield partial(np.copyto, copy, chances)
    yield from spots.calls()
    yield partial(flat.take, spots.all, out=some, mode="clip")
    yield partial(np.copyto, out[:, :, 1::2], some.transpose(1, 2, 0))
    yield partial(np.copyto, out[:, :, 0::2], chances[:, :, -1:].transpose(1, 0, 2))


def _skips(target: AnyArray, out: AnyArray) -> Iterator[Call]:
    """Write 0 for the places that may be reached past a blank, LOW for the others."""
    same = np.empty((target.shape[0], target.shape[1] - 1), np.bool_)
    yield partial(out.fill, LOW)
    yield partial(np.equal, target[:, 1:], target[:, :-1], out=same)
    yield partial(np.multiply, same, out.dtype.type(LOW), out=out[:, 3::2])


def _log_sum(terms: AnyArray, most: AnyArray, out: AnyArray) -> Iterator[Call]:
    """Add what logarithms stand for, along the first axis; the terms are overwritten."""
    yield partial(np.maximum.reduce, terms, axis=0, out=most)
    yield partial(np.subtract, terms, most, out=terms)
    yield partial(np.exp, terms, out=terms)
    yield partial(np.add.reduce, terms, axis=0, out=out)
    yield partial(np.log, out, out=out)
    yield partial(np.add, out, most, out=out)


# ---- forwards ----------------------------------------------------------------------------------


def _common(chances: Shape, target: Shape) -> tuple[Shape, ...]:
    """The room for a copy of the chances, what labels give, skips, and the sums of one step."""
    steps, batch, size = _places(chances, target)
    one = (batch, size)
    return chances, (target[1], steps, batch), one, (3, *one), one, one


def _paths(
    chances: Any, target: Any, steps: Any, counts: Any, *, out: Any, scratch: Any
) -> Iterator[Call]:
    copy, some, skips, terms, most, total = scratch
    yield partial(out.fill, LOW)
    here = out[:, :, EDGE:]
    yield from _emitted(chances, _Spots(chances.shape, target), copy, some, here)
    yield from _skips(target, skips)
    yield partial(here[0, :, 2:].fill, LOW)
    for before, after in zip(out[:-1], here[1:], strict=True):
        yield partial(np.copyto, terms[0], before[:, 2:])
        yield partial(np.copyto, terms[1], before[:, 1:-1])
        yield partial(np.add, before[:, :-2], skips, out=terms[2])
        yield from _log_sum(terms, most, total)
        yield partial(np.add, after, total, out=after)


def _loss(paths: Any, steps: Any, counts: Any, *, out: Any, scratch: Any) -> Iterator[Call]:
    _, batch, size = paths.shape
    ends, most = scratch
    spots, last = np.empty((2, batch), np.int64), np.empty(batch, np.int64)
    starts = np.arange(batch, dtype=np.int64) * size + EDGE
    never = np.empty(batch, np.bool_)
    yield partial(np.copyto, last, steps, casting="unsafe")
    yield partial(np.subtract, last, 1, out=last)
    yield partial(np.multiply, last, batch * size, out=last)
    yield partial(np.add, last, starts, out=last)
    yield partial(np.copyto, spots[0], counts, casting="unsafe")
    yield partial(np.multiply, spots[0], 2, out=spots[0])
    yield partial(np.add, spots[0], last, out=spots[0])
    yield partial(np.subtract, spots[0], 1, out=spots[1])
    yield partial(paths.reshape(-1).take, spots, out=ends, mode="clip")
    yield from _log_sum(ends, most, out)
    yield partial(np.negative, out, out=out)
    yield partial(np.greater, out, out.dtype.type(-LOW / 2), out=never)
    yield partial(np.copyto, out, out.dtype.type(np.inf), where=never)


# ---- backwards ---------------------------------------------------------------------------------


def _ends(steps: Any, counts: Any, start: AnyArray, later: AnyArray) -> Iterator[Call]:
    """Write 0 for the places where a path may end, and for the step at which it does; else LOW."""
    wide, numbers = np.empty(start.shape, np.bool_), np.arange(int(start.shape[1]))
    moments: AnyArray = np.arange(1, len(later) + 1)[:, None]
    twice, other = np.empty((len(counts), 1), np.int64), np.empty(later.shape[:2], np.bool_)
    low = start.dtype.type(LOW)
    yield partial(np.multiply, counts[:, None], 2, out=twice, casting="unsafe")
    yield partial(np.not_equal, numbers, twice, out=wide)
    yield partial(np.multiply, wide, low, out=start)
    yield partial(np.subtract, twice, 1, out=twice)
    yield partial(np.equal, numbers, twice, out=wide)
    yield partial(np.copyto, start, start.dtype.type(0), where=wide)
    yield partial(np.not_equal, moments, steps, out=other)
    yield partial(np.multiply, other[:, :, None], low, out=later)


def _slopes_scratch(
    g: Shape, loss: Shape, paths: Shape, chances: Shape, target: Shape, *_: Shape
) -> tuple[Shape, ...]:
    steps, batch, size = _places(chances, target)
    own = (steps, batch, size), (batch, size + EDGE), (batch, size), (steps, batch, 1)
    return *_common(chances, target), *own, (batch, 1), (steps, batch), chances


def _slopes(
    g: Any,
    loss: Any,
    paths: Any,
    chances: Any,
    target: Any,
    steps: Any,
    counts: Any,
    *,
    out: Any,
    scratch: Any,
) -> Iterator[Call]:
    copy, some, skips, *sums, shares, after, start, later, known, one, whole = scratch
    spots, never = _Spots(chances.shape, target), np.empty(known.shape, np.bool_)
    yield from _emitted(chances, spots, copy, some, shares)
    yield from _skips(target, skips)
    yield from _ends(steps, counts, start, later)
    yield partial(np.copyto, known, loss[:, None])
    yield partial(np.isinf, known, out=never)
    yield partial(np.copyto, known, known.dtype.type(0), where=never)
    yield partial(after.fill, LOW)
    moments = zip(shares[::-1], paths[::-1, :, EDGE:], later[::-1], strict=True)
    for given, reached, moment in moments:
        yield from _back(after, skips, sums, start, moment)
        yield partial(np.add, sums[-1], given, out=after[:, :-EDGE])
        yield partial(np.add, sums[-1], reached, out=given)
        yield partial(np.add, given, known, out=given)
    yield partial(np.exp, shares, out=shares)
    yield partial(np.negative, g, out=known[:, 0])
    yield partial(np.multiply, shares, known, out=shares)
    place = out if out.flags.c_contiguous else whole
    yield from _gathered(shares, spots, one, place)
    if place is not out:
        yield partial(np.copyto, out, place)


def _back(
    after: AnyArray, skips: AnyArray, sums: list[AnyArray], start: AnyArray, moment: AnyArray
) -> Iterator[Call]:
    """Write what all ends of paths are worth that go on from each place; the last sum is it."""
    terms, most, total = sums
    yield partial(np.copyto, terms[0], after[:, :-2])
    yield partial(np.copyto, terms[1], after[:, 1:-1])
    yield partial(np.copyto, terms[2], after[:, 2:])
    yield partial(np.add, terms[2][:, :-2], skips[:, 2:], out=terms[2][:, :-2])
    yield from _log_sum(terms, most, total)
    yield partial(np.add, start, moment, out=most)
    yield partial(np.maximum, total, most, out=total)


def _gathered(shares: AnyArray, spots: _Spots, one: AnyArray, out: AnyArray) -> Iterator[Call]:
    """Add the shares of all places of a class."""
    yield partial(out.fill, 0)
    yield partial(np.add.reduce, shares[:, :, 0::2], axis=2, out=one)
    yield partial(np.copyto, out[:, :, -1], one.T)
    flat = out.reshape(-1)
    for label, where in enumerate(spots.all):
        yield partial(flat.take, where, out=one, mode="clip")
        yield partial(np.add, one, shares[:, :, 2 * label + 1], out=one)
        yield partial(flat.put, where, one, "clip")


def _ctc(xp: Any, chances: Any, target: Any, steps: Any, counts: Any) -> Any:
    return xp.ctc_loss(xp.ctc_paths(chances, target, steps, counts), steps, counts)


def _ctc_vjp(
    xp: Any, g: Any, y: Any, chances: Any, target: Any, steps: Any, counts: Any
) -> tuple[Any, ...]:
    paths = xp.ctc_paths(chances, target, steps, counts)
    slopes = xp.ctc_slopes(g, y, paths, chances, target, steps, counts)
    return slopes, None, None, None


define(
    Op(
        "ctc",  # minus the logarithm of the chance of the target; infinite where it has none
        lambda chances, target, steps, counts: chances[:1],
        first,
        lower=_ctc,
        vjp=_ctc_vjp,
    )
)
define(
    Op(
        "ctc_paths",
        _paths_shape,
        first,
        calls=_paths,
        scratch=lambda chances, target, steps, counts: _common(chances, target),
    )
)
define(
    Op(
        "ctc_loss",  # of what all beginnings are worth
        lambda paths, steps, counts: paths[1:2],
        first,
        calls=_loss,
        scratch=lambda paths, steps, counts: ((2, paths[1]), paths[1:2]),
    )
)
define(
    Op(
        "ctc_slopes",  # the gradient by the logarithms; 0 where the target has no chance
        lambda g, loss, paths, chances, *_: chances,
        real,
        calls=_slopes,
        scratch=_slopes_scratch,
    )
)
