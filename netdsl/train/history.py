"""What happened during a training, batch by batch and round by round."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Lists = dict[str, list[float]]


@dataclass(slots=True)
class Record:
    """Losses and measurements in order: after each batch, round or validation."""

    names: tuple[str, ...]
    losses: list[float] = field(default_factory=list[float])
    measured: Lists = field(default_factory=dict[str, list[float]])
    positions: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        self.measured = {name: [] for name in self.names}

    def add(self, loss: float, measured: list[float], position: int) -> None:
        """Add what was found at a batch, counted from 1."""
        self.losses.append(loss)
        self.positions.append(position)
        for name, value in zip(self.names, measured, strict=True):
            self.measured[name].append(value)

    @property
    def last(self) -> float | None:
        """The last loss, None before there is one."""
        return self.losses[-1] if self.losses else None

    @property
    def last_measured(self) -> dict[str, float]:
        """The last value of everything, the loss first."""
        if not self.losses:
            return {}
        return {"Loss": self.losses[-1]} | {
            name: values[-1] for name, values in self.measured.items()
        }

    @property
    def lists(self) -> Lists:
        """Every value of everything, the loss first."""
        return {"Loss": self.losses, **self.measured}

    def mean_since(self, start: int) -> tuple[float, list[float]]:
        """Return the mean of the losses and of the measurements from an entry on."""
        count = len(self.losses) - start
        means = [sum(values[start:]) / count for values in self.measured.values()]
        return sum(self.losses[start:]) / count, means


@dataclass(slots=True)
class History:
    """All records of one training, and its clock."""

    batches: Record
    rounds: Record
    validations: Record
    batch_size: int
    batches_per_round: int
    initial_rate: float
    rate: float
    examples: int
    validation_examples: int = 0
    best_round: int | None = None
    reason: str | None = None
    has_diverged: bool = False
    start: float = field(default_factory=time.perf_counter)
    seconds: float = 0.0
    total_rounds: int | None = None
    seconds_goal: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.start

    @property
    def batch_count(self) -> int:
        """How many batches are done."""
        return len(self.batches.losses)

    @property
    def round(self) -> int:
        """The round that is going on, or was the last."""
        return max(1, -(-self.batch_count // self.batches_per_round))

    def fraction(self) -> float:
        """How much of the training is done, by rounds or by time, from 0 to 1."""
        found = 0.0
        if self.total_rounds is not None:
            found = self.batch_count / (self.total_rounds * self.batches_per_round)
        if self.seconds_goal is not None:
            found = max(found, self.elapsed / self.seconds_goal)
        return min(found, 1.0)

    def status(self) -> dict[str, Any]:
        """Return what a report may show; the names are those of NetTrain's properties."""
        return {**self._position(), **self._losses(), **self._pace()}

    def _position(self) -> dict[str, Any]:
        size, each, rounds = self.batch_size, self.batches_per_round, self.total_rounds
        return {
            "Round": self.round,
            "Batch": self.batch_count - (self.round - 1) * each,
            "AbsoluteBatch": self.batch_count,
            "BatchesPerRound": each,
            "BatchSize": size,
            "ExamplesProcessed": self.batch_count * size,
            "TotalRounds": rounds,
            "TotalBatches": None if rounds is None else rounds * each,
            "BestValidationRound": self.best_round,
        }

    def _losses(self) -> dict[str, Any]:
        start = (self.round - 1) * self.batches_per_round
        loss, measured = None, {}
        if self.batch_count > start:
            loss, means = self.batches.mean_since(start)
            measured = dict(zip(self.batches.names, means, strict=True))
        return {
            "BatchLoss": self.batches.last,
            "BatchLossList": self.batches.losses,
            "BatchMeasurements": self.batches.last_measured,
            "RoundLoss": loss,
            "RoundLossList": self.rounds.losses,
            "RoundMeasurements": measured,
            "ValidationLoss": self.validations.last,
            "ValidationLossList": self.validations.losses,
            "ValidationMeasurements": self.validations.last_measured,
        }

    def _pace(self) -> dict[str, Any]:
        elapsed, done = self.elapsed, self.fraction()
        speed = self.batch_count / elapsed if elapsed else 0.0
        return {
            "LearningRate": self.rate,
            "InitialLearningRate": self.initial_rate,
            "ProgressFraction": done,
            "TimeElapsed": elapsed,
            "TimeRemaining": elapsed * (1 - done) / done if done else None,
            "MeanBatchesPerSecond": speed,
            "MeanExamplesPerSecond": speed * self.batch_size,
        }
