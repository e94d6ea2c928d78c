"""The page that a run writes: how it was measured, the machine, every table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks import machine, report
from benchmarks.peers import BASE, CALLING, LAYER, SHAPES, SHAPES_BASE, TRAINING
from benchmarks.workloads import CHECKED

Made = Callable[[], report.Table]
"""What makes a table, which may rest on a peak that is measured again and again."""

INTRODUCTION = f"""# Benchmarks

`python -m benchmarks --targets --write docs/benchmarks.md` wrote this page, in a clone of the
repository. It installs nothing; what is missing it names and leaves out. `pip install .[bench]`
brings the peers; before it, `pip install torch --index-url https://download.pytorch.org/whl/cpu`
brings a PyTorch without what graphics cards need. `--quick` takes few rounds, `--only NAME...`
some of the tables.

Ratios are times over those of {BASE} with its default Adam: below 1 is faster. Every contender
has a process of its own, with the threads that it takes by itself. They take turns; each round
begins with another one, and a ratio compares two turns of the same round. Shown are the median
over the rounds, and the quartiles of the ratios. Where other work keeps the cores busy, ratios
wander, and PyTorch, whose threads wait for each other, loses most.

## The machine
"""

EXPLAINED: Mapping[str, tuple[str, str]] = {
    TRAINING: (
        "Training steps",
        f"""\
A step takes a batch out of the examples, runs forward and backward, takes a step of Adam (rate
0.001, beta 0.9 and 0.999, epsilon 1e-8), and yields its loss. All start from the same arrays and
see the same examples in the same order. Their first {CHECKED} losses must agree, within 0.0001
relative to PyTorch's, 0.001 for LeNet and LSTM; otherwise nothing is timed. The data are random
numbers.

The peak is that of the matrix product above. A step counts the products of the net, forward and
backward, a multiply-add as two operations; Adam and all that goes entry by entry count nothing.

- netdsl: what `NetTrain` does for each batch, `Runner.run` and `Optimizer.step`.
- PyTorch: the loop of its tutorials. `torch.compile` holds net and loss, with the default Adam.
- JAX: by hand. Data and order lie on the device; losses are fetched after many steps. An epoch
  under one `lax.scan` has 250 steps for XOR, 50 for the MLP, 10 for LeNet, 20 for the LSTM.
- Flax NNX: a step under `nnx.jit` with `optax.adam`.
- Keras: `fit` over such an epoch, divided by its steps.
- LSTM: one vector of biases learns, where PyTorch has two that are added; its second one is zero
  and frozen.
""",
    ),
    LAYER: (
        "Layers alone",
        """\
The output, and the gradients by the input and by the arrays, for a gradient that arrives at the
output. No contender copies its inputs: netdsl runs the plan of the engine, not `net(x)`. Output
and gradients agree within 0.0001. The mean and variance of the normalization are those of the
batch, moving ones are not kept. Resized, the ends of the input stay ends (align_corners).
""",
    ),
    CALLING: (
        "Calls",
        """\
The ready net, applied to one example and to 64. netdsl is called as `net(x)`, from numpy array to
numpy array, PyTorch as `module(x)` under `no_grad`, JAX and Flax under jit, Keras by
`predict_on_batch`; these take and give arrays of their own. Outputs agree within 0.0001.
""",
    ),
    "cold": (
        "Cold starts",
        """\
The time from the start of a Python process to its end. Trainings start from the same arrays, take
the same examples in the same order with the same Adam, and reach the same loss within 2 %.
PyTorch trains in its eager loop, JAX by a jitted step, Keras by one `fit`, netdsl by `NetTrain`.
""",
    ),
    "growth": (
        "Growth",
        """\
Chains of `LinearLayer`, 8 to 12 wide in turn, on batches of 64. Together is the time until the
chain is ready to be applied; its plan holds `peak_bytes`, where all values side by side would take
the last column.
""",
    ),
    SHAPES: (
        "Shapes",
        f"""\
The shapes of every node of ResNet-152, inferred anew each time: 155 convolutions, as many batch
normalizations, 151 ramps, 50 totals, a pooling, a mean, a linear layer; no numbers are computed.
Ratios are times over those of {SHAPES_BASE}. All contenders state the same sizes; what one leaves
open counts as no mistake. Nothing of an answer is kept for the next one, except what a library
keeps by itself.

- netdsl, ready net: a graph without sizes, asked by `solved` for the shapes that it has with such
  an input. NetShapes: the same with its table. Net built: `NetGraph` of layers that are there.
- ONNX: `infer_shapes` of a model whose weights have sizes and no numbers. Model built: made by
  `onnx.helper` before.
- torch.fx: a module traced once, its weights fake tensors, run by `FakeTensorProp`; for symbols in
  a `ShapeEnv` that is new each time. It keeps what an operation on fakes of some sizes gave.
- jax.eval_shape: of a new function each time, since answers to an old one are kept.

The last height is that before the mean; `unk__7` is a name without a meaning, and `s77` PyTorch's
for h. In chains the layers are 8 to 12 wide in turn. The models of the package onnx have nodes that
make up their weights.
""",
    ),
    "targets": (
        "Targets",
        """\
As ratios to PyTorch eager, where nothing else is said. Other work is how many cores something else
kept busy meanwhile; a ratio counts where that is near zero.
""",
    ),
}
"""What stands above the tables of each kind."""


class Page:
    """The tables of a run, in the order in which they come."""

    def __init__(self, description: Mapping[str, str], peak: float) -> None:
        self.description, self.peak = description, peak
        """The best of several measurements, since other work may spoil some."""
        self.watch = machine.Watch()
        self.tables: dict[str, list[tuple[str, Made]]] = {}

    def machine_table(self) -> report.Table:
        """Return what the machine is."""
        speed = f"{self.peak / 1e9:.0f} GFLOP/s, numpy, 2048 x 2048, single precision"
        known = {**self.description, "Matrix product": speed}
        if self.watch.all:
            known["Other work"] = self.watch.told()
        return [["", ""], *([name, value] for name, value in known.items())]

    def add(self, kind: str, title: str, table: Made) -> None:
        """Put a table at the end of its kind; it is made when the page is."""
        self.tables.setdefault(kind, []).append((title, table))

    def text(self, missing: Sequence[str]) -> str:
        """Return the page in Markdown."""
        parts = [INTRODUCTION, report.markdown(self.machine_table()), ""]
        parts += [f"- {line}" for line in missing] + [""] * bool(missing)
        for kind, (heading, words) in EXPLAINED.items():
            if kind in self.tables:
                parts += [f"## {heading}\n", words]
            for title, table in self.tables.get(kind, []):
                parts += [f"**{title}**\n"] * bool(title) + [report.markdown(table()), ""]
        return "\n".join(parts)
