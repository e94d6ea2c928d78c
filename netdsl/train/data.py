"""The forms in which training data come, read into one column for each port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import PortType
from netdsl.engine.data import PortData, numbers, read_array
from netdsl.errors import DataError, NetError, nearest
from netdsl.spec import Coder, Net
from netdsl.spec.fields import short

FORMS = (
    "[(x, y), ...]",
    "{x: y, ...}",
    "(X, Y), a tuple of two collections",
    "{port: [...], ...}",
    "[{port: ...}, ...]",
)


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


def columns(
    data: Any, ports: tuple[str, ...], pair: tuple[str, str] | None, where: str
) -> dict[str, Column]:
    """Return the data of every port, by its name.

    `ports` are needed; `pair` are the two that a pair of an input and a target stands for, if
    there are two. A list of tuples is a list of pairs, a tuple is a pair of collections.
    """
    found = _by_port(data, ports, pair, where)
    _check_names(found, ports, where)
    _check_lengths(found, where)
    return {name: Column(found[name], _as_numbers(found[name], name, where)) for name in ports}


def _check_names(found: Mapping[str, Any], ports: tuple[str, ...], where: str) -> None:
    for name in found:
        if name not in ports:
            _refuse(
                "The net has no such port to train with.",
                layer=where,
                expected=", ".join(ports),
                got=repr(name),
                nearest=nearest(name, ports),
            )
    for name in ports:
        if name not in found:
            _refuse(
                "Data for a port are missing.",
                layer=where,
                port=name,
                expected=", ".join(ports),
                got=", ".join(str(key) for key in found) or "nothing",
            )


def _by_port(
    data: Any, ports: tuple[str, ...], pair: tuple[str, str] | None, where: str
) -> dict[str, Any]:
    if isinstance(data, Mapping):
        if any(isinstance(key, str) and key in ports for key in data):
            return dict(data)
        data = list(data.items())
    if isinstance(data, list) and data and all(isinstance(row, Mapping) for row in data):
        return _transposed(data, where)
    if isinstance(data, tuple) and len(data) == 2 and all(_is_collection(part) for part in data):
        names = _pair(pair, ports, where)
        return dict(zip(names, data, strict=True))
    if isinstance(data, list) and data and all(_is_pair(item) for item in data):
        names = _pair(pair, ports, where)
        return {name: [item[at] for item in data] for at, name in enumerate(names)}
    if len(ports) == 1 and _is_collection(data) and not isinstance(data, tuple):
        return {ports[0]: data}
    raise DataError(
        "The training data have none of the forms that NetTrain reads.",
        layer=where,
        expected=" or ".join(FORMS),
        got=short(data),
    )


def _transposed(rows: list[Mapping[str, Any]], where: str) -> dict[str, Any]:
    names = tuple(rows[0])
    for number, row in enumerate(rows, start=1):
        if set(row) != set(names):
            _refuse(
                "The examples do not all have the same ports.",
                layer=where,
                expected=", ".join(names),
                got=f"{', '.join(map(str, row)) or 'none'} in example {number}",
            )
    return {name: [row[name] for row in rows] for name in names}


def _pair(pair: tuple[str, str] | None, ports: tuple[str, ...], where: str) -> tuple[str, str]:
    if pair is None:
        _refuse(
            "Pairs fit a net with one input and one target; others take a dict of ports.",
            layer=where,
            expected="{" + ", ".join(f"{name!r}: [...]" for name in ports) + "}",
            got="pairs",
        )
    return pair


def _is_pair(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2


def _is_collection(value: Any) -> bool:
    if isinstance(value, str | bytes | Mapping):
        return False
    return isinstance(value, Sequence) or getattr(value, "ndim", 0) > 0


def _check_lengths(found: Mapping[str, Any], where: str) -> None:
    first = next(iter(found))
    for name, values in found.items():
        if not _is_collection(values):
            _refuse(
                "The data of a port are one value for each example.",
                layer=where,
                port=name,
                expected="a list or an array",
                got=short(values),
            )
        if len(values) != len(found[first]):
            _refuse(
                "The ports have different numbers of examples.",
                layer=where,
                port=name,
                expected=len(found[first]),
                got=len(values),
                because=f"{first} has {len(found[first])} examples",
            )
    if len(found[first]) == 0:
        _refuse("There are no training data.", layer=where, expected="examples", got="none")


def _refuse(sentence: str, **facts: Any) -> NoReturn:
    raise DataError(sentence, **facts)


# ---- one column --------------------------------------------------------------------------------


def _as_numbers(values: Any, port: str, where: str) -> Examples | None:
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
