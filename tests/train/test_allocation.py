"""A step of a training allocates no array once it is warm."""

import tracemalloc

import numpy as np
import pytest

from netdsl import (
    ConvolutionLayer,
    FlattenLayer,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetChain,
    NetInitialize,
    PoolingLayer,
    Ramp,
    SequenceLastLayer,
    SoftmaxLayer,
)
from netdsl.symbols import Automatic
from netdsl.train.method import read_method
from netdsl.train.parameters import Parameters
from netdsl.train.runner import Runner
from netdsl.train.task import prepare

ITERATOR = 200_000
"""What numpy's own iterator may take for the time of a call; no array here is that small."""

RANDOM = np.random.default_rng(2)
NETS = {
    "vectors": (
        NetChain([400, Ramp, LinearLayer(300), Ramp, 10, SoftmaxLayer()], Input=500),
        RANDOM.normal(size=(256, 500)),
    ),
    "images": (
        NetChain(
            [ConvolutionLayer(6, 5), Ramp, PoolingLayer(2, 2), FlattenLayer(), 10, SoftmaxLayer()],
            Input=(1, 28, 28),
        ),
        RANDOM.normal(size=(128, 1, 28, 28)),
    ),
    "sequences": (
        NetChain(
            [LongShortTermMemoryLayer(64), SequenceLastLayer(), 10, SoftmaxLayer()],
            Input=("Varying", 32),
        ),
        [RANDOM.normal(size=(length, 32)) for length in RANDOM.integers(20, 31, 128)],
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_a_warm_step_allocates_nothing(name):
    net, x = NETS[name]
    y = RANDOM.integers(1, 11, len(x))
    task = prepare(NetInitialize(net), (x, y), Automatic, np.float32)
    rates = dict.fromkeys(task.arrays, 1.0)
    parameters = Parameters(task.arrays, rates, task.dtype)
    runner = Runner(task.attached, task.data, parameters, batch=len(x), training=True, threads=2)
    optimizer = read_method("ADAM").optimizer(parameters, 2)
    which = np.arange(len(x))

    def step():
        runner.run(which)
        optimizer.step(0.001)

    with np.errstate(all="ignore"):
        step()
        tracemalloc.start()
        step()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        step()
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak - before < ITERATOR
    assert after - before < 2000
