"""The contenders: each file says how one framework does the tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from typing import Protocol

from benchmarks.shapes import READER
from benchmarks.workloads import CHECKED

TRAINING, CALLING, LAYER, SHAPES = "training", "calling", "layer", "shapes"


class Task(Protocol):
    """One contender made ready for one workload."""

    unit: int
    """`run` takes multiples of it; an epoch, where a contender works through whole epochs."""

    def first(self) -> list[float]:
        """Return the numbers that must agree: the first losses, or what is computed."""
        ...

    def run(self, times: int) -> None:
        """Do the work so many times, all of it done at the return."""
        ...


class Steps:
    """A training that can take any number of steps, and says the loss of each."""

    unit = 1

    def losses(self, times: int) -> list[float]:
        """Take steps; return the loss of each."""
        raise NotImplementedError

    def first(self) -> list[float]:
        """Return the first losses."""
        return self.losses(CHECKED)

    def run(self, times: int) -> None:
        """Take so many steps."""
        self.losses(times)


@dataclass(frozen=True)
class Peer:
    """A contender: its name in the tables, its file, and what has to be installed for it."""

    title: str
    module: str
    variant: str = ""
    needs: tuple[str, ...] = ()
    tasks: frozenset[str] = field(default=frozenset((TRAINING, CALLING, LAYER)))

    @property
    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [name for name in self.needs if find_spec(name) is None]


BASE = "PyTorch eager"
"""What the ratios refer to."""

SHAPES_BASE = "torch.fx, fake tensors"
"""What they refer to where shapes are asked for."""

ASKED = frozenset((SHAPES,))

PEERS = (
    Peer("netdsl", "netdsl_"),
    Peer(BASE, "torch_", "eager", ("torch",)),
    Peer("PyTorch, fused Adam", "torch_", "fused", ("torch",), frozenset((TRAINING,))),
    Peer("torch.compile", "torch_", "compile", ("torch",)),
    Peer("JAX, jit a step", "jax_", "step", ("jax",)),
    Peer("JAX, scanned epoch", "jax_", "scan", ("jax",), frozenset((TRAINING,))),
    Peer(
        "Flax NNX + optax",
        "flax_",
        needs=("jax", "flax", "optax"),
        tasks=frozenset((TRAINING, CALLING)),
    ),
    Peer(
        "Keras 3 on JAX",
        "keras_",
        needs=("jax", "keras"),
        tasks=frozenset((TRAINING, CALLING)),
    ),
    Peer("netdsl, ready net", "shapes_netdsl", "ready", tasks=ASKED),
    Peer("netdsl, NetShapes", "shapes_netdsl", "table", tasks=ASKED),
    Peer("netdsl, net built", "shapes_netdsl", "built", tasks=ASKED),
    Peer(READER, "shapes_onnx", "ready", ("onnx",), ASKED),
    Peer("ONNX, model built", "shapes_onnx", "built", ("onnx",), ASKED),
    Peer(SHAPES_BASE, "shapes_torch", "", ("torch",), ASKED),
    Peer("jax.eval_shape", "shapes_jax", "", ("jax",), ASKED),
)


def around(length: int) -> Iterator[int]:
    """Count from 0 to the length, again and again."""
    return (number % length for number in count())
