"""PyTorch asked for shapes: a traced module run on fake tensors, which have no numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import symbolic_trace
from torch.fx.experimental.symbolic_shapes import (
    DimDynamic,
    ShapeEnv,
    StatelessSymbolicContext,
)
from torch.fx.passes.fake_tensor_prop import FakeTensorProp

from benchmarks import nets, shapes
from benchmarks.shapes import CHANNELS, HEIGHT, INTEGERS, WIDTH, Inference, Nodes

EXAMPLE = 1, CHANNELS, HEIGHT - 27, WIDTH + 31
"""PyTorch has symbols only beside the sizes of an example."""

DYNAMIC = [DimDynamic.STATIC, DimDynamic.STATIC, DimDynamic.DYNAMIC, DimDynamic.DYNAMIC]


class Total(nn.Module):
    """The sum of two inputs."""

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return x + y


class Mean(nn.Module):
    """The mean of each channel."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean((2, 3))


def module(part: shapes.Part, own: list[nets.Shape]) -> nn.Module:
    """Return a part, whose arrays have these shapes, as a module."""
    match part:
        case shapes.Convolution(channels, kernel, stride, padding):
            return nn.Conv2d(own[0][1], channels, kernel, stride, padding, bias=False)
        case shapes.MaxPool(kernel, stride, padding):
            return nn.MaxPool2d(kernel, stride, padding)
        case shapes.Normalization():
            return nn.BatchNorm2d(own[0][0])
        case nets.Ramp():
            return nn.ReLU()
        case shapes.Total():
            return Total()
        case shapes.Mean():
            return Mean()
        case nets.Linear(size):
            return nn.Linear(own[0][1], size)


class Net(nn.Module):
    """All nodes, each fed by those before."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__()
        arrays = shapes.array_shapes(nodes)
        made = {node.name: module(node.part, arrays[node.name]) for node in nodes}
        self.nodes, self.parts = nodes, nn.ModuleDict(made)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: dict[str | None, torch.Tensor] = {None: x}
        for node in self.nodes:
            found[node.name] = self.parts[node.name](*(found[name] for name in node.feeds))
        return found[self.nodes[-1].name]


class OnFakes(Inference):
    """FakeTensorProp; weights are fakes too, made once."""

    def __init__(self, name: str) -> None:
        self.nodes = shapes.resnet()
        self.has_symbols = name != INTEGERS
        self.mode = FakeTensorMode(shape_env=ShapeEnv() if self.has_symbols else None)
        with self.mode:
            self.traced = symbolic_trace(Net(self.nodes).eval())
            self.x = torch.empty(1, CHANNELS, HEIGHT, WIDTH)
        self.sizes: dict[Any, int] = {}

    def ask(self) -> Any:
        x = self._named() if self.has_symbols else self.x
        FakeTensorProp(self.traced, self.mode).propagate_dont_convert_inputs(x)
        return self.traced.graph

    def _named(self) -> torch.Tensor:
        """Return an image with symbols for sizes, which are new ones for each question."""
        self.mode.shape_env = ShapeEnv()
        context = StatelessSymbolicContext(DYNAMIC)
        x = self.mode.from_tensor(torch.empty(EXAMPLE), symbolic_context=context)
        named = zip(x.shape[2:], (HEIGHT, WIDTH), strict=True)
        self.sizes = {size.node.expr: value for size, value in named}
        return x

    def rows(self, found: Any) -> Iterator[Sequence[Any]]:
        for node in found.nodes:
            if node.op not in ("placeholder", "output"):
                yield node.meta["val"].shape[1:]

    def value(self, size: Any) -> int | None:
        return size if isinstance(size, int) else int(size.node.expr.subs(self.sizes))


def shapes_of(name: str, variant: str) -> Inference:
    """Return the task of inferring shapes."""
    return OnFakes(name)
