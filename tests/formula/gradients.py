"""Derivatives of formulas as functions on numpy, beside the gradients of the engine, whole."""

from __future__ import annotations

from typing import Any

import numpy as np

import netdsl as nd
from netdsl.formula.derivatives.derivative import name_of
from tests.formula.computed import SEED


def engine_gradients(net: Any, data: dict[str, Any], port: str, places: list[Any]) -> list[Any]:
    """The derivatives of every entry of an output by all of some inputs and arrays.

    `data` is one example, without an axis of examples; `places` are positions in the net.
    """
    found = net(data, nd.All, **SEED)
    shapes = {name: np.shape(found[name]) for name in net.output_names}
    zeros = {nd.NetPortGradient(name): np.zeros(shape) for name, shape in shapes.items()}
    wanted = [nd.NetPortGradient(shown(place)) for place in places]
    rows: list[list[Any]] = []
    for at in np.ndindex(*shapes[port]):
        above = np.zeros(shapes[port])
        above[at] = 1
        given = {**data, **zeros, nd.NetPortGradient(port): above}
        rows.append([np.asarray(net(given, one, **SEED)) for one in wanted])
    columns = (np.array(column) for column in zip(*rows, strict=True))
    return [one.reshape(shapes[port] + one.shape[1:]) for one in columns]


def compare_all(net: Any, data: dict[str, Any], formulas: dict[str, Any], only: Any = None) -> int:
    """Hold every entry of all derivatives of formulas against the gradients of the engine.

    `formulas` has that of each output, `only` names of inputs and arrays, None for all. The number
    of arrays that were compared is returned.
    """
    count = 0
    for port, formula in formulas.items():
        names = [name for name in formula.dims if only is None or name in only]
        places = [at for at in places_of(net, data) if formula.name_at(at) in names]
        if not places:
            continue
        for place, value in zip(places, engine_gradients(net, data, port, places), strict=True):
            got = formula.diff(shown(place)).lambdify()(**data)
            assert np.shape(got) == value.shape
            message = f"d{port}/d{name_of(place)}"
            np.testing.assert_allclose(got, value, rtol=1e-8, atol=1e-10, err_msg=message)
            count += 1
    return count


def shown(place: Any) -> Any:
    """A position as it is given: a name where it is one."""
    return place if len(place) > 1 else place[0]


def places_of(net: Any, data: dict[str, Any]) -> list[Any]:
    """The positions of real inputs, and of all arrays."""
    ports = [(name,) for name in data if net.port(name).element != "Integer"]
    return [*ports, *map(tuple, nd.Information(net, "ArraysPositionList"))]
