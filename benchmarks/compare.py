"""One comparison: see that the contenders agree, then time them in turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks import timing
from benchmarks.peers import BASE
from benchmarks.worker import LostError, Worker


@dataclass(frozen=True)
class Row:
    """What was found for one contender; `note` says why where there is no time."""

    title: str
    seconds: float | None = None
    ratio: timing.Spread | None = None
    apart: float | None = None
    """How far its numbers are from those of the contender it is held against."""
    note: str = ""


@dataclass(frozen=True)
class Question:
    """What every contender does: a kind of task, its workload, how many examples at once."""

    kind: str
    name: str
    count: int
    tolerance: float
    base: str = BASE
    """The contender that ratios refer to, and whose numbers the others are to meet."""
    numbers: str = "losses"
    """What is held against those of the base."""


@dataclass(frozen=True)
class Effort:
    """How long to measure: rounds, and seconds of one turn."""

    rounds: int
    seconds: float


def compare(
    workers: Mapping[str, Worker],
    question: Question,
    effort: Effort,
    between: Callable[[], object] = timing.nothing,
) -> list[Row]:
    """Return a row for each contender, in their order; `between` is called after each round."""
    rows = prepared(workers, question)
    ready = [row.title for row in rows if not row.note]
    lost: dict[str, str] = {}
    turns = {title: _turn(workers[title], lost) for title in ready}
    for title in ready:
        try:
            workers[title].ask("calibrate", effort.seconds)
        except LostError as error:
            lost[title] = str(error)
            del turns[title]
    times = timing.interleaved(turns, effort.rounds, between)
    return [filled(row, times, lost, question.base) for row in rows]


def prepared(workers: Mapping[str, Worker], question: Question) -> list[Row]:
    """Let every contender do the first steps; return how far each is from the base."""
    numbers: dict[str, list[float]] = {}
    notes: dict[str, str] = {}
    for title, worker in workers.items():
        try:
            asked = question.kind, question.name, question.count
            numbers[title] = worker.ask("prepare", *asked)
        except LostError as error:
            notes[title] = str(error)
    base = numbers.get(question.base) or next(iter(numbers.values()), [])
    rows: list[Row] = []
    for title in workers:
        if title in notes:
            rows.append(Row(title, note=notes[title]))
            continue
        apart = timing.difference(numbers[title], base)
        fits = apart <= question.tolerance
        differ = f"{question.numbers} differ: {apart:.0e}"
        rows.append(Row(title, apart=apart, note="" if fits else differ))
    return rows


def _turn(worker: Worker, lost: dict[str, str]) -> timing.Turn:
    def turn() -> float | None:
        try:
            return worker.ask("turn")
        except LostError as error:
            lost[worker.peer.title] = str(error)
            return None

    return turn


def filled(
    row: Row, times: Mapping[str, list[float]], lost: Mapping[str, str], base: str = BASE
) -> Row:
    """Return the row with its times, and with ratios to the base where that was timed."""
    if row.title in lost:
        return Row(row.title, apart=row.apart, note=lost[row.title])
    if row.title not in times:
        return row
    own = times[row.title]
    ratio = timing.spread(timing.paired(own, times[base])) if base in times else None
    return Row(row.title, timing.spread(own).median, ratio, row.apart)
