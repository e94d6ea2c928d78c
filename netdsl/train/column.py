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
        hints = _about_classes(kind, column, error.facts.get("got"))
        raise error.having(layer=of.brief(), port=name, **hints) from None
    typed = _as_type(found, wanted)
    _check_finite(typed, name, of.brief())
    return PortData(typed, True)


def _about_classes(kind: PortType, column: Column, got: Any) -> dict[str, Any]:
    """Return what helps where a number is too small for a class."""
    classes = kind.element == "Integer" and kind.first == 1
    if not classes or not isinstance(got, int | float) or got >= 1 or not float(got).is_integer():
        return {}
    given = column.numbers
    from_zero = isinstance(given, np.ndarray) and given.dtype.kind in "iu" and given.min() == 0
    return {"because": "classes count from 1", "nearest": "y + 1" if from_zero else None}


def _numbers(kind: PortType, name: str, column: Column, of: Net) -> Examples:
    examples = column.numbers
    if examples is None:
        check_missing(column.values)
        _refuse("The data are not numbers.", **_instead(kind, name, column))
    if isinstance(examples, np.ndarray):
        check_rank(kind, name, column, of)
        dims = ("?",) * (examples.ndim - 1) if kind.dims is None else kind.dims
        return read_array(of, name, replace(kind, dims=dims), examples, batch=True).examples
    found: list[NDArray[Any]] = []
    for number, example in enumerate(examples, start=1):
        try:
            found.append(np.asarray(read_array(of, name, kind, example, batch=False).examples[0]))
        except NetError as error:
            raise error.having(example=number) from None
    return found


def _instead(kind: PortType, name: str, column: Column) -> dict[str, Any]:
    """Return what to give in the place of things that are no numbers."""
    expected = "numbers" if kind.dims is None else f"{kind}"
    facts = {"expected": expected, "got": short(column.values)}
    if not kind.dims and all(isinstance(value, str) for value in column.values):
        if (kind.first, kind.last) == (0, 1):
            first = column.values[0]
            facts["nearest"] = f"[value == {first!r} for value in x] at {name}"
            return {**facts, "expected": "True and False, or numbers from 0 to 1"}
        facts["expected"] = f'numbers; or {name}=NetEncoder("Class", [...])'
        if kind.dims is None:
            encoder = 'NetEncoder("Class", sorted(set(x)), "IndicatorVector")'
            facts["nearest"] = f"{name}={encoder}"
    return facts


def check_missing(values: Iterable[Any]) -> None:
    """See that no example is None or another value that stands for nothing."""
    for number, value in enumerate(values, start=1):
        if _is_missing(value):
            _refuse(
                "A value is missing.",
                expected="a value for each example",
                got=f"{value!r} in example {number}",
            )


def _is_missing(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, list | tuple) or getattr(value, "ndim", 0):
        return False
    try:
        return not bool(value == value)  # NaN, NaT
    except TypeError:  # pandas.NA
        return True


def check_rank(kind: PortType, name: str, column: Column, of: Net) -> None:
    """See that numbers do not come for vectors of size 1, nor such vectors for numbers."""
    given = column.numbers
    if not isinstance(given, np.ndarray):
        return
    if kind.dims == (1,) and given.ndim == 1:
        index, size, wanted = "[:, None]", "()", (*given.shape, 1)
    elif kind.dims == () and given.ndim == 2 and given.shape[1] == 1:
        index, size, wanted = "[:, 0]", "1", given.shape[:1]
    else:
        return
    is_target = name not in of.input_names or name == "Target"
    array = "y" if is_target else "x"
    array = array if isinstance(column.values, np.ndarray) else f"np.array({array})"
    _refuse(
        "Numbers and vectors of size 1 are different things.",
        layer=of.brief(),
        port=name,
        expected=show_dims(wanted),
        got=show_dims(given.shape),
        nearest=f"{array}{index}{_other_layer(of, name, size)}",
    )


def _other_layer(net: Net, port: str, size: str) -> str:
    """Return which other last layer fits, where it is a LinearLayer that decides."""
    if port not in net.output_names:
        return ""
    last = source(net, port)
    if last is not None and isinstance(last[1], LinearLayer):
        return f", or LinearLayer({size}) as the last layer"
    linear = any(isinstance(layer, LinearLayer) for _, layer in net.leaves())
    return f", or LinearLayer({size}) as the last LinearLayer" if linear else ""


def _as_type(examples: Examples, dtype: Any) -> Examples:
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is found then
        if isinstance(examples, np.ndarray):
            return np.ascontiguousarray(examples, dtype)
        return [np.asarray(example, dtype) for example in examples]
