"""PyTorch: eager with Adam as it comes or fused, and with torch.compile around net and loss."""

from __future__ import annotations

import os

os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")  # no processes that outlive this one

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks import nets
from benchmarks.layers import LayerWork, numbers
from benchmarks.peers import Steps, Task, around
from benchmarks.workloads import (
    BETA1,
    BETA2,
    EPSILON,
    RATE,
    Workload,
)


class Last(nn.Module):
    """The last output of an LSTM, which gives the outputs and its states."""

    def forward(self, given: tuple[torch.Tensor, object]) -> torch.Tensor:
        return given[0][:, -1]


def module(part: nets.Part, shape: nets.Shape, arrays: nets.Arrays) -> nn.Module:
    """Return a part as a module with its arrays."""
    match part:
        case nets.Linear(size):
            return _set(nn.Linear(shape[0], size), arrays)
        case nets.Convolution(channels, kernel):
            return _set(nn.Conv2d(shape[0], channels, kernel), arrays)
        case nets.MaxPool(size):
            return nn.MaxPool2d(size)
        case nets.Lstm(size):
            return lstm(nn.LSTM(shape[1], size, batch_first=True), arrays)
        case nets.Last():
            return Last()
        case nets.Flatten():
            return nn.Flatten()
        case nets.Softmax():
            return nn.Softmax(-1)
        case nets.Ramp():
            return nn.ReLU()
        case nets.Tanh():
            return nn.Tanh()


@torch.no_grad()
def _set(made: nn.Linear | nn.Conv2d, arrays: nets.Arrays) -> nn.Module:
    assert made.bias is not None
    made.weight.copy_(torch.from_numpy(arrays["Weights"]))
    made.bias.copy_(torch.from_numpy(arrays["Biases"]))
    return made


@torch.no_grad()
def lstm(made: nn.LSTM, arrays: nets.Arrays) -> nn.Module:
    """Set the arrays; PyTorch's second vector of biases stays zero and is not learned."""
    for name, kind in (
        ("weight_ih_l0", "InputWeights"),
        ("weight_hh_l0", "StateWeights"),
        ("bias_ih_l0", "Biases"),
    ):
        value = np.concatenate([arrays[f"{gate}Gate{kind}"] for gate in nets.GATES])
        getattr(made, name).copy_(torch.from_numpy(value))
    made.bias_hh_l0.zero_().requires_grad_(False)
    return made


def sequential(work: Workload, parts: nets.Parts) -> nn.Sequential:
    """Return some parts of the net of a workload, with the initial arrays."""
    taken = nets.shapes(parts, work.input)
    return nn.Sequential(
        *(module(*one) for one in zip(parts, taken[:-1], work.arrays[: len(parts)], strict=True))
    )


class Training(Steps):
    """zero_grad, net, loss, backward, step: the loop as the tutorials have it."""

    def __init__(self, work: Workload, variant: str) -> None:
        net = sequential(work, work.body)
        criterion = nn.CrossEntropyLoss() if work.has_classes else nn.MSELoss()

        def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            return criterion(net(x), y)

        self.loss = torch.compile(loss) if variant == "compile" else loss
        fused = {"fused": True} if variant == "fused" else {}
        learned = [one for one in net.parameters() if one.requires_grad]
        self.adam = torch.optim.Adam(learned, lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, **fused)
        self.x, self.y = torch.from_numpy(work.x), torch.from_numpy(work.y)
        self.rows = list(torch.from_numpy(work.order))
        self.place = around(len(self.rows))

    def losses(self, times: int) -> list[float]:
        """Take steps; return the loss of each."""
        found: list[float] = []
        for _ in range(times):
            row = self.rows[next(self.place)]
            self.adam.zero_grad()
            loss = self.loss(self.x[row], self.y[row])
            loss.backward()
            self.adam.step()
            found.append(loss.item())
        return found


class Calling:
    """A call of the module on a tensor, without gradients."""

    unit = 1

    def __init__(self, work: Workload, count: int, variant: str) -> None:
        net = sequential(work, work.parts).eval()
        self.net = torch.compile(net) if variant == "compile" else net
        self.x = torch.from_numpy(work.x[np.arange(count) % len(work.x)])

    @torch.no_grad()
    def first(self) -> list[float]:
        return self.net(self.x).numpy().ravel().tolist()

    @torch.no_grad()
    def run(self, times: int) -> None:
        net, x = self.net, self.x
        for _ in range(times):
            net(x)


def _normalized(x: Any, scaling: Any, biases: Any) -> Any:
    return functional.batch_norm(x, None, None, scaling, biases, training=True, eps=0.001)


def _resized(x: Any) -> Any:
    return functional.interpolate(x, (112, 112), mode="bilinear", align_corners=True)


LAYERS = {
    "ramp": functional.prelu,
    "normalization": _normalized,
    "embedding": functional.embedding,
    "resize": _resized,
}


class Single:
    """A function and its backward pass; gradients are dropped between steps, not added up."""

    unit = 1

    def __init__(self, work: LayerWork, variant: str) -> None:
        x = torch.from_numpy(work.x - 1 if work.classes else work.x)
        values = [torch.from_numpy(value).requires_grad_() for value in work.values.values()]
        self.given = [x if work.classes else x.requires_grad_(), *values]
        self.free = self.given[1:] if work.classes else self.given
        self.gradient = torch.from_numpy(work.gradient)
        layer = LAYERS[work.name]
        self.layer = torch.compile(layer) if variant == "compile" else layer

    def step(self) -> torch.Tensor:
        for tensor in self.free:
            tensor.grad = None
        output = self.layer(*self.given)
        output.backward(self.gradient)
        return output

    def first(self) -> list[float]:
        output = self.step()
        return numbers([output.detach(), *(tensor.grad for tensor in self.free)])

    def run(self, times: int) -> None:
        for _ in range(times):
            self.step()


def training(work: Workload, variant: str) -> Task:
    """Return the task of training a net."""
    return Training(work, variant)


def calling(work: Workload, count: int, variant: str) -> Task:
    """Return the task of applying a net to so many examples."""
    return Calling(work, count, variant)


def single(work: LayerWork, variant: str) -> Task:
    """Return the task of a layer alone."""
    return Single(work, variant)
