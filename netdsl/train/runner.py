"""Run a net with losses on batches of examples, forward and, in training, backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.compiled import concrete, see_that_they_run_together
from netdsl.engine.gradient import gradient
from netdsl.engine.noise import Noise
from netdsl.engine.padding import NotPaddedError, lengths_name, padded, unseen
from netdsl.engine.plan import Plan
from netdsl.engine.program import Program, Value
from netdsl.engine.trace import trace
from netdsl.errors import ShapeError
from netdsl.symbols import Automatic
from netdsl.train.losses import Attached
from netdsl.train.measures import ErrorRate
from netdsl.train.parameters import Parameters
from netdsl.train.task import Data

KEPT = 256
"""How many plans are kept, one for each size of examples and of batches."""

Indices = Sequence[int] | NDArray[np.intp]


class Runner:
    """A net with losses, the memory of its arrays, and examples to run it on.

    Examples of different lengths run padded to one length where the net allows it, those of
    different sizes otherwise in groups of equal ones, whose gradients are added.
    """

    def __init__(
        self,
        attached: Attached,
        data: Data,
        parameters: Parameters,
        *,
        batch: int,
        training: bool,
        threads: int,
        noise: Noise | None = None,
    ) -> None:
        self.attached = attached
        self.data = data
        self.parameters = parameters
        self.batch = batch
        self.training = training
        self.threads = threads
        self.noise = Noise(Automatic) if noise is None else noise
        self.error_rate = ErrorRate.of(attached.net)
        self.steps: dict[Any, Step] = {}
        self.sizes: list[Any] | None = None
        self.pads = True
        if any(isinstance(column.examples, list) for column in data.values()):
            self.sizes = list(zip(*(column.shapes() for column in data.values()), strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """What a run returns: the losses by their ports, then what is measured."""
        return (*self.attached.losses, *([ErrorRate.name] if self.error_rate else []))

    def run(self, which: NDArray[np.intp]) -> list[float]:
        """Run on some examples; return their mean losses and measurements.

        In training, the gradient of the sum of the losses lies in the parameters' vector.
        """
        if self.sizes is None:
            return self.step(None, len(which)).run(which)
        together = self._padded(which)
        if together is not None:
            return together
        found = [0.0] * len(self.names)
        gradient = self.parameters.gradient
        total = np.zeros_like(gradient)
        groups = [*self._groups(which)]
        for sizes, part in groups:
            step = self.step(sizes, len(part))
            see_that_they_run_together(self.attached.net, step, len(groups))
            more = step.run(part)
            found = [a + b for a, b in zip(found, more, strict=True)]
            total += gradient
        gradient[...] = total
        return found

    def _padded(self, which: NDArray[np.intp]) -> list[float] | None:
        """Run on examples padded to one length; None where they cannot run so."""
        assert self.sizes is not None
        common = padded([self.sizes[index] for index in which.tolist()]) if self.pads else None
        if common is None:
            return None
        try:
            step = self.step(common.sizes, len(which), common.groups)
        except (NotPaddedError, ShapeError):
            # The groups run, or say about the sizes that the data have what is wrong.
            self.pads = False
            return None
        return step.run(which, common.lengths)

    def _groups(self, which: NDArray[np.intp]) -> Iterator[tuple[Any, Indices]]:
        """Yield examples of equal sizes, so many at a time that few plans serve all batches."""
        assert self.sizes is not None
        groups: dict[Any, list[int]] = {}
        for index in which.tolist():
            groups.setdefault(self.sizes[index], []).append(index)
        for sizes, members in groups.items():
            while members:
                count = 1 << (len(members).bit_length() - 1)
                yield sizes, members[:count]
                members = members[count:]

    def step(self, sizes: Any, count: int, groups: Any = None) -> Step:
        """Return what runs a batch of so many examples of these sizes, made at the first need.

        `groups` says at which ports they are padded, and which lengths count there.
        """
        found = self.steps.get((sizes, count, groups))
        if found is None:
            if len(self.steps) >= KEPT:
                self.steps.pop(next(iter(self.steps)))
            found = self.steps[sizes, count, groups] = Step(self, sizes, count, groups)
        return found


class Step:
    """One plan, the memory that it reads and writes, and how examples get there."""

    def __init__(self, runner: Runner, sizes: Any, count: int, groups: Any = None) -> None:
        data, net, factors = runner.data, runner.attached.net, runner.attached.losses
        sizes = [column.shapes()[0] for column in data.values()] if sizes is None else sizes
        shapes = concrete(net, dict(zip(data, sizes, strict=True)))
        program = trace(net, shapes, count, runner.training, groups)
        losses = [unseen(program, program.ports[(), name]) for name in factors]
        scales = [factor / runner.batch for factor in factors.values()]
        sums = [value.xp.sum(value, range(value.ndim)) for value in losses]
        seen = list(runner.error_rate.values(program, net)) if runner.error_rate else []
        if any(value.number in program.padded for value in seen):
            raise NotPaddedError  # what is counted would count padded steps too
        states = runner.parameters.states if runner.training else {}
        updates = {path: value for path, value in program.updates.items() if path in states}
        wrt = _gradients(program, losses, scales, runner.parameters) if runner.training else []
        self.plan = _plan(
            program, [*sums, *seen, *updates.values()], wrt, runner.parameters, runner.threads
        )
        self.noise, self.joins_batch = runner.noise, program.joins_batch
        first = len(sums) + len(seen)
        after = self.plan.outputs[first : first + len(updates)]
        # One that is the memory of another state would be changed before it is read.
        memory = [*states.values()]
        kept = [
            value.copy() if any(np.may_share_memory(value, one) for one in memory) else value
            for value in after
        ]
        self.updates = [
            (states[path], *pair) for path, *pair in zip(updates, after, kept, strict=True)
        ]
        inputs = self.plan.inputs
        self.lengths = [
            (inputs[name], group)
            for group in range(len(data))
            if (name := lengths_name(group)) in inputs
        ]
        self.fill = [
            _filler(column.examples, inputs[name])
            for name, column in data.items()
            if name in inputs
        ]
        self.sums = list(zip(self.plan.outputs[: len(sums)], scales, strict=True))
        self.batch = runner.batch
        self.count: Callable[[], float] | None = None
        if runner.error_rate:
            probabilities, targets = self.plan.outputs[len(sums) : len(sums) + 2]
            self.count = runner.error_rate.counter(probabilities, targets)

    def run(self, which: Indices, lengths: Any = None) -> list[float]:
        """Run on some examples; return the part that they have in the means over the batch."""
        for memory, group in self.lengths:
            memory[...] = lengths[group]
        for fill in self.fill:
            fill(which)
        self.plan.draw(self.noise)
        self.plan.step()
        for _, after, kept in self.updates:
            if kept is not after:
                np.copyto(kept, after)
        for state, _, kept in self.updates:
            np.copyto(state, kept)
        found = [memory.item() * scale for memory, scale in self.sums]
        if self.count is not None:
            found.append(self.count() / self.batch)
        return found


def _gradients(
    program: Program, losses: list[Value], scales: list[float], parameters: Parameters
) -> list[Value]:
    """Append the gradients of the scaled sum of the losses by what is learned."""
    if not parameters.views:
        return []  # only states are moved
    seeds = [
        (value, value.xp.broadcast_to(scale, value.shape))
        for value, scale in zip(losses, scales, strict=True)
    ]
    return gradient(program, seeds, [program.arrays[path] for path in parameters.views])


def _plan(
    program: Program,
    seen: list[Value],
    wrt: list[Value],
    parameters: Parameters,
    threads: int,
) -> Plan:
    """Return the plan whose arrays and gradients lie in the parameters' vectors."""
    memory = parameters.memory
    # A shared array has its memory at the first of its places alone.
    bound = {value.number: memory[p] for p, value in program.arrays.items() if p in memory}
    targets = [None] * len(seen) + [*parameters.gradients.values()][: len(wrt)]
    precision = parameters.vector.dtype.type
    return Plan(program, [*seen, *wrt], bound, precision, targets, threads)


def _filler(examples: Any, memory: NDArray[Any]) -> Callable[[Indices], Any]:
    """Return what copies examples into the memory of an input; shorter ones go on as they ended."""
    if isinstance(examples, np.ndarray):
        return lambda which: examples.take(which, 0, memory, "clip")

    def fill(which: Indices) -> None:
        for place, index in enumerate(which):
            example = examples[index]
            if example.shape == memory.shape[1:]:
                memory[place] = example
            else:
                memory[place, : len(example)] = example
                memory[place, len(example) :] = example[-1]

    return fill
