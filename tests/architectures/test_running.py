"""Real architectures with few channels and small inputs: applied, and trained for two steps."""

from functools import cache, partial

import numpy as np
import pytest

from netdsl import Information, NetInitialize, NetTrain
from tests.architectures import nets, transformers

SMALL = {
    "LeNet": partial(nets.lenet, Input=(1, 29, 30)),
    "AlexNet": partial(nets.alexnet, 16, Input=(3, 67, 83)),
    "VGG-16": partial(nets.vgg16, 16, Input=(3, 33, 66)),
    "ResNet-50": partial(nets.resnet, 50, 16, Input=(3, 33, 66)),
    "SqueezeNet": partial(nets.squeezenet, 8, Input=(3, 35, 51)),
    "U-Net": partial(nets.unet, False, 16, Input=(1, 188, 204)),
    "padded U-Net": partial(nets.unet, True, 16, Input=(1, 32, 48)),
    "encoder": partial(transformers.transformer_encoder, 16, 2, Input=(7, 32)),
    "encoder, Varying": partial(transformers.transformer_encoder, 16, 2, Input=("Varying", 32)),
    "BERT": partial(transformers.bert, 16, 2, Words=(7,)),
    "BERT, Varying": partial(transformers.bert, 16, 2, Words=("Varying",)),
}
LENGTHS = 5, 3, 6
"""How long examples are where their length varies."""

WITHOUT_DROPOUT = {"LeNet"}
"""What trains as it evaluates."""


@cache
def small(name):
    """The net with initial values."""
    return NetInitialize(SMALL[name](), RandomSeeding=5)


def sizes(net, port, length):
    """The sizes of an example of this length."""
    return tuple(length if size == "Varying" else size for size in net.port(port).dims)


def examples(net, seed=1):
    """Three examples for every input, as long as LENGTHS where they vary."""
    random, found = np.random.default_rng(seed), {}
    for port in net.input_names:
        kind, rows = net.port(port), []
        for length in LENGTHS:
            wanted = sizes(net, port, length)
            is_real = kind.element == "Real"
            rows.append(
                random.normal(size=wanted) if is_real else random.integers(1, kind.last + 1, wanted)
            )
        found[port] = rows
    return found


@pytest.fixture(params=SMALL)
def name(request):
    """One architecture after the other."""
    return request.param


# ---- what is composed of several layers ------------------------------------------------------


def test_attention_is_that_of_the_paper():
    """Formula 1 of "Attention is all you need", for each head."""
    random = np.random.default_rng(3)
    query, key, value = (random.normal(size=sizes) for sizes in ((5, 3, 4), (7, 3, 4), (7, 3, 2)))
    weights = np.exp(np.einsum("nhd,mhd->nhm", query, key) / 2)
    weights /= weights.sum(-1, keepdims=True)

    got = transformers.attention(4)({"Query": query, "Key": key, "Value": value})

    np.testing.assert_allclose(got, np.einsum("nhm,mhe->nhe", weights, value), rtol=1e-5, atol=1e-6)


def test_each_place_has_a_row_of_its_own():
    net = small("BERT")["embeddings", "positions"]
    table = net[3, "Weights"]

    np.testing.assert_array_equal(net([9, 9, 30522, 1, 2, 9, 9]), table[:7])


# ---- whole nets --------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["Test", "Train"])
def test_outputs_are_finite_and_as_large_as_inferred(name, mode):
    net = small(name)

    got = net(examples(net), NetEvaluationMode=mode)

    assert [row.shape for row in got] == [sizes(net, "Output", length) for length in LENGTHS]
    assert all(np.isfinite(row).all() for row in got)
    assert all(np.ptp(row) > 0 for row in got)


def test_a_batch_gives_what_its_examples_give(name):
    net, data = small(name), examples(small(name))

    for at, row in enumerate(net(data)):
        alone = net({port: rows[at] for port, rows in data.items()})
        np.testing.assert_allclose(row, alone, rtol=1e-3, atol=1e-5 * np.abs(alone).max())


def test_only_dropout_and_moments_of_the_batch_make_a_difference(name):
    net = small(name)
    data = examples(net)

    same = [
        np.array_equal(one, other)
        for one, other in zip(net(data), net(data, NetEvaluationMode="Train"), strict=True)
    ]

    assert same == [name in WITHOUT_DROPOUT] * len(LENGTHS)


def test_two_steps_of_a_training_change_the_arrays(name):
    net = small(name)
    data = examples(net)
    wanted = [np.random.default_rng(2).random(row.shape) for row in net(data)]

    trained = NetTrain(
        net,
        {**data, "Output": wanted},
        BatchSize=len(LENGTHS),
        MaxTrainingRounds=2,
        TrainingProgressReporting=None,
    )

    before, after = (Information(one, "Arrays") for one in (net, trained))
    assert all(np.isfinite(value).all() for value in after.values())
    unchanged = {at for at, value in after.items() if np.array_equal(value, before[at])}
    # What is added to all keys makes no difference behind a softmax.
    assert {at for at in unchanged if at[-2:] != ("key", "Biases")} == set()
