"""Growth: how the time of building and planning, and the memory, go with the number of layers."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from statistics import median

import numpy as np

from benchmarks.peers.netdsl_ import trainer_of
from netdsl import LinearLayer, NetChain, NetInitialize
from netdsl.engine.compiled import compiled, concrete
from netdsl.engine.device import threads_of
from netdsl.engine.query import Ask
from netdsl.engine.trace import trace
from netdsl.spec import Net

LENGTHS = (250, 500, 1000, 2000)
WIDTH, BATCH = 8, 64
ASKS = (Ask((), "Output"),)


@dataclass(frozen=True)
class Growth:
    """Seconds for a chain of so many LinearLayers, and bytes of its plans."""

    length: int
    built: float
    initialized: float
    planned: float
    planned_to_train: float
    peak: int
    values: int
    """What all values of the plan would take, each in memory of its own."""

    @property
    def ready(self) -> float:
        """Built, inferred, initialized and planned."""
        return self.built + self.initialized + self.planned


def measure(length: int, times: int = 3) -> Growth:
    """Build, infer, initialize and plan a chain, a few times; return the medians."""
    found = [_once(length) for _ in range(times)]
    seconds = [median(column) for column in zip(*(one[0] for one in found), strict=True)]
    return Growth(length, *seconds, *found[0][1])


def _once(length: int) -> tuple[list[float], tuple[int, int]]:
    gc.collect()
    marks = [time.perf_counter()]
    net = NetChain([LinearLayer(WIDTH) for _ in range(length)], Input=WIDTH)
    assert net.shapes.port((), "Output").dims == (WIDTH,)
    marks.append(time.perf_counter())
    net = NetInitialize(net)
    marks.append(time.perf_counter())
    plan = compiled(
        net, {"Input": (WIDTH,)}, BATCH, ASKS, (), False, "Real32", threads_of("CPU")
    ).plan
    marks.append(time.perf_counter())
    seconds = [after - before for before, after in pairwise(marks)]
    return [*seconds, _training(net)], (plan.peak_bytes, _all_values(net))


def _training(net: Net) -> float:
    """Return the seconds that the plan of a training step takes, from the prepared task on."""
    x = np.zeros((BATCH, WIDTH), np.float32)
    runner = trainer_of(net, (x, x), BatchSize=BATCH).runner
    start = time.perf_counter()
    runner.step(None, BATCH)
    return time.perf_counter() - start


def _all_values(net: Net) -> int:
    """Return the bytes of the input and of what the operations compute, views left out."""
    shapes = concrete(net, {"Input": (WIDTH,)})
    program = trace(net, shapes, BATCH, False)
    arrays = {value.number for value in program.arrays.values()}
    values = program.needed([program.ports[(), "Output"]])
    own = [value for value in values if value.number not in arrays]
    return 4 * sum(prod(value.shape) for value in own if value.op is None or not value.op.view)
