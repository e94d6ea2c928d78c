"""The entries of the arrays and numbers that a function of numbers is called on."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl import functions
from netdsl.dims import PortType
from netdsl.errors import SettingError
from netdsl.nets.functions.traced import Traced


class Reading:
    """Read arguments as expressions, and keep which arrays stand in them.

    `apart` has symbols of its own for an array that is met again, and with numbers an array for
    each number too: nothing cancels then, and every array leaves its shape and its infinities.
    """

    def __init__(self, xp: Any, takes_conditions: bool, takes_pairs: bool) -> None:
        self.xp = xp
        self.takes_conditions = takes_conditions
        self.takes_pairs = takes_pairs
        self.is_apart = self.has_numbers_as_arrays = False
        self.operands: dict[Any, None] = {}
        self.kinds: list[PortType] = []

    def apart(self, *, with_numbers: bool = False) -> Reading:
        """Return one that reads the same arguments again, apart from each other."""
        found = Reading(self.xp, self.takes_conditions, self.takes_pairs)
        found.is_apart, found.has_numbers_as_arrays = True, with_numbers
        return found

    def entry(self, value: Any) -> Any:
        """Return an argument as a number, or as an expression in the symbols of arrays."""
        if isinstance(value, list | tuple) and self.takes_pairs:
            return type(value)(self.entry(item) for item in value)
        number = number_of(value)
        if number is None:
            return self._array(value)
        is_truth = isinstance(number, bool) and self.takes_conditions
        if not self.has_numbers_as_arrays:
            return number if is_truth else _finite(number)
        array = self._array(np.asarray(number, float))
        return functions.Unequal(array, 0) if is_truth else array

    def _array(self, value: Any) -> Any:
        is_condition = isinstance(value, Traced) and value.is_condition and self.takes_conditions
        array = value if is_condition else self.xp.array(value)
        self.kinds.append(array.kind)
        met = [symbol for symbol in array.operands if symbol in self.operands]
        others = {symbol: self.xp.copy(symbol) for symbol in met if self.is_apart}
        self.operands.update(dict.fromkeys(others.get(one, one) for one in array.operands))
        return array.entry.xreplace(others) if others else array.entry


def number_of(value: Any) -> Any:
    """Return a Python number for what is one, None for anything else."""
    if isinstance(value, bool | int | float):
        return value
    if (
        isinstance(value, np.ndarray | np.generic)
        and value.ndim == 0
        and value.dtype.kind in "biuf"
    ):
        return value.item()
    return None


def _finite(number: Any) -> Any:
    """Return a number that a net computes with; a truth value is 1 or 0."""
    number = int(number) if isinstance(number, bool) else number
    if isinstance(number, int):
        try:
            float(number)
        except OverflowError:
            text = f"an integer of {number.bit_length()} bits"
            raise SettingError(
                "A number is too large for a net.", expected="below 1.8e308", got=text
            ) from None
    return number
