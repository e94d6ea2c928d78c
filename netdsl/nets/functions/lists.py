"""Wolfram's functions that take arrays apart and join them; positions count from 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl.errors import SettingError
from netdsl.nets.functions.arguments import as_array, of_arrays
from netdsl.spec.fields import short
from netdsl.symbols import All, Span, position


@of_arrays
def Part(array: Any, *specs: Any) -> Any:
    """Return a part of an array: positions from 1, negative from the end, spans, lists, All.

    >>> Part([[1, 2, 3], [4, 5, 6]], All, Span(2, 3))
    array([[2, 3],
           [5, 6]])
    >>> Part([[1, 2, 3], [4, 5, 6]], [2, 1, 1], -1)
    array([6, 3, 3])

    Each specification is for one level. Source: Wolfram `Part`.
    """
    array, specs = as_array(array), tuple(map(_read, specs))
    if hasattr(array, "xp"):
        return array.viewed(array._layer("PartLayer", specs)) if specs else array
    if len(specs) > array.ndim:
        raise SettingError(
            "There are more specifications than levels.",
            expected=f"at most {array.ndim}",
            got=len(specs),
        )
    axis = 0
    for spec in specs:
        places = _places(spec, array.shape[axis])
        array = np.take(array, places, axis)
        axis += np.ndim(places)
    return array


def _read(spec: Any) -> Any:
    """Return a specification of one level as a PartLayer takes it."""
    if spec is All or isinstance(spec, Span):
        return spec
    if isinstance(spec, list | tuple | range | np.ndarray) and np.ndim(spec):
        return [_number(one) for one in spec]
    return _number(spec)


def _number(spec: Any) -> int:
    if isinstance(spec, bool) or not isinstance(spec, int | np.integer) or spec == 0:
        raise SettingError(
            "A part is named by its position, from 1 or from -1 for the last.",
            expected="an integer other than 0, a Span, a list of integers or All",
            got=short(spec),
        )
    return int(spec)


def _places(spec: Any, size: int) -> Any:
    """Return the places from 0 that a specification names in a level of this size."""
    if isinstance(spec, int):
        return position(spec, size)
    if not isinstance(spec, Span):
        found = range(size) if spec is All else [position(one, size) for one in spec]
        return np.array(found, int)
    if spec.last is All and spec.first == size + 1:
        return np.array([], int)
    found = spec.positions(size)
    first, last = position(spec.first, size), -1 if spec.last is All else spec.last
    if not found and position(last, size) != first - 1:  # type: ignore[arg-type]  # a number
        raise SettingError(
            "A span is empty.",
            expected="an end that is not before the beginning",
            got=repr(spec),
        )
    return np.array(found, int)


@of_arrays
def First(array: Any) -> Any:
    """Return the first element.

    >>> First([[1, 2], [3, 4]])
    array([1, 2])

    Source: Wolfram `First`.
    """
    return Part(array, 1)


@of_arrays
def Last(array: Any) -> Any:
    """Return the last element.

    >>> Last([[1, 2], [3, 4]])
    array([3, 4])

    Source: Wolfram `Last`.
    """
    return Part(array, -1)


@of_arrays
def Rest(array: Any) -> Any:
    """Return the elements without the first.

    >>> Rest([1, 2, 3])
    array([2, 3])

    Source: Wolfram `Rest`.
    """
    return Drop(array, 1)


@of_arrays
def Most(array: Any) -> Any:
    """Return the elements without the last.

    >>> Most([1, 2, 3])
    array([1, 2])

    Source: Wolfram `Most`.
    """
    return Drop(array, -1)


@of_arrays
def Take(array: Any, *specs: Any) -> Any:
    """Return the first n elements, the last n for -n, or those from m to n for (m, n).

    >>> Take([1, 2, 3, 4], -2), Take([1, 2, 3, 4], (2, 3))
    (array([3, 4]), array([2, 3]))

    Further specifications are for further levels. Source: Wolfram `Take`.
    """
    return Part(array, *map(_taken, specs))


def _taken(spec: Any) -> Any:
    """Return the part that Take names."""
    if isinstance(spec, list | tuple):
        return Span(*(spec if len(spec) > 1 else (*spec, *spec)))
    if spec is All or (spec == 0 and not isinstance(spec, bool)):
        return All if spec is All else []
    number = _number(spec)
    return Span(1, number) if number > 0 else Span(number, -1)


@of_arrays
def Drop(array: Any, spec: Any) -> Any:
    """Return the elements without the first n, without the last n for -n, or (m, n) m to n.

    >>> Drop([1, 2, 3, 4], 1), Drop([1, 2, 3, 4], (2, 3))
    (array([2, 3, 4]), array([1, 4]))

    Source: Wolfram `Drop`.
    """
    array = as_array(array)
    if spec == 0 and not isinstance(spec, bool):
        return array
    if isinstance(spec, list | tuple):
        size, dropped = len(array), _taken(spec)
        places = set(range(1, size + 1)) - {place + 1 for place in dropped.positions(size)}
        return Part(array, sorted(places))
    number = _number(spec)
    if hasattr(array, "xp"):
        return Part(array, Span(number + 1, All) if number > 0 else Span(1, number - 1))
    rest = len(array) - abs(number)
    if rest < 0:
        raise SettingError(
            "There are not so many elements.", expected=f"at most {len(array)}", got=abs(number)
        )
    return array[number:] if number > 0 else array[:rest]


@of_arrays
def Reverse(array: Any, level: int = 1) -> Any:
    """Return the elements of a level, the first one, from the last to the first.

    >>> Reverse([1, 2, 3])
    array([3, 2, 1])

    Source: Wolfram `Reverse`.
    """
    return np.flip(as_array(array), _axis(level))


def _axis(level: Any) -> int:
    number = _number(level)
    return number - 1 if number > 0 else number


@of_arrays
def Join(*arrays: Any) -> Any:
    """Return arrays one after the other, along the first level, or along the one given last.

    >>> Join([1, 2], [3]), Join([[1], [2]], [[3], [4]], 2)
    (array([1, 2, 3]), array([[1, 3],
           [2, 4]]))

    Source: Wolfram `Join`.
    """
    axis = 0
    *rest, last = arrays
    if isinstance(last, int):
        arrays, axis = tuple(rest), _axis(last)
    return np.concatenate([as_array(array) for array in arrays], axis)


@of_arrays
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
