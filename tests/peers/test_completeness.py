"""Every layer is compared with a twin in another library, or a line says why it has none."""

from __future__ import annotations

import importlib
from collections import defaultdict
from pathlib import Path

import pytest

from netdsl.spec import registry

FEWEST = 10
"""In how many shapes a layer is compared with each library that has all of it."""

WITHOUT = {
    "CompiledLayer": "It runs the function that it is given.",
    "ElementwiseLayer": "test_functions compares its functions, each in eleven shapes.",
    "NetArrayLayer": "It gives the array that it holds.",
    "PlaceholderLayer": "It computes nothing.",
    "RandomArrayLayer": "No other library draws the same numbers.",
}
"""Why layers have no twin."""


def by_layer():
    """The twins of each layer, from all files beside this one."""
    found = defaultdict(list)
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            module = importlib.import_module(f"tests.peers.{path.stem}")
            for twin in getattr(module, "TWINS", []):
                found[twin.name].append(twin)
    return found


TWINS = by_layer()


def test_every_layer_has_a_twin_or_a_reason():
    assert not TWINS.keys() & WITHOUT.keys()
    assert registry.keys() == TWINS.keys() | WITHOUT.keys()


@pytest.mark.parametrize("name", sorted(TWINS))
def test_a_layer_is_compared_in_many_shapes_with_gradients(name):
    calls = {str(one): twin for twin in TWINS[name] if twin.jax for one in twin.calls}
    shapes = {ports(twin, one) for twin in TWINS[name] if twin.jax for one in twin.calls}

    assert len(calls) >= FEWEST
    # A layer that takes numbers only is compared in as many settings.
    assert len(shapes) >= FEWEST or shapes == {((),) * len(next(iter(shapes)))}


def ports(twin, call):
    """The dimensions of all inputs of a layer."""
    layer = twin.layer(call)
    return tuple(layer.port(name).dims for name in layer.input_names)
