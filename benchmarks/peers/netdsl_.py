"""netdsl: a step as NetTrain takes it, a call of a net, the engine's plan for one layer."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np

import netdsl
from benchmarks import nets
from benchmarks.layers import LayerWork, numbers
from benchmarks.peers import Steps, Task, around
from benchmarks.workloads import (
    EPSILON,
    RATE,
    Workload,
)
from netdsl.engine.compiled import Job, compiled, seed_name
from netdsl.engine.query import Ask
from netdsl.spec import Net
from netdsl.train.trainer import Trainer

METHOD = ["ADAM", {"Epsilon": EPSILON}]
"""ADAM with the epsilon of the others; Wolfram's is 1e-5."""


def layer(part: nets.Part, arrays: nets.Arrays) -> Net:
    """Return a part as a layer with its arrays."""
    match part:
        case nets.Linear(size):
            return netdsl.LinearLayer(size, **arrays)
        case nets.Convolution(channels, kernel):
            return netdsl.ConvolutionLayer(channels, kernel, **arrays)
        case nets.MaxPool(size):
            return netdsl.PoolingLayer(size, size)
        case nets.Lstm(size):
            return netdsl.LongShortTermMemoryLayer(size, **arrays)
        case nets.Last():
            return netdsl.SequenceLastLayer()
        case nets.Flatten():
            return netdsl.FlattenLayer()
        case nets.Softmax():
            return netdsl.SoftmaxLayer()
        case nets.Ramp():
            return netdsl.ElementwiseLayer(netdsl.Ramp)
        case nets.Tanh():
            return netdsl.ElementwiseLayer(netdsl.Tanh)


def chain(work: Workload) -> netdsl.NetChain:
    """Return the net of a workload with its initial arrays."""
    layers = [layer(part, own) for part, own in zip(work.parts, work.arrays, strict=True)]
    return netdsl.NetChain(layers, Input=work.input)


def trainer_of(net: Net, data: Any, **options: Any) -> Trainer:
    """Return the Trainer that NetTrain makes of its arguments, before the first batch."""
    made: list[Trainer] = []

    def keep(trainer: Trainer) -> None:
        made.append(trainer)

    with patch.object(Trainer, "train", keep):
        netdsl.NetTrain(net, data, TrainingProgressReporting=None, **options)
    return made[0]


class Training(Steps):
    """What NetTrain does for each batch: Runner.run, then Optimizer.step."""

    def __init__(self, work: Workload) -> None:
        y = work.y + 1 if work.has_classes else work.y
        trainer = trainer_of(
            chain(work), (work.x, y), BatchSize=work.batch, LearningRate=RATE, Method=METHOD
        )
        self.runner, self.optimizer, self.order = trainer.runner, trainer.optimizer, work.order
        self.place = around(len(work.order))

    def losses(self, times: int) -> list[float]:
        """Take steps; return the loss of each."""
        found: list[float] = []
        with np.errstate(all="ignore"):
            for _ in range(times):
                found.append(self.runner.run(self.order[next(self.place)])[0])
                self.optimizer.step(RATE)
        return found


class Calling:
    """A call of the ready net, from array to array."""

    unit = 1

    def __init__(self, work: Workload, count: int) -> None:
        self.net = chain(work)
        self.x = work.x[np.arange(count) % len(work.x)] if count > 1 else work.x[0]

    def first(self) -> list[float]:
        return np.ravel(self.net(self.x)).tolist()

    def run(self, times: int) -> None:
        net, x = self.net, self.x
        for _ in range(times):
            net(x)


LAYERS = {
    "ramp": lambda **ports: netdsl.ParametricRampLayer(1, **ports),
    "normalization": netdsl.BatchNormalizationLayer,
    "embedding": netdsl.EmbeddingLayer,
    "resize": lambda **ports: netdsl.ResizeLayer([112, 112], **ports),
}


class Single:
    """The engine's plan for a layer in training: output, and gradients."""

    unit = 1

    def __init__(self, work: LayerWork) -> None:
        layer = LAYERS[work.name](Input=_port(work), **work.values)
        asks = [Ask((), name, True, name in work.arrays) for name in work.by]
        shape = work.input[1:]
        job = Job(
            (("Input", shape),),
            work.input[0],
            (Ask((), "Output"), *asks),
            imposed=("Output",),
            training=True,
        )
        self.plan = compiled(netdsl.NetInitialize(layer), job).plan
        self.given = {"Input": work.x, seed_name("Output"): work.gradient}

    def fill(self) -> None:
        for name, memory in self.plan.inputs.items():
            memory[...] = self.given[name]

    def first(self) -> list[float]:
        self.fill()
        self.plan.step()
        found = numbers(self.plan.outputs)
        # A plan may put a result where an input was; then each step needs its inputs anew.
        kept = (np.array_equal(self.plan.inputs[name], x) for name, x in self.given.items())
        self.inputs_stay = all(kept)
        return found

    def run(self, times: int) -> None:
        for _ in range(times):
            if not self.inputs_stay:
                self.fill()
            self.plan.step()


def _port(work: LayerWork) -> Any:
    shape: Any = work.input[1:]
    if not work.classes:
        return shape
    return netdsl.PortType(shape, "Integer", 1, work.classes).spec()


def training(work: Workload, variant: str) -> Task:
    """Return the task of training a net."""
    return Training(work)


def calling(work: Workload, count: int, variant: str) -> Task:
    """Return the task of applying a net to so many examples."""
    return Calling(work, count)


def single(work: LayerWork, variant: str) -> Task:
    """Return the task of a layer alone."""
    return Single(work)
