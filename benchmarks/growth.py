"""Growth: how the time of building, inferring and planning, and the memory, go with the layers."""

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
from netdsl.dims import port_type
from netdsl.engine.compiled import Job, compiled, concrete
from netdsl.engine.query import Ask
from netdsl.engine.trace import trace
from netdsl.spec import Net

LENGTHS = (250, 500, 1000, 2000)
CHAINS = (1000, 2000, 5000, 10_000)
"""How long the chains are whose shapes are inferred, and no more."""
WIDTHS = (8, 9, 10, 11, 12)
"""In turn, so that memory that is only used again for the same size grows with their number."""
BATCH = 64
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


@dataclass(frozen=True)
class Chain:
    """Seconds for the layers of a chain, for the chain of them, and for its shapes anew."""

    length: int
    made: float
    built: float
    inferred: float


def measure(length: int, times: int = 3) -> Growth:
    """Build, infer, initialize and plan a chain, a few times; return the medians."""
    found = [_once(length) for _ in range(times)]
    seconds = [median(column) for column in zip(*(one[0] for one in found), strict=True)]
    return Growth(length, *seconds, *found[0][1])


def _once(length: int) -> tuple[list[float], tuple[int, int]]:
    gc.collect()
    marks = [time.perf_counter()]
    widths = [WIDTHS[place % len(WIDTHS)] for place in range(length)]
    net = NetChain([LinearLayer(width) for width in widths], Input=WIDTHS[0])
    assert net.shapes.port((), "Output").dims == (widths[-1],)
    marks.append(time.perf_counter())
    net = NetInitialize(net)
    marks.append(time.perf_counter())
    plan = compiled(net, Job((("Input", (WIDTHS[0],)),), BATCH, ASKS)).plan
    marks.append(time.perf_counter())
    seconds = [after - before for before, after in pairwise(marks)]
    return [*seconds, _training(net)], (plan.peak_bytes, _all_values(net))


def _training(net: Net) -> float:
    """Return the seconds that the plan of a training step takes, from the prepared task on."""
    x, y = (np.zeros((BATCH, *net.port(name).dims), np.float32) for name in ("Input", "Output"))
    runner = trainer_of(net, (x, y), BatchSize=BATCH).runner
    start = time.perf_counter()
    runner.step(None, BATCH)
    return time.perf_counter() - start


def _all_values(net: Net) -> int:
    """Return the bytes of the input and of what the operations compute, views left out."""
    shapes = concrete(net, {"Input": (WIDTHS[0],)})
    program = trace(net, shapes, BATCH, False)
    arrays = {value.number for value in program.arrays.values()}
    values = program.needed([program.ports[(), "Output"]])
    own = [value for value in values if value.number not in arrays]
    return 4 * sum(prod(value.shape) for value in own if value.op is None or not value.op.view)


def measure_chain(length: int, times: int = 3) -> Chain:
    """Make layers, build a chain and infer its shapes anew, a few times; return the medians."""
    found = [_shapes_once(length) for _ in range(times)]
    return Chain(length, *(median(column) for column in zip(*found, strict=True)))


def _shapes_once(length: int) -> list[float]:
    widths = [WIDTHS[place % len(WIDTHS)] for place in range(length)]
    gc.collect()
    marks = [time.perf_counter()]
    layers = [LinearLayer(width) for width in widths]
    marks.append(time.perf_counter())
    net = NetChain(layers)
    marks.append(time.perf_counter())
    shapes = net.solved({"Input": port_type(WIDTHS[:1])})
    marks.append(time.perf_counter())
    assert shapes.array((length,), "Weights") == (widths[-1], widths[-2])
    return [after - before for before, after in pairwise(marks)]
