"""From a net and the sizes of a batch to something that runs; kept, so it is done once."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import PortType, are_numbers
from netdsl.engine.gradient import gradient
from netdsl.engine.padding import masked
from netdsl.engine.plan import Plan
from netdsl.engine.program import Program, Value
from netdsl.engine.query import Ask
from netdsl.engine.trace import trace
from netdsl.engine.workers import cores
from netdsl.errors import DataError, ShapeError, UninitializedError
from netdsl.nets.extract import show_keys
from netdsl.spec import Net, Shapes
from netdsl.spec.net_array import value_of
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

KEPT = 64
"""How many plans a net keeps; sequences of many lengths would make ever more."""

PRECISIONS: dict[Any, type[np.floating[Any]]] = {"Real32": np.float32, "Real64": np.float64}

_lock = threading.Lock()


def concrete(net: Net, sizes: dict[str, tuple[int, ...]]) -> Shapes:
    """Return the shapes of a net for examples of these sizes; an error says what does not fit."""
    fixed = all(net.port(name).is_fixed for name in net.input_names)
    shapes = net.shapes
    if not fixed or open_port(shapes) is not None:
        types = {
            name: PortType(
                sizes[name], net.port(name).element, net.port(name).first, net.port(name).last
            )
            for name in net.input_names
        }
        shapes = net.checked(types, lengths_vary=False)
        if (place := open_port(shapes)) is not None:  # that of an array that is drawn, say
            path, name = place
            raise ShapeError(
                "A size is not known when the net runs.",
                layer=net.describe(path),
                port=name,
                expected=f"a shape, for instance {name}=3",
                got=str(shapes.port(path, name)),
            )
    return shapes


def open_port(shapes: Shapes) -> tuple[Path, str] | None:
    """Return the first port that has a size which is no number, None where there is none."""
    places = (place for place in shapes.ports if not shapes.port(*place).is_fixed)
    return next(places, None)


def set_arrays(net: Net) -> dict[Path, NDArray[Any]]:
    """Return the value of every array by its path; an error lists those that have none."""
    found: dict[Path, NDArray[Any]] = {}
    missing: list[Path] = []
    first = net.shapes.first_places()
    for path, layer in net.leaves():
        for name in layer.array_fields:
            value = value_of(getattr(layer, name))
            place = (*path, name)
            if value is not Automatic:
                found[place] = value
            elif first.get(place, place) == place:
                missing.append(place)
    if missing:
        path, name = missing[0][:-1], str(missing[0][-1])
        is_open = not are_numbers(net.shapes.array(path, name))
        raise UninitializedError(
            "An array has no value yet.",
            layer=net.describe(path),
            array=name,
            expected="NetInitialize(net), once its shapes are known, for instance with Input=3"
            if is_open
            else "NetInitialize(net), or a trained net",
            got=", ".join(show_keys(path) for path in missing[:5])
            + (f" and {len(missing) - 5} more" if len(missing) > 5 else ""),
        )
    return found


@dataclass(frozen=True, slots=True)
class Job:
    """What a plan is made for.

    `sizes` are those of one example at each port, `batch` is the number of examples; `imposed`
    are the outputs on which a gradient is given, `groups` says where sequences are padded.
    """

    sizes: tuple[tuple[str, tuple[int, ...]], ...]
    batch: int
    asks: tuple[Ask, ...]
    imposed: tuple[str, ...] = ()
    training: bool = False
    precision: str = "Real32"
    threads: int = field(default_factory=cores)
    groups: tuple[int | None, ...] | None = None


class Compiled:
    """A net ready to run on batches of one size, for one set of questions."""

    def __init__(self, net: Net, job: Job) -> None:
        values, sizes = set_arrays(net), dict(job.sizes)
        shapes = concrete(net, sizes)
        states = tuple(name for name in sizes if name in net.state_names)
        program = trace(net, shapes, job.batch, job.training, job.groups, states)
        dtype = PRECISIONS[job.precision]
        bound = {
            value.number: np.asarray(values[path], dtype, order="C")
            for path, value in program.arrays.items()
        }
        wanted = questions(program, net.output_names, job.asks, job.imposed)
        self.joins_batch = program.joins_batch
        """Whether examples cannot run apart: a layer has a mean over the batch."""
        self.plan = Plan(program, wanted, bound, dtype, threads=job.threads)
        self.lengths = _lengths(program, job.asks, wanted)
        """The input that brings the lengths to which each answer is cut, None where it is not."""
        self.outputs = {name: program.ports[(), name].shape[1:] for name in net.output_names}
        """The dimensions of one example at each output."""
        self.limits = {
            name: shapes.port((), name)
            for name in net.input_names
            if shapes.port((), name).element == "Integer"
        }
        """Integer inputs: how far they may reach can depend on the sizes of the others."""


def see_that_they_run_together(net: Net, ready: Any, groups: int) -> None:
    """Refuse examples that would have to run apart where a layer computes with all of a batch."""
    if groups > 1 and ready.joins_batch:
        raise DataError(
            "Examples of these sizes cannot run together, and a layer has a mean over the batch.",
            layer=net.brief(),
            expected="examples of one size, or sequences that only layers along them see",
            got=f"{groups} groups of different sizes",
            nearest="NormalizationLayer, which looks at each example alone",
        )


def _lengths(program: Program, asks: tuple[Ask, ...], wanted: list[Value]) -> list[str | None]:
    of_inputs = {name: program.padded.get(value.number) for name, value in program.inputs.items()}
    return [
        of_inputs.get(ask.name)
        if ask.gradient and not ask.is_array
        else program.padded.get(value.number)
        for ask, value in zip(asks, wanted, strict=True)
    ]


def questions(
    program: Program, outputs: tuple[str, ...], asks: tuple[Ask, ...], imposed: tuple[str, ...]
) -> list[Value]:
    """Return the values that answer the questions, with the reverse pass where one is asked."""
    wanted = [ask for ask in asks if ask.gradient]
    found: dict[Ask, Value] = {
        ask: program.ports[ask.path, ask.name] for ask in asks if not ask.gradient
    }
    if wanted:
        seeds = _seeds(program, outputs, imposed)
        by = [
            program.arrays[*ask.path, ask.name] if ask.is_array else program.inputs[ask.name]
            for ask in wanted
        ]
        found |= dict(zip(wanted, gradient(program, seeds, by), strict=True))
    return [found[ask] for ask in asks]


def seed_name(port: str) -> str:
    """Return the name of the program's input that brings the gradient imposed on an output."""
    return f"gradient of {port}"


def _seeds(
    program: Program, outputs: tuple[str, ...], imposed: tuple[str, ...]
) -> list[tuple[Value, Value]]:
    seeds: list[tuple[Value, Value]] = []
    for name in outputs:
        value = program.ports[(), name]
        if value.kind == "real":
            xp = value.xp
            if name in imposed:
                seed = program.inputs[seed_name(name)] = xp.input(value.shape)
            else:
                seed = xp.broadcast_to(xp.constant(1.0), value.shape)
                if value.number in program.padded:
                    lengths = program.inputs[program.padded[value.number]]
                    seed = masked(xp, seed, lengths, 0.0)
            seeds.append((value, seed))
    return seeds


def compiled(net: Net, job: Job) -> Compiled:
    """Return what does the job, made at the first call and kept."""
    cache = cast(dict[Job, Compiled], vars(net).setdefault("_compiled", {}))
    with _lock:
        found = cache.pop(job, None)
    if found is None:
        found = Compiled(net, job)
    with _lock:
        cache[job] = found
        while len(cache) > KEPT:
            cache.pop(next(iter(cache)))
    return found
