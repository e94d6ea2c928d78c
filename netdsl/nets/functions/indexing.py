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
    specs: list[Any] = []
    new: list[int] = []
    axis = rank = 0
    for item in keys:
        if item is None:
            new.append(rank)
            rank += 1
            continue
        specs.append(_spec(array, axis, item))
        axis += 1
        rank += not isinstance(specs[-1], int)
    result = array
    if any(spec is not All for spec in specs):
        while specs[-1] is All:
            specs.pop()
        result = result._layer("PartLayer", tuple(specs))
    for level in new:
        result = result._layer("ReplicateLayer", 1, level + 1)
    return result


def _whole(array: Any, keys: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the keys without an ellipsis, which stands for all that is not named."""
    for item in keys:
        if isinstance(item, str):
            raise SettingError(
                "An array has no names; a parameter with a capital letter names an input.",
                expected="for instance lambda Foo, Bar: Foo + Bar",
                got=f"[{item!r}]",
            )
        if isinstance(item, bool | np.bool_) or hasattr(item, "xp"):
            _refuse("an array or a truth value")
        known = item is None or item is Ellipsis
        if not known and not isinstance(item, SupportsIndex | slice | list | np.ndarray):
            _refuse(short(item))
    kinds = [_is_list(item) for item in keys if _is_list(item) or isinstance(item, SupportsIndex)]
    if any(kinds) and len(kinds) > 1:
        _refuse("a list of places beside other places", "one after the other")
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


def _spec(array: Any, axis: int, item: Any) -> Any:
    """Return what a PartLayer takes of an axis."""
    if isinstance(item, slice):
        return _span(array, axis, item)
    return _listed(array, axis, item) if _is_list(item) else _place(array, axis, item)


def _is_list(item: Any) -> bool:
    return isinstance(item, list) or (isinstance(item, np.ndarray) and item.ndim > 0)


def _listed(array: Any, axis: int, item: Any) -> tuple[int, ...]:
    """Return the positions that a list of places names."""
    try:
        numbers = np.asarray(item)
    except ValueError:
        numbers = np.asarray(None)
    if numbers.dtype.kind == "b" and numbers.shape == (array.shape[axis],):
        numbers = np.flatnonzero(numbers)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or not len(numbers):
        _refuse("lists of places", "one list of integers")
    return tuple(_place(array, axis, int(place)) for place in numbers)


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
    """Return a slice as a Span, both of whose ends are taken, or as the places that it takes."""
    size, (first, last, step) = _size(array, axis), _ends(item)
    if size is None and _is_cut(first, last, step) and not array.xp.varies:
        size = array.shape[axis]  # which is waited for
    if step < 0 and size is None:
        _refuse(f"a slice with the step {step} where a length varies", "a step of at least 1")
    if last == 0 and step > 0:
        _refuse("a slice with nothing in it", "at least one element")
    end: Any = All if last is None else last if last > 0 else last - 1
    plain = None if step < 0 else Span(first + 1 if first >= 0 else first, end, step)
    if plain == Span(1, All):
        return All
    return plain if size is None else _taken(array, plain, range(*item.indices(size)), size)


def _ends(item: slice) -> tuple[int, int | None, int]:
    """Return where a slice begins and ends, and its step."""
    try:
        step = 1 if item.step is None else index(item.step)
        first = 0 if item.start is None else index(item.start)
        last = None if item.stop is None else index(item.stop)
    except TypeError:
        _refuse(f"the slice {item.start}:{item.stop}:{item.step}", "integers")
    if step == 0:
        _refuse("a slice with the step 0", "a step from 1, or from -1 down")
    return first, last, step


def _is_cut(first: int, last: int | None, step: int) -> bool:
    """Whether it depends on the size what a slice takes, since it may end before."""
    return step < 0 or first < 0 or (last is not None and last > 0)


def _taken(array: Any, plain: Span | None, taken: range, size: int) -> Any:
    """Return what a slice takes of an axis of a size that is known: a span if it is one."""
    if not taken:
        _refuse("a slice with nothing in it", "at least one element")
    try:
        is_same = plain is not None and _positions(plain, size) == taken
    except SettingError:  # an end lies beyond those of the array
        is_same = False
    if is_same and len(taken) < size:
        return plain
    array.xp.uses_sizes = True
    if len(taken) == size and taken.step == 1:
        return All
    if taken.step > 0:
        return Span(taken[0] + 1, taken[-1] + 1, taken.step)
    return range(taken[0] + 1, taken[-1], taken.step) if len(taken) > 1 else (taken[0] + 1,)


def _positions(span: Span, size: int) -> range:
    """Return the positions of a span as Span.positions does, without listing them."""
    last = size - 1 if span.last is All else position(span.last, size)
    return range(position(span.first, size), last + 1, span.step)


def _refuse(got: str, expected: str = "integers, slices, None and ...") -> NoReturn:
    raise SettingError("An array is not indexed so in a net.", expected=expected, got=got)
