"""What was given for one port: its examples, as they came and as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import PortType, show_dims
from netdsl.engine.data import PortData, numbers, read_array
from netdsl.errors import DataError, NetError
from netdsl.layers import LinearLayer
from netdsl.spec import Coder, Net
from netdsl.spec.fields import short
from netdsl.train.losses import source

Examples = NDArray[Any] | list[NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """What was given for one port, an entry an example, and the same as numbers.

    `numbers` is an array, a list of arrays where their sizes differ, or None for other things.
    """

    values: Any
    numbers: Examples | None

    @property
    def dims(self) -> tuple[Any, ...]:
        """The dimensions that all examples have, "Varying" where they differ."""
        if not isinstance(self.numbers, list):
            return () if self.numbers is None else self.numbers.shape[1:]
        shapes = {example.shape for example in self.numbers}
        if len({len(shape) for shape in shapes}) > 1:
            return ()
        return tuple(
            sizes[0] if len(set(sizes)) == 1 else "Varying" for sizes in zip(*shapes, strict=True)
        )


def _refuse(sentence: str, **facts: Any) -> NoReturn:
    raise DataError(sentence, **facts)


def as_numbers(values: Any, port: str, where: str) -> Examples | None:
    """Return examples as one array, or as a list where their sizes differ; None if not numbers."""
    try:
        array = numbers(values)
        if array is None:
            parts = [numbers(value) for value in values]
            if any(part is None for part in parts):
                _refuse(
                    "An example is ragged.",
                    layer=where,
                    port=port,
                    expected="rows of equal length in each example",
                    got=short(values[[part is None for part in parts].index(True)]),
                )
            array = [part for part in parts if part is not None]
    except DataError as error:
        if "layer" in error.facts:
            raise
        return None
    _check_finite(array, port, where)
    return array


def _check_finite(examples: Examples, port: str, where: str) -> None:
    whole = isinstance(examples, np.ndarray)
    if whole and (examples.dtype.kind != "f" or np.isfinite(examples).all()):
        return
    for number, example in enumerate(examples, start=1):
        bad = ~np.isfinite(example)
        if bad.any():
            value = np.asarray(example)[bad].ravel()[0]
            spot = tuple(int(at) + 1 for at in np.argwhere(bad)[0])
            _refuse(
                "The data contain NaN." if np.isnan(value) else "The data contain infinity.",
                layer=where,
                port=port,
                expected="finite numbers",
                got=f"{value} in example {number}" + (f", position {spot}" if spot else ""),
            )


def read_column(net: Net, name: str, column: Column, dtype: Any, of: Net) -> PortData:
    """Read the examples of an input port of a net, encode them, and check them against its type.

    Messages speak of the net `of`, which is the one that the user knows.
    """
    kind, coder = net.port(name), net.port_setting(name)
    wanted = np.int64 if kind.element == "Integer" else dtype
    try:
        if isinstance(coder, Coder):
            found = coder.encode(column.values)
        else:
            found = _numbers(kind, name, column, of)
    except NetError as error:
        hint = "classes count from 1" if kind.element == "Integer" and kind.first == 1 else None
        raise error.having(layer=of.brief(), port=name, because=hint) from None
    typed = _as_type(found, wanted)
    _check_finite(typed, name, of.brief())
    return PortData(typed, True)


def _numbers(kind: PortType, name: str, column: Column, of: Net) -> Examples:
    examples = column.numbers
    if examples is None:
        _refuse("The data are not numbers.", expected=f"{kind}", got=short(column.values))
    if isinstance(examples, np.ndarray):
        dims = ("?",) * (examples.ndim - 1) if kind.dims is None else kind.dims
        kind = PortType(dims, kind.element, kind.first, kind.last)
        return read_array(of, name, kind, examples, batch=True).examples
    found: list[NDArray[Any]] = []
    for number, example in enumerate(examples, start=1):
        try:
            found.append(np.asarray(read_array(of, name, kind, example, batch=False).examples[0]))
        except NetError as error:
            raise error.having(example=number) from None
    return found


def _as_type(examples: Examples, dtype: Any) -> Examples:
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is found then
        if isinstance(examples, np.ndarray):
            return np.ascontiguousarray(examples, dtype)
        return [np.asarray(example, dtype) for example in examples]
