"""How a training reports on itself: a line of text, a bar, a panel in a notebook, a function."""

from __future__ import annotations

import math
import shutil
import sys
import time
from collections.abc import Callable
from typing import Any

from netdsl.errors import SettingError, nearest
from netdsl.spec.fields import short
from netdsl.symbols import Automatic
from netdsl.train.display import ending, fields, fitting, html, text
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
        print(ending(history), flush=True)


class Line(Progress):
    """One line of the terminal, written over and over."""

    interval = 0.1

    def __init__(self) -> None:
        super().__init__()
        self.before = ""
        self.widths: dict[str, int] = {}
        """The most that each field has taken, so that it stays in its place or away."""

    def line(self, history: History, width: int) -> str:
        """Return what the line says."""
        found = {name: f"{name} {value}" for name, value in fields(history).items()}
        for name, shown in found.items():
            self.widths[name] = max(self.widths.get(name, 0), len(shown))
        kept = fitting(self.widths, width)
        return "  ".join(
            shown.ljust(self.widths[name]) for name, shown in found.items() if name in kept
        ).rstrip()

    def show(self, history: History) -> None:
        width = max(shutil.get_terminal_size().columns - 1, 0)
        line = self.line(history, width)[:width]
        print("\r" + line.ljust(len(self.before)), end="", flush=True)
        self.before = line

    def end(self, history: History) -> None:
        self.show(history)
        print(f"\n{ending(history)}", flush=True)


class Bar(Line):
    """A short bar in the terminal."""

    def line(self, history: History, width: int) -> str:
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
