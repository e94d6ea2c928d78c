"""One call of NetTrain, from its arguments to what is returned."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from typing import Any

from netdsl.engine.compiled import PRECISIONS
from netdsl.engine.device import threads_of
from netdsl.engine.noise import Noise
from netdsl.errors import SettingError, TrainingWarning, nearest
from netdsl.options import choice
from netdsl.spec import Net
from netdsl.spec.fields import short
from netdsl.symbols import All, Automatic
from netdsl.train.method import read_method
from netdsl.train.net_train import NetTrain
from netdsl.train.parameters import Parameters
from netdsl.train.progress import read_progress
from netdsl.train.results import PROPERTIES, NetTrainResultsObject, Outcome, unknown_property
from netdsl.train.settings import generator, initialized, rates_of, read_schedule, read_validation
from netdsl.train.task import Task, prepare
from netdsl.train.trainer import ADVICE, Trainer


def train(net: Net, data: Any, prop: Any, **options: Any) -> Any:
    """Train a net; `options` are all those of NetTrain."""
    _check(net, data, prop, options["WorkingPrecision"])
    threads = threads_of(options["TargetDevice"])
    method = read_method(options["Method"])
    progress = read_progress(options["TrainingProgressReporting"])
    seed = options["RandomSeeding"]
    task = prepare(net, data, options["LossFunction"], PRECISIONS[options["WorkingPrecision"]])
    task, random = initialized(task, seed), generator(seed)
    task, validation = read_validation(task, options["ValidationSet"], random)
    rates = rates_of(task, options["LearningRateMultipliers"])
    schedule = read_schedule(task, method, options)
    parameters = Parameters(task.arrays, rates, task.dtype, task.states)
    trainer = Trainer(
        task, parameters, method, schedule, validation, random, Noise(seed), progress, threads
    )
    trainer.train()
    history = trainer.history
    if history.has_diverged:
        given_back = history.best_round or len(history.rounds.losses)
        advice = f"The net of round {given_back} is returned. To get further, {ADVICE}."
        warnings.warn(f"{history.reason} {advice}", TrainingWarning, stacklevel=4)
    whole = task.attached.net.with_parts({p: v.copy() for p, v in parameters.changing.items()})
    trained, own = whole.at(task.attached.prefix), task.attached.own(rates)
    call = _shown(net, task, options)
    return _answer(Outcome(trained, whole, trainer.history, method, own, call, "CPU"), prop)


def _check(net: Any, data: Any, prop: Any, precision: Any) -> None:
    """See that the arguments are possible, before the training and not after it."""
    if not isinstance(net, Net):
        raise SettingError(
            "NetTrain trains a net.", setting="net", expected="a layer or a net", got=short(net)
        )
    choice("WorkingPrecision", precision, tuple(PRECISIONS))
    if prop is Automatic or prop is All:
        return
    if _is_data(data, prop):
        complete = isinstance(data, tuple | Mapping)
        raise SettingError(
            "The third argument of NetTrain is a property; inputs and targets go together.",
            setting="prop",
            expected='a property such as "RoundLossList", a list of them, or All',
            got=short(prop),
            nearest="NetTrain(net, data, ValidationSet=...)"
            if complete
            else "NetTrain(net, (x, y))",
        )
    for name in prop if isinstance(prop, list | tuple) else [prop]:
        if not isinstance(name, str) or name not in PROPERTIES:
            raise unknown_property(name)


def _is_data(data: Any, prop: Any) -> bool:
    """Whether what stands for a property is targets, or other data."""
    if not isinstance(prop, list | tuple):
        return isinstance(prop, Mapping) or getattr(prop, "ndim", 0) > 0
    words = [name for name in prop if isinstance(name, str)]
    if any(name in PROPERTIES for name in words):
        return False
    if len(words) < len(prop):
        return True
    # Labels are as many as the examples, and none is nearly a property.
    same = hasattr(data, "__len__") and len(data) == len(prop)
    return same and not any(nearest(name, PROPERTIES) for name in set(words))


def _answer(outcome: Outcome, prop: Any) -> Any:
    results = NetTrainResultsObject(outcome)
    if prop is Automatic:
        return outcome.net
    if prop is All:
        return results
    return [results[name] for name in prop] if isinstance(prop, list | tuple) else results[prop]


def _shown(net: Net, task: Task, options: dict[str, Any]) -> str:
    """Return the call as text, with the options that differ from their defaults."""
    known = inspect.signature(NetTrain).parameters
    given = [
        f"{name}={short(value)}"
        for name, value in options.items()
        if repr(value) != repr(known[name].default)
    ]
    return f"NetTrain({', '.join((net.brief(), f'<{task.count} examples>', *given))})"
