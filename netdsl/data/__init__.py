"""Data small enough to travel with the package."""

import csv
from importlib import resources

import numpy as np


def iris() -> tuple[np.ndarray, list[str]]:
    """Read Fisher's 150 irises: their measurements, and the species of each.

    >>> measures, species = iris()
    >>> measures[0], species[0]
    (array([5.1, 3.5, 1.4, 0.2], dtype=float32), 'setosa')
    >>> measures.shape, sorted(set(species))
    ((150, 4), ['setosa', 'versicolor', 'virginica'])

    The columns are the length and width of the sepals, then of the petals, in centimetres. Source:
    R. A. Fisher, The use of multiple measurements in taxonomic problems, Ann. Eugenics 7, 1936.
    Rows 35 and 38 are as printed there; the UCI repository's copy has them wrong.
    """
    rows = _rows("iris.csv")
    measures = np.array([row[:-1] for row in rows], dtype=np.float32)
    return measures, [row[-1] for row in rows]


def digits() -> tuple[np.ndarray, list[int]]:
    """Read 357 handwritten digits, each a 3 or an 8: their images, and the digit of each.

    >>> images, numbers = digits()
    >>> images.shape, sorted(set(numbers))
    ((357, 1, 8, 8), [3, 8])
    >>> images[0, 0, :2], numbers[0]
    (array([[0.    , 0.    , 0.4375, 0.9375, 0.8125, 0.0625, 0.    , 0.    ],
           [0.    , 0.5   , 0.8125, 0.375 , 0.9375, 0.25  , 0.    , 0.    ]],
          dtype=float32), 3)

    The images have one channel, from 0 for paper to 1 for ink in steps of 1/16; the file has a
    letter for each pixel, 0 to g. Source: E. Alpaydin and C. Kaynak, Optical Recognition of
    Handwritten Digits, UCI Machine Learning Repository, 1998, CC BY 4.0: all 3s and 8s of its test
    set, in its order.
    """
    rows = _rows("digits.csv")
    pixels = [[int(letter, 17) for letter in text] for _, text in rows]
    images = np.array(pixels, dtype=np.float32).reshape(-1, 1, 8, 8) / 16
    return images, [int(number) for number, _ in rows]


def _rows(name: str) -> list[list[str]]:
    """Read the rows of a file of this folder, without the names of its columns."""
    text = resources.files(__name__).joinpath(name).read_text(encoding="ascii")
    _, *rows = csv.reader(text.splitlines())
    return rows
