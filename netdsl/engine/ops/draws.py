"""Random numbers with a parameter for each, drawn from a seed by numpy's generators."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# The table's small functions take the values of any engine, so their types are open by design.

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from netdsl.engine.ops.table import define, real
from netdsl.engine.program import Op

PIECE = 4096
"""How many numbers are drawn at once."""


def _drawing(
    draw: Callable[..., Any], are_possible: Callable[..., Any], harmless: tuple[float, ...]
) -> Callable[..., Any]:
    """Return the computation of such numbers: NaN where the parameters are not possible.

    numpy has no way to draw most of them into memory that exists, so they are drawn piece by piece.
    """

    def piece(stream: Any, parameters: list[Any]) -> Any:
        possible = are_possible(*parameters)
        given = [
            np.where(possible, parameter, instead)
            for parameter, instead in zip(parameters, harmless, strict=True)
        ]
        return np.where(possible, draw(stream, *given), np.nan)

    def run(seed: Any, *parameters: Any, out: Any) -> None:
        stream = np.random.Generator(np.random.SFC64(int(seed)))
        flat = [np.broadcast_to(parameter, out.shape).flat for parameter in parameters]
        for start in range(0, out.size, PIECE):
            spot = slice(start, start + PIECE)
            out.flat[spot] = piece(stream, [parameter[spot] for parameter in flat])

    return run


def _define(name: str, run: Callable[..., Any], count: int) -> None:
    define(
        Op(
            name,
            lambda seed, *shapes: shapes[0],
            real,
            run=run,
            # What is drawn depends on its parameters, but has no slope that could be followed.
            vjp=lambda xp, g, y, *inputs: (None,) * (1 + count),
        )
    )


POISSON_LIMIT = 2.0**62
"""Means above it are beyond the integers that numpy draws."""

_define(
    "draw_gamma",  # of standard gamma distributions of these shapes
    _drawing(
        lambda stream, shape: stream.standard_gamma(shape),
        lambda shape: (shape > 0) & np.isfinite(shape),
        (1.0,),
    ),
    1,
)
_define(
    "draw_poisson",
    _drawing(
        lambda stream, mean: stream.poisson(mean),
        lambda mean: (mean >= 0) & (mean < POISSON_LIMIT),
        (1.0,),
    ),
    1,
)
_define(
    "draw_binomial",  # of so many tries with a probability of success
    _drawing(
        lambda stream, count, p: stream.binomial(count.astype(np.int64), p),
        lambda count, p: (count >= 0) & (count < POISSON_LIMIT) & (p >= 0) & (p <= 1),
        (1.0, 0.5),
    ),
    2,
)
