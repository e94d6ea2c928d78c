"""How a training reports on itself: a line of text, a bar, a panel in a notebook, a function."""

from __future__ import annotations

import math
import shutil
import sys
import time
from collections.abc import Callable
from html import escape
from typing import Any

from netdsl.errors import SettingError, nearest
from netdsl.spec.fields import short
from netdsl.symbols import Automatic
from netdsl.train.history import History

FORMS = ("Panel", "Print", "ProgressIndicator")


class Progress:
    """A report that shows nothing; the others say what to show and how often."""

    interval = math.inf
    """Seconds between two reports in the course of a round."""

    def __init__(self) -> None:
        self.due = time.perf_counter() + self.interval

    def batch(self, history: History) -> None:
        """Report after a batch, where that is due."""
        if time.perf_counter() >= self.due:
            self.show(history)
            self.due = time.perf_counter() + self.interval

    def round(self, history: History) -> None:
        """Report after a round; a report that is drawn again and again waits until it is due."""
        self.batch(history)

    def end(self, history: History) -> None:
        """Report the end."""

    def show(self, history: History) -> None:
        """Report on the state."""


class Several(Progress):
    """Several reports at once."""

    def __init__(self, parts: list[Progress]) -> None:
        super().__init__()
        self.parts = parts

    def batch(self, history: History) -> None:
        for part in self.parts:
            part.batch(history)

    def round(self, history: History) -> None:
        for part in self.parts:
            part.round(history)

    def end(self, history: History) -> None:
        for part in self.parts:
            part.end(history)


class Call(Progress):
    """A function of the user, called after each round."""

    def __init__(self, function: Callable[[dict[str, Any]], Any]) -> None:
        super().__init__()
        self.function = function

    def round(self, history: History) -> None:
        self.function(history.status())


class Lines(Progress):
    """One line a round, for a pipe or a file."""

    def round(self, history: History) -> None:
        print(text(history), flush=True)

    def end(self, history: History) -> None:
        print(history.reason, flush=True)


class Line(Progress):
    """One line of the terminal, written over and over."""

    interval = 0.1
    before = ""

    def line(self, history: History) -> str:
        """Return what the line says."""
        return text(history)

    def show(self, history: History) -> None:
        line = fitted(self.line(history), shutil.get_terminal_size().columns - 1)
        print("\r" + line.ljust(len(self.before)), end="", flush=True)
        self.before = line

    def end(self, history: History) -> None:
        self.show(history)
        print(f"\n{history.reason}", flush=True)


class Bar(Line):
    """A short bar in the terminal."""

    def line(self, history: History) -> str:
        done = round(20 * history.fraction())
        return f"[{'#' * done}{'.' * (20 - done)}] {history.fraction():4.0%}"

    def end(self, history: History) -> None:
        self.show(history)
        print(flush=True)


class Panel(Progress):
    """A table and a curve of the losses in a notebook, drawn anew in their place."""

    interval = 0.33

    def __init__(self, display: Any) -> None:
        super().__init__()
        self.display, self.handle = display, None

    def show(self, history: History) -> None:
        page = self.display.HTML(html(history))
        if self.handle is None:
            self.handle = self.display.display(page, display_id=True)
        else:
            self.handle.update(page)

    def end(self, history: History) -> None:
        self.show(history)


# ---- what is shown -------------------------------------------------------------------------


def fields(history: History) -> dict[str, str]:
    """Return what is known now, each with its name, the most important first."""
    status = history.status()
    total = "" if history.total_rounds is None else f"/{history.total_rounds}"
    found = {"round": f"{status['Round']}{total}"}
    if status["Batch"] < history.batches_per_round:
        found["batch"] = f"{status['Batch']}/{history.batches_per_round}"
    for name, value in (("loss", status["RoundLoss"]), ("validation", status["ValidationLoss"])):
        if value is not None:
            found[name] = f"{value:.4g}"
    measured = status["ValidationMeasurements"] or status["RoundMeasurements"]
    if "ErrorRate" in measured:
        found["error"] = f"{measured['ErrorRate']:.2%}"
    found["rate"] = f"{status['LearningRate']:.3g}"
    left = status["TimeRemaining"]
    if left is not None and history.reason is None:
        found["left"] = clock(left)
    return found


def text(history: History) -> str:
    """Return the state on one line."""
    return "  ".join(f"{name} {value}" for name, value in fields(history).items())


def clock(seconds: float) -> str:
    """Return a time as a person says it.

    >>> clock(9.4), clock(75), clock(7260)
    ('9 s', '1:15 min', '2:01 h')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"


def fitted(line: str, width: int) -> str:
    """Return a line without the fields at its end that are too much for the width."""
    while len(line) > width and "  " in line:
        line = line.rpartition("  ")[0]
    return line[: max(width, 0)]


def html(history: History) -> str:
    """Return the state as a table with a curve."""
    rows = dict(fields(history))
    if history.reason is not None:
        rows["end"] = history.reason
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    return f"<table>{cells}</table>{curves(history)}"


def curves(history: History, width: int = 360, height: int = 120) -> str:
    """Return the losses of rounds and validations as an SVG drawing, on a logarithmic axis."""
    drawn = {"steelblue": history.rounds, "darkorange": history.validations}
    logs = {
        color: [
            (at, math.log(loss))
            for at, loss in zip(r.positions, r.losses, strict=True)
            if 0 < loss < math.inf
        ]
        for color, r in drawn.items()
    }
    points = [point for line in logs.values() for point in line]
    if len(points) < 2:
        return ""
    low, high = min(y for _, y in points), max(y for _, y in points)
    end, span = max(x for x, _ in points), (high - low) or 1.0
    lines = ""
    for color, line in logs.items():
        thin = line[:: max(1, len(line) // width)]
        path = " ".join(
            f"{x / end * width:.1f},{(high - y) / span * (height - 4) + 2:.1f}" for x, y in thin
        )
        lines += f"<polyline fill='none' stroke='{color}' points='{path}'/>"
    return f"<svg width='{width}' height='{height}'>{lines}</svg>"


# ---- the setting ---------------------------------------------------------------------------


def read_progress(setting: Any) -> Progress:
    """Read the setting TrainingProgressReporting; see NetTrain."""
    if setting is None:
        return Progress()
    if isinstance(setting, list | tuple) and setting:
        return Several([read_progress(item) for item in setting])
    if callable(setting):
        return Call(setting)
    if setting is not Automatic and setting not in FORMS:
        raise SettingError(
            "Progress cannot be reported so.",
            setting="TrainingProgressReporting",
            expected=", ".join(repr(form) for form in FORMS)
            + ", None, Automatic, a function of a dict, or a list of them",
            got=short(setting),
            nearest=nearest(setting, FORMS),
        )
    display = None if setting in ("Print", "ProgressIndicator") else notebook()
    if display is not None:
        return Panel(display)
    if setting == "ProgressIndicator":
        return Bar()
    return Line() if sys.stdout.isatty() else Lines()


def notebook() -> Any:
    """Return what displays pages in the notebook that this runs in, None outside of one."""
    # A notebook has loaded IPython; nowhere else is there reason to.
    package = sys.modules.get("IPython")
    shell = None if package is None else package.get_ipython()
    return package.display if package is not None and hasattr(shell, "kernel") else None
