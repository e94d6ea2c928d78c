"""Wolfram's functions that take arrays apart and join them; positions count from 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl.errors import SettingError
from netdsl.nets.functions.arrays import as_array
from netdsl.spec.fields import short
from netdsl.symbols import All, Span


def Part(array: Any, *specs: Any) -> Any:
    """Return a part of an array: positions from 1, negative from the end, spans, lists, All.

    >>> Part([[1, 2, 3], [4, 5, 6]], All, Span(2, 3))
    array([[2, 3],
           [5, 6]])

    Source: Wolfram `Part`.
    """
    return as_array(array)[tuple(map(_key, specs))]


def _key(spec: Any) -> Any:
    """Return what Python writes for a part: positions from 0, spans without their end."""
    if spec is All:
        return slice(None)
    if isinstance(spec, Span):
        last = spec.last
        stop = None if last is All or last == -1 else last if last > 0 else last + 1  # type: ignore[operator]
        return slice(spec.first - 1 if spec.first > 0 else spec.first, stop, spec.step)
    if isinstance(spec, list | tuple):
        return [_place(one) for one in spec]
    return _place(spec)


def _place(spec: Any) -> int:
    if isinstance(spec, bool) or not isinstance(spec, int | np.integer) or spec == 0:
        raise SettingError(
            "A part is named by its position, from 1 or from -1 for the last.",
            expected="an integer other than 0, a Span, a list of integers or All",
            got=short(spec),
        )
    return int(spec) - 1 if spec > 0 else int(spec)


def First(array: Any) -> Any:
    """Return the first element.

    >>> First([[1, 2], [3, 4]])
    array([1, 2])

    Source: Wolfram `First`.
    """
    return as_array(array)[0]


def Last(array: Any) -> Any:
    """Return the last element.

    >>> Last([[1, 2], [3, 4]])
    array([3, 4])

    Source: Wolfram `Last`.
    """
    return as_array(array)[-1]


def Rest(array: Any) -> Any:
    """Return the elements without the first.

    >>> Rest([1, 2, 3])
    array([2, 3])

    Source: Wolfram `Rest`.
    """
    return as_array(array)[1:]


def Most(array: Any) -> Any:
    """Return the elements without the last.

    >>> Most([1, 2, 3])
    array([1, 2])

    Source: Wolfram `Most`.
    """
    return as_array(array)[:-1]


def Take(array: Any, *specs: Any) -> Any:
    """Return the first n elements, the last n for -n, or those from m to n for (m, n).

    >>> Take([1, 2, 3, 4], -2), Take([1, 2, 3, 4], (2, 3))
    (array([3, 4]), array([2, 3]))

    Further specifications are for further levels. Source: Wolfram `Take`.
    """
    return as_array(array)[tuple(map(_taken, specs))]


def _taken(spec: Any) -> Any:
    if isinstance(spec, list | tuple):
        ends: list[Any] = [*spec, *spec] if len(spec) == 1 else [*spec]
        return _key(Span(*ends))
    if spec is All:
        return slice(None)
    place = _place(spec)
    return slice(place + 1) if place >= 0 else slice(place, None)


def Drop(array: Any, spec: Any) -> Any:
    """Return the elements without the first n, without the last n for -n, or (m, n) m to n.

    >>> Drop([1, 2, 3, 4], 1), Drop([1, 2, 3, 4], (2, 3))
    (array([2, 3, 4]), array([1, 4]))

    Source: Wolfram `Drop`.
    """
    array = as_array(array)
    if not isinstance(spec, list | tuple):
        place = _place(spec)
        return array[place + 1 :] if place >= 0 else array[:place]
    dropped = Span(*spec).positions(len(array))
    return array[[place for place in range(len(array)) if place not in dropped]]


def Reverse(array: Any, level: int = 1) -> Any:
    """Return the elements of a level, the first one, from the last to the first.

    >>> Reverse([1, 2, 3])
    array([3, 2, 1])

    Source: Wolfram `Reverse`.
    """
    return np.flip(as_array(array), _place(level))


def Join(*arrays: Any) -> Any:
    """Return arrays one after the other, along the first level, or along the one given last.

    >>> Join([1, 2], [3]), Join([[1], [2]], [[3], [4]], 2)
    (array([1, 2, 3]), array([[1, 3],
           [2, 4]]))

    Source: Wolfram `Join`.
    """
    *rest, last = arrays
    axis = 0
    if isinstance(last, int):
        arrays, axis = tuple(rest), _place(last)
    return np.concatenate([as_array(array) for array in arrays], axis)


def Flatten(array: Any, depth: int | None = None) -> Any:
    """Return the entries as a vector, or with the first `depth` + 1 levels as one.

    >>> Flatten([[1, 2], [3, 4]])
    array([1, 2, 3, 4])

    Source: Wolfram `Flatten`.
    """
    array = as_array(array)
    if depth is None:
        return np.ravel(array)
    return np.reshape(array, (-1, *array.shape[depth + 1 :]))
