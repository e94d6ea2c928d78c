"""Apply a net to data: read, run batch by batch, answer what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import PortType, show_dims
from netdsl.engine.compiled import PRECISIONS, compiled, seed_name
from netdsl.engine.data import PortData, check_elements, read, read_array
from netdsl.engine.device import threads_of
from netdsl.engine.query import Answer, Ask, Question, read_question
from netdsl.engine.quick import Quick
from netdsl.engine.workers import cores
from netdsl.errors import DataError, NetError, SettingError, nearest
from netdsl.nets.initialize import read_seed
from netdsl.nets.netport import NetPortGradient
from netdsl.options import choice, with_options
from netdsl.spec import Coder, Net
from netdsl.spec.fields import plain
from netdsl.symbols import Automatic

AUTOMATIC_BATCH = 1024
"""Examples run at once unless BatchSize says otherwise."""


@dataclass(frozen=True, slots=True)
class Mode:
    """The options of one call."""

    batch: int = AUTOMATIC_BATCH
    training: bool = False
    precision: str = "Real32"
    threads: int = field(default_factory=cores)


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
    size = _batch_size(BatchSize)
    if RandomSeeding is not Automatic:
        read_seed(RandomSeeding)
    inputs, seeds, is_batch = _read(net, data)
    question = read_question(net, prop)
    mode = Mode(size, NetEvaluationMode == "Train", WorkingPrecision, threads)
    results = _run(net, inputs, seeds, question.asks, mode)
    if mode == Mode() and type(data) is np.ndarray and not seeds:
        _remember(net, data, inputs, question, is_batch)
    shown = [
        _show(net, answer, result, is_batch)
        for answer, result in zip(question.answers, results, strict=True)
    ]
    return _assemble(question, shown)


def _remember(
    net: Net, data: NDArray[Any], inputs: dict[str, PortData], question: Question, is_batch: bool
) -> None:
    """Let the next call with such an array go the short way, where there is nothing to decode."""
    names = net.output_names
    simple = Question(tuple(Answer(Ask((), output), Automatic) for output in names), None)
    if len(names) != 1 or question != simple:
        return
    (name,) = inputs
    kind, mode, examples = net.port(name), Mode(), inputs[name]
    coded = any(isinstance(net.port_setting(port), Coder) for port in (name, *names))
    if coded or kind.element == "Integer" or kind.first is not None or len(examples) > mode.batch:
        return
    ready = compiled(
        net,
        {name: examples.shapes()[0]},
        len(examples),
        question.asks,
        (),
        mode.training,
        mode.precision,
        mode.threads,
    )
    quick: Quick = vars(net).setdefault("_quick", Quick())
    quick.add(data, ready, is_batch)


def _batch_size(size: Any) -> int:
    if size is Automatic:
        return AUTOMATIC_BATCH
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise SettingError(
            "A batch has at least one example.",
            setting="BatchSize",
            expected="a positive integer or Automatic",
            got=repr(size),
        )
    return size


def _assemble(question: Question, shown: list[Any]) -> Any:
    if question.keys is None:
        return shown[0]
    return dict(zip(question.keys, shown, strict=True))


# ---- reading -------------------------------------------------------------------------------


def _read(net: Net, data: Any) -> tuple[dict[str, PortData], dict[str, Any], bool]:
    """Return the data of each input port, the gradients imposed, and whether it is a batch."""
    given = _by_port(net, data)
    imposed = {key: value for key, value in given.items() if isinstance(key, NetPortGradient)}
    inputs = {name: read(net, name, given[name]) for name in net.input_names}
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
    elif len(names) == 1 and data is not Automatic:
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
            expected="{" + ", ".join(f"{name!r}: ..." for name in names) + "}",
            got="no data" if data is Automatic else type(data).__name__,
        )
    for key in given:
        if not isinstance(key, NetPortGradient) and key not in names:
            raise DataError(
                "The net has no such input port.",
                layer=net.brief(),
                expected=", ".join(names),
                got=repr(key),
                nearest=nearest(key, names),
            )
    for name in names:
        _get(net, given, name)
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


# ---- running -------------------------------------------------------------------------------

Result = list[NDArray[Any]] | NDArray[Any]


def _run(
    net: Net,
    inputs: dict[str, PortData],
    seeds: dict[str, PortData],
    asks: tuple[Ask, ...],
    mode: Mode,
) -> list[Result]:
    """Run every group of examples of equal sizes; put the answers back into their order."""
    count = len(next(iter(inputs.values()))) if inputs else 1
    parts: list[list[Any]] = [[None] * count for _ in asks]
    sums: list[Any] = [None] * len(asks)
    for sizes, which in _groups(inputs, count).items():
        for start in range(0, len(which), mode.batch):
            chosen = which[start : start + mode.batch]
            ready = compiled(
                net,
                dict(zip(inputs, sizes, strict=True)),
                len(chosen),
                asks,
                tuple(seeds),
                mode.training,
                mode.precision,
                mode.threads,
            )
            given = {name: data.take(chosen) for name, data in inputs.items()}
            for name, kind in ready.limits.items():
                check_elements(given[name], kind, {"layer": net.brief(), "port": name})
            _see_that_they_fit(net, seeds, chosen, ready.outputs)
            given |= {seed_name(name): data.take(chosen) for name, data in seeds.items()}
            results = ready.plan.run(given)
            if len(chosen) == count:
                return list(results)
            for at, (ask, result) in enumerate(zip(asks, results, strict=True)):
                if ask.is_array:
                    sums[at] = result if sums[at] is None else sums[at] + result
                else:
                    for row, index in enumerate(chosen):
                        parts[at][index] = result[row]
    return [sums[at] if ask.is_array else _stacked(parts[at]) for at, ask in enumerate(asks)]


def _see_that_they_fit(
    net: Net, seeds: dict[str, PortData], which: list[int], outputs: dict[str, tuple[int, ...]]
) -> None:
    """Refuse an imposed gradient that has not the dimensions of its output."""
    for name, data in seeds.items():
        shapes = data.shapes()
        wrong = next((shapes[index] for index in which if shapes[index] != outputs[name]), None)
        if wrong is not None:
            raise DataError(
                "An imposed gradient has the dimensions of its output.",
                layer=net.brief(),
                port=name,
                expected=show_dims(outputs[name]),
                got=show_dims(wrong),
            )


def _groups(inputs: dict[str, PortData], count: int) -> dict[Any, list[int]]:
    """Return the positions of the examples by their sizes at all ports."""
    groups: dict[Any, list[int]] = {}
    if all(isinstance(data.examples, np.ndarray) for data in inputs.values()):
        return {tuple(data.shapes()[0] for data in inputs.values()): list(range(count))}
    for index, sizes in enumerate(zip(*(data.shapes() for data in inputs.values()), strict=True)):
        groups.setdefault(sizes, []).append(index)
    return groups


def _stacked(parts: list[NDArray[Any]]) -> Result:
    if all(part.shape == parts[0].shape for part in parts):
        return np.stack(parts)
    return parts


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
