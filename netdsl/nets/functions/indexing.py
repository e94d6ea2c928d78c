"""What stands at a Python index, from 0, of an array inside a function: layers that take parts."""

from __future__ import annotations

from operator import index
from typing import Any, NoReturn, SupportsIndex

import numpy as np

from netdsl.errors import SettingError
from netdsl.spec.fields import short
from netdsl.symbols import All, Span, position


def part_of(array: Any, key: Any) -> Any:
    """Return what stands at a key of an array, as numpy reads it."""
    array = array.xp.array(array)
    keys = _whole(array, key if isinstance(key, tuple) else (key,))
    lists = [item for item in keys if isinstance(item, list | np.ndarray)]
    if lists:
        return _rows(array, keys)
    specs: list[Any] = []
    new: list[int] = []
    turned: list[int] = []
    axis = rank = 0
    for item in keys:
        if item is None:
            new.append(rank)
            rank += 1
            continue
        is_place = isinstance(item, SupportsIndex)
        is_reverse = isinstance(item, slice) and (item.step or 1) < 0
        if is_reverse:
            turned.append(axis)
        specs.append(_place(array, axis, item) if is_place else _span(array, axis, item))
        axis += 1
        rank += not is_place
    result = _turned(array, turned)
    if any(spec is not All for spec in specs):
        while specs[-1] is All:
            specs.pop()
        result = result._layer("PartLayer", specs[0] if len(specs) == 1 else tuple(specs))
    for level in new:
        result = result._layer("ReplicateLayer", 1, level + 1)
    return result


def _whole(array: Any, keys: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the keys without an ellipsis, which stands for all that is not named."""
    for item in keys:
        if isinstance(item, bool | np.bool_) or hasattr(item, "xp"):
            _refuse("an array or a truth value")
        known = item is None or item is Ellipsis
        if not known and not isinstance(item, SupportsIndex | slice | list | np.ndarray):
            _refuse(short(item))
    spots = [number for number, item in enumerate(keys) if item is Ellipsis]
    if len(spots) > 1:
        _refuse("two ellipses")
    if spots:
        at = spots[0]
        if at == len(keys) - 1:
            return keys[:at]
        named = sum(item is not None for item in keys) - 1
        return (*keys[:at], *[slice(None)] * (array.ndim - named), *keys[at + 1 :])
    return keys


def _size(array: Any, axis: int) -> Any:
    """Return the size along an axis, None where it is open."""
    dims = array.kind.dims
    if dims is not None and axis >= len(dims):
        raise SettingError(
            "An index has more parts than the array has dimensions.",
            expected=f"at most {len(dims)}",
            got=axis + 1,
        )
    return dims[axis] if dims is not None and isinstance(dims[axis], int) else None


def _place(array: Any, axis: int, item: SupportsIndex) -> int:
    place, size = index(item), _size(array, axis)
    if size is not None and not -size <= place < size:
        raise SettingError(
            "An index lies outside of the array.",
            expected=f"from {-size} to {size - 1}",
            got=place,
        )
    return place + 1 if place >= 0 else place


def _span(array: Any, axis: int, item: slice) -> Any:
    """Return a slice as a Span, both of whose ends are taken."""
    size = _size(array, axis)
    step = item.step or 1
    if step < 0:
        if (item.start, item.stop, step) != (None, None, -1):
            _refuse(f"a slice with the step {step}", "[::-1], then a slice forwards")
        return All
    first = item.start or 0
    last: Any = All if item.stop is None else item.stop if item.stop > 0 else item.stop - 1
    if item.stop == 0:
        _refuse("a slice with nothing in it", "at least one element")
    plain = Span(first + 1 if first >= 0 else first, last, step)
    if size is None:
        return All if plain == Span(1, All) else plain
    taken = range(*item.indices(size))
    if not taken:
        _refuse("a slice with nothing in it", "at least one element")
    if len(taken) == size:
        return All
    try:
        is_same = plain.positions(size) == tuple(taken)
    except SettingError:  # an end lies beyond those of the array
        is_same = False
    if is_same:
        return plain
    array.xp.uses_sizes = True
    return Span(taken[0] + 1, taken[-1] + 1, step)


def _turned(array: Any, axes: list[int]) -> Any:
    """Return the array with the order along some axes reversed."""
    for axis in axes:
        size = array.shape[axis]
        array = _taken(array, axis, range(size - 1, -1, -1))
    return array


def _rows(array: Any, keys: tuple[Any, ...]) -> Any:
    """Return the elements at a list of places along one axis."""
    (axis, places), *more = [
        (axis, item) for axis, item in enumerate(keys) if isinstance(item, list | np.ndarray)
    ]
    others = [item for number, item in enumerate(keys) if number != axis]
    numbers = np.asarray(places)
    if more or numbers.ndim != 1 or numbers.dtype.kind not in "iu" or not len(numbers):
        _refuse("lists of places", "one list of integers")
    if any(item != slice(None) for item in others):
        _refuse("a list of places beside other parts", "one after the other")
    return _taken(array, axis, [int(place) for place in numbers])


def _taken(array: Any, axis: int, places: Any) -> Any:
    """Return the elements at places along an axis: a product with rows of zeros and a one."""
    size = array.shape[axis]
    rows = np.eye(size)[[position(place + 1 if place >= 0 else place, size) for place in places]]
    if axis == 0:
        return np.tensordot(rows, array, 1)
    return np.swapaxes(np.tensordot(rows, np.swapaxes(array, 0, axis), 1), 0, axis)


def _refuse(got: str, expected: str = "integers, slices, None and ...") -> NoReturn:
    raise SettingError("An array is not indexed so in a net.", expected=expected, got=got)
