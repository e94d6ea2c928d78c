"""What is asked of nets as JSON can hold it."""

import json
import math

import networkx
import numpy as np
import pytest
import sympy

from netdsl import All, Automatic, Formula, Information, LinearLayer, NetChain, Ramp, Tanh
from netdsl.report.plain import plain

h = sympy.Symbol("h")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Automatic, None),
        ((3, "h", Automatic), [3, "h", None]),
        (3 * h, "3*h"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (True, True),
        (np.float32(0.1), 0.1),
        (np.int64(3), 3),
        (np.array(0.5, np.float32), 0.5),
        (np.array([[1, np.inf]]), [[1.0, "inf"]]),
        (Ramp, "Ramp"),
        (LinearLayer(3, Input=2), "LinearLayer(3, Input=2)"),
        ({"a": (1, Automatic)}, {"a": [1, None]}),
        ({1: 2}, {"1": 2}),
        ({(1, "Weights"): 6}, [{"position": [1, "Weights"], "value": 6}]),
        (networkx.DiGraph([(1, 2)]), {"nodes": [1, 2], "edges": [[1, 2]]}),
    ],
)
def test_values(value, expected):
    found = plain(value)

    assert found == expected
    assert type(found) is type(expected)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_nan_is_a_text_which_json_has_no_number_for():
    assert plain(math.nan) == "nan"


def test_formulas_and_entries():
    formula = Formula(NetChain([2, Tanh], Input=1))
    entries = Formula(NetChain([2, Tanh], Input=1), Entries=All)

    assert plain(formula) == {"text": str(formula), "latex": formula.latex()}
    assert [each["entry"] for each in plain(entries)["entries"]] == [[0], [1]]


def test_drawings():
    drawing = Information(LinearLayer(3), "SummaryGraphic")

    assert plain(drawing) == {"svg": drawing.svg(), "dot": drawing.dot()}


def test_plain_once_is_plain_for_good():
    found = Information(NetChain([3, Ramp], Input="n")).to_dict()

    assert plain(found) == found
