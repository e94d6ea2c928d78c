"""Layers that draw numbers, beside JAX: the same draws, and what is made of them."""

from __future__ import annotations

import numpy as np

from netdsl import DropoutLayer
from tests.peers.harness import Twin, call, compare, each

DRAWN = {"NetEvaluationMode": "Train", "RandomSeeding": 3}
CHANCES = [
    (0.5, "Real"),
    (0.25, 4),
    (0.75, 40),
    (0.1, (2, 3)),
    (0.9, (5, 7)),
    (0.3, (3, 2, 4)),
    (0.6, (2, 9, 1)),
    (0.0, (4, 2)),
    (0.4, (2, 1, 3, 2)),
    (0.8, (6, 5)),
]
DROPPED = [call(chance, Input=shape) for chance, shape in CHANCES]
ALPHA = [call(chance, Input=shape, Method="AlphaDropout") for chance, shape in CHANCES]


def mask(layer, Input):
    """Which entries stay, for the seed with which the layer is applied."""
    own = DropoutLayer(
        layer.Probability, OutputPorts="BinaryMask", Input=layer.port("Input").dims or "Real"
    )
    found = own(np.ones(Input.shape), WorkingPrecision="Real64", **DRAWN)
    assert set(np.unique(found)) <= {0.0, 1.0}
    return found


def dropout(jax, layer, Input):
    """As Flax does it, given what stays."""
    stays = 1 - layer.Probability
    return jax.lax.select(mask(layer, Input) > 0, Input / stays, jax.numpy.zeros_like(Input))


def alpha_dropout(jax, layer, Input):
    """As the paper on SELU has it, given what stays."""
    p, least = layer.Probability, -1.7580993408473766
    a = ((1 - p) * (1 + p * least**2)) ** -0.5
    kept = mask(layer, Input)
    return a * (Input * kept + least * (1 - kept)) - a * p * least


TWINS = [
    Twin("DropoutLayer", DROPPED, dropout, options=DRAWN),
    Twin("DropoutLayer", ALPHA, alpha_dropout, options=DRAWN),
    Twin("DropoutLayer", [*DROPPED, *ALPHA], lambda jax, layer, Input: Input),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
