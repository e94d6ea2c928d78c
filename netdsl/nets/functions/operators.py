"""What Python's operators do to an array inside a function: as numpy has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from netdsl import functions as f
from netdsl.errors import SettingError


def added(x: Any, y: Any) -> Any:
    """Return a sum; of two arrays of truth values, whether one of the two holds."""
    return f.Or(x, y) if _are_truths(x, y) else f.Plus(x, y)


def multiplied(x: Any, y: Any) -> Any:
    """Return a product; of two arrays of truth values, whether both hold."""
    return f.And(x, y) if _are_truths(x, y) else f.Times(x, y)


def differ(x: Any, y: Any) -> Any:
    """Return whether one of two conditions holds, and the other one does not."""
    xp = x.xp if hasattr(x, "xp") else y.xp
    x, y = xp.condition(x), xp.condition(y)
    return f.Or(f.And(x, xp.negated(y)), f.And(xp.negated(x), y))


def _are_truths(*arrays: Any) -> bool:
    return all(
        array.is_condition
        if hasattr(array, "xp")
        else isinstance(array, bool) or getattr(array, "dtype", None) == np.bool_
        for array in arrays
    )


def _recording(function: Callable[..., Any], *, turned: bool = False) -> Callable[..., Any]:
    """Return an operator that records a function of two numbers, or of one."""

    def record(self: Any, *others: Any) -> Any:
        return function(*others, self) if turned else function(self, *others)

    return record


def _in_place(operator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return an operator that changes the array itself, as everyone sees it."""

    def change(self: Any, other: Any) -> Any:
        found = operator(self, other)
        if self.ndim == 0:  # a number of numpy's does not change, it is replaced
            return found
        if self.is_shared:
            _refuse_change("an array of which a part was taken, or that is a part of one")
        if found.ndim > self.ndim:
            _refuse_change("an array that would have more dimensions")
        self.entry, self.operands, self.kind = found.entry, found.operands, found.kind
        return self

    return change


def _refuse_change(got: str) -> NoReturn:
    raise SettingError(
        "An array is not changed in place so in a net.", expected="y = x + 1, np.where", got=got
    )


def _floor_divided(x: Any, y: Any) -> Any:
    return f.Floor(x / y)


class Operators:
    """The operators of an array, entry by entry and of matrices."""

    xp: Any

    __add__ = _recording(added)
    __radd__ = _recording(added, turned=True)
    __sub__ = _recording(f.Subtract)
    __rsub__ = _recording(f.Subtract, turned=True)
    __mul__ = _recording(multiplied)
    __rmul__ = _recording(multiplied, turned=True)
    __truediv__ = _recording(f.Divide)
    __rtruediv__ = _recording(f.Divide, turned=True)
    __floordiv__ = _recording(_floor_divided)
    __rfloordiv__ = _recording(_floor_divided, turned=True)
    __pow__ = _recording(f.Power)
    __rpow__ = _recording(f.Power, turned=True)
    __mod__ = _recording(f.Mod)
    __rmod__ = _recording(f.Mod, turned=True)
    __divmod__ = _recording(lambda x, y: (_floor_divided(x, y), f.Mod(x, y)))
    __rdivmod__ = _recording(lambda x, y: (_floor_divided(x, y), f.Mod(x, y)), turned=True)
    __matmul__ = _recording(np.matmul)
    __rmatmul__ = _recording(np.matmul, turned=True)
    __abs__ = _recording(f.Abs)
    __neg__ = _recording(lambda x: f.Times(-1, x))
    __lt__ = _recording(f.Less)
    __le__ = _recording(f.LessEqual)
    __gt__ = _recording(f.Greater)
    __ge__ = _recording(f.GreaterEqual)
    __eq__ = _recording(f.Equal)  # type: ignore[assignment]  # entry by entry, as numpy
    __ne__ = _recording(f.Unequal)  # type: ignore[assignment]
    __and__ = __rand__ = _recording(f.And)
    __or__ = __ror__ = _recording(f.Or)
    __xor__ = __rxor__ = _recording(differ)
    __hash__ = None  # type: ignore[assignment]

    __iadd__ = _in_place(__add__)
    __isub__ = _in_place(__sub__)
    __imul__ = _in_place(__mul__)
    __itruediv__ = _in_place(__truediv__)
    __ifloordiv__ = _in_place(__floordiv__)
    __ipow__ = _in_place(__pow__)
    __imod__ = _in_place(__mod__)
    __imatmul__ = _in_place(__matmul__)
    __iand__ = _in_place(__and__)
    __ior__ = _in_place(__or__)
    __ixor__ = _in_place(__xor__)

    def __setitem__(self, key: Any, value: Any) -> None:
        _refuse_change("x[...] = ...")

    def __invert__(self) -> Any:
        return self.xp.negated(self)

    def __pos__(self) -> Any:
        return self.copied()

    def copied(self) -> Any:
        """Return another array of the same numbers."""
        raise NotImplementedError

    def __round__(self, digits: Any = 0) -> Any:
        if isinstance(digits, bool) or not isinstance(digits, int | np.integer):
            raise SettingError(
                "An array is rounded to a number of digits.", expected="an integer", got=digits
            )
        scale = 10 ** abs(int(digits))
        if digits < 0:
            return f.Round(f.Divide(self, scale)) * scale
        return f.Round(self * scale) / scale if digits else f.Round(self)
