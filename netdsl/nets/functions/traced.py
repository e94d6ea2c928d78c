"""An array inside a function that is being made into a net: numpy's names, which are recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

import numpy as np

from netdsl import functions as f
from netdsl.dims import PortType
from netdsl.errors import SettingError
from netdsl.nets.functions.indexing import part_of
from netdsl.nets.functions.operators import Operators
from netdsl.spec.fields import short
from netdsl.symbols import All


class UnknownSizeError(SettingError):
    """A function needs a size that is not known yet."""


class Sizes(tuple[Any, ...]):
    """The dimensions of an array; one that is not known can be passed by, but not read."""

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Sizes(found) if isinstance(index, slice) else _known(found)

    def __iter__(self) -> Iterator[int]:
        return map(_known, super().__iter__())


def _known(size: Any) -> int:
    if not isinstance(size, int):
        unknown("a size")
    return size


def unknown(what: str) -> NoReturn:
    """Refuse to go on without a size or a rank."""
    raise UnknownSizeError(
        f"The function needs {what} of an array that is not known yet.",
        expected="FunctionLayer(f, Input=(3, 4)), which gives the sizes",
        got="an open shape",
    )


class Traced(Operators):
    """An array inside a function; operators and numpy's functions on it become layers.

    `xp` is what records them. `entry` is a symbol for its entries, or the condition that they are;
    `operands` are the arrays, by their symbols, whose entries it is made of.
    """

    def __init__(self, xp: Any, entry: Any, operands: tuple[Any, ...], kind: PortType) -> None:
        self.xp = xp
        self.entry = entry
        self.operands = operands
        self.kind = kind
        self.is_shared = False
        """Whether it is a part of another array, or another one a part of it."""

    @property
    def is_condition(self) -> bool:
        """Whether its entries are truth values."""
        from sympy import Expr

        return not isinstance(self.entry, Expr)

    # ---- what is known of it -----------------------------------------------------------------

    @property
    def dims(self) -> tuple[Any, ...] | None:
        """The sizes as far as they are known."""
        self.xp.uses_sizes = True
        return self.kind.dims

    @property
    def shape(self) -> Sizes:
        """The sizes; a SettingError where even their number is open."""
        dims = self.dims
        return unknown("the rank") if dims is None else Sizes(dims)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(np.prod([*self.shape]))

    @property
    def dtype(self) -> Any:
        """What its entries are."""
        return np.dtype(bool if self.is_condition else np.float32)

    def __len__(self) -> int:
        if self.ndim == 0:
            raise SettingError("A number has no elements.", expected="an array", got="a number")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        return self.viewed(part_of(self, key))

    def __repr__(self) -> str:
        return f"<array: {self.kind}>"

    # ---- no value ------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        raise SettingError(
            "The function asks for a value, and an array has none while the net is made.",
            expected="If(condition, then, otherwise), Which or np.where for a choice",
            got="`if`, `and`, `or` or `not` on an array",
        )

    def _has_no_value(self, *args: Any) -> Any:
        raise SettingError(
            "The function asks for a value, and an array has none while the net is made.",
            expected="functions of arrays",
            got="an array turned into a number",
        )

    __float__ = __int__ = __index__ = __complex__ = _has_no_value

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise SettingError(
            "This function cannot take an array whose values come later.",
            expected="functions of netdsl and numpy, such as np.exp, np.mean, Map, Dot",
            got="np.asarray(array), or a function that calls it",
        )

    # ---- numpy ---------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        from netdsl.nets.functions import numpy_sums as numpy_sums  # enters its functions
        from netdsl.nets.functions.numpy_names import ufunc_of

        return ufunc_of(ufunc, method, inputs, options)

    def __array_function__(
        self, function: Any, types: Any, args: Sequence[Any], options: Mapping[str, Any]
    ) -> Any:
        from netdsl.nets.functions import numpy_arrays as numpy_arrays  # enters its functions
        from netdsl.nets.functions.numpy_names import function_of

        return function_of(function, args, options)

    @property
    def T(self) -> Any:
        """The array with its dimensions in reverse."""
        return np.transpose(self)  # type: ignore[call-overload]

    def __getattr__(self, name: str) -> Any:
        """Return the method of an array that stands for numpy's function of this name."""
        if name not in METHODS:
            raise AttributeError(f"no layer does {name!r}", name=name, obj=self)
        if name in ("reshape", "transpose"):
            return lambda *sizes, **options: getattr(np, name)(self, *_together(sizes), **options)
        return lambda *args, **options: METHODS[name](self, *args, **options)

    # ---- what functions on arrays ask for ------------------------------------------------------

    def aggregated(self, name: str, level: Any = 1) -> Any:
        """Return what a function such as Mean gives along a level, None for that of all entries."""
        if level is not None:
            return self._layer("AggregationLayer", name, level)
        if self.kind.rank == 0:
            return self.copied()
        every = self if self.kind.rank else self._layer("FlattenLayer")  # of a number too
        return every._layer("AggregationLayer", name, All)

    def copied(self) -> Traced:
        """Return another array of the same numbers."""
        return Traced(self.xp, self.entry, self.operands, self.kind)

    def viewed(self, found: Any) -> Any:
        """Return a part of this array; numpy would change both in place."""
        if found is not self:
            self.is_shared = found.is_shared = True
        return found

    def replicated(self, sizes: Sequence[int]) -> Any:
        """Return an array of these dimensions with a copy of this one at each place."""
        return self._layer("ReplicateLayer", tuple(sizes))

    def applied(self, net: Any, data: Any) -> Any:
        """Return what a net gives that is applied to data in which this array stands."""
        return self.xp.apply(net, data)

    def _layer(self, name: str, *args: Any, **settings: Any) -> Any:
        from netdsl import layers

        return self.xp.applied_once(getattr(layers, name)(*args, **settings), self)


def _together(sizes: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return sizes given one by one as numpy's functions take them: in one tuple."""
    is_apart = sizes and all(isinstance(size, int) for size in sizes)
    return (sizes,) if is_apart else sizes


def _converted(array: Any, dtype: Any, **options: Any) -> Any:
    """Return an array as integers, truth values or real numbers."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return array.xp.condition(array)
    if kind not in "if":
        raise SettingError(
            "Arrays of this kind are not in a net.", expected="int, float or bool", got=short(dtype)
        )
    if array.is_condition:
        return array.xp.array(array)
    return f.IntegerPart(array) if kind == "i" else array.copied()


METHODS: Final[dict[str, Callable[..., Any]]] = {
    **{
        name: getattr(np, name)
        for name in (
            "all", "any", "argsort", "clip", "cumsum", "dot", "max", "mean", "min", "prod", "ravel",
            "repeat", "reshape", "round", "squeeze", "std", "sum", "swapaxes", "take", "trace",
            "transpose", "var",
        )
    },
    "flatten": lambda array, *args, **options: +np.ravel(array),
    "astype": _converted,
    "copy": lambda array, *args, **options: array.copied(),
}  # fmt: skip
"""What the methods of an array are, as functions."""
