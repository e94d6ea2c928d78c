"""A process for each contender, so that none disturbs another and one that hangs can be ended."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from benchmarks import timing
from benchmarks.layers import LAYERS
from benchmarks.peers import LAYER, SHAPES, TRAINING, Peer, Task
from benchmarks.shapes import Inference
from benchmarks.workloads import WORKLOADS

LIMIT = 180.0
"""Seconds in which an answer must be there; compiling is the longest."""


FEWEST = 4
"""Repetitions of one turn, at least, where none is a whole epoch."""


class LostError(Exception):
    """A contender gave no answer, for the reason that is its text."""


def serve(connection: Connection, log: str, peer: Peer) -> None:
    """Answer the questions of the process that started this one, until there is None."""
    descriptor = os.open(log, os.O_WRONLY | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    library = import_module(f"benchmarks.peers.{peer.module}")
    task: Task | None = None
    repeats = 1
    connection.send(None)
    while (question := connection.recv()) is not None:
        what, *given = question
        if what == "prepare":
            task = None  # its memory goes before the next one takes some
            task = _task(library, peer, *given)
            connection.send(task.first())
        elif what == "calibrate":
            assert task is not None
            repeats = timing.repetitions(task.run, task.unit, *given)
            if task.unit == 1:
                repeats = max(repeats, FEWEST)
            connection.send(repeats)
        elif what == "tell":
            assert isinstance(task, Inference)
            connection.send(task.told())
        else:
            assert task is not None
            connection.send(_turn(task, repeats))


def _task(library: Any, peer: Peer, kind: str, name: str, count: int) -> Task:
    if kind == LAYER:
        return library.single(LAYERS[name], peer.variant)
    if kind == SHAPES:
        return library.shapes_of(name, peer.variant)
    work = WORKLOADS[name]
    if kind == TRAINING:
        return library.training(work, peer.variant)
    return library.calling(work, count, peer.variant)


def _turn(task: Task, repeats: int) -> float:
    """Return the seconds of one repetition; a tenth of them runs before, to warm the caches."""
    if task.unit == 1:
        task.run(max(1, repeats // 10))
    return timing.timed(task.run, repeats) / repeats


class Worker:
    """The other end: asks one contender, and starts it anew after it was lost."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.process: Any = None
        self.connection: Any = None
        descriptor, self.log = tempfile.mkstemp(suffix=".log")
        os.close(descriptor)

    def start(self) -> None:
        """Start the process, if there is none, and wait until it has imported what it needs."""
        if self.process is not None:
            return
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, self.log, self.peer))
        self.process.daemon = True
        self.process.start()
        other.close()
        self._answer()

    def ask(self, *question: Any) -> Any:
        """Return the answer; raise LostError where there is none in time."""
        self.start()
        self.connection.send(question)
        return self._answer()

    def _answer(self) -> Any:
        if not self.connection.poll(LIMIT):
            self.stop()
            raise LostError(f"no result within {LIMIT:g} s")
        try:
            return self.connection.recv()
        except EOFError:
            self.stop()
            raise LostError(f"failed: {self._last_words()}") from None

    def _last_words(self) -> str:
        """Return the last line that the process wrote."""
        with open(self.log, errors="replace") as log:
            lines = [line.strip() for line in log if line.strip()]
        return lines[-1][:100] if lines else "without a word"

    def stop(self) -> None:
        """End the process."""
        if self.process is None:
            return
        self.process.terminate()
        self.process.join()
        self.connection.close()
        self.process = self.connection = None

    def close(self) -> None:
        """End the process and remove what it wrote."""
        self.stop()
        os.unlink(self.log)
