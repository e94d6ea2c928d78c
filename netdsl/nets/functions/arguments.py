"""What functions of arrays are given: read as arrays, numbers and functions, or refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from netdsl.errors import NetError, SettingError
from netdsl.functions.host import FAILURES
from netdsl.spec.fields import short
from netdsl.spec.net_array import NetArray

F = TypeVar("F", bound=Callable[..., Any])


def of_arrays(function: F) -> F:
    """Let a function say what it does not take, where numpy would raise an error."""

    @wraps(function)
    def checked(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except NetError:
            raise
        except FAILURES as error:
            raise SettingError(
                f"{function.__name__} does not take this.",
                expected="arrays that fit",
                got=", ".join(map(short, args)) or "nothing",
                because=str(error),
            ) from None

    return checked  # type: ignore[return-value]  # the same signature


def as_array(value: Any) -> Any:
    """Return numbers as a numpy array; an array that is being recorded, or learned, stays."""
    if hasattr(value, "xp") or isinstance(value, NetArray):
        return value
    if isinstance(value, list | tuple) and any(hasattr(item, "xp") for item in value):
        return np.stack([*value])
    if hasattr(value, "free_symbols"):
        raise SettingError(
            "A function of arrays is no function of a number.",
            expected="FunctionLayer(f), which makes a net of it",
            got=short(value),
        )
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        raise SettingError("An array is made of numbers.", expected="numbers", got=short(value))
    return array.astype(np.int64) if array.dtype.kind in "bui" else array


def whole(name: str, value: Any, least: int | None = None) -> int:
    is_number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_number or (least is not None and value < least):
        raise SettingError(
            "A number of times is an integer" + ("." if least is None else f" from {least}."),
            expected=f"{name}(..., 3)",
            got=short(value),
        )
    return int(value)


def applied(name: str, f: Any) -> Any:
    if not callable(f):
        raise SettingError(f"{name} applies a function.", expected=f"{name}(f, ...)", got=short(f))
    return f


def stacked(rows: list[Any]) -> Any:
    """Return the array of some arrays or numbers."""
    arrays = [as_array(row) for row in rows]
    shapes = {array.shape for array in arrays if isinstance(array, np.ndarray)}
    if len(shapes) > 1:
        raise SettingError(
            "The rows of an array are alike.",
            expected=f"arrays of {_sizes(min(shapes))}",
            got=_sizes(max(shapes)),
        )
    return np.stack(arrays) if arrays else np.zeros(0)


def _sizes(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "one number"


def rows_of(name: str, array: Any) -> list[Any]:
    """Return the elements of the first level."""
    array = as_array(array)
    if np.ndim(array) == 0:
        raise SettingError(f"{name} goes through an array.", expected="an array", got="a number")
    return list(array)


def start_of(name: str, f: Any, start_and_array: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    """Return where a fold begins, and the elements that follow."""
    applied(name, f)
    if len(start_and_array) not in (1, 2):
        raise SettingError(
            f"{name} takes an array, or a start and an array.",
            expected=f"{name}(f, 0, [1, 2])",
            got=f"{len(start_and_array)} of them",
        )
    *start, array = start_and_array
    rows = rows_of(name, array)
    if not start and not rows:
        raise SettingError(
            f"{name} begins with the first element.", expected="one at least", got="none"
        )
    return (start[0], rows) if start else (rows[0], rows[1:])
