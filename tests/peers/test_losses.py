"""Losses beside JAX, ONNX and PyTorch."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np
import pytest

from tests.peers.harness import COUNT, TOLERANCE, Twin, call, compare, each, installed


def mean(array):
    """The mean of each example."""
    return array.reshape(array.shape[0], -1).mean(1)


# ---- differences -------------------------------------------------------------------------------

SHAPES = ["Real", 1, 5, (2, 3), (4, 1), (1, 6), (3, 2, 4), (2, 2, 2, 3), 40, (7, 3), (1, 5, 2)]
DIFFERENCES = [call(Input=shape) for shape in SHAPES]


def squared(jax, layer, Input, Target):
    return mean((Input - Target) ** 2)


def squared_torch(torch, layer, Input, Target):
    return mean(torch.nn.functional.mse_loss(Input, Target, reduction="none"))


def absolute(jax, layer, Input, Target):
    return mean(abs(Input - Target))


def absolute_torch(torch, layer, Input, Target):
    return mean(torch.nn.functional.l1_loss(Input, Target, reduction="none"))


# ---- cross-entropy -----------------------------------------------------------------------------

CHANCES = {"Input": (0.02, 0.98), "Target": (0.0, 1.0)}


def normalized(layer, data):
    """Make the probabilities of the classes sum to 1."""
    return {
        name: value
        if layer.port(name).element == "Integer"
        else value / value.sum(-1, keepdims=True)
        for name, value in data.items()
    }


CLASSES = [3, 1, 7, (2, 3), (5, 2), (4, 1), (3, 2, 4), (1, 3, 5), (2, 2, 3, 2), (6, 11), 30]
INDICES = [call("Index", Input=shape) for shape in CLASSES]
PROBABILITIES = [call("Probabilities", Input=shape) for shape in CLASSES]
BINARY = [call("Binary", Input=shape) for shape in SHAPES]


def index(jax, layer, Input, Target):
    of_target = jax.numpy.take_along_axis(Input, Target[..., None] - 1, axis=-1)
    return mean(-jax.numpy.log(of_target))


def index_onnx(run, layer, Input, Target):
    chances = run("Log", np.moveaxis(Input, -1, 1))
    return mean(run("NegativeLogLikelihoodLoss", chances, Target - 1, reduction="none"))


def index_torch(torch, layer, Input, Target):
    chances = torch.movedim(Input, -1, 1).log()
    return mean(torch.nn.functional.nll_loss(chances.contiguous(), Target - 1, reduction="none"))


def probabilities(jax, layer, Input, Target):
    return mean(-(Target * jax.numpy.log(Input)).sum(-1))


def probabilities_torch(torch, layer, Input, Target):
    # cross_entropy takes logits, and of these the logarithms of what sums to 1 are some.
    logits = torch.movedim(Input, -1, 1).log()
    raw = torch.logsumexp(logits, 1)
    loss = torch.nn.functional.cross_entropy(logits, torch.movedim(Target, -1, 1), reduction="none")
    return mean(loss - raw * Target.sum(-1))


def binary(jax, layer, Input, Target):
    return mean(
        -jax.scipy.special.xlogy(Target, Input) - jax.scipy.special.xlog1py(1 - Target, -Input)
    )


def binary_torch(torch, layer, Input, Target):
    return mean(torch.nn.functional.binary_cross_entropy(Input, Target, reduction="none"))


# ---- contrastive -------------------------------------------------------------------------------

MARGINS = [call(), *(call(m) for m in (0.1, 0.25, 0.4, 0.75, 0.9, 1, 1.25, 1.5, 2))]


def contrastive(jax, layer, Input, Target):
    return Target * jax.nn.relu(layer.Margin - Input) + (1 - Target) * Input


def contrastive_torch(torch, layer, Input, Target):
    # There 1 is what belongs together, and -1 what differs.
    loss = torch.nn.functional.hinge_embedding_loss
    return loss(Input, 1 - 2 * Target, layer.Margin, reduction="none")


def decided(layer, data):
    """Make targets that are either 0 or 1."""
    return {**data, "Target": data["Target"].round()}


# ---- connectionist temporal classification -----------------------------------------------------

ALIGNED = [
    call(Input=(steps, classes + 1), Target=(length, "Integer"))
    for steps, classes, length in [
        (3, 2, 2),
        (4, 2, 1),
        (2, 3, 1),
        (5, 2, 2),
        (4, 3, 2),
        (1, 4, 1),
        (5, 3, 3),
        (6, 2, 3),
        (3, 5, 2),
        (7, 2, 4),
        (5, 1, 2),
    ]
]


def labels(layer, data):
    """Make probabilities that sum to 1, and targets that steps are enough for."""
    (count, length), last = data["Target"].shape, data["Input"].shape[-1] - 1
    random = np.random.default_rng([count, length, last])
    target = random.integers(1, last + 1, (count, length))
    steps = data["Input"].shape[1]
    for row in target:
        for at in range(1, length):
            if last > 1 and length + (row[1:] == row[:-1]).sum() > steps:
                row[at] = row[at] % last + 1 if row[at] == row[at - 1] else row[at]
        assert length + (row[1:] == row[:-1]).sum() <= steps
    chances = data["Input"] / data["Input"].sum(-1, keepdims=True)
    return {"Input": chances, "Target": target}


def collapsed(path, blank):
    """A path without repetitions, then without blanks."""
    kept = [one for at, one in enumerate(path) if at == 0 or one != path[at - 1]]
    return tuple(one for one in kept if one != blank)


def temporal(jax, layer, Input, Target):
    """By going through all paths, which is the definition."""
    jnp = jax.numpy
    _, steps, classes = Input.shape
    paths = list(itertools.product(range(classes), repeat=steps))
    wanted = np.full((len(paths), Target.shape[1]), -1)
    for row, path in zip(wanted, paths, strict=True):
        found = collapsed(path, classes - 1)
        if len(found) == len(row):
            row[:] = found
    chances = jnp.prod(Input[:, np.arange(steps), np.array(paths)], axis=-1)
    fits = (jnp.array(wanted) == (Target - 1)[:, None]).all(-1)
    return -jnp.log((chances * fits).sum(-1))


distances = partial(
    Twin, "ContrastiveLossLayer", ranges={"Input": (0.0, 2.0), "Target": (0.0, 1.0)}
)
chances = partial(Twin, "CrossEntropyLossLayer", ranges=CHANCES)
TWINS = [
    Twin("MeanSquaredLossLayer", DIFFERENCES, squared, torch=squared_torch),
    Twin("MeanAbsoluteLossLayer", DIFFERENCES, absolute, torch=absolute_torch),
    chances(INDICES, index, index_onnx, index_torch, prepare=normalized),
    chances(PROBABILITIES, probabilities, torch=probabilities_torch, prepare=normalized),
    chances(BINARY, binary, torch=binary_torch),
    distances(MARGINS, contrastive),
    distances(MARGINS, torch=contrastive_torch, prepare=decided, constant=["Target"]),
    Twin("CTCLossLayer", ALIGNED, temporal, ranges=CHANCES, prepare=labels),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)


@pytest.mark.parametrize("one", ALIGNED, ids=str)
def test_temporal_losses_are_those_of_torch(one):
    # Its gradients suppose that a softmax comes before, so that only the losses are compared.
    torch = installed("torch")
    twin = next(twin for twin in TWINS if twin.name == "CTCLossLayer")
    layer = twin.layer(one)
    data = twin.data(layer, one)
    blank = data["Input"].shape[-1] - 1

    theirs = torch.nn.functional.ctc_loss(
        torch.tensor(data["Input"]).log().movedim(0, 1),
        torch.tensor(data["Target"] - 1),
        [data["Input"].shape[1]] * COUNT,
        [data["Target"].shape[1]] * COUNT,
        blank=blank,
        reduction="none",
    )

    np.testing.assert_allclose(layer(data, WorkingPrecision="Real64"), theirs, **TOLERANCE)
