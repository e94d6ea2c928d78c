"""The targets: what netdsl is to reach beside eager PyTorch in the same run, and did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.compare import Row
from benchmarks.growth import Growth

SECONDS = 1.5
"""In how many seconds a chain of 1,000 layers is to be ready."""


@dataclass(frozen=True)
class Target:
    """A limit on the ratio of netdsl in one section of the results."""

    title: str
    section: str
    limit: float


TARGETS = (
    Target("XOR, training step", "xor", 0.06),
    Target("MLP, training step", "mlp", 0.8),
    Target("LeNet, training step", "lenet", 0.85),
    Target("LSTM, training step", "lstm", 1.2),
    Target("Parametric ramp, forward and backward", "ramp", 0.6),
    Target("MLP, call with one example", "mlp, 1 example", 0.5),
    Target("Cold start to a trained XOR net", "cold xor", 0.1),
    Target("Cold start to a trained digits net", "cold digits", 0.1),
)


@dataclass(frozen=True)
class Judgement:
    """A target, what was reached (None: not measured, with the reason), and whether that does."""

    title: str
    limit: float
    reached: float | None
    note: str = ""
    busy: float | None = None
    """How many cores other work kept busy meanwhile."""

    @property
    def is_met(self) -> bool:
        """Whether what was reached is within the limit."""
        return self.reached is not None and self.reached <= self.limit


def judged(
    sections: Mapping[str, Sequence[Row]],
    busy: Mapping[str, float | None],
    grown: Sequence[Growth],
) -> list[Judgement]:
    """Return a judgement for each target whose section was measured, and of the growth."""
    found: list[Judgement] = []
    for target in TARGETS:
        if target.section not in sections:
            continue
        row = next((row for row in sections[target.section] if row.title == "netdsl"), None)
        ratio = None if row is None or row.ratio is None else row.ratio.median
        note = "" if ratio is not None else (row.note if row and row.note else "no ratio")
        found.append(Judgement(target.title, target.limit, ratio, note, busy[target.section]))
    for one in grown:
        if one.length == 1000:
            found.append(Judgement("1,000 LinearLayers ready, seconds", SECONDS, one.ready))
    return found
