"""The encoder that values ask for by what they are."""

from __future__ import annotations

from numbers import Number
from typing import Any

import numpy as np

from netdsl.coders.encoder import NetEncoder
from netdsl.coders.labels import in_order
from netdsl.coders.values import kind_of, listed, local


def coder_for(values: Any) -> NetEncoder | None:
    """Return the encoder for a list of values; None where they are numbers, or nested lists.

    >>> coder_for(["dog", "cat", "dog"])
    NetEncoder('Class', ('cat', 'dog'))
    >>> coder_for([True, False])
    NetEncoder('Boolean')

    Truth values, also in arrays of equal sizes, have Boolean; anything that is no number is a
    label, and the labels are sorted. Labels that cannot be told apart, or not be hashed, raise
    a SettingError. Source: Wolfram `NetTrain`, which attaches coders to nets that have none.
    """
    items = listed(values)
    if items is None or not len(items):
        return None
    if listed(items[0]) is not None:
        return _of_arrays(items)
    if isinstance(items, np.ndarray) and items.dtype.kind in "iuf":
        return None
    singles = [local(item) for item in items]
    kinds = {kind_of(item) for item in singles}
    if kinds == {"b"}:
        return NetEncoder("Boolean")
    if "O" not in kinds or all(isinstance(item, Number) for item in singles):
        return None
    return NetEncoder("Class", in_order(singles))


def _of_arrays(items: Any) -> NetEncoder | None:
    try:
        array = np.asarray(items)
    except ValueError:  # rows of several lengths
        return None
    return NetEncoder("Boolean", array.shape[1:]) if array.dtype.kind == "b" else None
