"""DotLayer: products of vectors, matrices and arrays."""

from __future__ import annotations

from dataclasses import KW_ONLY
from math import prod
from typing import Any

from netdsl.dims import Dims
from netdsl.errors import SettingError, ShapeError
from netdsl.layers._exchanges import exchanged, exchanges, shown
from netdsl.layers._levels import rank_of, wait_for_rank
from netdsl.spec import Auto, Automatic, Layer, equal, has_rank, inputs, option, port


def transpositions(spec: Any) -> Any:
    """Read how each input is transposed: a list of None, pairs of levels, or permutations."""
    if spec is None or spec == ():
        return None
    if not isinstance(spec, tuple) or len(spec) < 2:
        raise SettingError(
            "The transpositions are a list, with one for each input.",
            expected="for instance [None, {1: 2}]",
            got=repr(spec),
        )
    return tuple(None if one is None else exchanges(one) for one in spec)


class DotLayer(Layer):
    """Multiply arrays: sum over the last level of each and the first of the next.

    >>> DotLayer()([[[1, 2], [3, 4]], [10, 1]])
    array([12., 34.], dtype=float32)
    >>> DotLayer([{1: 2}, None])([[[1, 2], [3, 4]], [10, 1]])
    array([13., 24.], dtype=float32)

    The other levels follow each other; of two vectors it is a number. Transpositions say how
    each input is turned before, as those of TransposeLayer do: None, {1: 2}, several pairs, or a
    permutation. More than two inputs are multiplied from the left. Sizes that differ, and a
    number as factor, raise a ShapeError. A length that varies may be summed over. Source: Wolfram
    `DotLayer`.
    """

    Transpositions: tuple[Any, ...] | None = option(
        default=None,
        read=transpositions,
        show=lambda given: f"[{', '.join(map(shown, given))}]" if given else "None",
        doc="how each input is transposed before; None for none",
    )
    _: KW_ONLY
    InputPorts: Any = inputs("+d", default=Automatic)
    Output: Dims | Auto = port("*e", default=Automatic)

    def takes(self):
        given = self.Transpositions
        return (2, None) if given is None else (len(given), len(given))

    def order(self, number, rank):
        """Return the axis of an input that each axis of the transposed one is."""
        given = self.Transpositions
        spec = None if given is None else given[number]
        return list(range(rank)) if spec is None else exchanged(spec, rank, "Transpositions")

    def relate(self, d, e):
        rows = (*d, e)
        open_rows = [row for row in rows if rank_of(row) is None]
        if len(open_rows) > 1:
            wait_for_rank(*open_rows)
        lost = 2 * (len(d) - 1)
        known = sum(rank_of(row) or 0 for row in d)
        for row in d:
            rank = rank_of(row)
            yield has_rank(row, len(e) + lost - known if rank is None else rank)
        turned = [[row[axis] for axis in self.order(at, len(row))] for at, row in enumerate(d)]
        left = turned[0]
        for number, right in enumerate(turned[1:], 2):
            if not left:
                raise ShapeError(
                    "A number has no level to sum over.",
                    port=f"Input{number}",
                    expected="one input less, or inputs of more levels",
                    got=f"{number - 1} inputs whose product is a number",
                )
            yield equal(left[-1], right[0])
            left = [*left[:-1], *right[1:]]
        yield equal(e, left)

    def multiply_adds(self, d):
        orders = [self.order(number, len(row)) for number, row in enumerate(d)]
        left, *others = [[row[a] for a in axes] for row, axes in zip(d, orders, strict=True)]
        total = 0
        for right in others:
            total += prod(left) * prod(right[1:])
            left = [*left[:-1], *right[1:]]
        return total

    def formula(self, sp, at, InputPorts):
        orders = [self.order(number, len(x.shape)) for number, x in enumerate(InputPorts)]
        first, *others = [[(number, k) for k in axes] for number, axes in enumerate(orders)]
        index, over, left = {}, [], first
        for c, right in zip(sp.indices(len(others)), others, strict=True):
            index[left[-1]] = index[right[0]] = c
            number, axis = right[0]
            over.append((c, 0, InputPorts[number].shape[axis] - 1))
            left = [*left[:-1], *right[1:]]
        index |= zip(left, at, strict=True)
        factors = (
            x[tuple(index[number, axis] for axis in range(len(x.shape)))]
            for number, x in enumerate(InputPorts)
        )
        return sp.Sum(prod(factors), *over)

    def apply(self, xp, InputPorts):
        left, *others = (
            xp.transpose(x, (0, *(axis + 1 for axis in self.order(number, x.ndim - 1))))
            for number, x in enumerate(InputPorts)
        )
        for right in others:
            (batch, *outer, size), (_, _, *inner) = left.shape, right.shape
            if not outer and not inner:
                left = xp.squeeze(xp.sum(left * right, (1,)), (1,))
                continue
            rows = xp.reshape(left, (batch, prod(outer), size))
            columns = xp.reshape(right, (batch, size, prod(inner)))
            left = xp.reshape(xp.matmul(rows, columns), (batch, *outer, *inner))
        return left
