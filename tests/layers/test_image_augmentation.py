"""ImageAugmentationLayer: the piece in the middle, random pieces, reflections, gradients."""

import numpy as np
import pytest

from netdsl import ImageAugmentationLayer, NetPortGradient, SettingError, ShapeError

SAMPLES = [
    ImageAugmentationLayer([2, 3], Input=(1, 4, 8)),
    ImageAugmentationLayer((3, 2), ReflectionProbabilities=(1, 0.5), Input=(2, 3, "w")),
]

IMAGES = np.arange(300 * 15, dtype=np.float32).reshape(300, 1, 3, 5)
TRAIN = {"NetEvaluationMode": "Train", "RandomSeeding": 4}


def test_evaluation_cuts_the_middle():
    cut = ImageAugmentationLayer([2, 2], Input=(1, 3, 5))(IMAGES)

    np.testing.assert_array_equal(cut, IMAGES[:, :, 0:2, 1:3])


def test_training_cuts_every_place():
    cut = ImageAugmentationLayer([2, 3], Input=(1, 3, 5))(IMAGES, **TRAIN)
    corners = cut[:, 0, 0, 0] - IMAGES[:, 0, 0, 0]

    assert sorted(set(corners.tolist())) == [0, 1, 2, 5, 6, 7]
    assert min(np.unique(corners, return_counts=True)[1]) > 25
    np.testing.assert_array_equal(cut - cut[:, :, :1, :1], [[[[0, 1, 2], [5, 6, 7]]]] * 300)


@pytest.mark.parametrize(
    ("probabilities", "turned"), [((1, 0), np.s_[:, :, ::-1]), ((0, 1), np.s_[:, :, :, ::-1])]
)
def test_certain_reflections(probabilities, turned):
    layer = ImageAugmentationLayer([3, 5], ReflectionProbabilities=probabilities)

    np.testing.assert_array_equal(layer(IMAGES, **TRAIN), IMAGES[turned])


def test_some_are_reflected():
    layer = ImageAugmentationLayer([3, 5], ReflectionProbabilities=(0, 0.25), Input=(1, 3, 5))

    turned = layer(IMAGES, **TRAIN)[:, 0, 0, 0] != IMAGES[:, 0, 0, 0]

    assert 0.17 < turned.mean() < 0.33


def test_the_gradient_goes_back_to_where_the_piece_was():
    layer = ImageAugmentationLayer([2, 3], ReflectionProbabilities=(0.5, 0.5), Input=(1, 3, 5))
    seed = np.random.default_rng(1).normal(size=(300, 1, 2, 3)).astype(np.float32)

    got = layer(
        {"Input": IMAGES, NetPortGradient("Output"): seed}, NetPortGradient("Input"), **TRAIN
    )

    # The piece is a linear function of the image.
    cut = layer(IMAGES, **TRAIN)
    np.testing.assert_allclose(np.sum(got * IMAGES), np.sum(cut * seed), rtol=1e-4)
    assert ((got != 0).sum((1, 2, 3)) == 6).all()


def test_what_cannot_be():
    with pytest.raises(ShapeError):
        ImageAugmentationLayer([4, 2], Input=(1, 3, 5))
    for wrong in ([3], 4, (0, 2)):
        with pytest.raises(SettingError):
            ImageAugmentationLayer(wrong)
    with pytest.raises(SettingError):
        ImageAugmentationLayer([2, 2], ReflectionProbabilities=0.5)
