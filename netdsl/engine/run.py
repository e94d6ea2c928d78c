"""Run a net on the examples of a call, batch by batch, whatever sizes they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import show_dims
from netdsl.engine.compiled import (
    Compiled,
    Job,
    compiled,
    see_that_they_run_together,
    seed_name,
)
from netdsl.engine.data import PortData, check_elements
from netdsl.engine.noise import Noise
from netdsl.engine.padding import NotPaddedError, Sizes, lengths_name, padded, stacked
from netdsl.engine.query import Ask
from netdsl.engine.workers import cores
from netdsl.errors import DataError, ShapeError
from netdsl.spec import Net

AUTOMATIC_BATCH = 1024
"""Examples run at once unless BatchSize says otherwise."""

Result = list[NDArray[Any]] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Mode:
    """The options of one call."""

    batch: int = AUTOMATIC_BATCH
    training: bool = False
    precision: str = "Real32"
    threads: int = field(default_factory=cores)

    def job(self, sizes: Mapping[str, tuple[int, ...]], count: int, asks: tuple[Ask, ...]) -> Job:
        """Return what is to be done for so many examples of these sizes."""
        named = tuple(sizes.items())
        training, precision, threads = self.training, self.precision, self.threads
        return Job(named, count, asks, (), training, precision, threads)


def run(
    net: Net,
    inputs: dict[str, PortData],
    seeds: dict[str, PortData],
    asks: tuple[Ask, ...],
    mode: Mode,
    noise: Noise,
) -> list[Result]:
    """Run all examples; return the answers in their order."""
    count = len(next(iter(inputs.values()))) if inputs else 1
    groups = _groups(inputs, count)
    apart: set[Any] = vars(net).setdefault("_apart", set())
    if len(groups) > 1 and not seeds and asks not in apart:
        try:
            together = _Running(net, inputs, seeds, asks, mode, noise, count).padded()
            if together is not None:
                return together
        except NotPaddedError:
            apart.add(asks)
        except ShapeError:
            pass  # the groups say about the sizes that the data have what is wrong
    running = _Running(net, inputs, seeds, asks, mode, noise, count)
    for sizes, which in groups.items():
        running.group(sizes, which, len(groups))
    return running.answers()


class _Running:
    """What is run, and the answers found so far."""

    def __init__(
        self,
        net: Net,
        inputs: dict[str, PortData],
        seeds: dict[str, PortData],
        asks: tuple[Ask, ...],
        mode: Mode,
        noise: Noise,
        count: int,
    ) -> None:
        self.net, self.inputs, self.seeds = net, inputs, seeds
        self.asks, self.mode, self.noise, self.count = asks, mode, noise, count
        self.whole: list[NDArray[Any]] | None = None
        self.parts: list[list[Any]] = [[None] * count for _ in asks]
        self.sums: list[Any] = [None] * len(asks)

    def answers(self) -> list[Result]:
        """Return the answers; those of examples in one array where their sizes are equal."""
        if self.whole is not None:
            return [*self.whole]
        return [
            total if ask.is_array else _stacked(parts)
            for ask, total, parts in zip(self.asks, self.sums, self.parts, strict=True)
        ]

    def group(self, sizes: Sizes, which: list[int], groups: int) -> None:
        """Run examples of equal sizes, one of so many groups."""
        for start in range(0, len(which), self.mode.batch):
            chosen = which[start : start + self.mode.batch]
            ready = self._ready(sizes, len(chosen), None)
            see_that_they_run_together(self.net, ready, groups)
            given = {name: data.take(chosen) for name, data in self.inputs.items()}
            self._check(ready, given)
            _see_that_they_fit(self.net, self.seeds, chosen, ready.outputs)
            given |= {seed_name(name): data.take(chosen) for name, data in self.seeds.items()}
            results = ready.plan.run(given, self.noise)
            if len(chosen) == self.count:
                self.whole = results
            else:
                self._note(results, chosen, [None] * len(results))

    def padded(self) -> list[Result] | None:
        """Run examples of different lengths, padded to one; None for other sizes that differ."""
        sizes = list(zip(*(data.shapes() for data in self.inputs.values()), strict=True))
        for start in range(0, self.count, self.mode.batch):
            chosen = list(range(start, min(start + self.mode.batch, self.count)))
            common = padded([sizes[index] for index in chosen])
            if common is None:
                return None
            ready = self._ready(common.sizes, len(chosen), common.groups)
            given = {
                name: stacked([data.examples[i] for i in chosen], size)
                for (name, data), size in zip(self.inputs.items(), common.sizes, strict=True)
            }
            self._check(ready, given)
            lengths = {lengths_name(group): row for group, row in enumerate(common.lengths)}
            results = ready.plan.run({**given, **lengths}, self.noise)
            cuts = [None if name is None else lengths[name] for name in ready.lengths]
            self._note(results, chosen, cuts)
        return self.answers()

    def _ready(self, sizes: Sizes, count: int, groups: tuple[int | None, ...] | None) -> Compiled:
        named = dict(zip(self.inputs, sizes, strict=True))
        job = self.mode.job(named, count, self.asks)
        return compiled(self.net, replace(job, imposed=tuple(self.seeds), groups=groups))

    def _check(self, ready: Compiled, given: dict[str, NDArray[Any]]) -> None:
        for name, kind in ready.limits.items():
            check_elements(given[name], kind, {"layer": self.net.brief(), "port": name})

    def _note(
        self, results: list[NDArray[Any]], chosen: list[int], cuts: list[NDArray[Any] | None]
    ) -> None:
        """Keep the answers for some examples, each cut to its length where it was padded."""
        for at, (ask, result, cut) in enumerate(zip(self.asks, results, cuts, strict=True)):
            if ask.is_array:
                self.sums[at] = result if self.sums[at] is None else self.sums[at] + result
                continue
            for row, index in enumerate(chosen):
                self.parts[at][index] = result[row] if cut is None else result[row][: cut[row]]


def _groups(inputs: dict[str, PortData], count: int) -> dict[Any, list[int]]:
    """Return the positions of the examples by their sizes at all ports."""
    groups: dict[Any, list[int]] = {}
    if all(isinstance(data.examples, np.ndarray) for data in inputs.values()):
        return {tuple(data.shapes()[0] for data in inputs.values()): list(range(count))}
    for index, sizes in enumerate(zip(*(data.shapes() for data in inputs.values()), strict=True)):
        groups.setdefault(sizes, []).append(index)
    return groups


def _stacked(parts: Sequence[NDArray[Any]]) -> Result:
    if all(part.shape == parts[0].shape for part in parts):
        return np.stack(parts)
    return [*parts]


def _see_that_they_fit(
    net: Net, seeds: dict[str, PortData], which: list[int], outputs: dict[str, tuple[int, ...]]
) -> None:
    """Refuse an imposed gradient that has not the dimensions of its output."""
    for name, data in seeds.items():
        shapes = data.shapes()
        wrong = next((shapes[index] for index in which if shapes[index] != outputs[name]), None)
        if wrong is not None:
            raise DataError(
                "An imposed gradient has the dimensions of its output.",
                layer=net.brief(),
                port=name,
                expected=show_dims(outputs[name]),
                got=show_dims(wrong),
            )
