"""The targets: what netdsl is to reach beside eager PyTorch in the same run, and did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.compare import Row
from benchmarks.growth import Chain, Growth

SECONDS = 1.5
"""In how many seconds a chain of 1,000 layers is to be ready."""


@dataclass(frozen=True)
class Target:
    """A limit on the ratio of netdsl in one section of the results, or on its seconds."""

    title: str
    section: str
    limit: float
    is_in_seconds: bool = False


TARGETS = (
    Target("XOR, training step", "xor", 0.06),
    Target("MLP, training step", "mlp", 0.8),
    Target("LeNet, training step", "lenet", 0.85),
    Target("LSTM, training step", "lstm", 1.2),
    Target("Parametric ramp, forward and backward", "ramp", 0.6),
    Target("MLP, call with one example", "mlp, 1 example", 0.5),
    Target("Cold start to a trained XOR net", "cold xor", 0.1),
    Target("Cold start to a trained digits net", "cold digits", 0.1),
    Target("Shapes of ResNet-152, integers, seconds", "shapes, integers", 0.06, True),
    Target("Shapes of ResNet-152, symbols, seconds", "shapes, symbols", 1.5, True),
)

CHAIN_SECONDS = 1.0
"""In how many seconds the shapes of a chain of 10,000 layers are to be inferred."""

CHAIN_GROWTH = 13.0
"""How much longer than those of 1,000 layers they may take."""


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
    chains: Sequence[Chain] = (),
) -> list[Judgement]:
    """Return a judgement for each target whose section was measured, and of the growth."""
    found: list[Judgement] = []
    for target in TARGETS:
        if target.section not in sections:
            continue
        rows = sections[target.section]
        row = next((row for row in rows if row.title.startswith("netdsl")), None)
        reached = _reached(target, row)
        note = "" if reached is not None else (row.note if row and row.note else "no ratio")
        found.append(Judgement(target.title, target.limit, reached, note, busy[target.section]))
    for one in grown:
        if one.length == 1000:
            found.append(Judgement("1,000 LinearLayers ready, seconds", SECONDS, one.ready))
    return [*found, *_chained(chains)]


def _reached(target: Target, row: Row | None) -> float | None:
    if row is None or target.is_in_seconds:
        return None if row is None else row.seconds
    return None if row.ratio is None else row.ratio.median


def _chained(chains: Sequence[Chain]) -> Iterator[Judgement]:
    """Yield how long the longest chain took, and how many times as long as the first."""
    taken = {one.length: one.inferred for one in chains}
    if 10_000 in taken:
        title = "Shapes of 10,000 LinearLayers, seconds"
        yield Judgement(title, CHAIN_SECONDS, taken[10_000])
    if {1000, 10_000} <= set(taken):
        title = "Shapes of 10,000 LinearLayers, over those of 1,000"
        yield Judgement(title, CHAIN_GROWTH, taken[10_000] / taken[1000])
