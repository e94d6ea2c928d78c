"""A small convolutional net, built, counted and trained on real images."""

import numpy as np
import pytest

from netdsl import Information, NetTrain
from netdsl.data import digits
from tests.train.small_cnn import loss_of_logarithms, small_cnn

HELD_OUT = 100


@pytest.mark.parametrize(
    ("size", "dense", "parameters"),
    [
        # 9*32 + 32 + 9*32*64 + 64 + dense*256 + 256 + 256*2 + 2
        (8, 2 * 2 * 64, 85122),
        (28, 7 * 7 * 64, 822402),
    ],
)
def test_sizes_and_parameters(size, dense, parameters):
    net = small_cnn(size)

    assert net.shapes.port((7,), "Output").dims == (dense,)
    assert Information(net, "ArraysTotalElementCount") == parameters


def test_it_learns_to_tell_3_from_8():
    images, numbers = digits()
    classes = [1 if number == 3 else 2 for number in numbers]

    net = NetTrain(
        small_cnn(8),
        (images[:-HELD_OUT], classes[:-HELD_OUT]),
        LossFunction=loss_of_logarithms(),
        MaxTrainingRounds=10,
        BatchSize=32,
        LearningRate=0.002,
        RandomSeeding=1,
        TrainingProgressReporting=None,
    )

    logarithms = net(images[-HELD_OUT:])
    right = logarithms.argmax(axis=1) + 1 == classes[-HELD_OUT:]
    assert right.mean() >= 0.95
    np.testing.assert_allclose(np.exp(logarithms).sum(axis=1), 1, rtol=1e-5)
