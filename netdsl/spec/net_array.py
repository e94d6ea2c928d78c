"""NetArray: an array with a name, which every place of that name in a net shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from netdsl.dims import Dims, are_numbers, show_dims, sizes
from netdsl.errors import NetError, SettingError, ShapeError, nearest
from netdsl.spec.fields import WHOLE, freeze, frozen_array, short, show_port, show_value
from netdsl.symbols import All, Automatic

PROPERTIES = ("Name", "Array", "Dimensions")


class NetArray:
    """Stand in a layer for an array that all places of one name in a net share.

    >>> shared = NetArray("W", Array=[[1, 2], [3, 4]])
    >>> net = NetChain([LinearLayer(2, Weights=shared, Biases=None),
    ...                 LinearLayer(2, Weights=NetArray("W"), Biases=None)])
    >>> net([1.0, 0.0])
    array([ 7., 15.], dtype=float32)
    >>> NetExtract(net, NetArray("W")) is NetExtract(net, [2, "Weights"])
    True

    `NetArray("name")` has no value yet, `NetArray([1, 2])` starts with one; without a name it
    gets one of its own. `Array` is the value or a method of NetInitialize, `"Xavier"`, with which
    it is drawn; `Dimensions` are its sizes, where the layers around do not say them. The places
    have one shape, one value, one gradient (the sum over them) and one learning rate; a value
    given at one of them, or by NetInitialize and NetTrain, is that of all. Dimensions that
    disagree raise a ShapeError, two values a StructureError. `NetArray(All)` names all of them to
    NetExtract. Source: Wolfram `NetArray`, at first `NetSharedArray`.
    """

    __slots__ = PROPERTIES

    Name: Any
    Array: Any
    Dimensions: Any

    def __init__(
        self,
        given: Any = Automatic,
        *more: Any,
        Name: Any = Automatic,
        Array: Any = Automatic,
        Dimensions: Any = Automatic,
        **unknown: Any,
    ) -> None:
        if more:
            raise SettingError(
                "A NetArray takes a name, and the rest by name.",
                layer="NetArray",
                expected="NetArray(name, Array=..., Dimensions=...)",
                got=", ".join(short(item, 30) for item in (given, *more)),
                nearest=f"NetArray({short(given)}, Array={short(more[0])})",
            )
        own = {"Name": Name, "Array": Array, "Dimensions": Dimensions}
        own = {name: value for name, value in own.items() if value is not Automatic}
        found = _properties(_first(given), {**own, **unknown})
        try:
            array = _read_array(found.get("Array", Automatic))
            dims = _read_dimensions(found.get("Dimensions", Automatic))
        except NetError as error:
            raise error.having(layer="NetArray") from None
        self._set(_read_name(found.get("Name", Automatic)), array, dims)

    def _set(self, name: Any, array: Any, dims: Any) -> None:
        if isinstance(array, np.ndarray) and not _fits(array.shape, dims):
            raise ShapeError(
                "The value of an array has other dimensions than it.",
                layer=f"NetArray({name!r})",
                setting="Dimensions",
                expected=show_dims(dims),
                got=show_dims(array.shape),
            )
        for key, value in zip(PROPERTIES, (name, array, dims), strict=True):
            object.__setattr__(self, key, value)

    @property
    def value(self) -> Any:
        """The value, Automatic where there is none yet."""
        return self.Array if isinstance(self.Array, np.ndarray) else Automatic

    @property
    def method(self) -> Any:
        """The method with which NetInitialize draws it, Automatic where none is given."""
        if not isinstance(self.Array, tuple):
            return Automatic
        name, *options = self.Array
        return [name, *(dict(pairs) for pairs in options)]

    @property
    def dims(self) -> Dims | None:
        """The dimensions that are known here, None where not even their number is."""
        if self.value is not Automatic:
            return self.value.shape
        return None if self.Dimensions is Automatic else self.Dimensions

    def having(self, value: Any) -> NetArray:
        """Return the array of this name with a value, or a method, that was read already."""
        if value is self.Array:
            return self
        made = object.__new__(NetArray)
        made._set(self.Name, value, self.Dimensions)
        return made

    def source(self, limit: int | None = WHOLE) -> str:
        """Return Python that rebuilds it; a value above `limit` elements is described."""
        parts = [repr(self.Name)]
        if isinstance(self.Array, tuple):
            name, *options = self.method
            parts.append(f"Array={[name, *options] if options else name!r}")
        elif self.Array is not Automatic:
            parts.append(f"Array={show_value(self.Array, limit)}")
        if self.Dimensions is not Automatic:
            parts.append(f"Dimensions={show_port(self.Dimensions, limit)}")
        return f"NetArray({', '.join(parts)})"

    def __repr__(self) -> str:
        return self.source()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NetArray):
            return NotImplemented
        mine, its = self.Array, other.Array
        same = type(mine) is type(its) and are_equal(mine, its)
        return same and self.Name == other.Name and self.Dimensions == other.Dimensions

    def __hash__(self) -> int:
        # -0.0 equals 0.0, so it must hash as such.
        is_set = self.value is not Automatic
        array = (self.Array + 0.0).tobytes() if is_set else self.Array
        return hash((self.Name, array, self.Dimensions))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, tuple(getattr(self, name) for name in PROPERTIES)

    def __setattr__(self, name: str, value: Any) -> None:
        raise NetError("A NetArray does not change; make a new one.", layer=short(self))

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)


NetSharedArray = NetArray
"""The name that NetArray had at first."""


def value_of(setting: Any) -> Any:
    """Return the value of an array of a layer, be it shared or not; Automatic where it has none."""
    return setting.value if isinstance(setting, NetArray) else setting


def dims_of_array(setting: Any) -> Dims | None:
    """Return the dimensions that an array of a layer is given, None where it is given none."""
    if isinstance(setting, NetArray):
        return setting.dims
    return None if setting is Automatic else setting.shape


def are_equal(one: Any, other: Any) -> bool:
    """Whether two values, or two methods, are one: of single and double precision they are not."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        same = one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
        return one is other or bool(same)
    return one is other or (isinstance(one, tuple) and one == other)


def read_shared(given: NetArray, name: str, learned: bool) -> NetArray:
    """Return what stands in a layer for an array of its own name, once it may stand there."""
    if given.Name is All:
        _refuse("An array of a layer has one name.", array=name, expected="a name", got="All")
    if not learned:
        _refuse(
            "An array that is not learned cannot be shared.",
            array=name,
            expected="numbers, or Automatic",
            got=short(given),
        )
    return given


# ---- reading ---------------------------------------------------------------------------------


def _rebuild(name: Any, array: Any, dims: Any) -> NetArray:
    made = object.__new__(NetArray)
    made._set(name, array if not isinstance(array, np.ndarray) else frozen_array(array, ""), dims)
    return made


def _first(given: Any) -> dict[str, Any]:
    """Return what the positional argument is: the name, the value, or properties in a dict."""
    if isinstance(given, Mapping):
        return dict(given)
    if given is Automatic:
        return {}
    return {"Name" if isinstance(given, str) or given is All else "Array": given}


def _properties(given: Mapping[Any, Any], named: Mapping[str, Any]) -> dict[Any, Any]:
    """Return properties given by position and by name; see that there are such ones, once each."""
    for name in (*given, *named):
        if name not in PROPERTIES or (name in given and name in named):
            _refuse(
                "A property is given twice."
                if name in PROPERTIES
                else "A NetArray has no such property.",
                layer="NetArray",
                setting=str(name),
                expected=", ".join(PROPERTIES),
                got=repr(name),
                nearest=None if name in PROPERTIES else nearest(name, PROPERTIES),
            )
    return {**given, **named}


def _read_name(name: Any) -> Any:
    if name is Automatic:
        from uuid import uuid4

        return str(uuid4())
    if name is not All and (not isinstance(name, str) or not name):
        _refuse("The name of an array is a text.", setting="Name", expected='"W"', got=short(name))
    return name if name is All else str(name)


def _read_array(given: Any) -> Any:
    """Read a value, or a method: a tuple of its name and, where there are any, its options."""
    items: list[Any] = list(given) if isinstance(given, list | tuple) else [given]
    if items and isinstance(items[0], str):
        from netdsl.nets.initialize import fill_of

        fill_of(items)
        return freeze(items)
    if given is None or isinstance(given, NetArray):
        _refuse("An array is made of numbers.", expected="numbers, or a method", got=short(given))
    return frozen_array(given, "Array")


def _read_dimensions(given: Any) -> Any:
    dims = sizes(given)
    if dims is not Automatic and "Varying" in dims:
        _refuse(
            "The sizes of an array do not vary.",
            setting="Dimensions",
            expected='for instance 3, (2, "h"), (2, Automatic)',
            got=repr(given),
        )
    return dims


def _fits(shape: tuple[int, ...], dims: Any) -> bool:
    if dims is Automatic:
        return True
    return len(shape) == len(dims) and all(
        size == dim or not are_numbers((dim,)) for size, dim in zip(shape, dims, strict=True)
    )


def _refuse(sentence: str, **facts: Any) -> NoReturn:
    raise SettingError(sentence, **facts)
