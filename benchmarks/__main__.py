"""Print how long netdsl takes, as ratios to plain numpy measured in the same run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median
from time import perf_counter

import numpy as np

from netdsl import (
    LinearLayer,
    NetChain,
    NetInitialize,
    NetShapes,
    NetTrain,
    ParametricRampLayer,
    Tanh,
)

Pair = tuple[str, Callable[[], object], Callable[[], object] | None, int]
"""What is measured, netdsl's way, numpy's way where there is one, how often in one timing."""


def seconds(work: Callable[[], object], times: int) -> float:
    """The time of one run, over several in a row."""
    start = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - start) / times


def load(name: str) -> Callable[[], object]:
    """A fresh interpreter that imports one package."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {name}"], check=True)


def calls() -> Iterator[Pair]:
    """One example through a ready net, against the same products and ramps by hand."""
    random = np.random.default_rng(1)
    for name, sizes in (("2-8-1", (2, 8, 1)), ("784-512-256-10", (784, 512, 256, 10))):
        layers = [LinearLayer(sizes[1])]
        for size in sizes[2:]:
            layers += [ParametricRampLayer(()), LinearLayer(size)]
        net = NetInitialize(NetChain(layers, Input=sizes[0]))
        arrays = [random.normal(size=(n, m)).astype(np.float32) for m, n in pairwise(sizes)]
        x = random.normal(size=sizes[0]).astype(np.float32)

        def by_hand(x=x, arrays=arrays):
            for weights in arrays:
                x = weights @ np.where(x >= 0, x, 0.1 * x)
            return x

        yield f"one example, {name}", lambda net=net, x=x: net(x), by_hand, 200


def training() -> Iterator[Pair]:
    """Two hundred rounds of ADAM on four points, against the same steps by hand."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    net = NetChain([LinearLayer(8), Tanh, LinearLayer(1)], Input=2)
    options = {"MaxTrainingRounds": 200, "TrainingProgressReporting": None}

    def by_hand() -> None:
        random = np.random.default_rng(1)
        arrays = [random.normal(size=s).astype(np.float32) for s in ((2, 8), (8,), (8, 1), (1,))]
        first, second = ([np.zeros_like(a) for a in arrays] for _ in range(2))
        for step in range(1, 201):
            w, b, v, c = arrays
            h = np.tanh(x @ w + b)
            g = 2 * (h @ v + c - y) / 4
            back = g @ v.T * (1 - h * h)
            slopes = (x.T @ back, back.sum(0), h.T @ g, g.sum(0))
            for a, m, s, d in zip(arrays, first, second, slopes, strict=True):
                m += 0.1 * (d - m)
                s += 0.001 * (d * d - s)
                a -= 0.001 * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.999**step)) + 1e-5)

    yield "200 steps of XOR", lambda: NetTrain(net, (x, y), **options), by_hand, 1


def shapes() -> Iterator[Pair]:
    """Building and inferring, which nothing in numpy compares with."""
    yield "chain of 1,000 layers, built", lambda: NetChain([3] * 1000, Input=2), None, 1
    net = NetChain([LinearLayer(3), ParametricRampLayer()])
    yield "NetShapes with a symbol", lambda: NetShapes(net, Input=("n",)), None, 20


def main() -> None:
    """Measure in turns, so that a busy moment meets both sides, and print medians."""
    pairs: list[Pair] = [("import", load("netdsl"), load("numpy"), 1)]
    pairs += [*calls(), *training(), *shapes()]
    print(f"{'':32}{'netdsl':>12}{'numpy':>12}{'ratio':>8}")
    for name, ours, theirs, times in pairs:
        rounds = [(seconds(ours, times), theirs and seconds(theirs, times)) for _ in range(7)]
        mine = median(pair[0] for pair in rounds)
        line = f"{name:32}{mine * 1e3:9.3f} ms"
        if theirs is not None:
            other = median(pair[1] for pair in rounds)
            ratio = median(pair[0] / pair[1] for pair in rounds)
            line += f"{other * 1e3:9.3f} ms{ratio:8.2f}"
        print(line)


if __name__ == "__main__":
    main()
