"""The irises are Fisher's."""

from collections import Counter

import numpy as np

from netdsl.data import iris


def test_measures():
    measures, _ = iris()

    assert measures.shape == (150, 4)
    assert measures.dtype == np.float32
    np.testing.assert_allclose(measures.mean(axis=0), [5.843, 3.057, 3.758, 1.199], atol=5e-4)


def test_species():
    _, species = iris()

    assert list(Counter(species).items()) == [("setosa", 50), ("versicolor", 50), ("virginica", 50)]


def test_rows_that_the_uci_copy_has_wrong():
    measures, _ = iris()

    fisher = np.float32([[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]])
    np.testing.assert_array_equal(measures[[34, 37]], fisher)
