"""Distributions over a few values: entropy, temperature, cut-offs, draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from netdsl.coders.values import kind_of, local
from netdsl.errors import SettingError, nearest
from netdsl.symbols import Automatic

SLACK = 1e-6
"""How much a cut-off may be missed by, which is float32's rounding."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a value is drawn: `top` and `cutoff` limit the choice to the likeliest ones."""

    random: np.random.Generator
    temperature: float = 1.0
    top: int | None = None
    cutoff: float | None = None

    def binary(self, p: NDArray[Any]) -> NDArray[Any]:
        """Draw truth values, each with its own probability of True."""
        both = tempered(np.stack([1 - p, p], axis=-1), self.temperature)
        return self.random.random(p.shape) < both[..., 1]

    def place(self, p: NDArray[Any]) -> int:
        """Draw the position of one of several values that exclude each other, from 0."""
        q = tempered(p, self.temperature)
        order = np.argsort(-q, kind="stable")
        total = np.cumsum(q[order])
        count = len(order) if self.top is None else min(self.top, len(order))
        if self.cutoff is not None:
            count = min(count, 1 + int(np.searchsorted(total, (self.cutoff - SLACK) * total[-1])))
        spot = self.random.random() * total[count - 1]
        return int(order[np.searchsorted(total[: count - 1], spot, side="right")])


def tempered(p: NDArray[Any], temperature: float) -> NDArray[Any]:
    """Return the distributions along the last axis with p ** (1 / temperature), sum 1.

    >>> tempered(np.array([0.2, 0.8]), 0.5).round(3)
    array([0.059, 0.941])
    """
    with np.errstate(divide="ignore"):
        log = np.log(np.clip(p, 0, 1, dtype=np.float64))
    log -= log.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore"):
        q = np.exp(log / temperature)
    return q / q.sum(axis=-1, keepdims=True)


def surprise(p: NDArray[Any]) -> NDArray[Any]:
    """Return -p log p, which is 0 at 0."""
    p = np.clip(p, 0, 1, dtype=np.float64)
    return -p * np.log(np.where(p > 0, p, 1.0)) + 0.0


def binary_entropy(p: NDArray[Any]) -> NDArray[Any]:
    """Return the entropy of truth values from their probabilities of True, in nats."""
    return surprise(p) + surprise(1 - np.asarray(p, np.float64))


# ---- what the user asks ------------------------------------------------------------------------

TEMPERATURE = ("Temperature", "RandomSeeding")
EVERY = ("Temperature", "TotalProbabilityCutoff", "TopProbabilities", "RandomSeeding")


def read_temperature(_: Any, given: Any) -> Sampling:
    """Read the argument of RandomSample: a temperature, or a dict that may give a seed too."""
    return _read(given, TEMPERATURE)


def read_sampling(_: Any, given: Any) -> Sampling:
    """Read the argument of RandomSample: a temperature, or a dict of parameters."""
    return _read(given, EVERY)


def _read(given: Any, known: tuple[str, ...]) -> Sampling:
    parameters: dict[str, Any] = (
        {str(name): value for name, value in given.items()}
        if isinstance(given, Mapping)
        else {"Temperature": given}
    )
    for name in parameters:
        if name not in known:
            raise SettingError(
                "RandomSample has no such parameter.",
                expected=", ".join(known),
                got=name,
                nearest=nearest(name, known),
            )
    top, cutoff = parameters.get("TopProbabilities"), parameters.get("TotalProbabilityCutoff")
    return Sampling(
        generator(parameters.get("RandomSeeding", Automatic)),
        _positive("Temperature", parameters.get("Temperature", 1.0)),
        None if top is None else count("TopProbabilities", top),
        None if cutoff is None else _positive("TotalProbabilityCutoff", cutoff, 1),
    )


def generator(seed: Any) -> np.random.Generator:
    """Return the random numbers of a seed; Automatic are fresh ones."""
    if seed is Automatic:
        return np.random.default_rng()
    seed = crc32(seed.encode()) if isinstance(seed, str) else local(seed)
    if kind_of(seed) != "i" or seed < 0:
        raise SettingError(
            "A seed is a whole number or a text.",
            setting="RandomSeeding",
            expected="an integer from 0, a string or Automatic",
            got=repr(seed),
        )
    return np.random.default_rng(seed)


def _positive(name: str, value: Any, most: float = np.finfo(np.float64).max) -> float:
    value = local(value)
    if kind_of(value) not in "if" or not 0 < value <= most:
        limit = "a positive number" if most > 1 else f"a positive number up to {most}"
        raise SettingError(
            "A parameter cannot have this value.", setting=name, expected=limit, got=repr(value)
        )
    return float(value)


def count(name: str, value: Any) -> int:
    """Read how many are asked for: at least one."""
    value = local(value)
    if kind_of(value) != "i" or value < 1:
        raise SettingError(
            "This is not a count.", setting=name, expected="an integer from 1", got=repr(value)
        )
    return value
