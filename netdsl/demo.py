"""`netdsl demo`: one net from its declaration to its accuracy, on Fisher's iris."""

from __future__ import annotations

import numpy as np

from netdsl import (
    Information,
    LinearLayer,
    NetChain,
    NetDecoder,
    NetExtract,
    NetShapes,
    NetTrain,
    ParametricRampLayer,
    SoftmaxLayer,
)
from netdsl.data import iris

HELD_BACK = 30


def run(rounds: int) -> None:
    """Print the whole way of one net; `rounds` is how long it trains."""
    flowers, species = iris()
    order = np.random.default_rng(7).permutation(len(flowers))
    train, test = order[HELD_BACK:], order[:HELD_BACK]
    mean, spread = flowers[train].mean(axis=0), flowers[train].std(axis=0)
    x = (flowers - mean) / spread
    y = np.array(species)

    _say("1. The data: Fisher's iris, four measurements of 150 flowers of three species.")
    print(f"   {len(train)} rows to train on, {len(test)} held back.")

    _say("2. A net. Its ParametricRampLayer learns its own slope for negative entries.")
    names = sorted(set(species))
    net = NetChain(
        [LinearLayer(8), ParametricRampLayer(), LinearLayer(3), SoftmaxLayer()],
        Input=4,
        Output=NetDecoder("Class", names),
    )
    print(Information(net))

    _say("3. Its shapes, known before any number is: here the input size is a symbol.")
    layers = [LinearLayer(8), ParametricRampLayer(), LinearLayer(3), SoftmaxLayer()]
    print(NetShapes(NetChain(layers), Input=("n",)))

    _say("4. What its second layer computes, and the same as LaTeX.")
    ramp = NetExtract(net, 2)
    print(f"   {Information(ramp, 'Formula')}")
    print(f"   {Information(ramp, 'FormulaLaTeX')}")

    _say(f"5. Training, {rounds} rounds of ADAM.")
    pair = (x[train], y[train].tolist())
    trained = NetTrain(net, pair, MaxTrainingRounds=rounds, LearningRate=0.01)

    _say("6. What it learned: the slopes of the ramp, which all started at 0.1.")
    print(f"   {np.round(NetExtract(trained, [2, 'Slope']), 3)}")
    right = [guess == truth for guess, truth in zip(trained(x[test]), y[test], strict=True)]
    print(f"   {sum(right)} of {len(test)} held-back flowers are named rightly.")
    shown = trained(x[test[0]], "Probabilities")
    sure = ", ".join(f"{name} {chance:.3f}" for name, chance in shown.items())
    print(f"   The first of them: {sure} (it is {y[test[0]]}).")

    _say("Where to go next")
    print("   README.md and docs/ show each step; in Python:")
    print("   >>> from netdsl import *")
    print("   >>> Information(ParametricRampLayer())")
    print("   >>> net = NetChain([3, Ramp, 1], Input=2); net = NetInitialize(net); net([1, 2])")


def _say(text: str) -> None:
    print(f"\n{text}\n")
