"""Cold starts: the time from a new process to an import, a first result, a trained net."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import nets, timing
from benchmarks.compare import Row, filled
from benchmarks.nets import Linear
from benchmarks.peers import BASE

PROGRAMS = {
    "netdsl": "netdsl",
    BASE: "torch",
    "JAX": "jax",
    "Keras 3 on JAX": "keras",
}
"""The contenders, each with the package that it needs; its file has that name and a `_`."""

SEED = 1234
"""The seed from which NetTrain draws the order of the examples."""

TOLERANCE = 0.02
"""How far apart the losses at the end may be; rounding errors grow over a thousand steps."""

LIMIT = 300.0
"""Seconds after which a program is given up."""


@dataclass(frozen=True)
class Start:
    """One thing to start, with the arguments of the programs; None only imports."""

    name: str
    title: str
    arguments: tuple[str, ...] | None


def available() -> set[str]:
    """Return the names of the starts whose data can be had."""
    return {"import", "first", "xor"} | ({"digits"} if find_spec("sklearn") else set())


def starts(folder: Path) -> list[Start]:
    """Write the data into a folder; return all that can be started with them."""
    found = [
        Start("import", "Import", None),
        Start("first", "First result: MLP 784-512-256-10, untrained, one example", ()),
    ]
    points = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    answers = np.array([[0], [1], [1], [0]], np.float32)
    _write(folder / "xor.npz", points, answers, (8, 1), batch=4, rounds=1000)
    found.append(
        Start("xor", "XOR 2-8-1 trained, 1000 rounds", (str(folder / "xor.npz"), "4", "1000"))
    )
    if "digits" in available():
        from sklearn.datasets import load_digits

        images, classes = load_digits(return_X_y=True)
        x = (images / 16).astype(np.float32)
        _write(folder / "digits.npz", x, classes.astype(np.int64), (64, 10), batch=64, rounds=20)
        title = f"Digits MLP 64-64-10 trained, {len(x)} examples, batch 64, 20 rounds"
        found.append(Start("digits", title, (str(folder / "digits.npz"), "64", "20")))
    return found


def _write(
    file: Path,
    x: NDArray[Any],
    y: NDArray[Any],
    sizes: tuple[int, ...],
    *,
    batch: int,
    rounds: int,
) -> None:
    """Write examples, initial arrays and the order of the examples."""
    random = np.random.default_rng(SEED)
    order = [filled_up(random.permutation(len(x)), batch) for _ in range(rounds)]
    parts = tuple(Linear(size) for size in sizes)
    drawn = nets.initial(parts, x.shape[1:], np.random.default_rng(1))
    arrays: dict[str, NDArray[Any]] = {}
    for at, own in enumerate(drawn):
        arrays[f"weights{at}"], arrays[f"biases{at}"] = own["Weights"], own["Biases"]
    np.savez(file, x=x, y=y, order=np.concatenate(order).reshape(-1, batch), **arrays)


def filled_up(order: NDArray[np.intp], batch: int) -> NDArray[np.intp]:
    """Return the order with its first examples again at the end, where a batch is not full."""
    return np.concatenate([order, order[: -len(order) % batch]])


def command(title: str, start: Start) -> list[str]:
    """Return the command that a contender's program is started by."""
    package = PROGRAMS[title]
    if start.arguments is not None:
        return [sys.executable, "-m", f"benchmarks.programs.{package}_", *start.arguments]
    code = "import os; os.environ['KERAS_BACKEND'] = 'jax'; "
    return [sys.executable, "-c", f"{code if package == 'keras' else ''}import {package}"]


# Python keeps what it has compiled, as it does for users.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


@dataclass
class Outcome:
    """What the programs printed, and why some gave nothing."""

    printed: dict[str, float]
    notes: dict[str, str]

    def turn(self, title: str, start: Start) -> Callable[[], float | None]:
        """Return what runs a program once and keeps what it printed."""

        def run() -> float | None:
            begin = time.perf_counter()
            try:
                done = subprocess.run(
                    command(title, start),
                    capture_output=True,
                    text=True,
                    timeout=LIMIT,
                    env=ENVIRONMENT,
                )
            except subprocess.TimeoutExpired:
                self.notes[title] = f"no result within {LIMIT:g} s"
                return None
            seconds = time.perf_counter() - begin
            if done.returncode:
                lines = done.stderr.strip().splitlines() or ["without a word"]
                self.notes[title] = f"failed: {lines[-1][:100]}"
                return None
            if start.name in ("xor", "digits"):
                self.printed[title] = float(done.stdout)
            return seconds

        return run


def measure(rounds: int, between: Callable[[], object]) -> Iterator[tuple[str, str, list[Row]]]:
    """Yield for each start its name, its title, and the rows of what is installed."""
    titles = [title for title, package in PROGRAMS.items() if find_spec(package)]
    with tempfile.TemporaryDirectory() as folder:
        for number, start in enumerate(starts(Path(folder))):
            outcome = Outcome({}, {})
            turns = {title: outcome.turn(title, start) for title in titles}
            if number == 0:  # read from the disk once, before anything counts
                for turn in turns.values():
                    turn()
            times = timing.interleaved(turns, rounds, between)
            yield start.name, start.title, rows(titles, times, outcome)


def rows(titles: Sequence[str], times: Mapping[str, list[float]], outcome: Outcome) -> list[Row]:
    """Return the rows; a contender whose loss at the end is another one has no time."""
    base = outcome.printed.get(BASE) or next(iter(outcome.printed.values()), None)
    found: list[Row] = []
    for title in titles:
        note, apart = outcome.notes.get(title, ""), None
        if base is not None and title in outcome.printed:
            apart = timing.difference([outcome.printed[title]], [base])
            note = note or ("" if apart <= TOLERANCE else f"losses differ: {apart:.0e}")
        row = Row(title, apart=apart, note=note)
        found.append(row if note else filled(row, times, {}))
    return found
