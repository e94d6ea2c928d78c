"""Arrays that a training moves and does not learn: all at once, and none that is no state."""

from dataclasses import KW_ONLY
from typing import Any

import numpy as np
import pytest

from netdsl import Automatic, NetChain, NetExtract, NetTrain, StructureError
from netdsl.spec import Layer, array, port, registry


@pytest.fixture(scope="module")
def swapping():
    """A layer with two states, each of which becomes the other after a batch."""

    class SwappingLayer(Layer):
        """Multiply by a factor; exchange two numbers.

        >>> SwappingLayer
        """

        _: KW_ONLY
        Input: Any = port("", default=Automatic)
        Output: Any = port("", default=Automatic)
        Factor: Any = array("", init=1.0, default=Automatic)
        One: Any = array("", init=1.0, default=Automatic, learned=False)
        Other: Any = array("", init=2.0, default=Automatic, learned=False)
        wrong = False

        def apply(self, xp, Input, Factor, One, Other):
            xp.update("Factor" if self.wrong else "One", Other)
            xp.update("Other", One)
            return Input * Factor

    yield SwappingLayer
    del registry["SwappingLayer"]


def test_all_states_change_at_once(swapping):
    net = NetChain([swapping(Input=())])
    options = {"BatchSize": 2, "TrainingProgressReporting": None}

    got = NetTrain(net, ([1.0, 2.0], [1.0, 2.0]), MaxTrainingRounds=3, **options)

    assert (NetExtract(got, [1, "One"]), NetExtract(got, [1, "Other"])) == (2, 1)


def test_what_is_no_state_is_not_updated(swapping, monkeypatch):
    monkeypatch.setattr(swapping, "wrong", True)

    with pytest.raises(StructureError) as error:
        swapping(Input=(), Factor=np.float32(1), One=1, Other=2)(1.0)
    assert error.value.facts["got"] == "Factor"
