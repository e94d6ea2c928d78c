"""Call a function on stand-ins of arrays, and make a graph of what it did with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from netdsl.dims import PortType, port_type
from netdsl.errors import NetError, SettingError, nearest
from netdsl.functions.host import FAILURES
from netdsl.nets.functions.joining import drawn
from netdsl.nets.functions.parameters import ports_of
from netdsl.nets.functions.recorder import Recorder, any_traced
from netdsl.nets.functions.traced import METHODS, Traced, UnknownSizeError
from netdsl.nets.netport import NetPort
from netdsl.spec import Coder, Net
from netdsl.spec.coder import read_port
from netdsl.spec.fields import short
from netdsl.symbols import Automatic

WAITS = "a function that waits for Input=..., the sizes of its arrays"
"""What stands for a function that is not called yet."""


@dataclass
class Tracing:
    """The layers and edges that a function became; it `waits` for sizes where it needs them."""

    parts: Any
    edges: tuple[tuple[Any, ...], ...]
    pinned: dict[str, tuple[Any, ...]] = field(default_factory=dict[str, tuple[Any, ...]])
    waits: NetError | None = None


def traced(function: Any, ports: Mapping[str, Any], inputs: Any = Automatic) -> Tracing:
    """Return the layers and edges of a function, called where so much is known of its ports."""
    if not callable(function) or isinstance(function, type):
        raise SettingError(
            "A FunctionLayer is made of a function.",
            setting="Function",
            expected="a callable of arrays, or a net",
            got=short(function),
        )
    ports_of_call = ports_of(function, inputs)
    recorder = Recorder()
    given = {name: _given(name, ports.get(name, Automatic)) for name in ports_of_call}
    kinds = {name: _without_lengths(kind) for name, kind in given.items()}
    recorder.varies = any("Varying" in (kind.dims or ()) for kind in given.values())
    arrays = [recorder.argument(name, kind) for name, kind in kinds.items()]
    try:
        outputs = _outputs(recorder, _called(function, arrays))
    except UnknownSizeError as error:
        if all(kind.is_fixed for kind in kinds.values()):
            raise
        return _waiting(ports_of_call, error)
    graph = drawn(recorder, outputs)
    pinned = {
        name: kind.dims
        for name, kind in kinds.items()
        if recorder.uses_sizes and kind.dims is not None
    }
    edges = _simplest(graph.layers, graph.edges, ports_of_call, tuple(outputs))
    return Tracing(graph.layers, edges, pinned)


def _waiting(names: tuple[str, ...], error: NetError) -> Tracing:
    """Return one part of which nothing is known but its ports."""
    from netdsl.layers import PlaceholderLayer

    several = Automatic if names == ("Input",) else list(names)
    part = PlaceholderLayer(WAITS, InputPorts=several)
    return Tracing([part], (), waits=error)


def _given(name: str, setting: Any) -> PortType:
    """Return what is known of a port from what is given there."""
    setting = read_port(name, setting, False)
    return setting.port_type if isinstance(setting, Coder) else port_type(setting)


def _without_lengths(kind: PortType) -> PortType:
    """Return a type with lengths that vary as open sizes."""
    if kind.dims is None:
        return kind
    dims = tuple(Automatic if dim == "Varying" else dim for dim in kind.dims)
    return PortType(dims, kind.element, kind.first, kind.last)


def _called(function: Any, arrays: list[Traced]) -> Any:
    try:
        return function(*arrays)
    except NetError as error:
        raise error.having(setting="Function") from None
    except FAILURES as error:
        name = getattr(error, "name", None)
        is_method = isinstance(getattr(error, "obj", None), Traced)
        close = nearest(name, METHODS) if is_method else None
        raise SettingError(
            "The function fails on an array.",
            setting="Function",
            expected="functions of netdsl and numpy, and layers",
            got=getattr(function, "__name__", repr(function)),
            because=f"{type(error).__name__}: {error}",
            nearest=close,
        ) from error


def _outputs(recorder: Recorder, result: Any) -> dict[str, Any]:
    """Return the symbols of the arrays that a function returns, by the names of the ports."""
    if isinstance(result, Mapping):
        named = dict(result)
    elif isinstance(result, list | tuple) and not result:
        _refuse(result)
    elif isinstance(result, list | tuple) and any_traced(result):
        named = {f"Output{number}": item for number, item in enumerate(result, start=1)}
    else:
        named = {"Output": result}
    if not named or not all(isinstance(name, str) and name.isidentifier() for name in named):
        _refuse(result)
    return {name: _array(recorder, item, result).entry for name, item in named.items()}


def _array(recorder: Recorder, item: Any, result: Any) -> Traced:
    if isinstance(item, Net | str | Mapping) or item is None:
        _refuse(result)
    return recorder.array(item)


def _refuse(result: Any) -> NoReturn:
    raise SettingError(
        "The function returns no array.",
        setting="Function",
        expected="an array, a dict of arrays by the names of the outputs, or a list of them",
        got=short(result),
    )


def _simplest(
    layers: list[Net], edges: list[tuple[Any, ...]], inputs: tuple[str, ...], outputs: Any
) -> tuple[tuple[Any, ...], ...]:
    """Return the edges, none where a lone layer has the ports already."""
    if len(layers) == 1 and not layers[0].is_open:
        (layer,) = layers
        sources = [NetPort(name) for name in inputs]
        apart = len(inputs) > 1 and not layer.takes_list
        fed = [(port, NetPort(1, port.spec[0])) for port in sources] if apart else [(sources, 1)]
        read = [(NetPort(1, name) if len(outputs) > 1 else 1, NetPort(name)) for name in outputs]
        plain = fed if len(inputs) != 1 else [(sources[0], 1)]
        is_named = layer.input_names == inputs and layer.output_names == outputs
        if is_named and {repr(edge) for edge in edges} == {repr(edge) for edge in (*plain, *read)}:
            return ()
    return tuple(edges)
