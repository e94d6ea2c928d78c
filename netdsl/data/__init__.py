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
    text = resources.files(__name__).joinpath("iris.csv").read_text(encoding="ascii")
    _, *rows = csv.reader(text.splitlines())
    measures = np.array([row[:-1] for row in rows], dtype=np.float32)
    return measures, [row[-1] for row in rows]
