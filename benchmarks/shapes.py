"""Shape inference: ResNet-152 as plain data, its true sizes, and what a contender says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.nets import Linear, Ramp, Shape

INTEGERS, SYMBOLS = "integers", "symbols"
READER = "ONNX, ready model"
"""The contender that reads models from files."""

FILES = Path("backend/test/data/light")
"""Where the package onnx has models of known nets, without their numbers."""

CHANNELS = 3
HEIGHT, WIDTH = 224, 260
"""The image; sizes that differ cannot be swapped without a sign."""

BLOCKS = (3, 8, 36, 3)
"""How many blocks of three convolutions each stage of ResNet-152 has."""


@dataclass(frozen=True)
class Convolution:
    """A convolution in two dimensions with square kernels and no biases."""

    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0


@dataclass(frozen=True)
class MaxPool:
    """The maximum over squares that may overlap."""

    kernel: int
    stride: int
    padding: int


@dataclass(frozen=True)
class Normalization:
    """A batch normalization with the moments that it has kept: four numbers for each channel."""


@dataclass(frozen=True)
class Total:
    """The sum of two inputs."""


@dataclass(frozen=True)
class Mean:
    """The mean of each channel."""


Part = Convolution | MaxPool | Normalization | Ramp | Total | Mean | Linear


@dataclass(frozen=True)
class Node:
    """A part of a net, and the nodes that feed it; None is the input of the net."""

    name: str
    part: Part
    feeds: tuple[str | None, ...]


Nodes = tuple[Node, ...]


def resnet(blocks: Sequence[int] = BLOCKS) -> Nodes:
    """Return a ResNet with bottlenecks; the 3 x 3 convolution has the stride."""
    chain = _Chain()
    chain.add("conv", Convolution(64, 7, 2, 3), Normalization(), Ramp(), MaxPool(3, 2, 1))
    for stage, count in enumerate(blocks):
        for number in range(count):
            stride = 2 if stage and not number else 1
            _bottleneck(chain, f"stage{stage + 1}_{number + 1}", 64 << stage, stride, not number)
    chain.add("top", Mean(), Linear(1000))
    return tuple(chain.nodes)


def _bottleneck(chain: _Chain, name: str, width: int, stride: int, widened: bool) -> None:
    """Add three convolutions beside a shortcut, which is a convolution where sizes change."""
    start = chain.last
    for step, part in enumerate(
        (Convolution(width, 1), Convolution(width, 3, stride, 1), Convolution(4 * width, 1)), 1
    ):
        after = () if step == 3 else (Ramp(),)
        chain.add(f"{name}_{step}", part, Normalization(), *after)
    ends = chain.last, start
    if widened:
        chain.last = start
        chain.add(f"{name}_short", Convolution(4 * width, 1, stride), Normalization())
        ends = ends[0], chain.last
    chain.nodes.append(Node(f"{name}_total", Total(), ends))
    chain.last = f"{name}_total"
    chain.add(f"{name}_end", Ramp())


class _Chain:
    """Nodes in the order in which they feed."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.last: str | None = None

    def add(self, name: str, *parts: Part) -> None:
        """Add parts, each fed by the one before."""
        for part in parts:
            node = Node(f"{name}_{type(part).__name__.lower()}", part, (self.last,))
            self.nodes.append(node)
            self.last = node.name


# ---- the truth -------------------------------------------------------------------------------


def output_shape(part: Part, shape: Shape) -> Shape:
    """Return the shape that a part gives for one example of this shape."""
    match part:
        case Convolution(channels):
            return (channels, *(windows(part, size) for size in shape[1:]))
        case MaxPool():
            return (shape[0], *(windows(part, size) for size in shape[1:]))
        case Mean():
            return shape[:1]
        case Linear(size):
            return (size,)
        case _:
            return shape


def windows(part: Convolution | MaxPool, size: int) -> int:
    """Return how many windows there are along a size."""
    return (size + 2 * part.padding - part.kernel) // part.stride + 1


def true_shapes(nodes: Nodes, shape: Shape) -> dict[str, Shape]:
    """Return what each node gives."""
    found: dict[str | None, Shape] = {None: shape}
    for node in nodes:
        found[node.name] = output_shape(node.part, found[node.feeds[0]])
    return {node.name: found[node.name] for node in nodes}


def array_shapes(nodes: Nodes) -> dict[str, list[Shape]]:
    """Return the arrays of each node: weights, then what there is for each channel."""
    given = true_shapes(nodes, (CHANNELS, HEIGHT, WIDTH))
    found: dict[str, list[Shape]] = {}
    for node in nodes:
        taken = CHANNELS if node.feeds[0] is None else given[node.feeds[0]][0]
        match node.part:
            case Convolution(channels, kernel):
                found[node.name] = [(channels, taken, kernel, kernel)]
            case Normalization():
                found[node.name] = [(taken,)] * 4
            case Linear(size):
                found[node.name] = [(size, taken), (size,)]
            case _:
                found[node.name] = []
    return found


# ---- what a contender says -------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What a contender says of the last height before the mean, and of how many sizes anything."""

    text: str
    said: int
    sizes: int


class Inference:
    """A contender that infers the shapes of all nodes anew each time it is asked."""

    unit = 1
    nodes: Nodes

    def ask(self) -> Any:
        """Infer; return what the contender keeps its shapes in."""
        raise NotImplementedError

    def rows(self, found: Any) -> Iterable[Sequence[Any]]:
        """Return the sizes of each node's output, without the batch, as the contender has them."""
        raise NotImplementedError

    def value(self, size: Any) -> int | None:
        """Return a size at HEIGHT and WIDTH; None where nothing is said."""
        raise NotImplementedError

    def first(self) -> list[float]:
        """Return all sizes; what is left open is no mistake and counts as the true one."""
        found = [[self.value(size) for size in row] for row in self.rows(self.ask())]
        return [float(size) for size in filled(found, self.nodes)]

    def run(self, times: int) -> None:
        """Ask so many times."""
        for _ in range(times):
            self.ask()

    def told(self) -> Answer:
        """Return what is shown of the answer."""
        rows = [list(row) for row in self.rows(self.ask())]
        last = [node.name for node in self.nodes].index(last_image(self.nodes))
        sizes = [size for row in rows for size in row]
        said = sum(self.value(size) is not None for size in sizes)
        return Answer(str(rows[last][1]), said, len(sizes))


def filled(found: Iterable[Sequence[int | None]], nodes: Nodes) -> Iterator[int]:
    """Yield all sizes in a row, the true ones in the place of None; -1 for a wrong rank."""
    true = true_shapes(nodes, (CHANNELS, HEIGHT, WIDTH)).values()
    for said, sizes in zip(found, true, strict=True):
        if len(said) != len(sizes):
            yield -1
        else:
            yield from (b if a is None else a for a, b in zip(said, sizes, strict=True))


def models() -> dict[str, str]:
    """Return the models that the package onnx brings: their files by name."""
    found = find_spec("onnx")
    places = [] if found is None else found.submodule_search_locations or []
    files = sorted(file for place in places for file in (Path(place) / FILES).glob("*.onnx"))
    return {file.stem.removeprefix("light_"): str(file) for file in files}


def last_image(nodes: Nodes) -> str:
    """Return the name of the node before the mean."""
    return next(str(node.feeds[0]) for node in nodes if isinstance(node.part, Mean))
