"""The digits are the 3s and 8s of the UCI repository's test set."""

from collections import Counter

import numpy as np
import pytest

from netdsl.data import digits


def test_images():
    images, _ = digits()

    assert images.shape == (357, 1, 8, 8)
    assert images.dtype == np.float32
    assert images.min() == 0
    assert images.max() == 1
    np.testing.assert_array_equal(images * 16, np.rint(images * 16))


def test_numbers():
    _, numbers = digits()

    assert Counter(numbers) == {3: 183, 8: 174}


def test_they_are_those_that_scikit_learn_has():
    datasets = pytest.importorskip("sklearn.datasets")
    every, classes = datasets.load_digits(return_X_y=True)
    images, numbers = digits()
    kept = np.isin(classes, (3, 8))

    np.testing.assert_array_equal(images.reshape(-1, 64) * 16, every[kept])
    assert numbers == classes[kept].tolist()
