"""Threads that share the work on large arrays; numpy lets go of the interpreter meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cache, partial
from itertools import pairwise
from typing import TypeVar

import numpy as np

from netdsl.engine.program import Call

Item = TypeVar("Item")

BLOCK = 131072
"""Elements at most that one pass runs over, so that the next pass finds them in the cache.

In two threads fewer cost more: they hand the interpreter to each other between the calls.
"""

THREADED = 2 * BLOCK
"""Elements from which on threads share the work."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(calls: Sequence[Call]) -> None:
    """Make the calls one after the other."""
    for call in calls:
        call()


class Worker:
    """A thread that waits for a list of calls, makes them, and waits again.

    Two locks are the whole signalling: it costs a few microseconds and allocates nothing.
    """

    def __init__(self, number: int) -> None:
        self._begin, self._end = threading.Lock(), threading.Lock()
        self._begin.acquire()
        self._end.acquire()
        self._calls: Sequence[Call] = ()
        self._error: BaseException | None = None
        self._is_done = True
        threading.Thread(target=self._serve, name=f"netdsl-{number}", daemon=True).start()

    def start(self, calls: Sequence[Call]) -> None:
        """Let the thread make these calls."""
        self._calls = calls
        self._end.acquire(blocking=False)
        self._is_done = False
        self._begin.release()

    def wait(self) -> BaseException | None:
        """Wait until the calls are made, whatever interrupts; return what went wrong, if anything.

        The calls write to memory that the next run uses, so they have to come to their end.
        """
        error: BaseException | None = None
        while not self._is_done:
            try:
                self._end.acquire(timeout=1)
            except KeyboardInterrupt as interrupt:
                error = interrupt
        found, self._error = self._error, None
        return error or found

    def _serve(self) -> None:
        # numpy keeps for each thread what floating-point errors do.
        np.seterr(all="ignore")
        while True:
            self._begin.acquire()
            try:
                run_all(self._calls)
            except BaseException as error:  # noqa: BLE001 - `wait` returns it, to be raised there
                self._error = error
            self._is_done = True
            if self._end.locked():
                self._end.release()


class Team:
    """Several lists of calls made at the same time, one of them by the caller's own thread."""

    def __init__(self, count: int) -> None:
        self._workers = [Worker(number) for number in range(1, count)]
        self._busy = threading.Lock()

    def run(self, parts: Sequence[Sequence[Call]]) -> None:
        """Make all the calls; return when the last is made."""
        # Two plans that run at once in two threads do not wait for each other's workers.
        if not self._busy.acquire(blocking=False):
            for part in parts:
                run_all(part)
            return
        errors: list[BaseException | None] = []
        try:
            try:
                for worker, part in zip(self._workers, parts[1:], strict=False):
                    worker.start(part)
                run_all(parts[0])
            finally:
                errors = [worker.wait() for worker in self._workers]
        finally:
            self._busy.release()
        for error in errors:
            if error is not None:
                raise error


@cache
def team(count: int) -> Team:
    """Return the team of so many threads, made at its first use."""
    return Team(count)


if hasattr(os, "register_at_fork"):  # the threads of a process are not those of its children
    os.register_at_fork(after_in_child=team.cache_clear)


def shared(parts: Sequence[Sequence[Call]]) -> list[Call]:
    """Return the calls that make all of these, each part in a thread of its own."""
    if len(parts) == 1:
        return [*parts[0]]
    return [partial(_run_shared, parts)]


def _run_shared(parts: Sequence[Sequence[Call]]) -> None:
    team(len(parts)).run(parts)


def split(items: Sequence[Item], threads: int) -> list[Sequence[Item]]:
    """Return the items in order, in as many stretches of nearly equal length as there are threads.

    Fewer than there are threads where there are fewer items.
    """
    count = max(1, min(threads, len(items)))
    ends = [len(items) * number // count for number in range(count + 1)]
    return [items[start:end] for start, end in pairwise(ends)]
