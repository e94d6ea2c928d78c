"""PyTorch from a cold start: a net applied, or trained by an eager loop."""

from __future__ import annotations

import sys

import torch
from torch import nn

from benchmarks.programs.data import Given, show_loss


def apply() -> None:
    """Apply an untrained net to one example."""
    net = nn.Sequential(
        *(nn.Linear(784, 512), nn.ReLU()),
        *(nn.Linear(512, 256), nn.ReLU()),
        *(nn.Linear(256, 10), nn.Softmax(-1)),
    )
    with torch.no_grad():
        print(net(torch.ones(784)).sum().item())


def train(file: str) -> None:
    """Train in the order of the file."""
    given = Given(file)
    layers: list[nn.Module] = []
    for weights, biases in given.layers:
        linear = nn.Linear(weights.shape[1], len(weights))
        linear.load_state_dict(
            {"weight": torch.from_numpy(weights), "bias": torch.from_numpy(biases)}
        )
        layers += [linear, nn.ReLU() if given.has_classes else nn.Tanh()]
    net = nn.Sequential(*layers[:-1])
    criterion = nn.CrossEntropyLoss() if given.has_classes else nn.MSELoss()
    adam = torch.optim.Adam(net.parameters(), lr=0.001)
    x, y = torch.from_numpy(given.x), torch.from_numpy(given.y)
    for row in torch.from_numpy(given.order):
        adam.zero_grad()
        criterion(net(x[row]), y[row]).backward()
        adam.step()
    with torch.no_grad():
        show_loss(given, net(x))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        apply()
    else:
        train(sys.argv[1])
