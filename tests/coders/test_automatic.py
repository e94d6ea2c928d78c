"""The encoder that values ask for by what they are."""

import numpy as np
import pytest

from netdsl.coders import NetEncoder, coder_for
from netdsl.errors import SettingError


@pytest.mark.parametrize(
    ("values", "encoder"),
    [
        ([True, False], NetEncoder("Boolean")),
        (np.array([True, False]), NetEncoder("Boolean")),
        ([[True, False, True]] * 2, NetEncoder("Boolean", 3)),
        (["b", "a", "b"], NetEncoder("Class", ["a", "b"])),
        (np.array(["b", "a"]), NetEncoder("Class", ["a", "b"])),
        (["b", 2, None], NetEncoder("Class", [None, 2, "b"])),
        ([1, 2.5], None),
        (np.arange(5), None),
        ([np.float32(1), 2], None),
        ([[1, 2], [3]], None),
        ([["a"], ["b", "c"]], None),
        ([], None),
        (3, None),
    ],
)
def test_encoder(values, encoder):
    assert coder_for(values) == encoder


@pytest.mark.parametrize(
    ("values", "got"),
    [
        (["a", {}], "{}"),
        (["a", float("nan")], "nan"),
        (["a", 1, True], "True and 1"),
    ],
)
def test_what_cannot_be_labels(values, got):
    with pytest.raises(SettingError) as error:
        coder_for(values)
    assert error.value.facts["got"] == got
