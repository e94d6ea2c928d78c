"""The forms in which training data come, read into one column for each port."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from netdsl.errors import DataError, nearest
from netdsl.spec.fields import short
from netdsl.train.column import Column, as_numbers

FORMS = (
    "[(x, y), ...]",
    "{x: y, ...}",
    "(X, Y), a tuple of two collections",
    "{port: [...], ...}",
    "[{port: ...}, ...]",
)


def columns(
    data: Any, ports: tuple[str, ...], pair: tuple[str, str] | None, where: str
) -> dict[str, Column]:
    """Return the data of every port, by its name.

    `ports` are needed; `pair` are the two that a pair of an input and a target stands for, if
    there are two. A list of tuples is a list of pairs, a tuple is a pair of collections, and
    `zip(x, y)` counts as the list of what it gives.
    """
    found = _by_port(_listed(data, where), ports, pair, where)
    _check_names(found, ports, where)
    _check_lengths(found, where)
    return {name: Column(found[name], as_numbers(found[name], name, where)) for name in ports}


def _listed(data: Any, where: str) -> Any:
    """Return what an iterator gives as a list."""
    if isinstance(data, Generator):
        _refuse(
            "A generator may have no end.",
            layer=where,
            expected="a list",
            got="a generator",
            nearest="list(data)",
        )
    return list(data) if isinstance(data, Iterator) else data


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
    raise _no_form(data, len(ports), where)


def _no_form(data: Any, ports: int, where: str) -> DataError:
    """Return the error for data in no form; it says which was meant, where that can be seen."""
    lists = isinstance(data, list) and ports > 1 and all(_is_collection(item) for item in data)
    if lists and data and all(isinstance(item, list) and len(item) == 2 for item in data):
        return DataError(
            "Pairs are tuples.",
            layer=where,
            expected=FORMS[0],
            got=short(data),
            nearest="[tuple(pair) for pair in data]",
        )
    return DataError(
        "The data have none of the forms that NetTrain reads.",
        layer=where,
        expected=" or ".join(FORMS),
        got=short(data),
        nearest="(X, Y) in place of [X, Y]" if lists and len(data) == 2 else None,
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
        _refuse("There are no data.", layer=where, expected="examples", got="none")


def _refuse(sentence: str, **facts: Any) -> NoReturn:
    raise DataError(sentence, **facts)
