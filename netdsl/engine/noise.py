"""The random numbers of a run: one stream for each place that draws, from one seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

import numpy as np

from netdsl.engine.memory import AnyArray
from netdsl.nets.initialize import read_seed
from netdsl.symbols import Automatic

Place = tuple[int | str, ...]


class Noise:
    """Streams of random numbers, each begun when a place first draws from it.

    A place is the path of a layer in its net and the number of the draw there, so that what one
    layer draws does not depend on the others. `seeding` is a setting RandomSeeding.

    >>> memory = np.empty(2)
    >>> Noise(1).fill(("dropout", 0), "Uniform", memory)
    >>> bool(0 <= memory[0] < 1)
    True
    """

    def __init__(self, seeding: Any = Automatic) -> None:
        self._seeding = seeding
        self._seed: int | None = None
        self._streams: dict[Place, np.random.Generator] = {}

    def again(self) -> Noise:
        """Return streams of their own that begin with the same seed."""
        return Noise(self._seeding)

    def fill(self, place: Place, kind: str, memory: AnyArray) -> None:
        """Fill memory with the next random numbers of a place, of one of the kinds in DRAWN."""
        stream = self._streams.get(place)
        if stream is None:
            stream = self._streams[place] = self._begun(place)
        _FILL[kind](stream, memory)

    def _begun(self, place: Place) -> np.random.Generator:
        if self._seed is None:
            self._seed = read_seed(self._seeding)
        key = crc32(repr(place).encode())
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([self._seed, key])))


def _seeds(stream: np.random.Generator, memory: AnyArray) -> None:
    memory[...] = stream.integers(2**62, size=memory.shape)


_FILL: dict[str, Callable[[np.random.Generator, AnyArray], Any]] = {
    "Uniform": lambda stream, memory: stream.random(out=memory, dtype=memory.dtype.type),
    "Normal": lambda stream, memory: stream.standard_normal(out=memory, dtype=memory.dtype.type),
    "Exponential": lambda stream, memory: stream.standard_exponential(
        out=memory, dtype=memory.dtype.type
    ),
    "Seed": _seeds,
}

DRAWN = tuple(_FILL)
"""What can be drawn: numbers from 0 to 1, of a standard distribution, or seeds of further ones."""
