"""netdsl from a cold start: a net applied, or trained by NetTrain."""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.programs.data import Given, show_loss
from netdsl import LinearLayer, NetChain, NetInitialize, NetTrain, Ramp, SoftmaxLayer, Tanh


def apply() -> None:
    """Apply an untrained net to one example."""
    net = NetInitialize(NetChain([512, Ramp, 256, Ramp, 10, SoftmaxLayer()], Input=784))
    print(net(np.ones(784)).sum())


def train(file: str, batch: int, rounds: int) -> None:
    """Train; the order of the examples in the file is the one that NetTrain draws."""
    given = Given(file)
    layers = []
    for weights, biases in given.layers:
        layers += [LinearLayer(Weights=weights, Biases=biases), Ramp if given.has_classes else Tanh]
    last = [SoftmaxLayer()] if given.has_classes else []
    net = NetTrain(
        NetChain([*layers[:-1], *last]),
        (given.x, given.y + 1 if given.has_classes else given.y),
        BatchSize=batch,
        MaxTrainingRounds=rounds,
        Method=["ADAM", {"Epsilon": 1e-8}],
        TrainingProgressReporting=None,
    )
    show_loss(given, net(given.x), logits=False)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        apply()
    else:
        train(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
