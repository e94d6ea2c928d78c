"""`netdsl demo`: one net from its declaration to its accuracy, on Fisher's iris."""

from __future__ import annotations

from textwrap import fill
from typing import Any

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
from netdsl.report.table import terminal_width

HELD_BACK = 30
LAYERS = [LinearLayer(8), ParametricRampLayer(), LinearLayer(3), SoftmaxLayer()]


def run(rounds: int) -> None:
    """Print the whole way of one net; `rounds` is how long it trains."""
    flowers, species = iris()
    names = np.array(species)
    order = np.random.default_rng(7).permutation(len(flowers))
    train, test = order[HELD_BACK:], order[:HELD_BACK]
    x = (flowers - flowers[train].mean(axis=0)) / flowers[train].std(axis=0)
    _head("1. The data: Fisher's iris, four measurements of 150 flowers of three species.")
    _say(f"{len(train)} rows to train on, {len(test)} held back.")
    net = _declare(sorted(set(species)))
    _head(f"5. Training, {rounds} rounds of ADAM.")
    data = (x[train], names[train])
    trained = NetTrain(net, data, MaxTrainingRounds=rounds, LearningRate=0.01)
    _results(trained, x[test], names[test])


def _declare(names: list[str]) -> NetChain:
    """Print what a net says of itself before any number is computed; return it."""
    _head("2. A net. Its ParametricRampLayer learns its own slope for negative entries.")
    net = NetChain(LAYERS, Input=4, Output=NetDecoder("Class", names))
    print(Information(net))
    _head("3. Its shapes, known before any number is: here the input size is a symbol.")
    print(NetShapes(NetChain(LAYERS), Input=("n",)))
    _head("4. What its second layer computes, and the same as LaTeX.")
    ramp = NetExtract(net, 2)
    _say(str(Information(ramp, "Formula")))
    _say(Information(ramp, "FormulaLaTeX"))
    return net


def _results(trained: NetChain, x: Any, truth: Any) -> None:
    """Print what the net has learned, and how it does on flowers that it has not seen."""
    _head("6. What it learned: the slopes of the ramp, which all started at 0.1.")
    _say(str(np.round(NetExtract(trained, [2, "Slope"]), 3)))
    right = sum(guess == name for guess, name in zip(trained(x), truth, strict=True))
    _say(f"{right} of {len(truth)} held-back flowers are named rightly.")
    chances = trained(x[0], "Probabilities")
    shown = ", ".join(f"{name} {chance:.3f}" for name, chance in chances.items())
    _say(f"The first of them: {shown}; it is {truth[0]}.")
    _head("Where to go next")
    _say("README.md and docs/ show each step; in Python:")
    print("   >>> from netdsl import *")
    print("   >>> Information(ParametricRampLayer())")
    print("   >>> net = NetInitialize(NetChain([3, Ramp, 1], Input=2))")
    print("   >>> net([1, 2])")


def _head(text: str) -> None:
    print(f"\n{fill(text, terminal_width() or 100)}\n")


def _say(text: str) -> None:
    width = terminal_width() or 200
    print(fill(text, width, initial_indent="   ", subsequent_indent="   ", break_long_words=False))
