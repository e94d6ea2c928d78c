"""The loop of a training: batches, rounds, validation, and when to stop."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.engine.noise import Noise
from netdsl.errors import SettingError, TrainingError
from netdsl.nets.extract import show_keys
from netdsl.train.display import counted
from netdsl.train.history import History, Record
from netdsl.train.method import Method
from netdsl.train.parameters import Parameters, Vector
from netdsl.train.progress import Progress
from netdsl.train.runner import Runner
from netdsl.train.task import Data, Task

VALIDATION_BATCH = 256
"""Examples that are validated at once."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long to train and how fast: rounds, seconds (None: no limit), and the learning rate."""

    batch: int
    rounds: int | None
    seconds: float | None
    rate: float


class Trainer:
    """One training: the parameters change in place until a reason to stop is found."""

    def __init__(
        self,
        task: Task,
        parameters: Parameters,
        method: Method,
        schedule: Schedule,
        validation: Data | None,
        random: np.random.Generator,
        noise: Noise,
        progress: Progress,
        threads: int,
    ) -> None:
        self.task, self.parameters, self.method = task, parameters, method
        self.schedule, self.random, self.progress = schedule, random, progress
        self.optimizer = method.optimizer(parameters, threads)
        self.runner = Runner(
            task.attached,
            task.data,
            parameters,
            batch=schedule.batch,
            training=True,
            threads=threads,
            noise=noise,
        )
        self.validator: Runner | None = None
        if validation is not None:
            count = len(next(iter(validation.values())))
            self.validator = Runner(
                task.attached,
                validation,
                parameters,
                batch=count,
                training=False,
                threads=threads,
                noise=noise.again(),
            )
        self.losses = len(task.attached.losses)
        self.history = self._begun()
        self.good: Vector | None = None
        self.best: tuple[float, Vector] | None = None

    def _begun(self) -> History:
        schedule, names = self.schedule, self.runner.names
        # A single loss is the loss; of several the parts are reported too.
        names = names[1:] if self.losses == 1 else names
        return History(
            batches=Record(names),
            rounds=Record(names),
            validations=Record(names),
            batch_size=schedule.batch,
            batches_per_round=math.ceil(self.task.count / schedule.batch),
            initial_rate=schedule.rate,
            rate=schedule.rate,
            examples=self.task.count,
            validation_examples=self.validator.batch if self.validator else 0,
            total_rounds=schedule.rounds,
            seconds_goal=schedule.seconds,
        )

    def train(self) -> None:
        """Train until there is a reason to stop; leave the net to be returned in the parameters."""
        history = self.history
        with interruptible() as interrupted, np.errstate(all="ignore"):
            try:
                while history.reason is None:
                    self._round(interrupted)
            except KeyboardInterrupt:
                history.reason = INTERRUPTED
        history.seconds = history.elapsed
        if self.best is not None:
            self.parameters.whole[...] = self.best[1]
        elif self.good is not None and self.parameters.first_bad() is not None:
            self.parameters.whole[...] = self.good  # interrupted where the next batch would fail
        self.progress.end(history)

    def _round(self, interrupted: Callable[[], bool]) -> None:
        history, size = self.history, self.schedule.batch
        order = self._order()
        start = history.batch_count
        for first in range(0, len(order), size):
            found = self.runner.run(order[first : first + size])
            loss, measured = self._split(found)
            if not math.isfinite(loss):
                return self._diverged(loss)
            self._rate()
            self.optimizer.step(history.rate)
            history.batches.add(loss, measured, history.batch_count + 1)
            if interrupted():
                history.reason = INTERRUPTED
                return None
            self.progress.batch(history)
        return self._end_of_round(start)

    def _split(self, found: list[float]) -> tuple[float, list[float]]:
        """Return the sum of the losses, and what else is reported: the parts, measurements."""
        if self.losses == 1:
            return found[0], found[1:]
        return sum(found[: self.losses]), found

    def _end_of_round(self, start: int) -> None:
        history = self.history
        if self.parameters.first_bad() is not None:
            return self._diverged(history.batches.losses[-1])
        if self.good is None:
            self.good = np.empty_like(self.parameters.whole)
        self.good[...] = self.parameters.whole
        history.rounds.add(*history.batches.mean_since(start), history.batch_count)
        if self.validator is not None:
            self._validate(self.validator)
        history.reason = self._reason()
        self.progress.round(history)
        return None

    def _order(self) -> NDArray[np.intp]:
        """Return the examples of a round, shuffled, and the first of them again at the end."""
        shuffled = self.random.permutation(self.task.count)
        missing = -len(shuffled) % self.schedule.batch
        return np.concatenate([shuffled, shuffled[:missing]]) if missing else shuffled

    def _rate(self) -> None:
        schedule = self.method.options["LearningRateSchedule"]
        if schedule is None:
            return
        history = self.history
        batch = history.batch_count + 1
        factor = schedule(batch, self._total(batch))
        if not isinstance(factor, int | float | np.number) or not np.isfinite(factor):
            raise SettingError(
                "A learning rate schedule gives a finite number.",
                setting="LearningRateSchedule",
                expected="a factor on the learning rate, such as 1 - batch / total",
                got=f"{factor!r} for batch {batch}",
            )
        history.rate = history.initial_rate * float(factor)

    def _total(self, batch: int) -> int:
        """Return how many batches there will be; an estimate where time is the limit."""
        history = self.history
        rounds, seconds = self.schedule.rounds, self.schedule.seconds
        known = None if rounds is None else rounds * history.batches_per_round
        if seconds is None:
            assert known is not None
            return known
        guess = max(batch, math.ceil(batch * seconds / max(history.elapsed, 1e-9)))
        return guess if known is None else min(guess, known)

    def _reason(self) -> str | None:
        """Return why to stop after this round, None to go on."""
        history, rounds, seconds = self.history, self.schedule.rounds, self.schedule.seconds
        done = len(history.rounds.losses)
        if rounds is not None and done >= rounds:
            return f"{counted(done, 'round')} {'was' if done == 1 else 'were'} trained."
        # The round that is nearest to the goal is the last one.
        if seconds is not None and history.elapsed * (1 + 0.5 / done) >= seconds:
            return f"The time was up after {counted(done, 'round')} (TimeGoal {seconds:g} s)."
        return None

    # ---- validation ------------------------------------------------------------------------

    def _validate(self, validator: Runner) -> None:
        count = self.history.validation_examples
        found = [0.0] * len(validator.names)
        for first in range(0, count, VALIDATION_BATCH):
            which = np.arange(first, min(first + VALIDATION_BATCH, count))
            found = [a + b for a, b in zip(found, validator.run(which), strict=True)]
        loss, measured = self._split(found)
        self.history.validations.add(loss, measured, self.history.batch_count)
        if self.best is None or loss < self.best[0] or self.best[0] != self.best[0]:
            self.best = loss, self.parameters.whole.copy()
            self.history.best_round = len(self.history.rounds.losses)

    # ---- when it goes wrong ----------------------------------------------------------------

    def _diverged(self, loss: float) -> None:
        """Stop; go back to the last round that ended well, or raise if there is none."""
        history = self.history
        bad = self.parameters.first_bad()
        skip = len(self.task.attached.prefix)
        what = "loss" if bad is None else f"array {show_keys(bad[skip:])}"
        value = "NaN or infinite" if bad is not None else "NaN" if loss != loss else "infinite"
        where = f"round {len(history.rounds.losses) + 1}"
        history.reason = f"The {what} became {value} in {where}."
        if self.good is not None:
            self.parameters.whole[...] = self.good
            history.has_diverged = True
            return
        raise TrainingError(
            "The training diverged before its first round ended.",
            layer=self.task.net.brief(),
            array=None if bad is None else show_keys(bad[skip:]),
            setting=f"LearningRate {history.rate:g}",
            expected=f"finite numbers; {ADVICE}",
            got=history.reason,
        )


ADVICE = "lower LearningRate, scale the data, or set GradientClipping in Method"
"""What helps against a training that diverges."""

INTERRUPTED = "The training was interrupted."


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C wait until the batch is done; the function given says whether it was pressed.

    A second one interrupts at once. Outside the main thread, and where the program has a handler
    of its own, nothing changes.
    """
    pressed = threading.Event()

    def note(number: int, frame: Any) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield pressed.is_set
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
