"""The methods of optimization, each a few passes in place over flat vectors.

A method lists its passes once, as calls whose memory is bound, for blocks that stay in the
processor's cache; a step then only runs down the list.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import numpy as np

from netdsl.engine.memory import ALIGN
from netdsl.engine.program import Call
from netdsl.engine.workers import BLOCK, THREADED, shared, split
from netdsl.train.parameters import Parameters, Real, Vector, zeros


@dataclass(slots=True)
class Block:
    """One stretch of the flat vectors: weights, gradient, the method's memory, scratch."""

    w: Vector
    g: Vector
    s: Vector
    rates: Vector | None
    memory: dict[str, Vector] = field(default_factory=dict[str, Vector])


class Optimizer:
    """One method at work on the parameters of one training."""

    name: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]]
    rate: ClassVar[float]
    """The learning rate where LearningRate is Automatic."""
    memories: ClassVar[tuple[str, ...]] = ()
    """The vectors that the method keeps from step to step."""

    def __init__(self, parameters: Parameters, options: Mapping[str, Any], threads: int) -> None:
        self.options = options
        self.dtype: Real = parameters.vector.dtype.type
        self.count = 0
        self.step_size = self.number(0)
        self.factor = parameters.rate
        threads = threads if parameters.vector.size >= THREADED else 1
        parts = split(list(self._blocks(parameters, threads)), threads)
        self.calls = shared([[*self._of(part)] for part in parts])

    def step(self, rate: float) -> None:
        """Take one step against the gradient."""
        self.count += 1
        self.advance(rate * self.factor)
        for call in self.calls:
            call()

    def advance(self, rate: float) -> None:
        """Set the numbers that change from step to step."""
        self.step_size[()] = rate

    def method_passes(self, at: Block) -> Iterator[Call]:
        """Yield the passes over one block."""
        raise NotImplementedError

    def number(self, value: float) -> Any:
        """Return a number as ufuncs take it fastest: an array of rank 0."""
        return np.array(value, self.dtype)

    def _of(self, blocks: Sequence[Block]) -> Iterator[Call]:
        """Yield the passes over the blocks of one thread, which has a scratch of its own."""
        scratch = zeros(max((block.w.size for block in blocks), default=0), self.dtype)
        for block in blocks:
            block.s = scratch[: block.w.size]
            yield from self._passes(block)

    def _blocks(self, parameters: Parameters, threads: int) -> Iterator[Block]:
        """Yield blocks of equal size, as many for each thread."""
        size = parameters.vector.size
        count = threads * max(1, math.ceil(size / (threads * BLOCK)))
        line = ALIGN // np.dtype(self.dtype).itemsize
        each = max(line, math.ceil(size / count / line) * line)
        kept = {name: zeros(size, self.dtype) for name in self.memories}
        for start in range(0, size, each):
            here = slice(start, min(start + each, size))
            w, g = parameters.vector[here], parameters.gradient[here]
            rates = None if parameters.rates is None else parameters.rates[here]
            memory = {name: vector[here] for name, vector in kept.items()}
            yield Block(w, g, w[:0], rates, memory)

    def _passes(self, at: Block) -> Iterator[Call]:
        clip, decay = self.options["GradientClipping"], self.options["L2Regularization"]
        if clip is not None:
            yield from self._clipped(at.g, clip)
        if decay is not None:
            yield partial(np.multiply, at.w, self.number(decay), out=at.s)
            yield partial(np.add, at.g, at.s, out=at.g)
        yield from self.method_passes(at)
        if self.options["WeightClipping"] is not None:
            yield from self._clipped(at.w, self.options["WeightClipping"])

    def _clipped(self, vector: Vector, limit: float) -> Iterator[Call]:
        yield partial(np.minimum, vector, self.number(limit), out=vector)
        yield partial(np.maximum, vector, self.number(-limit), out=vector)

    def by_rate(self, at: Block, source: Vector) -> Iterator[Call]:
        """Yield the passes that put `source` times the learning rate into the scratch."""
        yield partial(np.multiply, source, self.step_size, out=at.s)
        if at.rates is not None:
            yield partial(np.multiply, at.s, at.rates, out=at.s)


class ADAM(Optimizer):
    """m += (1 - Beta1)(g - m); v += (1 - Beta2)(g^2 - v); w -= rate m' / (sqrt(v') + Epsilon).

    m' and v' are m and v divided by 1 - Beta^t. The vectors kept are m / (1 - Beta1) and
    v / (1 - Beta2), which saves a pass each. Source: Kingma and Ba 2015.
    """

    name = "ADAM"
    rate = 0.001
    defaults: ClassVar[Mapping[str, Any]] = {"Beta1": 0.9, "Beta2": 0.999, "Epsilon": 1e-5}
    memories = ("m", "v")

    def __init__(self, parameters: Parameters, options: Mapping[str, Any], threads: int) -> None:
        self.dtype = parameters.vector.dtype.type
        self.epsilon = self.number(0)
        super().__init__(parameters, options, threads)

    def advance(self, rate: float) -> None:
        beta1, beta2 = self.options["Beta1"], self.options["Beta2"]
        root = math.sqrt((1 - beta2) / (1 - beta2**self.count))
        self.epsilon[()] = self.options["Epsilon"] / root
        self.step_size[()] = rate * (1 - beta1) / (1 - beta1**self.count) / root

    def method_passes(self, at: Block) -> Iterator[Call]:
        m, v = at.memory["m"], at.memory["v"]
        yield partial(np.multiply, m, self.number(self.options["Beta1"]), out=m)
        yield partial(np.add, m, at.g, out=m)
        yield partial(np.multiply, v, self.number(self.options["Beta2"]), out=v)
        yield partial(np.multiply, at.g, at.g, out=at.s)
        yield partial(np.add, v, at.s, out=v)
        yield partial(np.sqrt, v, out=at.s)
        yield partial(np.add, at.s, self.epsilon, out=at.s)
        yield partial(np.divide, m, at.s, out=at.s)
        yield from self.by_rate(at, at.s)
        yield partial(np.subtract, at.w, at.s, out=at.w)


class RMSProp(Optimizer):
    """n += (1 - Beta)(g^2 - n); a += (1 - Beta)(g - a); w -= d, where
    d is Momentum d + rate g / sqrt(n - a^2 + Epsilon).

    The vectors kept are n / (1 - Beta) and a / (1 - Beta). Source: Graves 2013, "Generating
    sequences with recurrent neural networks", equations 38 to 45.
    """

    name = "RMSProp"
    rate = 0.001
    defaults: ClassVar[Mapping[str, Any]] = {"Beta": 0.95, "Epsilon": 1e-6, "Momentum": 0.9}
    memories = ("n", "a", "d")

    def advance(self, rate: float) -> None:
        self.step_size[()] = rate / math.sqrt(1 - self.options["Beta"])

    def method_passes(self, at: Block) -> Iterator[Call]:
        n, a, d = at.memory["n"], at.memory["a"], at.memory["d"]
        beta, rest = self.number(self.options["Beta"]), 1 - self.options["Beta"]
        yield partial(np.multiply, n, beta, out=n)
        yield partial(np.multiply, at.g, at.g, out=at.s)
        yield partial(np.add, n, at.s, out=n)
        yield partial(np.multiply, a, beta, out=a)
        yield partial(np.add, a, at.g, out=a)
        yield partial(np.multiply, a, a, out=at.s)
        yield partial(np.multiply, at.s, self.number(rest), out=at.s)
        yield partial(np.subtract, n, at.s, out=at.s)
        # A variance; rounding may put it below zero by more than Epsilon.
        yield partial(np.maximum, at.s, self.number(0), out=at.s)
        yield partial(np.add, at.s, self.number(self.options["Epsilon"] / rest), out=at.s)
        yield partial(np.sqrt, at.s, out=at.s)
        yield partial(np.divide, at.g, at.s, out=at.s)
        yield from self.by_rate(at, at.s)
        yield partial(np.multiply, d, self.number(self.options["Momentum"]), out=d)
        yield partial(np.add, d, at.s, out=d)
        yield partial(np.subtract, at.w, d, out=at.w)


class SGD(Optimizer):
    """w -= d, where d is Momentum d + rate g: stochastic gradient descent, the heavy ball."""

    name = "SGD"
    rate = 0.01
    defaults: ClassVar[Mapping[str, Any]] = {"Momentum": 0.93}
    memories = ("d",)

    def method_passes(self, at: Block) -> Iterator[Call]:
        d = at.memory["d"]
        yield partial(np.multiply, d, self.number(self.options["Momentum"]), out=d)
        yield from self.by_rate(at, at.g)
        yield partial(np.add, d, at.s, out=d)
        yield partial(np.subtract, at.w, d, out=at.w)


class SignSGD(Optimizer):
    """w -= rate sign(d), where d is Momentum d + g.

    Source: Bernstein and others 2018, "signSGD" (with momentum called Signum).
    """

    name = "SignSGD"
    rate = 0.001
    defaults: ClassVar[Mapping[str, Any]] = {"Momentum": 0.93}
    memories = ("d",)

    def method_passes(self, at: Block) -> Iterator[Call]:
        d = at.memory["d"]
        yield partial(np.multiply, d, self.number(self.options["Momentum"]), out=d)
        yield partial(np.add, d, at.g, out=d)
        yield partial(np.sign, d, out=at.s)
        yield from self.by_rate(at, at.s)
        yield partial(np.subtract, at.w, at.s, out=at.w)


METHODS: dict[str, type[Optimizer]] = {kind.name: kind for kind in (ADAM, RMSProp, SGD, SignSGD)}
