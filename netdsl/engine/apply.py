"""Apply a net to data: read, run batch by batch, answer what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import PortType
from netdsl.engine.compiled import PRECISIONS, compiled
from netdsl.engine.data import PortData, read, read_array
from netdsl.engine.device import threads_of
from netdsl.engine.noise import Noise
from netdsl.engine.query import Answer, Ask, Question, read_question
from netdsl.engine.quick import Quick
from netdsl.engine.run import AUTOMATIC_BATCH, Mode, Result, run
from netdsl.errors import DataError, NetError, UninitializedError, nearest
from netdsl.nets.initialize import read_seed
from netdsl.nets.needed import needed
from netdsl.nets.netport import NetPortGradient
from netdsl.options import choice, whole, with_options
from netdsl.spec import Coder, Layer, Net
from netdsl.spec.fields import plain, short
from netdsl.symbols import Automatic


@with_options
def apply_net(
    net: Net,
    data: Any = Automatic,
    prop: Any = Automatic,
    *,
    BatchSize: int | Any = Automatic,
    NetEvaluationMode: str = "Test",
    RandomSeeding: Any = Automatic,
    TargetDevice: Any = "CPU",
    WorkingPrecision: str = "Real32",
) -> Any:
    """Apply a net to data and answer what `prop` asks; see `Net.__call__`."""
    choice("NetEvaluationMode", NetEvaluationMode, ("Test", "Train"))
    threads = threads_of(TargetDevice)
    choice("WorkingPrecision", WorkingPrecision, tuple(PRECISIONS))
    size = whole("BatchSize", BatchSize, AUTOMATIC_BATCH)
    if RandomSeeding is not Automatic:
        read_seed(RandomSeeding)
    net = _counted(net, data)
    given = _by_port(net, data)
    missing = [name for name in net.input_names if name not in given]
    question = read_question(net, prop) if missing else None
    ready = net if question is None else _without(net, given, question)
    inputs, seeds, is_batch = _read(net, ready, given)
    question = question or read_question(net, prop)
    mode = Mode(size, NetEvaluationMode == "Train", WorkingPrecision, threads)
    try:
        results = run(ready, inputs, seeds, question.asks, mode, Noise(RandomSeeding))
    except UninitializedError as error:
        raise error.having(nearest=_initialized(net, inputs)) from None
    if mode == Mode() and type(data) is np.ndarray and not seeds:
        _remember(net, data, inputs, question, is_batch)
    shown = [
        _show(net, answer, result, is_batch)
        for answer, result in zip(question.answers, results, strict=True)
    ]
    return _assemble(question, shown)


def _initialized(net: Net, inputs: dict[str, PortData]) -> str | None:
    """Return the call that would initialize a lone layer for such data, if they are what lacks."""
    is_open = any(not net.port(name).is_fixed for name in inputs)
    if not isinstance(net, Layer) or len(inputs) != 1 or not is_open:
        return None
    sized = net.with_ports({name: data.shapes()[0] for name, data in inputs.items()})
    return f"NetInitialize({sized.brief()})"


def _remember(
    net: Net, data: NDArray[Any], inputs: dict[str, PortData], question: Question, is_batch: bool
) -> None:
    """Let the next call with such an array go the short way, where there is nothing to decode."""
    names = net.output_names
    simple = Question(tuple(Answer(Ask((), output), Automatic) for output in names), None)
    if len(names) != 1 or question != simple or net.takes_list:
        return
    (name,) = inputs
    kind, mode, examples = net.port(name), Mode(), inputs[name]
    coded = any(isinstance(net.port_setting(port), Coder) for port in (name, *names))
    if coded or kind.element == "Integer" or kind.first is not None or len(examples) > mode.batch:
        return
    ready = compiled(net, mode.job({name: examples.shapes()[0]}, len(examples), question.asks))
    if ready.plan.draws or not ready.plan.inputs:
        return
    quick: Quick = vars(net).setdefault("_quick", Quick())
    quick.add(data, ready, is_batch)


def _assemble(question: Question, shown: list[Any]) -> Any:
    if question.keys is None:
        return shown[0]
    return dict(zip(question.keys, shown, strict=True))


# ---- reading -------------------------------------------------------------------------------


def _counted(net: Net, data: Any) -> Net:
    """Return the net with as many inputs as there are data for, if their number is open."""
    if not net.is_open:
        return net
    given = data[0] if is_list_of_dicts(data) else data
    is_several = _is_list(given) or isinstance(given, Mapping)
    items = [*cast(Iterable[Any], given)] if is_several else []
    count = sum(not isinstance(item, NetPortGradient) for item in items)
    if not count:
        raise DataError(
            "A net of any number of inputs takes a list of them.",
            layer=net.brief(),
            expected="[..., ...] or {'Input1': ..., 'Input2': ...}",
            got="no data" if data is Automatic else short(data),
        )
    known = cast(dict[int, Net], vars(net).setdefault("_counted", {}))
    if count not in known:
        known[count] = net.with_inputs(count)
    return known[count]


def _is_list(data: Any) -> bool:
    return isinstance(data, list | tuple) or (isinstance(data, np.ndarray) and data.ndim > 0)


def _without(net: Net, given: Mapping[Any, Any], question: Question) -> Net:
    """Return the part of the net that the answers need; there must be data for its inputs."""
    asks = question.asks
    known = cast(dict[Any, Net], vars(net).setdefault("_needed", {}))
    if asks not in known:
        # A gradient is that of all outputs.
        all_outputs = any(ask.gradient for ask in asks)
        wanted = [(ask.path, ask.name) for ask in asks]
        known[asks] = net if all_outputs else needed(net, wanted)
    for name in known[asks].input_names:
        _get(net, given, name)
    return known[asks]


def _read(
    net: Net, ready: Net, given: Mapping[Any, Any]
) -> tuple[dict[str, PortData], dict[str, Any], bool]:
    """Return the data of each input port, the gradients imposed, and whether it is a batch.

    `ready` is the net, or the part of it that is needed.
    """
    imposed = {key: value for key, value in given.items() if isinstance(key, NetPortGradient)}
    fed = (*ready.input_names, *(name for name in net.state_names if name in given))
    inputs = {name: read(net, name, given[name]) for name in fed}
    first = next(iter(inputs.values()), None)
    for name, item in inputs.items():
        assert first is not None
        if len(item) != len(first) or item.is_batch != first.is_batch:
            raise DataError(
                "The ports have different numbers of examples.",
                layer=net.brief(),
                port=name,
                expected=len(first) if first.is_batch else "one example",
                got=len(item) if item.is_batch else "one example",
            )
    is_batch = first is not None and first.is_batch
    count = 1 if first is None else len(first)
    return inputs, _read_imposed(net, imposed, count, is_batch), is_batch


def _by_port(net: Net, data: Any) -> dict[Any, Any]:
    names = net.input_names
    given: dict[Any, Any]
    if is_list_of_dicts(data):
        rows = cast(list[Mapping[Any, Any]], data)
        data = {name: [_get(net, row, name) for row in rows] for name in rows[0]}
    if isinstance(data, Mapping):
        given = dict(cast(Mapping[Any, Any], data))
    elif net.takes_list and _is_list(data):
        if len(data) != len(names):
            raise DataError(
                "The list has one item for each input.",
                layer=net.brief(),
                expected=f"{len(names)} items: {', '.join(names)}",
                got=len(data),
            )
        given = dict(zip(names, data, strict=True))
    elif len(names) == 1 and data is not Automatic and not net.takes_list:
        given = {names[0]: data}
    elif not names and data is Automatic:
        given = {}
    else:
        sentence = "The net has no inputs."
        if names:
            several = "A net with several inputs takes a dict of them."
            sentence = several if len(names) > 1 else "There are no data."
        raise DataError(
            sentence,
            layer=net.brief(),
            expected="{" + ", ".join(f"{name!r}: ..." for name in names) + "}"
            if names
            else "net()",
            got="no data" if data is Automatic else type(data).__name__,
        )
    for key in given:
        known = (*names, *net.state_names)
        if not isinstance(key, NetPortGradient) and key not in known:
            raise DataError(
                "The net has no such input port.",
                layer=net.brief(),
                expected=", ".join(known),
                got=repr(key),
                nearest=nearest(key, known),
            )
    return given


def is_list_of_dicts(data: Any) -> bool:
    """Whether data are given example by example, each a dict of ports."""
    if not isinstance(data, list):
        return False
    rows = cast(list[Any], data)
    return bool(rows) and all(isinstance(row, Mapping) for row in rows)


def _get(net: Net, given: Mapping[Any, Any], name: str) -> Any:
    if name not in given:
        raise DataError(
            "Data for a port are missing.",
            layer=net.brief(),
            port=name,
            expected=", ".join(net.input_names),
            got=", ".join(str(key) for key in given) or "nothing",
        )
    return given[name]


def _read_imposed(
    net: Net, imposed: dict[NetPortGradient, Any], count: int, is_batch: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in imposed.items():
        name = key.spec[0]
        if len(key.spec) != 1 or name not in net.output_names:
            raise DataError(
                "A gradient is imposed on an output of the net.",
                layer=net.brief(),
                expected=", ".join(net.output_names),
                got=repr(key),
                nearest=nearest(name, net.output_names),
            )
        kind = PortType(net.port(name).dims, "Real")
        data = read_array(net, name, kind, value, batch=is_batch)
        if len(data) != count:
            raise DataError(
                "The ports have different numbers of examples.",
                layer=net.brief(),
                port=name,
                expected=count,
                got=len(data),
            )
        found[name] = data
    return found


# ---- answering -----------------------------------------------------------------------------


def _show(net: Net, answer: Answer, result: Result, is_batch: bool) -> Any:
    ask = answer.ask
    if ask.is_array:
        return plain(np.asarray(result))
    coder = net.port_setting(ask.name) if not ask.path and not ask.gradient else None
    if isinstance(coder, Coder) and answer.prop is not None:
        try:
            shown = coder.decode_all(result, answer.prop)
        except NetError as error:
            raise error.having(layer=net.brief(), port=ask.name) from None
        return shown if is_batch else shown[0]
    return result if is_batch else plain(result[0])
