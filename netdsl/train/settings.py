"""The settings of a training that rest on the net and the data: how long, how fast, on what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from numbers import Real
from typing import Any, NoReturn
from zlib import crc32

import numpy as np

from netdsl.engine.data import PortData
from netdsl.errors import NetError, SettingError, TrainingError
from netdsl.nets.initialize import NetInitialize
from netdsl.nets.rates import array_rates
from netdsl.options import whole
from netdsl.spec.shapes import Path
from netdsl.spec.sharing import adopting
from netdsl.symbols import Automatic, Scaled
from netdsl.train.method import Method
from netdsl.train.task import Data, Task
from netdsl.train.trainer import Schedule

ROUNDS = 10_000
SECONDS = 20.0
"""How long a training lasts where MaxTrainingRounds and TimeGoal are Automatic."""

BATCH = 64
VARYING_BATCH = 16
"""The size of a batch where BatchSize is Automatic, for examples of equal and of several sizes."""


def initialized(task: Task, seeding: Any) -> Task:
    """Return the task with a value for every array; the net's are what NetInitialize gives it."""
    # What the net shares with a loss net may have its value there.
    net = NetInitialize(adopting(task.net, task.attached.net), RandomSeeding=seeding)
    whole = task.attached.net.with_parts({task.attached.prefix: net})
    whole = NetInitialize(whole, RandomSeeding=seeding)  # a loss net may have arrays too
    return replace(task, net=net, attached=replace(task.attached, net=whole))


def generator(seeding: Any) -> np.random.Generator:
    """Return the source of all that is random in a training; NetInitialize has seen the setting."""
    seed = crc32(seeding.encode()) if isinstance(seeding, str) else seeding
    return np.random.default_rng(None if seed is Automatic else seed)


def rates_of(task: Task, setting: Any) -> dict[Path, float]:
    """Return the multiplier of every array of the net that is trained."""
    prefix = task.attached.prefix
    own = {(*prefix, *path): rate for path, rate in array_rates(task.net, setting).items()}
    rates = array_rates(task.attached.net) | own
    if not any(rates.values()):
        raise TrainingError(
            "There is nothing to learn.",
            layer=task.net.brief(),
            expected="an array whose LearningRateMultipliers is not 0",
            got=f"{len(rates)} arrays, all of rate 0" if rates else "a net without arrays",
        )
    return rates


# ---- validation --------------------------------------------------------------------------------


def read_validation(
    task: Task, setting: Any, random: np.random.Generator
) -> tuple[Task, Data | None]:
    """Return the data to validate with, and the task without those that were held out."""
    if setting is None:
        return task, None
    if not isinstance(setting, Scaled):
        if isinstance(setting, Real):
            _refuse_number(setting)
        try:
            return task, task.read(setting)
        except NetError as error:
            raise error.having(setting="ValidationSet") from None
    count = round(setting.factor * task.count) if 0 < setting.factor < 1 else 0
    if not 0 < count < task.count:
        raise SettingError(
            "A part of the data is held out to validate with, and a part left to train with.",
            setting="ValidationSet",
            expected=f"Scaled(f) with f from 0 to 1 that parts {task.count} examples",
            got=repr(setting),
        )
    order = random.permutation(task.count)
    return replace(task, data=_part(task.data, order[count:])), _part(task.data, order[:count])


def _refuse_number(setting: Real) -> NoReturn:
    part = not isinstance(setting, bool) and 0 < float(setting) < 1
    raise SettingError(
        "Data to validate with are data, or a part of those to train with.",
        setting="ValidationSet",
        expected="data, or Scaled(f) for a fraction f of the data",
        got=repr(setting),
        nearest=f"Scaled({setting!r})" if part else None,
    )


def _part(data: Data, which: np.ndarray) -> Data:
    return {
        name: PortData(
            column.examples[which]
            if isinstance(column.examples, np.ndarray)
            else [column.examples[at] for at in which],
            True,
        )
        for name, column in data.items()
    }


# ---- how long and how fast ---------------------------------------------------------------------


def read_schedule(task: Task, method: Method, options: Mapping[str, Any]) -> Schedule:
    """Read BatchSize, MaxTrainingRounds, TimeGoal and LearningRate."""
    rounds, seconds = options["MaxTrainingRounds"], options["TimeGoal"]
    varying = any(isinstance(column.examples, list) for column in task.data.values())
    size = whole("BatchSize", options["BatchSize"], VARYING_BATCH if varying else BATCH)
    neither = rounds is Automatic and seconds is Automatic
    return Schedule(
        min(size, task.count),
        whole("MaxTrainingRounds", rounds, ROUNDS if neither else None),
        _positive("TimeGoal", seconds, SECONDS if neither else None),
        _positive("LearningRate", options["LearningRate"], method.kind.rate),
    )


def _positive(name: str, value: Any, automatic: Any) -> Any:
    if value is Automatic:
        return automatic
    is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not is_number or not 0 < value < float("inf"):
        raise SettingError(
            f"{name} is a positive number.",
            setting=name,
            expected="a finite number above 0, or Automatic",
            got=repr(value),
        )
    return float(value)
