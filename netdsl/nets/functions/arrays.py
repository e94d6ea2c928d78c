"""Wolfram's functions of arrays, on numpy arrays and inside a FunctionLayer alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl.errors import SettingError
from netdsl.nets.functions.arguments import (
    applied,
    as_array,
    of_arrays,
    rows_of,
    stacked,
    start_of,
    whole,
)
from netdsl.options import with_options
from netdsl.spec.fields import short

# ---- products -----------------------------------------------------------------------------------


@of_arrays
def Dot(*arrays: Any) -> Any:
    """Return the product of arrays: the last level of each is joined with the first of the next.

    >>> Dot([1, 2], [[3, 4], [5, 6]])
    array([13, 16])

    Source: Wolfram `Dot`.
    """
    found, *rest = map(as_array, arrays)
    if any(np.ndim(array) == 0 for array in (found, *rest) if isinstance(array, np.ndarray)):
        raise SettingError(
            "Dot is a product of arrays.", expected="vectors, matrices", got="a number"
        )
    for array in rest:
        found = np.tensordot(found, array, 1)
    return found


@of_arrays
def Det(matrix: Any) -> Any:
    """Return the determinant of a square matrix.

    >>> round(float(Det([[1, 2], [3, 4]])))
    -2

    Source: Wolfram `Det`.
    """
    return np.linalg.det(as_array(matrix))


@of_arrays
def Tr(matrix: Any) -> Any:
    """Return the sum of the entries on the diagonal of a matrix, or of those of a vector.

    >>> int(Tr([[1, 2], [3, 4]]))
    5

    Source: Wolfram `Tr`.
    """
    matrix = as_array(matrix)
    if matrix.ndim not in (1, 2):
        raise SettingError(
            "Tr is the sum of a diagonal.", expected="a matrix", got=f"rank {matrix.ndim}"
        )
    return np.sum(matrix) if matrix.ndim == 1 else np.trace(matrix)


@of_arrays
def Transpose(array: Any, levels: Any = None) -> Any:
    """Exchange the first two levels; with a list, let level k become level levels[k - 1].

    >>> Transpose([[1, 2, 3]]).shape
    (3, 1)

    Source: Wolfram `Transpose`.
    """
    array = as_array(array)
    if levels is None:
        return np.swapaxes(array, 0, 1)
    if sorted(levels) != list(range(1, len(levels) + 1)):
        raise SettingError(
            "The levels of a transposition are the first ones in another order.",
            expected="for instance (2, 3, 1)",
            got=repr(levels),
        )
    rest = range(len(levels), np.ndim(array))
    places = [level - 1 for level in levels]
    return np.transpose(array, [*(places.index(i) for i in range(len(places))), *rest])


# ---- distances ----------------------------------------------------------------------------------


@of_arrays
def SquaredEuclideanDistance(one: Any, other: Any) -> Any:
    """Return the sum of the squares of the differences.

    >>> int(SquaredEuclideanDistance([1, 2], [4, 6]))
    25

    Source: Wolfram `SquaredEuclideanDistance`.
    """
    return np.sum((as_array(one) - as_array(other)) ** 2)


@of_arrays
def EuclideanDistance(one: Any, other: Any) -> Any:
    """Return the root of the sum of the squares of the differences; its gradient at 0 is 0.

    >>> float(EuclideanDistance([1, 2], [4, 6]))
    5.0

    Source: Wolfram `EuclideanDistance`.
    """
    return np.linalg.norm(as_array(one) - as_array(other))


@of_arrays
def ManhattanDistance(one: Any, other: Any) -> Any:
    """Return the sum of the absolute differences.

    >>> int(ManhattanDistance([1, 2], [4, 6]))
    7

    Source: Wolfram `ManhattanDistance`.
    """
    return np.sum(np.abs(as_array(one) - as_array(other)))


@of_arrays
def CosineDistance(one: Any, other: Any) -> Any:
    """Return 1 less the cosine of the angle between two vectors.

    >>> float(CosineDistance([1, 0], [0, 2]))
    1.0

    Source: Wolfram `CosineDistance`.
    """
    one, other = as_array(one), as_array(other)
    return 1 - np.sum(one * other) / (np.linalg.norm(one) * np.linalg.norm(other))


@of_arrays
def HammingDistance(one: Any, other: Any) -> Any:
    """Return how many entries differ; its gradient is 0.

    >>> int(HammingDistance([1, 2, 3], [1, 3, 2]))
    2

    Source: Wolfram `HammingDistance`.
    """
    return np.sum(as_array(one) != as_array(other))


# ---- construction -------------------------------------------------------------------------------


@with_options
def Table(f: Any, *ranges: Any) -> Any:
    """Return the array of f(i), f(i, j), ... for i in a range: n for 1..n, or (first, last, step).

    >>> Table(lambda i, j: 10 * i + j, 2, (0, 2))
    array([[10, 11, 12],
           [20, 21, 22]])

    Source: Wolfram `Table`.
    """
    applied("Table", f)
    if not ranges:
        return f()
    first, *rest = ranges
    limits = first if isinstance(first, list | tuple) else (1, first)
    limits = [whole("Table", limit) for limit in limits]
    low, high, step = (
        limits if len(limits) == 3 else (*limits, 1) if len(limits) == 2 else (1, 0, 1)
    )
    places = range(low, high + (1 if step > 0 else -1), step) if step else ()
    if not places:
        raise SettingError(
            "A table has at least one row.", expected="5, (2, 5) or (5, 1, -2)", got=short(first)
        )
    return stacked([Table(lambda *more, i=i: f(i, *more), *rest) for i in places])


@with_options
def ConstantArray(value: Any, sizes: Any) -> Any:
    """Return an array of these sizes with the same value, or the same array, at each place.

    >>> ConstantArray(7, (2, 3))
    array([[7, 7, 7],
           [7, 7, 7]])

    Source: Wolfram `ConstantArray`.
    """
    sizes = tuple(sizes) if isinstance(sizes, list | tuple) else (sizes,)
    sizes = tuple(whole("ConstantArray", size, 1) for size in sizes)
    if hasattr(value, "replicated"):
        return value.replicated(sizes)
    value = as_array(value)
    return np.broadcast_to(value, (*sizes, *value.shape)).copy()


# ---- going through arrays -----------------------------------------------------------------------


@with_options
def Map(f: Any, array: Any) -> Any:
    """Return the array of what a function gives for each element of the first level.

    >>> Map(lambda row: row[0] * row, [[1, 2], [3, 4]])
    array([[ 1,  2],
           [ 9, 12]])

    Inside a FunctionLayer the length has to be known. Source: Wolfram `Map`.
    """
    applied("Map", f)
    return stacked([f(row) for row in rows_of("Map", array)])


@with_options
def NestList(f: Any, value: Any, times: int) -> Any:
    """Return the array of a value, f of it, f of that, and so on, `times` times.

    >>> NestList(lambda x: 2 * x, 1, 3)
    array([1, 2, 4, 8])

    Source: Wolfram `NestList`.
    """
    applied("NestList", f)
    found = [value]
    for _ in range(whole("NestList", times, 0)):
        found.append(f(found[-1]))
    return stacked(found)


@with_options
def Nest(f: Any, value: Any, times: int) -> Any:
    """Return what a function gives when it is applied `times` times.

    >>> Nest(lambda x: 2 * x, 1, 3)
    8

    Source: Wolfram `Nest`.
    """
    applied("Nest", f)
    for _ in range(whole("Nest", times, 0)):
        value = f(value)
    return value


@with_options
def FoldList(f: Any, *start_and_array: Any) -> Any:
    """Return the array of a start, f(start, first), f(that, second), and so on.

    >>> FoldList(lambda total, x: total + x, 0, [1, 2, 3])
    array([0, 1, 3, 6])

    Without a start it is the first element. Source: Wolfram `FoldList`.
    """
    first, rows = start_of("FoldList", f, start_and_array)
    found = [first]
    for row in rows:
        found.append(f(found[-1], row))
    return stacked(found)


@with_options
def Fold(f: Any, *start_and_array: Any) -> Any:
    """Return the last element of FoldList.

    >>> int(Fold(lambda total, x: total + x, 0, [1, 2, 3]))
    6

    Source: Wolfram `Fold`.
    """
    found, rows = start_of("Fold", f, start_and_array)
    for row in rows:
        found = f(found, row)
    return found
