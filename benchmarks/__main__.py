"""Measure netdsl beside its peers: training steps, calls, cold starts, growth, shapes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks import cold, growth, machine, report, shapes, targets
from benchmarks.compare import Effort, Question, Row, compare
from benchmarks.layers import LAYERS
from benchmarks.page import Made, Page
from benchmarks.peers import CALLING, LAYER, PEERS, SHAPES, SHAPES_BASE, TRAINING
from benchmarks.report import Table
from benchmarks.worker import LostError, Worker
from benchmarks.workloads import WORKLOADS

NAMES = (*WORKLOADS, *LAYERS, "calls", "cold", "growth", "shapes")
CALL_TOLERANCE = LAYER_TOLERANCE = 1e-4
ASKED_FOR = {CALLING: "one call", SHAPES: "all shapes"}
COUNTS = {1: "1 example", 64: "64 examples"}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES)
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the results as Markdown")
    parser.add_argument("--targets", action="store_true", help="show which targets are met")
    return parser.parse_args()


class Benchmark:
    """One run: measures, prints each table as it is ready, and keeps it for the page."""

    def __init__(self, quick: bool, workers: dict[str, Worker]) -> None:
        self.quick, self.workers = quick, workers
        self.page = Page(machine.description(), machine.peak())
        self.sections: dict[str, Sequence[Row]] = {}
        self.busy: dict[str, float | None] = {}
        self.grown: list[growth.Growth] = []
        self.chains: list[growth.Chain] = []
        self.show("Machine", self.page.machine_table())

    def show(self, title: str, table: Table) -> None:
        """Print a table."""
        print(f"\n{title}\n{report.text(table)}", flush=True)

    def begin(self, what: str) -> None:
        """Tell on the side what is measured next."""
        print(f"... {what}", file=sys.stderr, flush=True)

    def keep(self, section: str, kind: str, title: str, rows: list[Row], made: Made) -> None:
        """Keep the rows of a section and its table, and print that."""
        self.sections[section], self.busy[section] = rows, self.page.watch.take()
        self.page.add(kind, title, made)
        self.show(title, made())

    def taking(self, task: str) -> dict[str, Worker]:
        """Return the contenders that do a kind of task."""
        return {name: one for name, one in self.workers.items() if task in one.peer.tasks}

    def compared(self, title: str, section: str, question: Question, effort: Effort) -> None:
        """Compare the contenders in one task."""
        self.begin(title)
        watch = self.page.watch
        rows = compare(self.taking(question.kind), question, effort, watch.look)
        work = WORKLOADS.get(question.name)
        is_step = question.kind == TRAINING and work is not None
        operations = work.operations if is_step and work is not None else 0
        what = ASKED_FOR.get(question.kind, "one step")
        page = self.page

        def made() -> Table:
            return report.comparison(rows, what, operations, page.peak)

        self.keep(section, question.kind, title, rows, made)

    def training(self, name: str) -> None:
        """Compare the training steps of a workload."""
        work = WORKLOADS[name]
        self.page.peak = max(self.page.peak, machine.peak())
        question = Question(TRAINING, name, 0, work.tolerance)
        self.compared(work.title, name, question, Effort(5 if self.quick else 21, 0.06))

    def single(self, name: str) -> None:
        """Compare one layer alone."""
        question = Question(LAYER, name, 0, LAYER_TOLERANCE, numbers="numbers")
        self.compared(LAYERS[name].title, name, question, Effort(5 if self.quick else 21, 0.06))

    def calls(self) -> None:
        """Compare calls of each net."""
        for name, work in WORKLOADS.items():
            for count, words in COUNTS.items():
                question = Question(CALLING, name, count, CALL_TOLERANCE)
                title = f"{work.title.split(':')[0]}, {words}"
                effort = Effort(5 if self.quick else 15, 0.03)
                self.compared(title, f"{name}, {words}", question, effort)

    def cold(self) -> None:
        """Compare cold starts."""
        self.begin("Cold starts")
        rounds = 1 if self.quick else 3
        for name, title, rows in cold.measure(rounds, self.page.watch.look):
            made = partial(report.comparison, rows, "time")
            self.keep(f"cold {name}", "cold", title, rows, made)

    def growth(self) -> None:
        """Measure growth."""
        self.begin("Growth")
        self.grown = [growth.measure(length) for length in growth.LENGTHS]
        table = report.growth(self.grown)
        self.page.add("growth", "", lambda: table)
        self.show("Growth", table)

    def shapes(self) -> None:
        """Compare how shapes are inferred, and what is said of sizes with names."""
        named = {shapes.INTEGERS: f"{shapes.HEIGHT} x {shapes.WIDTH}", shapes.SYMBOLS: "h x w"}
        for name, sizes in named.items():
            title = f"ResNet-152, {len(shapes.resnet())} nodes: {shapes.CHANNELS} x {sizes}"
            question = Question(SHAPES, name, 0, 0.0, SHAPES_BASE, "sizes")
            effort = Effort(2 if self.quick else 7, 0.05)
            self.compared(title, f"shapes, {name}", question, effort)
        self.add_shapes("What is said of h x w", report.answers(self.answers()))
        self.begin("Chains")
        self.chains = [growth.measure_chain(length) for length in growth.CHAINS]
        self.add_shapes("Chains of LinearLayer", report.chains(self.chains))
        self.models()

    def add_shapes(self, title: str, table: Table) -> None:
        """Print a table and put it among the shapes."""
        self.page.add(SHAPES, title, lambda: table)
        self.show(title, table)

    def answers(self) -> dict[str, shapes.Answer | str]:
        """Return what each library says of the net that its first contender was asked for last."""
        found: dict[str, shapes.Answer | str] = {}
        libraries: set[str] = set()
        for row in self.sections[f"shapes, {shapes.SYMBOLS}"]:
            library = self.workers[row.title].peer.module
            if library in libraries:
                continue
            libraries.add(library)
            try:
                found[row.title] = row.note or self.workers[row.title].ask("tell")
            except LostError as error:
                found[row.title] = str(error)
        return found

    def models(self) -> None:
        """Let ONNX infer the shapes of the models that its package brings."""
        workers = {name: one for name, one in self.workers.items() if name == shapes.READER}
        found: dict[str, tuple[shapes.Answer, float]] = {}
        for name, file in shapes.models().items() if workers else ():
            question = Question(SHAPES, file, 0, 0.0, shapes.READER)
            (row,) = compare(workers, question, Effort(2 if self.quick else 5, 0.02))
            if row.seconds is not None:
                found[name] = workers[row.title].ask("tell"), row.seconds
        if found:
            title = f"Models of the package onnx: {shapes.READER}"
            self.add_shapes(title, report.models(found))

    def targets(self) -> None:
        """Hold the results against the targets."""
        found = targets.judged(self.sections, self.busy, self.grown, self.chains)
        table = report.targets(found)
        self.page.add("targets", "", lambda: table)
        self.show("Targets", table)


def missing() -> list[str]:
    """Return a line for each contender that is not installed."""
    lines = [
        f"{peer.title}: {', '.join(peer.missing)} not installed; pip install .[bench]"
        for peer in PEERS
        if peer.missing
    ]
    if "digits" not in cold.available():
        lines.append("Digits from a cold start: sklearn not installed; pip install .[bench]")
    return lines


def main() -> None:
    """Measure what the command line asks for."""
    given = arguments()
    for line in missing():
        print(line, flush=True)
    with ExitStack() as stack:
        workers = {peer.title: Worker(peer) for peer in PEERS if not peer.missing}
        for worker in workers.values():
            stack.callback(worker.close)
        run = Benchmark(given.quick, workers)
        for name in (name for name in NAMES if name in given.only):
            if name in WORKLOADS:
                run.training(name)
            elif name in LAYERS:
                run.single(name)
            else:
                getattr(run, name)()
        print(f"\nOther work: {run.page.watch.told()}")
        if given.targets:
            run.targets()
    if given.write:
        given.write.write_text(run.page.text(missing()))


if __name__ == "__main__":
    main()
