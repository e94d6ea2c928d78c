"""Entries of every layer, written out, are what a run gives."""

from dataclasses import replace

import numpy as np
import pytest

from netdsl import All, Formula, NetError
from tests.properties.oracle import numbers
from tests.properties.samples import CERTAIN

FEW = 4


@pytest.mark.parametrize("sample", CERTAIN, ids=str)
def test_entries_are_the_run(sample):
    data, layer = sample.data(1), sample.filled()
    one = {name: value[0] for name, value in data.items()}
    kinds = {name: replace(layer.port(name), dims=value.shape) for name, value in one.items()}
    sized = layer.with_parts({(name,): kind.spec() for name, kind in kinds.items()})
    found = layer(data, All, WorkingPrecision="Real64", RandomSeeding=1)
    for port, value in found.items():
        expected = np.asarray(value if not data else value[0])
        written = entries(sized, port, expected.shape)
        for at, formula in written.items():
            got = numbers(formula, {**formula.values, **one}, ())
            np.testing.assert_allclose(got, expected[at], rtol=1e-4, atol=1e-5)


def entries(layer, port, shape):
    """The entries of a small output; of a larger one three; one where three are too many."""
    spots = list(np.ndindex(*shape))
    chosen = All if len(spots) <= FEW else [spots[0], spots[len(spots) // 2], spots[-1]]
    try:
        return Formula(layer, port, Entries=chosen)
    except NetError as error:
        if "parts together" not in error.facts["expected"]:
            raise
        return {spots[-1]: Formula(layer, port, Entries=spots[-1])}
