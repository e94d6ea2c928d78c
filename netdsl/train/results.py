"""What a training gives besides the net: every property, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from netdsl.errors import MissingExtraError, SettingError, nearest
from netdsl.spec import Net
from netdsl.spec.fields import short
from netdsl.spec.shapes import Path
from netdsl.train.display import clock, counted, curves, ending
from netdsl.train.history import History, Record
from netdsl.train.method import Method


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that the properties are made of."""

    net: Net
    training_net: Net
    history: History
    method: Method
    rates: Mapping[Path, float]
    call: str
    device: str

    def speed(self) -> float:
        """Return the mean number of batches per second."""
        return self.history.batch_count / self.history.seconds if self.history.seconds else 0.0


class NetTrainResultsObject:
    """The results of a training, each under its name.

    >>> results = NetTrain(LinearLayer(()), ([1, 2, 3], [2, 4, 6]), All, MaxTrainingRounds=2,
    ...                    TrainingProgressReporting=None)
    >>> results
    NetTrainResultsObject(2 rounds of 1 batch, loss ...)
    >>> results["TotalRounds"], results["BatchSize"], len(results["RoundLossList"])
    (2, 3, 2)

    `properties` lists the names; an unknown one raises a SettingError. A loss of a round is the
    mean over its batches, between which the net changes. Source: Wolfram
    `NetTrainResultsObject`.
    """

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of all properties."""
        return tuple(PROPERTIES)

    def __getitem__(self, name: str) -> Any:
        known = isinstance(name, str) and name in PROPERTIES
        if not known:
            raise unknown_property(name)
        return PROPERTIES[name](self._outcome)

    def __contains__(self, name: object) -> bool:
        return name in PROPERTIES

    def __repr__(self) -> str:
        inside = ", ".join(f"{name} {value}" if name else value for name, value in self._facts())
        return f"NetTrainResultsObject({inside})"

    def _facts(self) -> list[tuple[str, str]]:
        history = self._outcome.history
        rounds = counted(len(history.rounds.losses), "round")
        found = [("", f"{rounds} of {counted(history.batches_per_round, 'batch')}")]
        for name, record in (("loss", history.rounds), ("validation loss", history.validations)):
            if record.last is not None:
                found.append((name, f"{record.last:.4g}"))
        best = history.best_round
        if best is not None:
            loss = history.validations.losses[best - 1]
            found.append(("net of round", f"{best} (validation loss {loss:.4g})"))
        return [*found, ("time", clock(history.seconds))]

    def _repr_html_(self) -> str:
        history = self._outcome.history
        rows = [(name or "rounds", value) for name, value in self._facts()]
        rows += [("end", ending(history)), ("net", self._outcome.net.brief())]
        cells = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(value)}</td></tr>"
            for name, value in rows
        )
        return f"<table>{cells}</table>{curves(history)}"


def unknown_property(name: object) -> SettingError:
    """Return the error for a property that there is not."""
    return SettingError(
        "A training has no such property.",
        setting="prop",
        expected=", ".join(PROPERTIES),
        got=short(name),
        nearest=nearest(name, PROPERTIES),
    )


# ---- plots -----------------------------------------------------------------------------------


def _plot(history: History, name: str) -> Any:
    """Return a matplotlib figure of a loss or measurement over the batches."""
    try:
        from matplotlib.figure import Figure  # type: ignore[import-not-found]  # an extra
    except ModuleNotFoundError:
        raise MissingExtraError(
            "A plot needs matplotlib.", setting="prop", expected="pip install netdsl[plot]"
        ) from None
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(
        xlabel="batch", ylabel=name, yscale="log" if name.endswith("Loss") else "linear"
    )
    for label, record in (("training", history.rounds), ("validation", history.validations)):
        if record.losses:
            axes.plot(record.positions, record.lists[name], label=label)
    axes.legend()
    return figure


def _plots(outcome: Outcome) -> dict[str, Any]:
    return {name: _plot(outcome.history, name) for name in outcome.history.rounds.lists}


# ---- the table of properties -----------------------------------------------------------------


def _lists(record: Record) -> dict[str, list[float]]:
    return {name: list(values) for name, values in record.lists.items()}


PROPERTIES: dict[str, Callable[[Outcome], Any]] = {
    "ArraysLearningRateMultipliers": lambda o: dict(o.rates),
    "BatchesPerRound": lambda o: o.history.batches_per_round,
    "BatchLossList": lambda o: list(o.history.batches.losses),
    "BatchMeasurementsLists": lambda o: _lists(o.history.batches),
    "BatchSize": lambda o: o.history.batch_size,
    "BestValidationRound": lambda o: o.history.best_round,
    "ExamplesProcessed": lambda o: o.history.batch_count * o.history.batch_size,
    "FinalLearningRate": lambda o: o.history.rate,
    "FinalPlots": _plots,
    "InitialLearningRate": lambda o: o.history.initial_rate,
    "LossPlot": lambda o: _plot(o.history, "Loss"),
    "MeanBatchesPerSecond": lambda o: o.speed(),
    "MeanExamplesPerSecond": lambda o: o.speed() * o.history.batch_size,
    "NetTrainInputForm": lambda o: o.call,
    "OptimizationMethod": lambda o: o.method.setting(),
    "Properties": lambda o: list(PROPERTIES),
    "ReasonTrainingStopped": lambda o: o.history.reason,
    "RoundLoss": lambda o: o.history.rounds.last,
    "RoundLossList": lambda o: list(o.history.rounds.losses),
    "RoundMeasurements": lambda o: o.history.rounds.last_measured,
    "RoundMeasurementsLists": lambda o: _lists(o.history.rounds),
    "RoundPositions": lambda o: list(o.history.rounds.positions),
    "TargetDevice": lambda o: o.device,
    "TotalBatches": lambda o: o.history.batch_count,
    "TotalRounds": lambda o: len(o.history.rounds.losses),
    "TotalTrainingTime": lambda o: o.history.seconds,
    "TrainedNet": lambda o: o.net,
    "TrainingExamples": lambda o: o.history.examples,
    "TrainingNet": lambda o: o.training_net,
    "ValidationExamples": lambda o: o.history.validation_examples,
    "ValidationLoss": lambda o: o.history.validations.last,
    "ValidationLossList": lambda o: list(o.history.validations.losses),
    "ValidationMeasurements": lambda o: o.history.validations.last_measured,
    "ValidationMeasurementsLists": lambda o: _lists(o.history.validations),
    "ValidationPositions": lambda o: list(o.history.validations.positions),
}
"""Every property of a training, as a function of its outcome."""
