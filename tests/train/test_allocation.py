"""A step of a training allocates no array once it is warm."""

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
from tests.memory import allocated

MANY, CLASSES = 1024, 60
ITERATORS = 200_000
"""More bytes than numpy's iterators take, one for each thread. Numbers for each of MANY examples,
of which no layer below gives fewer than CLASSES, take 246 kB at least, in one step of a sequence
too."""

RANDOM = np.random.default_rng(2)
NETS = {
    "vectors": (
        NetChain([400, Ramp, LinearLayer(300), Ramp, CLASSES, SoftmaxLayer()], Input=500),
        RANDOM.normal(size=(MANY, 500)),
    ),
    "images": (
        NetChain(
            [
                *(ConvolutionLayer(6, 5), Ramp, PoolingLayer(2, 2), FlattenLayer()),
                *(CLASSES, SoftmaxLayer()),
            ],
            Input=(1, 16, 14),
        ),
        RANDOM.normal(size=(MANY, 1, 16, 14)),
    ),
    "sequences": (
        NetChain(
            [LongShortTermMemoryLayer(64), SequenceLastLayer(), CLASSES, SoftmaxLayer()],
            Input=("Varying", 62),
        ),
        [RANDOM.normal(size=(length, 62)) for length in RANDOM.integers(5, 9, MANY)],
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_a_warm_step_allocates_nothing(name):
    net, x = NETS[name]
    y = RANDOM.integers(1, CLASSES + 1, MANY)
    task = prepare(NetInitialize(net), (x, y), Automatic, np.float32)
    rates = dict.fromkeys(task.arrays, 1.0)
    parameters = Parameters(task.arrays, rates, task.dtype)
    runner = Runner(task.attached, task.data, parameters, batch=MANY, training=True, threads=2)
    optimizer = read_method("ADAM").optimizer(parameters, 2)
    which = np.arange(MANY)

    peak, left = allocated(lambda: runner.run(which))
    assert peak < ITERATORS
    assert left < 2000
    peak, left = allocated(lambda: optimizer.step(0.001))
    assert peak < 2000
    assert left < 500
